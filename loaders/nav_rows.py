"""Rows of market.nav as arrays: read of a payload or of the table, matched by their keys."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from loaders.binary_copy import SCALE, Int32s, Int64s
from loaders.code_keys import (
    CELLS_A_NUMBER,
    MANY,
    CodeKeys,
    Places,
    are_sorted,
    distinct,
    find_in_two,
    find_sorted,
    keys_of,
    names_of,
    text_of,
)
from loaders.code_words import Codes, TakenCodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


NAV_TYPE = pa.decimal128(20, SCALE)

GRID_CELLS_A_ROW = 16
"""Days times codes may be so many times the rows for keys to be matched in a table of all of them: no sorting."""


class NavArrays:
    """NAV rows as arrays of one length: day (days since 1970-01-01), code, NAV times 10^10, payload; never changed."""

    def __init__(
        self, day: Int32s, code: pa.StringArray | TakenCodes | CodeKeys, nav_e10: Int64s, payload_id: Int32s,
        *, sorted_up_to: int | None = None,
    ) -> None:  # fmt: skip
        """Take arrays of one length; codes may also be given as numbers.

        `sorted_up_to`: so many rows stand in the order of their codes, and so do the others; no code stands twice.
        What is taken of them says nothing of it.
        """
        self.day, self.nav_e10, self.payload_id = day, nav_e10, payload_id
        self.sorted_up_to = sorted_up_to
        self.codes = code
        if isinstance(code, np.ndarray):
            self.__dict__["keys"] = code

    @cached_property
    def code(self) -> pa.StringArray:
        """The codes as text."""
        if isinstance(self.codes, np.ndarray):
            return text_of(self.codes)
        return self.codes.text() if isinstance(self.codes, TakenCodes) else self.codes

    def names(self) -> list[str]:
        """Return the codes as strings."""
        keys = self.__dict__.get("keys")
        return list(self.code.to_pylist()) if keys is None else names_of(keys)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.day)

    @cached_property
    def day_counts(self) -> tuple[Int32s, Places]:
        """The distinct days, in order, and how many rows each has."""
        return count_days(self.day)

    @property
    def days(self) -> Int32s:
        """The distinct days, in order."""
        return self.day_counts[0]

    @cached_property
    def keys(self) -> CodeKeys | None:
        """The codes as numbers; None where there are too many rows for that to pay, or a code is too long."""
        return keys_of(self.code) if len(self) <= MANY else None

    @property
    def keys_or_code(self) -> CodeKeys | pa.StringArray:
        """The codes as numbers where they are such, else as text."""
        return self.code if self.keys is None else self.keys

    def has_codes_of(self, others: NavArrays) -> bool:
        """Tell whether the rows are of the codes of others, in their order, since their codes were taken over."""
        return self.codes is others.codes

    @cached_property
    def is_by_code(self) -> bool:
        """Whether the rows stand in the order of their codes, each code once."""
        return self.keys is not None and are_sorted(self.keys)

    @property
    def sorted_by_code(self) -> NavArrays:
        """The rows in the order of their codes, where these are numbers; as they are otherwise."""
        return self if self.is_by_code else self._sorted_by_code or self

    @cached_property
    def _sorted_by_code(self) -> NavArrays | None:
        return None if self.keys is None else self.take(np.argsort(self.keys))

    @cached_property
    def _found(self) -> dict[int, tuple[NavArrays, Places]]:
        return {}

    @cached_property
    def coded(self) -> tuple[Codes, Places]:
        """The distinct codes, perhaps with some that no row has, and which one each row has."""
        encoded = self.code.dictionary_encode()
        return Codes(encoded.dictionary), encoded.indices.to_numpy().astype(np.intp)

    def places_in(self, kept: NavArrays) -> Places:
        """Return for each row the place of its code among rows in which each code stands once, or -1."""
        found = self._found.get(id(kept))
        if found is None:
            found = kept, self._places_in(kept)
            self._found[id(kept)] = found
        return found[1]

    def _places_in(self, kept: NavArrays) -> Places:
        if self.keys is not None and kept.keys is not None:
            if kept.sorted_up_to is not None:
                return find_in_two(self.keys, kept.keys, kept.sorted_up_to)
            if kept.is_by_code:
                return find_sorted(self.keys, kept.keys)
        codes, number = self.coded
        return codes.places_in(kept.code)[number]

    def of_payload(self, payload_id: int) -> NavArrays:
        """Return the same rows under a payload's number."""
        rows = NavArrays(self.day, self.codes, self.nav_e10, np.full(len(self), payload_id, dtype=np.int32))
        # What was worked out of the days and codes holds for these too.
        known = ("code", "day_counts", "coded", "keys", "is_by_code", "_found")
        rows.__dict__.update({name: self.__dict__[name] for name in known if name in self.__dict__})
        return rows

    def take(self, rows: Places) -> NavArrays:
        """Return the rows at these places, which are in some order and stand there once; all of them cost nothing."""
        if len(rows) == len(self) and is_all(rows):
            return self
        keys = self.__dict__.get("keys")
        codes = TakenCodes.of(self.codes, rows) if keys is None else keys[rows]
        taken = NavArrays(self.day[rows], codes, self.nav_e10[rows], self.payload_id[rows])
        if "coded" in self.__dict__:
            codes, number = self.coded
            taken.__dict__["coded"] = codes, number[rows]
        taken.__dict__["_found"] = {name: (kept, place[rows]) for name, (kept, place) in self._found.items()}
        return taken


def from_frame(navs: pd.DataFrame, payload_id: int) -> NavArrays:
    """Return the arrays of a frame of `NavBatch.navs`."""
    return NavArrays(
        _column(navs, "nav_date").cast(pa.int32()).to_numpy(zero_copy_only=False),
        _column(navs, "scheme_code", pa.string()),
        scaled(_column(navs, "nav")),
        np.full(len(navs), payload_id, dtype=np.int32),
    )


def _column(navs: pd.DataFrame, name: str, kind: pa.DataType | None = None) -> pa.Array:
    # pandas' own array gives its Arrow one as it is: what it is in costs more to take off than all that is in it.
    values = one_array(pa.array(navs[name].array))
    return values if kind is None or values.type == kind else values.cast(kind)


def scaled(navs: pa.Decimal128Array) -> Int64s:
    """Return decimals as integers times 10^10: the low half of each 128-bit number, since NAVs fit in it."""
    values = navs if navs.type == NAV_TYPE else navs.cast(NAV_TYPE)
    halves = np.frombuffer(values.buffers()[1], dtype=np.int64)
    return halves[2 * values.offset : 2 * (values.offset + len(values)) : 2]


def one_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return an Arrow column as one piece."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


def are_as_new(rows: NavArrays, latest: NavArrays) -> npt.NDArray[np.bool_]:
    """Tell for each row whether its day is not before the one that stands for its code in `latest`, if any does."""
    place = rows.places_in(latest)
    return (rows.day >= latest.day[place]) | (place < 0) if len(latest) else np.ones(len(rows), dtype=bool)


def match(wanted: NavArrays, stored: NavArrays) -> Places:
    """Return for each wanted row the place of the stored row with its key, or -1. Stored keys are unique."""
    if not len(stored) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.intp)
    if wanted.keys is not None and stored.keys is not None:
        return _match_sorted(wanted, wanted.keys, stored, stored.keys)
    names = wanted.coded[0].names
    stored_codes, stored_number = stored.coded
    stored_code = stored_codes.places_in(names)[stored_number]
    day = np.searchsorted(wanted.days, stored.day)
    day[day == len(wanted.days)] = 0
    known = np.flatnonzero((stored_code >= 0) & (wanted.days[day] == stored.day))
    stored_key = day[known] * len(names) + stored_code[known]
    place = find(stored_key, _keys(wanted), len(wanted.days) * len(names))
    return np.where(place >= 0, known[place], -1) if len(known) else place


def _match_sorted(wanted: NavArrays, keys: CodeKeys, stored: NavArrays, stored_keys: CodeKeys) -> Places:
    """Match rows by their days and the numbers of their codes."""
    codes = distinct(stored_keys)
    code, day = find_sorted(keys, codes), find_sorted(wanted.day, stored.days)
    known = np.flatnonzero((code >= 0) & (day >= 0))
    stored_key = find_sorted(stored.day, stored.days) * len(codes) + find_sorted(stored_keys, codes)
    place = np.full(len(wanted), -1, dtype=np.intp)
    place[known] = find(stored_key, day[known] * len(codes) + code[known], len(stored.days) * len(codes))
    return place


def count_days(day: Int32s) -> tuple[Int32s, Places]:
    """Return each day once, in order, and how many rows each has."""
    if not len(day):
        return day, np.array([], dtype=np.intp)
    first = int(day.min())
    if int(day.max()) - first > CELLS_A_NUMBER * len(day):
        return np.unique(day, return_counts=True)
    # A daily file has some hundred days of twenty years: to count them costs less than to sort.
    counts = np.bincount(day - first)
    places = np.flatnonzero(counts)
    return (places + first).astype(np.int32), counts[places]


def find(among: Places, wanted: Places, cells: int) -> Places:
    """Return for each wanted number its place among others, or -1; all are below `cells`, and the others unique."""
    if cells <= GRID_CELLS_A_ROW * (len(among) + len(wanted)):
        grid = np.full(cells, -1, dtype=np.intp)
        grid[among] = np.arange(len(among))
        return grid[wanted]
    if not len(among):
        return np.full(len(wanted), -1, dtype=np.intp)
    order = np.argsort(among, kind="stable")
    place = np.minimum(np.searchsorted(among, wanted, sorter=order), len(order) - 1)
    return np.where(among[order[place]] == wanted, order[place], -1)


def key_order(rows: NavArrays, places: Places | None = None) -> Places:
    """Return the places of the rows in the order of the primary key; no two have the same key.

    Of some rows alone, whose places are given from the first to the last.
    """
    if places is not None:
        if not rows.is_by_code:
            return places[key_order(rows.take(places))]
        # What stands in the order of its codes has only its days to be sorted by, and mostly these are one.
        day = rows.day[places]
        return places if (day == day[:1]).all() else places[np.argsort(day, kind="stable")]
    if rows.keys is not None:
        return np.argsort(rows.day, kind="stable") if rows.is_by_code else np.lexsort((rows.keys, rows.day))
    codes, number = rows.coded
    key = np.searchsorted(rows.days, rows.day) * len(codes.names) + codes.rank[number]
    cells = len(rows.days) * len(codes.names)
    if cells > GRID_CELLS_A_ROW * len(rows):
        return np.argsort(key, kind="stable")
    grid = np.full(cells, -1, dtype=np.intp)
    grid[key] = np.arange(len(rows))
    return grid[grid >= 0]


def is_all(places: Places) -> bool:
    """Tell whether places are 0, 1, 2 and so on: all rows up to the last of them, in their order."""
    return bool((places == np.arange(len(places))).all())


def by_code(rows: NavArrays) -> NavArrays:
    """Return the rows in the order of their codes."""
    # Of strings a sort takes ten times as long.
    return rows.take(np.argsort(rows.keys) if rows.keys is not None else pc.sort_indices(rows.code).to_numpy())


def _keys(rows: NavArrays) -> Places:
    """Return a number for each row: its day's place among the days, and its code's among the codes."""
    codes, number = rows.coded
    return np.searchsorted(rows.days, rows.day) * len(codes.names) + number


def concat(parts: Sequence[NavArrays]) -> NavArrays:
    """Return the rows of all parts."""
    parts = [part for part in parts if len(part)] or parts
    if len(parts) == 1:
        return parts[0]
    few = sum(map(len, parts)) <= MANY
    keys = [part.keys for part in parts if few and part.keys is not None]
    return NavArrays(
        np.concatenate([part.day for part in parts]),
        np.concatenate(keys) if len(keys) == len(parts) else pa.concat_arrays([part.code for part in parts]),
        np.concatenate([part.nav_e10 for part in parts]),
        np.concatenate([part.payload_id for part in parts]),
    )


def empty() -> NavArrays:
    """Return no rows."""
    nothing = np.array([], dtype=np.int32)
    return NavArrays(nothing, pa.array([], pa.string()), nothing.astype(np.int64), nothing)
