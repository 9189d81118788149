"""One payload to load: its rows, and what its data set's rules make of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from loaders import fact_digests, scheme_facts, scheme_rows
from loaders.batch import LoadContext, NavBatch, Note
from loaders.judging import Rules, refuse_failed
from loaders.nav_packed import remembered
from loaders.nav_rows import NavArrays, from_frame
from loaders.payloads import Content
from loaders.report import Step
from loaders.upsert import BEFORE_ALL, Ahead, to_date

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.batch import Check
    from loaders.database import Connection
    from loaders.first_load import YearTables
    from loaders.load_start import Known
    from loaders.payloads import Placement
    from munim.core.clock import Clock
    from munim.core.payload import Payload

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
    def rows_read(self) -> NavArrays:
        """The NAVs as arrays, of no payload yet, in the order in which they were read."""
        return from_frame(self.batch.navs, 0)

    @property
    def rows(self) -> NavArrays:
        """The same; those of a daily file in the order of their codes."""
        return self.rows_read.sorted_by_code

    @cached_property
    def ahead(self) -> Ahead | None:
        """What a daily file writes first if the tables are as they were last; None where nothing is known of them."""
        newest = remembered().newest_day(BEFORE_ALL)
        if self.years is not None or self.rows_read.keys is None or newest == BEFORE_ALL:
            return None
        return Ahead.of(self.rows_read, newest)

    def prepare(self) -> None:
        """Work out now what a load begins with."""
        if self.ahead is None:
            _ = self.rows.days, self.rows.coded if self.rows.keys is None else None

    def into(self, years: YearTables) -> Job:
        """Return the same job, whose rows go into these tables."""
        job = replace(self, years=years)
        job.__dict__["rows_read"] = self.rows_read
        return job


@dataclass(frozen=True)
class Judged:
    """The checks of a payload with what they note, and whether it is a whole file that passed them."""

    checks: list[Check]
    notes: list[Note]
    complete: bool


def judge(job: Job, known: Known) -> Judged:
    """Return what the checks say of a payload. Raises `CheckFailed` for a blocking one, unless the run is forced."""
    job.step("check")
    checks, notes = job.rules.judge(job.batch, job.rows, known.precedents)
    refuse_failed(checks, job.payload, job.context)
    complete = job.batch.complete and all(check.passed for check in checks if check.blocking)
    return Judged(checks, notes, complete)


def content_of(batch: NavBatch, wanted: NavArrays, *, complete: bool) -> Content:
    """Return what the ledger keeps of a payload's rows."""
    if not len(wanted):
        return Content(batch.layout, complete, batch.rows_read, None, None, None)
    days, counts = wanted.day_counts
    first, last, modal = int(days[0]), int(days[-1]), int(days[counts.argmax()])
    return Content(batch.layout, complete, batch.rows_read, to_date(first), to_date(last), to_date(modal))


def load_schemes(
    connection: Connection, job: Job, where: Placement, kept: set[bytes] | None, at: datetime, *, complete: bool
) -> tuple[scheme_rows.SchemeCounts, scheme_facts.FactChanges]:
    """Load what a payload says of its schemes; `kept` are the digests of what its feed said before."""
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


def scheme_notes(facts: scheme_facts.FactChanges, job: Job) -> list[Note]:
    """Return what is odd about what a payload says of its schemes."""
    notes = [note for code, fact in facts.said.items() for note in job.rules.describe(code, fact)]
    if facts.relabelled >= max(RELABEL_LEAST, RELABEL_SHARE * len(job.batch.facts)):
        notes.append(Note("mass_relabel", detail={"schemes": facts.relabelled, "columns": dict(facts.columns)}))
    return notes
