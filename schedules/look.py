"""Looking at what is to be done now: the timetable says what was asked for, the ledger what became of it.

Nothing is remembered from look to look but how far back all is settled, which saves reading: a scheduler that starts
anew, or a second one beside it, sees the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.catalogue import data_set
from pipelines.slot_book import Attempt, SlotRuns
from schedules.catch_up import UNRECORDED, Decision, Do, decide
from schedules.slots import ContentDays, Held, Planned, planned
from schedules.timetable import Entry, from_cron

if TYPE_CHECKING:
    from pipelines.slot_book import SlotBook, SlotKey

_MOMENT = timedelta(microseconds=1)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)

Fire = Callable[[Entry, str], None]
"""Runs a slot of an entry to its end, in the call that `munim run` makes; the ledger says what came of it."""

Tried = Mapping[tuple[str, str], tuple[datetime, datetime]]
"""By feed and slot: when this process last began and ended a try."""


@dataclass(frozen=True)
class Task:
    """A slot that is to be run now, or recorded as missed, and why."""

    entry: Entry
    slot: str
    do: Do
    why: str

    @property
    def key(self) -> SlotKey:
        """Data set, feed and slot."""
        return self.entry.dataset, self.entry.feed, self.slot


@dataclass(frozen=True)
class Outlook:
    """What is to be done now, each feed's in order; `again_at` is when the next try between firings is due."""

    tasks: tuple[Task, ...]
    again_at: datetime | None = None


def keeps_past(entry: Entry) -> bool:
    """Tell whether a feed's source serves days that are no longer the newest, so that what was missed can be had."""
    return entry.slots != "instant" and data_set(entry.dataset).feed(entry.feed).serves == "any"


@dataclass
class Lookout:
    """Looks at entries of the timetable. `settled`: by feed, up to when every slot is filled or recorded as missed."""

    entries: tuple[Entry, ...]
    book: SlotBook
    content_days: ContentDays
    keeps_past: Callable[[Entry], bool] = keeps_past
    settled: dict[str, datetime] = field(default_factory=dict)

    def look(self, now: datetime, tried: Tried | None = None) -> Outlook:
        """Return what is to be done at `now`; nothing of a feed that is paused."""
        paused = self.book.pauses()
        held = _held(self.book)
        plans = {
            one: self._plan(one, held[one.feed], now)
            for one in self.entries
            if one.feed in held and one.feed not in paused
        }
        runs = self.book.runs([(one.dataset, one.feed, slot.slot) for one, plan in plans.items() for slot in plan])
        tasks: list[Task] = []
        waits: list[datetime] = []
        for one, plan in plans.items():
            decisions = [
                (slot, self._decide(one, slot, runs[one.dataset, one.feed, slot.slot], now, tried or {}))
                for slot in plan
            ]
            self._note_settled(one, decisions)
            tasks += [Task(one, slot.slot, to.do, to.why) for slot, to in decisions if to.do in {Do.RUN, Do.MISS}]
            waits += [to.at for _, to in decisions if to.at is not None]
        return Outlook(tuple(tasks), min(waits, default=None))

    def _plan(self, entry: Entry, held: list[Held], now: datetime) -> list[Planned]:
        # What is settled is planned again within the time of catching up: the calendar may have learnt of a session.
        after = min(self.settled.get(entry.feed, _EVER), now - entry.catch_up)
        begins = min(one.since for one in held) - _MOMENT
        return planned(entry, held, max(after, begins), now, self.content_days(entry.calendar))

    def _decide(self, entry: Entry, slot: Planned, runs: SlotRuns, now: datetime, tried: Tried) -> Decision:
        began_ended = tried.get((entry.feed, slot.slot))
        if began_ended is not None and not any(one.finished_at >= began_ended[0] for one in runs.attempts):
            unrecorded = Attempt(entry.feed, slot.slot, 0, UNRECORDED, False, *began_ended)  # noqa: FBT003
            runs = SlotRuns((*runs.attempts, unrecorded))
        return decide(entry, slot, runs, now, keeps_past=self.keeps_past(entry))

    def _note_settled(self, entry: Entry, decisions: Iterable[tuple[Planned, Decision]]) -> None:
        for slot, to in decisions:
            if to.do is not Do.NOTHING:
                return
            self.settled[entry.feed] = max(slot.asked[-1], self.settled.get(entry.feed, slot.asked[-1]))


def act(task: Task, book: SlotBook, fire: Fire) -> None:
    """Do what a look found: run the slot, or record that it is missed."""
    if task.do is Do.MISS:
        book.give_up(task.key, task.why)
    else:
        fire(task.entry, task.slot)


def _held(book: SlotBook) -> dict[str, list[Held]]:
    """Return the firings of each feed with the time that they stood for."""
    held: dict[str, list[Held]] = {}
    for one in book.firings():
        held.setdefault(one.feed, []).append(Held(from_cron(one.cron, one.days_back), one.since, one.until))
    return held
