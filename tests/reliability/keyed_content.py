"""What keyed tables hold, told so that two databases compare; and what a fold over all payloads says they should."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from loaders.keyed_chain import Stretch, fold
from loaders.keyed_columns import tuples
from loaders.keyed_rows import rows_of
from tests.reliability.made_keyed import FIRST_FETCH

if TYPE_CHECKING:
    import psycopg

    from loaders.keyed_batch import KeyedBatch, KeyedTable
    from munim.core.payload import Payload

    Connection = psycopg.Connection[tuple[object, ...]]

Content = dict[str, set[tuple[object, ...]]]
Read = Callable[["Payload", Collection[int]], "KeyedBatch"]


def content(connection: Connection, tables: Sequence[KeyedTable]) -> Content:
    """All rows and revisions, payloads named by fetch time and digest in place of numbers."""
    found: Content = {}
    numbers = "(SELECT fetched_at::text || feed || sha256 FROM etl.payload WHERE payload_id = t.{})"
    for table in tables:
        for group in table.groups:
            prefix = f"{group.name}_" if len(table.groups) > 1 else ""
            gone = numbers.format("withdrawn_by") if table.withdraws else "NULL"
            cells = ", ".join((*table.key, *group.columns))
            found[f"{table.name}.{group.name}"] = set(connection.execute(
                f"SELECT {cells}, {numbers.format(prefix + 'payload_id')}, {gone} "
                f"FROM market.{table.name} AS t WHERE {prefix}payload_id IS NOT NULL"
            ).fetchall())  # fmt: skip
            where = f"WHERE column_group = '{group.name}'" if prefix else ""
            found[f"{table.name}.{group.name} revised"] = set(connection.execute(
                f"SELECT {cells}, {numbers.format('payload_id')}, {numbers.format('superseded_by')} "
                f"FROM market.{table.name}_revision AS t {where}"
            ).fetchall())  # fmt: skip
    return found


def recorded(connection: Connection, tables: Sequence[KeyedTable]) -> Content:
    """When the values of each group could first be read."""
    return {
        table.name: set(connection.execute(
            f"SELECT {', '.join(table.key)}, " + ", ".join(
                f"{group.name}_recorded_at" if len(table.groups) > 1 else "recorded_at" for group in table.groups
            ) + f" FROM market.{table.name}"
        ).fetchall())
        for table in tables
    }  # fmt: skip


def oracle(payloads: list[Payload], tables: Sequence[KeyedTable], read: Read) -> Content:
    """The content that a fold over all payloads, sorted, gives: told from what they say, not from the tables."""
    ordered = sorted(payloads, key=lambda one: (one.fetched_at, one.feed, one.sha256))
    name = [f"{one.fetched_at.strftime('%Y-%m-%d %H:%M:%S')}" for one in ordered]
    found: Content = {}
    batches = [read(one, ()) for one in ordered]
    for table in tables:
        for group in table.groups:
            sightings: dict[tuple[object, ...], list[Stretch]] = {}
            for place, (payload, batch) in enumerate(zip(ordered, batches, strict=True)):
                rank = group.rank.get(payload.feed.removeprefix("munim.revert."), 0)
                said: dict[tuple[object, ...], tuple[object, ...] | None] = {}
                for part in batch.rows:
                    if (part.table, part.group) != (table.name, group.name):
                        continue
                    for scope in part.complete:
                        said |= {key: None for key in sightings if key[0] == scope.equals["segment"]}
                    said |= dict.fromkeys(part.withdrawn)
                    said |= dict(zip(tuples(part.frame, table.key), tuples(part.frame, group.columns), strict=True))
                for key, cells in said.items():
                    stretch = Stretch(place, rank, cells, place, FIRST_FETCH)
                    sightings.setdefault(key, []).append(stretch)
            rows, revised = set(), set()
            for key, seen in sightings.items():
                current, revisions = rows_of(fold(seen), withdraws=table.withdraws)
                if current is not None:
                    gone = None if current.withdrawn_by is None else name[current.withdrawn_by]
                    rows.add((*key, *current.cells, name[current.payload_id], gone))
                revised |= {(*key, *row.cells, name[row.payload_id], name[row.superseded_by]) for row in revisions}
            found[f"{table.name}.{group.name}"] = rows
            found[f"{table.name}.{group.name} revised"] = revised
    return found


def times_alone(content: Content) -> Content:
    """Name payloads by their fetch time alone: the oracle knows them so."""
    return {
        part: {tuple(cell[:19] if isinstance(cell, str) and cell[:2] == "20" else cell for cell in row) for row in rows}
        for part, rows in content.items()
    }
