"""Where an issue is in its life, from its dates, its sources' words and whether their lists still show it; pure.

A status moves along `MOVES` alone. What the sources say beyond that is told, and the status stays: a listed issue is
not announced again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from munim.core.clock import IST, ist_date

Status = Literal["announced", "open", "closed", "listed", "withdrawn", "vanished"]

MOVES: Final[dict[Status, frozenset[Status]]] = {
    "announced": frozenset({"open", "closed", "listed", "withdrawn", "vanished"}),
    "open": frozenset({"closed", "listed", "withdrawn", "vanished"}),
    # Bidding may be extended on its last evening.
    "closed": frozenset({"open", "listed", "withdrawn"}),
    "vanished": frozenset({"announced", "open", "closed", "listed", "withdrawn"}),
    "listed": frozenset(),
    "withdrawn": frozenset(),
}
"""Where each status may move to. A step may be missed between two looks, so that an issue is first seen closed."""

ENDED_BY_A_SOURCE: Final[frozenset[Status]] = frozenset({"vanished"})
"""Statuses that no day that passes ends: an issue that its lists dropped is back when an exchange shows it again."""

SAID_BY_A_SOURCE: Final[frozenset[Status]] = frozenset({"withdrawn"})
"""Statuses that only a source's own word brings, which is as good as showing it."""

OPENS: Final = time(10, 0)
CLOSES: Final = time(17, 0)
"""`10.00 a.m. to 5.00 p.m.` in NSE's details, T10:00:00 to T17:00:00 in BSE's list."""

_WITHDRAWN: Final = frozenset({"withdrawn", "cancelled", "canceled", "issue withdrawn", "issue cancelled"})
_CLOSED: Final = frozenset({"closed"})
_OPEN: Final = frozenset({"active", "live", "open"})
_CODES: Final = {("bse", "l"): "live", ("bse", "f"): "forthcoming", ("investorgain", "c"): "closed"}


@dataclass(frozen=True)
class Known:
    """What is known of an issue at a time.

    `words` are the sources' own words for where it is (`word_of`); `shown`: a complete list shows it, or none ever did.
    """

    open_date: date | None
    close_date: date | None
    listing_date: date | None
    words: Collection[str]
    shown: bool


def word_of(source: str, status: str | None) -> str | None:
    """Return a source's word for where an issue is in small letters, its codes spelt out; None where it has none."""
    if status is None:
        return None
    word = status.strip().casefold()
    return _CODES.get((source, word), word) or None


def status_at(known: Known, at: datetime) -> Status:
    """Return where an issue is at an instant, whatever it was before."""
    day = ist_date(at)
    if not _WITHDRAWN.isdisjoint(known.words):
        return "withdrawn"
    if known.listing_date is not None and known.listing_date <= day:
        return "listed"
    if _has_closed(known, at):
        return "closed"
    if not known.shown:
        # Lists drop an issue on its last day: that is its end, and no vanishing.
        return "closed" if known.close_date is not None and known.close_date <= day else "vanished"
    if known.open_date is not None:
        return "open" if _instant(known.open_date, OPENS) <= at else "announced"
    return "announced" if _OPEN.isdisjoint(known.words) else "open"


def moved(before: Status | None, to: Status, *, shown_again: bool = True) -> tuple[Status, bool]:
    """Return the status after a move that the sources tell, and whether it is an allowed one; else it stays.

    `shown_again`: an exchange has shown the issue since it came to the status before.
    """
    if before is None or before == to:
        return to, True
    if before in ENDED_BY_A_SOURCE and not shown_again and to not in SAID_BY_A_SOURCE:
        return before, False
    return (to, True) if to in MOVES[before] else (before, False)


def turning_points(known: Known) -> list[datetime]:
    """Return the instants at which the status turns by the dates alone, in order."""
    points = [
        _instant(day, hour)
        for day, hour in (
            (known.open_date, OPENS),
            (known.close_date, CLOSES),
            (known.listing_date, time(0)),
        )
        if day is not None
    ]
    return sorted(points)


def conflict(known: Known, at: datetime) -> str | None:
    """Return how a source's word contradicts the dates, or None; a word may lag until the day is over."""
    day = ist_date(at)
    if not _OPEN.isdisjoint(known.words):
        if known.open_date is not None and day < known.open_date:
            return f"said to be open before it opens on {known.open_date}"
        if known.close_date is not None and day > known.close_date:
            return f"said to be open after it closed on {known.close_date}"
    if not _CLOSED.isdisjoint(known.words) and known.close_date is not None and day < known.close_date:
        return f"said to be closed before it closes on {known.close_date}"
    return None


def _has_closed(known: Known, at: datetime) -> bool:
    if not _CLOSED.isdisjoint(known.words):
        return True
    return known.close_date is not None and _instant(known.close_date, CLOSES) <= at


def _instant(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, IST)
