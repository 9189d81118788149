"""Reading market.nav: exactly the rows that a payload speaks of, as arrays."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from loaders.binary_copy import SCALE, Int32s, Int64s

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from loaders.database import Connection

NAV_TYPE = pa.decimal128(20, SCALE)
WHOLE_DAY_ROWS = 200
"""From so many rows of one day on, reading the whole day costs less than looking each key up."""

_COLUMNS = "n.nav_date - date '1970-01-01' AS nav_day, n.scheme_code, n.nav, n.payload_id"

_EXACT_KEYS = f"""
-- OFFSET 0 keeps the planner from joining whole partitions: each key is one look into the index.
SELECT n.* FROM unnest(%s::int[], %s::text[]) AS wanted (day, code)
CROSS JOIN LATERAL (
    SELECT {_COLUMNS} FROM market.nav AS n
    WHERE n.nav_date = date '1970-01-01' + wanted.day AND n.scheme_code = wanted.code OFFSET 0
) AS n
"""  # noqa: S608 - the columns are a constant

_DAYS_THERE = """
SELECT wanted.day FROM unnest(%s::int[]) AS wanted (day)
WHERE EXISTS (SELECT FROM market.nav AS n WHERE n.nav_date = date '1970-01-01' + wanted.day)
"""


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

    def take(self, rows: npt.NDArray[np.intp]) -> NavArrays:
        """Return the rows at these places."""
        return NavArrays(self.day[rows], self.code.take(pa.array(rows)), self.nav_e10[rows], self.payload_id[rows])


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
    there = _days_there(connection, wanted.day)
    if not len(there):
        return empty()
    in_there = np.isin(wanted.day, there)
    days, counts = np.unique(wanted.day[in_there], return_counts=True)
    whole = days[counts >= WHOLE_DAY_ROWS]
    single = np.flatnonzero(in_there & ~np.isin(wanted.day, whole))
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
    query = f"SELECT {_COLUMNS} FROM market.nav AS n WHERE n.nav_date = ANY ('{{{dates}}}'::date[])"  # noqa: S608
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        for piece in copy:
            buffer.write(piece)
    if not buffer.tell():
        return empty()
    buffer.seek(0)
    types = {"nav_day": pa.int32(), "scheme_code": pa.string(), "nav": NAV_TYPE, "payload_id": pa.int32()}
    table = pacsv.read_csv(
        buffer,
        read_options=pacsv.ReadOptions(column_names=list(types), use_threads=False, block_size=1 << 26),
        convert_options=pacsv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )
    return NavArrays(
        table["nav_day"].to_numpy(),
        one_array(table["scheme_code"]),
        scaled(one_array(table["nav"])),
        table["payload_id"].to_numpy(),
    )


def match(wanted: NavArrays, stored: NavArrays) -> npt.NDArray[np.intp]:
    """Return for each wanted row the place of the stored row with its key, or -1. Stored keys are unique."""
    if not len(stored) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.intp)
    wanted_codes, stored_codes = wanted.code.dictionary_encode(), stored.code.dictionary_encode()
    names = wanted_codes.dictionary
    shared = pc.index_in(stored_codes.dictionary, value_set=names).fill_null(-1).to_numpy()
    stored_code = shared[stored_codes.indices.to_numpy()]
    known = np.flatnonzero(stored_code >= 0)
    width = len(names)
    stored_key = stored.day[known].astype(np.int64) * width + stored_code[known]
    wanted_key = wanted.day.astype(np.int64) * width + wanted_codes.indices.to_numpy()
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.intp)
    order = np.argsort(stored_key, kind="stable")
    place = np.searchsorted(stored_key, wanted_key, sorter=order)
    candidate = order[np.minimum(place, len(order) - 1)]
    return np.where(stored_key[candidate] == wanted_key, known[candidate], -1)


def _days_there(connection: Connection, day: Int32s) -> Int32s:
    days = np.unique(day)
    rows = connection.execute(_DAYS_THERE, ([int(value) for value in days],)).fetchall()
    return np.array([row[0] for row in rows], dtype=np.int32)


def _read_keys(connection: Connection, wanted: NavArrays) -> NavArrays:
    rows = connection.execute(_EXACT_KEYS, (wanted.day.tolist(), wanted.code.to_pylist())).fetchall()
    if not rows:
        return empty()
    day, code, nav, payload_id = zip(*rows, strict=True)
    return NavArrays(
        np.array(day, dtype=np.int32),
        pa.array(code, pa.string()),
        scaled(pa.array(nav, NAV_TYPE)),
        np.array(payload_id, dtype=np.int32),
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
