"""The screener's figures of a session, from adjusted end-of-day rows; with pandas and NumPy, pure.

One function computes the figures of any rows from the history behind them: all sessions at once, or the rows of one new
session, which then come out the same to the last digit. Averages are in ₹ of their own day, so that a later split
changes no row of before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loaders.screener_columns import AVERAGE_DAYS, SCREENER_FIGURES, SCREENER_KEY
from pipelines.adjusted import floats
from pipelines.instrument_facts import SERIES_ORDER

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int64]

PERIODS = {
    "return_1w_pct": pd.DateOffset(days=7),
    "return_1m_pct": pd.DateOffset(months=1),
    "return_3m_pct": pd.DateOffset(months=3),
    "return_6m_pct": pd.DateOffset(months=6),
    "return_12m_pct": pd.DateOffset(years=1),
    "return_3y_pct": pd.DateOffset(years=3),
    "return_5y_pct": pd.DateOffset(years=5),
}
STALE_DAYS = 31
"""A close older than this much before the day that is looked for says nothing of it: the security was suspended."""

YEAR = pd.DateOffset(years=1)
SESSIONS_A_YEAR = 252
RECENT = 20
LONGEST = max(*AVERAGE_DAYS, RECENT + 1)
MOST_SESSIONS_A_YEAR = 366

RAW = ("value_inr", "delivery_pct", "factor")
ADJUSTED = tuple(f"adjusted_{name}" for name in ("high", "low", "close", "volume", "delivered_quantity"))

ROWS_AT_ONCE = 20_000
FEW = 20
"""Of fewer rows than one in so many the year's highest and lowest prices are looked for one by one."""

DECIMALS = {"average": 6, "other": 4}


@dataclass(frozen=True)
class Panel:
    """End-of-day rows in order of security and day, one a day, as flat arrays.

    `security` numbers the securities, `start` is the place of each row's security's first row, `day` counts from 1970.
    `given` is where each row stands among those that were given: `rows` are theirs, the columns that figures are set
    beside, and `numbers`, those that they are made of. To put all of them in order costs more than one session's
    figures do.
    """

    security: Places
    start: Places
    day: Places
    given: Places
    rows: pd.DataFrame
    numbers: dict[str, Floats]

    @cached_property
    def key(self) -> Places:
        """One number a row, in order of security and day."""
        return self.security * _DAYS + self.day

    @cached_property
    def highest(self) -> list[Floats]:
        """The highest price of each row and those behind it: of 1, 2, 4, 8, … rows, whosever they are."""
        return _doubling(self.numbers["adjusted_high"][self.given], np.fmax)

    @cached_property
    def lowest(self) -> list[Floats]:
        """The lowest price, likewise."""
        return _doubling(self.numbers["adjusted_low"][self.given], np.fmin)


_DAYS = 1 << 20
"""More days than there are: a security's rows stand apart from the next one's."""


def panel(adjusted: pd.DataFrame) -> Panel:
    """Return end-of-day rows ordered for the figures, of each security and day the one of its first series.

    `adjusted`: exchange, symbol (today's), series, trade_date, close, value_inr, delivery_pct, factor, era,
    adjusted_high, adjusted_low, adjusted_close, adjusted_volume and adjusted_delivered_quantity, as `adjusted.adjust`
    makes them of the joined groups of `market.equity_eod`. Figures are shown for `traded_symbol`, the symbol of the
    day, where there is such a column.
    """
    series = pd.Categorical(adjusted["series"])
    rank = {name: place for place, name in enumerate(SERIES_ORDER)}
    of_nse = (adjusted["exchange"] == "NSE").to_numpy(dtype=bool)
    order = np.array([rank.get(str(name), -1) for name in series.categories], dtype=np.int64)[series.codes]
    order = np.where(of_nse, order, series.codes)
    exchange, symbol = (_ranked(adjusted[name]) for name in ("exchange", "symbol"))
    day = pd.to_datetime(adjusted["trade_date"]).to_numpy("datetime64[D]").astype(np.int64)
    security = exchange * (symbol.max(initial=0) + 1) + symbol
    places = _one_a_day(security, day, order)
    security, era = security[places], adjusted["era"].to_numpy(dtype=np.int64)[places]
    # After an action of unknown effect (a demerger) a security's history begins anew.
    is_start = np.diff(security, prepend=-1).astype(bool) | np.diff(era, prepend=0).astype(bool)
    number = np.cumsum(is_start) - 1
    numbers = {name: floats(adjusted[name]) for name in (*RAW, *ADJUSTED)}
    shown = adjusted.assign(symbol=adjusted["traded_symbol"]) if "traded_symbol" in adjusted.columns else adjusted
    rows = shown[["exchange", "symbol", "series", "trade_date", "close", "value_inr"]]
    return Panel(number, np.flatnonzero(is_start)[number], day[places], places, rows, numbers)


def _one_a_day(security: Places, day: Places, order: Places) -> Places:
    """Return the places of rows in order of security and day, of each of both the one of the lowest order.

    Rows of an order below 0 are left out.
    """
    kept = np.flatnonzero(order >= 0)
    if (np.diff(day[kept]) < 0).any():
        kept = kept[np.argsort(day[kept], kind="stable")]
    # NumPy sorts small numbers by their digits, in a fraction of the time.
    small = security[kept].astype(np.uint16 if security.max(initial=0) < 1 << 16 else np.int64)
    places = kept[np.argsort(small, kind="stable")]
    begins = np.diff(security[places], prepend=-1).astype(bool) | np.diff(day[places], prepend=-1).astype(bool)
    starts = np.flatnonzero(begins)
    if len(starts) == len(places):
        return places
    ranked = order[places] * len(places) + np.arange(len(places))
    best: Places = places[np.minimum.reduceat(ranked, starts) % len(places)]
    return best


def screen_all(history: Panel) -> pd.DataFrame:
    """Return the figures of every row of the history: `SCREENER_KEY` and `SCREENER_FIGURES`."""
    return _screened(history, np.arange(len(history.day)))


def screen_sessions(history: Panel, sessions: Collection[date]) -> pd.DataFrame:
    """Return the figures of some sessions: the same rows as `screen_all` has for them.

    The history may be what `days_needed` says; what else there is changes nothing.
    """
    days = np.array(list(sessions), dtype="datetime64[D]").astype(np.int64)
    return _screened(history, np.flatnonzero(np.isin(history.day, days)))


def days_needed(first: date, last: date) -> list[tuple[date, date]]:
    """Return the spans of days, both ends included and in order, that the figures of sessions from a day to one need.

    A year and a month before them, and the months that end 3 and 5 years before: those overlap for many sessions.
    """
    spans: list[tuple[date, date]] = []
    for offset in (pd.DateOffset(years=5), pd.DateOffset(years=3), YEAR):
        begin = (pd.Timestamp(first) - offset - pd.DateOffset(days=STALE_DAYS)).date()
        end = last if offset is YEAR else (pd.Timestamp(last) - offset).date()
        if spans and begin <= spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return spans


def days_that_need(day: date) -> list[tuple[date, date]]:
    """Return the spans of sessions of which figures may hang on a day's rows, the day's own among them."""
    month = pd.DateOffset(days=STALE_DAYS)
    one = pd.DateOffset(days=1)
    spans = [(day, (pd.Timestamp(day) + YEAR + month + one).date())]
    for offset in (pd.DateOffset(years=3), pd.DateOffset(years=5)):
        # A day more on either side: 29 February has no day in other years.
        begin = pd.Timestamp(day) + offset - one
        spans.append((begin.date(), (begin + month + pd.DateOffset(days=3)).date()))
    return spans


def _ranked(column: pd.Series) -> Places:
    """Return a number for each cell, in the order of the texts."""
    cells = pd.Categorical(column)
    names = np.array([str(name) for name in cells.categories], dtype=object)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(names)] = np.arange(len(names))
    ranked: Places = rank[cells.codes]
    return ranked


def _screened(history: Panel, places: Places) -> pd.DataFrame:
    starts = range(0, max(len(places), 1), ROWS_AT_ONCE)
    few = len(places) * FEW < len(history.day)
    return _framed(history, places, [_figures(history, places[at : at + ROWS_AT_ONCE], few=few) for at in starts])


def _framed(history: Panel, places: Places, pieces: list[dict[str, Floats]]) -> pd.DataFrame:
    rows = history.rows.iloc[history.given[places]].reset_index(drop=True).rename(columns={"trade_date": "as_of_date"})
    figures = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]} if pieces else {}
    for name, values in figures.items():
        decimals = DECIMALS["average" if name.startswith("average") else "other"]
        rows[name] = pd.Series(np.round(values, decimals), dtype="Float64").mask(~np.isfinite(values))
    return rows[[*SCREENER_KEY, *SCREENER_FIGURES]]


def _figures(history: Panel, at: Places, *, few: bool) -> dict[str, Floats]:
    """Return the figures of some rows, which are `few` of all or not.

    A row's figures depend on the rows of its security behind it alone.
    """
    recent = _window(history, at, LONGEST)
    closes = _taken(history.numbers["adjusted_close"], recent)
    given = history.given[at]
    now = closes[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        changes = closes[:, :RECENT] / closes[:, 1 : RECENT + 1] - 1
        figures = {"return_1d_pct": changes[:, 0] * 100}
        for name, offset in PERIODS.items():
            figures[name] = (now / _close_before(history, at, offset) - 1) * 100
        figures |= _year_figures(history, at, now, few=few)
        for count in AVERAGE_DAYS:
            # Adjusted prices are in ₹ of today: divided by the day's own factor they are in ₹ of the day.
            figures[f"average_{count}d_inr"] = closes[:, :count].mean(axis=1) / history.numbers["factor"][given]
        figures["volatility_20d_pct"] = changes.std(axis=1, ddof=1) * np.sqrt(SESSIONS_A_YEAR) * 100
        figures["volume_ratio"] = _ratio(history, "adjusted_volume", recent)
        figures["delivery_ratio"] = _ratio(history, "adjusted_delivered_quantity", recent)
        figures["average_value_20d_inr"] = _taken(history.numbers["value_inr"], recent[:, :RECENT]).mean(axis=1)
    figures["delivery_pct"] = history.numbers["delivery_pct"][given]
    return figures


def _window(history: Panel, at: Places, count: int) -> Places:
    """Return for each row its place among the given ones and those of the rows before it, newest first.

    -1 before the security's first row, and for what is a year old and more.
    """
    places = at[:, None] - np.arange(count)
    begin = _shifted(history.day[at], YEAR)
    first = np.searchsorted(history.key, history.security[at] * _DAYS + begin, side="right")
    return np.where(places >= first[:, None], history.given[np.maximum(places, 0)], -1)


def _taken(values: Floats, places: Places) -> Floats:
    return np.where(places >= 0, values[places], np.nan)


def _ratio(history: Panel, name: str, recent: Places) -> Floats:
    quantities = _taken(history.numbers[name], recent[:, : RECENT + 1])
    ratio: Floats = quantities[:, 0] / quantities[:, 1:].mean(axis=1)
    return ratio


def _close_before(history: Panel, at: Places, offset: pd.DateOffset) -> Floats:
    """Return the last close until the day that is an offset before each row's; NaN: there is none, or it is stale."""
    target = _shifted(history.day[at], offset)
    place = np.searchsorted(history.key, history.security[at] * _DAYS + target, side="right") - 1
    there = place >= history.start[at]
    fresh = there & (target - history.day[np.maximum(place, 0)] <= STALE_DAYS)
    return np.where(fresh, history.numbers["adjusted_close"][history.given[np.maximum(place, 0)]], np.nan)


def _year_figures(history: Panel, at: Places, now: Floats, *, few: bool) -> dict[str, Floats]:
    if few:
        year = _window(history, at, MOST_SESSIONS_A_YEAR)
        high = np.fmax.reduce(_taken(history.numbers["adjusted_high"], year), axis=1)
        low = np.fmin.reduce(_taken(history.numbers["adjusted_low"], year), axis=1)
    else:
        high, low = _extremes(history, at)
    long_enough = np.isfinite(_close_before(history, at, YEAR))
    return {
        "pct_from_52w_high": np.where(long_enough, (now / high - 1) * 100, np.nan),
        "pct_from_52w_low": np.where(long_enough, (now / low - 1) * 100, np.nan),
    }


def _extremes(history: Panel, at: Places) -> tuple[Floats, Floats]:
    """Return the highest and the lowest price of each row's year: of two stretches of one length that make it up."""
    begin = _shifted(history.day[at], YEAR)
    first = np.searchsorted(history.key, history.security[at] * _DAYS + begin, side="right")
    level = np.floor(np.log2(at - first + 1)).astype(np.int64)
    other = first + (1 << level) - 1
    high, low = np.full(len(at), np.nan), np.full(len(at), np.nan)
    for one in np.unique(level).tolist():
        rows = level == one
        high[rows] = np.fmax(history.highest[one][at[rows]], history.highest[one][other[rows]])
        low[rows] = np.fmin(history.lowest[one][at[rows]], history.lowest[one][other[rows]])
    return high, low


def _doubling(values: Floats, better: np.ufunc) -> list[Floats]:
    levels = [values]
    while (length := 1 << len(levels)) <= 2 * MOST_SESSIONS_A_YEAR and length <= len(values):
        before = levels[-1]
        wider = before.copy()
        wider[length // 2 :] = better(before[length // 2 :], before[: -length // 2])
        levels.append(wider)
    return levels


def _shifted(day: Places, offset: pd.DateOffset) -> Places:
    """Return days, counted from 1970, shifted back by an offset; each distinct day is shifted once."""
    distinct, inverse = np.unique(day, return_inverse=True)
    back = pd.DatetimeIndex(distinct.astype("datetime64[D]")) - offset
    return back.to_numpy("datetime64[D]").astype(np.int64)[inverse]
