"""The way of keyed data sets: declared tables whose rows are kept with revisions, whatever the order of loading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loaders import keyed_emptying, keyed_predecessors
from loaders.batch import Check
from loaders.keyed_changes import REVERT, Changes
from loaders.keyed_load import Job, Judge, Rules, load, load_more, load_rows, write_success
from pipelines import keyed_reverts, verdicts
from pipelines.keyed_sightings import KeyedSightings

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.batch import LoadContext, Note
    from loaders.database import Connection
    from loaders.emptying import Recorded
    from loaders.keyed_batch import KeyedBatch, KeyedTable
    from loaders.payloads import Placement
    from loaders.report import LoadReport
    from munim.core.payload import Payload
    from pipelines.dataset import DataSet
    from pipelines.tools import Tools
    from pipelines.way import Archived
    from scrapers.archive import Decision

After = Callable[["Connection", Mapping[str, Changes], int], Mapping[str, object]]
"""Derives what hangs on the rows that a payload wrote; returns further counts by name."""


def no_judgement(
    connection: Connection,  # noqa: ARG001 - a judge's signature
    payload: Payload,  # noqa: ARG001
    batch: KeyedBatch,
    row_counts: Sequence[int],  # noqa: ARG001
) -> tuple[KeyedBatch, list[Check], list[Note]]:
    """Find nothing against a payload beyond what its content alone has told."""
    return batch, [], []


def nothing_derives(_connection: Connection, _changes: Mapping[str, Changes], _payload_id: int) -> Mapping[str, object]:
    """Derive nothing."""
    return {}


def nothing_to_derive(_connection: Connection) -> None:
    """Derive nothing."""


@dataclass(frozen=True)
class KeyedWay:
    """See `pipelines.way.Way`. `derived` are tables without payloads of their own, which `after` fills.

    `rederive` is called at the end of a rebuild, for what hangs on other data sets too.
    """

    dataset: DataSet
    tables: tuple[KeyedTable, ...]
    judge: Judge = no_judgement
    after: After = nothing_derives
    derived: tuple[str, ...] = ()
    rederive: Callable[[Connection], None] = nothing_to_derive

    def job(
        self, payload: Payload, batch: KeyedBatch, tools: Tools, started: LoadContext, decisions: Sequence[Decision]
    ) -> Job:
        """Return the job of loading a payload."""

        def settle(failed: bool) -> None:  # noqa: FBT001 - the one thing that it is told
            verdicts.settle(tools, payload, decisions, started, failed=failed)

        rules = Rules(self._tables, self.judge, self._sightings(tools), settle, self.after)
        return Job(payload, batch, started, rules, tools.clock, tools.step)

    def archived_job(
        self, payload: Payload, batch: KeyedBatch, tools: Tools, started: LoadContext, was: Archived
    ) -> Job:
        """Return the job of loading an archived payload again."""
        if was.verdict == verdicts.FORCE:
            forced = Check("forced", passed=False, blocking=True, detail="a failed check was overridden then")
            batch = replace(batch, checks=[forced])
        elif was.judged:
            batch = replace(batch, checks=[])
        rules = Rules(self._tables, _obeying(self.judge, was), self._sightings(tools), after=self.after)
        return Job(payload, batch, started, rules, lambda: was.recorded_at)

    def load(self, session: Connection, job: Job) -> LoadReport:
        """Load a payload and commit."""
        return load(session, job)

    def load_rows(self, session: Connection, job: Job, run_id: int) -> tuple[LoadReport, int]:
        """Load a payload's rows in the caller's transaction."""
        return load_rows(session, job, run_id)

    def load_more(self, session: Connection, job: Job, payload_id: int, whole: KeyedBatch) -> LoadReport:
        """Load further rows of a loaded payload."""
        return load_more(session, job, payload_id, whole.span)

    def write_success(self, session: Connection, job: Job, report: LoadReport, payload_id: int) -> None:
        """Write the ledger entry of what `load_rows` did."""
        write_success(session, job, report, payload_id)

    def only(self, batch: KeyedBatch, lines: Collection[int]) -> tuple[KeyedBatch, set[int]]:
        """Return the rows of a batch that stand on these lines, and their lines; nothing is withdrawn by them."""
        parts = [
            replace(rows, frame=rows.frame[rows.frame["line_no"].isin(list(lines))], complete=()) for rows in batch.rows
        ]
        parts = [rows for rows in parts if len(rows.frame)]
        good = {int(line) for rows in parts for line in rows.frame["line_no"]}
        some = replace(batch, rows=tuple(parts), rejects=batch.rejects.iloc[0:0], rows_read=len(good), checks=())
        return some, good

    def revert(self, session: Connection, where: Placement, run_id: int, tools: Tools) -> tuple[str, bytes] | None:
        """Return the feed and body of a revert; None when nothing of the payload stands."""
        said = self._sightings(tools)
        found = [back for table in self.tables for back in keyed_predecessors.before(session, table, where, said)]
        feed = REVERT + where.mine.feed.removeprefix(REVERT)
        return (feed, keyed_reverts.write(run_id, found)) if found else None

    def revert_feeds(self) -> set[str]:
        """Return the feeds that reverts are archived under."""
        return {REVERT + feed.name for feed in self.dataset.feeds}

    def empty(self, session: Connection) -> Recorded:
        """Empty the tables."""
        return keyed_emptying.empty(session, self.dataset.name, self.tables, self.derived)

    def restore(self, session: Connection, at: datetime) -> None:  # noqa: ARG002 - no table says it here
        """Give back what the archive does not know."""
        keyed_emptying.restore(session, self.dataset.name, self.tables)
        self.rederive(session)

    def count(self, session: Connection) -> Mapping[str, int]:
        """Return how many rows each table has, revisions included."""
        return keyed_emptying.count(session, self.tables)

    @property
    def _tables(self) -> dict[str, KeyedTable]:
        return {table.name: table for table in self.tables}

    def _sightings(self, tools: Tools) -> KeyedSightings:
        return KeyedSightings(self.dataset, self._tables, tools)


def _obeying(judge: Judge, was: Archived) -> Judge:
    """Obey the verdicts of then: the checks compare with the payloads before, of which there may be others now."""

    def obey(
        connection: Connection, payload: Payload, batch: KeyedBatch, row_counts: Sequence[int]
    ) -> tuple[KeyedBatch, list[Check], list[Note]]:
        judged, checks, notes = judge(connection, payload, batch, row_counts)
        return judged, ([] if was.judged else checks), notes

    return obey
