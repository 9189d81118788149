"""What the tables should say when a payload is taken back: what was known before it, and what other files say too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders import keyed_rows, payloads
from loaders.keyed_chain import Cells, Chain, Stretch, fold, known_at
from loaders.keyed_changes import rank_of
from loaders.keyed_columns import Key, payload_column, shape

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from loaders.batch import PayloadRef
    from loaders.database import Connection
    from loaders.keyed_batch import Group, KeyedTable
    from loaders.keyed_told import Sightings
    from loaders.payloads import Placement


@dataclass(frozen=True)
class Back:
    """What is put back of one group of one row; `cells` None: no file that stands says anything of it."""

    table: str
    group: str
    key: Key
    cells: Cells | None


def before(connection: Connection, table: KeyedTable, where: Placement, sightings: Sightings) -> Iterator[Back]:
    """Yield the rows that stand as the payload left them, each with what all files say that are not taken back.

    So are rows that it says too and that stand by a revert, or by a file that was taken back when this one still said
    the same.
    """
    taken = payloads.taken_back(connection, where.mine.payload_id)
    files = [ref for ref in where.ordered if not ref.is_decision and ref.payload_id not in taken]
    others = {ref.payload_id for ref in where.ordered} - {ref.payload_id for ref in files} - {where.mine.payload_id}
    for group in table.groups:
        keys = set(_touched(connection, table, payload_column(table, group.name), where.mine.payload_id))
        keys |= _said_too(connection, table, group, where, others, sightings)
        told = _Told(table, group, where, files, sightings)
        chains = _chains(connection, told, sorted(keys, key=str))
        chains = {
            key: chain for key, chain in chains.items() if chain[-1].payload_id in {where.mine.payload_id, *others}
        }
        for key, cells in told.by_files(chains).items():
            if chains[key][-1].payload_id == where.mine.payload_id or chains[key][-1].cells != cells:
                yield Back(table.name, group.name, key, cells)


@dataclass(frozen=True)
class _Told:
    """What the files that stand say of a group, in their order."""

    table: KeyedTable
    group: Group
    where: Placement
    files: Sequence[PayloadRef]
    sightings: Sightings

    @property
    def places(self) -> dict[int, tuple[int, int]]:
        """Places and ranks by payload."""
        feeds = self.where.feeds
        return {number: (place, rank_of(self.group, feeds[number])) for number, place in self.where.ranks.items()}

    def by_files(self, chains: Mapping[Key, Chain]) -> dict[Key, Cells | None]:
        """Return what they say of each key in the end.

        Where a file that stands had said what was known before the payload, those before it need not be read again.
        """
        stands = {ref.payload_id for ref in self.files}
        at = self.where.ranks[self.where.mine.payload_id]
        known = {key: known_at(chain, at) for key, chain in chains.items()}
        begun = {key: [one] for key, one in known.items() if one is not None and one.payload_id in stands}
        mine = self.where.mine.payload_id
        begun |= {key: [] for key, one in known.items() if one is None and chains[key][0].payload_id == mine}
        anew: dict[Key, list[Stretch]] = {key: [] for key in chains if key not in begun}
        self._see(begun, [ref for ref in self.files if ref > self.where.mine])
        self._see(anew, self.files)
        ends = {key: fold(seen) for key, seen in (begun | anew).items()}
        return {key: ends[key][-1].cells if ends[key] else None for key in chains}

    def _see(self, seen: Mapping[Key, list[Stretch]], refs: Sequence[PayloadRef]) -> None:
        places = self.places
        for ref, said in self.sightings.said(self.table.name, self.group.name, set(seen), refs):
            for key, cells in said.items():
                seen[key].append(Stretch(*places[ref.payload_id], cells, ref.payload_id, ref.recorded_at))


def _chains(connection: Connection, told: _Told, keys: Sequence[Key]) -> dict[Key, Chain]:
    of = shape(connection, told.table, told.group.name)
    current = keyed_rows.read_current(connection, of, keys)
    revisions = keyed_rows.read_revisions(connection, of, keys)
    places, never = told.places, told.where.mine.recorded_at
    chains = {key: keyed_rows.chain_of(current.get(key), revisions.get(key, []), places, never) for key in keys}
    return {key: chain for key, chain in chains.items() if chain}


def _said_too(
    connection: Connection, table: KeyedTable, group: Group, where: Placement, others: Collection[int],
    sightings: Sightings,
) -> set[Key]:  # fmt: skip
    """Return the keys that the payload speaks of and that stand by reverts or by what was taken back."""
    if not others or where.mine.is_decision:
        return set()
    names, payload = ", ".join(table.key), payload_column(table, group.name)
    rows = connection.execute(
        f"SELECT {names} FROM market.{table.name} WHERE {payload} = ANY (%s)",
        (sorted(others),),
    ).fetchall()
    found: dict[Key, Cells | None] = {}
    for _, said in sightings.said(table.name, group.name, set(rows), [where.mine]):
        found |= said
    return {key for key, cells in found.items() if cells is not None}


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
