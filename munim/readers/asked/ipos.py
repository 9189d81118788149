"""Public issues: those of a status, or one issue's life, bids and listing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers import ipo as readers
from munim.readers.answer import Answer, Cell
from munim.readers.asked import ipos_one as one_issue
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment, moment
from munim.readers.asked.paging import key_of, page
from munim.readers.asked.sources import source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters_market import Ipos
    from munim.readers.ipo_records import Issue

COLUMNS = ("ipo_id", "company", "symbol", "platform", "status", "open_date", "close_date", "listing_date",
           "price_band_low", "price_band_high", "final_price", "lot_size", "issue_size_inr", "known_from")  # fmt: skip

CANDIDATES = ("ipo_id", "company", "symbol", "security_kind", "status", "open_date")

UNIT = "INR a share; sizes in INR and shares"


def ipos(connection: Connection, asked: Ipos, clock: Clock | None = None) -> Answer:
    """Answer the issues of a status, or a view of one issue.

    Raises `NotFound` for an issue that is not known; where several fit, they are candidates and nothing else is said.
    """
    when = moment(asked.known_at, clock)
    if asked.key is None:
        return _listed(connection, asked, when)
    found = readers.named_issues(connection, asked.key, when.asked)
    if not found:
        raise NotFound(
            f"no issue known at {when.known_at.isoformat()} has the symbol, ISIN, number or name {asked.key!r}",
            advice="view=list shows the issues of a status",
        )
    ipos_alone = [one for one in found if one.security_kind == "ipo"]
    if len(found) > 1 and len(ipos_alone) != 1:
        return _candidates(connection, asked, found, when)
    return one_issue.VIEWS[asked.view](connection, ipos_alone[0] if ipos_alone else found[0], when)


def _listed(connection: Connection, asked: Ipos, when: Moment) -> Answer:
    found = readers.issues(connection, status=asked.status, at=when.asked)
    # By opening day, the latest first, and of one day by number: a key that holds while issues come in.
    ordered = sorted(found, key=_place)
    after = key_of(asked.cursor, int, int) if asked.cursor else None
    shown, following = page(ordered, asked.limit, _place, after)
    newest = max(shown, key=lambda one: one.known_from, default=None)
    return Answer(
        question="ipos",
        as_of=None if newest is None else when.today,
        known_at=when.known_at,
        unit=UNIT,
        basis="of each column what the best source says; status by the issue's dates",
        source=source_of(connection, newest),
        freshness=standing.standing_of(connection, standing.ISSUES, when),
        columns=COLUMNS,
        rows=[_row(one, COLUMNS) for one in shown],
        truncated=following is not None,
        next=following,
        notes=() if shown else (f"no IPO is {asked.status or 'known'}",),
        untrusted=("company",),
    )


def _place(issue: Issue) -> tuple[int, int]:
    return -(issue.open_date or date.max).toordinal(), issue.ipo_id


def _candidates(connection: Connection, asked: Ipos, found: Sequence[Issue], when: Moment) -> Answer:
    shown = found[: asked.limit]
    return Answer(
        question="ipos",
        as_of=None,
        known_at=when.known_at,
        unit="issues",
        basis="candidates",
        source=None,
        freshness=standing.standing_of(connection, standing.ISSUES, when),
        columns=CANDIDATES,
        rows=[_row(one, CANDIDATES) for one in shown],
        truncated=len(found) > len(shown),
        notes=(f"{len(found)} issues fit {asked.key!r}: ask by ipo_id; none was picked",),
        untrusted=("company",),
    )


def _row(issue: Issue, columns: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(getattr(issue, name) for name in columns)
