"""The rules for one load of NAVs: its checks with the verdicts about the payload, and where to look keys up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders.load import Rules
from munim.core.payload import Payload
from pipelines import nav_checks, schemes, verdicts
from pipelines.sightings import ArchiveSightings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.batch import Check, LoadContext, NavBatch, Note, PayloadRef
    from loaders.load import Precedents
    from loaders.nav_rows import NavArrays
    from pipelines.dataset import DataSet
    from pipelines.tools import Tools
    from scrapers.archive import Decision


def rules_for(
    dataset: DataSet, payload: Payload, tools: Tools, started: LoadContext, decisions: Sequence[Decision]
) -> Rules:
    """Return the rules for loading one payload of NAVs."""

    def judge_and_settle(batch: NavBatch, wanted: NavArrays, before: Precedents) -> tuple[list[Check], list[Note]]:
        checks, notes = nav_checks.judge(batch, wanted, before)
        failed = any(check.blocking and not check.passed for check in checks)
        if started.forced or not failed:
            verdicts.settle(tools, payload, decisions, started, failed=failed)
        return checks, notes

    return Rules(judge_and_settle, schemes.derive, sightings(dataset, tools), schemes.describe, nav_checks.flag)


def sightings(dataset: DataSet, tools: Tools) -> ArchiveSightings:
    """Return what looks keys up in the archive, read with today's parser and the decisions of people."""

    def read(ref: PayloadRef) -> NavBatch:
        payload = Payload(
            feed=ref.feed,
            slot=ref.slot,
            url=ref.url,
            fetched_at=ref.fetched_at,
            body=tools.archive.get(ref.sha256),
            origin="revert" if ref.is_decision else "fetch",
        )
        batch: NavBatch = dataset.read(
            payload, verdicts.accepted_lines(verdicts.about(payload, tools.archive.decisions()))
        )
        return batch

    return ArchiveSightings(read)
