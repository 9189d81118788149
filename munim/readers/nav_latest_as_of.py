"""The newest NAVs of many schemes as they were known at a time: by what the schemes were called then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from munim.core.clock import ist_date
from munim.readers.nav_latest import Among, LatestNav

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from loaders.database import Connection

_LISTED = """
WITH known AS (
    SELECT DISTINCT ON (scheme_code) *
    FROM etl.scheme_recorded
    WHERE scheme_code > %(after)s AND recorded_at <= %(at)s
    ORDER BY scheme_code, recorded_no DESC
)
SELECT scheme_code, coalesce(long_name, base_name) AS name, plan, option
FROM known
WHERE vanished_at IS NULL
  AND (%(category)s::text[] IS NULL
       OR concat_ws(' ', category, replace(asset_class, '_', ' '), replace(sub_category, '_', ' '))
          ILIKE ALL (%(category)s))
  AND (%(amc)s::text[] IS NULL OR amc ILIKE ALL (%(amc)s))
ORDER BY scheme_code LIMIT %(limit)s
"""

_NEWEST = """
SELECT wanted.scheme_code, newest.nav_date, newest.nav, payload.payload_id
FROM unnest(%(codes)s::text[]) AS wanted (scheme_code)
CROSS JOIN LATERAL (
    SELECT * FROM agent.nav_series_as_of(wanted.scheme_code, %(first)s, 'infinity', %(at)s)
    ORDER BY nav_date DESC LIMIT 1
) AS newest
JOIN etl.payload AS payload
    ON (payload.feed, payload.fetched_at, payload.sha256) = (newest.feed, newest.known_from, newest.sha256)
"""

NEAR_DAYS = 45
"""The newest NAV is mostly of these days before the time: all others are looked through for few schemes alone."""

_Newest = tuple[str, "date", "Decimal", int]


def latest_as_of(connection: Connection, among: Among, limit: int, at: datetime) -> list[LatestNav]:
    """Return the newest NAVs that were known at a time, of the schemes that were listed then, by code."""
    asked, found = {**among.asked(limit), "at": at}, list[LatestNav]()
    while len(found) < limit:
        listed = connection.execute(_LISTED, asked).fetchall()
        newest = _newest(connection, [str(row[0]) for row in listed], at)
        for code, name, plan, option in listed:
            last = newest.get(str(code))
            if last is not None:
                found.append(LatestNav(str(code), name, plan, option, *last[1:]))  # type: ignore[arg-type]
        if len(listed) < limit:
            break
        asked["after"] = listed[-1][0]
    return found[:limit]


def _newest(connection: Connection, codes: list[str], at: datetime) -> dict[str, _Newest]:
    found: dict[str, _Newest] = {}
    for first in (ist_date(at) - timedelta(days=NEAR_DAYS), date.min):
        left = [code for code in codes if code not in found]
        if left:
            rows = connection.execute(_NEWEST, {"codes": left, "first": first, "at": at}).fetchall()
            found |= {row[0]: row for row in cast("list[_Newest]", rows)}
    return found
