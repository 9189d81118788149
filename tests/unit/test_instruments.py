"""Instruments: what a symbol was, through changed symbols, ISINs and names, and what it is today."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import equity, index_members, instruments, listings
from pipelines.instruments import Resolver
from tests.unit.equity_files import ABSENT, RECORDED, recorded_days, recorded_payload, recorded_table

if TYPE_CHECKING:
    from collections.abc import Sequence

SIGHTINGS = ("exchange", "symbol", "series", "isin", "ticker", "name", "first_day", "last_day")
LISTINGS = ("exchange", "symbol", "series", "isin", "name", "listing_date", "seen_on")
CHANGES = ("exchange", "old_symbol", "new_symbol", "changed_on", "name")
NAMES = ("exchange", "symbol", "old_name", "new_name", "changed_on")

OLD, NEW = "INE476A01014", "INE476A01022"


def day(text: str) -> date:
    return date.fromisoformat(text)


def frame(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    return pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], columns=list(columns))


def seen(
    symbol: str, isin: str | None, first: str, last: str, series: str = "EQ", exchange: str = "NSE"
) -> list[object]:
    return [exchange, symbol, series, isin, None, None, day(first), day(last)]


def derive(
    sightings: Sequence[Sequence[object]] = (),
    listed: Sequence[Sequence[object]] = (),
    changes: Sequence[Sequence[object]] = (),
    names: Sequence[Sequence[object]] = (),
) -> pd.DataFrame:
    return instruments.derive(
        frame(SIGHTINGS, sightings), frame(LISTINGS, listed), frame(CHANGES, changes), frame(NAMES, names)
    )


def states(found: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    rows = found.to_dict("records")
    return [tuple(None if pd.isna(row[name]) else row[name] for name in columns) for row in rows]


def test_an_isin_holds_from_the_day_on_which_it_is_first_seen_and_is_null_before() -> None:
    found = derive(
        [
            seen("CANBK", None, "2011-06-01", "2011-06-21"),
            seen("CANBK", OLD, "2011-06-22", "2024-05-14"),
            seen("CANBK", NEW, "2024-05-15", "2024-06-28"),
        ]
    )

    assert states(found, "valid_from", "valid_to", "isin", "current_isin") == [
        (day("2011-06-01"), day("2011-06-21"), None, NEW),
        (day("2011-06-22"), day("2024-05-14"), OLD, NEW),
        (day("2024-05-15"), None, NEW, NEW),
    ]


def test_files_without_isins_do_not_take_a_known_one_away() -> None:
    found = derive([seen("TCS", NEW, "2024-01-01", "2024-07-05"), seen("TCS", None, "2024-07-08", "2026-08-21")])

    assert states(found, "valid_from", "valid_to", "isin") == [(day("2024-01-01"), None, NEW)]


def test_a_symbol_that_was_renamed_twice_leads_to_today_and_keeps_its_name_of_then() -> None:
    found = derive(
        [
            seen("SESAGOA", OLD, "2011-06-22", "2013-10-03"),
            seen("SSLT", OLD, "2013-10-04", "2015-05-06"),
            seen("VEDL", OLD, "2015-05-07", "2026-08-21"),
        ],
        [["NSE", "VEDL", "EQ", OLD, "Vedanta Limited", day("1998-05-13"), day("2026-05-16")]],
        [
            ["NSE", "SSLT", "VEDL", day("2015-05-07"), "Vedanta Limited"],
            ["NSE", "SESAGOA", "SSLT", day("2013-10-04"), "Vedanta Limited"],
        ],
        [
            ["NSE", "VEDL", "Sesa Sterlite Limited", "Vedanta Limited", day("2015-05-07")],
            ["NSE", "VEDL", "Sesa Goa Limited", "Sesa Sterlite Limited", day("2013-10-04")],
        ],
    )

    assert states(found, "symbol", "valid_from", "valid_to", "next_symbol", "name", "current_symbol") == [
        ("SESAGOA", day("2011-06-22"), day("2013-10-03"), "SSLT", "Sesa Goa Limited", "VEDL"),
        ("SSLT", day("2013-10-04"), day("2015-05-06"), "VEDL", "Sesa Sterlite Limited", "VEDL"),
        ("VEDL", day("2015-05-07"), None, None, "Vedanta Limited", "VEDL"),
    ]
    resolver = Resolver(found)
    assert [resolver.resolve(code) for code in ("SESAGOA", "SSLT", OLD, "VEDL")] == [("NSE", "VEDL")] * 4
    assert resolver.resolve("NEVER") is None


def test_two_renamings_on_one_day_are_followed() -> None:
    found = derive(
        [seen("A", OLD, "2020-01-01", "2020-05-31"), seen("C", OLD, "2020-06-01", "2020-12-31")],
        changes=[["NSE", "A", "B", day("2020-06-01"), None], ["NSE", "B", "C", day("2020-06-01"), None]],
    )

    assert Resolver(found).resolve("A") == ("NSE", "C")


def test_an_isin_that_left_a_symbol_for_another_renames_it_though_no_list_says_so() -> None:
    found = derive([seen("OLDCO", OLD, "2012-01-02", "2014-03-31"), seen("NEWCO", OLD, "2014-04-01", "2024-06-28")])

    assert states(found, "symbol", "valid_from", "valid_to", "next_symbol", "current_symbol") == [
        ("NEWCO", day("2014-04-01"), None, None, "NEWCO"),
        ("OLDCO", day("2012-01-02"), day("2014-03-31"), "NEWCO", "NEWCO"),
    ]


def test_a_symbol_of_two_companies_is_todays_unless_a_day_is_asked_for() -> None:
    found = derive(
        [
            seen("DTIL", OLD, "2012-01-02", "2019-12-31"),
            seen("DPTL", OLD, "2020-01-01", "2026-05-01"),
            seen("DTIL", NEW, "2022-01-03", "2026-05-01"),
        ],
        changes=[["NSE", "DTIL", "DPTL", day("2020-01-01"), None]],
    )

    resolver = Resolver(found)
    assert resolver.resolve("DTIL") == ("NSE", "DTIL")
    assert resolver.resolve("DTIL", on=day("2015-01-01")) == ("NSE", "DPTL")
    assert resolver.resolve(OLD) == ("NSE", "DPTL")


def test_bonds_and_preference_shares_under_a_companys_symbol_are_not_its_isin() -> None:
    found = derive(
        [seen("IRFC", "INE053F07603", "2012-01-02", "2024-06-28", "N1"), seen("IRFC", NEW, "2021-01-29", "2024-06-28")]
    )

    assert states(found, "isin", "series", "valid_from") == [(NEW, "EQ", day("2021-01-29"))]


def test_bse_has_tickers_and_its_code_is_reached_by_them() -> None:
    row = ["BSE", "500209", "A", NEW, "INFY", "INFOSYS LTD.", day("2024-07-08"), day("2026-09-29")]
    resolver = Resolver(derive([row]))

    assert resolver.resolve("INFY") == ("BSE", "500209")
    assert resolver.resolve("500209", exchange="NSE") is None


def test_nse_goes_before_bse_where_an_isin_is_of_both() -> None:
    found = derive(
        [seen("500209", NEW, "2024-07-08", "2026-09-29", "A", "BSE"), seen("INFY", NEW, "2024-01-01", "2024-06-28")]
    )

    assert Resolver(found).resolve(NEW) == ("NSE", "INFY")
    assert Resolver(found).resolve(NEW, exchange="BSE") == ("BSE", "500209")


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("ABCD"), st.integers(0, 3)), max_size=6))
def test_any_changes_give_states_that_follow_each_other_without_overlap(changes: list[tuple[str, str, int]]) -> None:
    distinct = {(old, new): day(f"202{year}-01-01") for old, new, year in changes}
    found = derive(
        [seen(symbol, None, "2019-01-01", "2026-01-01") for symbol in "ABCD"],
        changes=[["NSE", old, new, on, None] for (old, new), on in distinct.items()],
    )

    for _, of_symbol in found.groupby("symbol"):
        rows = sorted(of_symbol.to_dict("records"), key=lambda row: row["valid_from"])
        for before, after in pairwise(rows):
            assert before["valid_to"] is not pd.NA
            assert before["valid_to"] < after["valid_from"]


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
def test_recorded_files_and_masters_give_histories_that_resolve() -> None:
    resolver = Resolver(recorded_instruments())

    found = resolver.instruments
    assert not found.duplicated(["exchange", "symbol", "valid_from"]).any()
    assert not (found["valid_to"] < found["valid_from"]).any()
    for old, today in {"CADILAHC": "ZYDUSLIFE", "SESAGOA": "VEDL", "SSLT": "VEDL", "INFOSYSTCH": "INFY"}.items():
        assert resolver.resolve(old) == ("NSE", today)
    assert resolver.resolve("INE144J01019") == ("NSE", "20MICRONS")
    microns = found[found["symbol"] == "20MICRONS"]
    assert microns["isin"].dropna().tolist() == ["INE144J01019", "INE144J01027"]


def recorded_instruments() -> pd.DataFrame:
    spans = []
    for name in (*recorded_days("nse_cm_old_eras"), *recorded_days("nse_cm_legacy_pure")):
        batch = equity.normalise(recorded_table(name), recorded_payload(name))
        spans += [rows.frame for rows in batch.rows if rows.group == "isin"]
    keys = ["exchange", "symbol", "series", "isin"]
    sightings = (
        pd.concat(spans)
        .groupby(keys, as_index=False)
        .agg(first_day=("trade_date", "min"), last_day=("trade_date", "max"))
    )
    listed = pd.concat([listing(name) for name in ("EQUITY_L", "SME_EQUITY_L", "eq_etfseclist")])
    seen_on = pd.Series(pa.repeat(pa.scalar(day("2026-05-16")), len(listed)).to_pylist(), index=listed.index)
    return instruments.derive(
        sightings.assign(ticker=None, name=None),
        listed.assign(seen_on=seen_on),
        listing("symbolchange"),
        listing("namechange"),
    )


def listing(name: str) -> pd.DataFrame:
    file = f"masters/{name}.csv"
    return listings.normalise(recorded_table(file), recorded_payload(file)).rows[0].frame


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
@pytest.mark.parametrize(
    ("name", "table", "rows", "absent", "repeated"),
    [
        ("EQUITY_L", "listing", 2365, 0, 0),
        ("SME_EQUITY_L", "listing", 545, 0, 0),
        ("eq_etfseclist", "listing", 320, 0, 0),
        ("REITS_L", "listing", 3, 1, 0),
        ("INVITS_L", "listing", 5, 1, 0),
        ("symbolchange", "symbol_change", 1029, 0, 0),
        ("namechange", "name_change", 2047, 0, 251),
        ("ind_nifty500list", "index_member", 500, 0, 0),
    ],
)
def test_each_recorded_list_gives_its_rows(name: str, table: str, rows: int, absent: int, repeated: int) -> None:
    file = f"masters/{name}.csv"
    batch = listings.normalise(recorded_table(file), recorded_payload(file))

    assert (batch.rows[0].table, len(batch.rows[0].frame), len(batch.rejects)) == (table, rows, 0)
    assert (batch.rows_absent, batch.rows_repeated) == (absent, repeated)
    assert bool(batch.rows[0].complete) == (table in {"listing", "index_member"})


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
def test_traps_of_the_masters() -> None:
    equity_list = {row["symbol"]: row for row in listing("EQUITY_L").to_dict("records")}
    sme = {row["symbol"]: row for row in listing("SME_EQUITY_L").to_dict("records")}
    etfs = {row["symbol"]: row for row in listing("eq_etfseclist").to_dict("records")}

    assert equity_list["20MICRONS"]["listing_date"] == day("2008-10-06")
    assert sme["SIMCA"]["listing_date"] == day("2026-05-15")
    assert etfs["NIFTYBEES"]["listing_date"] == day("2002-01-08")
    assert etfs["NIFTYBEES"]["series"] == "EQ"
    changes = listing("symbolchange")
    assert changes["name"].isna().sum() == 1
    assert not changes["name"].dropna().str.startswith(" ").any()


def test_members_are_in_an_index_from_the_first_list_that_has_them() -> None:
    lists = {day("2026-03-01"): ["A", "B"], day("2026-03-08"): ["A", "C"], day("2026-03-15"): ["A", "B", "C"]}

    assert states(index_members.spans("Nifty 50", lists), "symbol", "valid_from", "valid_to") == [
        ("A", day("2026-03-01"), None),
        ("B", day("2026-03-01"), day("2026-03-07")),
        ("B", day("2026-03-15"), None),
        ("C", day("2026-03-08"), None),
    ]
