"""The one transaction that a load of a keyed data set is: payload, rows, quarantine and ledger, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from loaders import ledger, payloads, quarantine
from loaders.judging import refuse_failed, row_counts_before
from loaders.keyed_changes import Changes, Sightings, load_table
from loaders.known import repeat
from loaders.payloads import Content
from loaders.report import LoadReport, Step, done_already, finish, lock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loaders.batch import Check, LoadContext, Note
    from loaders.database import Connection
    from loaders.keyed_batch import KeyedBatch, KeyedRows, KeyedTable, Span
    from munim.core.clock import Clock
    from munim.core.payload import Payload

__all__ = ["Job", "Rules", "Sightings", "load", "load_more", "load_rows", "write_success"]


class Judge(Protocol):
    """The checks of a data set over a payload's rows, with what they note and what of the rows is refused."""

    def __call__(
        self, connection: Connection, payload: Payload, batch: KeyedBatch, row_counts: Sequence[int]
    ) -> tuple[KeyedBatch, list[Check], list[Note]]:
        """Return the batch as it may be loaded, the checks and the notes.

        `row_counts` are those of the payloads of the feed before this one, newest first.
        """
        ...


@dataclass(frozen=True)
class Rules:
    """What a data set brings to a load: its tables, its checks, and where keys were seen again.

    `settle` is told, before anything is written, whether a blocking check failed that a person overrides.
    `after` derives what hangs on the rows, in the same transaction, and returns further counts by name.
    """

    tables: Mapping[str, KeyedTable]
    judge: Judge
    sightings: Sightings
    settle: Callable[[bool], None] = lambda _failed: None
    after: Callable[[Connection, Mapping[str, Changes], int], Mapping[str, object]] = lambda _s, _c, _p: {}


@dataclass(frozen=True)
class Job:
    """One payload to load: its rows, who asked, the data set's rules, and the clock."""

    payload: Payload
    batch: KeyedBatch
    context: LoadContext
    rules: Rules
    clock: Clock
    step: Step = lambda _name: None


def load(connection: Connection, job: Job) -> LoadReport:
    """Load a payload's rows in one transaction under the data set's advisory lock, and commit.

    Raises `CheckFailed` when a blocking check fails and the run is not forced; then nothing is written. A dry run does
    all of it and rolls back. The same payload again writes its ledger entry alone.
    """
    job.step("lock")
    lock(connection, job.context.dataset)
    if (done := done_already(connection, job.context)) is not None:
        return done
    if (known := payloads.find(connection, job.payload)) is not None:
        return repeat(connection, job.payload, known, job.context, job.clock)
    run_id = ledger.next_run_id(connection)
    report, payload_id = load_rows(connection, job, run_id)
    job.step("ledger")
    write_success(connection, job, report, payload_id)
    finish(connection, job.context, job.step)
    return report


def load_rows(connection: Connection, job: Job, run_id: int) -> tuple[LoadReport, int]:
    """Load a payload's rows in the caller's transaction, who holds the lock, writes the ledger and commits.

    Returns the report and the payload's number.
    """
    payload, dataset = job.payload, job.context.dataset
    job.step("check")
    counts_before = row_counts_before(connection, dataset, payload)
    batch, found, judged = job.rules.judge(connection, payload, job.batch, counts_before)
    checks = [*batch.checks, *found]
    failed = any(check.blocking and not check.passed for check in checks)
    if job.context.forced or not failed:
        job.rules.settle(failed)
    refuse_failed(checks, payload, job.context)
    now = job.clock()
    payload_id = payloads.insert(connection, dataset, payload, _content(batch, complete=not failed), now, run_id)
    job.step("rows")
    changes = _load_tables(connection, job, batch, payload_id)
    more = job.rules.after(connection, changes, payload_id)
    job.step("quarantine")
    quarantine.write_rejects(connection, dataset, payload_id, batch.rejects)
    notes = [*batch.notes, *judged]
    ledger.write_notes(connection, dataset, payload_id, run_id, notes)
    status = "dry_run" if job.context.dry_run else ledger.ending(job.context, batch.span and batch.span[1])
    counts = _counts(batch, changes, more)
    rows = [row for one in changes.values() for row in one.rows]
    return LoadReport(run_id, status, counts, checks, notes, rows), payload_id


def load_more(connection: Connection, job: Job, payload_id: int, span: Span | None) -> LoadReport:
    """Load further rows of a payload that is loaded, in the caller's transaction: rows that were refused before.

    They could be read only from now on, and not when their payload was loaded. `span` is what the payload speaks of,
    these rows included.
    """
    now = job.clock()
    changes = _load_tables(connection, job, job.batch, payload_id, now)
    job.rules.after(connection, changes, payload_id)
    payloads.set_dates(connection, payload_id, _content(replace(job.batch, span=span), complete=False))
    counts = _counts(job.batch, changes, {})
    entry = ledger.RunEntry(job.payload.feed, job.payload.slot, "success", counts, (), payload_id, job.payload.sha256)
    run_id = ledger.write_run(connection, job.context, entry, now)
    return LoadReport(run_id, "success", counts)


def write_success(connection: Connection, job: Job, report: LoadReport, payload_id: int) -> None:
    """Write the ledger entry of a load that `load_rows` has made, in its transaction."""
    payload, context = job.payload, job.context
    until = job.batch.span and job.batch.span[1]
    entry = ledger.RunEntry(
        payload.feed, payload.slot, ledger.ending(context, until), report.counts, report.checks, payload_id,
        payload.sha256, closes_slot=ledger.closes_slot(connection, context, payload.feed, payload.slot, until),
    )  # fmt: skip
    ledger.write_run(connection, context, entry, job.clock(), report.run_id)


def _load_tables(
    connection: Connection, job: Job, batch: KeyedBatch, payload_id: int, recorded_at: datetime | None = None
) -> dict[str, Changes]:
    where = payloads.placement(connection, job.context.dataset, payload_id)
    if recorded_at is not None:
        where = replace(where, mine=replace(where.mine, recorded_at=recorded_at))
    parts: dict[str, list[KeyedRows]] = {}
    for rows in batch.rows:
        parts.setdefault(rows.table, []).append(rows)
    return {
        name: load_table(
            connection, job.rules.tables[name], of_table, where, job.rules.sightings, told=job.context.dry_run
        )
        for name, of_table in parts.items()
    }


def _content(batch: KeyedBatch, *, complete: bool) -> Content:
    first, last = batch.span if batch.span is not None else (None, None)
    return Content(batch.layout, complete, batch.rows_read, first, last, batch.modal or last)


def _counts(batch: KeyedBatch, changes: Mapping[str, Changes], more: Mapping[str, object]) -> ledger.Counts:
    every = list(changes.values())
    counts: dict[str, object] = {}
    if withdrawn := sum(one.withdrawn for one in every):
        counts["withdrawn"] = withdrawn
    if outranked := sum(one.outranked for one in every):
        counts["outranked"] = outranked
    return ledger.Counts(
        batch.rows_read,
        sum(one.new for one in every),
        sum(one.changed for one in every),
        sum(one.unchanged for one in every) + batch.rows_repeated,
        batch.rows_absent,
        len(batch.rejects),
        {**counts, **more},
    )
