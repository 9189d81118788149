"""One payload's rows of a table against what is known: row by row, or all at once where there are many."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from loaders import keyed_bulk, keyed_rows, payloads
from loaders.keyed_columns import REVERT, rank_of, shapes
from loaders.keyed_groups import load_group
from loaders.keyed_told import Changes, RowChange, Sightings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.database import Connection
    from loaders.keyed_batch import KeyedRows, KeyedTable
    from loaders.keyed_columns import Key, Shape
    from loaders.keyed_whole import WholeRows
    from loaders.payloads import Placement

__all__ = ["REVERT", "Changes", "RowChange", "Sightings", "load_table", "rank_of"]

BULK_ROWS = 300
"""From so many rows on they are compared and written all at once: below, that costs more than it saves."""


def load_table(
    connection: Connection,
    table: KeyedTable,
    parts: Sequence[KeyedRows],
    where: Placement,
    sightings: Sightings,
    *,
    told: bool = False,
) -> Changes:
    """Write one payload's rows of a table, group by group, with their revisions; return what changed.

    `told`: row by row (`Changes.rows`).
    """
    of = shapes(connection, table, [rows.group for rows in parts])
    if not told and _may_be_at_once(table, parts):
        done = _at_once(connection, of, parts, where)
        if done is not None:
            return done
    changes = [load_group(connection, shape, rows, where, sightings) for shape, rows in zip(of, parts, strict=True)]
    fresh = [one.fresh for one in changes if one.fresh is not None]
    keyed_rows.add(connection, fresh, where.mine.payload_id, where.mine.recorded_at)
    return reduce(Changes.joined, changes)


def _may_be_at_once(table: KeyedTable, parts: Sequence[KeyedRows]) -> bool:
    if sum(len(rows.frame) for rows in parts) < BULK_ROWS or any(rows.withdrawn for rows in parts):
        return False
    if len({rows.group for rows in parts}) < len(parts):
        return False
    return len(table.groups) == 1 or not table.withdraws


def _at_once(
    connection: Connection, of: Sequence[Shape], parts: Sequence[KeyedRows], where: Placement
) -> Changes | None:
    """Write many rows at once; None where it can't be done: the payload takes its place among what is known."""
    from loaders.keyed_whole import whole_rows  # noqa: PLC0415 - pandas is there when there are rows

    table = of[0].table
    rows = whole_rows(table, parts)
    scopes = [scope for part in parts for scope in part.complete]
    clear = not scopes and keyed_bulk.is_clear(connection, table, rows, revised=not where.is_newest)
    if clear and (where.is_newest or not payloads.is_reverted_after(connection, where.mine)):
        keyed_bulk.add_all(connection, of, rows, where.mine.payload_id, where.mine.recorded_at)
        keys = set(rows.keys())
        return Changes(keys=keys, added=keys)
    if not where.is_newest:
        return None
    done = keyed_bulk.merge(connection, of, rows, scopes, where.mine)
    return reduce(
        Changes.joined,
        [_told(shape, rows, place, deeds) for place, (shape, deeds) in enumerate(zip(of, done, strict=True))],
    )


def _told(shape: Shape, rows: WholeRows, place: int, deeds: keyed_bulk.Deeds) -> Changes:
    def those(*names: str) -> set[Key]:
        return {key for key, does in deeds.items() if does in names}

    changed, withdrawn = those("changed"), those("withdrawn")
    given = int(rows.groups[place].present.sum())
    idle = given - len(those("new", "changed", "outranked"))
    return Changes(
        len(changed),
        idle,
        len(withdrawn),
        len(those("outranked", "kept")),
        keys=those("new", "changed", "moved", "withdrawn"),
        added=those("new"),
        replaced={shape.group.name: changed | withdrawn},
    )
