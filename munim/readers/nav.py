"""NAVs of a scheme: as last published, or as they were known at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from loaders.database import Connection

_SERIES = """
SELECT nav_date, trim_scale(nav) AS nav, known_from, recorded_at, reconstructed, feed, url, sha256
FROM agent.nav
WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s
ORDER BY nav_date
"""


_ON = """
SELECT nav_date, trim_scale(nav) AS nav, known_from, recorded_at, reconstructed, feed, url, sha256
FROM agent.nav
WHERE scheme_code = %(code)s AND nav_date = ANY (%(days)s)
ORDER BY nav_date
"""

MOST_DAYS = 3_000
"""Up to so many days a look for each is cheaper than reading all that the index has between them."""


@dataclass(frozen=True)
class NavValue:
    """The NAV of a day, in ₹ and exact, with when it was known and where it came from.

    `known_from` is when the source first told it, `recorded_at` when it could first be read here; `reconstructed`
    says that it was fetched more than a week after its day, so that nobody knew it then.
    """

    nav_date: date
    nav: Decimal
    known_from: datetime
    recorded_at: datetime
    reconstructed: bool
    feed: str
    url: str
    sha256: str


def series(connection: Connection, scheme_code: str, first: date = date.min, last: date = date.max) -> list[NavValue]:
    """Return a scheme's NAVs from the first day to the last, both included, as last published."""
    return fetch(connection, NavValue, _SERIES, {"code": scheme_code, "first": first, "last": last})


def series_on(connection: Connection, scheme_code: str, first: date, last: date) -> list[NavValue]:
    """Return what `series` does, by a look for each day: the key begins with the day, and a scheme has one row of it.

    Where the days are many, as `series`.
    """
    count = (last - first).days + 1
    if count > MOST_DAYS:
        return series(connection, scheme_code, first, last)
    days = [first + timedelta(days=back) for back in range(count)]
    return fetch(connection, NavValue, _ON, {"code": scheme_code, "days": days})


def series_as_of(
    connection: Connection,
    scheme_code: str,
    at: datetime,
    days: tuple[date, date] = (date.min, date.max),
    *,
    source_time: bool = False,
    include_reconstructed: bool = False,
) -> list[NavValue]:
    """Return a scheme's NAVs from the first day to the last as they were known at a time: no look-ahead.

    Known is what the source had told, and this database had recorded, by then; `source_time` asks for the first
    alone. A value that had been withdrawn by then is left out. `include_reconstructed` adds, for days that were over
    by then and of which nothing was known, the first value that was fetched long after its day.
    """
    asked = {
        "code": scheme_code,
        "first": days[0],
        "last": days[1],
        "at": at,
        "source_time": source_time,
        "include_reconstructed": include_reconstructed,
    }
    return fetch(connection, NavValue, _as_of(), asked)


@cache
def _as_of() -> LiteralString:
    return files("munim.readers").joinpath("nav_as_of.sql").read_text(encoding="utf-8")
