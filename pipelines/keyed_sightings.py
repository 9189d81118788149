"""Where a row of a keyed table was seen again: read from the archived payloads, which are the truth."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from loaders.keyed_columns import Key, tuples
from munim.core.payload import Payload
from pipelines import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable

    from loaders.batch import PayloadRef
    from loaders.keyed_batch import KeyedBatch, KeyedRows, KeyedTable, Scope
    from loaders.keyed_chain import Cells
    from munim.core.payload import Origin
    from pipelines.dataset import DataSet
    from pipelines.tools import Tools

BATCHES_KEPT = 16


@dataclass(frozen=True)
class _Said:
    """What one payload says of a group: rows, keys that it takes back, and what it lists completely."""

    rows: Mapping[Key, Cells]
    withdrawn: frozenset[Key]
    complete: tuple[Scope, ...]


class KeyedSightings:
    """Looks for keys in archived payloads, oldest first, reading each one again with today's parser."""

    def __init__(self, dataset: DataSet, tables: Mapping[str, KeyedTable], tools: Tools) -> None:
        """Take what reads archived payloads: the data set, its tables and the archive."""
        self._tables = tables
        self._read: Callable[[PayloadRef], KeyedBatch] = lru_cache(maxsize=BATCHES_KEPT)(
            lambda ref: _read(dataset, tools, ref)
        )

    def said(
        self, table: str, group: str, keys: Collection[Key], refs: Sequence[PayloadRef]
    ) -> Iterator[tuple[PayloadRef, Mapping[Key, Cells | None]]]:
        """Yield for each payload, in order, what it says of the keys; None: it withdraws one. `keys` may shrink."""
        declared = self._tables[table]
        for ref in refs:
            if not keys:
                return
            if not _may_speak(declared, keys, ref):
                continue
            found = self._said(declared, group, ref)
            here: dict[Key, Cells | None] = {}
            for key in keys:
                if key in found.rows:
                    here[key] = found.rows[key]
                elif key in found.withdrawn or _lists(declared, found.complete, key):
                    here[key] = None
            if here:
                yield ref, here

    def _said(self, table: KeyedTable, group: str, ref: PayloadRef) -> _Said:
        rows: dict[Key, Cells] = {}
        withdrawn: set[Key] = set()
        complete: list[Scope] = []
        columns = next(one.columns for one in table.groups if one.name == group)
        for part in self._read(ref).rows:
            if (part.table, part.group) == (table.name, group):
                rows |= _rows(table, columns, part)
                withdrawn |= set(part.withdrawn)
                complete += part.complete
        return _Said(rows, frozenset(withdrawn), tuple(complete))


def _rows(table: KeyedTable, columns: Sequence[str], part: KeyedRows) -> dict[Key, Cells]:
    return dict(zip(tuples(part.frame, table.key), tuples(part.frame, columns), strict=True))


def _may_speak(table: KeyedTable, keys: Collection[Key], ref: PayloadRef) -> bool:
    """Leave out payloads of other days, where the table's rows have a day."""
    if table.day is None or ref.is_decision or ref.content_from is None or ref.content_to is None:
        return True
    place = table.key.index(table.day)
    return any(ref.content_from <= key[place] <= ref.content_to for key in keys)  # type: ignore[operator]


def _lists(table: KeyedTable, scopes: Sequence[Scope], key: Key) -> bool:
    return any(_within(table, scope, key) for scope in scopes)


def _within(table: KeyedTable, scope: Scope, key: Key) -> bool:
    named = dict(zip(table.key, key, strict=True))
    if any(named[name] != value for name, value in scope.equals.items()):
        return False
    return scope.within is None or scope.within[1] <= named[scope.within[0]] <= scope.within[2]  # type: ignore[operator]


def _origin(ref: PayloadRef) -> Origin:
    """Return where a payload came from: a file may hold what a site's answer may not."""
    if ref.is_decision:
        return "revert"
    return "file" if ref.url.startswith("file:") else "fetch"


def _read(dataset: DataSet, tools: Tools, ref: PayloadRef) -> KeyedBatch:
    payload = Payload(
        feed=ref.feed,
        slot=ref.slot,
        url=ref.url,
        fetched_at=ref.fetched_at,
        body=tools.archive.get(ref.sha256),
        origin=_origin(ref),
    )
    decisions = verdicts.about(payload, tools.archive.decisions())
    batch: KeyedBatch = dataset.read(payload, verdicts.accepted_lines(decisions))
    return batch
