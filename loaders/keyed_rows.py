"""Reading and writing keyed tables: the rows that a payload speaks of, and their revisions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders.keyed_chain import Cells, Chain, Stretch
from loaders.keyed_columns import Key, Shape, by_column, payload_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from loaders.database import Connection
    from loaders.keyed_batch import Scope

Ranks = "Mapping[int, tuple[int, int]]"


@dataclass(frozen=True, slots=True)
class Current:
    """What a table says now of a group of one row; `withdrawn_by` is the payload that no longer lists it."""

    cells: Cells
    payload_id: int
    recorded_at: datetime
    withdrawn_by: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """What a table had said of it before."""

    cells: Cells
    payload_id: int
    superseded_by: int
    recorded_at: datetime


def read_current(connection: Connection, shape: Shape, keys: Sequence[Key]) -> dict[Key, Current]:
    """Return the rows of these keys of which the group is known."""
    if not keys:
        return {}
    withdrawn = "t.withdrawn_by" if shape.table.withdraws else "NULL"
    rows = connection.execute(
        f"SELECT {_of('t', shape.table.key)}, {_of('t', shape.group.columns)}, t.{shape.payload}, t.{shape.recorded}, "
        f"{withdrawn} FROM {shape.keys_given} JOIN market.{shape.table.name} AS t USING ({shape.key}) "
        f"WHERE t.{shape.payload} IS NOT NULL",
        by_column(keys, len(shape.table.key)),
    ).fetchall()
    wide = len(shape.table.key)
    return {row[:wide]: Current(row[wide:-3], *row[-3:]) for row in rows}  # type: ignore[arg-type]


def read_revisions(connection: Connection, shape: Shape, keys: Sequence[Key]) -> dict[Key, list[Revision]]:
    """Return the revisions of these keys."""
    found: dict[Key, list[Revision]] = defaultdict(list)
    if not keys:
        return found
    rows = connection.execute(
        f"SELECT {_of('r', shape.table.key)}, {_of('r', shape.group.columns)}, r.payload_id, r.superseded_by, "
        f"r.recorded_at FROM {shape.keys_given} JOIN market.{shape.table.name}_revision AS r USING ({shape.key}) "
        f"WHERE true{_of_group(shape, ' AND r.')}",
        by_column(keys, len(shape.table.key)),
    ).fetchall()
    wide = len(shape.table.key)
    for row in rows:
        found[row[:wide]].append(Revision(row[wide:-3], *row[-3:]))  # type: ignore[arg-type]
    return found


def keys_in_scope(connection: Connection, shape: Shape, scope: Scope, *, standing: bool) -> list[Key]:
    """Return the keys that a complete list speaks of; `standing` leaves out what is withdrawn."""
    conditions = [f"{name} = %s" for name in scope.equals]
    values: list[object] = list(scope.equals.values())
    if scope.within is not None:
        conditions.append(f"{scope.within[0]} BETWEEN %s AND %s")
        values += scope.within[1:]
    if standing:
        conditions.append("withdrawn_by IS NULL")
    rows = connection.execute(
        f"SELECT {shape.key} FROM market.{shape.table.name} WHERE {' AND '.join(conditions)}", values
    ).fetchall()
    return list(rows)


def add(
    connection: Connection, parts: Sequence[tuple[Shape, Mapping[Key, Cells]]], payload_id: int, recorded_at: datetime
) -> None:
    """Write groups of rows of one table of which nothing stands: by COPY, or into rows that other groups have made."""
    parts = [(shape, rows) for shape, rows in parts if rows]
    if not parts:
        return
    keys = list(dict.fromkeys(key for _, rows in parts for key in rows))
    there = _existing(connection, parts[0][0], keys) if len(parts[0][0].table.groups) > 1 else frozenset()
    _copy(connection, parts, [key for key in keys if key not in there], (payload_id, recorded_at))
    for shape, rows in parts:
        known = {key: Current(rows[key], payload_id, recorded_at, None) for key in rows if key in there}
        replace(connection, shape, known)


def replace(connection: Connection, shape: Shape, rows: Mapping[Key, Current]) -> None:
    """Give a group of rows that are there other values."""
    if not rows:
        return
    names = [*shape.group.columns, shape.payload, shape.recorded]
    types = [*shape.column_types, "integer", "timestamptz"]
    if shape.table.withdraws:
        names.append("withdrawn_by")
        types.append("integer")
    given = ", ".join(f"%s::{kind}[]" for kind in (*shape.key_types, *types))
    cells = [(*key, *row.cells, row.payload_id, row.recorded_at, *_withdrawn(shape, row)) for key, row in rows.items()]
    done = connection.execute(
        f"UPDATE market.{shape.table.name} AS t SET {', '.join(f'{name} = given.{name}' for name in names)} "
        f"FROM unnest({given}) AS given ({', '.join([*shape.table.key, *names])}) "
        f"WHERE {' AND '.join(f't.{name} = given.{name}' for name in shape.table.key)}",
        by_column(cells, len(shape.table.key) + len(names)),
    )
    if done.rowcount != len(rows):
        message = f"{done.rowcount} rows of market.{shape.table.name} were replaced and {len(rows)} should have been"
        raise RuntimeError(message)


def remove(connection: Connection, shape: Shape, keys: Iterable[Key]) -> None:
    """Take a group away from rows; a row that has no group left goes."""
    gone = list(keys)
    if not gone:
        return
    empty = ", ".join(f"{name} = NULL" for name in (*shape.group.columns, shape.payload, shape.recorded))
    others = [payload_column(shape.table, group.name) for group in shape.table.groups if group.name != shape.group.name]
    nothing = " AND ".join(f"t.{name} IS NULL" for name in others) or "true"
    something = " OR ".join(f"t.{name} IS NOT NULL" for name in others)
    given = f"{shape.keys_given} WHERE {_same(shape, 't')}"
    asked = by_column(gone, len(shape.table.key))
    if something:
        connection.execute(f"UPDATE market.{shape.table.name} AS t SET {empty} FROM {given} AND ({something})", asked)
    connection.execute(f"DELETE FROM market.{shape.table.name} AS t USING {given} AND {nothing}", asked)


def add_revisions(
    connection: Connection, shape: Shape, rows: Iterable[tuple[Key, Revision]], fetched_at: Mapping[int, datetime]
) -> None:
    """Write revisions; `fetched_at` is that of each payload."""
    names = [*shape.table.key, *shape.group.columns, "payload_id", "superseded_by", "recorded_at", "known_from",
             "known_to"]  # fmt: skip
    group = [shape.group.name] if len(shape.table.groups) > 1 else []
    names += ["column_group"] if group else []
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY market.{shape.table.name}_revision ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for key, row in rows:
            copy.write_row((
                *key, *row.cells, row.payload_id, row.superseded_by, row.recorded_at, fetched_at[row.payload_id],
                fetched_at[row.superseded_by], *group,
            ))  # fmt: skip


def drop_revisions(connection: Connection, shape: Shape, rows: Iterable[tuple[Key, Revision]]) -> None:
    """Take revisions away that a payload of the past puts another way."""
    gone = [(*key, row.payload_id) for key, row in rows]
    if not gone:
        return
    arrays = ", ".join(f"%s::{kind}[]" for kind in (*shape.key_types, "integer"))
    connection.execute(
        f"DELETE FROM market.{shape.table.name}_revision AS t "
        f"USING unnest({arrays}) AS given ({shape.key}, payload_id) "
        f"WHERE {_same(shape, 't')} AND t.payload_id = given.payload_id{_of_group(shape, ' AND t.')}",
        by_column(gone, len(shape.table.key) + 1),
    )


def chain_of(
    current: Current | None, revisions: Sequence[Revision], places: Mapping[int, tuple[int, int]], never: datetime
) -> Chain:
    """Return the chain of a group of one row; `places` gives each payload's place among all and its rank.

    A gap between a value's end and the next one's beginning is a time in which it was withdrawn.
    """
    chain: list[Stretch] = []
    closed_by: int | None = None

    def gap_to(payload_id: int | None) -> None:
        if closed_by is not None and closed_by != payload_id:
            at, rank = places[closed_by]
            chain.append(Stretch(at, rank, None, closed_by, never))

    for row in sorted(revisions, key=lambda one: places[one.payload_id][0]):
        gap_to(row.payload_id)
        chain.append(Stretch(*places[row.payload_id], row.cells, row.payload_id, row.recorded_at))
        closed_by = row.superseded_by
    if current is not None:
        gap_to(current.payload_id)
        chain.append(Stretch(*places[current.payload_id], current.cells, current.payload_id, current.recorded_at))
        closed_by = current.withdrawn_by
    gap_to(None)
    return tuple(chain)


def rows_of(chain: Chain, *, withdraws: bool) -> tuple[Current | None, list[Revision]]:
    """Return what a chain looks like in the tables.

    Where the table `withdraws`, the last value stays in its row, with the payload that no longer listed it.
    """
    revisions, current = [], None
    for place, stretch in enumerate(chain):
        if stretch.cells is None:
            continue
        following = chain[place + 1] if place + 1 < len(chain) else None
        is_last = following is None or (withdraws and following.cells is None and place + 2 == len(chain))
        if is_last:
            gone = following.payload_id if following is not None else None
            current = Current(stretch.cells, stretch.payload_id, stretch.recorded_at, gone)
        elif following is not None:
            revisions.append(Revision(stretch.cells, stretch.payload_id, following.payload_id, stretch.recorded_at))
    return current, revisions


def _copy(
    connection: Connection,
    parts: Sequence[tuple[Shape, Mapping[Key, Cells]]],
    keys: Sequence[Key],
    origin: tuple[int, datetime],
) -> None:
    """Write whole rows, each with the groups that a payload has of it; the columns of the others are NULL."""
    if not keys:
        return
    table = parts[0][0].table
    names = [*table.key]
    absent: list[tuple[None, ...]] = []
    for shape, _ in parts:
        names += [*shape.group.columns, shape.payload, shape.recorded]
        absent.append((None,) * (len(shape.group.columns) + 2))
    target = f"market.{table.name} ({', '.join(names)})"
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for key in keys:
            row = list(key)
            for (_, rows), nothing in zip(parts, absent, strict=True):
                cells = rows.get(key)
                row += nothing if cells is None else (*cells, *origin)
            copy.write_row(row)


def _existing(connection: Connection, shape: Shape, keys: Sequence[Key]) -> Collection[Key]:
    rows = connection.execute(
        f"SELECT {_of('t', shape.table.key)} FROM {shape.keys_given} JOIN market.{shape.table.name} AS t "
        f"USING ({shape.key})",
        by_column(keys, len(shape.table.key)),
    ).fetchall()
    return set(rows)


def _withdrawn(shape: Shape, row: Current) -> tuple[int | None, ...]:
    return (row.withdrawn_by,) if shape.table.withdraws else ()


def _same(shape: Shape, alias: str) -> str:
    return " AND ".join(f"{alias}.{name} = given.{name}" for name in shape.table.key)


def _of_group(shape: Shape, joint: str) -> str:
    return f"{joint}column_group = '{shape.group.name}'" if len(shape.table.groups) > 1 else ""


def _of(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
