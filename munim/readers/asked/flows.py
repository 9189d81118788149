"""What institutions bought and sold: by session, summed, provisional beside final, reports, positions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers import flows as readers
from munim.readers.answer import Answer, Cell
from munim.readers.asked import flows_views as views
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment, moment
from munim.readers.asked.paging import day_of, key_of, page
from munim.readers.asked.sources import source_of
from munim.readers.asked.spans import read_until

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters_market import Flows

LATELY = timedelta(days=30)
"""Without a first day: the last weeks."""


def flows(connection: Connection, asked: Flows, clock: Clock | None = None) -> Answer:
    """Answer a page of one view of the flows, oldest first; figures of different bases or sources are never one."""
    when = moment(asked.known_at, clock)
    when.check_day(asked.from_date, "from_date")
    when.check_day(asked.to_date, "to_date")
    when.check_range(asked.from_date, asked.to_date)
    if asked.view == "sum":
        return _sums(connection, asked, when)
    view = views.VIEWS[asked.view]
    last = asked.to_date or when.today
    first = asked.from_date or last - LATELY
    after = key_of(asked.cursor, *(str for _ in view.key)) if asked.cursor else None
    if after is not None:
        first = max(first, day_of(asked.cursor))
    found = read_until(
        lambda days: view.read(connection, days, when.known),
        (first, last),
        asked.limit,
        lambda row: after is None or view.key_of(row) > after,
    )
    shown, following = page(found, asked.limit, view.key_of)
    newest = view.traced(shown[-1]) if shown else None
    notes = [] if shown else ["nothing of these days was known"]
    late = sum(view.traced(row).reconstructed for row in shown)
    if late:
        notes.append(f"reconstructed (fetched over a week after the day, not known then): {late} rows")
    return Answer(
        question="flows",
        as_of=view.day_of(shown[-1]) if shown else None,
        known_at=when.known_at,
        unit=view.unit,
        basis=view.basis,
        source=source_of(connection, newest),
        freshness=standing.standing_of(connection, view.feed, when),
        columns=view.columns,
        rows=[view.row(one) for one in shown],
        truncated=following is not None,
        next=following,
        notes=tuple(notes),
    )


SUM_COLUMNS = ("investor_class", "scope", "source", "basis", "net_inr_crore", "sessions", "first_session",
               "last_session", "missing")  # fmt: skip


def _sums(connection: Connection, asked: Flows, when: Moment) -> Answer:
    sums = readers.net_over_sessions(connection, asked.sessions or 0, asked.to_date, when.known)
    if not sums:
        raise NotFound(
            f"no figures of the {asked.sessions} sessions up to {asked.to_date or when.today} were known",
            advice="view=by_day shows the days that have some; `freshness` says what the tables hold",
        )
    last = max(one.last_session for one in sums)
    rows: list[tuple[Cell, ...]] = [
        (one.investor_class, one.scope, one.source, one.basis, one.net_inr_crore, one.sessions, one.first_session,
         one.last_session, len(one.missing)) for one in sums
    ]  # fmt: skip
    notes = [
        f"{one.investor_class} {one.source}: no figures of {', '.join(map(str, one.missing))}; the sum is without"
        for one in sums
        if one.missing
    ]
    there = readers.fii_dii(connection, (min(one.first_session for one in sums), last), when.known)
    return Answer(
        question="flows",
        as_of=max(one.trade_date for one in there),
        known_at=when.known_at,
        unit="INR crore (10 million)",
        basis="sum of each row's own source and basis; rows are never to be added",
        source=source_of(connection, there[-1]),
        freshness=standing.standing_of(connection, standing.FII_DII, when),
        columns=SUM_COLUMNS,
        rows=rows,
        notes=tuple(notes),
    )
