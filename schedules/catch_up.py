"""What is to be done about a slot by what the ledger has of it: run, wait, or give it up. Pure: it asks no clock.

A slot ends in one of three ways: a run fills it, or passes it over because there is nothing to ask for (no issue is
open), or it is recorded as missed. It is given up only when nothing more can come of it: the source serves the newest
alone and that is another one by now, or its last firing was acted on and tried for as long as its entry says, or it is
older than its catch-up window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.slot_book import Attempt, SlotRuns
    from schedules.slots import Planned
    from schedules.timetable import Entry

RETRYABLE = frozenset({"unavailable", "database", "archive", "cancelled"})
"""Statuses of runs whose like may work a minute later."""

OPEN = frozenset({"not_yet", "success", "repeat"})
"""Statuses of runs that went well, and yet left the slot open: its day is not out yet."""

UNRECORDED = "unrecorded"
"""Of a try that the ledger knows nothing of: it is left alone for `try_every`."""

FIRST_WAIT = timedelta(minutes=1)
"""Before the first retry of a failure; each following wait is twice as long, up to the entry's `try_every`."""


class Do(StrEnum):
    """What to do about a slot."""

    RUN = "run"
    MISS = "miss"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Decision:
    """What to do about a slot, and why; `at` is when to look again, of one that waits for a try between firings."""

    do: Do
    why: str
    at: datetime | None = None


def decide(entry: Entry, slot: Planned, runs: SlotRuns, now: datetime, *, keeps_past: bool) -> Decision:
    """Return what to do about a slot at `now`. `keeps_past`: the source serves days that are no longer the newest."""
    if runs.is_closed or runs.is_missed or runs.is_passed_over:
        return Decision(Do.NOTHING, _ended(runs))
    if slot.ends is not None and not keeps_past:
        return Decision(Do.MISS, f"the source serves the newest alone, and that is a later one by now; {_tried(runs)}")
    if slot.asked[-1] < now - entry.catch_up:
        if slot.is_closed:
            return Decision(Do.NOTHING, f"the calendar has no session that day; {_tried(runs)}")
        return Decision(Do.MISS, f"it is older than the {entry.catch_up.days} days of catching up; {_tried(runs)}")
    since = [one for one in runs.attempts if one.started_at >= slot.asked[-1]]
    if since and slot.is_closed:
        return Decision(Do.NOTHING, f"the calendar has no session that day; {_tried(runs)}")
    return _try_again(entry, slot, since, runs, now) if since else Decision(Do.RUN, "its time has come")


def _try_again(entry: Entry, slot: Planned, since: Sequence[Attempt], runs: SlotRuns, now: datetime) -> Decision:
    """Return what to do about a slot whose last firing was acted on: the attempts since then are `since`."""
    again = _again_at(entry, since)
    if again is None or again > since[0].started_at + entry.try_for:
        if slot.ends is None:
            return Decision(Do.WAIT, f"it waits for its next firing; {_tried(runs)}")
        return Decision(Do.MISS, f"nothing more is to come of it; {_tried(runs)}")
    if again > now:
        return Decision(Do.WAIT, f"it is tried again later; {_tried(runs)}", again)
    return Decision(Do.RUN, f"it is tried again; {_tried(runs)}")


def _again_at(entry: Entry, since: Sequence[Attempt]) -> datetime | None:
    """Return when a slot is to be tried again after the attempts since a firing; None: not before the next firing."""
    last = since[-1]
    if last.status in OPEN or last.status == UNRECORDED:
        return last.finished_at + entry.try_every
    failures = len(list(takewhile(lambda one: one.status in RETRYABLE, reversed(since))))
    if not failures:
        return None
    # Bounded: two to the power of a week's failures is no length of time.
    wait = FIRST_WAIT * (1 << min(failures - 1, 10))
    return last.finished_at + min(entry.try_every, wait)


def _ended(runs: SlotRuns) -> str:
    if runs.is_closed:
        return "it is filled"
    return "it was given up" if runs.is_missed else "there was nothing to ask for"


def _tried(runs: SlotRuns) -> str:
    if not runs.attempts:
        return "it was never tried"
    times = len(runs.attempts)
    return f"it was tried {times} time{'s' if times > 1 else ''}, and the last ended as {runs.attempts[-1].status}"
