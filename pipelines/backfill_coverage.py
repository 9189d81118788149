"""How much of a feed's history is there: by month, and what is missing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from pipelines.backfill_days import Day, DayState, days_of, has_content, past_of
from pipelines.dataset import window

if TYPE_CHECKING:
    from datetime import datetime

    from munim.core.calendar import Calendar
    from munim.readers.past import Held
    from pipelines.dataset import Feed


@dataclass(frozen=True)
class Month:
    """Of a month's days that should have content and are due: how many there are, and how many of them are there.

    `failed` were asked for in vain, `queued` wait or are being done; the rest is missing.
    """

    year: int
    month: int
    due: int
    there: int
    failed: int
    queued: int


@dataclass(frozen=True)
class Coverage:
    """A feed's history: `months` in order, and the first and last day that is missing or failed; None: none is."""

    feed: str
    first: date
    last: date
    months: tuple[Month, ...]
    missing: tuple[date, date] | None
    days_missing: int


def cover(feed: Feed, held: Held, calendar: Calendar, span: tuple[date, date], now: datetime) -> Coverage:
    """Return how much of a feed's history is there, from the first to the last day of a span."""
    past = past_of(feed)
    days = {
        day: found
        for day, found in days_of(feed, held, calendar, span, now).items()
        if has_content(past, calendar, day) or found.state is DayState.EMPTY
    }
    months = tuple(
        _month(year, month, dict(of_month))
        for (year, month), of_month in groupby(days.items(), key=lambda item: (item[0].year, item[0].month))
    )
    gone = [day for day, found in days.items() if found.state in {DayState.MISSING, DayState.FAILED}]
    return Coverage(feed.name, *span, months, (gone[0], gone[-1]) if gone else None, len(gone))


def first_held(held: Held) -> date | None:
    """Return the first day of which anything is known; None: of none."""
    starts = [window(slot)[0] for slot in held.closed]
    starts += [one.first_day for one in held.slots if one.state != "cancelled"]
    return min([*starts, *held.content], default=None)


def _month(year: int, month: int, days: Mapping[date, Day]) -> Month:
    states = [found.state for found in days.values()]
    there = states.count(DayState.DONE)
    failed = states.count(DayState.FAILED)
    queued = states.count(DayState.WAITING) + states.count(DayState.RUNNING)
    return Month(year, month, there + failed + queued + states.count(DayState.MISSING), there, failed, queued)
