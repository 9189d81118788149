"""All recorded bhavcopies of both exchanges as rows of market.equity_eod: nothing lost, nothing of another day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from munim.core.errors import ContentRefused, NotYetPublished
from munim.core.payload import Payload
from pipelines import equity
from pipelines.previous_close import continuity
from tests.unit.equity_files import (
    ABSENT,
    FETCHED_AT,
    RECORDED,
    STALE,
    day_of,
    parse,
    payload,
    recorded_days,
    recorded_payload,
    recorded_table,
    rows_of_text,
    sum_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from loaders.keyed_batch import KeyedBatch

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)

BOUNDARY = "nse_cm_format_boundary"
FOLDERS = [
    "nse_cm_old_eras",
    "nse_cm_legacy_pure",
    BOUNDARY,
    "nse_sec_bhavdata_full_raw",
    "nse_sec_full_EQ_only_2026-08",
    "bse_eq_legacy",
]


@cache
def batch_of(name: str) -> KeyedBatch:
    return equity.normalise(recorded_table(name), recorded_payload(name))


def group_of(name: str, group: str) -> pd.DataFrame:
    return next(rows.frame for rows in batch_of(name).rows if rows.group == group)


@pytest.mark.parametrize("folder", FOLDERS)
def test_rows_and_sums_of_volume_and_value_equal_those_of_the_text(folder: str) -> None:
    for name in recorded_days(folder):
        rows = rows_of_text(name)
        prices = group_of(name, "price")

        assert len(prices) == len(rows), name
        assert len(batch_of(name).rejects) == 0
        assert prices["volume"].sum() == sum_of(rows, "TOTTRDQTY", "TTL_TRD_QNTY", "NO_OF_SHRS")
        value = sum_of(rows, "TURNOVER_LACS", "TOTTRDVAL", "NET_TURNOV")
        in_lakhs = "TURNOVER_LACS" in rows[0]
        group, column = ("average", "turnover_lakh") if in_lakhs else ("value", "value_inr")
        assert sum(group_of(name, group)[column].dropna(), Decimal(0)) == value


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_row_is_of_the_day_of_its_name_and_no_key_repeats(folder: str) -> None:
    for name in recorded_days(folder):
        batch = batch_of(name)
        day = day_of(name.rpartition("/")[2])

        assert batch.span == (day, day)
        assert batch.modal == day
        for rows in batch.rows:
            assert set(rows.frame["trade_date"]) == {day}
            assert not rows.frame.duplicated(["exchange", "trade_date", "symbol", "series"]).any()


@pytest.mark.parametrize("name", STALE)
def test_the_three_files_that_hold_another_session_are_no_data_for_their_day(name: str) -> None:
    body = (RECORDED / BOUNDARY / name).read_bytes()
    asked, inside = day_of(name), STALE[name]
    message = f"holds the session of {inside}: no data for {asked}"

    had = payload(body, name)
    with pytest.raises(ContentRefused, match=message):
        equity.normalise(parse(had), had)

    url = "https://nsearchives.nseindia.com/products/content/sec_bhavdata_full.csv"
    fetched = Payload("nse.bhavcopy_full", asked.isoformat(), url, FETCHED_AT, body)
    with pytest.raises(NotYetPublished, match=message):
        equity.normalise(parse(fetched), fetched)


def test_bse_files_have_no_date_inside_and_their_rows_say_that_the_name_gave_it() -> None:
    prices = group_of("bse_eq_legacy/03JUN2024.csv", "price")

    assert set(prices["date_from"]) == {"name"}
    assert set(prices["trade_date"]) == {date(2024, 6, 3)}
    assert set(group_of(f"{BOUNDARY}/03JUN2024.csv", "price")["date_from"]) == {"content"}


def test_a_bse_file_without_a_day_in_name_or_slot_is_refused() -> None:
    body = (RECORDED / "bse_eq_legacy/03JUN2024.csv").read_bytes()
    nameless = payload(body, "bhav.csv")

    with pytest.raises(ContentRefused, match="without a date, inside or in its name"):
        equity.normalise(parse(nameless), nameless)

    by_slot = payload(body, "bhav.csv", slot="2024-06-03")
    assert equity.normalise(parse(by_slot), by_slot).modal == date(2024, 6, 3)


def test_bse_rows_are_known_by_their_scrip_code_with_name_and_ticker_beside() -> None:
    legacy = group_of("bse_eq_legacy/03JUN2024.csv", "label").iloc[0]
    udiff = group_of("udiff_samples/bse_udiff_20260929_trimmed.csv", "label").iloc[1]

    assert (legacy["exchange"], legacy["symbol"], legacy["series"], legacy["name"]) == (
        "BSE",
        "500002",
        "A",
        "ABB LTD.",
    )
    assert (udiff["symbol"], udiff["ticker"], udiff["name"]) == ("500209", "INFY", "INFOSYS LTD.")


def test_a_dash_for_deliveries_is_null_and_never_0_for_every_be_and_bz_row() -> None:
    for name in (f"{BOUNDARY}/05JUL2024.csv", f"{BOUNDARY}/01JUL2024.csv", "nse_sec_bhavdata_full_raw/04SEP2024.csv"):
        delivery = group_of(name, "delivery")

        assert not set(delivery["series"]) & {"BE", "BZ"}
        assert {"BE", "BZ"} <= set(group_of(name, "price")["series"])
        assert delivery["delivered_quantity"].notna().all()


def test_no_delivery_at_all_is_0_and_kept() -> None:
    delivery = group_of(f"{BOUNDARY}/01JUL2024.csv", "delivery")
    row = delivery[(delivery["symbol"] == "AARTISURF") & (delivery["series"] == "P1")].iloc[0]

    assert (row["delivered_quantity"], row["delivery_pct"]) == (0, Decimal(0))


def test_quantities_go_over_int32() -> None:
    largest = max(group_of(name, "price")["volume"].max() for name in recorded_days(BOUNDARY))

    assert largest == 3_010_028_341 > 2**31


def test_a_last_or_previous_price_of_0_is_null() -> None:
    assert group_of("nse_cm_old_eras/03NOV1994.csv", "price")["previous_close"].isna().all()
    assert group_of("nse_cm_old_eras/31OCT1995.csv", "price")["last"].isna().all()


def test_lakhs_are_kept_as_they_are_and_a_rounded_away_value_is_null() -> None:
    averages = group_of("nse_sec_bhavdata_full_raw/04SEP2024.csv", "average").set_index("symbol")

    assert averages.loc["20MICRONS", "turnover_lakh"] == Decimal("2481.61")
    assert averages["turnover_lakh"].isna().sum() == 3


def test_udiff_and_full_say_the_same_of_one_row_and_neither_goes_before_the_other() -> None:
    from pipelines.equity_tables import EQUITY_EOD

    def of(name: str, group: str) -> pd.DataFrame:
        return group_of(name, group).set_index(["symbol", "series"])

    sample, whole = "udiff_samples/nse_udiff_20240708_trimmed.csv", f"{BOUNDARY}/08JUL2024.csv"
    udiff, full = of(sample, "price"), of(whole, "price").loc[of(sample, "price").index]

    for column in EQUITY_EOD.groups[0].columns:
        assert udiff[column].tolist() == full[column].tolist()
    exact, rounded = of(sample, "value")["value_inr"], of(whole, "average").loc[udiff.index, "turnover_lakh"]
    assert [round(value / 100_000, 2) for value in exact] == rounded.tolist()
    rank = EQUITY_EOD.groups[0].rank
    assert rank["nse.bhavcopy_udiff"] == rank["nse.bhavcopy_legacy"] == rank["nse.bhavcopy_full"]
    assert EQUITY_EOD.groups[1].columns == ("value_inr",)
    assert "nse.bhavcopy_full" not in EQUITY_EOD.groups[1].rank


def test_the_2024_boundary_between_layouts_leaves_no_seam() -> None:
    """Each session's previous closes are the closes of the one before, through legacy (to 3 July) and full (from 4)."""
    days = recorded_days(BOUNDARY)
    layouts = [batch_of(name).layout for name in days]
    assert layouts[layouts.index("nse-full") - 1] == "nse-legacy-isin-delivery"

    for before, name in pairwise(days):
        found = continuity(batch_of(name), closes_of(before))
        assert found is not None
        assert found.compared > 1700
        assert not found.session_missing
        assert found.broken <= 3, (name, found)

    closes = [closes_of(name)["RELIANCE"] for name in days]
    assert [day for day, _ in closes] == sorted({day for day, _ in closes})


def test_a_missing_session_breaks_most_previous_closes_and_is_named() -> None:
    found = continuity(batch_of(f"{BOUNDARY}/05JUN2024.csv"), closes_of(f"{BOUNDARY}/03JUN2024.csv"))

    assert found is not None
    assert found.session_missing
    assert found.share > Decimal("0.9")
    check = found.check()
    assert (check.passed, check.blocking) == (False, False)
    assert "the session before 2024-06-05, after 2024-06-03, is missing" in check.detail


def closes_of(name: str) -> dict[str, tuple[date, Decimal]]:
    prices = group_of(name, "price")
    prices = prices[prices["series"] == "EQ"]
    return {
        symbol: (day, close)
        for symbol, day, close in zip(prices["symbol"], prices["trade_date"], prices["close"], strict=True)
    }
