"""Backfills: who asked for what, and how far each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

_LIST = """
SELECT backfill_id, dataset, feed, from_date, to_date, reprocess, backwards, max_active_runs, asked_by, reason,
       asked_at, state, state_at, state_why, coalesce(slots.states, '{}') AS slots, coalesce(slots.rows_new, 0) AS
       rows_new, coalesce(slots.rows_changed, 0) AS rows_changed
FROM etl.backfill AS backfill
LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(state, count) AS states, sum(rows_new)::bigint AS rows_new,
           sum(rows_changed)::bigint AS rows_changed
    FROM (
        SELECT slot.state, count(*) AS count, sum(run.rows_new) AS rows_new, sum(run.rows_changed) AS rows_changed
        FROM etl.backfill_asker AS asker
        JOIN etl.backfill_slot AS slot USING (slot_id)
        LEFT JOIN etl.run AS run USING (run_id)
        WHERE asker.backfill_id = backfill.backfill_id
        GROUP BY slot.state
    ) AS by_state
) AS slots ON true
WHERE %(backfill_id)s::bigint IS NULL OR backfill_id = %(backfill_id)s
ORDER BY backfill_id DESC
LIMIT %(limit)s
"""

_SLOTS = """
SELECT slot_id, slot.feed, slot.slot, first_day, last_day, slot.state, slot.attempt, slot.run_id, slot.error,
       slot.started_at, slot.finished_at, run.rows_new, run.rows_changed
FROM etl.backfill_asker AS asker
JOIN etl.backfill_slot AS slot USING (slot_id)
LEFT JOIN etl.run AS run USING (run_id)
WHERE asker.backfill_id = %(backfill_id)s
ORDER BY first_day, slot.feed, slot_id
"""

OPEN_STATES = ("waiting", "running")


@dataclass(frozen=True)
class Backfill:
    """A backfill; `slots` counts those that it asks for by their state, whoever asked for them first.

    `rows_changed` counts the values that its slots replaced: what was fetched now differs from what was stored.
    """

    backfill_id: int
    dataset: str
    feed: str | None
    from_date: date
    to_date: date
    reprocess: str
    backwards: bool
    max_active_runs: int | None
    asked_by: str
    reason: str | None
    asked_at: datetime
    state: str
    state_at: datetime | None
    state_why: str | None
    slots: Mapping[str, int]
    rows_new: int
    rows_changed: int

    @property
    def left(self) -> int:
        """How many of its slots have not come to an end."""
        return sum(self.slots.get(state, 0) for state in OPEN_STATES)

    @property
    def standing(self) -> str:
        """Return open, paused or cancelled, and of an open one whose slots all came to their end: ended."""
        return "ended" if self.state == "open" and not self.left else self.state


@dataclass(frozen=True)
class SlotStanding:
    """A slot that a backfill asks for, and what came of it; None: nothing did yet."""

    slot_id: int
    feed: str
    slot: str
    first_day: date
    last_day: date
    state: str
    attempt: int
    run_id: int | None
    error: str | None
    started_at: datetime | None
    finished_at: datetime | None
    rows_new: int | None
    rows_changed: int | None


def list_backfills(connection: Connection, limit: int) -> list[Backfill]:
    """Return the newest backfills, newest first."""
    return fetch(connection, Backfill, _LIST, {"backfill_id": None, "limit": limit})


def show_backfill(connection: Connection, backfill_id: int) -> Backfill:
    """Return a backfill. Raises `RequestWrong` where there is none of that number."""
    found = fetch(connection, Backfill, _LIST, {"backfill_id": backfill_id, "limit": 1})
    if not found:
        raise RequestWrong(f"there is no backfill {backfill_id}", advice="`munim backfill list` has those there are")
    return found[0]


def slots_of(connection: Connection, backfill_id: int) -> list[SlotStanding]:
    """Return the slots that a backfill asks for, by day and feed."""
    return fetch(connection, SlotStanding, _SLOTS, {"backfill_id": backfill_id})
