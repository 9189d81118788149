"""Making the tables again from the archive alone: what it holds is the truth that they derive from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loaders import ledger
from loaders.report import lock
from loaders.retry import with_retries
from munim.core.errors import ContentRefused, NotYetPublished, SourceBlocked, SourceUnavailable
from pipelines import verdicts
from pipelines.tools import Options, Tools, context
from pipelines.way import Archived

if TYPE_CHECKING:
    from loaders.batch import LoadContext
    from loaders.database import Connection
    from loaders.emptying import Recorded
    from pipelines.dataset import DataSet
    from scrapers.archive import Decision, Manifest

Progress = Callable[[int, int], None]
"""Told how many payloads are done, and of how many."""


@dataclass(frozen=True)
class RebuildReport:
    """How many payloads were loaded, and how many rows of each kind the tables hold now."""

    payloads: int
    rows: Mapping[str, int]


def rebuild(dataset: DataSet, tools: Tools, progress: Progress = lambda _done, _of: None) -> RebuildReport:
    """Empty the data set's tables and load every archived payload again, in one transaction: all or nothing.

    Readers wait for it. Payloads that a check had refused stay out, forced ones and accepted rows come in, as the
    archive's decisions say; bodies that are none (error pages) stay out; what was archived and never loaded is judged
    like any payload. When rows were recorded is kept from the ledger where it knows.
    """
    way = dataset.way()
    feeds = {feed.name for feed in dataset.feeds} | way.revert_feeds()
    started = context(tools, dataset.name, Options())

    def work(session: Connection) -> RebuildReport:
        lock(session, dataset.name)
        # Under the lock: a payload that another run loads meanwhile would else be emptied away and not come back.
        manifests = tools.archive.manifests(feeds)
        decisions = tools.archive.decisions()
        recorded = way.empty(session)
        run_id = ledger.next_run_id(session)
        known = _Archived(dataset, tools, started, decisions, recorded, run_id)
        loaded = 0
        for place, manifest in enumerate(manifests, start=1):
            loaded += _load(session, manifest, known)
            progress(place, len(manifests))
        way.restore(session, tools.clock())
        rows = way.count(session)
        counts = ledger.Counts(read=loaded, new=next(iter(rows.values())), more={"rebuilt_payloads": loaded})
        ledger.write_run(session, started, ledger.RunEntry(None, "rebuild", "success", counts), tools.clock(), run_id)
        session.commit()
        return RebuildReport(loaded, rows)

    return with_retries(tools.database, work)


@dataclass(frozen=True)
class _Archived:
    """What a rebuild goes by: the data set, the archive's decisions, and what the ledger knew of each payload."""

    dataset: DataSet
    tools: Tools
    started: LoadContext
    decisions: Sequence[Decision]
    recorded: Recorded
    run_id: int


def _load(session: Connection, manifest: Manifest, known: _Archived) -> bool:
    """Load one archived payload; tell whether it counts: one that was refused does not."""
    tools, dataset = known.tools, known.dataset
    payload = tools.archive.payload(manifest)
    about = verdicts.about(payload, known.decisions)
    verdict = verdicts.verdict(about)
    if verdict == verdicts.REFUSE:
        return False
    key = (payload.feed, payload.fetched_at, payload.sha256)
    recorded_at, by_run = known.recorded.get(key, (tools.clock(), known.run_id))
    started = replace(known.started, forced=verdict == verdicts.FORCE)
    way = dataset.way()
    try:
        batch = dataset.read(payload, verdicts.accepted_lines(about))
        # What the ledger has was judged then; what only the archive has (its run was killed) is judged now.
        was = Archived(verdict, key in known.recorded or verdict is not None, recorded_at)
        way.load_rows(session, way.archived_job(payload, batch, tools, started, was), by_run)
    except (ContentRefused, NotYetPublished, SourceUnavailable, SourceBlocked):
        return False
    return True
