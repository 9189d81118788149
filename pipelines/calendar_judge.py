"""What the tables know against a list: days that it has as holidays, and that are proven to have traded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from loaders.batch import Check, Note
from munim.core.calendar import EQUITY_SEGMENTS, in_muhurat_season
from munim.readers.calendar import sessions

if TYPE_CHECKING:
    from loaders.database import Connection
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload

MOST_TRADED = 1
"""A list that is not yet corrected may have a day that traded after all; another segment's had five (2024)."""


def judge(
    connection: Connection,
    payload: Payload,  # noqa: ARG001 - a judge's signature
    batch: KeyedBatch,
    row_counts: Sequence[int],  # noqa: ARG001
) -> tuple[KeyedBatch, list[Check], list[Note]]:
    """Check that the days of a list of equity's did not trade, Muhurat sessions apart."""
    listed = _listed_of_equity(batch)
    if not listed:
        return batch, [], []
    # Each exchange's list is one payload of its own.
    exchange = next(iter(listed.values()))
    proven = {one.session_date for one in sessions(connection, min(listed), max(listed), exchange)}
    traded = sorted(day for day in proven & set(listed) if not in_muhurat_season(day))
    shown = ", ".join(f"{day:%Y-%m-%d}" for day in traded[:10])
    check = Check(
        "listed_days_did_not_trade",
        len(traded) <= MOST_TRADED,
        blocking=True,
        detail=f"{shown} traded: is it another segment's list?" if traded else "none of its days is proven to trade",
    )
    return batch, [check], [Note("listed_day_traded", content_date=day) for day in traded]


def _listed_of_equity(batch: KeyedBatch) -> dict[date, str]:
    """Return the days of equity's trading lists in a batch, each with its exchange."""
    listed: dict[date, str] = {}
    for rows in batch.rows:
        if rows.table == "holiday":
            frame = rows.frame
            equity = frame[(frame["list_type"] == "trading") & frame["segment"].isin(EQUITY_SEGMENTS)]
            listed |= dict(zip(equity["holiday_date"].tolist(), equity["exchange"].tolist(), strict=True))
    return listed
