"""Days, and the hour at which a day's NAVs appear."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

import numpy as np

from munim.core.clock import IST, ist_date
from munim.core.errors import RequestWrong
from munim.replica.hashing import F64, I64, U64, Bools, pair, salted, unit

EPOCH: Final = date(1970, 1, 1)
FIRST_DAY: Final = date(2006, 4, 1)
"""AMFI's history starts here."""
LAST_DAY: Final = date(2036, 12, 31)
CUT_AT: Final = datetime(2026, 8, 20, tzinfo=IST)
"""From here on files carry base names with a plan and an option column (seen in the fetch of 2026-08-20 02:34 UTC)."""

HOLIDAYS: Final = ((1, 26), (5, 1), (8, 15), (10, 2), (12, 25))
"""Month and day. The exchanges' moving holidays are left out: the replica's year is weekdays less these five."""

HOUR: Final = 3600
DAY: Final = 24 * HOUR
_IST_OFFSET: Final = 19_800

# Hours after midnight IST of the NAV's day, and the share that is out by then; seen in AMFI's files on single days:
# 8 rows at 20:30, 45 at 21:08, 95% at 08:41 next morning.
_CURVE: Final = (
    (20.5, 0.0),
    (20.52, 0.001),
    (21.14, 0.005),
    (22, 0.12),
    (23, 0.42),
    (23.5, 0.62),
    (24.5, 0.8),
    (26, 0.9),
    (30, 0.97),
    (32, 0.997),
    (33.98, 1.0),
)
_LATE_SHARE: Final = 0.0078
"""Of weekday NAVs, come a day after the rest; with funds that are always slow this makes NOTES' 2.9%."""
_LATE, _HOUR = 101, 102


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - EPOCH).days


def to_date(number: int) -> date:
    """Return the date of a day number."""
    return EPOCH + timedelta(days=number)


def seconds(at: datetime) -> int:
    """Return whole seconds since the epoch; a naive instant is refused, and so is one outside the made years."""
    if at.tzinfo is None:
        raise RequestWrong("the replica's instant has no time zone")
    if not FIRST_DAY <= ist_date(at) <= LAST_DAY:
        raise RequestWrong(f"the replica knows {FIRST_DAY} to {LAST_DAY}, not {ist_date(at)}")
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def midnight(days: I64) -> I64:
    """Return the second at which each day starts in India."""
    return days * DAY - _IST_OFFSET


def is_business(day: date) -> bool:
    """Return whether funds that follow the exchanges have a NAV for the day."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


@cache
def business_table() -> tuple[Bools, I64]:
    """Return, by day number less `TABLE_START`, whether it is a business day, and the last business day up to it."""
    days = [to_date(number) for number in range(TABLE_START, day_number(LAST_DAY) + 40)]
    flags = np.array([is_business(day) for day in days])
    numbers = np.arange(TABLE_START, TABLE_START + len(days))
    return flags, np.maximum.accumulate(np.where(flags, numbers, TABLE_START))


TABLE_START: Final = day_number(FIRST_DAY) - 40


def business(days: I64) -> Bools:
    """Return whether each day is a business day."""
    return business_table()[0][days - TABLE_START]


def last_business(days: I64) -> I64:
    """Return the last business day on or before each day."""
    return business_table()[1][days - TABLE_START]


def published_at(scheme: U64, slow: Bools, forward: Bools, days: I64) -> I64:
    """Return the second at which the NAV of each scheme and day appears, broadcast.

    Business days: from 20:30 IST of the day to 10:00 of the next; `slow` schemes (overseas and commodity funds)
    between 10:00 and 11:00; a few a day later still. Other days: as any evening, or for `forward` schemes with the
    business day before, which is how dates of up to two days ahead come into a file.
    """
    anchor = np.where(forward, last_business(days), days)
    bits = pair(scheme, anchor)
    offset = _offset(bits, slow)
    late = (unit(salted(bits, _LATE)) < _LATE_SHARE) & ~slow & business(days)
    out = midnight(anchor) + offset + late * np.int64(DAY)
    shown: I64 = np.maximum(out, midnight(days - 2))
    return shown


def _offset(bits: U64, slow: Bools) -> I64:
    share = unit(salted(bits, _HOUR))
    hours, shares = (np.array(column) for column in zip(*_CURVE, strict=True))
    evening: F64 = np.interp(share, shares, hours)
    return np.where(slow, (34 + share) * HOUR, evening * HOUR).astype(np.int64)
