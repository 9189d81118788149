"""By when the content of a day is due: on every day, on weekdays, on sessions or on settlement days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from munim.core.calendar import HolidaysUnknown, Standing, is_weekend
from munim.core.clock import IST

if TYPE_CHECKING:
    from munim.core.calendar import Calendar

DueDays = Literal["daily", "weekdays", "nse_sessions", "nse_settlement"]
"""The values of a timetable's `calendar`."""

LOOKED_BACK_DAYS = 30
"""No exchange is closed for that long, and no content is due so late."""


@dataclass(frozen=True)
class Due:
    """The newest day whose content is due; None: of none of the last 30 days.

    `certain` is False where no list tells whether the day is a session: it is taken for one, so that what is missing
    is said to be late rather than what is late to be there.
    """

    day: date | None
    certain: bool


@dataclass(frozen=True)
class DueTime:
    """When a day's content is due: at a time of day in Asia/Kolkata, some calendar days later."""

    at: time
    days_later: int = 0

    def of(self, day: date) -> datetime:
        """Return the instant at which a day's content is due; aware."""
        return datetime.combine(day + timedelta(days=self.days_later), self.at, IST)


def due_day(days: DueDays, due: DueTime, now: datetime, calendar: Calendar | None = None) -> Due:
    """Return the newest day, of those that have content, whose content is due at an instant.

    `calendar` is needed for sessions and settlement days; without one every weekday may be either.
    """
    today = now.astimezone(IST).date()
    for back in range(LOOKED_BACK_DAYS + max(0, due.days_later)):
        day = today - timedelta(days=back)
        if due.of(day) > now:
            continue
        has_content, certain = _has_content(days, day, calendar)
        if has_content:
            return Due(day, certain)
    return Due(None, certain=True)


def _has_content(days: DueDays, day: date, calendar: Calendar | None) -> tuple[bool, bool]:
    """Tell whether a day has content, and whether that is certain."""
    if days == "daily":
        return True, True
    if days == "weekdays":
        return not is_weekend(day), True
    if calendar is None:
        return not is_weekend(day), False
    if calendar.standing(day) is Standing.CLOSED:
        return False, True
    try:
        return (calendar.is_session(day) if days == "nse_sessions" else calendar.is_settlement(day)), True
    except HolidaysUnknown:
        return True, False
