"""What stood before a payload's values: for taking them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders import scheme_facts
from loaders.nav_chains import read_chains
from loaders.timeline import known_at

if TYPE_CHECKING:
    from decimal import Decimal

    from loaders.batch import Fact, NavKey
    from loaders.database import Connection
    from loaders.payloads import Placement

_STANDING = """
SELECT nav_date, scheme_code FROM market.nav WHERE payload_id = %s AND nav_date BETWEEN '{first}' AND '{last}'
"""

_WITHDRAWN = """
-- What the payload withdrew, and nothing put back since.
SELECT nav_date, scheme_code FROM market.nav_revision WHERE superseded_by = %s
EXCEPT SELECT nav_date, scheme_code FROM market.nav
EXCEPT SELECT nav_date, scheme_code FROM market.nav_revision WHERE payload_id = %s
"""


def navs_before(connection: Connection, where: Placement) -> list[tuple[NavKey, Decimal | None]]:
    """Return the keys that stand as the payload left them, each with the value before it, None for none."""
    mine = where.mine
    keys: list[NavKey] = []
    if mine.is_decision:
        keys += connection.execute(_WITHDRAWN, (mine.payload_id, mine.payload_id)).fetchall()  # type: ignore[arg-type]
    if mine.content_from is not None and mine.content_to is not None:
        query = _STANDING.format(first=mine.content_from, last=mine.content_to)
        keys += connection.execute(query, (mine.payload_id,)).fetchall()  # type: ignore[arg-type]
    chains = read_chains(connection, keys, where) if keys else {}
    rank = where.ranks[mine.payload_id]
    return [(key, known_at(chain, rank)) for key, chain in sorted(chains.items()) if chain[-1].rank == rank]


def facts_before(connection: Connection, where: Placement) -> list[tuple[str, str, Fact | None]]:
    """Return (scheme code, feed, what it said before) where the payload's facts still stand."""
    rank = where.ranks[where.mine.payload_id]
    rows = connection.execute(
        "SELECT DISTINCT scheme_code, feed FROM etl.scheme_fact WHERE payload_id = %s", (where.mine.payload_id,)
    ).fetchall()
    by_feed: dict[str, list[str]] = {}
    for code, feed in rows:
        by_feed.setdefault(str(feed), []).append(str(code))
    before: list[tuple[str, str, Fact | None]] = []
    for feed, codes in sorted(by_feed.items()):
        chains = scheme_facts.read_chains(connection, feed, codes, where.ranks)
        before += [
            (code, feed, known_at(chain, rank))
            for code, chain in sorted(chains.items())
            if chain[-1].payload_id == where.mine.payload_id
        ]
    return before
