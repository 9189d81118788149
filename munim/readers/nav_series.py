"""A scheme's NAVs of years: in one statement, by the index of each closed year and by a look a day in the others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, LiteralString, cast

from munim.readers.nav_value import NavValue, established

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from loaders.database import Connection

_YEARS = """
SELECT right(part.relname, 4)::int, coalesce(built.indisvalid, false)
FROM pg_inherits AS link
JOIN pg_class AS part ON part.oid = link.inhrelid
LEFT JOIN pg_class AS named ON named.relnamespace = part.relnamespace AND named.relname = part.relname || '_series'
LEFT JOIN pg_index AS built ON built.indexrelid = named.oid
WHERE link.inhparent = 'market.nav'::regclass AND part.relname ~ '^nav_y[0-9]{4}$' ORDER BY 1
"""

_SPAN: LiteralString = """
SELECT nav_date, trim_scale(nav), payload_id, NULL::timestamptz FROM market.nav
WHERE scheme_code = %s AND nav_date BETWEEN %s AND %s
UNION ALL"""

_LOOKS: LiteralString = """
SELECT nav_date, trim_scale(nav), payload_id, NULL::timestamptz FROM market.nav
WHERE scheme_code = %s AND nav_date = ANY (%s) AND nav_date BETWEEN %s AND %s
UNION ALL"""

_RECORDED: LiteralString = """
SELECT nav_date, NULL, payload_id, recorded_at FROM etl.nav_recorded
WHERE scheme_code = %s AND nav_date BETWEEN %s AND %s
"""


def series(connection: Connection, scheme_code: str, first: date, last: date) -> list[NavValue]:
    """Return a scheme's NAVs from the first day to the last, both included, by day, as last published."""
    query, values = _asked(connection, scheme_code, first, last)
    rows = connection.execute(query, values).fetchall()
    navs = sorted(cast("list[tuple[date, Decimal, int, None]]", [row for row in rows if row[3] is None]))
    earlier = cast("dict[tuple[date, int], datetime]", {row[::2]: row[3] for row in rows if row[3] is not None})
    found = established(connection, [row[:3] for row in navs])
    if not earlier:
        return found
    return [
        value._replace(recorded_at=earlier.get((value.nav_date, row[2]), value.recorded_at))
        for value, row in zip(found, navs, strict=True)
    ]


def _asked(connection: Connection, scheme_code: str, first: date, last: date) -> tuple[LiteralString, list[object]]:
    """Return the statement with its parameters: a part for neighbouring years that are read in the same way."""
    query: LiteralString = ""
    values: list[object] = []
    for is_open, begin, end in _spans(_open_years(connection), first, last):
        if is_open:
            query += _LOOKS
            days = [begin + timedelta(days=after) for after in range((end - begin).days + 1)]
            values += [scheme_code, days, begin, end]
        else:
            query += _SPAN
            values += [scheme_code, begin, end]
    return query + _RECORDED, [*values, scheme_code, first, last]


def _spans(open_years: list[int], first: date, last: date) -> Iterator[tuple[bool, date, date]]:
    """Yield spans that are all of the days together, each with whether it is of years without the index."""
    begin, opened = first, False
    for year in range(max(first.year, open_years[0]), min(last.year, open_years[-1]) + 1) if open_years else ():
        if (year in open_years) is opened:
            continue
        turn = max(first, date(year, 1, 1))
        if begin < turn:
            yield opened, begin, turn - timedelta(days=1)
        begin, opened = turn, not opened
    if opened and open_years[-1] < last.year:
        closes = date(open_years[-1], 12, 31)
        yield True, begin, closes
        begin, opened = closes + timedelta(days=1), False
    yield opened, begin, last


def _open_years(connection: Connection) -> list[int]:
    """Return the years that have a partition without the index of closed ones.

    Where it is the newest alone this is remembered: all that is asked for is read in any case, and a year that is made
    later, or gets the index, is read a little slower than it could be.
    """
    info = connection.info
    place = info.host, info.port, info.dbname
    if place not in _remembered:
        years = cast("list[tuple[int, bool]]", connection.execute(_YEARS).fetchall())
        found = [year for year, covered in years if not covered]
        if not years or found not in ([], [years[-1][0]]):
            return found
        _remembered[place] = found
    return _remembered[place]


_remembered: dict[tuple[str, int, str], list[int]] = {}
