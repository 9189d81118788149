"""What a made public issue is: its names and numbers at each site, what is said of it when, and where it is in life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from munim.core.clock import IST, ist_date

Platform = Literal["mainboard", "sme"]
Exchange = Literal["NSE", "BSE"]
Status = Literal["announced", "open", "closed", "listed", "withdrawn", "vanished"]
Ending = Literal["withdrawn", "vanished"]

OPENS: Final = time(10)
CLOSES: Final = time(17)
"""`10.00 a.m. to 5.00 p.m.` is in the terms of each issue."""


class Band(NamedTuple):
    """A price band in ₹ a share, both ends offered; equal where the price is fixed."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Names:
    """How each site writes a company: `company` is the true name, `nse` may have markup in it."""

    company: str
    nse: str
    bse: str
    chittorgarh: str
    investorgain: str


@dataclass(frozen=True)
class Ids:
    """What an issue is known by; `symbol` is NSE's, and blank where NSE has no part in the issue."""

    symbol: str
    isin: str
    bse_offer_code: int
    bse_issue_no: int
    bse_scrip_code: int
    chittorgarh: int
    investorgain: int


@dataclass(frozen=True)
class Terms:
    """What is said of an issue from an instant on: the band, both days of bidding, and shares left for bids."""

    since: datetime
    band: Band | None
    opens: date | None
    closes: date | None
    size_shares: int


@dataclass(frozen=True)
class Life:
    """When an issue is heard of, what is said of it then and later, and how it ends.

    The report sites tell of it from `announced_at` on, the exchanges from `at_exchanges`, never before. `ended_at` and
    `ending` are of issues that never list.
    """

    announced_at: datetime
    at_exchanges: datetime
    terms: tuple[Terms, ...]
    planned_days: int
    allotted: date | None
    listed: date | None
    ending: Ending | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Issue:
    """One made initial public offer. `total_shares` has the anchors' part, `anchor_shares`, in it; amounts are in ₹."""

    number: int
    platform: Platform
    bid_on: tuple[Exchange, ...]
    listed_on: tuple[Exchange, ...]
    names: Names
    ids: Ids
    life: Life
    face_value: int
    lot_size: int
    total_shares: int
    anchor_shares: int
    fresh_inr: int
    sale_inr: int
    heat: float
    has_employees: bool = False
    listing_series: str = "EQ"
    told_by_nse: bool = True

    def __hash__(self) -> int:
        """Return the number: hashing all of an issue, which is done on every look, took half the time of a page."""
        return self.number

    @property
    def series(self) -> str:
        """NSE's series while it is offered."""
        return "SME" if self.platform == "sme" else "EQ"

    @property
    def final_price(self) -> Decimal | None:
        """What a share was sold for; None where none was."""
        band = self.life.terms[-1].band
        if self.life.listed is None or band is None:
            return None
        # One issue in nine is sold below the top of its band.
        return band.low if self.number % 9 == 4 else band.high

    def terms_at(self, at: datetime) -> Terms | None:
        """Return what is said of it at an instant; None before it is announced."""
        said = [one for one in self.life.terms if one.since <= at]
        return said[-1] if said else None

    def status_at(self, at: datetime) -> Status | None:
        """Return where it is at an instant; None before it is announced.

        It is listed from the first minute of the day of listing on: the sites tell of a day, not of an hour.
        """
        terms = self.terms_at(at)
        if terms is None:
            return None
        if self.life.ending is not None and self.life.ended_at is not None and at >= self.life.ended_at:
            return self.life.ending
        if self.life.listed is not None and ist_date(at) >= self.life.listed:
            return "listed"
        if terms.closes is not None and at >= datetime.combine(terms.closes, CLOSES, IST):
            return "closed"
        if terms.opens is not None and at >= datetime.combine(terms.opens, OPENS, IST):
            return "open"
        return "announced"

    def is_gone(self, at: datetime) -> bool:
        """Return whether the sites have dropped it: vanished, or withdrawn and no longer told of."""
        return self.life.ended_at is not None and at >= self.life.ended_at
