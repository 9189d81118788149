"""The ledger: every run, what it did, or why it did nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from loaders.batch import Check, LoadContext, Note
    from loaders.database import Connection, Cursor

_INSERT = """
INSERT INTO etl.run (
    run_id, run_key, dataset, feed, slot, attempt, status, closes_slot, started_at, finished_at, duration_ms,
    rows_read, rows_new, rows_changed, rows_unchanged, rows_absent, rows_quarantined, counts, checks, payload_id,
    sha256, parser_version, error, asked_by, forced, reverts_run_id)
SELECT coalesce(%(run_id)s, nextval(pg_get_serial_sequence('etl.run', 'run_id'))),
       %(run_key)s, %(dataset)s, %(feed)s, %(slot)s,
       (SELECT 1 + count(*) FROM etl.run WHERE dataset = %(dataset)s AND feed = %(feed)s AND slot = %(slot)s),
       %(status)s, %(closes_slot)s, %(started_at)s, %(finished_at)s, %(duration_ms)s,
       %(rows_read)s, %(rows_new)s, %(rows_changed)s, %(rows_unchanged)s, %(rows_absent)s, %(rows_quarantined)s,
       %(counts)s, %(checks)s, %(payload_id)s, %(sha256)s, %(parser_version)s, %(error)s, %(asked_by)s,
       %(forced)s, %(reverts_run_id)s
ON CONFLICT (run_key) DO NOTHING
RETURNING run_id
"""

_NOTE = """
INSERT INTO etl.quality_note (dataset, payload_id, run_id, kind, subject, content_date, detail)
SELECT %s, %s, %s, note.kind, note.subject, note.content_date, note.detail
FROM jsonb_to_recordset(%s::jsonb) AS note (kind text, subject text, content_date date, detail jsonb)
"""


@dataclass(frozen=True)
class Counts:
    """What a run read and did, in rows; `more` holds further counts by name."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    quarantined: int = 0
    more: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RunEntry:
    """One entry of the ledger, as it is written at the end of a run."""

    feed: str | None
    slot: str | None
    status: str
    counts: Counts = field(default_factory=Counts)
    checks: Sequence[Check] = ()
    payload_id: int | None = None
    sha256: str | None = None
    error: str | None = None
    closes_slot: bool = False


def next_run_id(connection: Connection) -> int:
    """Reserve a run's number, so that rows can name it before its entry is written."""
    return given_in(ask_run_id(connection))


def ask_run_id(connection: Connection) -> Cursor:
    """Ask for a run's number; `given_in` reads the answer."""
    return connection.execute("SELECT nextval(pg_get_serial_sequence('etl.run', 'run_id'))")


def given_in(answer: Cursor) -> int:
    """Return the number of an answer that has one."""
    number = number_in(answer)
    if number is None:
        message = "the database gave no number"
        raise RuntimeError(message)
    return number


def number_in(answer: Cursor) -> int | None:
    """Return the number that an answer holds, or None when it has no row."""
    row = answer.fetchone()
    return None if row is None else int(str(row[0]))


def write_run(
    connection: Connection, context: LoadContext, entry: RunEntry, finished_at: datetime, run_id: int | None = None
) -> int:
    """Write a run's entry and return its number; where it has one already (its COMMIT's answer was lost) that counts.

    The caller commits.
    """
    return written_as(connection, context, send_run(connection, context, entry, finished_at, run_id))


def written_as(connection: Connection, context: LoadContext, sent: Cursor) -> int:
    """Return the number of an entry that `send_run` has sent: its own, or the one that the run has already."""
    number = number_in(sent)
    return number if number is not None else given_in(ask_by_key(connection, context.run_key))


def send_run(
    connection: Connection, context: LoadContext, entry: RunEntry, finished_at: datetime, number: int | None
) -> Cursor:
    """Write a run's entry under its number, or one that is free, unless it has one already; the caller commits."""
    counts = entry.counts
    return connection.execute(
        _INSERT,
        {
            "run_id": number, "run_key": context.run_key, "dataset": context.dataset, "feed": entry.feed,
            "slot": entry.slot, "status": entry.status, "closes_slot": entry.closes_slot,
            "started_at": context.started_at, "finished_at": finished_at,
            "duration_ms": round((finished_at - context.started_at).total_seconds() * 1000),
            "rows_read": counts.read, "rows_new": counts.new, "rows_changed": counts.changed,
            "rows_unchanged": counts.unchanged, "rows_absent": counts.absent,
            "rows_quarantined": counts.quarantined, "counts": Jsonb(counts.more),
            "checks": Jsonb([vars(check) for check in entry.checks]), "payload_id": entry.payload_id,
            "sha256": entry.sha256, "parser_version": context.parser_version, "error": entry.error,
            "asked_by": context.asked_by, "forced": context.forced, "reverts_run_id": context.reverts_run_id,
        },
    )  # fmt: skip


def find_by_key(connection: Connection, run_key: UUID) -> int | None:
    """Return the number of the run that was written under this key: it tells whether a COMMIT took effect."""
    return number_in(ask_by_key(connection, run_key))


def ask_by_key(connection: Connection, run_key: UUID) -> Cursor:
    """Ask for the number of the run that was written under this key; `number_in` reads the answer."""
    return connection.execute("SELECT run_id FROM etl.run WHERE run_key = %s", (run_key,))


def ending(context: LoadContext, content_to: date | None) -> str:
    """Return how a load ends: `not_yet` where the day that its slot is about is not in the content yet."""
    if context.needs_day is None or (content_to is not None and content_to >= context.needs_day):
        return "success"
    return "not_yet"


def closes_slot(
    connection: Connection, context: LoadContext, feed: str, slot: str, content_to: date | None = None
) -> bool:
    """Tell whether this run is the one that fills its slot: asked for, complete, and not done by another meanwhile."""
    if not context.closes_slot or ending(context, content_to) != "success":
        return False
    return closed_by(connection, context.dataset, feed, slot) is None


def closed_by(connection: Connection, dataset: str, feed: str, slot: str) -> int | None:
    """Return the run that filled a slot, or None while it is open."""
    return number_in(ask_closed_by(connection, dataset, feed, slot))


def passed_over_by(connection: Connection, dataset: str, feed: str, slot: str) -> int | None:
    """Return the run that passed a slot over, for a reason that it tells; None where none did."""
    return number_in(
        connection.execute(
            "SELECT min(run_id) FROM etl.run WHERE status = 'skipped' AND error IS NOT NULL AND dataset = %s "
            "AND feed = %s AND slot = %s HAVING count(*) > 0",
            (dataset, feed, slot),
        )
    )


def ask_closed_by(connection: Connection, dataset: str, feed: str, slot: str) -> Cursor:
    """Ask for the run that filled a slot; `number_in` reads the answer."""
    return connection.execute(
        "SELECT run_id FROM etl.run WHERE closes_slot AND dataset = %s AND feed = %s AND slot = %s",
        (dataset, feed, slot),
    )


def write_notes(connection: Connection, dataset: str, payload_id: int, run_id: int, notes: Sequence[Note]) -> None:
    """Write what was odd but kept."""
    send_notes(connection, dataset, payload_id, run_id, [text_of_notes(notes)])


def send_notes(connection: Connection, dataset: str, payload_id: int, run_id: int, texts: Sequence[str]) -> None:
    """Write notes whose texts are ready: see `text_of_notes`."""
    text = ", ".join(filter(None, texts))
    if text:
        # One text: arrays of a hundred notes cost psycopg more than the comparison of 14,000 rows.
        connection.execute(_NOTE, (dataset, payload_id, run_id, f"[{text}]"))


def text_of_notes(notes: Sequence[Note]) -> str:
    """Return notes as `send_notes` takes them: work that is done while the server is at something else."""
    every = [
        {"kind": note.kind, "subject": note.subject, "detail": dict(note.detail),
         "content_date": None if note.content_date is None else note.content_date.isoformat()}
        for note in notes
    ]  # fmt: skip
    return json.dumps(every)[1:-1]
