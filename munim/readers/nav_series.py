"""A scheme's NAVs of years: in one statement, by the index of each closed year and by a look a day in the others."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, LiteralString, cast
from weakref import WeakKeyDictionary

from munim.core.collecting import collector_rests
from munim.readers.exact import dates
from munim.readers.nav_value import NavValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loaders.database import Connection

_YEARS = """
SELECT right(part.relname, 4)::int, coalesce(built.indisvalid, false)
FROM pg_inherits AS link
JOIN pg_class AS part ON part.oid = link.inhrelid
LEFT JOIN pg_class AS named ON named.relnamespace = part.relnamespace AND named.relname = part.relname || '_series'
LEFT JOIN pg_index AS built ON built.indexrelid = named.oid
WHERE link.inhparent = 'market.nav'::regclass AND part.relname ~ '^nav_y[0-9]{4}$'
  -- A role that may read market.nav may yet have no right on a year by its name: such a one is read through market.nav.
  AND has_table_privilege(part.oid, 'SELECT')
ORDER BY 1
"""

# A row for each payload: a message and an object for each NAV cost more than reading it.
_TOLD = """
SELECT told.days, told.navs, payload.payload_id, payload.fetched_at, payload.recorded_at,
       -- Up to this day what it says was fetched more than a week after its day: as agent.nav has it.
       ((payload.fetched_at - interval '1 microsecond') AT TIME ZONE 'Asia/Kolkata')::date - 8 - date '1970-01-01',
       payload.feed, payload.url, payload.sha256,
       EXISTS (SELECT FROM etl.nav_recorded WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s)
FROM (
    SELECT payload_id, array_agg(nav_date - date '1970-01-01') AS days,
           string_agg(trim_scale(nav)::text, ' ') AS navs
    FROM ({parts}) AS said GROUP BY payload_id
) AS told
JOIN etl.payload USING (payload_id)
ORDER BY told.days[1]
"""

_COVERED = """
SELECT nav_date, nav, payload_id FROM market.nav_y{year}
WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s
"""

_OPEN = """
SELECT nav_date, nav, payload_id FROM market.nav_y{year}
WHERE scheme_code = %(code)s AND nav_date = ANY (ARRAY(
    SELECT greatest(%(first)s, date '{year}-01-01') + after
    FROM generate_series(0, least(%(last)s, date '{year}-12-31') - greatest(%(first)s, date '{year}-01-01')) AS after))
"""

_UNKNOWN = """
SELECT nav_date, nav, payload_id FROM market.nav
WHERE scheme_code = %(code)s AND nav_date BETWEEN greatest(%(first)s, date '{first}') AND least(%(last)s, date '{last}')
"""

_RECORDED: LiteralString = """
SELECT nav_date - date '1970-01-01', payload_id, recorded_at FROM etl.nav_recorded
WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s
"""

_Told = tuple[list[int], str, int, datetime, datetime, int, str, str, str, bool]


def series(connection: Connection, scheme_code: str, first: date, last: date) -> list[NavValue]:
    """Return a scheme's NAVs from the first day to the last, both included, by day, as last published."""
    if last < first:
        return []
    query = _query(_years(connection), first.year, last.year)
    asked = {"code": scheme_code, "first": first, "last": last}
    told = cast("list[_Told]", connection.cursor(binary=True).execute(query, asked).fetchall())
    if told and told[0][-1]:
        told = _recorded_earlier(connection, told, asked)
    make, values = partial(tuple.__new__, NavValue), list[NavValue]()
    with collector_rests():
        # Without a call of Python's for each of what may be thousands.
        for days, navs, _, fetched_at, recorded_at, late, feed, url, sha256, _ in told:
            values += map(
                make,
                zip(
                    map(dates.__getitem__, days), map(Decimal, navs.split(" ")), repeat(fetched_at),
                    repeat(recorded_at), map(late.__ge__, days), repeat(feed), repeat(url), repeat(sha256),
                    strict=False,
                ),
            )  # fmt: skip
        values.sort(key=itemgetter(0))
    return values


def _recorded_earlier(connection: Connection, told: Sequence[_Told], asked: Mapping[str, object]) -> list[_Told]:
    """Cut out the days whose value could first be read at another time than when their payload was loaded."""
    rows = cast("list[tuple[int, int, datetime]]", connection.execute(_RECORDED, asked).fetchall())
    recorded = {(day, payload_id): at for day, payload_id, at in rows}
    cut: list[_Told] = []
    for days, navs, payload_id, fetched_at, recorded_at, *more in told:
        for day, nav in zip(days, navs.split(" "), strict=True):
            at = recorded.get((day, payload_id), recorded_at)
            cut.append(([day], nav, payload_id, fetched_at, at, *more))  # type: ignore[arg-type]
    return cut


@lru_cache(maxsize=512)
def _query(years: tuple[tuple[int, bool], ...], first: int, last: int) -> bytes:
    """Return the statement: each year of the range that is known is read by its name, so that its plan is kept.

    The server would plan anew each time for a table of many partitions: that costs as much as to read them. Of years
    that are not known to be there, any may be by now.
    """
    parts, begin = [], first
    for year, is_covered in years:
        if not first <= year <= last:
            continue
        if begin < year:
            parts.append(_UNKNOWN.format(first=date(begin, 1, 1), last=date(year - 1, 12, 31)))
        parts.append((_COVERED if is_covered else _OPEN).format(year=f"{year:04d}"))
        begin = year + 1
    if begin <= last:
        parts.append(_UNKNOWN.format(first=date(begin, 1, 1), last=date(last, 12, 31)))
    return _TOLD.format(parts="UNION ALL".join(parts)).encode()


def _years(connection: Connection) -> tuple[tuple[int, bool], ...]:
    """Return the years that have a partition, in order, each with whether it has the index of closed ones.

    Where the newest alone has none this is remembered for as long as the connection: no year goes away, and one that
    gets the index later is read a little slower than it could be.
    """
    years = _remembered.get(connection)
    if years is None:
        years = tuple(cast("list[tuple[int, bool]]", connection.execute(_YEARS).fetchall()))
        if all(is_covered for _, is_covered in years[:-1]):
            _remembered[connection] = years
    return years


_remembered: WeakKeyDictionary[Connection, tuple[tuple[int, bool], ...]] = WeakKeyDictionary()
