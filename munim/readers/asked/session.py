"""Whether a day was a session, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.calendar import Standing
from munim.readers import calendar as readers
from munim.readers.answer import Answer, Source
from munim.readers.asked import standing
from munim.readers.asked.moment import moment
from munim.readers.asked.sources import source_of

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters_market import Session
    from munim.readers.calendar import Day

COLUMNS = ("day", "exchange", "session", "standing", "kind", "reason", "proof")


def session(connection: Connection, asked: Session, clock: Clock | None = None) -> Answer:
    """Answer whether a day was, or is to be, a session of equity; `session` is None where no list says it.

    A day that is to come may be asked for: lists of holidays speak of it.
    """
    when = moment(asked.known_at, clock)
    found = readers.day(connection, asked.on, asked.exchange, when.asked)
    said = {Standing.TRADED: True, Standing.EXPECTED: True, Standing.CLOSED: False}.get(found.standing)
    notes = []
    if said is None:
        notes.append(f"no whole list of the holidays of {asked.on.year} is known, and no file proves that it traded")
    if found.standing is Standing.EXPECTED:
        notes.append("by the list of holidays; no file of the day has proved it yet")
    return Answer(
        question="session",
        as_of=asked.on,
        known_at=when.known_at,
        unit="day in Asia/Kolkata",
        basis="equity segment: the exchange's list of holidays, and files that prove that it traded",
        source=_source(connection, found),
        freshness=standing.standing_of(connection, standing.HOLIDAYS, when),
        columns=COLUMNS,
        rows=[
            (
                asked.on,
                asked.exchange,
                said,
                found.standing.value,
                found.kind.value if found.kind else None,
                found.reason,
                found.proof.proof if found.proof else None,
            )
        ],
        notes=tuple(notes),
        untrusted=("reason",),
    )


def _source(connection: Connection, found: Day) -> Source | None:
    """Return the file that proves the session, or else the newest list that names the day."""
    if found.proof is not None:
        return source_of(connection, found.proof)
    return source_of(connection, max(found.holidays, key=lambda one: one.known_from, default=None))
