"""The only place that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

IST = ZoneInfo("Asia/Kolkata")

Clock = Callable[[], datetime]
"""A function that gives the present instant, aware, in UTC; tests pass their own."""


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def ist_date(instant: datetime) -> date:
    """Return the calendar day in India at an instant."""
    return instant.astimezone(IST).date()
