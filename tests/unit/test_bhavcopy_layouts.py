"""The exchanges' files as tables of strings: told apart by titles, cells as written, what is no file named."""

from __future__ import annotations

import pytest

from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from scrapers import bhavcopy, nse_equity
from scrapers.file_dates import day_in_name
from tests.unit.equity_files import (
    ABSENT,
    BSE_HEADER,
    BSE_ROW,
    FULL_HEADER,
    FULL_ROW,
    LEGACY_HEADER,
    LEGACY_ROW,
    RECORDED,
    check,
    parse,
    payload,
    recorded_days,
    recorded_payload,
    recorded_table,
    rows_of_text,
    zipped,
)

NEEDS_RECORDED = pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)

LAYOUTS = {
    "nse_cm_old_eras/03NOV1994.csv": ("nse-legacy", 135),
    "nse_cm_old_eras/31OCT1995.csv": ("nse-legacy", 941),
    "nse_cm_old_eras/21JUN2011.csv": ("nse-legacy", 1503),
    "nse_cm_old_eras/22JUN2011.csv": ("nse-legacy-isin", 1502),
    "nse_cm_format_boundary/03JUL2024.csv": ("nse-legacy-isin-delivery", 2800),
    "nse_cm_format_boundary/04JUL2024.csv": ("nse-full", 2612),
    "nse_sec_bhavdata_full_raw/04SEP2024.csv": ("nse-full", 2660),
    "udiff_samples/nse_udiff_20240708_trimmed.csv": ("nse-udiff", 4),
    "udiff_samples/bse_udiff_20260929_trimmed.csv": ("bse-udiff", 9),
    "bse_eq_legacy/03JUN2024.csv": ("bse-legacy", 4453),
    "masters/EQUITY_L.csv": ("nse-equity_list", 2365),
    "masters/SME_EQUITY_L.csv": ("nse-sme_list", 545),
    "masters/eq_etfseclist.csv": ("nse-etf_list-cp1252", 320),
    "masters/symbolchange.csv": ("nse-symbol_changes", 1029),
    "masters/namechange.csv": ("nse-name_changes", 2298),
    "masters/ind_nifty500list.csv": ("nse-index_nifty500", 500),
    "corporate_actions_2026-05.json": ("nse-corporate-actions", 20),
    "ind_close_all_17092026_trimmed.csv": ("nse-index-close", 8),
}


@NEEDS_RECORDED
@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_is_told_and_gives_all_its_rows(name: str) -> None:
    check(recorded_payload(name))

    table = recorded_table(name)

    assert (table.layout, len(table.frame), len(table.rejects), table.added_columns) == (*LAYOUTS[name], 0, ())


@NEEDS_RECORDED
@pytest.mark.parametrize(
    "folder", ["nse_cm_legacy_pure", "nse_cm_format_boundary", "nse_sec_full_EQ_only_2026-08", "bse_eq_legacy"]
)
def test_every_row_of_every_recorded_day_is_there_with_its_line(folder: str) -> None:
    for name in recorded_days(folder):
        frame = recorded_table(name).frame
        rows = rows_of_text(name)

        symbols = [row.get("SYMBOL") or row["SC_CODE"] for row in rows]
        assert frame["symbol"].tolist() == symbols
        assert frame["line_no"].tolist() == list(range(2, len(rows) + 2))


@NEEDS_RECORDED
def test_bse_pads_names_and_groups_and_they_come_stripped() -> None:
    frame = recorded_table("bse_eq_legacy/03JUN2024.csv").frame

    assert frame[["symbol", "name", "series"]].values.tolist()[0] == ["500002", "ABB LTD.", "A"]
    assert frame["isin"].isna().all()
    assert frame["trade_date"].isna().all()


@NEEDS_RECORDED
def test_udiff_of_bse_has_the_scrip_code_as_symbol_and_a_ticker_beside_it() -> None:
    nse, bse = (
        recorded_table(f"udiff_samples/{name}").frame
        for name in ("nse_udiff_20240708_trimmed.csv", "bse_udiff_20260929_trimmed.csv")
    )

    assert nse[["symbol", "name"]].values.tolist()[0] == ["TCS", "TATA CONSULTANCY SERV LT"]
    assert bse[["symbol", "ticker", "series"]].values.tolist()[1] == ["500209", "INFY", "A"]


@NEEDS_RECORDED
def test_the_list_of_etfs_is_cp1252() -> None:
    frame = recorded_table("masters/eq_etfseclist.csv").frame

    assert frame["name"].notna().all()
    assert not frame["name"].str.contains("\ufffd").any()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("cm05JUL2024bhav.csv.zip", "2024-07-05"),
        ("05JUL2024.csv", "2024-07-05"),
        ("sec_bhavdata_full_04092024.csv", "2024-09-04"),
        ("BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv.zip", "2024-07-08"),
        ("EQ030624_CSV.ZIP", "2024-06-03"),
        ("2026-08-03.csv", "2026-08-03"),
        ("ind_close_all_17092026.csv", "2026-09-17"),
        ("cm31FEB2024bhav.csv", None),
        ("EQUITY_L.csv", None),
    ],
)
def test_the_day_is_read_from_each_kind_of_name(name: str, day: str | None) -> None:
    found = day_in_name(name)

    assert (found and found.isoformat()) == day


def test_quoted_cells_with_a_space_in_front_are_read_as_the_plain_ones() -> None:
    quoted = "\n".join(
        ",".join(f'"{cell}"' if place else cell for place, cell in enumerate(line.split(",")))
        for line in (FULL_HEADER, FULL_ROW)
    )

    plain, other = (parse(payload(text, "08JUL2024.csv")).frame for text in (f"{FULL_HEADER}\n{FULL_ROW}\n", quoted))

    assert plain.equals(other)
    assert plain.loc[0, "delivery_pct"] == "60.00"


def test_columns_are_read_by_their_titles_wherever_they_stand() -> None:
    titles, cells = LEGACY_HEADER.split(","), LEGACY_ROW.split(",")
    turned = f"{','.join(reversed(titles))},NEW\n{','.join(reversed(cells))},x\n"

    straight = parse(payload(f"{LEGACY_HEADER}\n{LEGACY_ROW}\n", "08JUL2024.csv"))
    table = parse(payload(turned, "08JUL2024.csv"))

    assert table.frame.equals(straight.frame)
    assert table.added_columns == ("NEW",)


def test_a_line_with_other_fields_is_a_reject_with_its_number_and_blank_lines_are_nothing() -> None:
    text = f"\n{LEGACY_HEADER}\n\n{LEGACY_ROW}\nTCS,EQ,1\n,,,\n{LEGACY_ROW}\n\n"

    table = parse(payload(text, "08JUL2024.csv"))

    assert table.frame["line_no"].tolist() == [4, 7]
    assert table.rejects.to_dict("records") == [
        {
            "line_no": 5,
            "raw_line": "TCS,EQ,1",
            "reason": "field_count",
            "detail": "3 fields where the header has 14",
        }
    ]


def test_a_quotation_mark_that_swallows_a_line_end_is_refused() -> None:
    text = f'{LEGACY_HEADER}\n"{LEGACY_ROW}\n{LEGACY_ROW}"\n{LEGACY_ROW}\n'

    with pytest.raises(ContentRefused, match="swallows line ends"):
        parse(payload(text, "08JUL2024.csv"))


def test_a_header_without_a_required_title_or_with_one_twice_is_refused() -> None:
    with pytest.raises(ContentRefused, match="lacks close"):
        bhavcopy.detect_feed(LEGACY_HEADER.replace(",CLOSE", ",ENDE").encode())
    with pytest.raises(ContentRefused, match="close twice"):
        bhavcopy.detect_feed(LEGACY_HEADER.replace(",LAST", ",LAST,CLOSE").encode())
    with pytest.raises(ContentRefused, match="no header of a bhavcopy"):
        bhavcopy.detect_feed(b"a,b\n1,2\n")


def test_a_zipped_file_is_the_same_file() -> None:
    text = f"{LEGACY_HEADER}\n{LEGACY_ROW}\n"
    packed = payload(zipped(text), "cm08JUL2024bhav.csv.zip", feed="nse.bhavcopy_legacy")
    check(packed)

    assert parse(packed).frame.equals(parse(payload(text, "08JUL2024.csv")).frame)


FULL = f"{FULL_HEADER}\n{FULL_ROW}"
BODIES: list[tuple[str, str | bytes, type[MunimError]]] = [
    ("nse.bhavcopy_full", "", SourceUnavailable),
    ("nse.bhavcopy_full", "<html>404 Not Found</html>", NotYetPublished),
    ("nse.equity_list", "<html>404 Not Found</html>", ContentRefused),
    ("nse.bhavcopy_full", "<html>Access Denied</html>", SourceBlocked),
    ("nse.bhavcopy_full", "<html>503 Service Unavailable</html>", SourceUnavailable),
    ("nse.bhavcopy_full", "<html>Welcome</html>", ContentRefused),
    ("nse.bhavcopy_full", f"{FULL}\n<!DOCTYPE html>", SourceUnavailable),
    ("nse.bhavcopy_full", FULL_HEADER + "\n", SourceUnavailable),
    ("nse.bhavcopy_full", FULL[:-9], SourceUnavailable),
    ("nse.bhavcopy_full", FULL[:-1], SourceUnavailable),
    ("nse.bhavcopy_full", f"{LEGACY_HEADER}\n{LEGACY_ROW}\n", ContentRefused),
    ("nse.bhavcopy_full", b"%PDF-1.4", ContentRefused),
    ("nse.bhavcopy_full", zipped(zipped("x")), ContentRefused),
    ("bse.bhavcopy_legacy", f"{BSE_HEADER}\n{BSE_ROW}"[:-12], SourceUnavailable),
    ("nse.corporate_actions", "[{", ContentRefused),
    ("nse.corporate_actions", "{}", ContentRefused),
    ("nse.corporate_actions", '[{"symbol": "TCS"}]', ContentRefused),
]


@pytest.mark.parametrize(("feed", "body", "kind"), BODIES)
def test_what_comes_in_place_of_a_file_is_named_and_for_a_file_of_ours_always_refused(
    feed: str, body: str | bytes, kind: type[MunimError]
) -> None:
    with pytest.raises(MunimError) as caught:
        check(payload(body, "x", feed=feed, origin="fetch"))
    assert type(caught.value) is kind

    with pytest.raises(ContentRefused):
        check(payload(body, "x", feed=feed, origin="file"))


def test_a_whole_file_without_a_last_line_end_passes() -> None:
    check(payload(FULL, "08JUL2024.csv"))
    check(payload(f"{BSE_HEADER}\n{BSE_ROW}", "EQ080724_CSV.csv"))


@NEEDS_RECORDED
def test_lists_that_are_not_kept_are_refused_and_an_index_must_be_named() -> None:
    for name in ("IDR_W9.csv", "PREF.csv", "WARRANT.csv", "eq_ilseclist.csv"):
        with pytest.raises(ContentRefused):
            nse_equity.detect_feed((RECORDED / "masters" / name).read_bytes(), name)
    with pytest.raises(ContentRefused, match="doesn't say of which"):
        nse_equity.detect_feed((RECORDED / "masters/ind_nifty50list.csv").read_bytes())
