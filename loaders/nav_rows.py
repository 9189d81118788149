"""Reading market.nav: exactly the rows that a payload speaks of, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from loaders import arrays
from loaders.binary_copy import SCALE, Int32s, Int64s
from loaders.code_keys import MANY, CodeKeys, Places, are_sorted, distinct, find_sorted, keys_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from loaders.database import Connection

NAV_TYPE = pa.decimal128(20, SCALE)

WHOLE_DAY_ROWS = 200
"""From so many rows of one day on, reading the whole day costs less than looking each key up."""

BEFORE_ALL = np.iinfo(np.int32).min
"""A day before all days."""

GRID_CELLS_A_ROW = 16
"""Days times codes may be so many times the rows for keys to be matched in a table of all of them: no sorting."""

_EXACT_KEYS = """
-- OFFSET 0 keeps the planner from joining whole partitions: each key is one look into the index.
SELECT array_agg(n.nav_date - date '1970-01-01'), array_agg(n.scheme_code),
       array_agg((n.nav * 10000000000)::bigint), array_agg(n.payload_id)
FROM unnest(%s, %s) AS wanted (day, code)
CROSS JOIN LATERAL (
    SELECT * FROM market.nav AS n
    WHERE n.nav_date = date '1970-01-01' + wanted.day AND n.scheme_code = wanted.code
      AND n.nav_date BETWEEN '{first}' AND '{last}' OFFSET 0
) AS n
"""

_WHOLE_DAYS = """
-- A row for each day, as text: a message for each NAV costs the client four times what all else does.
SELECT n.nav_date - date '1970-01-01', count(*)::int,
       string_agg(n.scheme_code || ',' || n.nav || ',' || n.payload_id, E'\n')
FROM market.nav AS n WHERE n.nav_date = ANY ('{{{dates}}}'::date[]) GROUP BY n.nav_date
"""

_DAYS_THERE = """
-- OFFSET 0 as above: a semi-join would read the whole table.
SELECT array_agg(wanted.day) FROM unnest(%s) AS wanted (day)
CROSS JOIN LATERAL (
    SELECT FROM market.nav AS n
    WHERE n.nav_date = date '1970-01-01' + wanted.day AND n.nav_date BETWEEN '{first}' AND '{last}' LIMIT 1 OFFSET 0
) AS n
"""


class Codes:
    """Distinct scheme codes; what was looked up is kept, since a load asks for the same several times."""

    def __init__(self, names: pa.StringArray) -> None:
        """Take codes of which no two are the same."""
        self.names = names
        self._found: dict[int, tuple[pa.StringArray, Places]] = {}

    def places_in(self, others: pa.StringArray) -> Places:
        """Return for each code its place among others, of which no two are the same either, or -1."""
        found = self._found.get(id(others))
        if found is None:
            found = others, pc.index_in(self.names, value_set=others).fill_null(-1).to_numpy()
            self._found[id(others)] = found
        return found[1]

    @cached_property
    def rank(self) -> Places:
        """The place of each code in the order of the primary key."""
        rank = np.empty(len(self.names), dtype=np.intp)
        rank[pc.sort_indices(self.names).to_numpy()] = np.arange(len(rank))
        return rank


@dataclass(frozen=True)
class NavArrays:
    """NAV rows as arrays of one length: day (days since 1970-01-01), code, NAV times 10^10, payload."""

    day: Int32s
    code: pa.StringArray
    nav_e10: Int64s
    payload_id: Int32s

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.day)

    @cached_property
    def day_counts(self) -> tuple[Int32s, Places]:
        """The distinct days, in order, and how many rows each has."""
        return np.unique(self.day, return_counts=True)

    @property
    def days(self) -> Int32s:
        """The distinct days, in order."""
        return self.day_counts[0]

    @cached_property
    def keys(self) -> CodeKeys | None:
        """The codes as numbers; None where there are too many rows for that to pay, or a code is too long."""
        return keys_of(self.code) if len(self) <= MANY else None

    @cached_property
    def is_by_code(self) -> bool:
        """Whether the rows stand in the order of their codes, each code once."""
        return self.keys is not None and are_sorted(self.keys)

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
        if self.keys is not None and kept.keys is not None and kept.is_by_code:
            return find_sorted(self.keys, kept.keys)
        codes, number = self.coded
        return codes.places_in(kept.code)[number]

    def of_payload(self, payload_id: int) -> NavArrays:
        """Return the same rows under a payload's number."""
        rows = NavArrays(self.day, self.code, self.nav_e10, np.full(len(self), payload_id, dtype=np.int32))
        # What was worked out of the days and codes holds for these too.
        known = ("day_counts", "coded", "keys", "_found")
        rows.__dict__.update({name: self.__dict__[name] for name in known if name in self.__dict__})
        return rows

    def take(self, rows: Places) -> NavArrays:
        """Return the rows at these places, which are in some order and stand there once; all of them cost nothing."""
        if len(rows) == len(self) and is_all(rows):
            return self
        taken = NavArrays(self.day[rows], self.code.take(pa.array(rows)), self.nav_e10[rows], self.payload_id[rows])
        if "coded" in self.__dict__:
            codes, number = self.coded
            taken.__dict__["coded"] = codes, number[rows]
        if self.__dict__.get("keys") is not None:
            taken.__dict__["keys"] = self.__dict__["keys"][rows]
        taken.__dict__["_found"] = {name: (kept, place[rows]) for name, (kept, place) in self._found.items()}
        return taken


def from_frame(navs: pd.DataFrame, payload_id: int) -> NavArrays:
    """Return the arrays of a frame of `NavBatch.navs`."""
    count = len(navs)
    day = one_array(pa.array(navs["nav_date"])).cast(pa.int32()).to_numpy(zero_copy_only=False)
    return NavArrays(
        day.astype(np.int32, copy=False),
        one_array(pa.array(navs["scheme_code"])).cast(pa.string()),
        scaled(one_array(pa.array(navs["nav"]))),
        np.full(count, payload_id, dtype=np.int32),
    )


def scaled(navs: pa.Decimal128Array) -> Int64s:
    """Return decimals as integers times 10^10: the low half of each 128-bit number, since NAVs fit in it."""
    values = navs.cast(NAV_TYPE)
    halves = np.frombuffer(values.buffers()[1], dtype=np.int64)
    return halves[2 * values.offset : 2 * (values.offset + len(values)) : 2]


def one_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return an Arrow column as one piece."""
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def read_stored(connection: Connection, wanted: NavArrays) -> NavArrays:
    """Return the stored rows of the wanted keys, and perhaps others of the same days."""
    arrays.register(connection)
    there = _days_there(connection, wanted.days)
    if not len(there):
        return empty()
    day = np.searchsorted(wanted.days, wanted.day)
    is_there = np.isin(wanted.days, there)
    is_whole = is_there & (np.bincount(day) >= WHOLE_DAY_ROWS)
    whole = wanted.days[is_whole]
    single = np.flatnonzero((is_there & ~is_whole)[day])
    parts = []
    if len(whole):
        parts.append(read_days(connection, whole))
    if len(single):
        parts.append(_read_keys(connection, wanted.take(single)))
    return concat(parts)


def read_days(connection: Connection, days: Sequence[int] | Int32s) -> NavArrays:
    """Return all stored rows of these days (days since 1970-01-01)."""
    # Literal dates, so that the planner opens only their partitions.
    dates = ",".join(str(np.datetime64(int(day), "D")) for day in days)
    with connection.cursor(binary=True) as cursor:
        result = cursor.execute(_WHOLE_DAYS.format(dates=dates)).pgresult
        if result is None or not result.ntuples:
            return empty()
        day, count = (
            np.array([int.from_bytes(result.get_value(row, column) or b"") for row in range(result.ntuples)])
            for column in range(2)
        )
        text = b"\n".join(result.get_value(row, 2) or b"" for row in range(result.ntuples))
    types = {"scheme_code": pa.string(), "nav": NAV_TYPE, "payload_id": pa.int32()}
    table = pacsv.read_csv(
        pa.BufferReader(text),
        read_options=pacsv.ReadOptions(column_names=list(types), use_threads=False, block_size=1 << 26),
        parse_options=pacsv.ParseOptions(quote_char=False),
        convert_options=pacsv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )
    return NavArrays(
        np.repeat(day.astype(np.int32), count),
        one_array(table["scheme_code"]),
        scaled(one_array(table["nav"])),
        table["payload_id"].to_numpy(),
    )


def are_newer(rows: NavArrays, latest: NavArrays, *, or_same: bool = False) -> npt.NDArray[np.bool_]:
    """Tell for each row whether its day is after (`or_same`: not before) the one that stands for its code in `latest`.

    A code that does not stand there has no day: its row is newer.
    """
    # Such a code has the place -1: the last.
    day = np.append(latest.day, np.int32(BEFORE_ALL))[rows.places_in(latest)]
    return rows.day >= day if or_same else rows.day > day


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


def key_order(rows: NavArrays) -> Places:
    """Return the places of the rows in the order of the primary key; no two have the same key."""
    if rows.keys is not None:
        # What stands in the order of its codes has only its days to be sorted by.
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


def _keys(rows: NavArrays) -> Places:
    """Return a number for each row: its day's place among the days, and its code's among the codes."""
    codes, number = rows.coded
    return np.searchsorted(rows.days, rows.day) * len(codes.names) + number


def _days_there(connection: Connection, days: Int32s) -> Int32s:
    """Return those of some days of which there are rows at all."""
    with connection.cursor(binary=True) as cursor:
        result = cursor.execute(_within(_DAYS_THERE, days), (arrays.int4_array(days),)).pgresult
        return arrays.read_int4(result.get_value(0, 0) if result is not None else None)


def _within(query: str, days: Int32s) -> str:
    """Give a query the first and last day as literals, so that only their partitions are opened."""
    first, last = (str(np.datetime64(int(day), "D")) for day in (days[0], days[-1])) if len(days) else ("epoch",) * 2
    return query.format(first=first, last=last)


def _read_keys(connection: Connection, wanted: NavArrays) -> NavArrays:
    with connection.cursor(binary=True) as cursor:
        keys = (arrays.int4_array(wanted.day), arrays.text_array(wanted.code))
        result = cursor.execute(_within(_EXACT_KEYS, wanted.days), keys).pgresult
        day, code, nav_e10, payload_id = (result.get_value(0, column) if result else None for column in range(4))
    return NavArrays(
        arrays.read_int4(day), arrays.read_text(code), arrays.read_int8(nav_e10), arrays.read_int4(payload_id)
    )


def concat(parts: Sequence[NavArrays]) -> NavArrays:
    """Return the rows of all parts."""
    parts = [part for part in parts if len(part)] or parts
    if len(parts) == 1:
        return parts[0]
    return NavArrays(
        np.concatenate([part.day for part in parts]),
        pa.concat_arrays([part.code for part in parts]),
        np.concatenate([part.nav_e10 for part in parts]),
        np.concatenate([part.payload_id for part in parts]),
    )


def empty() -> NavArrays:
    """Return no rows."""
    nothing = np.array([], dtype=np.int32)
    return NavArrays(nothing, pa.array([], pa.string()), nothing.astype(np.int64), nothing)
