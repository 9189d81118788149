"""Which slots a stretch of history is made of, which of them are worth asking for, and what that costs. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from munim.core.calendar import Standing, days_between, is_weekend, names_muhurat
from munim.core.clock import ist_date
from pipelines.dataset import ONE_DAY, window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loaders.backfills import Reprocess
    from munim.core.calendar import Calendar
    from munim.readers.past import Held
    from pipelines.dataset import Feed, Past

LOOKED_BACK = timedelta(days=10)
"""A day without content goes with the last one that has some; no exchange is closed for longer."""

Value = TypeVar("Value")

OPEN = frozenset({"waiting", "running"})


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


@dataclass(frozen=True)
class Verdict:
    """Whether a day is asked for, and why."""

    wanted: bool
    why: str


def plan(feeds: Mapping[Feed, Held], calendar: Calendar, asked: Asked) -> Plan:
    """Return the slots of these feeds' days that are to run, oldest first or newest first, and what is left out."""
    plans = [_plan_feed(feed, held, calendar, asked) for feed, held in feeds.items()]
    slots = sorted((slot for one in plans for slot in one.slots), key=lambda slot: (slot.first, slot.feed))
    return Plan(
        tuple(reversed(slots) if asked.backwards else slots),
        tuple(days for one in plans for days in one.left_out),
        tuple(number for one in plans for number in one.joins),
    )


def judge_days(feed: Feed, held: Held, calendar: Calendar, asked: Asked) -> dict[date, Verdict]:
    """Return of each day whether it is asked for, and why.

    In a window, a day that has no content of its own goes with the one before it: the NAVs of a Sunday come with
    Friday's.
    """
    past = _past(feed)
    judge = _Judge(feed, held, calendar, asked)
    verdicts: dict[date, Verdict] = {}
    before = None
    for day in days_between(asked.first - LOOKED_BACK, asked.last):
        verdict = judge(day)
        if past.by == "window" and verdict.wanted and before is not None and not has_content(past, calendar, day):
            verdict = before
        before = verdicts[day] = verdict
    return {day: verdict for day, verdict in verdicts.items() if day >= asked.first}


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


def _plan_feed(feed: Feed, held: Held, calendar: Calendar, asked: Asked) -> Plan:
    verdicts = judge_days(feed, held, calendar, asked)
    wanted = [day for day, verdict in verdicts.items() if verdict.wanted]
    slots = tuple(
        PlannedSlot(feed.name, written(first, last), first, last, verdicts[first].why)
        for first, last in _PACKED[_past(feed).by](wanted, feed.longest)
    )
    joined = OPEN if asked.reprocess == "all" else OPEN | {"done", "empty"}
    joins = tuple(one.slot_id for one in held.slots if one.state in joined)
    return Plan(slots, tuple(_stretches(feed.name, verdicts)), joins)


@dataclass(frozen=True)
class _Judge:
    """Says of a day whether it is asked for."""

    feed: Feed
    held: Held
    calendar: Calendar
    asked: Asked
    filled: Mapping[date, int] = field(init=False)
    failed: Mapping[date, str] = field(init=False)
    of_backfills: Mapping[date, str] = field(init=False)

    def __post_init__(self) -> None:
        """Lay the slots out by day."""
        held = self.held
        object.__setattr__(self, "filled", _by_day(held.closed))
        failed = {one.slot: one.error or "failed" for one in held.slots if one.state == "failed"}
        object.__setattr__(self, "failed", _by_day({**failed, **held.failed}))
        states = {one.slot: one.state for one in held.slots if one.state in OPEN | {"empty"}}
        object.__setattr__(self, "of_backfills", _by_day(states))

    def __call__(self, day: date) -> Verdict:
        """Return the verdict on a day."""
        never = self._never(day)
        if never is not None:
            return Verdict(wanted=False, why=never)
        state = self.of_backfills.get(day)
        if state in OPEN:
            return Verdict(wanted=False, why=f"{state} already")
        if self.asked.reprocess == "all":
            return Verdict(wanted=True, why="asked for again")
        there = self._there(day, state)
        if there is not None:
            return Verdict(wanted=False, why=there)
        return self._missing(day)

    def _never(self, day: date) -> str | None:
        """Return why nobody should ask for a day at all."""
        past = _past(self.feed)
        if day >= ist_date(self.asked.now) or not self.feed.is_settled(day.isoformat(), self.asked.now):
            return "not due yet"
        if past.begins is not None and day < past.begins:
            return f"the source begins on {past.begins}"
        if past.ends is not None and day > past.ends:
            return f"the source ends on {past.ends}"
        if past.by == "window" or has_content(past, self.calendar, day):
            return None
        if past.content == "nse_sessions" and may_be_muhurat(self.calendar, day):
            return None
        return self.calendar.explanation(day) or "no settlement"

    def _there(self, day: date, state: str | None) -> str | None:
        """Return what a day has already."""
        if day in self.filled:
            return f"run {self.filled[day]} filled it"
        if day in self.held.content:
            return "has content"
        return "the source has nothing" if state == "empty" else None

    def _missing(self, day: date) -> Verdict:
        failed = self.failed.get(day)
        if self.asked.reprocess == "failed":
            return Verdict(failed is not None, f"failed before: {failed}" if failed else "never failed")
        if self.asked.reprocess == "none" and failed is not None:
            return Verdict(wanted=False, why="failed before")
        return Verdict(wanted=True, why="missing" if failed is None else f"failed before: {failed}")


def _by_day(slots: Mapping[str, Value]) -> dict[date, Value]:
    return {day: value for slot, value in slots.items() for day in days_between(*window(slot))}


def _past(feed: Feed) -> Past:
    past = feed.history
    if past is None:
        message = f"{feed.name} has no history"
        raise ValueError(message)
    return past


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


def _stretches(feed: str, verdicts: Mapping[date, Verdict]) -> Iterable[LeftOut]:
    """Yield the days that are left out, those that follow each other for the same reason as one."""
    begin: date | None = None
    last, why = date.min, ""
    for day, verdict in verdicts.items():
        if begin is not None and (verdict.wanted or verdict.why != why or day - last > ONE_DAY):
            yield LeftOut(feed, begin, last, why)
            begin = None
        if not verdict.wanted:
            begin, last, why = begin or day, day, verdict.why
    if begin is not None:
        yield LeftOut(feed, begin, last, why)
