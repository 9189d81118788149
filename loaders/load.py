"""The one transaction that a load is: payload, schemes, NAVs, revisions, quarantine and ledger, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from loaders import arrays, fact_digests, ledger, nav_keys, nav_latest, nav_packed, payloads, quarantine
from loaders.batch import NavBatch
from loaders.job import Job, Judged, content_of, judge, load_schemes, scheme_notes
from loaders.judging import CheckFailed, Judge, Precedents, Rules
from loaders.known import repeat
from loaders.load_start import Known, Start, begin, known_before
from loaders.nav_chains import load_into_past, recorded_later
from loaders.nav_rows import concat, from_frame
from loaders.partitions import ensure_years, make_years, years_missing, years_of
from loaders.report import LoadReport, own_transaction, send_end, settled
from loaders.upsert import NavCounts, adding, apply_changes, write_new

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loaders.batch import Note
    from loaders.database import Connection
    from loaders.payloads import Placement
    from loaders.scheme_rows import SchemeCounts
    from loaders.upsert import NavDifference

__all__ = ["CheckFailed", "Job", "Judge", "Precedents", "Rules", "load", "load_more", "load_rows"]


def load(connection: Connection, job: Job) -> LoadReport:
    """Load a payload's rows in one transaction under the data set's advisory lock, and commit.

    Raises `CheckFailed` when a blocking check fails and the run is not forced; then nothing is written.
    A dry run does all of it and rolls back. The same payload again writes its ledger entry alone.
    """
    arrays.register(connection)
    with own_transaction(connection):
        return _load(connection, job)


def _load(connection: Connection, job: Job) -> LoadReport:
    payload, context = job.payload, job.context
    start = _start(connection, job)
    if start.done_by is not None:
        return settled(connection, start.done_by)
    if start.loaded_as is not None:
        return repeat(connection, payload, start.loaded_as, context, job.clock)
    loaded = _load_rows(connection, job, start.run_id, start.known, alone=True)
    job.step("quarantine")
    with connection.pipeline():
        _write_rest(connection, job, loaded)
        job.step("ledger")
        entry = _entry(job, loaded.report, loaded.payload_id, closes_slot=start.closes_slot)
        # Under the lock, and after it was found that this run has no entry yet.
        ledger.send_run(connection, context, entry, job.clock(), start.run_id)
        send_end(connection, context, job.step)
    loaded.latest.remember()
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
    loaded.latest.remember()
    return loaded.report, loaded.payload_id


@dataclass(frozen=True)
class _Loaded:
    """What the rows of a load came to, and what is to be written after them."""

    report: LoadReport
    payload_id: int
    write_payload: Callable[[], object]
    note_texts: Sequence[str]
    latest: nav_packed.Change
    keys_changed: bool


def _start(connection: Connection, job: Job) -> Start:
    """Begin the transaction under the lock, with all partitions there."""
    job.step("lock")
    start = begin(connection, job.payload, job.context, meanwhile=job.prepare)
    job.step("partitions")
    years = years_missing(job.rows_read.day, start.years)
    if not years:
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


def _load_rows(connection: Connection, job: Job, run_id: int, known: Known, *, alone: bool = False) -> _Loaded:
    """Load the rows. Raises `CheckFailed` when a blocking check fails and the run is not forced.

    `alone`: the transaction is this load's own, and goes with it. Then what is new is written while it is judged; else
    nothing is written before that.
    """
    is_newest = known.is_newer
    if is_newest and not job.batch.withdrawn:
        return _load_newest(connection, job, run_id, known, alone=alone)
    batch, rules, judged = job.batch, job.rules, judge(job, known)
    where, kept, write_payload = _place(connection, job, run_id, known, judged, is_newest=is_newest, waits=False)
    scheme_counts, facts = load_schemes(connection, job, where, kept, where.mine.recorded_at, complete=judged.complete)
    job.step("navs")
    wanted = job.rows.of_payload(known.payload_id)
    navs, written, changes = load_into_past(connection, wanted, batch.withdrawn, where, rules.sightings)
    notes = [*batch.notes, *judged.notes, *rules.flag(written), *scheme_notes(facts, job)]
    report = replace(_report(job, run_id, judged, navs, scheme_counts), notes=notes, changes=changes)
    texts, keys_changed = [ledger.text_of_notes(notes)], bool(changes) or scheme_counts.any
    return _Loaded(report, known.payload_id, write_payload, texts, known.packed.unchanged(), keys_changed)


def _load_newest(connection: Connection, job: Job, run_id: int, known: Known, *, alone: bool) -> _Loaded:
    judged = None if alone else judge(job, known)
    job.step("navs")
    add = partial(adding, connection) if job.years is None else job.years.adding
    # Where a check fails while the server writes, that is undone.
    ready = partial(_ready, job, known, judged)
    difference, made = write_new(connection, add, known.payload_id, job.rows_read, known.packed, ready, ahead=job.ahead)
    judged, says_nothing = made.judged, not len(job.batch.facts) and not job.batch.fact_decisions
    where, kept, write_payload = _place(connection, job, run_id, known, judged, is_newest=True, waits=says_nothing)
    scheme_counts, facts = load_schemes(connection, job, where, kept, where.mine.recorded_at, complete=judged.complete)
    navs = apply_changes(connection, difference, where.mine)
    more = scheme_notes(facts, job)
    report = replace(
        _report(job, run_id, judged, navs, scheme_counts), notes=[*made.notes, *more],
        changes=difference.changes() if job.context.dry_run else (),
    )  # fmt: skip
    keys_changed = len(difference.new) > 0 or scheme_counts.any
    texts = [made.notes_text, ledger.text_of_notes(more)]
    return _Loaded(report, known.payload_id, write_payload, texts, made.latest, keys_changed)


@dataclass(frozen=True)
class _Ready:
    """What is made ready of the newest payload while the server writes its rows."""

    judged: Judged
    latest: nav_packed.Change
    notes: Sequence[Note]
    notes_text: str


def _ready(job: Job, known: Known, judged: Judged | None, difference: NavDifference) -> _Ready:
    judged = judged or judge(job, known)
    written = concat([difference.new, difference.changed])
    latest = known.packed.followed_by(nav_latest.advanced(known.latest, written))
    notes = [*job.batch.notes, *judged.notes, *job.rules.flag(written)]
    return _Ready(judged, latest, notes, ledger.text_of_notes(notes))


def _place(  # noqa: PLR0913 - a payload's place, and how it is written
    connection: Connection, job: Job, run_id: int, known: Known, judged: Judged, *, is_newest: bool, waits: bool
) -> tuple[Placement, set[bytes] | None, Callable[[], object]]:
    """Return a payload's place, the digests of what its feed said of schemes, and what writes it into the ledger.

    It is written by now, or `waits` for what else is written where nothing has to be read of it.
    """
    batch, payload, dataset, number = job.batch, job.payload, job.context.dataset, known.payload_id
    content, recorded_at = content_of(batch, job.rows, complete=judged.complete), job.clock()
    write = partial(payloads.send, connection, dataset, payload, content, recorded_at, run_id, number=number)
    where = payloads.placed(connection, dataset, payload, content, recorded_at, number, is_newest=is_newest)
    job.step("schemes")
    if waits:
        return where, None, write
    with connection.pipeline():
        write()
        kept = fact_digests.ask(connection, payload.feed) if is_newest and len(batch.facts) else None
    return where, fact_digests.kept_in(kept), lambda: None


def _report(job: Job, run_id: int, judged: Judged, navs: NavCounts, schemes: SchemeCounts) -> LoadReport:
    batch = job.batch
    counts = ledger.Counts(
        batch.rows_read, navs.new, navs.changed, navs.unchanged + batch.rows_repeated, batch.rows_absent,
        len(batch.rejects),
        {"schemes_new": schemes.new, "schemes_changed": schemes.changed, "schemes_vanished": schemes.vanished},
    )  # fmt: skip
    return LoadReport(run_id, "dry_run" if job.context.dry_run else "success", counts, judged.checks)


def _write_rest(connection: Connection, job: Job, loaded: _Loaded) -> None:
    """Write what follows the rows; nothing of it has an answer to wait for."""
    dataset, report = job.context.dataset, loaded.report
    # They take the server longest: what else there is to say is put into words meanwhile.
    loaded.latest.send(connection)
    loaded.write_payload()
    if loaded.keys_changed:
        nav_keys.changed(connection)
    quarantine.write_rejects(connection, dataset, loaded.payload_id, job.batch.rejects)
    ledger.send_notes(connection, dataset, loaded.payload_id, report.run_id, loaded.note_texts)


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
    scheme_counts, _ = load_schemes(connection, job, where, kept, read_at, complete=False)
    navs, written, changes = load_into_past(connection, wanted, (), where, job.rules.sightings)
    if changes or scheme_counts.any:
        nav_keys.changed(connection)
    recorded_later(connection, wanted, payload_id, read_at)
    payloads.set_dates(connection, payload_id, content_of(whole, from_frame(whole.navs, payload_id), complete=False))
    counts = ledger.Counts(len(wanted), navs.new, navs.changed, navs.unchanged)
    entry = ledger.RunEntry(payload.feed, payload.slot, "success", counts, (), payload_id, payload.sha256)
    run_id = ledger.write_run(connection, job.context, entry, job.clock())
    ledger.write_notes(connection, dataset, payload_id, run_id, job.rules.flag(written))
    return LoadReport(run_id, "success", counts, changes=changes)
