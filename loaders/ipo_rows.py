"""market.ipo and its revisions, made to say what the facts derive to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from loaders.columns_ipo import STATE_COLUMNS, names

if TYPE_CHECKING:
    from loaders.batch import PayloadRef
    from loaders.database import Connection
    from loaders.keyed_batch import Cell

_NAMES = ", ".join(names(STATE_COLUMNS))
_STATUS = names(STATE_COLUMNS).index("status")
_CURRENT = f"ipo_id, {_NAMES}, payload_id, recorded_at"
_REVISION = f"ipo_id, {_NAMES}, payload_id, superseded_by, recorded_at, known_from, known_to"

# The instants at which a status turns by the dates alone; `pipelines.ipo_state.turning_points` says the same.
_TURNING = """
SELECT DISTINCT state.ipo_id
FROM (SELECT ipo_id, open_date, close_date, listing_date FROM market.ipo
      UNION ALL SELECT ipo_id, open_date, close_date, listing_date FROM market.ipo_revision) AS state
CROSS JOIN (
    SELECT mine.fetched_at AS until,
           (SELECT max(before.fetched_at) FROM etl.payload AS before
            WHERE before.dataset = mine.dataset
              AND (before.fetched_at, before.feed, before.sha256) < (mine.fetched_at, mine.feed, mine.sha256)) AS since
    FROM etl.payload AS mine WHERE mine.payload_id = %s
) AS span
WHERE EXISTS (
    SELECT FROM (VALUES (open_date + time '10:00'), (close_date + time '17:00'), (listing_date + time '00:00'))
        AS turn (at)
    WHERE turn.at AT TIME ZONE 'Asia/Kolkata' <= span.until
      AND (span.since IS NULL OR turn.at AT TIME ZONE 'Asia/Kolkata' > span.since)
)
"""

State = tuple["Cell", ...]
"""The columns of `columns_ipo.STATE_COLUMNS`."""


@dataclass(frozen=True)
class StateStretch:
    """From a payload on an issue is known so; `recorded_at` is when all that it derives from could be read here."""

    ref: PayloadRef
    state: State
    recorded_at: datetime


@dataclass
class IssueCounts:
    """How many issues a load added, changed and took away (joined to others), and how many changed their status."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    statuses: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def turning(connection: Connection, payload_id: int) -> set[int]:
    """Return the issues whose status may turn by their dates at a payload: at the first that is fetched from then on.

    That is so for the newest payload and for one that takes its place in the past.
    """
    return {int(str(row[0])) for row in connection.execute(_TURNING, (payload_id,)).fetchall()}


def rewrite(
    connection: Connection, lives: Mapping[int, Sequence[StateStretch]], gone: Collection[int] = ()
) -> IssueCounts:
    """Write what differs from the tables in these issues' states; take away those that are `gone`."""
    counts = IssueCounts(gone=len(gone))
    stored, revisions = _stored(connection, [*lives, *gone])
    rows: list[tuple[object, ...]] = []
    removed: list[int] = [number for number in gone if number in stored]
    more: list[tuple[object, ...]] = []
    fewer: list[tuple[int, int]] = [(number, payload) for number in gone for payload in revisions[number]]
    for number, states in lives.items():
        current, wanted = _rows(number, states)
        old = stored.get(number)
        if current != old:
            removed += [number] if old is not None else []
            rows += [current] if current is not None else []
            _count(counts, old, current)
        kept = revisions[number]
        fewer += [(number, payload) for payload, row in kept.items() if wanted.get(payload) != row]
        more += [row for payload, row in wanted.items() if kept.get(payload) != row]
    connection.execute("DELETE FROM market.ipo WHERE ipo_id = ANY (%s)", (removed,))
    _copy(connection, f"market.ipo ({_CURRENT})", rows)
    if fewer:
        numbers, payloads = zip(*fewer, strict=True)
        connection.execute(
            "DELETE FROM market.ipo_revision USING unnest(%s::bigint[], %s::int[]) AS gone (number, payload) "
            "WHERE ipo_id = gone.number AND payload_id = gone.payload",
            (list(numbers), list(payloads)),
        )
    _copy(connection, f"market.ipo_revision ({_REVISION})", more)
    return counts


def _rows(
    number: int, states: Sequence[StateStretch]
) -> tuple[tuple[object, ...] | None, dict[int, tuple[object, ...]]]:
    """Return an issue's row and its revisions by the payload that established each."""
    wanted: dict[int, tuple[object, ...]] = {
        one.ref.payload_id: (
            number, *one.state, one.ref.payload_id, following.ref.payload_id, one.recorded_at, one.ref.fetched_at,
            following.ref.fetched_at,
        )
        for one, following in pairwise(states)
    }  # fmt: skip
    if not states:
        return None, wanted
    last = states[-1]
    return (number, *last.state, last.ref.payload_id, last.recorded_at), wanted


def _stored(
    connection: Connection, numbers: Sequence[int]
) -> tuple[dict[int, tuple[object, ...]], dict[int, dict[int, tuple[object, ...]]]]:
    rows = connection.execute(
        f"SELECT {_CURRENT} FROM market.ipo WHERE ipo_id = ANY (%s)",  # noqa: S608  # type: ignore[arg-type]
        (list(numbers),),
    ).fetchall()
    revisions: dict[int, dict[int, tuple[object, ...]]] = defaultdict(dict)
    found = connection.execute(
        f"SELECT {_REVISION} FROM market.ipo_revision WHERE ipo_id = ANY (%s)",  # noqa: S608  # type: ignore[arg-type]
        (list(numbers),),
    ).fetchall()
    for row in found:
        revisions[int(str(row[0]))][int(str(row[-5]))] = row
    return {int(str(row[0])): row for row in rows}, revisions


def _count(counts: IssueCounts, old: tuple[object, ...] | None, new: tuple[object, ...] | None) -> None:
    counts.new += old is None
    counts.changed += old is not None
    before = old[1 + _STATUS] if old is not None else None
    after = new[1 + _STATUS] if new is not None else None
    if after is not None and after != before:
        counts.statuses[f"issues_{after}"] += 1


def _copy(connection: Connection, target: str, rows: Sequence[tuple[object, ...]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
