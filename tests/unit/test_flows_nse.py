"""NSE's flows from body to rows: what passes, and what is refused with which reason."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from pipelines import flows
from scrapers import nse
from tests.unit.flow_files import FII_DII, PARTICIPANT_OI, flow_payload

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch

ARCHIVE = "https://nsearchives.nseindia.com/content/nsccl/fao_participant_oi_01022021.csv"


def read_fii_dii(body: str) -> KeyedBatch:
    return flows.read(flow_payload(body, nse.FII_DII))


def read_participants(body: str, slot: str = "2021-02-01", url: str = ARCHIVE) -> KeyedBatch:
    return flows.read(flow_payload(body, nse.PARTICIPANT_OI, slot=slot, url=url))


def changed(**cells: object) -> str:
    """The made answer with cells of its first record (DII) replaced."""
    records = json.loads(FII_DII)
    records[0] |= cells
    return json.dumps(records)


def failed(batch: KeyedBatch) -> list[str]:
    return [check.name for check in batch.checks if not check.passed and check.blocking]


def test_both_classes_become_rows_of_the_contents_date() -> None:
    batch = read_fii_dii(FII_DII)

    (rows,) = batch.rows
    assert (rows.table, rows.group, rows.complete) == ("fii_dii", "figures", ())
    assert list(rows.frame.columns) == [*flows.FII_DII.key, *flows.FII_DII.columns, "line_no"]
    assert rows.frame.to_numpy().tolist() == [
        [date(2026, 5, 19), "dii", "all_exchanges", "nse", Decimal("16951.95"), Decimal("13150.27"),
         Decimal("3801.68"), "exchange_provisional", "DII **", 1],
        [date(2026, 5, 19), "fii_fpi", "all_exchanges", "nse", Decimal("17907.55"), Decimal("20365.04"),
         Decimal("-2457.49"), "exchange_provisional", "FII/FPI *", 2],
    ]  # fmt: skip
    assert [str(kind) for kind in rows.frame.dtypes] == [
        "date32[day][pyarrow]", *["string[pyarrow]"] * 3, *["decimal128(18, 2)[pyarrow]"] * 3,
        *["string[pyarrow]"] * 2, "int64",
    ]  # fmt: skip
    assert (batch.span, batch.modal, batch.rows_read) == ((date(2026, 5, 19), date(2026, 5, 19)), date(2026, 5, 19), 2)
    assert (len(batch.rejects), failed(batch)) == (0, [])


def test_figures_that_are_numbers_in_the_json_stay_exact() -> None:
    batch = read_fii_dii(FII_DII.replace('"16951.95"', "16951.95").replace('"3801.68"', "3801.68"))

    assert batch.rows[0].frame["buy_inr_crore"].tolist()[0] == Decimal("16951.95")


def test_a_net_that_does_not_add_up_is_a_blocking_check() -> None:
    assert failed(read_fii_dii(changed(netValue="3801.70"))) == ["net_adds_up"]
    assert failed(read_fii_dii(changed(netValue="3801.69"))) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (changed(buyValue="0.00", sellValue="0.00", netValue="0.00"), "all zeros for dii: a failed fetch"),
        (changed(category="Retail"), "no figures of dii"),
        (changed(category="FII **"), "fii_fpi stands twice"),
        (changed(date="18-May-2026"), "classes of different days: 2026-05-18, 2026-05-19"),
        (changed(date="19-05-2026"), "a date that is none: '19-05-2026'"),
        (changed(date="20-May-2026"), "a date|still to come"),
        (changed(buyValue="1.6e4"), "no amount"),
        (changed(buyValue=None), "without a buy, sell or net value"),
        (changed(buyValue=""), "without a buy, sell or net value"),
        (changed(sellValue="-5.00"), "negative buy or sell"),
        (json.dumps(json.loads(FII_DII)[:1]), "no figures of fii_fpi"),
        (FII_DII.replace("buyValue", "purchases"), "no column buy_value"),
    ],
)
def test_what_is_not_both_classes_of_one_day_is_refused(body: str, why: str) -> None:
    with pytest.raises(ContentRefused, match=why):
        read_fii_dii(body)


def test_a_further_category_is_quarantined_and_both_classes_are_kept() -> None:
    records = [*json.loads(FII_DII), json.loads(FII_DII)[0] | {"category": "Retail"}]

    batch = read_fii_dii(json.dumps(records))

    assert len(batch.rows[0].frame) == 2
    assert batch.rejects[["line_no", "reason"]].to_numpy().tolist() == [[3, "unknown_label"]]
    assert json.loads(batch.rejects["raw_line"][0]) == records[2]


def test_a_further_field_is_noted() -> None:
    assert [note.detail for note in read_fii_dii(changed(extra="1")).notes] == [{"column": "extra"}]


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        ("", SourceUnavailable, "an empty body"),
        ("[]", NotYetPublished, "no session's figures"),
        (FII_DII[:-40], SourceUnavailable, "JSON cut short"),
        ("Resource not found", ContentRefused, "text where JSON is due"),
        ('{"data": []}', ContentRefused, "no list of records"),
        ("<html><body>Access Denied</body></html>", SourceBlocked, "turns us away"),
        ("<html><body>Service temporarily unavailable</body></html>", SourceUnavailable, "error page"),
        ("<html><body>Welcome</body></html>", ContentRefused, "a web page"),
        ("PK\x03\x04...", ContentRefused, "a zip file"),
    ],
)
def test_what_comes_in_place_of_json_is_named(body: str, kind: type[MunimError], why: str) -> None:
    with pytest.raises(kind, match=why):
        read_fii_dii(body)


def test_five_kinds_of_participants_become_rows() -> None:
    batch = read_participants(PARTICIPANT_OI)

    frame = batch.rows[0].frame
    assert list(frame.columns) == [*flows.PARTICIPANT_OI.key, *flows.PARTICIPANT_OI.columns, "line_no"]
    assert frame["client_type"].tolist() == ["client", "dii", "fii", "pro", "total"]
    assert set(frame["trade_date"]) == {date(2021, 2, 1)}
    assert frame.iloc[0].to_dict() == {
        "trade_date": date(2021, 2, 1), "client_type": "client", "line_no": 3,
        "future_index_long_contracts": 1, "future_index_short_contracts": 2,
        "future_stock_long_contracts": 3, "future_stock_short_contracts": 4,
        "option_index_call_long_contracts": 5, "option_index_put_long_contracts": 6,
        "option_index_call_short_contracts": 7, "option_index_put_short_contracts": 8,
        "option_stock_call_long_contracts": 9, "option_stock_put_long_contracts": 10,
        "option_stock_call_short_contracts": 11, "option_stock_put_short_contracts": 12,
        "total_long_contracts": 34, "total_short_contracts": 44,
    }  # fmt: skip
    assert (failed(batch), list(batch.notes)) == ([], [])


def test_columns_are_read_by_name_wherever_they_stand() -> None:
    lines = PARTICIPANT_OI.splitlines()
    turned = [lines[0], *(",".join([line.split(",")[0], *reversed(line.split(",")[1:])]) for line in lines[1:])]

    batch = read_participants("\r\n".join(turned))

    assert batch.rows[0].frame.equals(read_participants(PARTICIPANT_OI).rows[0].frame)


@pytest.mark.parametrize(
    "first_line",
    [
        '"Participant wise Open Interest (no. of contracts) in Equity Derivatives as on Feb 01,2021",,,,,,,,,,,,,,',
        '""Participant wise Open Interest (no. of contracts) in Equity Derivatives as on Feb 01,2021"",,,,,,,,,,,,,,',
        'Participant wise Open Interest (no. of contracts) in Equity Derivatives as on Feb 01,"2021"""",,,,,,,,,,,,,',
        "Participant wise Open Interest (no. of contracts) in Equity Derivatives as on Feb 01,,,,,,,,,,,,,,",
    ],
)
def test_each_shape_of_the_first_line_gives_the_date(first_line: str) -> None:
    body = "\r\n".join([first_line, *PARTICIPANT_OI.splitlines()[1:]])

    assert read_participants(body).span == (date(2021, 2, 1), date(2021, 2, 1))
    assert read_participants(
        body, slot="2026-01-01T00:00:00+00:00", url="file:fao_participant_oi_01022021.csv"
    ).span == (
        date(2021, 2, 1),
        date(2021, 2, 1),
    )


def test_a_year_that_the_file_does_not_say_is_taken_from_its_name_and_noted_and_never_guessed() -> None:
    body = PARTICIPANT_OI.replace(",2021", "")

    assert [note.kind for note in read_participants(body).notes] == ["year_from_name"]
    with pytest.raises(ContentRefused, match="no whole date"):
        read_participants(body, slot="check", url="file:oi.csv")


def test_another_days_file_is_refused() -> None:
    with pytest.raises(ContentRefused, match="positions of 2021-02-01 where those of 2021-02-02 are due"):
        read_participants(PARTICIPANT_OI, slot="2021-02-02")
    with pytest.raises(ContentRefused, match="positions of 2021-02-01 where those of 2021-02-03 are due"):
        read_participants(PARTICIPANT_OI, slot="check", url="file:fao_participant_oi_03022021.csv")


@pytest.mark.parametrize(("said", "blocked"), [("6", False), ("5", False), ("4", True), ("9", False), ("10", True)])
def test_a_total_may_be_two_off_and_is_noted(said: str, blocked: bool) -> None:
    body = PARTICIPANT_OI.replace("TOTAL,7,", f"TOTAL,{said},")

    batch = read_participants(body)

    assert failed(batch) == (["total_adds_up"] if blocked else [])
    (off, *_) = [note for note in batch.notes if note.kind == "sum_off"]
    assert off.detail == {"future_index_long_contracts": int(said) - 7}


def test_a_rows_totals_must_be_those_of_its_positions() -> None:
    assert failed(read_participants(PARTICIPANT_OI.replace("DII,1,1", "DII,1,9"))) == ["rows_add_up", "total_adds_up"]


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (PARTICIPANT_OI[: PARTICIPANT_OI.index("TOTAL")], SourceUnavailable, "does not end with the row TOTAL"),
        (PARTICIPANT_OI[:-14], ContentRefused, "no row of total"),
        (PARTICIPANT_OI.replace("Pro,", "Others,"), ContentRefused, "a row of 'Others'"),
        (PARTICIPANT_OI.replace("Pro,", "FII,"), ContentRefused, "a row of 'FII'"),
        (PARTICIPANT_OI.replace("Pro,3,", "Pro,3.5,"), ContentRefused, "no number of contracts"),
        (PARTICIPANT_OI.replace("Pro,3,", "Pro,,"), ContentRefused, "without future_index_long_contracts"),
        (PARTICIPANT_OI.replace("Future Index Long", "Index Long"), ContentRefused, "no column future_index_long"),
        ("<html>Access Denied</html>", SourceBlocked, "turns us away"),
        ("a,b\r\n1,2\r\n", ContentRefused, "does not begin as"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(body: str, kind: type[MunimError], why: str) -> None:
    with pytest.raises(kind, match=why):
        read_participants(body)


def test_a_file_of_zeros_is_a_failed_fetch() -> None:
    lines = PARTICIPANT_OI.splitlines()
    zeros = [*lines[:2], *(",".join([line.split(",")[0], *["0"] * 14]) for line in lines[2:])]

    with pytest.raises(ContentRefused, match="all zeros"):
        read_participants("\r\n".join(zeros))


def test_a_feed_is_told_by_its_content() -> None:
    assert nse.detect_feed(FII_DII.encode()) == nse.FII_DII
    assert nse.detect_feed(b"\xef\xbb\xbf" + PARTICIPANT_OI.encode()) == nse.PARTICIPANT_OI
    with pytest.raises(ContentRefused):
        nse.detect_feed(b"Scheme Code;ISIN")
