"""What is known of each day of a feed's history: there, missing, failed, waiting, or nothing to ask for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from munim.core.calendar import Standing, days_between, is_weekend, names_muhurat
from munim.core.clock import ist_date
from pipelines.dataset import window

if TYPE_CHECKING:
    from munim.core.calendar import Calendar
    from munim.readers.past import Held
    from pipelines.dataset import Feed, Past

Value = TypeVar("Value")

LOOKED_BACK = timedelta(days=10)
"""A day without content goes with the last one that has some; no exchange is closed for longer."""


class DayState(StrEnum):
    """What is known of a day of a feed."""

    DONE = "done"
    EMPTY = "empty"
    CLOSED = "closed"
    FAILED = "failed"
    WAITING = "waiting"
    RUNNING = "running"
    MISSING = "missing"
    NOT_DUE = "not due"
    OUTSIDE = "outside"


OPEN = frozenset({DayState.WAITING, DayState.RUNNING})


@dataclass(frozen=True)
class Day:
    """What is known of a day, and what tells it."""

    state: DayState
    why: str


HAS_CONTENT = Day(DayState.DONE, "has content")


def days_of(feed: Feed, held: Held, calendar: Calendar, span: tuple[date, date], now: datetime) -> dict[date, Day]:
    """Return what is known of each day from the first to the last of a span.

    In a window, a day that should have no content goes with the one before it where that one has its content from
    another feed: the few NAVs of a Sunday came with the daily files as Friday's did.
    """
    past = past_of(feed)
    look = _Look(feed, held, calendar, now)
    days: dict[date, Day] = {}
    before: Day | None = None
    for day in days_between(span[0] - LOOKED_BACK, span[1]):
        found = look(day)
        if past.by == "window" and found.state is DayState.MISSING and before == HAS_CONTENT:
            found = found if has_content(past, calendar, day) else HAS_CONTENT
        before = days[day] = found
    return {day: found for day, found in days.items() if day >= span[0]}


def has_content(past: Past, calendar: Calendar, day: date) -> bool:
    """Tell whether a feed should have content of a day; a day of which no list says anything is taken for one."""
    if past.content == "daily":
        return True
    if past.content == "nse_settlement" and calendar.years and day.year in calendar.settlement_years:
        return calendar.is_settlement(day)
    return calendar.standing(day) is not Standing.CLOSED


def may_be_muhurat(calendar: Calendar, day: date) -> bool:
    """Tell whether a listed holiday is Diwali's main day, on which there is an hour of trading."""
    words = calendar.explanation(day)
    return words is not None and not is_weekend(day) and names_muhurat(words)


@dataclass(frozen=True)
class _Look:
    """Says what is known of a day."""

    feed: Feed
    held: Held
    calendar: Calendar
    now: datetime
    filled: Mapping[date, int] = field(init=False)
    failed: Mapping[date, str] = field(init=False)
    of_backfills: Mapping[date, str] = field(init=False)

    def __post_init__(self) -> None:
        """Lay the slots out by day."""
        held = self.held
        failed = {one.slot: one.error or "failed" for one in held.slots if one.state == DayState.FAILED}
        states = {one.slot: one.state for one in held.slots if one.state in OPEN | {DayState.EMPTY}}
        for name, slots in (("filled", held.closed), ("failed", {**held.failed, **failed}), ("of_backfills", states)):
            object.__setattr__(self, name, _by_day(slots))

    def __call__(self, day: date) -> Day:
        """Return what is known of a day, and what tells it."""
        if (never := self._never(day)) is not None:
            return never
        state = self.of_backfills.get(day)
        if state in OPEN:
            return Day(DayState(str(state)), f"{state} already")
        if day in self.filled or day in self.held.content:
            return Day(DayState.DONE, f"run {self.filled[day]} filled it") if day in self.filled else HAS_CONTENT
        if state is not None:
            return Day(DayState.EMPTY, "the source has nothing")
        if day in self.failed:
            return Day(DayState.FAILED, f"failed before: {self.failed[day]}")
        return Day(DayState.MISSING, self._why_missing(day))

    def _why_missing(self, day: date) -> str:
        past = past_of(self.feed)
        closed = None if has_content(past, self.calendar, day) else self.calendar.explanation(day)
        return f"{closed}, tried for a special session" if closed and past.by == "day" else "missing"

    def _never(self, day: date) -> Day | None:
        """Return why nobody should ask for a day at all."""
        past = past_of(self.feed)
        if day >= ist_date(self.now) or not self.feed.is_settled(day.isoformat(), self.now):
            return Day(DayState.NOT_DUE, "not due yet")
        if past.begins is not None and day < past.begins:
            return Day(DayState.OUTSIDE, f"the source begins on {past.begins}")
        if past.ends is not None and day > past.ends:
            return Day(DayState.OUTSIDE, f"the source ends on {past.ends}")
        if past.by == "window" or has_content(past, self.calendar, day):
            return None
        if past.tries_closed or (past.content == "nse_sessions" and may_be_muhurat(self.calendar, day)):
            return None
        return Day(DayState.CLOSED, self.calendar.explanation(day) or "no settlement")


def _by_day(slots: Mapping[str, Value]) -> dict[date, Value]:
    return {day: value for slot, value in slots.items() for day in days_between(*window(slot))}


def past_of(feed: Feed) -> Past:
    """Return what a feed has of days gone by. Raises ValueError for one that has nothing."""
    past = feed.history
    if past is None:
        message = f"{feed.name} has no history"
        raise ValueError(message)
    return past
