"""The exchange's own completeness check: a row's previous close is the close of the session before.

On all normal days of May 2024 it was so for every row of series EQ and BE (0 breaks); with the session of Saturday,
18-May-2024, missing, 2,076 rows broke. It is not adjusted for splits (CANBK on 15-May-2024: 566.55, then 119.00).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from loaders.arrow_text import one_array
from loaders.batch import Check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loaders.keyed_batch import KeyedBatch

SERIES = "EQ"
MOST_BREAKS = Decimal("0.5")
"""A break in more than half of the rows is a missing session; a few are listings, relistings and changed symbols."""

MOST_DAYS = 10
"""Of a longer gap so many of its days are named."""

FEWEST_ROWS = 5
"""Of fewer rows a share says nothing."""


@dataclass(frozen=True)
class Continuity:
    """How the previous closes of a session's EQ rows agree with the last stored closes.

    `compared` rows have a stored close, and `broken` of them another previous close. `last_session` is the day that
    most of the stored closes are of: with too many breaks, a session between it and `trade_date` is missing.
    """

    trade_date: date
    compared: int
    broken: int
    last_session: date | None

    @property
    def share(self) -> Decimal:
        """The share of broken rows, 0 to 1."""
        return Decimal(self.broken) / self.compared if self.compared else Decimal(0)

    @property
    def session_missing(self) -> bool:
        """Whether so many rows break that a session must be missing."""
        return self.compared >= FEWEST_ROWS and self.share > MOST_BREAKS

    def check(self, between: Sequence[date] = ()) -> Check:
        """Return the outcome as a check of the load; it does not block: the missing session may still come.

        `between` are the days from the last session to this one that the calendar does not know to have been closed.
        """
        if self.session_missing:
            detail = (
                f"{self.broken:,} of {self.compared:,} previous closes of {self.trade_date} are not the closes of"
                f" {self.last_session}: the session before {self.trade_date}, after {self.last_session}, is missing"
            )
            detail += (
                f" (by the calendar: {_days(between)})" if between else " (the calendar has none: a special session)"
            )
        else:
            detail = f"{self.broken:,} of {self.compared:,} previous closes differ from the last stored close"
        return Check("previous_close", passed=not self.session_missing, blocking=False, detail=detail)


def _days(between: Sequence[date]) -> str:
    shown = ", ".join(day.isoformat() for day in between[:MOST_DAYS])
    return f"{shown} and {len(between) - MOST_DAYS} more" if len(between) > MOST_DAYS else shown


def continuity(batch: KeyedBatch, last_closes: Mapping[str, tuple[date, Decimal]]) -> Continuity | None:
    """Compare a batch of `market.equity_eod` with the last stored closes of series EQ, by symbol; pure.

    `last_closes` are of sessions before the batch's. Only closes of the newest of their days are compared: a symbol
    that last traded earlier has its own gap. None when the batch has no prices.
    """
    frame = next((one.frame for one in batch.rows if one.table == "equity_eod" and one.group == "price"), None)
    if frame is None or batch.modal is None:
        return None
    rows = frame.loc[frame["series"] == SERIES, ["symbol", "previous_close"]].dropna()
    newest = max((day for day, _ in last_closes.values() if day < batch.modal), default=None)
    before = {symbol: close for symbol, (day, close) in last_closes.items() if day == newest}
    # As plain lists: to go through a frame's cells one by one takes longer than to read the whole file.
    now = zip(*(one_array(rows[name]).to_pylist() for name in rows.columns), strict=True)
    compared = [(close, before[symbol]) for symbol, close in now if symbol in before]
    return Continuity(batch.modal, len(compared), sum(now != then for now, then in compared), newest)
