"""Backfills and their slots, written: what is asked for, what is begun, and what came of it.

Every function works in the caller's transaction; he commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from loaders.database import Connection

Ended = Literal["waiting", "done", "empty", "failed"]
"""How an attempt at a slot may leave it; `waiting` for another attempt."""

State = Literal["open", "paused", "cancelled"]

Reprocess = Literal["missing", "none", "failed", "all"]
"""What is asked for: what is missing; of that what was never tried; what failed; or everything again."""

_INSERT = """
INSERT INTO etl.backfill (dataset, feed, from_date, to_date, reprocess, backwards, max_active_runs, asked_by, reason,
                          asked_at)
VALUES (%(dataset)s, %(feed)s, %(first)s, %(last)s, %(reprocess)s, %(backwards)s, %(max_active_runs)s, %(asked_by)s,
        %(reason)s, %(at)s)
RETURNING backfill_id
"""

_NEXT_PRIORITY = "SELECT coalesce(max(priority), 0) FROM etl.backfill_slot WHERE state = 'waiting'"
"""A new backfill begins beside what comes next of the others, and they take turns: none waits for another's end."""

_INSERT_SLOT = """
INSERT INTO etl.backfill_slot (dataset, feed, slot, first_day, last_day, queue, priority, lane, again, made_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
RETURNING slot_id
"""

_ASK = """
INSERT INTO etl.backfill_asker (backfill_id, slot_id) SELECT %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING
"""

_AGAIN = "UPDATE etl.backfill_slot SET again = true WHERE slot_id = ANY(%s) AND state = 'waiting'"

_BEGIN = """
UPDATE etl.backfill_slot AS slot
SET state = 'running', attempt = attempt + 1, started_at = %(at)s, finished_at = NULL
FROM (SELECT asker.slot_id, min(backfill.backfill_id) AS backfill_id, string_agg(DISTINCT asked_by, ', ') AS asked_by
      FROM etl.backfill_asker AS asker JOIN etl.backfill AS backfill USING (backfill_id)
      WHERE asker.slot_id = %(slot_id)s AND backfill.state = 'open'
      GROUP BY asker.slot_id) AS asking
WHERE slot.slot_id = asking.slot_id AND slot.state IN ('waiting', 'running')
RETURNING slot.slot_id, dataset, feed, slot, again, attempt, asking.asked_by, asking.backfill_id
"""

_END = """
UPDATE etl.backfill_slot
SET state = %(state)s, run_id = coalesce(%(run_id)s, run_id), error = %(error)s,
    finished_at = CASE WHEN %(state)s <> 'waiting' THEN %(at)s::timestamptz END
WHERE slot_id = %(slot_id)s AND state IN ('waiting', 'running')
"""

_SET_STATE = """
UPDATE etl.backfill SET state = %(state)s, state_at = %(at)s, state_why = %(why)s
WHERE backfill_id = %(backfill_id)s RETURNING backfill_id
"""

_PAUSE_ASKERS = """
UPDATE etl.backfill SET state = 'paused', state_at = %(at)s, state_why = %(why)s
WHERE state = 'open' AND backfill_id IN (SELECT backfill_id FROM etl.backfill_asker WHERE slot_id = %(slot_id)s)
"""

_CANCEL_SLOTS = """
UPDATE etl.backfill_slot AS slot SET state = 'cancelled', finished_at = %s
WHERE state = 'waiting' AND NOT EXISTS (
    SELECT FROM etl.backfill_asker AS asker JOIN etl.backfill AS backfill USING (backfill_id)
    WHERE asker.slot_id = slot.slot_id AND backfill.state <> 'cancelled')
"""


@dataclass(frozen=True)
class Request:
    """A backfill as it is asked for; `feed` None: every feed of the data set that serves any day."""

    dataset: str
    feed: str | None
    first: date
    last: date
    reprocess: Reprocess
    backwards: bool
    max_active_runs: int | None
    asked_by: str
    reason: str | None = None


@dataclass(frozen=True)
class NewSlot:
    """A slot that is to run."""

    feed: str
    slot: str
    first: date
    last: date
    queue: str


@dataclass(frozen=True)
class Begun:
    """A slot that a worker is at; `asked_by` are those whose open backfills ask for it, by name."""

    slot_id: int
    dataset: str
    feed: str
    slot: str
    again: bool
    attempt: int
    asked_by: str
    backfill_id: int


def lock_plans(connection: Connection) -> None:
    """Wait until nobody else makes a backfill or changes what may run; held until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('munim backfills'))")


def create(
    connection: Connection, request: Request, slots: Sequence[NewSlot], joins: Sequence[int], at: datetime
) -> int:
    """Write a backfill with its new slots and those of others that it asks for too; return its number.

    The caller holds `lock_plans`, and planned under it.
    """
    row = connection.execute(_INSERT, vars(request) | {"at": at}).fetchone()
    backfill_id = int(str(row[0] if row else 0))
    first = connection.execute(_NEXT_PRIORITY).fetchone()
    highest = int(str(first[0] if first else 0))
    again = request.reprocess == "all"
    numbers = list(joins)
    with connection.cursor() as cursor:
        cursor.executemany(
            _INSERT_SLOT,
            [
                (
                    request.dataset, slot.feed, slot.slot, slot.first, slot.last, slot.queue, highest - place,
                    _lane(backfill_id, place, request.max_active_runs), again, at,
                )
                for place, slot in enumerate(slots)
            ],
            returning=True,
        )  # fmt: skip
        for _ in slots:
            numbers += [int(str(number)) for (number,) in cursor.fetchall()]
            cursor.nextset()
    connection.execute(_ASK, (backfill_id, numbers))
    if again:
        connection.execute(_AGAIN, (list(joins),))
    return backfill_id


def begin(connection: Connection, slot_id: int, at: datetime) -> Begun | None:
    """Note that a worker begins a slot; None where it is done, or no open backfill asks for it."""
    from psycopg.rows import class_row  # noqa: PLC0415 - loaders bring the driver when it is used

    with connection.cursor(row_factory=class_row(Begun)) as cursor:
        return cursor.execute(_BEGIN, {"slot_id": slot_id, "at": at}).fetchone()


def end(
    connection: Connection, slot_id: int, state: Ended, at: datetime, *, run_id: int | None = None, error: str | None
) -> None:
    """Note what came of a slot."""
    connection.execute(_END, {"slot_id": slot_id, "state": state, "run_id": run_id, "error": error, "at": at})


def set_state(connection: Connection, backfill_id: int, state: State, at: datetime, why: str | None = None) -> None:
    """Pause, resume or cancel a backfill. Raises `RequestWrong` where there is none, or it was cancelled before."""
    row = connection.execute("SELECT state FROM etl.backfill WHERE backfill_id = %s", (backfill_id,)).fetchone()
    if row is None:
        raise RequestWrong(f"there is no backfill {backfill_id}", advice="`munim backfill list` has those there are")
    if row[0] == "cancelled":
        raise RequestWrong(f"backfill {backfill_id} was cancelled", advice="create another one over the same dates")
    connection.execute(_SET_STATE, {"backfill_id": backfill_id, "state": state, "at": at, "why": why})
    if state == "cancelled":
        connection.execute(_CANCEL_SLOTS, (at,))


def pause_askers(connection: Connection, slot_id: int, at: datetime, why: str) -> None:
    """Pause every backfill that asks for a slot: its site turned us away."""
    connection.execute(_PAUSE_ASKERS, {"slot_id": slot_id, "at": at, "why": why})


def _lane(backfill_id: int, place: int, lanes: int | None) -> str | None:
    return None if lanes is None else f"backfill {backfill_id} lane {place % lanes}"
