"""The NAV of a day with when it was known, and the payloads that it came from, each read once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from munim.core.clock import IST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from loaders.database import Connection

KNOWN_FOR_DAYS = 8
"""What was fetched after the midnight (IST) that is so many days after its own day's was not known then."""

_PAYLOADS = """
SELECT payload_id, fetched_at, recorded_at, feed, url, sha256 FROM etl.payload WHERE payload_id = ANY (%s)
"""


_Payload = tuple[int, datetime, datetime, str, str, str]


class NavValue(NamedTuple):
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


def established(connection: Connection, navs: Sequence[tuple[date, Decimal, int]]) -> list[NavValue]:
    """Return NAVs of days with the payloads that established them; each of those is read once."""
    numbers = sorted({payload_id for _, _, payload_id in navs})
    # Nothing of these changes once a payload is loaded.
    rows = cast("list[_Payload]", connection.execute(_PAYLOADS, (numbers,)).fetchall())
    known = {row[0]: (*row[1:], late_until(row[1])) for row in rows}
    # Without a call of Python's for each of what may be thousands.
    make = partial(tuple.__new__, NavValue)
    return [
        make((day, nav, fetched_at, recorded_at, day <= late, feed, url, sha256))
        for day, nav, payload_id in navs
        for fetched_at, recorded_at, feed, url, sha256, late in (known[payload_id],)
    ]


def late_until(fetched_at: datetime) -> date:
    """Return the last day of which what was fetched then counts as reconstructed: `agent.nav` says it row by row."""
    before = fetched_at - timedelta(microseconds=1)
    return before.astimezone(IST).date() - timedelta(days=KNOWN_FOR_DAYS)
