"""Columns that every keyed table has beside its own, and how rows of frames become rows of the database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from loaders.database import Connection
    from loaders.keyed_batch import Cell, Group, KeyedTable

Key = tuple["Cell", ...]

REVERT = "munim.revert."
"""A revert's feed is this and the feed of the run that it takes back: its values have that feed's rank."""


def rank_of(group: Group, feed: str) -> int:
    """Return a feed's precedence for a group."""
    return group.rank.get(feed.removeprefix(REVERT), 0)


@dataclass(frozen=True)
class Shape:
    """A group of a table as SQL needs it: names that are quoted nowhere, since all are ours, and the columns' types."""

    table: KeyedTable
    group: Group
    key_types: tuple[str, ...]
    column_types: tuple[str, ...]

    @property
    def payload(self) -> str:
        """The column that traces the group to its payload."""
        return payload_column(self.table, self.group.name)

    @property
    def recorded(self) -> str:
        """The column that says when the group's values could first be read."""
        return recorded_column(self.table, self.group.name)

    @property
    def key(self) -> str:
        """The key's columns, for a list."""
        return ", ".join(self.table.key)

    @property
    def columns(self) -> str:
        """The group's columns, for a list."""
        return ", ".join(self.group.columns)

    @property
    def keys_given(self) -> str:
        """A FROM item of the keys that are handed over as arrays, named `given`."""
        arrays = ", ".join(f"%s::{kind}[]" for kind in self.key_types)
        return f"unnest({arrays}) AS given ({self.key})"


def payload_column(table: KeyedTable, group: str) -> str:
    """Return the name of the column that traces a group to its payload."""
    return "payload_id" if len(table.groups) == 1 else f"{group}_payload_id"


def recorded_column(table: KeyedTable, group: str) -> str:
    """Return the name of the column that says when a group's values could first be read."""
    return "recorded_at" if len(table.groups) == 1 else f"{group}_recorded_at"


def shape(connection: Connection, table: KeyedTable, group: str) -> Shape:
    """Return a group's shape, with the types as the database has them."""
    return shapes(connection, table, [group])[0]


def shapes(connection: Connection, table: KeyedTable, groups: Sequence[str]) -> list[Shape]:
    """Return the shapes of groups, with the types as the database has them."""
    rows = connection.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = format('market.%%I', %s::text)::regclass AND attname = ANY (%s)",
        (table.name, [*table.key, *table.columns]),
    ).fetchall()
    types = {str(name): str(kind) for name, kind in rows}
    key_types = tuple(types[name] for name in table.key)
    declared = {one.name: one for one in table.groups}
    return [
        Shape(table, declared[name], key_types, tuple(types[column] for column in declared[name].columns))
        for name in groups
    ]


def tuples(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[Cell, ...]]:
    """Return a frame's rows as tuples of Python values: None where a value is missing, decimals without idle zeros."""
    cells = [_cells(frame[name]) for name in columns]
    return list(zip(*cells, strict=True)) if len(frame) else []


def by_column(rows: Sequence[Key], width: int) -> list[list[Cell]]:
    """Return rows as one list a column, as `unnest` takes them."""
    return [[row[place] for row in rows] for place in range(width)]


def _cells(column: pd.Series) -> list[Cell]:
    values = pa.array(column, from_pandas=True)
    cells: list[Cell] = values.to_pylist()
    return [_plain(cell) for cell in cells] if pa.types.is_decimal(values.type) else cells


def _plain(cell: Cell) -> Cell:
    """Take the zeros off that the frame's scale puts behind a number: 16951.9500000000 is 16951.95."""
    if not isinstance(cell, Decimal):
        return cell
    short = cell.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short
