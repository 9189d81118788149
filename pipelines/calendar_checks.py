"""What the content of a list alone can tell: whether it is the list that it is taken for."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from loaders.batch import Check
from munim.core.calendar import EQUITY_SEGMENTS, FIXED_HOLIDAYS, is_weekend
from scrapers import nse_calendar
from scrapers.nse_calendar_body import BANK_CLOSING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

MOST_HOLIDAYS = 60
"""A year's list has 18 to 25 days, and a year some 250 sessions."""

APRIL_FIRST = (4, 1)


def of_holidays(rows: pd.DataFrame, feed: str) -> list[Check]:
    """Return the checks over holidays (columns of `market.holiday`)."""
    checks = [_count(rows)]
    equity = rows[rows["segment"].isin(EQUITY_SEGMENTS)]
    trading = equity[equity["list_type"] == "trading"]
    if len(trading):
        checks.append(_of_equity(trading))
    if feed == nse_calendar.HOLIDAYS_CLEARING and len(equity):
        checks.append(_has_bank_closing(equity))
    return checks


def of_sessions(days: Iterable[date]) -> list[Check]:
    """Return the checks over days that are said to have traded."""
    closed = [day for day in days if (day.month, day.day) in FIXED_HOLIDAYS]
    return [
        Check(
            "no_fixed_holiday",
            not closed,
            blocking=True,
            detail=f"{_shown(closed)} never trade: a list of holidays? then say --feed {nse_calendar.HOLIDAY_DATES}"
            if closed
            else "no 26-Jan, 01-May, 15-Aug, 02-Oct or 25-Dec among them",
        )
    ]


def _count(rows: pd.DataFrame) -> Check:
    years = [day.year for day in rows["holiday_date"]]
    (*key, year), most = Counter(zip(rows["list_type"], rows["segment"], years, strict=True)).most_common(1)[0]
    detail = f"at most {most} days in a list ({' '.join(key)} {year})"
    if most > MOST_HOLIDAYS:
        detail += f": trading days? then say --feed {nse_calendar.TRADING_DAYS}"
    return Check("holiday_count", most <= MOST_HOLIDAYS, blocking=True, detail=detail)


def _of_equity(trading: pd.DataFrame) -> Check:
    """Check that the days are equity's.

    The banks close their books on 01-Apr: currency and debt don't trade, equity does and isn't settled. Three versions
    of the list of 2024 held it among derivatives' days, with five others of currency: all six traded. Where there are
    no words the day alone tells it: no equity holiday fell on a 01-Apr from 2019 to 2026.
    """
    wrong = [
        day
        for day, words in zip(trading["holiday_date"], trading["description"], strict=True)
        if (isinstance(words, str) and BANK_CLOSING.search(words))
        or (not isinstance(words, str) and (day.month, day.day) == APRIL_FIRST and not is_weekend(day))
    ]
    detail = "without the banks' closing"
    if wrong:
        detail = f"{_shown(wrong)} is the banks' closing, on which equity trades: another segment's list, or clearing"
    return Check("list_of_equity", not wrong, blocking=True, detail=detail)


def _has_bank_closing(equity: pd.DataFrame) -> Check:
    """Check that a list of clearing is one: the banks close on 01-Apr, unless that is a weekend."""
    years = {day.year for day in equity["holiday_date"]}
    listed = set(equity["holiday_date"])
    absent = [day for day in (date(year, *APRIL_FIRST) for year in years) if day not in listed and not is_weekend(day)]
    return Check(
        "list_of_clearing",
        not absent,
        blocking=True,
        detail=f"{_shown(absent)} is not in it, the banks' closing: the list of trading?"
        if absent
        else "with the banks' closing",
    )


def _shown(days: list[date]) -> str:
    return ", ".join(f"{day:%Y-%m-%d}" for day in sorted(set(days))[:5])
