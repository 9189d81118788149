"""The newest NAVs of many schemes, those that are missing, and a whole day as it was known at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from loaders.database import Connection

_LATEST = """
SELECT latest.scheme_code, coalesce(scheme.long_name, scheme.base_name) AS name, scheme.plan, scheme.option,
       latest.nav_date, latest.nav, latest.payload_id
FROM market.nav_latest AS latest
JOIN market.scheme AS scheme USING (scheme_code)
WHERE latest.scheme_code > %(after)s AND scheme.vanished_at IS NULL
  AND (%(category)s::text[] IS NULL
       OR concat_ws(' ', scheme.category, replace(scheme.asset_class, '_', ' '), replace(scheme.sub_category, '_', ' '))
          ILIKE ALL (%(category)s))
  AND (%(amc)s::text[] IS NULL OR scheme.amc ILIKE ALL (%(amc)s))
ORDER BY latest.scheme_code LIMIT %(limit)s
"""

_MISSING = """
SELECT due.scheme_code, coalesce(scheme.long_name, scheme.base_name) AS name, scheme.plan, scheme.option,
       latest.nav_date, latest.nav, latest.payload_id
FROM etl.due_schemes_at(%(at)s, %(day)s) AS due
JOIN market.scheme AS scheme USING (scheme_code)
LEFT JOIN market.nav_latest AS latest USING (scheme_code)
WHERE due.scheme_code > %(after)s
  AND NOT EXISTS (SELECT FROM market.nav AS there
                  WHERE there.scheme_code = due.scheme_code
                    AND there.nav_date BETWEEN %(day)s AND (%(at)s AT TIME ZONE 'Asia/Kolkata')::date)
  AND (%(category)s::text[] IS NULL
       OR concat_ws(' ', scheme.category, replace(scheme.asset_class, '_', ' '), replace(scheme.sub_category, '_', ' '))
          ILIKE ALL (%(category)s))
  AND (%(amc)s::text[] IS NULL OR scheme.amc ILIKE ALL (%(amc)s))
ORDER BY due.scheme_code LIMIT %(limit)s
"""

_DUE = "SELECT etl.due_content('amfi.latest', %s)"

_DAY = """
WITH said AS (
    SELECT scheme_code, nav, payload_id FROM market.nav WHERE nav_date = %(day)s
    UNION ALL
    SELECT scheme_code, nav, payload_id FROM market.nav_revision WHERE nav_date = %(day)s
    UNION ALL
    SELECT scheme_code, NULL, superseded_by FROM market.nav_revision WHERE nav_date = %(day)s
),
placed AS (
    SELECT said.scheme_code, said.nav, payload.payload_id, payload.fetched_at, payload.feed, payload.sha256
    FROM said
    JOIN etl.payload AS payload USING (payload_id)
    LEFT JOIN etl.nav_recorded AS earlier
        ON (earlier.nav_date, earlier.scheme_code, earlier.payload_id) = (%(day)s, said.scheme_code, said.payload_id)
    WHERE payload.fetched_at <= %(at)s AND coalesce(earlier.recorded_at, payload.recorded_at) <= %(at)s
)
SELECT scheme_code, trim_scale(nav) AS nav, payload_id
FROM (
    SELECT DISTINCT ON (scheme_code) scheme_code, nav, payload_id FROM placed
    -- Of one payload a value goes before the end of the one that it replaced.
    ORDER BY scheme_code, fetched_at DESC, feed DESC, sha256 DESC, nav IS NULL
) AS chosen
WHERE nav IS NOT NULL
ORDER BY scheme_code
"""


@dataclass(frozen=True, slots=True)
class LatestNav:
    """A scheme's newest NAV, in ₹; None where it has none."""

    scheme_code: str
    name: str | None
    plan: str | None
    option: str | None
    nav_date: date | None
    nav: Decimal | None
    payload_id: int | None


@dataclass(frozen=True, slots=True)
class KnownNav:
    """A scheme's NAV of a day as it was known, in ₹."""

    scheme_code: str
    nav: Decimal
    payload_id: int


@dataclass(frozen=True, slots=True)
class Among:
    """Which schemes are asked for: words of the category and of the fund house, and after which code."""

    category: tuple[str, ...] = ()
    amc: tuple[str, ...] = ()
    after: str = ""

    def asked(self, limit: int) -> dict[str, object]:
        """Return the parameters of the queries."""
        return {
            "category": _patterns(self.category),
            "amc": _patterns(self.amc),
            "after": self.after,
            "limit": limit,
        }


def latest(connection: Connection, among: Among, limit: int) -> list[LatestNav]:
    """Return the newest NAVs of listed schemes, by code."""
    return fetch(connection, LatestNav, _LATEST, among.asked(limit))


def missing(connection: Connection, among: Among, limit: int, day: date, at: datetime) -> list[LatestNav]:
    """Return the schemes whose NAV of a day, or of a later one, is due by a time and not there, by code.

    Those that are due are the ones by which freshness is judged (`etl.due_schemes_at`).
    """
    return fetch(connection, LatestNav, _MISSING, {**among.asked(limit), "day": day, "at": at})


def due_day(connection: Connection, at: datetime) -> date | None:
    """Return the newest day whose NAVs are due by a time."""
    row = connection.execute(_DUE, (at,)).fetchone()
    return row[0] if row else None  # type: ignore[return-value]


def day_as_of(connection: Connection, day: date, at: datetime) -> list[KnownNav]:
    """Return the NAVs of a day, of all schemes, as they were known at a time: no look-ahead."""
    return fetch(connection, KnownNav, _DAY, {"day": day, "at": at})


def _patterns(words: tuple[str, ...]) -> list[str] | None:
    escaped = [word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]
    return [f"%{word}%" for word in escaped] or None
