"""Reading market.nav: exactly the rows that a payload speaks of, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from loaders import arrays
from loaders.nav_rows import NAV_TYPE, NavArrays, concat, empty, one_array, scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.binary_copy import Int32s
    from loaders.database import Connection

WHOLE_DAY_ROWS = 200
"""From so many rows of one day on, reading the whole day costs less than looking each key up."""

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
