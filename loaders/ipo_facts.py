"""What feeds said of the sources' ids of public issues, from when on: from the facts and their revisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from loaders.batch import PayloadRef
from loaders.columns_ipo import FACT_COLUMNS, FACT_KEY, names
from loaders.keyed_rows import Current, Revision, chain_of

if TYPE_CHECKING:
    from loaders.database import Connection
    from loaders.keyed_batch import Cell

Member = tuple[str, str]
"""A source and its id of an issue."""

_KEY = names(FACT_KEY)
_COLUMNS = names(FACT_COLUMNS)
_OF = "USING (source, source_id)"
_GIVEN = "unnest(%(sources)s::text[], %(ids)s::text[]) AS given (source, source_id)"
_ROWS = f"""
SELECT {", ".join(_KEY)}, {", ".join(_COLUMNS)}, payload_id, recorded_at, withdrawn_by, NULL::integer AS superseded_by
FROM {_GIVEN} JOIN market.ipo_fact {_OF}
UNION ALL
SELECT {", ".join(_KEY)}, {", ".join(_COLUMNS)}, payload_id, recorded_at, NULL, superseded_by
FROM {_GIVEN} JOIN market.ipo_fact_revision {_OF}
ORDER BY {", ".join(_KEY)}
"""  # noqa: S608 - names of our own tables and columns

_REFS = """
SELECT fetched_at, feed, sha256, payload_id, complete, recorded_at, content_from, content_to, origin = 'revert',
       slot, url
FROM etl.payload WHERE payload_id = ANY (%s)
"""

_FIRST_FROM = """
SELECT DISTINCT ON (point) payload.fetched_at, payload.feed, payload.sha256, payload.payload_id, payload.complete,
       payload.recorded_at, payload.content_from, payload.content_to, payload.origin = 'revert', payload.slot,
       payload.url
FROM unnest(%s::timestamptz[]) AS turn (point)
CROSS JOIN LATERAL (
    SELECT * FROM etl.payload WHERE dataset = %s AND fetched_at >= point
    ORDER BY fetched_at, feed, sha256 LIMIT 1
) AS payload
"""


@dataclass(frozen=True)
class FactStretch:
    """From a payload on, a feed says this of a source's id; `fact` None: its complete list lacks it, or it was taken
    back. `recorded_at` is when that could first be read here.
    """  # noqa: D205 - one sentence

    ref: PayloadRef
    member: Member
    feed: str
    fact: Mapping[str, Cell] | None
    recorded_at: datetime


def read_facts(connection: Connection, members: Collection[Member]) -> dict[Member, list[FactStretch]]:
    """Return all that was ever said of these ids, of each feed's line oldest first."""
    if not members:
        return {}
    asked = {"sources": [source for source, _ in members], "ids": [one for _, one in members]}
    rows = connection.execute(_ROWS, asked).fetchall()
    wide = len(_KEY)
    refs = read_refs(connection, {int(str(number)) for row in rows for number in (row[-4], *row[-2:]) if number})
    places = {ref.payload_id: (place, 0) for place, ref in enumerate(sorted(refs.values()))}
    found: dict[Member, list[FactStretch]] = defaultdict(list)
    for (source, source_id, feed), lines in groupby(rows, key=lambda row: row[:wide]):
        member = str(source), str(source_id)
        found[member] += _stretches(member, str(feed), list(lines), refs, places)
    return dict(found)


def read_refs(connection: Connection, payload_ids: Collection[int]) -> dict[int, PayloadRef]:
    """Return payloads by their numbers."""
    rows = connection.execute(_REFS, (sorted(payload_ids),)).fetchall()
    return {ref.payload_id: ref for ref in (PayloadRef(*row) for row in rows)}  # type: ignore[arg-type]


def first_from(connection: Connection, dataset: str, points: Iterable[datetime]) -> list[PayloadRef]:
    """Return, for each of these instants, the first payload of a data set that was fetched from then on, if any."""
    rows = connection.execute(_FIRST_FROM, (sorted(set(points)), dataset)).fetchall()
    return [PayloadRef(*row) for row in rows]  # type: ignore[arg-type]


def _stretches(
    member: Member,
    feed: str,
    rows: Sequence[tuple[object, ...]],
    refs: Mapping[int, PayloadRef],
    places: Mapping[int, tuple[int, int]],
) -> list[FactStretch]:
    current: Current | None = None
    revisions: list[Revision] = []
    for row in rows:
        cells, (payload_id, recorded_at, withdrawn_by, superseded_by) = row[len(_KEY) : -4], row[-4:]
        if superseded_by is None:
            current = Current(cells, payload_id, recorded_at, withdrawn_by)  # type: ignore[arg-type]
        else:
            revisions.append(Revision(cells, payload_id, superseded_by, recorded_at))  # type: ignore[arg-type]
    never = refs[next(iter(refs))].recorded_at
    return [
        FactStretch(
            refs[one.payload_id],
            member,
            feed,
            None if one.cells is None else dict(zip(_COLUMNS, one.cells, strict=True)),
            refs[one.payload_id].recorded_at if one.cells is None else one.recorded_at,
        )
        for one in chain_of(current, revisions, places, never)
    ]
