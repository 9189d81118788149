"""Long ranges of days in pieces, so that a page reads no more than it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

Row = TypeVar("Row")

PIECE = timedelta(days=400)

EARLIEST = date(1990, 1, 1)
"""No source of ours reaches further back."""


def read_until(
    read: Callable[[tuple[date, date]], Sequence[Row]],
    days: tuple[date, date],
    limit: int,
    wanted: Callable[[Row], bool] = lambda _row: True,
) -> list[Row]:
    """Return rows of some days, oldest first, read piece by piece until there are more than `limit` that are wanted."""
    first, last = max(days[0], EARLIEST), days[1]
    found: list[Row] = []
    while first <= last and len(found) <= limit:
        end = last if last - first <= PIECE else first + PIECE
        found += [row for row in read((first, end)) if wanted(row)]
        if end == date.max:
            break
        first = end + timedelta(days=1)
    return found
