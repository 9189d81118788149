"""Days that are due and of which a feed's table has nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date, datetime

    from loaders.database import Connection

_GAPS = """
SELECT timetable.feed, gap.day, gap.standing
FROM etl.timetable AS timetable
CROSS JOIN LATERAL etl.gaps_at(timetable.feed, %(at)s) AS gap
WHERE timetable.dataset = %(dataset)s
ORDER BY timetable.feed, gap.day
"""


@dataclass(frozen=True)
class Gap:
    """A day, since a feed's first one, that is due and has no content.

    `standing` traded: it was a session; expected: by the list of holidays; unknown: no list says it, it may be none.
    """

    feed: str
    day: date
    standing: str


def gaps_at(connection: Connection, dataset: str, at: datetime) -> list[Gap]:
    """Return the gaps of a data set's feeds, judged by what was due at an instant; by feed and day."""
    return fetch(connection, Gap, _GAPS, {"dataset": dataset, "at": at})
