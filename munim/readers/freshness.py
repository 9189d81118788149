"""How fresh each feed is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from loaders.database import Connection

_FRESHNESS = """
SELECT dataset, feed, newest_content, due_content, due_at, due_share, gaps, status, last_success,
       last_failure, last_failure_reason
FROM etl.freshness_at(%(at)s) ORDER BY dataset, feed
"""


@dataclass(frozen=True)
class Freshness:
    """A feed's freshness, as `etl.freshness` comments it; `status` is fresh, due, late, stale or empty."""

    dataset: str
    feed: str
    newest_content: date | None
    due_content: date | None
    due_at: datetime | None
    due_share: Decimal | None
    gaps: int | None
    status: str
    last_success: datetime | None
    last_failure: datetime | None
    last_failure_reason: str | None

    @property
    def is_late(self) -> bool:
        """Whether what is due is not there; what is merely awaited is not late."""
        return self.status not in {"fresh", "due"}


def freshness_at(connection: Connection, at: datetime) -> list[Freshness]:
    """Return how fresh each feed of the timetable is, judged by what was due at `at`."""
    return fetch(connection, Freshness, _FRESHNESS, {"at": at})
