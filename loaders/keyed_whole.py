"""The groups of a payload's rows of one table, joined into whole rows of text columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from loaders.arrow_text import as_text, one_array, placed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from loaders.keyed_batch import KeyedRows, KeyedTable
    from loaders.keyed_columns import Key

    Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class GroupColumns:
    """One group of the joined rows: which of them have it, and its columns (NULL where they have not)."""

    name: str
    present: npt.NDArray[np.bool_]
    columns: Sequence[pa.StringArray]


@dataclass(frozen=True)
class WholeRows:
    """A payload's rows of one table, each once: keys as they are, groups as text that PostgreSQL reads."""

    key: Mapping[str, pa.Array]
    groups: Sequence[GroupColumns]

    def keys(self) -> list[Key]:
        """Return the keys as Python values."""
        return list(zip(*(cells.to_pylist() for cells in self.key.values()), strict=True))

    def key_text(self) -> list[pa.StringArray]:
        """Return the columns of the key as text."""
        return [as_text(cells) for cells in self.key.values()]


def whole_rows(table: KeyedTable, parts: Sequence[KeyedRows]) -> WholeRows:
    """Join the groups of one table's rows by key.

    Raises RuntimeError for a group that is there twice or has a key twice.
    """
    keys = [{name: one_array(part.frame[name]) for name in table.key} for part in parts]
    longest = max(range(len(parts)), key=lambda place: len(parts[place].frame))
    key, places = _joined_by_line(parts, keys, longest) or _joined_by_key(keys)
    rows = len(key[table.key[0]])
    groups = []
    columns_of = {group.name: group.columns for group in table.groups}
    for part, at in zip(parts, places, strict=True):
        present = np.zeros(rows, dtype=bool)
        present[at] = True
        if present.sum() != len(at):
            message = f"{len(at) - int(present.sum())} rows of {table.name} repeat a key"
            raise RuntimeError(message)
        columns = [placed(as_text(one_array(part.frame[name])), at, rows) for name in columns_of[part.group]]
        groups.append(GroupColumns(part.group, present, columns))
    if len({group.name for group in groups}) != len(groups):
        message = f"a group of {table.name} is there twice"
        raise RuntimeError(message)
    return WholeRows(key, groups)


_Keys = dict[str, pa.Array]


def _joined_by_line(
    parts: Sequence[KeyedRows], keys: Sequence[_Keys], longest: int
) -> tuple[_Keys, list[Places]] | None:
    """Join by line, where each line has one key and the longest part has all lines; None where that is not so."""
    lines = parts[longest].frame["line_no"].to_numpy(dtype=np.int64)
    if len(parts) > 1 and (len(lines) == 0 or (np.diff(lines) <= 0).any()):
        return None
    if _repeats(keys[longest]):
        return None
    places: list[Places] = []
    for part, key in zip(parts, keys, strict=True):
        of_part = part.frame["line_no"].to_numpy(dtype=np.int64)
        at = np.searchsorted(lines, of_part) if len(parts) > 1 else np.arange(len(lines))
        if len(parts) > 1 and ((at >= len(lines)).any() or (lines[at] != of_part).any()):
            return None
        if not all(key[name].equals(keys[longest][name].take(pa.array(at))) for name in key):
            return None
        places.append(at.astype(np.int64))
    return keys[longest], places


def _repeats(key: _Keys) -> bool:
    return bool(pd.DataFrame({name: _coded(cells) for name, cells in key.items()}).duplicated().any())


def _coded(cells: pa.Array) -> npt.NDArray[np.int64]:
    codes: npt.NDArray[np.int64] = pc.dictionary_encode(cells).indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _joined_by_key(keys: Sequence[_Keys]) -> tuple[_Keys, list[Places]]:
    names = list(keys[0])
    together = {name: pa.concat_arrays([key[name] for key in keys]) for name in names}
    coded = pd.DataFrame({name: _coded(cells) for name, cells in together.items()})
    number = coded.groupby(names, sort=False, dropna=False).ngroup().to_numpy()
    first = np.unique(number, return_index=True)[1]
    order = pa.array(first[np.argsort(first)])
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    ends = np.cumsum([0, *(len(key[names[0]]) for key in keys)])
    places = [rank[number[start:end]] for start, end in pairwise(ends)]
    return {name: cells.take(order) for name, cells in together.items()}, places
