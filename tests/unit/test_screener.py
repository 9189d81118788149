"""The screener's figures, against a plain computation of one security at a time."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.screener_columns import SCREENER_FIGURES, SCREENER_KEY
from pipelines.adjusted import adjust
from pipelines.screener import PERIODS, days_needed, days_that_need, panel, screen_all, screen_sessions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAYS = [day.date() for day in pd.bdate_range("2020-01-01", "2026-03-31")]
OTHERS = ["pct_from_52w_high", "pct_from_52w_low", "average_200d_inr", "volatility_20d_pct", "volume_ratio"]
NO_ACTIONS = pd.DataFrame(
    columns=["exchange", "symbol", "series", "ex_date", "subject", "shares_after", "shares_before"]
)


def rows_of(
    symbol: str, days: Sequence[date], closes: Sequence[float], *, series: str = "EQ", exchange: str = "NSE"
) -> pd.DataFrame:
    """End-of-day rows; the high is 1% above the close, the low 1% below, volume and deliveries go with the day."""
    close = np.array(closes, dtype=float)
    volume = 1000 + 10 * (np.arange(len(days)) % 7)
    return pd.DataFrame(
        {
            "exchange": exchange,
            "symbol": symbol,
            "series": series,
            "trade_date": list(days),
            "high": close * 1.01,
            "low": close * 0.99,
            "close": close,
            "volume": volume,
            "value_inr": close * volume,
            "delivered_quantity": volume / 2,
            "delivery_pct": 50.0,
        }
    )


def walk(days: Sequence[date], seed: int, start: float = 100.0) -> list[float]:
    steps = np.random.default_rng(seed).normal(0, 0.02, len(days))
    return [round(one, 2) for one in start * np.exp(np.cumsum(steps))]


def split(symbol: str, ex_date: date, shares: int | None = 5) -> dict[str, object]:
    before = None if shares is None else 1
    said = {"subject": "made", "shares_after": shares, "shares_before": before}
    return {"exchange": "NSE", "symbol": symbol, "series": "EQ", "ex_date": ex_date, **said}


def screened(rows: pd.DataFrame, *actions: dict[str, object]) -> pd.DataFrame:
    return screen_all(panel(adjust(rows, pd.DataFrame(list(actions), columns=list(NO_ACTIONS.columns)))))


def last(rows: pd.DataFrame, *actions: dict[str, object]) -> Mapping[str, float | None]:
    found = screened(rows, *actions).to_dict("records")[-1]
    return {str(name): None if pd.isna(value) else value for name, value in found.items()}


def expected(days: Sequence[date], closes: Sequence[float], volumes: Sequence[float]) -> dict[str, float | None]:
    """The figures of the last day, written down as one would say them."""
    day, close = days[-1], closes[-1]
    year = (pd.Timestamp(day) - pd.DateOffset(years=1)).date()
    recent = sum(then > year for then in days)
    changes = [(after / before - 1) * 100 for before, after in pairwise(closes[-recent:])]
    figures: dict[str, float | None] = {"return_1d_pct": changes[-1] if changes else None}
    back = {
        "return_1w_pct": pd.DateOffset(days=7),
        "return_1m_pct": pd.DateOffset(months=1),
        "return_3m_pct": pd.DateOffset(months=3),
        "return_6m_pct": pd.DateOffset(months=6),
        "return_12m_pct": pd.DateOffset(years=1),
        "return_3y_pct": pd.DateOffset(years=3),
        "return_5y_pct": pd.DateOffset(years=5),
    }
    for name, offset in back.items():
        target = (pd.Timestamp(day) - offset).date()
        before = [(then, price) for then, price in zip(days, closes, strict=True) if then <= target]
        is_fresh = bool(before) and target - before[-1][0] <= timedelta(days=31)
        figures[name] = (close / before[-1][1] - 1) * 100 if is_fresh else None
    of_year = [price for then, price in zip(days, closes, strict=True) if then > year]
    has_year = figures["return_12m_pct"] is not None
    figures["pct_from_52w_high"] = (close / (max(of_year) * 1.01) - 1) * 100 if has_year else None
    figures["pct_from_52w_low"] = (close / (min(of_year) * 0.99) - 1) * 100 if has_year else None
    for count in (20, 50, 200):
        figures[f"average_{count}d_inr"] = fmean(closes[-count:]) if recent >= count else None
    figures["volatility_20d_pct"] = stdev(changes[-20:]) * math.sqrt(252) if len(changes) >= 20 else None
    ratio = volumes[-1] / fmean(volumes[-21:-1]) if recent > 20 else None
    values = [price * volume for price, volume in zip(closes, volumes, strict=True)]
    figures |= {"volume_ratio": ratio, "delivery_ratio": ratio, "delivery_pct": 50.0}
    figures["average_value_20d_inr"] = fmean(values[-20:]) if recent >= 20 else None
    return figures


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([1, 2, 20, 21, 22, 49, 50, 199, 200, 260, 300, 800, 1500]), st.integers(0, 5), st.data())
def test_each_figure_is_what_a_plain_computation_gives(count: int, seed: int, data: st.DataObject) -> None:
    gaps = data.draw(st.sets(st.integers(0, count - 1), max_size=count // 3))
    days = [day for place, day in enumerate(DAYS[-count:]) if place not in gaps or place == count - 1]
    closes = walk(days, seed)
    rows = rows_of("TCS", days, closes)

    found = last(rows)

    for name, value in expected(days, closes, rows["volume"].tolist()).items():
        assert found[name] == (value if value is None else pytest.approx(value, abs=1e-4)), name


def test_the_key_and_all_figures_are_there_in_order() -> None:
    found = screened(rows_of("TCS", DAYS[:3], [1, 2, 3]))

    assert list(found.columns) == [*SCREENER_KEY, *SCREENER_FIGURES]
    assert found["as_of_date"].tolist() == DAYS[:3]
    assert set(PERIODS) < set(SCREENER_FIGURES)


@pytest.fixture(scope="module")
def market() -> pd.DataFrame:
    """Forty securities over five and a half years, some listed late, some with gaps, some that split."""
    days = DAYS[-1400:]
    pieces = []
    for number in range(40):
        own = days[number * 20 :] if number % 3 == 0 else [day for day in days if (day.day + number) % 11]
        pieces.append(rows_of(f"S{number:02}", own, walk(own, number)))
    splits = [split(f"S{number:02}", days[100 * (number % 13) + 50]) for number in range(0, 40, 2)]
    splits += [split("S01", days[700], None)]
    return adjust(pd.concat(pieces, ignore_index=True), pd.DataFrame(splits))


def test_one_session_alone_gives_the_rows_of_the_whole_to_the_last_digit(market: pd.DataFrame) -> None:
    whole = panel(market)
    everything = screen_all(whole)

    for as_of in (DAYS[-1], DAYS[-300], DAYS[-1390]):
        rows = everything[everything["as_of_date"] == as_of].reset_index(drop=True)
        assert len(rows) > 10
        pd.testing.assert_frame_equal(screen_sessions(whole, [as_of]), rows, check_exact=True)
        # No more history than the session needs, and none of the days after it.
        spans = days_needed(as_of, as_of)
        needed = market[[any(begin <= day <= end for begin, end in spans) for day in market["trade_date"]]]
        assert len(needed) < len(market)
        pd.testing.assert_frame_equal(screen_sessions(panel(needed), [as_of]), rows, check_exact=True)


def test_the_sessions_that_need_a_day_are_those_that_change_when_it_is_missing(market: pd.DataFrame) -> None:
    missing = DAYS[-900]
    whole, lacking = (
        screen_all(panel(kept)).set_index(["symbol", "as_of_date"])[list(PERIODS) + OTHERS].astype(float).fillna(-1e9)
        for kept in (market, market[market["trade_date"] != missing])
    )
    rows = whole.index.difference(whole.index[[day == missing for _, day in whole.index]])
    differs = (whole.loc[rows] != lacking.loc[rows]).any(axis=1)
    days = {day for _, day in rows[differs.to_numpy()]}

    spans = days_that_need(missing)
    assert days
    assert all(any(begin <= day <= end for begin, end in spans) for day in days)


def test_a_session_without_rows_gives_none(market: pd.DataFrame) -> None:
    found = screen_sessions(panel(market), [date(2026, 3, 29)])

    assert len(found) == 0
    assert list(found.columns) == [*SCREENER_KEY, *SCREENER_FIGURES]


def test_a_split_is_no_fall_and_no_new_low() -> None:
    days = DAYS[-300:]
    closes = [500.0] * 150 + [100.0] * 150
    found = last(rows_of("TCS", days, closes), split("TCS", days[150]))

    assert found["return_12m_pct"] == pytest.approx(0)
    assert found["pct_from_52w_high"] == pytest.approx(-0.9901)
    assert found["average_200d_inr"] == pytest.approx(100)
    unadjusted = last(rows_of("TCS", days, closes))
    assert unadjusted["pct_from_52w_high"] == pytest.approx(-80.198, abs=1e-3)


def test_a_later_split_changes_no_row_of_before_it() -> None:
    days = DAYS[-300:]
    rows = rows_of("TCS", days, walk(days, 3))

    before = screened(rows)
    after = screened(rows, split("TCS", DAYS[-1] + timedelta(days=1)))

    pd.testing.assert_frame_equal(before, after)


def test_after_a_demerger_history_begins_anew_and_before_it_stays() -> None:
    days = DAYS[-600:]
    rows = rows_of("TCS", days, walk(days, 4))

    found = screened(rows, split("TCS", days[300], None))

    on_the_day = found.iloc[300]
    assert pd.isna(on_the_day["return_1d_pct"])
    assert pd.isna(on_the_day["pct_from_52w_high"])
    pd.testing.assert_frame_equal(found.iloc[:300], screened(rows).iloc[:300])


def test_a_close_of_long_before_says_nothing() -> None:
    days = [DAYS[-300], *DAYS[-3:]]

    found = last(rows_of("TCS", days, [100, 110, 120, 130]))

    assert found["return_1m_pct"] is None
    assert found["return_12m_pct"] is None
    assert found["return_1d_pct"] == pytest.approx(130 / 120 * 100 - 100, abs=1e-4)


def test_a_security_has_one_row_a_day_of_its_first_series_and_bonds_have_none() -> None:
    days = DAYS[-2:]
    series = [rows_of("TCS", days, [5, 5], series=name) for name in ("T0", "BE", "N1", "EQ")]
    bse = rows_of("500209", days, [7, 8], series="XT", exchange="BSE")

    found = screened(pd.concat([*series, bse.iloc[:1], rows_of("IRFC", days, [1, 1], series="N1"), bse.iloc[1:]]))

    securities = found[["exchange", "symbol", "series"]].drop_duplicates()
    assert [tuple(row.values()) for row in securities.to_dict("records")] == [
        ("BSE", "500209", "XT"),
        ("NSE", "TCS", "EQ"),
    ]
    assert len(found) == 4


def test_missing_deliveries_are_null_and_spoil_no_other_figure() -> None:
    days = DAYS[-30:]
    rows = rows_of("TCS", days, walk(days, 5)).assign(delivered_quantity=np.nan, delivery_pct=np.nan)

    found = last(rows)

    assert (found["delivery_ratio"], found["delivery_pct"]) == (None, None)
    assert found["volume_ratio"] is not None
