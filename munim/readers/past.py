"""What is known of a dated feed's days gone by: what filled them, what failed, what waits, and which have content."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loaders.database import Connection

_CLOSED = """
SELECT slot, run_id FROM etl.run WHERE dataset = %(dataset)s AND feed = %(feed)s AND closes_slot
"""

_FAILED = """
SELECT slot, status || coalesce(': ' || error, '')
FROM (
    SELECT DISTINCT ON (slot) slot, status, error
    FROM etl.run AS run
    WHERE dataset = %(dataset)s AND feed = %(feed)s AND slot IS NOT NULL
      AND NOT EXISTS (SELECT FROM etl.run AS other
                      WHERE other.closes_slot AND (other.dataset, other.feed, other.slot)
                                                = (run.dataset, run.feed, run.slot))
    ORDER BY slot, started_at DESC
) AS last_run
WHERE status NOT IN ('success', 'repeat', 'skipped')
"""

_SLOTS = """
SELECT DISTINCT ON (feed, slot) slot_id, slot, first_day, last_day, state, error
FROM etl.backfill_slot
WHERE dataset = %(dataset)s AND feed = %(feed)s AND last_day >= %(first)s AND first_day <= %(last)s
ORDER BY feed, slot, slot_id DESC
"""

_CONTENT = """
SELECT day FROM etl.feed_day WHERE feed = %(fills)s AND day BETWEEN %(first)s AND %(last)s
UNION
SELECT content_modal FROM etl.payload
WHERE feed = %(fills)s AND complete AND content_modal BETWEEN %(first)s AND %(last)s
  AND fetched_at >= content_modal::timestamp AT TIME ZONE 'Asia/Kolkata' + %(settles)s
"""

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?")


@dataclass(frozen=True)
class KnownSlot:
    """A slot that a backfill asked for, as its last one left it; `state` as in `etl.backfill_slot`."""

    slot_id: int
    slot: str
    first_day: date
    last_day: date
    state: str
    error: str | None = None


@dataclass(frozen=True)
class Held:
    """What is known of a feed's days.

    `closed` maps each dated slot to the run that filled it, `failed` those that no run filled to how the last one
    ended; `slots` are those of backfills, `content` the days that have content, whichever feed brought it.
    """

    closed: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    slots: tuple[KnownSlot, ...] = ()
    content: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Question:
    """Which feed's days are asked for: those of `first` to `last`; `fills` as in `pipelines.dataset.Past`."""

    dataset: str
    feed: str
    fills: str
    settles: timedelta
    first: date
    last: date


def held(connection: Connection, question: Question) -> Held:
    """Return what is known of a feed's days."""
    from psycopg.rows import class_row  # noqa: PLC0415 - the driver comes with the first question

    asked = vars(question)
    with connection.cursor(row_factory=class_row(KnownSlot)) as cursor:
        slots = tuple(cursor.execute(_SLOTS, asked).fetchall())
    closed = {str(slot): int(str(run)) for slot, run in connection.execute(_CLOSED, asked) if _is_dated(slot)}
    failed = {str(slot): str(why) for slot, why in connection.execute(_FAILED, asked) if _is_dated(slot)}
    content = frozenset(day for (day,) in connection.execute(_CONTENT, asked) if isinstance(day, date))
    return Held(closed, failed, slots, content)


def _is_dated(slot: object) -> bool:
    return isinstance(slot, str) and _DATED.fullmatch(slot) is not None
