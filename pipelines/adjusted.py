"""Adjusted prices: raw prices and corporate actions alone, never stored over the raw ones.

A split, a consolidation or a bonus makes `shares_after` shares of `shares_before`: every price before the ex-date is
multiplied by their quotient turned over, every quantity by the quotient. Dividends and rights are left in: the price's
own fall on their ex-dates is part of what a holder got. Where the subject of an action doesn't tell its effect (a
demerger, a split whose figures can't be read), a new era of the security begins: prices of two eras can't be compared.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipelines.instrument_facts import SHARES_OF_NSE

if TYPE_CHECKING:
    import numpy.typing as npt

FOREVER = pd.Timestamp("2200-01-01").date()

PRICE_COLUMNS = ("open", "high", "low", "close")
QUANTITY_COLUMNS = ("volume", "delivered_quantity")


def adjust(prices: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    """Return the prices with `factor` and the adjusted columns beside the raw ones, in the same order; pure.

    `prices`: exchange, symbol, series, trade_date, and any of open, high, low, close (₹) and volume,
    delivered_quantity. `actions`: exchange, symbol, series, ex_date, subject, shares_after, shares_before; none that is
    withdrawn. `factor` (float64) is what a raw price is multiplied by, and `era` (int64) how many actions of unknown
    effect come after the day: 0 compares with today, two rows of one era with each other, others not at all. Adjusted
    columns are `adjusted_open` and so on (float64).

    The symbols of both must be of one time (`with_current_symbol`), and BSE needs actions of its own
    (`actions_of_all_exchanges`).
    """
    factor, era = factors(prices, actions)
    adjusted: dict[str, npt.NDArray[np.float64]] = {}
    for name in PRICE_COLUMNS:
        if name in prices.columns:
            adjusted[f"adjusted_{name}"] = floats(prices[name]) * factor
    for name in QUANTITY_COLUMNS:
        if name in prices.columns:
            adjusted[f"adjusted_{name}"] = floats(prices[name]) / factor
    return prices.assign(factor=factor, era=era, **adjusted)


def factors(prices: pd.DataFrame, actions: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return for each row of prices its factor and its era, from its security's later actions; pure."""
    factor, era = np.ones(len(prices), dtype=np.float64), np.zeros(len(prices), dtype=np.int64)
    steps = _steps(actions)
    # Few securities have actions: the others need no look.
    at = np.flatnonzero(prices["symbol"].isin(actions["symbol"].unique()).to_numpy(dtype=bool))
    few = prices[["exchange", "symbol", "series", "trade_date"]].iloc[at]
    days = _days(few["trade_date"])
    number, first = _numbered(few)
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(len(first) + 1))
    for place, security in enumerate(_security_keys(few.iloc[first])):
        if security in steps:
            rows = order[ends[place] : ends[place + 1]]
            ex_days, products, eras = steps[security]
            # The first action after the row's day, and all that come after it: the ex-date itself trades adjusted.
            stretch = np.searchsorted(ex_days, days[rows], side="right")
            factor[at[rows]], era[at[rows]] = products[stretch], eras[stretch]
    return factor, era


def with_current_symbol(frame: pd.DataFrame, instruments: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return the frame with each symbol replaced by what its security is called today; `day` is its column of dates.

    `instruments`: as `instruments.derive` makes them. A symbol that they don't know stays.
    """
    number, first = _distinct(frame, ["exchange", "symbol"])
    pairs = frame[["exchange", "symbol"]].iloc[first].astype(object).reset_index(drop=True)
    states = instruments[["exchange", "symbol", "valid_from", "valid_to", "current_symbol"]].astype(object)
    by_symbol = states.groupby(["exchange", "symbol"])["current_symbol"].agg(["first", "nunique"]).reset_index()
    known = pairs.merge(by_symbol, how="left", on=["exchange", "symbol"])
    names, codes = _coded(known["first"].fillna(known["symbol"]), number)
    # A symbol of two securities, one after the other: the day tells whose it was.
    several = np.flatnonzero((known["nunique"] > 1).to_numpy(dtype=bool)[number])
    if len(several):
        told = frame[["exchange", "symbol", day]].iloc[several].astype({"exchange": object, "symbol": object})
        told = told.assign(row=several).merge(states, on=["exchange", "symbol"])
        on = _days(told[day])
        held = (_days(told["valid_from"]) <= on) & (on <= _days(told["valid_to"].fillna(FOREVER)))
        at = told[held].drop_duplicates("row")
        others = pd.Index(at["current_symbol"].unique())
        names = names.append(others[~others.isin(names)])
        codes[at["row"].to_numpy()] = names.get_indexer(pd.Index(at["current_symbol"]))
    return frame.assign(symbol=pd.Categorical.from_codes(codes, categories=names))


def _coded(names: pd.Series, number: npt.NDArray[np.int64]) -> tuple[pd.Index, npt.NDArray[np.int64]]:
    """Return the distinct names, and each row's place among them; `number` is each row's place in `names`."""
    codes, distinct = pd.factorize(names)
    return pd.Index(distinct), codes[number].astype(np.int64)


def actions_of_all_exchanges(actions: pd.DataFrame, instruments: pd.DataFrame) -> pd.DataFrame:
    """Return NSE's actions, and the same for the securities of other exchanges that have the same ISIN today.

    BSE's own list is not among our feeds. Its legacy files have no ISIN: of a code that no UDiFF file has, nothing is
    known. Symbols must be today's.
    """
    today = instruments.drop_duplicates(["exchange", "current_symbol"], keep="last")
    today = today[["exchange", "current_symbol", "current_isin"]].dropna()
    nse = today.loc[today["exchange"] == "NSE", ["current_symbol", "current_isin"]]
    others = today.loc[today["exchange"] != "NSE"].rename(columns={"current_symbol": "code"})
    pairs = nse.merge(others, on="current_isin").rename(columns={"current_symbol": "symbol"})
    shares = actions[actions["series"].isin(SHARES_OF_NSE) & (actions["exchange"] == "NSE")].drop(columns="exchange")
    copies = shares.merge(pairs[["symbol", "code", "exchange"]], on="symbol")
    copies = copies.assign(symbol=copies["code"]).drop(columns="code")
    return pd.concat([actions, copies[actions.columns]], ignore_index=True)


_Steps = dict[str, tuple["npt.NDArray[np.int64]", "npt.NDArray[np.float64]", "npt.NDArray[np.int64]"]]


def _steps(actions: pd.DataFrame) -> _Steps:
    """Return for each security its ex-days, and the factors and eras of the stretches before, between, after them."""
    told = actions["shares_after"].isna() | (actions["shares_after"] != actions["shares_before"])
    changing = actions[told.fillna(value=True)]
    if not len(changing):
        return {}
    # NSE lists an action once for each series of the security: it happens once.
    changing = changing.assign(security=_security_keys(changing), day=_days(changing["ex_date"]))
    changing = changing.drop_duplicates(["security", "day", "subject"]).sort_values(["security", "day"])
    steps: _Steps = {}
    for security, of_one in changing.groupby("security"):
        products, eras = [Fraction(1)], [0]
        for after, before in zip(of_one["shares_after"][::-1], of_one["shares_before"][::-1], strict=True):
            unknown = bool(pd.isna(after))
            products.append(products[-1] if unknown else products[-1] * Fraction(int(before), int(after)))
            eras.append(eras[-1] + unknown)
        factors_of_one = np.array([float(product) for product in reversed(products)])
        steps[str(security)] = (of_one["day"].to_numpy(), factors_of_one, np.array(eras[::-1], dtype=np.int64))
    return steps


def _security_keys(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return a name for the security of each row: NSE's series of shares are one security, others one each."""
    is_share = frame["series"].isin(SHARES_OF_NSE) | (frame["exchange"] != "NSE")
    series = frame["series"].astype(object).where(~is_share, "")
    keys: npt.NDArray[np.object_] = (
        frame["exchange"].astype(object) + "\x1f" + frame["symbol"].astype(object) + "\x1f" + series
    ).to_numpy(dtype=object)
    return keys


def _numbered(frame: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number the securities of rows; return each row's number, and for each number the place of its first row."""
    shares = pd.Categorical(frame["series"])
    is_share = np.array([name in SHARES_OF_NSE for name in shares.categories], dtype=bool)
    of_nse = (frame["exchange"] == "NSE").to_numpy(dtype=bool)
    series = np.where(~of_nse | is_share[shares.codes], -1, shares.codes) if len(frame) else shares.codes
    return _distinct(frame[["exchange", "symbol"]].assign(series=series), ["exchange", "symbol", "series"])


def _distinct(frame: pd.DataFrame, names: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number the distinct values of columns; return each row's number, and for each the place of its first row."""
    together = np.zeros(len(frame), dtype=np.int64)
    for name in names:
        codes, values = pd.factorize(frame[name])
        together = together * (len(values) + 1) + codes
    number = pd.factorize(together)[0].astype(np.int64)
    first = np.full(number.max() + 1 if len(number) else 0, -1, dtype=np.int64)
    first[number[::-1]] = np.arange(len(number))[::-1]
    return number, first


def _days(dates: pd.Series) -> npt.NDArray[np.int64]:
    days: npt.NDArray[np.int64] = pd.to_datetime(dates).to_numpy("datetime64[D]").astype(np.int64)
    return days


def floats(column: pd.Series) -> npt.NDArray[np.float64]:
    """Return a column as floats, NaN where it has no value."""
    if column.dtype == np.float64:
        return column.to_numpy()
    return column.to_numpy(dtype=np.float64, na_value=np.nan)
