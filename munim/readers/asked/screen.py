"""Which securities meet a named screen or a condition in a session."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from munim.readers import screens as readers
from munim.readers.answer import Answer, Cell
from munim.readers.asked import standing
from munim.readers.asked.moment import moment

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters_market import Screen
    from munim.readers.screens import Screened

SHOWN = ("symbol", "series", "name", "close", "return_1d_pct", "return_1m_pct", "return_12m_pct",
         "pct_from_52w_high", "volume_ratio", "delivery_ratio", "value_inr")  # fmt: skip


def screen(connection: Connection, asked: Screen, clock: Clock | None = None) -> Answer:
    """Answer the securities that a screen lets through, those with the most value traded first.

    Raises `RequestWrong` for a condition that can't be read, a day that is yet to come, and where the screener has no
    figures.
    """
    when = moment(clock=clock)
    when.check_day(asked.on, "on")
    found = readers.screen(connection, asked.screen, asked.exchange, on=asked.on, limit=asked.limit + 1)
    columns = _columns(found, asked.screen)
    places = [found.columns.index(name) for name in columns]
    session = found.session
    notes = [f"figures computed at {session.computed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]
    if asked.on is not None and session.as_of_date != asked.on:
        notes.append(f"no figures of {asked.on}: these are of the last session before that has some")
    if session.stale:
        notes.append("stale: what the figures are made of has changed since they were computed")
    if not found.rows:
        notes.append("no security meets it")
    return Answer(
        question="screen",
        as_of=session.as_of_date,
        known_at=when.known_at,
        unit="INR, % and ratios, as the columns' names say",
        basis="the screener's figures of the session, from adjusted prices",
        source=None,
        freshness=standing.standing_of(
            connection, standing.NSE_EQUITY if asked.exchange == "NSE" else standing.BSE_EQUITY, when
        ),
        columns=columns,
        rows=[tuple(_cell(row[place]) for place in places) for row in found.rows[: asked.limit]],
        truncated=len(found.rows) > asked.limit,
        notes=tuple(notes),
        untrusted=("name",),
    )


def _columns(found: Screened, text: str) -> tuple[str, ...]:
    """Return the columns that are shown: the usual ones, and those that the condition names."""
    named = [name for name in found.columns if name in text and name not in SHOWN and name != "exchange"]
    return (*(name for name in SHOWN if name in found.columns), *named)


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | bool | int | Decimal | date | datetime):
        return value
    return str(value)
