"""What the database knows of the schedules: the firings since when, what is paused, and what became of each slot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, timedelta

    from loaders.database import Connection

_FIRINGS = "SELECT feed, cron, days_back, since, until FROM etl.firing ORDER BY feed, since, cron"

_PAUSES = "SELECT feed, paused_at, paused_by, reason FROM etl.pause ORDER BY feed"

_CLAIMS = "SELECT slot, pid, host, since, waiting FROM etl.claim ORDER BY slot, waiting, since"

_RUNS = """
SELECT run.feed, run.slot, run.run_id, run.status, run.closes_slot, run.started_at, run.finished_at
FROM etl.run AS run
JOIN unnest(%(datasets)s::text[], %(feeds)s::text[], %(slots)s::text[]) AS asked (dataset, feed, slot)
    USING (dataset, feed, slot)
WHERE run.status <> 'skipped' OR run.error IS NOT NULL
ORDER BY run.run_id
"""

SlotKey = tuple[str, str, str]
"""Data set, feed and slot."""


@dataclass(frozen=True)
class KnownFiring:
    """A firing as a line of cron, and between which instants it stood in the timetable; `until` None: it does."""

    feed: str
    cron: str
    days_back: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Pause:
    """A feed that does not run by itself now, and who said so."""

    feed: str
    paused_at: datetime
    paused_by: str
    reason: str | None


@dataclass(frozen=True)
class Claim:
    """A process that is at a slot now, or waits for the one that is; `slot` is the feed and the slot."""

    slot: str
    pid: int
    host: str | None
    since: datetime
    waiting: bool


@dataclass(frozen=True)
class Attempt:
    """A run at a slot that filled nothing, or filled it."""

    feed: str
    slot: str
    run_id: int
    status: str
    closes_slot: bool
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class SlotRuns:
    """What the ledger has of a slot: the runs at it, oldest first; those that found it filled are left out."""

    attempts: tuple[Attempt, ...] = field(default=())

    @property
    def is_closed(self) -> bool:
        """Whether a run filled it."""
        return any(one.closes_slot for one in self.attempts)

    @property
    def is_missed(self) -> bool:
        """Whether it was given up."""
        return any(one.status == "missed" for one in self.attempts)

    @property
    def is_passed_over(self) -> bool:
        """Whether a run found it not worth asking for, and said why."""
        return any(one.status == "skipped" for one in self.attempts)


def firings(connection: Connection) -> list[KnownFiring]:
    """Return every firing that stands or stood in the timetable, by feed and from when on."""
    return fetch(connection, KnownFiring, _FIRINGS)


def pauses(connection: Connection) -> dict[str, Pause]:
    """Return the feeds that are paused, by name."""
    return {one.feed: one for one in fetch(connection, Pause, _PAUSES)}


def claims(connection: Connection) -> list[Claim]:
    """Return who is at which slot now, and who waits for it."""
    return fetch(connection, Claim, _CLAIMS)


def slot_runs(connection: Connection, slots: Collection[SlotKey]) -> dict[SlotKey, SlotRuns]:
    """Return what the ledger has of each of these slots; one that it has nothing of has no attempts."""
    datasets, feeds, names = zip(*slots, strict=True) if slots else ((), (), ())
    asked = {"datasets": list(datasets), "feeds": list(feeds), "slots": list(names)}
    found: dict[tuple[str, str], list[Attempt]] = {}
    for one in fetch(connection, Attempt, _RUNS, asked):
        found.setdefault((one.feed, one.slot), []).append(one)
    return {key: SlotRuns(tuple(found.get(key[1:], ()))) for key in slots}


def clock_ahead(connection: Connection, now: datetime) -> timedelta:
    """Return by how much a time is ahead of the database's clock."""
    row = connection.execute("SELECT %s - clock_timestamp()", (now,)).fetchone()
    if row is None:
        message = "the database told no time"
        raise RuntimeError(message)
    return row[0]  # type: ignore[return-value]
