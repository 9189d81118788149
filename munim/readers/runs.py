"""The ledger: which runs there were, and what each did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

_LIST = """
SELECT run_id, dataset, feed, slot, attempt, status, started_at, duration_ms, rows_read, rows_new, rows_changed,
       rows_unchanged, rows_absent, rows_quarantined, closes_slot, forced, asked_by, error
FROM etl.run
WHERE %(status)s::text IS NULL OR status = %(status)s
ORDER BY run_id DESC LIMIT %(limit)s
"""

_SHOW = """
SELECT run.run_id, run.dataset, run.feed, run.slot, run.attempt, run.status, run.started_at, run.duration_ms,
       run.rows_read, run.rows_new, run.rows_changed, run.rows_unchanged, run.rows_absent, run.rows_quarantined,
       run.closes_slot, run.forced, run.asked_by, run.error,
       run.finished_at, run.parser_version, run.reverts_run_id, run.counts, run.checks, run.sha256,
       run.payload_id, payload.url, payload.fetched_at, payload.origin, payload.layout, payload.size_bytes,
       payload.content_from, payload.content_to,
       (SELECT coalesce(jsonb_object_agg(noted.kind, noted.times), '{}')
        FROM (SELECT kind, count(*) AS times FROM etl.quality_note WHERE run_id = run.run_id GROUP BY kind) AS noted
       ) AS notes
FROM etl.run AS run LEFT JOIN etl.payload AS payload ON payload.payload_id = run.payload_id
WHERE run.run_id = %(run_id)s
"""


@dataclass(frozen=True)
class Run:
    """A line of the ledger."""

    run_id: int
    dataset: str
    feed: str | None
    slot: str | None
    attempt: int
    status: str
    started_at: datetime
    duration_ms: int
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_absent: int
    rows_quarantined: int
    closes_slot: bool
    forced: bool
    asked_by: str
    error: str | None


@dataclass(frozen=True)
class RunInFull(Run):
    """A run with its payload, its checks and how often it noted what."""

    finished_at: datetime
    parser_version: str
    reverts_run_id: int | None
    counts: Mapping[str, object]
    checks: Sequence[Mapping[str, object]]
    sha256: str | None
    payload_id: int | None
    url: str | None
    fetched_at: datetime | None
    origin: str | None
    layout: str | None
    size_bytes: int | None
    content_from: object
    content_to: object
    notes: Mapping[str, int]


def list_runs(connection: Connection, limit: int, status: str | None = None) -> list[Run]:
    """Return the newest runs, newest first; of one status where it is given."""
    return fetch(connection, Run, _LIST, {"limit": limit, "status": status})


def show_run(connection: Connection, run_id: int) -> RunInFull:
    """Return a run in full. Raises `RequestWrong` for one that is not there."""
    found = fetch(connection, RunInFull, _SHOW, {"run_id": run_id})
    if not found:
        raise RequestWrong(f"there is no run {run_id}", advice="see `munim runs list`")
    return found[0]
