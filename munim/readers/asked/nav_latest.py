"""The newest NAVs of a category or a fund house, and the schemes whose due NAV is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers import nav_latest as readers
from munim.readers.answer import Answer, Source
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment, moment
from munim.readers.asked.paging import key_of, page
from munim.readers.nav_latest_as_of import latest_as_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters import NavLatest
    from munim.readers.nav_latest import Among, LatestNav

COLUMNS = ("scheme_code", "name", "plan", "option", "nav_date", "nav")

_SOURCE = "SELECT url, sha256, fetched_at, run_id FROM etl.payload WHERE payload_id = %s"


def nav_latest(connection: Connection, asked: NavLatest, clock: Clock | None = None) -> Answer:
    """Answer a page of newest NAVs, by code, or of schemes without the one that is due.

    Raises `NotFound` where no scheme is of the category or the fund house.
    """
    when = moment(asked.known_at, clock)
    (after,) = key_of(asked.cursor, str) if asked.cursor else ("",)
    among = readers.Among(_words(asked.category), _words(asked.amc), str(after))
    if asked.missing_due:
        return _missing(connection, asked, among, when)
    if when.asked is None:
        found = readers.latest(connection, among, asked.limit + 1)
    else:
        found = latest_as_of(connection, among, asked.limit + 1, when.asked)
    if not found and not asked.cursor:
        raise NotFound(
            f"no listed scheme has these words in its category or fund house: {asked.category or asked.amc}",
            advice="use fewer words (elss, gold etf, liquid); find_scheme shows a scheme's category and amc",
        )
    return _answer(connection, asked, when, found, [])


def _missing(connection: Connection, asked: NavLatest, among: Among, when: Moment) -> Answer:
    day = readers.due_day(connection, when.now)
    if day is None:
        raise NotFound("no NAV is due", advice="the timetable has no day: run `munim db migrate`")
    found = readers.missing(connection, among, asked.limit + 1, day, when.now)
    notes = [f"due: the NAVs of {day}, of the schemes by which freshness is judged"]
    if not found and not asked.cursor:
        notes.append("none is missing")
    return _answer(connection, asked, when, found, notes)


def _answer(
    connection: Connection, asked: NavLatest, when: Moment, found: Sequence[LatestNav], notes: list[str]
) -> Answer:
    shown, following = page(found, asked.limit, lambda one: (one.scheme_code,))
    newest = max((one for one in shown if one.nav_date is not None), key=lambda one: str(one.nav_date), default=None)
    return Answer(
        question="nav_latest",
        as_of=newest.nav_date if newest else None,
        known_at=when.known_at,
        unit="INR a unit",
        basis="net asset value as published by AMFI; each row says its day",
        source=None if newest is None else _source(connection, newest.payload_id),
        freshness=standing.standing_of(connection, standing.NAV, when),
        columns=COLUMNS,
        rows=[tuple(getattr(one, name) for name in COLUMNS) for one in shown],
        truncated=following is not None,
        next=following,
        notes=tuple(notes),
        untrusted=("name",),
    )


def _source(connection: Connection, payload_id: int | None) -> Source | None:
    row = connection.execute(_SOURCE, (payload_id,)).fetchone()
    return None if row is None else Source(*row)  # type: ignore[arg-type]


def _words(text: str | None) -> tuple[str, ...]:
    return tuple((text or "").split())
