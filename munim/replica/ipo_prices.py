"""What shares of made issues are worth: to the grey market before they list, and on their first day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import log
from typing import Final

from munim.core.clock import IST, ist_date
from munim.replica.draws import Draws
from munim.replica.ipo_issue import Exchange, Issue

_TICK: Final = Decimal("0.05")
_HUNDREDTH: Final = Decimal("0.01")
_SME_CEILING: Final = 0.9
"""A share of the SME platform opens 90% above its issue price at most."""
_UPDATE_HOURS: Final = (8, 13, 18)
_KEPT_DAYS: Final = 7
"""How long after its listing an issue still has a row."""
_NEVER_DEALT: Final = {"mainboard": 0.3, "sme": 0.55}
"""45 of 72 issues had no premium on 26-Sep-2025: some have none yet, others never."""


@dataclass(frozen=True)
class Listing:
    """A share's first day; prices in ₹, exact; the gain is that of the opening over the issue price, in per cent."""

    listed: date
    exchanges: tuple[Exchange, ...]
    issue_price: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    gain_pct: Decimal


@dataclass(frozen=True)
class Premium:
    """What the grey market is said to pay above the upper price, in ₹; None where nobody deals.

    `price` is that upper price, None while there is none; `as_of` the minute that the site says, None where it says
    none. `gain_pct` is the premium in per cent of the price.
    """

    as_of: datetime | None
    premium: Decimal | None
    price: Decimal | None
    gain_pct: Decimal | None


def listing(draws: Draws, issue: Issue) -> Listing | None:
    """Return the first day of an issue; None where it never lists."""
    price = issue.final_price
    if price is None or issue.life.listed is None:
        return None
    opened = _ticks(float(price) * (1 + _first_gain(draws, issue)))
    high = max(opened, _ticks(float(opened) * draws.between(1, 1.12, "high", issue.number)))
    low = min(opened, _ticks(float(opened) * draws.between(0.88, 1, "low", issue.number)))
    close = _ticks(float(low) + float(high - low) * draws.unit("close", issue.number))
    return Listing(
        issue.life.listed,
        issue.listed_on,
        price,
        opened,
        high,
        low,
        min(max(close, low), high),
        _pct(opened - price, price),
    )


def premium(draws: Draws, issue: Issue, at: datetime) -> Premium | None:
    """Return what the grey market's site says of an issue; None before it knows of it, and once it is gone."""
    listed = issue.life.listed
    if at < issue.life.announced_at or issue.is_gone(at):
        return None
    if listed is not None and ist_date(at) > listed + timedelta(days=_KEPT_DAYS):
        return None
    terms = issue.terms_at(at)
    price = None if terms is None or terms.band is None else terms.band.high
    if price is None or not _is_dealt(draws, issue):
        # Half of those without a premium have no time either.
        stamped = draws.unit("stamped", issue.number) < 0.5
        return Premium(_updated_at(draws, issue, at) if stamped else None, None, price, None)
    as_of = _updated_at(draws, issue, at)
    days = ist_date(as_of)
    hint = 0.75 * _first_gain(draws, issue) + 0.25 * (draws.wave(days, 4, "gmp", issue.number) - 0.5)
    rupees = Decimal(round(float(price) * hint * draws.between(0.9, 1.1, "gmp", issue.number, int(as_of.timestamp()))))
    return Premium(as_of, rupees, price, _pct(rupees, price))


def _first_gain(draws: Draws, issue: Issue) -> float:
    gain = 0.09 * log(issue.heat) + 0.08 * draws.spread("gain", issue.number)
    return min(max(gain, -0.3), _SME_CEILING if issue.platform == "sme" else 1.4)


def _is_dealt(draws: Draws, issue: Issue) -> bool:
    return draws.unit("dealt", issue.number) >= _NEVER_DEALT[issue.platform]


def _updated_at(draws: Draws, issue: Issue, at: datetime) -> datetime:
    """Return the last time before an instant at which the site looked: three times a day until it lists at 10:00."""
    if issue.life.listed is not None:
        at = min(at, datetime.combine(issue.life.listed, time(10), IST))
    day = ist_date(at)
    days = (day, day - timedelta(days=1))
    looked = next(one for back in days for one in _looks(draws, issue, back) if one <= at)
    # It looks whenever something new is said of the issue, too.
    return max(looked, *(one.since for one in issue.life.terms if one.since <= at))


def _looks(draws: Draws, issue: Issue, day: date) -> list[datetime]:
    """Return the minutes of a day at which it looks, the last first."""
    minutes = (
        hour * 60 + int(draws.between(0, 180, "looks", issue.number, day, hour)) for hour in reversed(_UPDATE_HOURS)
    )
    return [datetime.combine(day, time(minute // 60, minute % 60), IST) for minute in minutes]


def _ticks(price: float) -> Decimal:
    return Decimal(max(1, round(price / 0.05))) * _TICK


def _pct(part: Decimal, whole: Decimal) -> Decimal:
    return (100 * part / whole).quantize(_HUNDREDTH, ROUND_HALF_UP)
