"""Mutual-fund schemes: by code, by ISIN, by words of their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

from munim.core.errors import RequestWrong
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loaders.database import Connection

ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")

_CELLS: LiteralString = """
scheme_code, coalesce(long_name, base_name) AS name, long_name, base_name, amc, category, structure,
       asset_class, sub_category, plan, plan_class, option, payout_frequency, isin_payout_or_growth,
       isin_reinvestment, conflict, first_seen_at, last_seen_at, vanished_at
"""

_COLUMNS: LiteralString = f"SELECT {_CELLS} FROM market.scheme\n"  # noqa: S608 - a constant

_AS_OF: LiteralString = f"""
WITH said AS (
    SELECT {_CELLS}, recorded_no FROM etl.scheme_recorded WHERE recorded_at <= %(at)s
),
known AS (
    SELECT DISTINCT ON (scheme_code) * FROM said
    WHERE scheme_code IN (SELECT scheme_code FROM said
                          WHERE %(key)s IN (scheme_code, isin_payout_or_growth, isin_reinvestment))
    ORDER BY scheme_code, recorded_no DESC
)
SELECT {_CELLS} FROM known
WHERE %(key)s IN (scheme_code, isin_payout_or_growth, isin_reinvestment)
   -- An ISIN that none had any more is of whoever had it.
   OR NOT EXISTS (SELECT FROM known AS now_known
                  WHERE %(key)s IN (isin_payout_or_growth, isin_reinvestment))
ORDER BY scheme_code
"""  # noqa: S608 - a constant

_BY_CODE = _COLUMNS + "WHERE scheme_code = %(key)s"

_BY_ISIN = _COLUMNS + "WHERE %(key)s IN (isin_payout_or_growth, isin_reinvestment) ORDER BY scheme_code"

_BY_FORMER_ISIN = (
    _COLUMNS  # noqa: S608 - both parts stand here
    + """
WHERE scheme_code IN (SELECT scheme_code FROM market.scheme_revision
                      WHERE %(key)s IN (isin_payout_or_growth, isin_reinvestment))
ORDER BY scheme_code
"""
)

_BY_WORDS = (
    _COLUMNS
    + """
WHERE concat_ws(' ', long_name, base_name, amc) ILIKE ALL (%(patterns)s::text[])
ORDER BY vanished_at IS NOT NULL, coalesce(long_name, base_name), scheme_code LIMIT %(limit)s
"""
)


@dataclass(frozen=True)
class Scheme:
    """A scheme as `market.scheme` comments it; `name` is the long name, or the base name where there is no long one."""

    scheme_code: str
    name: str | None
    long_name: str | None
    base_name: str | None
    amc: str | None
    category: str | None
    structure: str | None
    asset_class: str | None
    sub_category: str | None
    plan: str | None
    plan_class: str | None
    option: str | None
    payout_frequency: str | None
    isin_payout_or_growth: str | None
    isin_reinvestment: str | None
    conflict: bool
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    vanished_at: datetime | None


def find_scheme(connection: Connection, key: str) -> Scheme:
    """Return the scheme of a code or an ISIN, in either ISIN column; an ISIN that none has now, of whoever had it.

    Raises `RequestWrong` when there is none, and when an ISIN is shared: then it names the schemes.
    """
    found = schemes_of(connection, key)
    if not found:
        raise RequestWrong(f"no scheme has the code or ISIN {key!r}", advice="look it up: `munim scheme show WORDS`")
    if len(found) > 1:
        candidates = "; ".join(f"{one.scheme_code} {one.name or 'without a name'}" for one in found)
        raise RequestWrong(f"the ISIN {key} is shared by {candidates}", advice="ask by code")
    return found[0]


def schemes_of(connection: Connection, key: str, at: datetime | None = None) -> list[Scheme]:
    """Return the schemes of a code or an ISIN: none, one, or for a shared ISIN several; as known at a time, or now."""
    isin = key.strip().upper()
    if at is not None:
        key = isin if ISIN.fullmatch(isin) else key.strip()
        return fetch(connection, Scheme, _AS_OF, {"key": key, "at": at})
    if not ISIN.fullmatch(isin):
        return fetch(connection, Scheme, _BY_CODE, {"key": key.strip()})
    now = fetch(connection, Scheme, _BY_ISIN, {"key": isin})
    return now or fetch(connection, Scheme, _BY_FORMER_ISIN, {"key": isin})


def search_schemes(connection: Connection, words: Sequence[str], limit: int) -> list[Scheme]:
    """Return schemes that have all the words in their names or their AMC's; listed ones first."""
    escaped = (re.sub(r"([\\%_])", r"\\\1", word) for word in words)
    return fetch(connection, Scheme, _BY_WORDS, {"patterns": [f"%{word}%" for word in escaped], "limit": limit})
