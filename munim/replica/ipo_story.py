"""How the life of a made issue goes: what is told of it, on which evening, up to its listing or its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from munim.core.clock import IST
from munim.replica.ipo_issue import Band, Ending, Life, Terms
from munim.replica.sessions import sessions, special_sessions

LISTED_AFTER: Final = 3
"""Sessions from the last day of bidding to listing, since December 2023; shares are allotted on the first of them."""
FIRST_OPENING: Final = 9
"""Sessions of the year before the first issue opens: those before belong to no issue of the year."""
ROOM: Final = 22
"""Sessions of the year that an opening must leave for bidding, a delay, an extension and the listing."""

_TOLD_BY_EXCHANGES: Final = time(18)
_BAND_SET: Final = time(19)
_BAND_CHANGED: Final = time(12)
_PUT_OFF: Final = time(17, 30)
_ANCHORS_ALLOTTED: Final = time(21)
_EXTENDED: Final = time(12)
_ENDED_BEFORE: Final = time(14)
_ENDED_WITHIN: Final = time(11, 30)


@dataclass(frozen=True)
class Plan:
    """What is to happen to an issue; numbers are sessions of the year, or counts of them.

    `known_days` is how long before the exchanges the report sites know of it, 0 where they don't; `put_off` and
    `extended` by how many sessions, 0 where not; `ends_open` whether its end comes within its bidding.
    """

    opens: int
    bidding_days: int
    told_before: int
    known_days: int = 0
    band_late: bool = False
    old_band: Band | None = None
    put_off: int = 0
    extended: int = 0
    ending: Ending | None = None
    ends_open: bool = False


@cache
def bidding_days(year: int) -> tuple[date, ...]:
    """Return the days of a year on which bids are taken: its sessions, without those on holidays and weekends."""
    special = special_sessions(year)
    return tuple(day for day in sessions(date(year, 1, 1), date(year, 12, 31)) if day not in special)


def last_opening(year: int) -> int:
    """Return the last session on which an issue may open for its life to end within the year."""
    return len(bidding_days(year)) - ROOM


def tell(year: int, plan: Plan, band: Band, size: int, anchors: int) -> Life:
    """Return the life that follows from a plan, as a list of terms in order of time."""
    days = bidding_days(year)
    opens, closes = plan.opens, plan.opens + plan.bidding_days - 1
    at_exchanges = _at(days[opens - plan.told_before], _TOLD_BY_EXCHANGES)
    told = [Terms(at_exchanges, None if plan.band_late else plan.old_band or band, days[opens], days[closes], size)]
    if plan.known_days:
        known_from = max(at_exchanges - timedelta(days=plan.known_days), _at(date(year, 1, 1), time(9)))
        told.insert(0, Terms(known_from, None, None, None, size))
    if plan.band_late:
        told.append(replace(told[-1], since=_at(days[opens - 2], _BAND_SET), band=plan.old_band or band))
    if plan.old_band is not None:
        told.append(replace(told[-1], since=_at(days[opens - 1], _BAND_CHANGED), band=band))
    if plan.put_off:
        since = _at(days[opens - 1], _PUT_OFF)
        opens, closes = opens + plan.put_off, closes + plan.put_off
        told.append(replace(told[-1], since=since, opens=days[opens], closes=days[closes]))
    if anchors:
        told.append(replace(told[-1], since=_at(days[opens - 1], _ANCHORS_ALLOTTED), size_shares=size - anchors))
    if plan.extended:
        since = _at(days[closes], _EXTENDED)
        closes += plan.extended
        told.append(replace(told[-1], since=since, closes=days[closes]))
    life = Life(
        told[0].since, at_exchanges, tuple(told), plan.bidding_days, days[closes + 1], days[closes + LISTED_AFTER]
    )
    if plan.ending is None:
        return life
    ended_at = _at(days[opens + 1], _ENDED_WITHIN) if plan.ends_open else _at(days[opens - 2], _ENDED_BEFORE)
    told = [one for one in told if one.since < ended_at]
    return replace(life, terms=tuple(told), allotted=None, listed=None, ending=plan.ending, ended_at=ended_at)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, IST)
