"""Public issues: as they are known, or were known at a time; their lives, bids, premiums, and who says so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString

from munim.core.errors import RequestWrong
from munim.readers.ipo_records import Bids, Doubt, FirstDay, FirstPrice, Issue, Listing, Premium, SourceId
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

_NAMED = """
SELECT DISTINCT ipo_id FROM market.ipo_source
WHERE source || ':' || source_id = %(key)s OR upper(%(key)s) IN (symbol, isin)
   OR %(key)s IN (ipo_id::text, own_ipo_id::text)
"""

_BY_WORDS = """
SELECT DISTINCT ipo_id FROM market.ipo_source WHERE company ILIKE ALL (%(patterns)s::text[])
"""

_SOURCES = """
SELECT source || ':' || source_id AS source_id, company, joined_by, trim_scale(score) AS score, joined_to,
       fetched_at AS known_from
FROM market.ipo_source AS named
JOIN etl.payload AS payload USING (payload_id)
WHERE ipo_id = %(issue)s
ORDER BY fetched_at, 1
"""

_TOLD: LiteralString = """
WITH said AS (
    SELECT source, source_id, as_of, as_of_from, gmp_inr, price, estimated_gain_pct, first_price, unofficial,
           payload_id, recorded_at, NULL::integer AS superseded_by
    FROM market.ipo_gmp
    UNION ALL
    SELECT source, source_id, as_of, as_of_from, gmp_inr, price, estimated_gain_pct, first_price, unofficial,
           payload_id, recorded_at, superseded_by
    FROM market.ipo_gmp_revision
    WHERE %(at)s::timestamptz < 'infinity'
),
premium AS (
    SELECT said.*, payload.fetched_at, payload.feed, payload.url, payload.sha256
    FROM said
    JOIN market.ipo_source AS named USING (source, source_id)
    JOIN etl.payload AS payload ON payload.payload_id = said.payload_id
    LEFT JOIN etl.payload AS ending ON ending.payload_id = said.superseded_by
    WHERE named.ipo_id = %(issue)s
      AND payload.fetched_at <= %(at)s AND (%(source_time)s OR said.recorded_at <= %(at)s)
      AND (ending.payload_id IS NULL OR ending.fetched_at > %(at)s
           OR (NOT %(source_time)s AND ending.recorded_at > %(at)s))
)
"""
"""Premiums for an issue as they were known at a time."""

_PREMIUMS = f"""
{_TOLD}
SELECT source, as_of, as_of_from, trim_scale(gmp_inr) AS gmp_inr, trim_scale(price) AS price,
       trim_scale(estimated_gain_pct) AS estimated_gain_pct, unofficial, fetched_at AS known_from, feed, url, sha256
FROM premium
ORDER BY as_of, source
"""  # noqa: S608 - a constant

_FIRST_PRICE = f"""
{_TOLD}
SELECT trim_scale(first_price) AS open_inr, feed, sha256
FROM premium WHERE first_price IS NOT NULL
ORDER BY as_of DESC, source LIMIT 1
"""  # noqa: S608 - a constant

_DOUBTFUL = """
SELECT doubt.source || ':' || doubt.source_id AS one, mine.company AS company, mine.open_date,
       doubt.other_source || ':' || doubt.other_source_id AS other, theirs.company AS other_company,
       theirs.open_date AS other_open_date, trim_scale(doubt.score) AS score
FROM market.ipo_doubtful AS doubt
JOIN market.ipo_source AS mine USING (source, source_id)
JOIN market.ipo_source AS theirs
    ON (theirs.source, theirs.source_id) = (doubt.other_source, doubt.other_source_id)
ORDER BY doubt.score DESC, 1, 4
"""


def issues(
    connection: Connection,
    *,
    status: str | None = None,
    kind: str | None = "ipo",
    at: datetime | None = None,
    source_time: bool = False,
) -> list[Issue]:
    """Return the issues of a status and a kind (None: of any), those that open last first.

    `at` asks for what was known here then, with no look-ahead; `source_time` goes by when the sources told it.
    """
    found = [
        one
        for one in _states(connection, None, at, source_time=source_time)
        if status in {None, one.status} and kind in {None, one.security_kind}
    ]
    return sorted(found, key=lambda one: (one.open_date or date.max, one.company or "", one.ipo_id), reverse=True)


def find_issue(connection: Connection, key: str, at: datetime | None = None, *, source_time: bool = False) -> Issue:
    """Return the issue of a symbol, an ISIN, a number, SOURCE:ID, or words of the company's name.

    Of several issues under one symbol the only IPO. Raises `RequestWrong` when there is none, or none was known then,
    and for several: then it names them.
    """
    numbers = _numbers(connection, key.strip())
    if not numbers:
        raise RequestWrong(f"no issue is known by {key!r}", advice="see `munim ipo list --kind all`")
    found = _states(connection, numbers, at, source_time=source_time)
    if not found:
        raise RequestWrong(f"nothing was known of {key!r} at {at}", advice="ask for a later time")
    ipos = [one for one in found if one.security_kind == "ipo"]
    if len(found) > 1 and len(ipos) != 1:
        several = "; ".join(f"{one.ipo_id} {one.company} ({one.security_kind}, {one.open_date})" for one in found)
        raise RequestWrong(f"{key!r} is {several}", advice="ask by number")
    return ipos[0] if ipos else found[0]


def named_issues(
    connection: Connection, key: str, at: datetime | None = None, *, source_time: bool = False
) -> list[Issue]:
    """Return all issues that `find_issue` would look at: of a symbol, an ISIN, a number, SOURCE:ID, or words."""
    numbers = _numbers(connection, key.strip())
    return _states(connection, numbers, at, source_time=source_time) if numbers else []


def life(connection: Connection, ipo_id: int, at: datetime | None = None, *, source_time: bool = False) -> list[Issue]:
    """Return an issue's states that were known at a time, oldest first."""
    return _states(connection, [ipo_id], at, source_time=source_time, every=True)


def bids(connection: Connection, ipo_id: int, at: datetime | None = None, *, source_time: bool = False) -> list[Bids]:
    """Return the bids for an issue, by book, time and category."""
    asked = {"issue": ipo_id, "at": at or "infinity", "source_time": source_time}
    return fetch(connection, Bids, _sql("ipo_bids.sql"), asked)


def premiums(
    connection: Connection, ipo_id: int, at: datetime | None = None, *, source_time: bool = False
) -> list[Premium]:
    """Return the grey market's premiums for an issue, oldest first: unofficial."""
    return fetch(connection, Premium, _PREMIUMS, {"issue": ipo_id, "at": at or "infinity", "source_time": source_time})


def source_ids(connection: Connection, ipo_id: int) -> list[SourceId]:
    """Return the sources' ids that are an issue, as of today, the one that was known first first."""
    return fetch(connection, SourceId, _SOURCES, {"issue": ipo_id})


def listing(
    connection: Connection, issue: Issue, at: datetime | None = None, *, source_time: bool = False
) -> Listing | None:
    """Return what came of an issue, by what was known at a time; None while it is not listed.

    `issue` is its state at that time. As `market.ipo_listing`, which is as of now.
    """
    if issue.status != "listed":
        return None
    asked = {
        "day": issue.listing_date, "isin": issue.isin, "symbol": issue.symbol, "scrip": issue.bse_scrip_code,
        "at": at or "infinity", "source_time": source_time, "issue": issue.ipo_id,
    }  # fmt: skip
    day = next(iter(fetch(connection, FirstDay, _sql("ipo_first_day.sql"), asked)), None)
    fixed = issue.price_band_high if issue.price_band_low == issue.price_band_high else None
    price = issue.final_price or fixed
    told = "final_price" if issue.final_price else "fixed_price" if fixed else None
    found = Listing(issue.ipo_id, issue.listing_date, price, told, None, None, None, None, None, None, "source")
    if day is None:
        first = next(iter(fetch(connection, FirstPrice, _FIRST_PRICE, asked)), None)
        if first is None:
            return found
        return replace(found, open_inr=first.open_inr, price_feed=first.feed, price_sha256=first.sha256)
    gain = None if not price else ((day.close_inr - price) * 100 / price).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return replace(
        found, exchange=day.exchange, open_inr=day.open_inr, high_inr=day.high_inr, low_inr=day.low_inr,
        close_inr=day.close_inr, gain_pct=gain, from_source="equity", price_feed=day.feed, price_sha256=day.sha256,
    )  # fmt: skip


def doubtful(connection: Connection) -> list[Doubt]:
    """Return the pairs of ids that may be one issue, the surest first: for a person to link or unlink."""
    return fetch(connection, Doubt, _DOUBTFUL)


def check_known(connection: Connection, source_id: str) -> None:
    """Raise `RequestWrong` for an id (SOURCE:ID) that no source has given."""
    row = connection.execute(
        "SELECT FROM market.ipo_source WHERE source || ':' || source_id = %s", (source_id,)
    ).fetchone()
    if row is None:
        raise RequestWrong(f"no source has given {source_id}", advice="`munim ipo show` lists an issue's ids")


def _states(
    connection: Connection, numbers: list[int] | None, at: datetime | None, *, source_time: bool, every: bool = False
) -> list[Issue]:
    asked = {"issues": numbers, "at": at or "infinity", "source_time": source_time, "every": every}
    return fetch(connection, Issue, _sql("ipo_states.sql"), asked)


def _numbers(connection: Connection, key: str) -> list[int]:
    found = connection.execute(_NAMED, {"key": key}).fetchall()
    if not found:
        escaped = (re.sub(r"([\\%_])", r"\\\1", word) for word in key.split())
        patterns = [f"%{word}%" for word in escaped]
        found = connection.execute(_BY_WORDS, {"patterns": patterns}).fetchall() if patterns else []
    return sorted(int(str(row[0])) for row in found)


@cache
def _sql(name: str) -> LiteralString:
    return files("munim.readers").joinpath(name).read_text(encoding="utf-8")
