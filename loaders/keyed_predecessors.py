"""What stood before a payload's values in keyed tables: for taking them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders import keyed_rows
from loaders.keyed_chain import Cells, known_at
from loaders.keyed_changes import rank_of
from loaders.keyed_columns import Key, payload_column, shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loaders.database import Connection
    from loaders.keyed_batch import KeyedTable
    from loaders.payloads import Placement


@dataclass(frozen=True)
class Back:
    """What is put back of one group of one row; `cells` None: nothing was known of it, or it was withdrawn."""

    table: str
    group: str
    key: Key
    cells: Cells | None


def before(connection: Connection, table: KeyedTable, where: Placement) -> Iterator[Back]:
    """Yield the rows that stand as the payload left them, each with what was known before it."""
    mine = where.mine.payload_id
    at = where.ranks[mine]
    for group in table.groups:
        of = shape(connection, table, group.name)
        keys = _touched(connection, table, payload_column(table, group.name), mine)
        current = keyed_rows.read_current(connection, of, keys)
        revisions = keyed_rows.read_revisions(connection, of, keys)
        places = {number: (place, rank_of(group, where.feeds[number])) for number, place in where.ranks.items()}
        for key in keys:
            chain = keyed_rows.chain_of(current.get(key), revisions.get(key, []), places, where.mine.recorded_at)
            if chain and chain[-1].payload_id == mine:
                known = known_at(chain, at)
                yield Back(table.name, group.name, key, known.cells if known is not None else None)


def _touched(connection: Connection, table: KeyedTable, payload: str, payload_id: int) -> list[Key]:
    """Return the keys whose newest value a payload established or withdrew."""
    names = ", ".join(table.key)
    queries = [f"SELECT {names} FROM market.{table.name} WHERE {payload} = %(payload_id)s"]
    if table.withdraws:
        queries.append(f"SELECT {names} FROM market.{table.name} WHERE withdrawn_by = %(payload_id)s")
    # What a revert took away has no row left, but its revision says so.
    queries.append(f"SELECT {names} FROM market.{table.name}_revision WHERE superseded_by = %(payload_id)s")
    rows = connection.execute(" UNION ".join(queries) + f" ORDER BY {names}", {"payload_id": payload_id}).fetchall()
    return list(rows)
