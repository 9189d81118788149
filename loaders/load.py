"""The one transaction that a load is: payload, schemes, NAVs, revisions, quarantine and ledger, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loaders import arrays, fact_digests, ledger, nav_latest, payloads, quarantine, scheme_facts, scheme_rows
from loaders.batch import LoadContext, NavBatch, Note
from loaders.judging import CheckFailed, Judge, Precedents, Rules, precedents, refuse_failed
from loaders.known import repeat
from loaders.nav_chains import load_into_past, recorded_later
from loaders.nav_rows import NavArrays, concat, empty, from_frame
from loaders.partitions import ensure_years, make_years, years_of
from loaders.payloads import Content, Placement
from loaders.report import LoadReport, Step, done_already, finish, lock
from loaders.upsert import NavChange, NavCounts, apply, compare, to_date

if TYPE_CHECKING:
    from loaders.database import Connection
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


def load(connection: Connection, job: Job) -> LoadReport:
    """Load a payload's rows in one transaction under the data set's advisory lock, and commit.

    Raises `CheckFailed` when a blocking check fails and the run is not forced; then nothing is written.
    A dry run does all of it and rolls back. The same payload again writes its ledger entry alone.
    """
    payload, context = job.payload, job.context
    if not context.dry_run:
        job.step("partitions")
        ensure_years(connection, years_of(from_frame(job.batch.navs, 0).day))
    job.step("lock")
    lock(connection, context.dataset)
    if (done := done_already(connection, context)) is not None:
        return done
    if (known := payloads.find(connection, payload)) is not None:
        return repeat(connection, payload, known, context, job.clock)
    run_id = ledger.next_run_id(connection)
    report, payload_id = load_rows(connection, job, run_id)
    job.step("ledger")
    write_success(connection, job, report, payload_id)
    finish(connection, context, job.step)
    return report


def write_success(connection: Connection, job: Job, report: LoadReport, payload_id: int) -> None:
    """Write the ledger entry of a load that `load_rows` has made, in its transaction."""
    payload, context = job.payload, job.context
    entry = ledger.RunEntry(
        payload.feed,
        payload.slot,
        "success",
        report.counts,
        report.checks,
        payload_id,
        payload.sha256,
        closes_slot=ledger.closes_slot(connection, context, payload.feed, payload.slot),
    )
    ledger.write_run(connection, context, entry, job.clock(), report.run_id)


def load_rows(connection: Connection, job: Job, run_id: int) -> tuple[LoadReport, int]:
    """Load a payload's rows in the caller's transaction, who holds the lock, writes the ledger and commits.

    Returns the report and the payload's number.
    """
    arrays.register(connection)
    payload, batch, rules, dataset = job.payload, job.batch, job.rules, job.context.dataset
    wanted = from_frame(batch.navs, 0)
    make_years(connection, years_of(wanted.day))
    job.step("check")
    before = payloads.newest(connection, dataset)
    latest = nav_latest.read_latest(connection)
    # Of a payload that is not the newest the moves are no news.
    known = latest if before is None or before.is_before(payload) else empty()
    checks, notes = rules.judge(batch, wanted, precedents(connection, dataset, payload, known))
    refuse_failed(checks, payload, job.context)
    complete = batch.complete and all(check.passed for check in checks if check.blocking)
    content = _content(batch, wanted, complete=complete)
    payload_id = payloads.insert(connection, dataset, payload, content, job.clock(), run_id)
    wanted = wanted.of_payload(payload_id)
    where = payloads.placement(connection, dataset, payload_id)
    job.step("schemes")
    scheme_counts, facts = _load_schemes(connection, job, where, complete=complete)
    job.step("navs")
    navs, written, changes = _load_navs(connection, job, wanted, latest, where)
    job.step("quarantine")
    quarantine.write_rejects(connection, dataset, payload_id, batch.rejects)
    all_notes = [*batch.notes, *notes, *rules.flag(written), *_scheme_notes(facts, job)]
    ledger.write_notes(connection, dataset, payload_id, run_id, all_notes)
    counts = ledger.Counts(
        batch.rows_read, navs.new, navs.changed, navs.unchanged + batch.rows_repeated, batch.rows_absent,
        len(batch.rejects),
        {"schemes_new": scheme_counts.new, "schemes_changed": scheme_counts.changed,
         "schemes_vanished": scheme_counts.vanished},
    )  # fmt: skip
    status = "dry_run" if job.context.dry_run else "success"
    return LoadReport(run_id, status, counts, checks, all_notes, changes), payload_id


def load_more(connection: Connection, job: Job, payload_id: int, whole: NavBatch) -> LoadReport:
    """Load further rows of a payload that is loaded, in the caller's transaction: rows that were refused before.

    `whole` is all that can be read of the payload now.
    """
    arrays.register(connection)
    payload, dataset = job.payload, job.context.dataset
    wanted = from_frame(job.batch.navs, payload_id)
    make_years(connection, years_of(wanted.day))
    where = payloads.placement(connection, dataset, payload_id)
    _load_schemes(connection, job, where, complete=False)
    navs, written, changes = load_into_past(connection, wanted, (), where, job.rules.sightings)
    recorded_later(connection, wanted, payload_id, job.clock())
    payloads.set_dates(connection, payload_id, _content(whole, from_frame(whole.navs, payload_id), complete=False))
    counts = ledger.Counts(len(wanted), navs.new, navs.changed, navs.unchanged)
    entry = ledger.RunEntry(payload.feed, payload.slot, "success", counts, (), payload_id, payload.sha256)
    run_id = ledger.write_run(connection, job.context, entry, job.clock())
    ledger.write_notes(connection, dataset, payload_id, run_id, job.rules.flag(written))
    return LoadReport(run_id, "success", counts, changes=changes)


def _content(batch: NavBatch, wanted: NavArrays, *, complete: bool) -> Content:
    if not len(wanted):
        return Content(batch.layout, complete, batch.rows_read, None, None, None)
    days, counts = np.unique(wanted.day, return_counts=True)
    first, last, modal = int(days[0]), int(days[-1]), int(days[counts.argmax()])
    return Content(batch.layout, complete, batch.rows_read, to_date(first), to_date(last), to_date(modal))


def _load_schemes(
    connection: Connection, job: Job, where: Placement, *, complete: bool
) -> tuple[scheme_rows.SchemeCounts, scheme_facts.FactChanges]:
    batch, sightings = job.batch, job.rules.sightings
    facts = scheme_facts.FactChanges()
    for feed, values in batch.fact_decisions.items():
        facts.codes |= scheme_facts.place_facts(connection, feed, values, where, sightings).codes
    if batch.fact_decisions:
        fact_digests.forget(connection)
    if len(batch.facts):
        facts = scheme_facts.load_facts(connection, batch.facts, job.payload.feed, where, sightings, complete=complete)
    return scheme_rows.rewrite(connection, facts.codes, where, job.rules.derive), facts


def _load_navs(
    connection: Connection, job: Job, wanted: NavArrays, latest: NavArrays, where: Placement
) -> tuple[NavCounts, NavArrays, Sequence[NavChange]]:
    """Load the NAVs; return the counts, the rows that were written, and (of a dry run) the changes."""
    if not where.is_newest or job.batch.withdrawn:
        return load_into_past(connection, wanted, job.batch.withdrawn, where, job.rules.sightings)
    difference = compare(connection, wanted, latest)
    changes = difference.changes() if job.context.dry_run else ()
    counts = apply(connection, difference, latest, where.mine.payload_id, where.mine.fetched_at)
    return counts, concat([difference.new, difference.changed]), changes


def _scheme_notes(facts: scheme_facts.FactChanges, job: Job) -> list[Note]:
    notes = [note for code, fact in facts.said.items() for note in job.rules.describe(code, fact)]
    if facts.relabelled >= max(RELABEL_LEAST, RELABEL_SHARE * len(job.batch.facts)):
        notes.append(Note("mass_relabel", detail={"schemes": facts.relabelled, "columns": dict(facts.columns)}))
    return notes
