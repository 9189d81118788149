"""The newest NAVs of many schemes, and those that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from munim.readers import nav_newest
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from loaders.database import Connection

_LISTED = """
SELECT scheme_code, coalesce(long_name, base_name) AS name, plan, option
FROM market.scheme
WHERE scheme_code > %(after)s AND vanished_at IS NULL
  AND (%(category)s::text[] IS NULL
       OR concat_ws(' ', category, replace(asset_class, '_', ' '), replace(sub_category, '_', ' '))
          ILIKE ALL (%(category)s))
  AND (%(amc)s::text[] IS NULL OR amc ILIKE ALL (%(amc)s))
ORDER BY scheme_code LIMIT %(limit)s
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


_Listed = tuple[str, "str | None", "str | None", "str | None"]


class LatestNav(NamedTuple):
    """A scheme's newest NAV, in ₹; None where it has none."""

    scheme_code: str
    name: str | None
    plan: str | None
    option: str | None
    nav_date: date | None
    nav: Decimal | None
    payload_id: int | None


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
    newest = nav_newest.newest(connection)
    asked, found = among.asked(limit), list[LatestNav]()
    while len(found) < limit:
        listed = cast("list[_Listed]", connection.execute(_LISTED, asked).fetchall())
        for code, name, plan, option in listed:
            last = newest.of(code)
            if last is not None:
                found.append(LatestNav(code, name, plan, option, *last[1:]))
        if len(listed) < limit:
            break
        # Some that are listed have no NAV: further ones stand in for them.
        asked["after"] = listed[-1][0]
    return found[:limit]


def missing(connection: Connection, among: Among, limit: int, day: date, at: datetime) -> list[LatestNav]:
    """Return the schemes whose NAV of a day, or of a later one, is due by a time and not there, by code.

    Those that are due are the ones by which freshness is judged (`etl.due_schemes_at`).
    """
    return fetch(connection, LatestNav, _MISSING, {**among.asked(limit), "day": day, "at": at})


def due_day(connection: Connection, at: datetime) -> date | None:
    """Return the newest day whose NAVs are due by a time."""
    row = connection.execute(_DUE, (at,)).fetchone()
    return row[0] if row else None  # type: ignore[return-value]


def _patterns(words: tuple[str, ...]) -> list[str] | None:
    escaped = [word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]
    return [f"%{word}%" for word in escaped] or None
