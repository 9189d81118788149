"""Loads that need no reading: the very payload again, or the bytes that the newest payload had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loaders import ledger, payloads
from loaders.report import LoadReport, lock, send_end, settled

if TYPE_CHECKING:
    from datetime import date

    from loaders.batch import LoadContext
    from loaders.database import Connection, Cursor
    from munim.core.clock import Clock
    from munim.core.payload import Payload

_TWIN = """
-- Where a row was refused the bytes are read again: a date that was too far ahead then may be near now.
SELECT payload.payload_id, payload.feed, payload.fetched_at, payload.sha256, payload.row_count, run.rows_absent,
       payload.content_to, payload.slot, payload.url
FROM etl.payload JOIN etl.run USING (run_id)
WHERE payload.payload_id = (
          SELECT payload_id FROM etl.payload WHERE dataset = %s ORDER BY fetched_at DESC, feed DESC, sha256 DESC LIMIT 1
      )
  AND payload.sha256 = %s AND NOT run.forced AND payload.origin <> 'revert'
  AND NOT EXISTS (SELECT FROM etl.quarantine WHERE quarantine.payload_id = payload.payload_id)
"""

_COPY_PAYLOAD = """
INSERT INTO etl.payload (payload_id, dataset, feed, slot, url, fetched_at, origin, sha256, size_bytes, layout, complete,
                         row_count, content_from, content_to, content_modal, recorded_at, run_id)
OVERRIDING SYSTEM VALUE
SELECT %s, dataset, feed, %s, %s, %s, %s, sha256, size_bytes, layout, complete,
       row_count, content_from, content_to, content_modal, %s, %s
FROM etl.payload WHERE payload_id = %s
"""


@dataclass(frozen=True)
class _Repeated:
    """What the tables hold of the bytes that came again: the payload's number, its rows, and its last date."""

    payload_id: int
    rows: int
    absent: int
    until: date | None


def load_known(
    connection: Connection, payload: Payload, context: LoadContext, clock: Clock, *, same_bytes: bool = True
) -> LoadReport | None:
    """Load a payload whose bytes are known, or return None: then it has to be read.

    The very payload (same feed, time and bytes) leaves a ledger entry alone. The bytes of the payload that was
    fetched last, fetched again, say nothing new of any row: they are kept as seen again, unless a row was refused.
    `same_bytes` False has those read: where rows hang on the time of the fetch, they say something new.
    """
    with connection.pipeline():
        fetched = payloads.ask_fetched(connection, payload)
        last = payloads.ask_newest(connection, context.dataset)
        done = ledger.ask_by_key(connection, context.run_key)
        closed = ledger.ask_closed_by(connection, context.dataset, payload.feed, payload.slot)
        # The digest of its bytes takes as long as the answers to these.
        sha256 = payload.sha256
    found, newest = _found_in(fetched, sha256), payloads.newest_in(last)
    if found is not None:
        done_by, is_open = ledger.number_in(done), ledger.number_in(closed) is None
        if done_by is not None:
            return settled(connection, done_by)
        return _repeat(connection, payload, found, context, clock, is_open=is_open)
    known = None
    if same_bytes and newest is not None and (newest.feed, newest.sha256) == (payload.feed, sha256):
        known = _load_same_bytes(connection, payload, context, clock)
    if known is None:
        connection.rollback()
    return known


def repeat(connection: Connection, payload: Payload, payload_id: int, context: LoadContext, clock: Clock) -> LoadReport:
    """Write the ledger entry of a run that found its very payload loaded already, and commit."""
    with connection.pipeline():
        fetched = payloads.ask_fetched(connection, payload)
        closed = ledger.ask_closed_by(connection, context.dataset, payload.feed, payload.slot)
    found = _found_in(fetched, payload.sha256) or _Repeated(payload_id, 0, 0, None)
    return _repeat(connection, payload, found, context, clock, is_open=ledger.number_in(closed) is None)


def _found_in(answer: Cursor, sha256: str) -> _Repeated | None:
    """Return the payload of these bytes among those of a feed and time."""
    for payload_id, of_bytes, rows, until in answer.fetchall():
        if of_bytes == sha256:
            return _Repeated(int(str(payload_id)), int(str(rows)), 0, until)  # type: ignore[arg-type]
    return None


def _repeat(
    connection: Connection, payload: Payload, found: _Repeated, context: LoadContext, clock: Clock, *, is_open: bool
) -> LoadReport:
    status = "repeat" if ledger.ending(context, found.until) == "success" else "not_yet"
    counts = ledger.Counts(read=found.rows, unchanged=found.rows)
    entry = _entry(payload, status, counts, found, context, is_open=is_open)
    with connection.pipeline():
        sent = ledger.send_run(connection, context, entry, clock(), None)
        send_end(connection, context)
    # Without the lock two may be at it: what the other one wrote under this run's key counts.
    return LoadReport(ledger.written_as(connection, context, sent), status, counts)


def _load_same_bytes(connection: Connection, payload: Payload, context: LoadContext, clock: Clock) -> LoadReport | None:
    with connection.pipeline():
        lock(connection, context.dataset)
        done = ledger.ask_by_key(connection, context.run_key)
        twin = connection.execute(_TWIN, (context.dataset, payload.sha256))
        closed = ledger.ask_closed_by(connection, context.dataset, payload.feed, payload.slot)
        reserved = payloads.ask_numbers(connection)
    if (done_by := ledger.number_in(done)) is not None:
        return settled(connection, done_by)
    found = _twin_in(twin, payload)
    payload_id, run_id = payloads.numbers_in(reserved)
    if found is None:
        return None
    status = ledger.ending(context, found.until)
    counts = ledger.Counts(read=found.rows, unchanged=found.rows - found.absent, absent=found.absent)
    entry = _entry(
        payload, status, counts, replace(found, payload_id=payload_id), context,
        is_open=ledger.number_in(closed) is None,
    )  # fmt: skip
    copied = (payload_id, payload.slot, payload.url, payload.fetched_at, payload.origin, clock(), run_id)
    with connection.pipeline():
        connection.execute(_COPY_PAYLOAD, (*copied, found.payload_id))
        # Under the lock, and after it was found that this run has no entry yet.
        ledger.send_run(connection, context, entry, clock(), run_id)
        send_end(connection, context)
    return LoadReport(run_id, "dry_run" if context.dry_run else status, counts)


def _twin_in(answer: Cursor, payload: Payload) -> _Repeated | None:
    """Return the payload that was fetched last, where it was before this one and its bytes say the same of this day."""
    row = answer.fetchone()
    if row is None:
        return None
    payload_id, feed, fetched_at, sha256, rows, absent, until, slot, url = row
    newest = payloads.NewestPayload(payload_id, feed, fetched_at, sha256)  # type: ignore[arg-type]
    # The file of another day under this day's address says nothing of this day: it is read, and refused.
    if not newest.is_before(payload) or feed != payload.feed or not _asks_the_same(payload, str(slot), str(url)):
        return None
    return _Repeated(newest.payload_id, int(str(rows)), int(str(absent)), until)  # type: ignore[arg-type]


def _entry(
    payload: Payload, status: str, counts: ledger.Counts, found: _Repeated, context: LoadContext, *, is_open: bool
) -> ledger.RunEntry:
    closes_slot = context.closes_slot and is_open and ledger.ending(context, found.until) == "success"
    return ledger.RunEntry(
        payload.feed, payload.slot, status, counts, (), found.payload_id, payload.sha256, closes_slot=closes_slot
    )


def _asks_the_same(payload: Payload, slot: str, url: str) -> bool:
    """Tell whether a payload is about what another was, for all that is known before it is read.

    A file's name may say its day: 07JUL2024.csv has the bytes of 05JUL2024.csv. So may its slot: BSE's legacy file has
    no date inside, and is of the day that it is given for.
    """
    if payload.origin == "file" and payload.url != url:
        return False
    return not _is_dated(payload.slot) or payload.slot == slot


def _is_dated(slot: str) -> bool:
    """Tell whether a slot is a day or a window, and no instant."""
    return "T" not in slot
