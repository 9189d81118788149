"""The index of a closed year for reading one scheme's NAVs: made when its loads are over, never by one.

The key of market.nav begins with the day: a day's file then touches one place of it, and a scheme's NAVs of a year lie
in 250. An index that begins with the scheme gives those in one look, and makes a day's load five times dearer; so the
year that is being filled has none. `munim run nav`, `munim ingest nav`, `munim worker --until-empty` and
`munim db migrate` make it at their end, once a year is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from loaders.database import Connection

COVER_LOCK = 7_240_005
"""Advisory lock of those who make these indexes: one at a time, and nobody waits for another."""

WAIT_MS = 5_000
"""How long one index waits for transactions that are older than it: it is made the next time then."""

ROWS_TO_SORT = "256MB"
"""Memory for making one (maintenance_work_mem)."""

_YEARS = """
-- Whole ones alone: an index that a lost connection left half made is not valid.
SELECT right(part.relname, 4)::int AS year, built.indexrelid IS NOT NULL AS is_there, coalesce(built.indisvalid, false)
FROM pg_inherits AS link
JOIN pg_class AS part ON part.oid = link.inhrelid
LEFT JOIN pg_class AS named ON named.relnamespace = part.relnamespace AND named.relname = part.relname || '_series'
LEFT JOIN pg_index AS built ON built.indexrelid = named.oid
WHERE link.inhparent = 'market.nav'::regclass AND part.relname ~ '^nav_y[0-9]{4}$'
ORDER BY year
"""


def cover_closed_years(connection: Connection, this_year: int) -> list[int]:
    """Make the index of each year before this one that has none, and return the years.

    On a connection in autocommit: loads and readers go on meanwhile. Where another does it, or a transaction that is
    still open would have to be waited for, nothing is made, and the next call does it.
    """
    wanted = [(int(str(year)), there) for year, there, valid in connection.execute(_YEARS) if not valid]
    wanted = [(year, there) for year, there in wanted if year < this_year]
    if not wanted or not _given(connection.execute("SELECT pg_try_advisory_lock(%s)", (COVER_LOCK,)).fetchone()):
        return []
    made: list[int] = []
    try:
        connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{WAIT_MS}ms",))
        connection.execute("SELECT set_config('maintenance_work_mem', %s, false)", (ROWS_TO_SORT,))
        for year, there in wanted:
            if there:
                connection.execute(f"DROP INDEX CONCURRENTLY market.nav_y{year:d}_series")
            connection.execute(
                f"CREATE INDEX CONCURRENTLY nav_y{year:d}_series ON market.nav_y{year:d} "
                "(scheme_code, nav_date) INCLUDE (nav, payload_id)"
            )
            # What all can see is read from the index alone.
            connection.execute(f"VACUUM (ANALYZE) market.nav_y{year:d}")
            made.append(year)
    except psycopg.errors.LockNotAvailable:
        return made
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", (COVER_LOCK,))
    return made


def _given(row: tuple[object, ...] | None) -> bool:
    return row is not None and row[0] is True
