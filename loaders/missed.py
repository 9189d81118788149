"""Giving a slot up: it is recorded that no run filled it, so that no slot is missed in silence."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from loaders import ledger
from loaders.ledger import RunEntry
from loaders.report import is_claimed_elsewhere

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.batch import LoadContext
    from loaders.database import Connection

_IS_MISSED = "SELECT FROM etl.run WHERE dataset = %s AND feed = %s AND slot = %s AND status = 'missed'"

_HAS_DAY = "SELECT FROM etl.feed_day WHERE feed = %s AND day = %s"


def give_up(connection: Connection, context: LoadContext, feed: str, slot: str, why: str, at: datetime) -> str | None:
    """Write into the ledger that a slot is missed, and commit; return the status that it has now.

    A day that came in with another run, or was imported, is no miss: then its slot is closed as a `repeat`. None: there
    is nothing to write, since it is filled, or recorded already, or a process is at it now.
    """
    settled = (
        is_claimed_elsewhere(connection, context.dataset, feed, slot)
        or ledger.closed_by(connection, context.dataset, feed, slot) is not None
        or connection.execute(_IS_MISSED, (context.dataset, feed, slot)).fetchone() is not None
    )
    if settled:
        connection.rollback()
        return None
    entry = (
        RunEntry(feed, slot, "repeat", closes_slot=True)
        if _has_content(connection, feed, slot)
        else RunEntry(feed, slot, "missed", error=why)
    )
    ledger.write_run(connection, context, entry, at)
    connection.commit()
    return entry.status


def _has_content(connection: Connection, feed: str, slot: str) -> bool:
    """Tell whether the tables have the day that a slot is; an instant and a window are none."""
    with suppress(ValueError):
        if len(slot) == len("2026-08-18"):
            day = date.fromisoformat(slot)
            return connection.execute(_HAS_DAY, (feed, day)).fetchone() is not None
    return False
