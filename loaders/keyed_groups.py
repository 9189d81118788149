"""One payload's rows of one group against what is known, row by row: what is new, what changes, what is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from loaders import keyed_rows, payloads
from loaders.keyed_chain import Cells, Chain, Placing, Stretch, known_at
from loaders.keyed_columns import Key, Shape, rank_of, tuples
from loaders.keyed_rows import Current, Revision
from loaders.keyed_told import Changes, RowChange

if TYPE_CHECKING:
    from loaders.batch import PayloadRef
    from loaders.database import Connection
    from loaders.keyed_batch import KeyedRows
    from loaders.keyed_told import Sightings
    from loaders.payloads import Placement


def load_group(connection: Connection, of: Shape, rows: KeyedRows, where: Placement, sightings: Sightings) -> Changes:
    """Write one payload's rows of a group, with their revisions; return what changed.

    Values of which nothing stood are left to the caller (`Changes.fresh`): together with those of other groups.
    """
    table = of.table
    wanted: dict[Key, Cells | None] = dict(
        zip(tuples(rows.frame, table.key), tuples(rows.frame, of.group.columns), strict=True)
    )
    if len(wanted) != len(rows.frame):
        message = f"{len(rows.frame) - len(wanted)} rows of {rows.table} repeat a key"
        raise RuntimeError(message)
    for scope in rows.complete:
        for key in keyed_rows.keys_in_scope(connection, of, scope, standing=where.is_newest):
            wanted.setdefault(key, None)
    wanted |= {key: None for key in rows.withdrawn if key not in wanted}
    load = _Load(connection, of, where, sightings)
    return load.newest(wanted) if where.is_newest and not rows.withdrawn else load.past(wanted)


@dataclass(frozen=True)
class _Load:
    connection: Connection
    shape: Shape
    where: Placement
    sightings: Sightings

    def newest(self, wanted: Mapping[Key, Cells | None]) -> Changes:
        """Load rows that are newer than all that is loaded: what stands is what they are compared with."""
        stored = keyed_rows.read_current(self.connection, self.shape, list(wanted))
        mine = self.where.mine
        rank = rank_of(self.shape.group, mine.feed)
        fresh: dict[Key, Cells] = {}
        moved: dict[Key, Current] = {}
        outranked = 0
        for key, cells in wanted.items():
            old = stored.get(key)
            if old is None:
                if cells is not None:
                    fresh[key] = cells
                continue
            if old.withdrawn_by is None and self._rank(old) > rank:
                outranked += cells != old.cells
            elif cells is None:
                if old.withdrawn_by is None:
                    moved[key] = replace(old, withdrawn_by=mine.payload_id)
            elif cells != old.cells or old.withdrawn_by is not None or self._rank(old) < rank:
                moved[key] = Current(cells, mine.payload_id, mine.recorded_at, None)
        self._replace(stored, moved)
        return replace(self._told(fresh, stored, moved, len(wanted), outranked), fresh=(self.shape, fresh))

    def _rank(self, row: Current) -> int:
        # Where none outranks another nobody has to know whose a row is: a year has thousands of payloads.
        if not any(self.shape.group.rank.values()):
            return 0
        return rank_of(self.shape.group, self.where.feeds[row.payload_id])

    def _replace(self, stored: Mapping[Key, Current], moved: Mapping[Key, Current]) -> None:
        mine = self.where.mine.payload_id
        revised = [
            (key, Revision(stored[key].cells, stored[key].payload_id, stored[key].withdrawn_by or mine,
                           stored[key].recorded_at))
            for key, row in moved.items() if row.payload_id != stored[key].payload_id
        ]  # fmt: skip
        if revised:
            concerned = {number for _, row in revised for number in (row.payload_id, row.superseded_by)}
            fetched_at = payloads.fetch_times(self.connection, concerned)
            keyed_rows.add_revisions(self.connection, self.shape, revised, fetched_at)
        if moved:
            keyed_rows.replace(self.connection, self.shape, moved)

    def _told(
        self, fresh: Mapping[Key, Cells], stored: Mapping[Key, Current], moved: Mapping[Key, Current], count: int,
        outranked: int,
    ) -> Changes:  # fmt: skip
        rows = [self._change(key, stored[key], row) for key, row in moved.items()]
        rows += [self._change(key, None, Current(cells, 0, self.where.mine.recorded_at, None))
                 for key, cells in fresh.items()]  # fmt: skip
        withdrawn = {key for key, row in moved.items() if row.withdrawn_by is not None}
        altered = {key for key, row in moved.items() if row.cells != stored[key].cells}
        unchanged = count - len(fresh) - len(altered) - len(withdrawn) - outranked
        return Changes(
            len(altered), unchanged, len(withdrawn), outranked, rows, {*fresh, *moved}, set(fresh),
            {self.shape.group.name: altered | withdrawn},
        )  # fmt: skip

    def _change(self, key: Key, old: Current | None, new: Current | None) -> RowChange:
        return RowChange(self.shape.table.name, key, self._named(old), self._named(new))

    def _named(self, row: Current | None) -> Mapping[str, object] | None:
        if row is None or row.withdrawn_by is not None:
            return None
        return dict(zip(self.shape.group.columns, row.cells, strict=True))

    def past(self, wanted: Mapping[Key, Cells | None]) -> Changes:
        """Load rows that take their place in the past, or that take values back: whole chains are put together."""
        keys = list(wanted)
        stored = keyed_rows.read_current(self.connection, self.shape, keys)
        revised = keyed_rows.read_revisions(self.connection, self.shape, keys)
        places = {number: (at, rank_of(self.shape.group, self.where.feeds[number]))
                  for number, at in self.where.ranks.items()}  # fmt: skip
        mine = self.where.mine
        at, rank = places[mine.payload_id]
        before: dict[Key, Chain] = {
            key: keyed_rows.chain_of(stored.get(key), revised.get(key, []), places, mine.recorded_at) for key in keys
        }
        sighted = {key: Stretch(at, rank, cells, mine.payload_id, mine.recorded_at) for key, cells in wanted.items()}
        after = self._placed(before, sighted, places)
        return self._write_chains(before, after, outranked=[
            key for key in keys if (known := known_at(before[key], at)) is not None and known.outranks(sighted[key])
        ])  # fmt: skip

    def _placed(
        self, chains: Mapping[Key, Chain], sighted: Mapping[Key, Stretch], places: Mapping[int, tuple[int, int]]
    ) -> dict[Key, Chain]:
        """Return the chains with the sightings in them, and what comes forth by them from the archived payloads."""
        placing = {key: Placing(chain, sighted[key]) for key, chain in chains.items()}
        unsettled = {key for key, one in placing.items() if not one.settled}
        unknown = {
            key for key in unsettled if (known := known_at(chains[key], sighted[key].at)) is None or known.cells is None
        }
        # While nothing was known no payload held the key, but for those that withdraw it.
        withdrawing = [ref for ref in self.where.later if ref.is_decision or self.shape.table.withdraws]
        for keys, refs in ((unsettled - unknown, self.where.later), (unknown, withdrawing)):
            self._see_later(placing, keys, refs, places)
        return {key: one.chain() for key, one in placing.items()}

    def _see_later(
        self,
        placing: Mapping[Key, Placing],
        keys: set[Key],
        refs: Sequence[PayloadRef],
        places: Mapping[int, tuple[int, int]],
    ) -> None:
        if not keys or not refs:
            return
        for ref, said in self.sightings.said(self.shape.table.name, self.shape.group.name, keys, refs):
            for key, cells in said.items():
                placing[key].see(Stretch(*places[ref.payload_id], cells, ref.payload_id, ref.recorded_at))
            keys -= {key for key in said if placing[key].settled}

    def _write_chains(
        self, before: Mapping[Key, Chain], after: Mapping[Key, Chain], outranked: Sequence[Key]
    ) -> Changes:
        withdraws = self.shape.table.withdraws
        gone: list[tuple[Key, Revision]] = []
        added: list[tuple[Key, Revision]] = []
        fresh: dict[Key, Current] = {}
        moved: dict[Key, Current] = {}
        removed: list[Key] = []
        rows: list[RowChange] = []
        for key, chain in before.items():
            old, old_revisions = keyed_rows.rows_of(chain, withdraws=withdraws)
            new, revisions = keyed_rows.rows_of(after[key], withdraws=withdraws)
            gone += [(key, row) for row in old_revisions if row not in revisions]
            added += [(key, row) for row in revisions if row not in old_revisions]
            if old == new:
                continue
            rows.append(self._change(key, old, new))
            if new is None:
                removed.append(key)
            elif old is None:
                fresh[key] = new
            else:
                moved[key] = new
        keyed_rows.drop_revisions(self.connection, self.shape, gone)
        keyed_rows.add_revisions(self.connection, self.shape, added, self.where.fetched_at)
        keyed_rows.remove(self.connection, self.shape, removed)
        self._add_each(fresh)
        keyed_rows.replace(self.connection, self.shape, moved)
        new_keys = {key for key in before if not before[key] and after[key]}
        grown = {key for key in before if len(after[key]) > len(before[key])} - new_keys
        idle = len(before) - len(new_keys) - len(grown) - len(outranked)
        moved_keys = {key for key in before if before[key] != after[key]}
        replaced = {row.key for row in rows if row.old is not None and row.new != row.old}
        group = self.shape.group.name
        return Changes(len(grown), idle, 0, len(outranked), rows, moved_keys, new_keys, {group: replaced})

    def _add_each(self, fresh: Mapping[Key, Current]) -> None:
        """Add rows, which may have been established by several payloads, and may be withdrawn at once."""
        by_payload: dict[tuple[int, datetime], dict[Key, Cells]] = {}
        for key, row in fresh.items():
            by_payload.setdefault((row.payload_id, row.recorded_at), {})[key] = row.cells
        for (payload_id, recorded_at), rows in by_payload.items():
            keyed_rows.add(self.connection, [(self.shape, rows)], payload_id, recorded_at)
        keyed_rows.replace(
            self.connection, self.shape, {key: row for key, row in fresh.items() if row.withdrawn_by is not None}
        )
