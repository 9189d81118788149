"""Recording that nothing filled a slot, so that no slot is missed in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders import ledger
from loaders.ledger import RunEntry
from loaders.report import is_claimed_elsewhere

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.batch import LoadContext
    from loaders.database import Connection

_IS_MISSED = "SELECT FROM etl.run WHERE dataset = %s AND feed = %s AND slot = %s AND status = 'missed'"


def record_missed(
    connection: Connection, context: LoadContext, feed: str, slot: str, why: str, at: datetime
) -> int | None:
    """Write into the ledger that a slot is given up, and commit; return the entry's number.

    None: there is nothing to record, since it is filled, or recorded already, or a process is at it now.
    """
    settled = (
        is_claimed_elsewhere(connection, context.dataset, feed, slot)
        or ledger.closed_by(connection, context.dataset, feed, slot) is not None
        or connection.execute(_IS_MISSED, (context.dataset, feed, slot)).fetchone() is not None
    )
    number = None if settled else ledger.write_run(connection, context, RunEntry(feed, slot, "missed", error=why), at)
    connection.commit()
    return number
