"""The way of NAVs: millions of rows a load, and the schemes that derive from what feeds say of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loaders import emptying
from loaders.batch import Check
from loaders.load import Job, Rules, load, load_more, load_rows, write_success
from loaders.predecessors import facts_before, navs_before
from pipelines import nav_checks, reverts, schemes, verdicts
from pipelines.rules import rules_for, sightings

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.batch import LoadContext, NavBatch, Note
    from loaders.database import Connection
    from loaders.emptying import Recorded
    from loaders.load import Judge, Precedents
    from loaders.nav_rows import NavArrays
    from loaders.payloads import Placement
    from loaders.report import LoadReport
    from munim.core.payload import Payload
    from pipelines.dataset import DataSet
    from pipelines.tools import Tools
    from pipelines.way import Archived
    from scrapers.archive import Decision


@dataclass(frozen=True)
class NavWay:
    """See `pipelines.way.Way`."""

    dataset: DataSet

    def job(
        self, payload: Payload, batch: NavBatch, tools: Tools, started: LoadContext, decisions: Sequence[Decision]
    ) -> Job:
        """Return the job of loading a payload."""
        rules = rules_for(self.dataset, payload, tools, started, decisions)
        return Job(payload, batch, started, rules, tools.clock, tools.step)

    def archived_job(self, payload: Payload, batch: NavBatch, tools: Tools, started: LoadContext, was: Archived) -> Job:
        """Return the job of loading an archived payload again."""
        judge = _obeying(nav_checks.judge, was)
        rules = Rules(judge, schemes.derive, sightings(self.dataset, tools), schemes.describe, nav_checks.flag)
        return Job(payload, batch, started, rules, lambda: was.recorded_at)

    def load(self, session: Connection, job: Job) -> LoadReport:
        """Load a payload and commit."""
        return load(session, job)

    def load_rows(self, session: Connection, job: Job, run_id: int) -> tuple[LoadReport, int]:
        """Load a payload's rows in the caller's transaction."""
        return load_rows(session, job, run_id)

    def load_more(self, session: Connection, job: Job, payload_id: int, whole: NavBatch) -> LoadReport:
        """Load further rows of a loaded payload."""
        return load_more(session, job, payload_id, whole)

    def write_success(self, session: Connection, job: Job, report: LoadReport, payload_id: int) -> None:
        """Write the ledger entry of what `load_rows` did."""
        write_success(session, job, report, payload_id)

    def only(self, batch: NavBatch, lines: Collection[int]) -> tuple[NavBatch, set[int]]:
        """Return the rows of a batch that stand on these lines with the facts of their schemes, and their lines."""
        navs = batch.navs[batch.navs["line_no"].isin(list(lines))]
        facts = batch.facts[batch.facts["scheme_code"].isin(navs["scheme_code"])]
        rejects = batch.rejects.iloc[0:0]
        some = replace(batch, navs=navs, facts=facts, rejects=rejects, rows_read=len(navs), complete=False)
        return some, {int(line) for line in navs["line_no"]}

    def revert(
        self,
        session: Connection,
        where: Placement,
        run_id: int,
        tools: Tools,  # noqa: ARG002 - a way's signature
    ) -> tuple[str, bytes] | None:
        """Return the feed and body of a revert; None when nothing of the payload stands."""
        navs, facts = navs_before(session, where), facts_before(session, where)
        return (reverts.FEED, reverts.write(run_id, navs, facts)) if navs or facts else None

    def revert_feeds(self) -> set[str]:
        """Return the feed that reverts are archived under."""
        return {reverts.FEED}

    def empty(self, session: Connection) -> Recorded:
        """Empty the NAV tables."""
        return emptying.empty(session)

    def restore(self, session: Connection, at: datetime) -> None:
        """Give back what the archive does not know."""
        emptying.restore(session, at)

    def count(self, session: Connection) -> Mapping[str, int]:
        """Return how many NAVs, schemes and NAV revisions there are."""
        navs, scheme_count, revisions = emptying.count(session)
        return {"navs": navs, "schemes": scheme_count, "revisions": revisions}


def _obeying(judge: Judge, was: Archived) -> Judge:
    """Obey the verdicts of then: the checks compare with the files before, of which there may be others now."""
    failed = [Check("forced", passed=False, blocking=True, detail="a failed check was overridden then")]

    def obey(batch: NavBatch, wanted: NavArrays, before: Precedents) -> tuple[list[Check], list[Note]]:
        checks, notes = judge(batch, wanted, before)
        if was.verdict == verdicts.FORCE:
            return failed, notes
        return ([] if was.judged else checks), notes

    return obey
