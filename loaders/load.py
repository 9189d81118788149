"""The one transaction that a load is: payload, schemes, NAVs, revisions, quarantine and ledger, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loaders import arrays, ledger, nav_latest, payloads, quarantine, scheme_facts, scheme_rows
from loaders.batch import Check, LoadContext, NavBatch, Note
from loaders.nav_chains import load_into_past
from loaders.nav_rows import NavArrays, concat, from_frame
from loaders.partitions import ensure_years, make_years, years_of
from loaders.known import repeat
from loaders.payloads import Content, Placement
from loaders.report import LoadReport, Step, finish, lock
from loaders.upsert import NavChange, NavCounts, apply, compare, to_date
from munim.core.errors import ContentRefused

if TYPE_CHECKING:
    from datetime import date, datetime

    from loaders.batch import DeriveScheme, Fact, Sightings
    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.core.payload import Payload

RELABEL_SHARE, RELABEL_LEAST = 0.1, 100
"""A payload that changes the facts of so large a share of its schemes, and so many, is told as a mass relabel."""

_HISTORY = """
SELECT row_count, content_modal FROM etl.payload
WHERE dataset = %s AND feed = %s AND complete AND (fetched_at, sha256) < (%s, %s)
ORDER BY fetched_at DESC, sha256 DESC LIMIT %s
"""


@dataclass(frozen=True)
class Precedents:
    """What the checks compare a payload with: the complete files before it, newest first, and the newest NAVs.

    `latest` is empty for a payload that is not the newest: a move is judged when it is news.
    """

    row_counts: tuple[int, ...]
    modal_dates: tuple[date, ...]
    latest: NavArrays


Judge = Callable[[NavBatch, NavArrays, Precedents], tuple[list[Check], list[Note]]]
"""The checks of a data set over a payload's rows, with what they note."""


class CheckFailed(ContentRefused):
    """A blocking check failed: the payload may not be what it should be."""

    def __init__(self, what: str, *, feed: str, slot: str, checks: Sequence[Check], advice: str) -> None:
        """Keep the checks for the ledger."""
        super().__init__(what, feed=feed, slot=slot, kept="nothing was written, the raw bytes are kept", advice=advice)
        self.checks = list(checks)


@dataclass(frozen=True)
class Rules:
    """What a data set brings to the load: its checks, how schemes derive from facts, where to look things up, and
    what is odd about a fact (`describe`) or about NAVs that were written (`flag`)."""

    judge: Judge
    derive: DeriveScheme
    sightings: Sightings
    describe: Callable[[str, Fact], list[Note]]
    flag: Callable[[NavArrays], list[Note]]
    check_precedents: int = 10


def load(
    connection: Connection,
    payload: Payload,
    batch: NavBatch,
    context: LoadContext,
    rules: Rules,
    clock: Clock,
    step: Step = lambda _name: None,
) -> LoadReport:
    """Load a payload's rows in one transaction under the data set's advisory lock, and commit.

    Raises `CheckFailed` when a blocking check fails and the run is not forced; then nothing is written.
    A dry run does all of it and rolls back. The same payload again writes its ledger entry alone.
    """
    if not context.dry_run:
        step("partitions")
        ensure_years(connection, years_of(from_frame(batch.navs, 0).day))
    step("lock")
    lock(connection, context.dataset)
    if (known := payloads.find(connection, payload)) is not None:
        return repeat(connection, payload, known, context, clock)
    run_id = ledger.next_run_id(connection)
    report, payload_id = load_rows(connection, payload, batch, context, rules, clock, run_id, step)
    step("ledger")
    entry = ledger.RunEntry(
        payload.feed, payload.slot, "success", report.counts, report.checks, payload_id, payload.sha256,
        closes_slot=ledger.closes_slot(connection, context, payload.feed, payload.slot),
    )  # fmt: skip
    ledger.write_run(connection, context, entry, clock(), run_id)
    finish(connection, context, step)
    return report


def load_rows(
    connection: Connection,
    payload: Payload,
    batch: NavBatch,
    context: LoadContext,
    rules: Rules,
    clock: Clock,
    run_id: int,
    step: Step = lambda _name: None,
) -> tuple[LoadReport, int]:
    """Load a payload's rows in the caller's transaction, who holds the lock, writes the ledger and commits.

    Returns the report and the payload's number.
    """
    arrays.register(connection)
    wanted = from_frame(batch.navs, 0)
    make_years(connection, years_of(wanted.day))
    step("check")
    before = payloads.newest(connection, context.dataset)
    is_newest = before is None or before.is_before(payload)
    latest = nav_latest.read_latest(connection)
    checks, notes = rules.judge(batch, wanted, _precedents(connection, payload, context, rules, is_newest, latest))
    refuse_failed(checks, payload, context)
    complete = batch.complete and all(check.passed for check in checks if check.blocking)
    payload_id = payloads.insert(
        connection, context.dataset, payload, _content(batch, wanted, complete=complete), clock(), run_id
    )
    wanted = NavArrays(wanted.day, wanted.code, wanted.nav_e10, np.full(len(wanted), payload_id, dtype=np.int32))
    where = payloads.placement(connection, context.dataset, payload_id)
    step("schemes")
    scheme_counts, facts = _load_schemes(connection, payload, batch, where, rules, complete=complete)
    step("navs")
    navs, written, changes = _load_navs(connection, wanted, latest, batch, where, rules, context)
    step("quarantine")
    quarantine.write_rejects(connection, context.dataset, payload_id, batch.rejects)
    all_notes = [*batch.notes, *notes, *rules.flag(written), *_relabel_note(facts, len(batch.facts)),
                 *(note for code, fact in facts.said.items() for note in rules.describe(code, fact))]  # fmt: skip
    ledger.write_notes(connection, context.dataset, payload_id, run_id, all_notes)
    counts = ledger.Counts(
        batch.rows_read, navs.new, navs.changed, navs.unchanged + batch.rows_repeated, batch.rows_absent,
        len(batch.rejects),
        {"schemes_new": scheme_counts.new, "schemes_changed": scheme_counts.changed,
         "schemes_vanished": scheme_counts.vanished},
    )  # fmt: skip
    status = "dry_run" if context.dry_run else "success"
    return LoadReport(run_id, status, counts, checks, all_notes, changes), payload_id


def load_more(
    connection: Connection,
    payload: Payload,
    payload_id: int,
    batch: NavBatch,
    context: LoadContext,
    rules: Rules,
    clock: Clock,
) -> LoadReport:
    """Load further rows of a payload that is loaded, in the caller's transaction: rows that were refused before."""
    arrays.register(connection)
    wanted = from_frame(batch.navs, payload_id)
    make_years(connection, years_of(wanted.day))
    where = payloads.placement(connection, context.dataset, payload_id)
    _load_schemes(connection, payload, batch, where, rules, complete=False)
    navs, written, changes = load_into_past(connection, wanted, (), where, rules.sightings)
    counts = ledger.Counts(len(wanted), navs.new, navs.changed, navs.unchanged)
    entry = ledger.RunEntry(payload.feed, payload.slot, "success", counts, (), payload_id, payload.sha256)
    run_id = ledger.write_run(connection, context, entry, clock())
    ledger.write_notes(connection, context.dataset, payload_id, run_id, rules.flag(written))
    return LoadReport(run_id, "success", counts, changes=changes)


def refuse_failed(checks: Sequence[Check], payload: Payload, context: LoadContext) -> None:
    """Raise `CheckFailed` for blocking checks that failed, unless the run is forced."""
    failed = [check for check in checks if check.blocking and not check.passed]
    if failed and not context.forced:
        raise CheckFailed(
            "; ".join(f"check {check.name} failed: {check.detail}" for check in failed),
            feed=payload.feed,
            slot=payload.slot,
            checks=checks,
            advice="look at the payload, and if it is right run again with --force",
        )


def _precedents(
    connection: Connection, payload: Payload, context: LoadContext, rules: Rules, is_newest: bool, latest: NavArrays
) -> Precedents:
    rows = connection.execute(
        _HISTORY, (context.dataset, payload.feed, payload.fetched_at, payload.sha256, rules.check_precedents)
    ).fetchall()
    counts: list[int] = [row[0] for row in rows]  # type: ignore[misc]
    modal: list[date] = [row[1] for row in rows if row[1] is not None]  # type: ignore[misc]
    return Precedents(tuple(counts), tuple(modal), latest if is_newest else latest.take(np.array([], dtype=np.intp)))


def _content(batch: NavBatch, wanted: NavArrays, *, complete: bool) -> Content:
    if not len(wanted):
        return Content(batch.layout, complete, batch.rows_read, None, None, None)
    days, counts = np.unique(wanted.day, return_counts=True)
    first, last, modal = int(days[0]), int(days[-1]), int(days[counts.argmax()])
    return Content(batch.layout, complete, batch.rows_read, to_date(first), to_date(last), to_date(modal))


def _load_schemes(
    connection: Connection, payload: Payload, batch: NavBatch, where: Placement, rules: Rules, *, complete: bool
) -> tuple[scheme_rows.SchemeCounts, scheme_facts.FactChanges]:
    facts = scheme_facts.FactChanges()
    for feed, values in batch.fact_decisions.items():
        more = scheme_facts.place_facts(connection, feed, values, where, rules.sightings)
        facts.codes |= more.codes
    if batch.fact_decisions:
        scheme_facts.fact_digests.forget(connection)
    if len(batch.facts):
        facts = scheme_facts.load_facts(
            connection, batch.facts, payload.feed, where, rules.sightings, complete=complete
        )
    return scheme_rows.rewrite(connection, facts.codes, where, rules.derive), facts


def _load_navs(
    connection: Connection,
    wanted: NavArrays,
    latest: NavArrays,
    batch: NavBatch,
    where: Placement,
    rules: Rules,
    context: LoadContext,
) -> tuple[NavCounts, NavArrays, Sequence[NavChange]]:
    if not where.is_newest or batch.withdrawn:
        return load_into_past(connection, wanted, batch.withdrawn, where, rules.sightings)
    difference = compare(connection, wanted, latest)
    changes = difference.changes() if context.dry_run else ()
    counts = apply(connection, difference, latest, where.mine.payload_id, where.mine.fetched_at)
    return counts, concat([difference.new, difference.changed]), changes


def _relabel_note(facts: scheme_facts.FactChanges, schemes: int) -> list[Note]:
    if facts.relabelled < max(RELABEL_LEAST, RELABEL_SHARE * schemes):
        return []
    return [Note("mass_relabel", detail={"schemes": facts.relabelled, "columns": dict(facts.columns)})]
