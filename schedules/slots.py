"""Slots: what a firing asks for, under one name whoever fires it: the scheduler, a CronJob or an analyst.

Of a snapshot it is the scheduled instant in Asia/Kolkata, of a dated feed the session that is due, of a re-read the
window. It hangs on the timetable, the instant and the calendar alone: not on the zone of the machine, nor on who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from munim.core.clock import IST
from schedules import timetable
from schedules.timetable import ContentDay, Entry, Firing

ContentDays = Callable[[str], ContentDay]
"""By the calendar of an entry of the timetable: what tells whether a day has content."""


@dataclass(frozen=True)
class Asked:
    """A feed and a slot of it; `instant` is the slot's for a feed that serves a snapshot, None for a dated one."""

    feed: str
    slot: str
    instant: datetime | None = None


@dataclass(frozen=True)
class Due:
    """An instant at which an entry fires."""

    entry: Entry
    firing: Firing
    instant: datetime


@dataclass(frozen=True)
class Held:
    """A firing while it stood in the timetable: from `since` on, and until it was taken out."""

    firing: Firing
    since: datetime
    until: datetime | None = None

    def has(self, instant: datetime) -> bool:
        """Tell whether it stood at an instant."""
        return self.since <= instant and (self.until is None or instant < self.until)


@dataclass(frozen=True)
class Planned:
    """A slot that the timetable asked for: at these instants, in order, until `ends`, when it asked for a later one.

    `ends` is None while this is the newest. `is_closed`: the calendar knows of no session that day.
    """

    slot: str
    asked: tuple[datetime, ...]
    ends: datetime | None = None
    is_closed: bool = False


def due_firings(entries: Iterable[Entry], after: datetime, until: datetime) -> list[Due]:
    """Return the firings after an instant and up to another, oldest first; those of one instant in the entries' order.

    What was missed since a time, or what is to come, is this and nothing else: no clock is asked.
    """
    first, last = after.astimezone(IST).date(), until.astimezone(IST).date()
    every = [
        Due(one, firing, instant)
        for one in entries
        for instant, firing in timetable.firings(one, first, last)
        if after < instant <= until
    ]
    return sorted(every, key=lambda due: due.instant)


def slot_of(entry: Entry, firing: Firing, instant: datetime, has_content: ContentDay) -> str:
    """Return the name of the slot that a firing asks for: an instant, a day, or a window `from..to`."""
    if entry.slots == "day":
        tried = _every_day if entry.tries_closed else has_content
        return timetable.day_of(firing, instant, tried).isoformat()
    if entry.slots == "window":
        last = instant.astimezone(IST).date() - timedelta(days=firing.days_back)
        return f"{last - timedelta(days=entry.window_days - 1)}..{last}"
    return written(instant)


def written(instant: datetime) -> str:
    """Return an instant as slots are written: in Asia/Kolkata, whatever the zone it came in."""
    return instant.astimezone(IST).isoformat()


def current(entry: Entry, now: datetime, has_content: ContentDay) -> Asked:
    """Return the slot that the newest firing at or before `now` asks for."""
    instant, firing = timetable.last_firing(entry, now)
    return Asked(entry.feed, slot_of(entry, firing, instant, has_content), _of_snapshot(entry, instant))


def following(entry: Entry, now: datetime, has_content: ContentDay) -> tuple[datetime, Asked]:
    """Return the next firing after `now`, and the slot that it will ask for by what the calendar says now."""
    instant, firing = timetable.next_firing(entry, now)
    asked = Asked(entry.feed, slot_of(entry, firing, instant, has_content), _of_snapshot(entry, instant))
    return instant, asked


def _of_snapshot(entry: Entry, instant: datetime) -> datetime | None:
    return instant if entry.slots == "instant" else None


def planned(
    entry: Entry, held: Sequence[Held], after: datetime, now: datetime, has_content: ContentDay
) -> list[Planned]:
    """Return the slots that an entry asked for after an instant and up to `now`, oldest first.

    A firing counts only while it stood in the timetable: one that was changed this evening fires nothing backwards,
    and what its predecessor asked for is still known.
    """
    asked: dict[str, list[datetime]] = {}
    for due in due_firings([_with(entry, held)], after, now):
        if any(one.firing == due.firing and one.has(due.instant) for one in held):
            instants = asked.setdefault(slot_of(entry, due.firing, due.instant, has_content), [])
            if due.instant not in instants:
                instants.append(due.instant)
    names = sorted(asked, key=lambda slot: asked[slot][0])
    begins: list[datetime | None] = [asked[slot][0] for slot in names]
    return [
        Planned(slot, tuple(asked[slot]), end, entry.tries_closed and not has_content(date.fromisoformat(slot)))
        for slot, end in zip(names, [*begins[1:], None], strict=False)
    ]


def _every_day(_day: date) -> bool:
    return True


def _with(entry: Entry, held: Sequence[Held]) -> Entry:
    """Return the entry with every firing that it has or had."""
    return replace(entry, fires=tuple(dict.fromkeys(one.firing for one in held)))
