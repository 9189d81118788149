"""Loads that need no reading: the very payload again, or the bytes that the newest payload had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders import ledger, payloads
from loaders.report import LoadReport, finish, lock, settled

if TYPE_CHECKING:
    from datetime import date

    from loaders.batch import LoadContext
    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.core.payload import Payload

_TWIN = """
-- Where a row was refused the bytes are read again: a date that was too far ahead then may be near now.
SELECT payload.payload_id, payload.row_count, run.rows_absent, payload.content_to, payload.slot, payload.url
FROM etl.payload JOIN etl.run USING (run_id)
WHERE payload.payload_id = %s AND NOT run.forced AND payload.origin <> 'revert'
  AND NOT EXISTS (SELECT FROM etl.quarantine WHERE quarantine.payload_id = payload.payload_id)
"""

_COPY_PAYLOAD = """
INSERT INTO etl.payload (dataset, feed, slot, url, fetched_at, origin, sha256, size_bytes, layout, complete,
                         row_count, content_from, content_to, content_modal, recorded_at, run_id)
SELECT dataset, feed, %s, %s, %s, %s, sha256, size_bytes, layout, complete,
       row_count, content_from, content_to, content_modal, %s, %s
FROM etl.payload WHERE payload_id = %s
RETURNING payload_id
"""


def load_known(
    connection: Connection, payload: Payload, context: LoadContext, clock: Clock, *, same_bytes: bool = True
) -> LoadReport | None:
    """Load a payload whose bytes are known, or return None: then it has to be read.

    The very payload (same feed, time and bytes) leaves a ledger entry alone. The bytes of the payload that was
    fetched last, fetched again, say nothing new of any row: they are kept as seen again, unless a row was refused.
    `same_bytes` False has those read: where rows hang on the time of the fetch, they say something new.
    """
    with connection.pipeline():
        found, last = payloads.ask(connection, payload), payloads.ask_newest(connection, context.dataset)
        done = ledger.ask_by_key(connection, context.run_key)
    number, newest, done_by = ledger.number_in(found), payloads.newest_in(last), ledger.number_in(done)
    if number is not None:
        if done_by is not None:
            return settled(connection, done_by)
        return repeat(connection, payload, number, context, clock)
    connection.rollback()
    if not same_bytes or newest is None or (newest.feed, newest.sha256) != (payload.feed, payload.sha256):
        return None
    return _load_same_bytes(connection, payload, context, clock)


def repeat(connection: Connection, payload: Payload, payload_id: int, context: LoadContext, clock: Clock) -> LoadReport:
    """Write the ledger entry of a run that found its very payload loaded already, and commit."""
    with connection.pipeline():
        known = connection.execute("SELECT row_count, content_to FROM etl.payload WHERE payload_id = %s", (payload_id,))
        reserved = ledger.ask_run_id(connection)
    row, run_id = known.fetchone(), ledger.given_in(reserved)
    rows, until = (int(str(row[0])), row[1]) if row is not None else (0, None)
    status = "repeat" if ledger.ending(context, until) == "success" else "not_yet"  # type: ignore[arg-type]
    counts = ledger.Counts(read=rows, unchanged=rows)
    entry = ledger.RunEntry(
        payload.feed,
        payload.slot,
        status,
        counts,
        (),
        payload_id,
        payload.sha256,
        closes_slot=ledger.closes_slot(connection, context, payload.feed, payload.slot, until),  # type: ignore[arg-type]
    )
    with connection.pipeline():
        written = ledger.send_run(connection, context, entry, clock(), run_id)
        finish(connection, context)
    if not written.rowcount:
        # Without the lock two may be at it: what the other one wrote under this run's key counts.
        run_id = ledger.find_by_key(connection, context.run_key) or run_id
    return LoadReport(run_id, status, counts)


def _load_same_bytes(connection: Connection, payload: Payload, context: LoadContext, clock: Clock) -> LoadReport | None:
    with connection.pipeline():
        lock(connection, context.dataset)
        done = ledger.ask_by_key(connection, context.run_key)
        last = payloads.ask_newest(connection, context.dataset)
        reserved = ledger.ask_run_id(connection)
    if (done_by := ledger.number_in(done)) is not None:
        return settled(connection, done_by)
    newest, run_id = payloads.newest_in(last), ledger.given_in(reserved)
    row = None
    if newest is not None and newest.sha256 == payload.sha256 and newest.is_before(payload):
        row = connection.execute(_TWIN, (newest.payload_id,)).fetchone()
    # The file of another day under this day's address says nothing of this day: it is read, and refused.
    if row is None or not _asks_the_same(payload, str(row[4]), str(row[5])):
        connection.rollback()
        return None
    until: date | None = row[3]  # type: ignore[assignment]
    twin, rows, absent = (int(str(value)) for value in row[:3])
    status = ledger.ending(context, until)
    copied = connection.execute(
        _COPY_PAYLOAD, (payload.slot, payload.url, payload.fetched_at, payload.origin, clock(), run_id, twin)
    ).fetchone()
    payload_id = int(str(copied[0])) if copied is not None else 0
    counts = ledger.Counts(read=rows, unchanged=rows - absent, absent=absent)
    entry = ledger.RunEntry(
        payload.feed,
        payload.slot,
        status,
        counts,
        (),
        payload_id,
        payload.sha256,
        closes_slot=ledger.closes_slot(connection, context, payload.feed, payload.slot, until),
    )
    with connection.pipeline():
        # Under the lock, and after it was found that this run has no entry yet.
        ledger.send_run(connection, context, entry, clock(), run_id)
        finish(connection, context)
    return LoadReport(run_id, "dry_run" if context.dry_run else status, counts)


def _asks_the_same(payload: Payload, slot: str, url: str) -> bool:
    """Tell whether a payload is about what another was, for all that is known before it is read.

    A file's name may say its day: 07JUL2024.csv has the bytes of 05JUL2024.csv.
    """
    if payload.origin == "file":
        return payload.url == url
    return not _is_dated(payload.slot) or payload.slot == slot


def _is_dated(slot: str) -> bool:
    """Tell whether a slot is a day or a window, and no instant."""
    return "T" not in slot
