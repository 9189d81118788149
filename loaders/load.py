"""The one transaction that a load is: payload, schemes, NAVs, revisions, quarantine and ledger, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from loaders import arrays, fact_digests, ledger, nav_keys, nav_latest, payloads, quarantine, scheme_facts, scheme_rows
from loaders.batch import LoadContext, NavBatch, Note
from loaders.judging import CheckFailed, Judge, Precedents, Rules, refuse_failed
from loaders.known import repeat
from loaders.load_start import Known, Start, begin, known_before
from loaders.nav_chains import load_into_past, recorded_later
from loaders.nav_rows import NavArrays, concat, from_frame
from loaders.partitions import ask_missing, ensure_years, make_years, years_in, years_of
from loaders.payloads import Content, Placement
from loaders.report import LoadReport, Step, send_end, settled
from loaders.upsert import adding, apply_changes, compare, to_date

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection
    from loaders.first_load import YearTables
    from munim.core.clock import Clock
    from munim.core.payload import Payload

__all__ = ["CheckFailed", "Job", "Judge", "Precedents", "Rules", "load", "load_more", "load_rows"]

RELABEL_SHARE, RELABEL_LEAST = 0.1, 100
"""A payload that changes the facts of so large a share of its schemes, and so many, is told as a mass relabel."""


@dataclass(frozen=True)
class Job:
    """One payload to load: its rows, who asked, the data set's rules, and the clock."""

    payload: Payload
    batch: NavBatch
    context: LoadContext
    rules: Rules
    clock: Clock
    step: Step = lambda _name: None
    years: YearTables | None = None
    """Tables that take the rows in place of market.nav, in a first load of years."""

    @cached_property
    def rows(self) -> NavArrays:
        """The NAVs as arrays, of no payload yet; those of a daily file in the order of their codes."""
        rows = from_frame(self.batch.navs, 0)
        return rows if rows.keys is None else rows.take(np.argsort(rows.keys))

    def prepare(self) -> None:
        """Work out now what a load asks of the rows."""
        _ = self.rows.day_counts, self.rows.coded if self.rows.keys is None else None

    def into(self, years: YearTables) -> Job:
        """Return the same job, whose rows go into these tables."""
        job = replace(self, years=years)
        job.__dict__["rows"] = self.rows
        return job


def load(connection: Connection, job: Job) -> LoadReport:
    """Load a payload's rows in one transaction under the data set's advisory lock, and commit.

    Raises `CheckFailed` when a blocking check fails and the run is not forced; then nothing is written.
    A dry run does all of it and rolls back. The same payload again writes its ledger entry alone.
    """
    arrays.register(connection)
    payload, context = job.payload, job.context
    start = _start(connection, job)
    if start.done_by is not None:
        return settled(connection, start.done_by)
    if start.loaded_as is not None:
        return repeat(connection, payload, start.loaded_as, context, job.clock)
    loaded = _load_rows(connection, job, start.run_id, start.known)
    job.step("quarantine")
    with connection.pipeline():
        _write_rest(connection, job, loaded)
        job.step("ledger")
        entry = _entry(job, loaded.report, loaded.payload_id, closes_slot=start.closes_slot)
        # Under the lock, and after it was found that this run has no entry yet.
        ledger.send_run(connection, context, entry, job.clock(), start.run_id)
        send_end(connection, context, job.step)
    job.step("committed")
    return loaded.report


def write_success(connection: Connection, job: Job, report: LoadReport, payload_id: int) -> None:
    """Write the ledger entry of a load that `load_rows` has made, in its transaction."""
    payload, context = job.payload, job.context
    closes_slot = ledger.closes_slot(connection, context, payload.feed, payload.slot)
    entry = _entry(job, report, payload_id, closes_slot=closes_slot)
    ledger.write_run(connection, context, entry, job.clock(), report.run_id)


def load_rows(connection: Connection, job: Job, run_id: int) -> tuple[LoadReport, int]:
    """Load a payload's rows in the caller's transaction, who holds the lock, writes the ledger and commits.

    Returns the report and the payload's number.
    """
    arrays.register(connection)
    if job.years is None:
        make_years(connection, years_of(job.rows.days))
    loaded = _load_rows(connection, job, run_id, known_before(connection, job.payload, job.context.dataset))
    job.step("quarantine")
    with connection.pipeline():
        _write_rest(connection, job, loaded)
    return loaded.report, loaded.payload_id


@dataclass(frozen=True)
class _Loaded:
    """What the rows of a load came to, and what is to be written after them."""

    report: LoadReport
    payload_id: int
    latest: nav_latest.Statement | None
    keys_changed: bool


def _start(connection: Connection, job: Job) -> Start:
    """Begin the transaction under the lock, with all partitions there."""
    job.step("lock")
    start = begin(connection, job.payload, job.context, meanwhile=job.prepare)
    job.step("partitions")
    # A year that a kept NAV is of has its partition.
    years = sorted({*years_of(job.rows.days)} - {*years_of(start.known.latest.days)})
    if not years or not years_in(ask_missing(connection, years)):
        return start
    if job.context.dry_run:
        make_years(connection, years)
        return start
    # In a transaction of their own, before the load's: others need not wait for that.
    connection.rollback()
    ensure_years(connection, years)
    # With a number of its own again: the lock was let go, and what changed is read in the order of the runs' numbers
    # (`munim.readers.asked.changes`), which are to be given in the order of the commits.
    return begin(connection, job.payload, job.context)


def _load_rows(connection: Connection, job: Job, run_id: int, known: Known) -> _Loaded:
    payload, batch, rules, dataset, wanted = job.payload, job.batch, job.rules, job.context.dataset, job.rows
    job.step("check")
    checks, notes = rules.judge(batch, wanted, known.precedents)
    refuse_failed(checks, payload, job.context)
    complete = batch.complete and all(check.passed for check in checks if check.blocking)
    is_newest = known.newest is None or known.newest.is_before(payload)
    content, recorded_at = _content(batch, wanted, complete=complete), job.clock()
    with connection.pipeline():
        number = payloads.send(connection, dataset, payload, content, recorded_at, run_id)
        kept = fact_digests.ask(connection, payload.feed) if len(batch.facts) and is_newest else None
    payload_id = ledger.given_in(number)
    where = payloads.placed(connection, dataset, payload, content, recorded_at, payload_id, is_newest=is_newest)
    job.step("schemes")
    kept_digests = fact_digests.kept_in(kept)
    scheme_counts, facts = _load_schemes(connection, job, where, kept_digests, recorded_at, complete=complete)
    job.step("navs")
    all_notes = [*batch.notes, *notes, *_scheme_notes(facts, job)]
    if is_newest and not batch.withdrawn:
        difference = compare(connection, wanted, known.latest).of_payload(payload_id)
        changes = difference.changes() if job.context.dry_run else ()
        add = partial(adding, connection) if job.years is None else job.years.adding
        with add(difference.new, payload_id):
            # While the server writes what is new, this is made ready.
            written = concat([difference.new, difference.changed])
            latest = nav_latest.statement(known.latest, nav_latest.advanced(known.latest, written))
            all_notes += rules.flag(written)
        navs = apply_changes(connection, difference, where.mine)
        keys_changed = len(difference.new) > 0
    else:
        navs, written, changes = load_into_past(
            connection, wanted.of_payload(payload_id), batch.withdrawn, where, rules.sightings
        )
        latest, keys_changed = None, bool(changes)
        all_notes += rules.flag(written)
    counts = ledger.Counts(
        batch.rows_read, navs.new, navs.changed, navs.unchanged + batch.rows_repeated, batch.rows_absent,
        len(batch.rejects),
        {"schemes_new": scheme_counts.new, "schemes_changed": scheme_counts.changed,
         "schemes_vanished": scheme_counts.vanished},
    )  # fmt: skip
    status = "dry_run" if job.context.dry_run else "success"
    report = LoadReport(run_id, status, counts, checks, all_notes, changes)
    return _Loaded(report, payload_id, latest, keys_changed or scheme_counts.any)


def _write_rest(connection: Connection, job: Job, loaded: _Loaded) -> None:
    """Write what follows the rows; nothing of it has an answer to wait for."""
    dataset, report = job.context.dataset, loaded.report
    if loaded.latest is not None:
        connection.execute(*loaded.latest)
    if loaded.keys_changed:
        nav_keys.changed(connection)
    quarantine.write_rejects(connection, dataset, loaded.payload_id, job.batch.rejects)
    ledger.write_notes(connection, dataset, loaded.payload_id, report.run_id, report.notes)


def _entry(job: Job, report: LoadReport, payload_id: int, *, closes_slot: bool) -> ledger.RunEntry:
    payload = job.payload
    return ledger.RunEntry(
        payload.feed, payload.slot, "success", report.counts, report.checks, payload_id, payload.sha256,
        closes_slot=closes_slot,
    )  # fmt: skip


def load_more(connection: Connection, job: Job, payload_id: int, whole: NavBatch) -> LoadReport:
    """Load further rows of a payload that is loaded, in the caller's transaction: rows that were refused before.

    `whole` is all that can be read of the payload now.
    """
    arrays.register(connection)
    payload, dataset = job.payload, job.context.dataset
    wanted = job.rows.of_payload(payload_id)
    make_years(connection, years_of(wanted.days))
    where = payloads.placement(connection, dataset, payload_id)
    kept = fact_digests.kept_in(fact_digests.ask(connection, payload.feed))
    read_at = job.clock()
    scheme_counts, _ = _load_schemes(connection, job, where, kept, read_at, complete=False)
    navs, written, changes = load_into_past(connection, wanted, (), where, job.rules.sightings)
    if changes or scheme_counts.any:
        nav_keys.changed(connection)
    recorded_later(connection, wanted, payload_id, read_at)
    payloads.set_dates(connection, payload_id, _content(whole, from_frame(whole.navs, payload_id), complete=False))
    counts = ledger.Counts(len(wanted), navs.new, navs.changed, navs.unchanged)
    entry = ledger.RunEntry(payload.feed, payload.slot, "success", counts, (), payload_id, payload.sha256)
    run_id = ledger.write_run(connection, job.context, entry, job.clock())
    ledger.write_notes(connection, dataset, payload_id, run_id, job.rules.flag(written))
    return LoadReport(run_id, "success", counts, changes=changes)


def _content(batch: NavBatch, wanted: NavArrays, *, complete: bool) -> Content:
    if not len(wanted):
        return Content(batch.layout, complete, batch.rows_read, None, None, None)
    days, counts = wanted.day_counts
    first, last, modal = int(days[0]), int(days[-1]), int(days[counts.argmax()])
    return Content(batch.layout, complete, batch.rows_read, to_date(first), to_date(last), to_date(modal))


def _load_schemes(
    connection: Connection, job: Job, where: Placement, kept: set[bytes] | None, at: datetime, *, complete: bool
) -> tuple[scheme_rows.SchemeCounts, scheme_facts.FactChanges]:
    batch, sightings = job.batch, job.rules.sightings
    facts = scheme_facts.FactChanges()
    for feed, values in batch.fact_decisions.items():
        facts.codes |= scheme_facts.place_facts(connection, feed, values, where, sightings).codes
    if batch.fact_decisions:
        fact_digests.forget(connection)
    if len(batch.facts):
        facts = scheme_facts.load_facts(
            connection, batch.facts, job.payload.feed, where, sightings,
            kept=kept, is_snapshot=batch.snapshot, complete=complete,
        )  # fmt: skip
    return scheme_rows.rewrite(connection, facts.codes, where, job.rules.derive, at), facts


def _scheme_notes(facts: scheme_facts.FactChanges, job: Job) -> list[Note]:
    notes = [note for code, fact in facts.said.items() for note in job.rules.describe(code, fact)]
    if facts.relabelled >= max(RELABEL_LEAST, RELABEL_SHARE * len(job.batch.facts)):
        notes.append(Note("mass_relabel", detail={"schemes": facts.relabelled, "columns": dict(facts.columns)}))
    return notes
