"""What the readers of public issues answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal


@dataclass(frozen=True)
class Issue:
    """A state of an issue as `market.ipo` comments it, with when it was known and which payload established it.

    Prices in ₹ a share and exact; `known_from` is when a source first told it, `recorded_at` when all that it derives
    from could be read here.
    """

    ipo_id: int
    company: str | None
    platform: str | None
    security_kind: str | None
    symbol: str | None
    series: str | None
    bse_scrip_code: str | None
    price_band_low: Decimal | None
    price_band_high: Decimal | None
    final_price: Decimal | None
    face_value: Decimal | None
    lot_size: int | None
    issue_size_shares: int | None
    issue_size_inr: Decimal | None
    open_date: date | None
    close_date: date | None
    allotment_date: date | None
    listing_date: date | None
    isin: str | None
    is_on_nse: bool | None
    is_on_bse: bool | None
    status: str | None
    first_seen_at: datetime | None
    vanished_at: datetime | None
    known_from: datetime
    recorded_at: datetime
    feed: str
    url: str
    sha256: str


@dataclass(frozen=True)
class Bids:
    """Bids of one category at a time: `book` nse or combined, `sr_no` TOTAL for the total; `times` as published.

    `as_of_from`: content where the source says the time, fetch where it is that of the fetch.
    """

    book: str
    as_of: datetime
    as_of_from: str
    sr_no: str
    category: str | None
    shares_offered: int | None
    shares_bid: int | None
    times: Decimal | None
    applications: int | None
    known_from: datetime
    recorded_at: datetime
    feed: str
    url: str
    sha256: str


@dataclass(frozen=True)
class Premium:
    """An unofficial grey-market premium in ₹ a share; None where nobody deals in it."""

    source: str
    as_of: datetime
    as_of_from: str
    gmp_inr: Decimal | None
    price: Decimal | None
    estimated_gain_pct: Decimal | None
    unofficial: bool
    known_from: datetime
    feed: str
    url: str
    sha256: str


@dataclass(frozen=True)
class SourceId:
    """A source's id (SOURCE:ID) that is the issue, and why: person, symbol, isin or score; None: it is alone."""

    source_id: str
    company: str | None
    joined_by: str | None
    score: Decimal | None
    joined_to: str | None
    known_from: datetime


@dataclass(frozen=True)
class Listing:
    """What came of a listed issue; `from_source` equity where the prices of the day are the exchange's, else source.

    A source tells the first price at most. `price_feed` and `price_sha256` are of the payload that has them.
    """

    ipo_id: int
    listing_date: date | None
    issue_price: Decimal | None
    issue_price_from: str | None
    exchange: str | None
    open_inr: Decimal | None
    high_inr: Decimal | None
    low_inr: Decimal | None
    close_inr: Decimal | None
    gain_pct: Decimal | None
    from_source: str
    price_feed: str | None = None
    price_sha256: str | None = None


@dataclass(frozen=True)
class FirstDay:
    """Prices of a share's first day in ₹, and the file that has them."""

    exchange: str
    open_inr: Decimal | None
    high_inr: Decimal | None
    low_inr: Decimal | None
    close_inr: Decimal
    feed: str
    sha256: str


@dataclass(frozen=True)
class FirstPrice:
    """The price in ₹ at which a share opened, as a report site says it, and the payload that has it."""

    open_inr: Decimal
    feed: str
    sha256: str


@dataclass(frozen=True)
class Doubt:
    """Two ids that may be one issue and are not joined."""

    one: str
    company: str | None
    open_date: date | None
    other: str
    other_company: str | None
    other_open_date: date | None
    score: Decimal
