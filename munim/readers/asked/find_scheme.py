"""Which scheme is meant: by code, ISIN, former name or loose words. Several are candidates, and none is picked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers.answer import Answer, Cell
from munim.readers.asked import standing
from munim.readers.asked.moment import moment
from munim.readers.schemes import Scheme, schemes_of, search_schemes

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters import FindScheme

COLUMNS = ("scheme_code", "name", "plan", "option", "payout_frequency", "amc", "category", "isin_payout_or_growth",
           "isin_reinvestment", "vanished_at")  # fmt: skip

UNTRUSTED = ("name", "amc", "category")

_FORMER = """
SELECT DISTINCT scheme_code FROM market.scheme_revision
WHERE lower(%(name)s) IN (lower(long_name), lower(base_name)) ORDER BY scheme_code LIMIT %(limit)s
"""


def find_scheme(connection: Connection, asked: FindScheme, clock: Clock | None = None) -> Answer:
    """Answer which schemes a query may mean, the likeliest first. Raises `NotFound` for none."""
    when = moment(clock=clock)
    found, basis = _candidates(connection, asked.query, asked.limit + 1)
    if not found:
        raise NotFound(
            f"no scheme has the code, the ISIN or the words {asked.query!r}",
            advice="give AMFI's code, an ISIN, or fewer words of the name",
        )
    shown = found[: asked.limit]
    notes = []
    if len(found) > 1:
        notes.append("several schemes fit: choose by plan and option, and ask by scheme_code; none was picked")
    if any(one.vanished_at is not None for one in shown):
        notes.append("a scheme with vanished_at is in AMFI's file no more")
    return Answer(
        question="find_scheme",
        as_of=None,
        known_at=when.known_at,
        unit="schemes",
        basis=basis,
        source=None,
        freshness=standing.standing_of(connection, standing.NAV, when),
        columns=COLUMNS,
        rows=[_row(one) for one in shown],
        truncated=len(found) > asked.limit,
        notes=tuple(notes),
        untrusted=UNTRUSTED,
    )


def _candidates(connection: Connection, query: str, limit: int) -> tuple[list[Scheme], str]:
    by_key = schemes_of(connection, query)
    if by_key:
        return by_key[:limit], "the code or ISIN, now or formerly"
    former = connection.execute(_FORMER, {"name": query, "limit": limit}).fetchall()
    if former:
        return [one for (code,) in former for one in schemes_of(connection, str(code))], "a name that it had"
    return search_schemes(connection, query.split(), limit), "words of the name"


def _row(scheme: Scheme) -> tuple[Cell, ...]:
    return tuple(getattr(scheme, name) for name in COLUMNS)
