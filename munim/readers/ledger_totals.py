"""Totals of the ledger, and since when what is due is missing: what metrics and alerts are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from loaders.database import Connection

# A file that was refused before its feed was known has none.
_RUNS = """
SELECT dataset, coalesce(feed, 'unknown') AS feed, status, count(*)::integer AS runs,
       sum(duration_ms)::bigint AS duration_ms,
       sum(rows_read)::bigint AS rows_read, sum(rows_new)::bigint AS rows_new,
       sum(rows_changed)::bigint AS rows_changed, sum(rows_unchanged)::bigint AS rows_unchanged,
       sum(rows_absent)::bigint AS rows_absent, sum(rows_quarantined)::bigint AS rows_quarantined
FROM etl.run GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

_QUARANTINE = """
SELECT dataset, count(*)::integer AS rows FROM etl.quarantine WHERE status = 'open' GROUP BY 1 ORDER BY 1
"""

# Late since the oldest day that is due and newer than what is there; of NAVs, of which the day is there for too few
# schemes, since that day was due. Where nothing is there yet, what was due before there was a database does not count.
# A month is looked back: what is older is late enough.
_LATENESS = """
SELECT fresh.dataset, fresh.feed, fresh.status, fresh.newest_content, fresh.due_content, fresh.due_share, fresh.gaps,
       fresh.last_success, fresh.last_failure,
       CASE WHEN fresh.status IN ('fresh', 'due') THEN NULL
            WHEN fresh.newest_content IS NULL THEN missing.since
            ELSE coalesce(missing.since, fresh.due_at) END AS late_since
FROM etl.freshness_at(%(at)s) AS fresh
LEFT JOIN LATERAL (
    SELECT min(etl.due_at(fresh.feed, day::date)) AS since
    FROM generate_series(greatest(fresh.newest_content + 1, fresh.due_content - 30), fresh.due_content,
                         interval '1 day') AS day
    WHERE etl.due_content(fresh.feed, etl.due_at(fresh.feed, day::date)) = day::date
      AND (fresh.newest_content IS NOT NULL
           OR etl.due_at(fresh.feed, day::date) > (SELECT made_at FROM etl.stamp))
) AS missing ON fresh.status NOT IN ('fresh', 'due')
ORDER BY fresh.dataset, fresh.feed
"""


@dataclass(frozen=True)
class RunTotals:
    """All runs of a feed that ended in one status: how many, how long together, and their rows."""

    dataset: str
    feed: str
    status: str
    runs: int
    duration_ms: int
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_absent: int
    rows_quarantined: int


@dataclass(frozen=True)
class Refused:
    """Rows of a data set that are in quarantine and not replayed."""

    dataset: str
    rows: int


@dataclass(frozen=True)
class Lateness:
    """How fresh a feed is, as `etl.freshness` comments it; `late_since` is when what is missing was due, else None.

    A feed of which nothing is there is late only for what was due since the database was made.
    """

    dataset: str
    feed: str
    status: str
    newest_content: date | None
    due_content: date | None
    due_share: Decimal | None
    gaps: int | None
    last_success: datetime | None
    last_failure: datetime | None
    late_since: datetime | None

    @property
    def is_fresh(self) -> bool:
        """Whether what is due is there, or may still come in time."""
        return self.status in {"fresh", "due"}


def run_totals(connection: Connection) -> list[RunTotals]:
    """Return the ledger's totals, by data set, feed and status."""
    return fetch(connection, RunTotals, _RUNS)


def open_quarantine(connection: Connection) -> list[Refused]:
    """Return how many rows of each data set are refused and not replayed."""
    return fetch(connection, Refused, _QUARANTINE)


def lateness_at(connection: Connection, at: datetime) -> list[Lateness]:
    """Return how fresh each feed of the timetable is, judged by what was due at `at`, and since when it is late."""
    return fetch(connection, Lateness, _LATENESS, {"at": at})
