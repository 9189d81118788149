"""Which slots a stretch of history is made of, which of them are worth asking for, and what that costs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from loaders.backfills import Reprocess
from pipelines.backfill_days import OPEN, DayState, days_of, past_of
from pipelines.dataset import ONE_DAY

if TYPE_CHECKING:
    from munim.core.calendar import Calendar
    from munim.readers.past import Held
    from pipelines.dataset import Feed


@dataclass(frozen=True)
class Asked:
    """What history is asked for: days, both included, at an instant `now`; `backwards`: the newest slots first."""

    first: date
    last: date
    now: datetime
    reprocess: Reprocess = "missing"
    backwards: bool = False


@dataclass(frozen=True)
class PlannedSlot:
    """A slot that is to run, and why."""

    feed: str
    slot: str
    first: date
    last: date
    why: str


@dataclass(frozen=True)
class LeftOut:
    """Days that are not asked for, and why."""

    feed: str
    first: date
    last: date
    why: str


@dataclass(frozen=True)
class Plan:
    """What a backfill is made of. `joins` are the numbers of slots of other backfills that it asks for as well."""

    slots: tuple[PlannedSlot, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    joins: tuple[int, ...] = ()


WANTED: Mapping[Reprocess, frozenset[DayState]] = {
    "missing": frozenset({DayState.MISSING, DayState.FAILED}),
    "none": frozenset({DayState.MISSING}),
    "failed": frozenset({DayState.FAILED}),
    "all": frozenset({DayState.MISSING, DayState.FAILED, DayState.DONE, DayState.EMPTY}),
}
"""The days that are asked for."""


def plan(feeds: Mapping[Feed, Held], calendar: Calendar, asked: Asked) -> Plan:
    """Return the slots of these feeds' days that are to run, oldest first or newest first, and what is left out.

    Of one day they stand as the data set has its feeds: what has the exact values comes before what rounds them, or
    each row would be restated at once.
    """
    plans = [_plan_feed(feed, held, calendar, asked) for feed, held in feeds.items()]
    slots = sorted((slot for one in plans for slot in one.slots), key=lambda slot: slot.first, reverse=asked.backwards)
    return Plan(
        tuple(slots),
        tuple(days for one in plans for days in one.left_out),
        tuple(number for one in plans for number in one.joins),
    )


def _plan_feed(feed: Feed, held: Held, calendar: Calendar, asked: Asked) -> Plan:
    days = days_of(feed, held, calendar, (asked.first, asked.last), asked.now)
    states = WANTED[asked.reprocess]
    wanted = [day for day, found in days.items() if found.state in states]
    slots = tuple(
        PlannedSlot(feed.name, written(first, last), first, last, days[first].why)
        for first, last in _PACKED[past_of(feed).by](wanted, feed.longest)
    )
    joined = OPEN if asked.reprocess == "all" else OPEN | {DayState.DONE, DayState.EMPTY}
    joins = tuple(one.slot_id for one in held.slots if one.state in joined)
    left = {day: found.why for day, found in days.items() if found.state not in states}
    return Plan(slots, tuple(_stretches(feed.name, left)), joins)


def written(first: date, last: date) -> str:
    """Return a slot as it is written: `2026-08-01` or `2026-08-01..2026-08-30`."""
    return first.isoformat() if first == last else f"{first}..{last}"


def _days(wanted: Sequence[date], _longest: timedelta) -> Iterator[tuple[date, date]]:
    return ((day, day) for day in wanted)


def _windows(wanted: Sequence[date], longest: timedelta) -> Iterator[tuple[date, date]]:
    """Yield the fewest windows that hold all days: each begins with the first day that the last one has not."""
    begin: date | None = None
    last = date.min
    for day in wanted:
        if begin is not None and day - begin >= longest:
            yield begin, last
            begin = None
        begin, last = begin or day, day
    if begin is not None:
        yield begin, last


def _months(wanted: Sequence[date], _longest: timedelta) -> Iterator[tuple[date, date]]:
    for _, days in groupby(wanted, key=lambda day: (day.year, day.month)):
        of_month = list(days)
        yield of_month[0], of_month[-1]


_PACKED: Mapping[str, Callable[[Sequence[date], timedelta], Iterator[tuple[date, date]]]] = {
    "day": _days,
    "window": _windows,
    "month": _months,
}


def _stretches(feed: str, left: Mapping[date, str]) -> Iterator[LeftOut]:
    """Yield the days that are left out, those that follow each other for the same reason as one."""
    begin: date | None = None
    last, reason = date.min, ""
    for day, why in left.items():
        if begin is not None and (why != reason or day - last > ONE_DAY):
            yield LeftOut(feed, begin, last, reason)
            begin = None
        begin, last, reason = begin or day, day, why
    if begin is not None:
        yield LeftOut(feed, begin, last, reason)
