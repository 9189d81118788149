"""Reading the dates and times of public issues as the sources write them, by the content alone.

As `pipelines.ipo_values`: None where the source says that there is none, `Unreadable` for what is no date. Days are the
exchanges' (Asia/Kolkata); instants are aware, in UTC. Months are English whatever the machine speaks.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from munim.core.clock import IST
from pipelines.ipo_text import clean_text
from pipelines.ipo_values import Unreadable, is_absent

DaySpan = tuple[date, date]
"""The first and the last day of bidding."""

OLDEST_YEAR: Final = 1990
"""Before it nobody built a book of bids, and a year such as 0202 (seen in a list of past issues) is a slip."""
NEWEST_YEAR: Final = 2100
LONGEST_BIDDING: Final = timedelta(days=60)
"""Rights stay open for 30 days at most, BSE's list has 29; debt longer. A book of bids is open for 3 to 10."""

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = r"([A-Za-z]{3,9})\.?"
_DAY_MONTH_YEAR: Final = re.compile(rf"([0-9]{{1,2}})[- ]{_MONTH}[- ]([0-9]{{4}})")
_MONTH_DAY_YEAR: Final = re.compile(rf"(?:[A-Za-z]{{3}}, )?{_MONTH} ([0-9]{{1,2}}), ([0-9]{{4}})")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z?)?")
_PERIOD: Final = re.compile(r"(\S.*?[0-9]{4}) to (\S.*?[0-9]{4})")
_SPAN: Final = re.compile(rf"([0-9]{{1,2}})(?: {_MONTH})? ?[-–] ?([0-9]{{1,2}}) {_MONTH}(?:,? ([0-9]{{4}}))?")
_CLOCK: Final = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?: ?([AaPp])[Mm])?"
_STAMP: Final = re.compile(
    rf"(?:(?:updated )?as on )?([0-9]{{1,2}}-[A-Za-z]{{3}}-[0-9]{{4}}) {_CLOCK}(?: IST)?", re.IGNORECASE
)
_SHORT_DAY: Final = re.compile(rf"([0-9]{{1,2}})-{_MONTH}")
_SHORT_STAMP: Final = re.compile(rf"([0-9]{{1,2}})-{_MONTH} {_CLOCK}")


def read_date(raw: str | None) -> date | None:
    """Read one day: `26-Mar-2024`, `22-MAR-2024`, `2026-09-25T00:00:00`, `2026-10-15`, `Tue, Oct 07, 2025`.

    The day of `2026-09-18T00:00:00.000Z` (Chittorgarh) is read as it stands: its Z says nothing, for every day is
    written as the midnight of India.
    """
    if is_absent(raw):
        return None
    text = clean_text(raw) or ""
    if found := _DAY_MONTH_YEAR.fullmatch(text):
        return _day(found[3], _month(found[2]), found[1])
    if found := _ISO.fullmatch(text):
        return _day(found[1], int(found[2]), found[3])
    if found := _MONTH_DAY_YEAR.fullmatch(text):
        return _day(found[3], _month(found[1]), found[2])
    raise Unreadable("no date")


def read_short_date(raw: str | None, near: date) -> date | None:
    """Read one day without a year, `30-Sep`: of the years around `near`, the one that brings it nearest.

    A day with its year is read as `read_date` reads it.
    """
    if is_absent(raw):
        return None
    found = _SHORT_DAY.fullmatch(clean_text(raw) or "")
    if found is None:
        return read_date(raw)
    month = _month(found[2])
    days = [_day_or_none(year, month, int(found[1])) for year in (near.year - 1, near.year, near.year + 1)]
    nearest = min((day for day in days if day is not None), key=lambda day: abs(day - near), default=None)
    if nearest is None:
        raise Unreadable("no day of the calendar")
    return nearest


def read_period(raw: str | None) -> DaySpan | None:
    """Read a period of bidding: `25-Sep-2026 to 29-Sep-2026`."""
    if is_absent(raw):
        return None
    found = _PERIOD.fullmatch(clean_text(raw) or "")
    first, last = (read_date(found[1]), read_date(found[2])) if found else (None, None)
    if first is None or last is None or first > last:
        raise Unreadable("no period")
    return first, last


def read_day_span(raw: str | None, near: date) -> DaySpan | None:
    """Read a period of bidding without a year: `18-22 Sep`, `30-3 Oct` (30 September to 3 October), `28 Dec-1 Jan`.

    The year is the one that brings its last day nearest to `near`, the day of the fetch; `TBA` is none.
    """
    if is_absent(raw):
        return None
    found = _SPAN.fullmatch(clean_text(raw) or "")
    if found is None:
        raise Unreadable("no days of bidding")
    last_month = _month(found[4])
    years = [int(found[5])] if found[5] else [near.year - 1, near.year, near.year + 1]
    lasts = [day for year in years if (day := _day_or_none(year, last_month, int(found[3]))) is not None]
    if not lasts:
        raise Unreadable("no days of bidding")
    last = min(lasts, key=lambda day: abs(day - near))
    return _first_day(last, int(found[1]), found[2]), last


def read_stamp(raw: str | None) -> datetime | None:
    """Read when NSE says that its figures are of: `Updated as on 28-Sep-2026 17:00:00`, `As on ... 17:00:09 IST`."""
    if is_absent(raw):
        return None
    found = _STAMP.fullmatch(clean_text(raw) or "")
    day = read_date(found[1]) if found else None
    if found is None or day is None:
        raise Unreadable("no time")
    return _instant(day, found.groups()[1:])


def read_short_stamp(raw: str | None, near: datetime) -> datetime | None:
    """Read a time without a year, `18-Oct 7:33`: of the years around `near`, the one that brings it nearest."""
    if is_absent(raw):
        return None
    found = _SHORT_STAMP.fullmatch(clean_text(raw) or "")
    if found is None:
        raise Unreadable("no time")
    month = _month(found[2])
    year = near.astimezone(IST).year
    days = [_day_or_none(one, month, int(found[1])) for one in (year - 1, year, year + 1)]
    instants = [_instant(day, found.groups()[2:]) for day in days if day is not None]
    if not instants:
        raise Unreadable("no time")
    return min(instants, key=lambda instant: abs(instant - near))


def _first_day(last: date, day: int, month_name: str | None) -> date:
    """Return the first day of a span: of the month that is named, else of the last day's month or the one before."""
    before = last.month if day <= last.day else (last.month - 2) % 12 + 1
    month = before if month_name is None else _month(month_name)
    first = _day_or_none(last.year if month <= last.month else last.year - 1, month, day)
    if first is None or not timedelta(0) <= last - first <= LONGEST_BIDDING:
        raise Unreadable("no days of bidding")
    return first


def _month(name: str) -> int:
    """Return a month's number by its English name, whole or its first letters (`Sept` too)."""
    beginning = name[:3].lower()
    if beginning not in _MONTHS:
        raise Unreadable("no month")
    return _MONTHS.index(beginning) + 1


def _day(year: str, month: int, day: str) -> date:
    found = _day_or_none(int(year), month, int(day))
    if found is None:
        raise Unreadable("no day of the calendar")
    return found


def _day_or_none(year: int, month: int, day: int) -> date | None:
    if not OLDEST_YEAR <= year <= NEWEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _instant(day: date, clock: tuple[str | None, ...]) -> datetime:
    """Return an instant in UTC from a day and what `_CLOCK` found in India's time."""
    hour, minute, second = (int(part or 0) for part in clock[:3])
    half = (clock[3] or "").lower()
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of half a day
        raise Unreadable("no time")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=IST).astimezone(UTC)
    except ValueError as error:
        raise Unreadable("no time of the day") from error
