"""A scheme's NAVs of years: in one statement, by the index of each closed year and by a look a day in the others."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, LiteralString, cast

from munim.readers.nav_value import NavValue, established

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from loaders.database import Connection

_YEARS = """
SELECT right(part.relname, 4)::int, coalesce(built.indisvalid, false)
FROM pg_inherits AS link
JOIN pg_class AS part ON part.oid = link.inhrelid
LEFT JOIN pg_class AS named ON named.relnamespace = part.relnamespace AND named.relname = part.relname || '_series'
LEFT JOIN pg_index AS built ON built.indexrelid = named.oid
WHERE link.inhparent = 'market.nav'::regclass AND part.relname ~ '^nav_y[0-9]{4}$' ORDER BY 1
"""

# One row for all: a message and an object for each value cost more than reading them from the index.
_TOLD: LiteralString = """
SELECT array_agg(nav_date - date '1970-01-01'), string_agg(trim_scale(nav)::text, ' '), array_agg(payload_id),
       EXISTS (SELECT FROM etl.nav_recorded WHERE scheme_code = %s AND nav_date BETWEEN %s AND %s)
FROM ("""

_SPAN: LiteralString = """
SELECT nav_date, nav, payload_id FROM market.nav
WHERE scheme_code = %s AND nav_date BETWEEN %s AND %s
"""

_LOOKS: LiteralString = """
SELECT nav_date, nav, payload_id FROM market.nav
WHERE scheme_code = %s AND nav_date = ANY (%s) AND nav_date BETWEEN %s AND %s
"""

_RECORDED: LiteralString = """
SELECT nav_date, payload_id, recorded_at FROM etl.nav_recorded
WHERE scheme_code = %s AND nav_date BETWEEN %s AND %s
"""

_EPOCH = date(1970, 1, 1).toordinal()

_Told = tuple["list[int] | None", "str | None", "list[int] | None", bool]


def series(connection: Connection, scheme_code: str, first: date, last: date) -> list[NavValue]:
    """Return a scheme's NAVs from the first day to the last, both included, by day, as last published."""
    query, values = _asked(connection, scheme_code, first, last)
    row = connection.cursor(binary=True).execute(query, values).fetchone()
    days, navs, payload_ids, has_recorded = cast("_Told", row)
    if days is None or navs is None or payload_ids is None:
        return []
    told = sorted(zip(days, navs.split(" "), payload_ids, strict=True))
    found = established(connection, [(date.fromordinal(_EPOCH + day), Decimal(nav), one) for day, nav, one in told])
    if not has_recorded:
        return found
    earlier = {
        (day, payload_id): recorded_at
        for day, payload_id, recorded_at in cast(
            "list[tuple[date, int, datetime]]", connection.execute(_RECORDED, (scheme_code, first, last)).fetchall()
        )
    }
    return [
        value._replace(recorded_at=earlier.get((value.nav_date, payload_id), value.recorded_at))
        for value, (_, _, payload_id) in zip(found, told, strict=True)
    ]


def _asked(connection: Connection, scheme_code: str, first: date, last: date) -> tuple[LiteralString, list[object]]:
    """Return the statement with its parameters: a part for neighbouring years that are read in the same way."""
    parts: list[LiteralString] = []
    values: list[object] = [scheme_code, first, last]
    for is_open, begin, end in _spans(_open_years(connection), first, last):
        if is_open:
            parts.append(_LOOKS)
            days = [begin + timedelta(days=after) for after in range((end - begin).days + 1)]
            values += [scheme_code, days, begin, end]
        else:
            parts.append(_SPAN)
            values += [scheme_code, begin, end]
    return _TOLD + "UNION ALL".join(parts) + ") AS told", values


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
