"""Partitions of market.nav by year, made as they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.binary_copy import Int32s
    from loaders.database import Connection, Cursor

PARTITION_LOCK = 7_240_002

YEARS_THERE = r"""
SELECT substr(relname, 6)::int FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
WHERE inhparent = 'market.nav'::regclass AND relname ~ '^nav_y\d+$'
"""
"""The years that have a partition, from the catalogue as the question sees it."""

_MISSING = """
-- Read from the catalogue itself: to_regclass goes by what the session remembers, also after another has made it.
SELECT year FROM unnest(%s::int[]) AS year
WHERE NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'market'::regnamespace AND relname = 'nav_y' || year)
"""


def years_of(day: Int32s) -> list[int]:
    """Return the years that days (since 1970-01-01) fall into."""
    return [int(year) + 1970 for year in np.unique(day.astype("datetime64[D]").astype("datetime64[Y]").astype(int))]


def years_missing(day: Int32s, there: Collection[int]) -> list[int]:
    """Return the years that days (since 1970-01-01) fall into and that are not there."""
    if not len(day):
        return []
    ends = years_of(np.array([day.min(), day.max()]))
    return [year for year in range(ends[0], ends[-1] + 1) if year not in there and _is_any_of(year, day)]


def _is_any_of(year: int, day: Int32s) -> bool:
    begins, ends = np.array([f"{year:04d}", f"{year + 1:04d}"], dtype="datetime64[D]").astype(int)
    return bool(((day >= begins) & (day < ends)).any())


def ensure_years(connection: Connection, years: list[int]) -> None:
    """Make the partitions of these years that are missing, in a transaction of its own.

    It goes before the load's transaction, so that others need not wait for that; an empty one harms nobody.
    """
    if years:
        with connection.transaction():
            make_years(connection, years)


def ask_missing(connection: Connection, years: list[int]) -> Cursor:
    """Ask which of these years have no partition; `years_in` reads the answer."""
    return connection.execute(_MISSING, (years,))


def years_in(answer: Cursor) -> list[int]:
    """Return the years of an answer."""
    return [int(str(row[0])) for row in answer.fetchall()]


def make_years(connection: Connection, years: list[int]) -> None:
    """Make the partitions of these years that are missing, in the caller's transaction."""
    if not years_in(ask_missing(connection, years)):
        return
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (PARTITION_LOCK,))
    # Asked again under the lock: another process may have made them meanwhile.
    for year in years_in(ask_missing(connection, years)):
        # Made apart and attached: that neither waits for readers and loads nor keeps them waiting.
        connection.execute(f"CREATE TABLE market.nav_y{year:d} (LIKE market.nav INCLUDING ALL)")
        attach_year(connection, year)


def attach_year(connection: Connection, year: int) -> None:
    """Make a table the partition of its year."""
    connection.execute(
        f"ALTER TABLE market.nav ATTACH PARTITION market.nav_y{year:d} "
        f"FOR VALUES FROM ('{year:04d}-01-01') TO ('{year + 1:04d}-01-01')"
    )
    connection.execute(f"COMMENT ON TABLE market.nav_y{year:d} IS 'NAVs of {year:d}.'")
