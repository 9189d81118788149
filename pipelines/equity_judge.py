"""What the tables know against a bhavcopy: its previous closes are those of the session before, or one is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loaders.batch import Check, Note
from munim.readers.equity_sessions import closes_before, open_days_between
from pipelines.previous_close import SERIES, continuity

if TYPE_CHECKING:
    from loaders.database import Connection
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload

EXCHANGE = "NSE"
"""BSE has no series in which every previous close is the last one."""


def judge(
    connection: Connection,
    payload: Payload,
    batch: KeyedBatch,
    row_counts: Sequence[int],  # noqa: ARG001 - a judge's signature
) -> tuple[KeyedBatch, list[Check], list[Note]]:
    """Check the previous closes of NSE's EQ rows against what is stored of the session before, and say what is missing.

    It does not block: the missing session may still come, and this one is as good as its own file.
    """
    if batch.modal is None or not payload.feed.startswith("nse."):
        return batch, [], []
    found = continuity(batch, closes_before(connection, EXCHANGE, batch.modal, SERIES))
    if found is None or not found.compared:
        return batch, [], []
    if not found.session_missing or found.last_session is None:
        return batch, [found.check()], []
    between = open_days_between(connection, EXCHANGE, found.last_session, found.trade_date)
    detail = {"after": found.last_session.isoformat(), "broken": found.broken, "compared": found.compared,
              "days": len(between), "first": between[0].isoformat() if between else None}  # fmt: skip
    return batch, [found.check(between)], [Note("session_missing", None, found.trade_date, detail)]
