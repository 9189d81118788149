"""What the tables know against a complete list of issues: those that it ought to show still, and does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from loaders import payloads
from loaders.batch import Check, Note
from munim.core.clock import ist_date
from munim.readers.ipo_open import still_due
from pipelines.ipo_tables import IPO_FACT

if TYPE_CHECKING:
    from loaders.database import Connection
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload

DATASET: Final = "ipo"
MOST_DROPPED: Final = 1
MOST_SHARE: Final = 3
"""Of those that are to close yet a list may drop one, or every third: of 120 issues a year two vanish, never together.
What half a page lost would else be said to have vanished."""


def judge(
    connection: Connection,
    payload: Payload,
    batch: KeyedBatch,
    row_counts: Sequence[int],  # noqa: ARG001 - a judge's signature
) -> tuple[KeyedBatch, list[Check], list[Note]]:
    """Check that a complete list shows most of the issues that it showed before and that are to close yet.

    A list of the past is not asked: what it ought to show then is not what the tables say now.
    """
    newest = payloads.newest(connection, DATASET)
    if newest is None or not newest.is_before(payload):
        return batch, [], []
    checks: list[Check] = []
    for rows in batch.rows:
        if rows.table != IPO_FACT.name or not rows.complete:
            continue
        due = still_due(connection, payload.feed, ist_date(payload.fetched_at))
        dropped = sorted(due - set(rows.frame["source_id"].tolist()))
        allowed = max(MOST_DROPPED, len(due) // MOST_SHARE)
        names = f": {', '.join(dropped[:10])}" if dropped else ""
        checks.append(
            Check(
                "issues_still_listed",
                len(dropped) <= allowed,
                blocking=True,
                detail=f"{len(dropped)} of {len(due)} issues that are to close yet are missing{names}",
            )
        )
    return batch, checks, []
