"""The made market's calendar: holidays as the exchange lists them, and the days that really trade.

It has what makes real calendars hard: a holiday that is added in mid-year, one that trades and then leaves the list,
weekend sessions, and days on which only the clearing house is closed.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from munim.core.clock import IST, ist_date
from munim.replica.festivals import bank_holidays, laxmi_pujan, moving_holidays

_FIXED: Final = {
    (1, 26): "Republic Day",
    (4, 14): "Dr. Baba Saheb Ambedkar Jayanti",
    (5, 1): "Maharashtra Day",
    (8, 15): "Independence Day / Parsi New Year",
    (10, 2): "Mahatma Gandhi Jayanti",
    (12, 25): "Christmas",
}
_ELECTIONS: Final = {
    # 20-May-2024 and 20-Nov-2024 are in lists fetched on 17-Apr and 19-Nov, and not in the ones before.
    date(2024, 5, 20): (date(2024, 4, 8), "General Parliamentary Elections"),
    date(2024, 11, 20): (date(2024, 11, 8), "Assembly General Elections"),
    date(2026, 1, 15): (date(2026, 1, 9), "Municipal Corporation Election in Maharashtra"),
}
"""Holidays of real elections, with the day on which each came into the list."""
_DRILLS: Final = (date(2024, 1, 20), date(2024, 3, 2), date(2024, 5, 18))
"""Saturdays on which the exchange tried its second site with real trades; every fourth year's first of March, after."""
_BUDGETS_SINCE: Final = 2020
_LEAVES_AFTER: Final = timedelta(days=17)
"""01-Nov-2024, on which there was a Muhurat session, was gone from the list of 19-Nov."""


def exchange_holidays(year: int, at: datetime | None = None) -> dict[date, str]:
    """Return the exchange's list of a year in order of date, as it stands at an instant; None: all that was ever in it.

    Weekends are in the list too, as in the exchange's.
    """
    days = _joined({date(year, *day): name for day, name in _FIXED.items()}, moving_holidays(year))
    for day, (added, name) in _elections(year).items():
        if at is None or ist_date(at) >= added:
            days.setdefault(day, name)
    muhurat = laxmi_pujan(year)
    if year % 2 == 0 and at is not None and ist_date(at) >= muhurat + _LEAVES_AFTER:
        del days[muhurat]
    return dict(sorted(days.items()))


def clearing_holidays(year: int, at: datetime | None = None) -> dict[date, str]:
    """Return the clearing house's list, which also is that of the debt and currency segments."""
    return dict(sorted(_joined(exchange_holidays(year, at), bank_holidays(year)).items()))


def special_sessions(year: int) -> frozenset[date]:
    """Return the sessions on holidays and weekends: Muhurat, the budget's day, and drills."""
    days = {laxmi_pujan(year), *(day for day in _DRILLS if day.year == year)}
    if year >= _BUDGETS_SINCE and date(year, 2, 1).weekday() >= 5:
        days.add(date(year, 2, 1))
    if year % 4 == 0 and year > _DRILLS[-1].year:
        days.add(date(year, 3, 1) + timedelta(days=(5 - date(year, 3, 1).weekday()) % 7))
    return frozenset(days)


def is_session(day: date) -> bool:
    """Return whether the exchange trades on a day."""
    return day in _sessions_of(day.year)


def sessions(first: date, last: date) -> list[date]:
    """Return the sessions of a window, both days included, in order."""
    years = range(first.year, last.year + 1)
    return sorted(day for year in years for day in _sessions_of(year) if first <= day <= last)


def session_before(day: date) -> date:
    """Return the last session before a day."""
    return sessions(day - timedelta(days=15), day - timedelta(days=1))[-1]


def latest_session(at: datetime, published: time) -> date:
    """Return the newest session whose figures are out at an instant, when they come at an hour of India's clock."""
    today = ist_date(at)
    if is_session(today) and at >= datetime.combine(today, published, IST):
        return today
    return session_before(today)


@cache
def _sessions_of(year: int) -> frozenset[date]:
    closed = exchange_holidays(year)
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    ordinary = {day for day in days if day.year == year and day.weekday() < 5 and day not in closed}
    return special_sessions(year) | ordinary


def _elections(year: int) -> dict[date, tuple[date, str]]:
    known = {day: told for day, told in _ELECTIONS.items() if day.year == year}
    if known or year % 2:
        return known
    return {date(year, 11, 20): (date(year, 11, 8), "Assembly General Elections")}


def _joined(first: dict[date, str], second: dict[date, str]) -> dict[date, str]:
    """Return both lists; two holidays on one date are one row, as `Mahatma Gandhi Jayanti/Dussehra` was."""
    both = first.keys() & second.keys()
    return {**first, **second, **{day: f"{first[day]}/{second[day]}" for day in both}}
