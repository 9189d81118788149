"""Histories that analysts have: which forms are read, what is refused and why, and the same rows from the bytes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.keyed_batch import KeyedBatch
from munim.core.errors import ContentRefused, RequestWrong
from munim.core.payload import Payload
from pipelines import flows, flows_import
from pipelines.flows_import import Figures, FlowKey, Header, Known
from tests.unit.flow_files import ABSENT, RECORDED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
MAY_19 = date(2026, 5, 19)

LONG = """\
trade_date,investor_class,buy,sell,net
2026-05-19,FII/FPI,17907.55,20365.04,-2457.49
2026-05-19,DII,"16,951.95","13,150.27","3,801.68"
"""
WIDE = """\
Date,fii_buy,fii_sell,fii_net,dii_buy,dii_sell,dii_net,note
19-May-2026,17907.55,20365.04,-2457.49,16951.95,13150.27,3801.68,x
"""
recorded_files = pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)


def payload_of(file: str | bytes, mapping: Mapping[str, str] | None = None, source: str = "desk") -> Payload:
    body = file.encode() if isinstance(file, str) else file
    body = flows_import.write(body, Header(source, mapping or {}))
    return Payload(flows.IMPORT, NOW.isoformat(), "file:history.csv", NOW, body, origin="import")


def read(
    file: str | bytes,
    mapping: Mapping[str, str] | None = None,
    *,
    source: str = "desk",
    accepted: Collection[int] = (),
    known: Known | None = None,
) -> KeyedBatch:
    payload = payload_of(file, mapping, source)
    if known is not None:
        payload = replace(payload, body=flows_import.judged(payload.body, NOW.date(), known))
    return flows_import.read(payload, accepted)


def frame_of(batch: KeyedBatch) -> pd.DataFrame:
    (rows,) = batch.rows
    assert (rows.table, rows.group) == ("fii_dii", "figures")
    assert list(rows.frame.columns) == [*flows.FII_DII.key, *flows.FII_DII.columns, "line_no"]
    return rows.frame


def reasons(batch: KeyedBatch) -> list[tuple[int, str]]:
    return [(int(line), str(reason)) for line, reason in batch.rejects[["line_no", "reason"]].to_numpy().tolist()]


def test_the_long_form_gives_a_row_a_line() -> None:
    batch = read(LONG)

    assert frame_of(batch).to_numpy().tolist() == [
        [MAY_19, "fii_fpi", "all_exchanges", "desk", Decimal("17907.55"), Decimal("20365.04"), Decimal("-2457.49"),
         "imported", "FII/FPI", 2],
        [MAY_19, "dii", "all_exchanges", "desk", Decimal("16951.95"), Decimal("13150.27"), Decimal("3801.68"),
         "imported", "DII", 3],
    ]  # fmt: skip
    assert (batch.rows_read, batch.span, batch.modal, batch.layout) == (2, (MAY_19, MAY_19), MAY_19, "import-long")
    assert (len(batch.rejects), all(check.passed for check in batch.checks)) == (0, True)


def test_the_wide_form_gives_two_rows_a_line_and_says_what_it_ignored() -> None:
    batch = read(WIDE)

    assert frame_of(batch).drop(columns="line_no").equals(frame_of(read(LONG)).drop(columns="line_no"))
    assert frame_of(batch)["line_no"].tolist() == [2, 2]
    assert [note.detail for note in batch.notes] == [{"ignored_columns": ["note"]}]


def test_a_map_names_columns_that_are_called_otherwise() -> None:
    file = WIDE.replace("Date", "Tag").replace("fii_", "Foreign ").replace("dii_", "Domestic ")
    mapping = flows_import.parse_map(
        "Tag=trade_date, Foreign buy=fii_buy,Foreign sell=fii_sell,Foreign net=fii_net_inr_crore,"
        "Domestic buy=dii_buy,Domestic sell=dii_sell,domestic net=dii_net"
    )

    assert frame_of(read(file, mapping)).equals(frame_of(read(WIDE)))


def test_a_json_record_is_read_with_names_joined_by_points() -> None:
    file = (
        '{"date": "2026-05-19", "equity": {"fii_buy": 17907.55, "fii_sell": 20365.04, "fii_net": -2457.49,'
        ' "dii_buy": 16951.95, "dii_sell": 13150.27, "dii_net": 3801.68}, "derivative": {"fii_net": 0}}'
    )
    mapping = {f"equity.{name}": name for name in ("fii_buy", "fii_sell", "fii_net", "dii_buy", "dii_sell", "dii_net")}

    batch = read(file, mapping)

    assert frame_of(batch).drop(columns="line_no").equals(frame_of(read(WIDE)).drop(columns="line_no"))
    assert [note.detail for note in batch.notes] == [{"ignored_columns": ["derivative.fii_net"]}]


def test_figures_without_buy_and_sell_are_null_there_and_never_zero() -> None:
    frame = frame_of(read("trade_date,fii_net,dii_net\n2026-05-19,-2457.49,3801.68\n"))

    assert frame[["buy_inr_crore", "sell_inr_crore"]].isna().all(axis=None)
    assert frame["net_inr_crore"].tolist() == [Decimal("-2457.49"), Decimal("3801.68")]


def test_scope_and_basis_are_the_files_own_where_it_says_them() -> None:
    file = (
        "trade_date,investor_class,net,scope,basis\n"
        "2026-05-19,FII,-1.00,nse,exchange_provisional\n2026-05-19,DII,2.00,nse,exchange_provisional\n"
    )

    frame = frame_of(read(file))

    assert set(zip(frame["scope"], frame["basis"], strict=True)) == {("nse", "exchange_provisional")}


GOOD = "2026-05-18,FII,3.00,1.00,2.00\n2026-05-18,DII,3.00,1.00,2.00\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("2026-05-19,FII,0,0,0\n2026-05-19,DII,0.00,0,0\n", [(4, "all_zero"), (5, "all_zero")]),
        ("2026-05-19,FII,0,0,0\n2026-05-19,DII,3,1,2\n", [(4, "all_zero"), (5, "one_class")]),
        ("2026-05-19,FII,3,1,2\n", [(4, "one_class")]),
        ("2026-05-19,FII,3,1,2.02\n2026-05-19,DII,3,1,2\n", [(4, "net_differs"), (5, "one_class")]),
        ("2026-05-19,FII,3,1,2.01\n2026-05-19,DII,3,1,2\n", []),
        ("2026-05-19,FII,3,,2\n2026-05-19,DII,3,1,2\n", [(4, "half_figures"), (5, "one_class")]),
        ("2026-05-19,FII,3,1,\n2026-05-19,DII,3,1,2\n", [(4, "no_net"), (5, "one_class")]),
        ("2026-05-19,FII,,,\n2026-05-19,DII,,,\n", []),
        ("2026-05-19,FII,-3,-1,-2\n2026-05-19,DII,3,1,2\n", [(4, "negative_amount"), (5, "one_class")]),
        ("2026-05-19,FII,3e0,1,2\n2026-05-19,DII,3,1,2\n", [(4, "bad_amount"), (5, "one_class")]),
        ("2026-05-19,FII,3.001,1,2\n2026-05-19,DII,3,1,2\n", [(4, "bad_amount"), (5, "one_class")]),
        ("05/19/2026,FII,3,1,2\n2026-05-32,DII,3,1,2\n", [(4, "bad_date"), (5, "bad_date")]),
        ("2026-11-25,FII,3,1,2\n2026-11-25,DII,3,1,2\n", [(4, "future_date"), (5, "future_date")]),
        ("2026-05-19,Retail,3,1,2\n", [(4, "unknown_label")]),
        ("2026-05-19,FII,3,1\n2026-05-19,DII,3,1,2\n", [(4, "field_count"), (5, "one_class")]),
        ("2026-05-18,FII,3.00,1.00,2.00\n", []),
        (
            "2026-05-18,FII,4.00,1.00,3.00\n",
            [(2, "conflicting_duplicate"), (3, "one_class"), (4, "conflicting_duplicate")],
        ),
    ],
)
def test_a_line_that_is_no_good_is_refused_with_its_reason(lines: str, expected: list[tuple[int, str]]) -> None:
    # A third session keeps the file from being refused whole.
    rest = "2026-05-15,FII,3,1,2\n2026-05-15,DII,3,1,2\n"

    batch = read(f"trade_date,investor_class,buy,sell,net\n{GOOD}{lines}{rest}")

    assert reasons(batch) == expected
    lines_of_file = f"trade_date,investor_class,buy,sell,net\n{GOOD}{lines}{rest}".splitlines()
    assert batch.rejects["raw_line"].tolist() == [lines_of_file[line - 1] for line, _ in expected]


def test_lines_that_say_the_same_again_are_counted() -> None:
    batch = read(LONG + LONG.split("\n", 1)[1])

    assert (len(frame_of(batch)), batch.rows_repeated, batch.rows_read, len(batch.rejects)) == (2, 2, 4, 0)


def test_blank_lines_of_figures_are_counted_as_absent() -> None:
    batch = read(LONG + "2026-05-20,FII/FPI,,,\n2026-05-20,DII,-,-,-\n")

    assert (batch.rows_absent, len(frame_of(batch)), len(batch.rejects)) == (2, 2, 0)


def test_a_person_may_accept_a_judgement_and_nothing_else() -> None:
    file = LONG.replace("3,801.68", "3,801.90") + "2026-05-20,FII,0,0,0\n"

    batch = read(file, accepted=[3, 4])

    assert reasons(batch) == [(4, "all_zero")]
    assert Decimal("3801.90") in frame_of(batch)["net_inr_crore"].tolist()


def test_many_refused_lines_fail_a_blocking_check() -> None:
    bad = "".join(f"2026-06-{day:02},FII,3,1,2\n" for day in range(1, 22))

    (check,) = read(LONG + bad).checks

    assert (check.name, check.passed, check.blocking) == ("rows_refused", False, True)


STORED = {
    (MAY_19, "fii_fpi", "all_exchanges", "nse"): Figures(Decimal("17907.55"), Decimal("20365.04"), Decimal("-2457.49")),
    (MAY_19, "dii", "all_exchanges", "nse"): Figures(Decimal("16951.95"), Decimal("13150.27"), Decimal("3801.68")),
}
SESSIONS = frozenset({date(2026, 5, 18), MAY_19, date(2026, 5, 20)})


def test_figures_that_another_source_has_too_are_kept() -> None:
    assert len(frame_of(read(LONG, known=Known(SESSIONS, STORED)))) == 2
    net_alone = "trade_date,fii_net,dii_net\n2026-05-19,-2457.49,3801.68\n"
    assert len(frame_of(read(net_alone, known=Known(SESSIONS, STORED)))) == 2


def test_another_sessions_figures_are_refused_and_can_be_accepted() -> None:
    file = LONG + "2026-05-20,FII,3,1,2\n2026-05-20,DII,3,1,2\n"
    wrong = file.replace("17907.55,20365.04,-2457.49", "10.00,4.00,6.00")
    known = Known(SESSIONS, STORED)

    batch = read(wrong, known=known)

    assert reasons(batch) == [(2, "other_figures"), (3, "one_class")]
    assert batch.rejects["detail"][0] == "2026-05-19 fii_fpi: net 6.00, but nse has net -2457.49"
    assert reasons(read(wrong, known=known, accepted=[2])) == []


def test_a_sources_own_figures_may_change() -> None:
    file = LONG.replace("17907.55,20365.04,-2457.49", "10.00,4.00,6.00")
    mine: dict[FlowKey, Figures] = {(*key[:3], "desk"): figures for key, figures in STORED.items()}

    assert reasons(read(file, known=Known(SESSIONS, mine))) == []


def test_a_day_without_a_session_is_refused_and_one_beyond_the_calendar_is_not() -> None:
    file = LONG + "".join(f"{day},{one},3,1,2\n" for day in ("2026-05-17", "2026-05-21") for one in ("FII", "DII"))
    sunday_in_between = Known(SESSIONS | {date(2026, 5, 15)}, {})

    assert reasons(read(file, known=sunday_in_between)) == [(4, "not_a_session"), (5, "not_a_session")]
    assert reasons(read(file, known=None)) == []


def test_an_import_of_nothing_but_refused_lines_is_refused_with_the_reasons() -> None:
    with pytest.raises(ContentRefused, match=r"not one of 1 lines is kept: 1 one_class \(line 2: 2026-05-19 has no"):
        read("\n".join(LONG.splitlines()[:2]))


@pytest.mark.parametrize(
    ("file", "mapping", "why"),
    [
        ("a,b\n1,2\n", {}, "no column is investor_class and net, or fii_net and dii_net, trade_date among a, b"),
        (LONG.replace(",net", ",nett"), {}, "no column is net"),
        (LONG, {"Close": "fii_net"}, "the file has no column Close"),
        (LONG, {"net": "netto"}, "there is no column netto"),
        (LONG, {"buy": "net", "net": "net"}, "two columns are mapped to one"),
        (LONG.replace("buy", "net"), {}, "two columns are net"),
        ("", {}, "no column is"),
    ],
)
def test_a_file_whose_columns_are_not_known_is_a_wrong_request(file: str, mapping: dict[str, str], why: str) -> None:
    with pytest.raises(RequestWrong, match=why):
        read(file, mapping)


@pytest.mark.parametrize("name", ["nse", "", "A desk", "x" * 41])
def test_a_source_has_a_plain_name_that_is_not_nses(name: str) -> None:
    with pytest.raises(RequestWrong, match="no name for an import"):
        read(LONG, source=name)


@pytest.mark.parametrize("text", ["Date", "=net", "Date=day"])
def test_a_map_that_says_nothing_is_a_wrong_request(text: str) -> None:
    with pytest.raises(RequestWrong):
        flows_import.parse_map(text)


@pytest.mark.parametrize("body", [b"", b"a,b\n1,2\n", b"{}\na,b\n", b"[1]\n"])
def test_a_body_that_is_no_import_is_refused(body: bytes) -> None:
    with pytest.raises(ContentRefused, match="does not begin as an import"):
        flows.read(Payload(flows.IMPORT, "s", "archive", NOW, body, origin="import"))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ContentRefused, match="no UTF-8"):
        read(LONG.encode() + b"\xff\n")


def test_the_archived_bytes_alone_give_the_same_rows_and_the_file_as_it_was() -> None:
    payload = payload_of(WIDE.encode("utf-8-sig").replace(b"\n", b"\r\n"), {"Date": "trade_date"})
    again = Payload(flows.IMPORT, "again", "archive", NOW, payload.body, origin="import")

    assert frame_of(flows.read(again)).equals(frame_of(flows.read(payload)))
    header, file = flows_import.read_header(payload.body)
    assert (header.source, header.mapping, file) == (
        "desk", {"Date": "trade_date"}, WIDE.encode("utf-8-sig").replace(b"\n", b"\r\n")
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.dates(date(2000, 1, 1), date(2026, 1, 1)),
        st.tuples(*[st.decimals(min_value=1, max_value=10**6, places=2)] * 4),
        min_size=1,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_the_order_of_lines_each_session_comes_back_exactly(
    days: dict[date, tuple[Decimal, Decimal, Decimal, Decimal]], random: Random
) -> None:
    lines = [
        f"{day},{label},{buy},{sell},{buy - sell}"
        for day, amounts in days.items()
        for label, buy, sell in (("FII/FPI", amounts[0], amounts[1]), ("DII", amounts[2], amounts[3]))
    ]
    random.shuffle(lines)

    frame = frame_of(read("\n".join(["trade_date,investor_class,buy,sell,net", *lines])))

    assert {(row[0], row[1]): (row[4], row[5], row[6]) for row in frame.to_numpy().tolist()} == {
        (day, one): (buy, sell, buy - sell)
        for day, amounts in days.items()
        for one, buy, sell in (("fii_fpi", amounts[0], amounts[1]), ("dii", amounts[2], amounts[3]))
    }


DAILY = "nse_fii_dii_daily_2026-05_2026-08.csv"
WITH_TIME = "nse_fii_dii_daily_2026-05-19_2026-08-21_with_fetch_time.csv"
GROWW = {f"equity.{one}_{what}": f"{one}_{what}" for one in ("fii", "dii") for what in ("buy", "sell", "net")}


def known_from_recorded() -> Known:
    frame = frame_of(read((RECORDED / WITH_TIME).read_bytes()))
    stored = {(row[0], row[1], row[2], "nse"): Figures(row[4], row[5], row[6]) for row in frame.to_numpy().tolist()}
    # 28-May and 26-Jun-2026 were holidays.
    return Known(frozenset(day for day, *_ in stored), stored)


@recorded_files
def test_the_recorded_history_gives_64_sessions_and_the_second_recording_the_same_rows() -> None:
    first = read((RECORDED / DAILY).read_bytes(), {"category": "investor_class", "net_value": "net"})
    second = read((RECORDED / WITH_TIME).read_bytes())

    assert (frame_of(first)["trade_date"].nunique(), len(frame_of(first)), len(first.rejects)) == (64, 128, 0)
    order = ["trade_date", "investor_class"]
    columns = frame_of(first).columns.drop("line_no")
    of_first, mine = (frame_of(one).sort_values(order)[columns] for one in (first, second))
    mine = mine[mine["trade_date"].isin(set(of_first["trade_date"]))]
    assert of_first.reset_index(drop=True).equals(mine.reset_index(drop=True))


@recorded_files
def test_the_recorded_file_of_blind_appends_has_40_rows_and_8_repeated() -> None:
    batch = read((RECORDED / "rejo_fii_dii_appended_with_duplicates.csv").read_bytes())

    assert (batch.rows_read, len(frame_of(batch)), batch.rows_repeated, len(batch.rejects)) == (48, 40, 8, 0)


@recorded_files
def test_the_recorded_zeros_of_groww_are_refused_and_its_figures_are_those_of_nse() -> None:
    known = known_from_recorded()
    files = {path.name: path.read_bytes() for path in sorted((RECORDED / "groww_daily").glob("*.json"))}
    zeros = {name for name, body in files.items() if b'"fii_buy": 0,' in body.partition(b"derivative")[0]}

    assert (len(files), len(zeros)) == (38, 9)
    for name, body in files.items():
        if name in zeros:
            with pytest.raises(
                ContentRefused,
                match=r"1 all_zero \(line 1: fii_buy, fii_sell and fii_net are zero",
            ):
                read(body, GROWW, source="groww", known=known)
        else:
            batch = read(body, GROWW, source="groww", known=known)
            assert (len(frame_of(batch)), len(batch.rejects)) == (2, 0), name


@recorded_files
def test_rows_dated_by_the_day_of_a_run_are_refused_as_the_session_has_other_figures_or_is_none() -> None:
    known = known_from_recorded()
    file = (RECORDED / "negative_example_wrong_date_FII_NET.csv").read_bytes()

    with pytest.raises(ContentRefused, match="not one of 103 lines is kept") as failure:
        read(file, {"Date": "trade_date", "Close": "fii_net"}, source="feed", known=known)

    counts = {reason: int(count) for count, reason in re.findall(r"(\d+) (\w+) \(line", str(failure.value))}
    assert counts["not_a_session"] == 2
    assert counts["other_figures"] == 52
    assert sum(counts.values()) == 103


@recorded_files
def test_the_recorded_wrong_dates_beside_a_second_class_are_refused_line_by_line() -> None:
    known = known_from_recorded()
    lines = (RECORDED / "negative_example_wrong_date_FII_NET.csv").read_text().splitlines()
    days = [date.fromisoformat(line[:10]) for line in lines[1:]]
    other = {day: known.stored.get((day, "dii", "all_exchanges", "nse")) for day in days}
    whole = [
        f"{line},{figures.net if figures else '1.00'}" for line, figures in zip(lines[1:], other.values(), strict=True)
    ]
    file = "\n".join([f"{lines[0]},DII", *whole])

    batch = read(file, {"Date": "trade_date", "Close": "fii_net", "DII": "dii_net"}, source="feed", known=known)

    span = min(known.sessions), max(known.sessions)
    within = [day for day in days if span[0] <= day <= span[1]]
    kept = set(frame_of(batch)["trade_date"])
    refused = dict(reasons(batch))
    for line, day in enumerate(days, start=2):
        key = (day, "fii_fpi", "all_exchanges", "nse")
        said = Decimal(lines[line - 1].split(",")[5])
        if day in within and day not in known.sessions:
            assert refused[line] == "not_a_session"
        elif key in known.stored and known.stored[key].net != said:
            assert refused[line] == "other_figures"
        else:
            assert day in kept
    counted = Counter(refused.values())
    assert counted["not_a_session"] == 2
    assert counted["other_figures"] + counted["not_a_session"] == len(refused)
