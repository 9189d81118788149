"""Which scheme is meant: by code, ISIN, former name or loose words. Several are candidates, and none is picked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers.answer import Answer, Cell
from munim.readers.asked import standing
from munim.readers.asked.moment import moment
from munim.readers.scheme_search import Candidate, search
from munim.readers.schemes import Scheme, schemes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters import FindScheme

COLUMNS = ("scheme_code", "name", "plan", "option", "payout_frequency", "amc", "category", "isin", "status",
           "former_name", "score")  # fmt: skip

UNTRUSTED = ("name", "amc", "category", "former_name")


def find_scheme(connection: Connection, asked: FindScheme, clock: Clock | None = None) -> Answer:
    """Answer which schemes a query may mean, the likeliest first. Raises `NotFound` for none."""
    when = moment(clock=clock)
    by_key = [_candidate(one) for one in schemes_of(connection, asked.query)]
    found = by_key or search(connection, asked.query, asked.limit + 1)
    if not found:
        raise NotFound(
            f"no scheme has the code, the ISIN or the words {asked.query!r}",
            advice="give AMFI's code, an ISIN, or fewer words of the name",
        )
    shown = found[: asked.limit]
    return Answer(
        question="find_scheme",
        as_of=None,
        known_at=when.known_at,
        unit="schemes; score from 0 to 1",
        basis="the code or ISIN, now or formerly" if by_key else "words of the name, now or formerly",
        source=None,
        freshness=standing.standing_of(connection, standing.NAV, when),
        columns=COLUMNS,
        rows=[_row(one) for one in shown],
        truncated=len(found) > asked.limit,
        notes=tuple(_notes(found, shown)),
        untrusted=UNTRUSTED,
    )


def _notes(found: Sequence[Candidate], shown: Sequence[Candidate]) -> list[str]:
    notes = []
    alike = sum(one.score == found[0].score for one in found)
    if alike > 1:
        notes.append("several schemes fit alike: choose by plan and option, and ask by scheme_code; none was picked")
    elif len(found) > 1:
        notes.append("candidates, the likeliest first: see that plan and option are those that are meant")
    if any(one.status == "vanished" for one in shown):
        notes.append("vanished: in AMFI's file no more")
    return notes


def _candidate(scheme: Scheme) -> Candidate:
    return Candidate(
        scheme.scheme_code,
        scheme.name,
        scheme.amc,
        scheme.category,
        scheme.plan,
        scheme.option,
        scheme.payout_frequency,
        scheme.isin_payout_or_growth or scheme.isin_reinvestment,
        "active" if scheme.vanished_at is None else "vanished",
        None,
        Decimal(1),
    )


def _row(candidate: Candidate) -> tuple[Cell, ...]:
    return tuple(getattr(candidate, name) for name in COLUMNS)
