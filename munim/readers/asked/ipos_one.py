"""One public issue: its life, its bids, its listing. What the grey market says is unofficial, and named so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from munim.core.clock import ist_date
from munim.core.errors import NotFound, RequestWrong
from munim.readers import equity, instruments
from munim.readers import ipo as readers
from munim.readers.answer import Answer, Cell
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment
from munim.readers.asked.sources import source_of

if TYPE_CHECKING:
    from decimal import Decimal

    from loaders.database import Connection
    from munim.readers.equity import EquityDay
    from munim.readers.ipo_records import Bids, Issue

LIFE = ("company", "known_from", "status", "open_date", "close_date", "allotment_date", "listing_date",
        "price_band_low", "price_band_high", "final_price", "lot_size", "issue_size_shares",
        "issue_size_inr")  # fmt: skip
GMP = ("unofficial_gmp_inr", "unofficial_gmp_as_of")
BIDS = ("company", "book", "as_of", "sr_no", "category", "shares_offered", "shares_bid", "times", "applications")
LISTING = (
    "company",
    "listing_date",
    "issue_price",
    "exchange",
    "open_inr",
    "high_inr",
    "low_inr",
    "close_inr",
    "gain_pct",
)

UNOFFICIAL = "the grey-market premium is unofficial: talk of dealers, which no exchange stands behind"


def _life(connection: Connection, issue: Issue, when: Moment) -> Answer:
    states = readers.life(connection, issue.ipo_id, when.asked)
    premiums = readers.premiums(connection, issue.ipo_id, when.asked)
    last = premiums[-1] if premiums else None
    rows: list[tuple[Cell, ...]] = [(*(getattr(one, name) for name in LIFE), None, None) for one in states]
    if rows and last is not None:
        rows[-1] = (*rows[-1][:-2], last.gmp_inr, last.as_of)
    return Answer(
        question="ipos",
        as_of=ist_date(states[-1].known_from),
        known_at=when.known_at,
        unit="INR a share; sizes in shares and INR",
        basis="each state of the issue from when on it was known; the newest premium beside the newest state",
        source=source_of(connection, states[-1]),
        freshness=standing.standing_of(connection, standing.ISSUES, when),
        columns=(*LIFE, *GMP),
        rows=rows,
        notes=(_name(issue), *((UNOFFICIAL,) if last is not None else ())),
        untrusted=("company",),
    )


def _subscription(connection: Connection, issue: Issue, when: Moment) -> Answer:
    found = _newest_of_each_book(readers.bids(connection, issue.ipo_id, when.asked))
    newest = max(found, key=lambda one: one.as_of, default=None)
    return Answer(
        question="ipos",
        as_of=None if newest is None else ist_date(newest.as_of),
        known_at=when.known_at,
        unit="shares; times: bid for one offered",
        basis="bids as the exchange published them, of each book the newest; the books are never added",
        source=source_of(connection, newest),
        freshness=standing.standing_of(connection, standing.ISSUES, when),
        columns=BIDS,
        rows=[(issue.company, *(getattr(one, name) for name in BIDS[1:])) for one in found],
        notes=(_name(issue), *(() if found else ("no bids of it were known",))),
        untrusted=("company", "category"),
    )


def _newest_of_each_book(found: Sequence[Bids]) -> list[Bids]:
    newest = {one.book: one.as_of for one in found}
    return [one for one in found if one.as_of == newest[one.book]]


def _listing(connection: Connection, issue: Issue, when: Moment) -> Answer:
    listed = issue.listing_date is not None and issue.listing_date <= when.today
    day = _first_day(connection, issue, issue.listing_date, when) if listed and issue.listing_date else None
    price, notes = _issue_price(issue), [_name(issue)]
    if not listed:
        notes.append("not listed yet")
    elif day is None:
        notes.append("no bhavcopy of the first day was known")
    row: tuple[Cell, ...] = (issue.company, issue.listing_date, price, None, None, None, None, None, None)
    if day is not None:
        exchange, found = day
        gain = None
        if price and found.close is not None:
            gain = round((found.close - price) * 100 / price, 2)
        row = (issue.company, issue.listing_date, price, exchange, found.open, found.high, found.low, found.close, gain)
    return Answer(
        question="ipos",
        as_of=issue.listing_date if listed else None,
        known_at=when.known_at,
        unit="INR a share; gain %",
        basis="issue price: the final one, or a fixed one; prices of the first day as the exchange's bhavcopy has them",
        source=source_of(connection, day[1] if day is not None else issue),
        freshness=standing.standing_of(connection, standing.ISSUES, when),
        columns=LISTING,
        rows=[row] if listed else [],
        notes=tuple(notes),
        untrusted=("company",),
    )


def _issue_price(issue: Issue) -> Decimal | None:
    """Return the price at which shares were allotted: of a band it is not known before it is told."""
    if issue.final_price is not None:
        return issue.final_price
    return issue.price_band_high if issue.price_band_low == issue.price_band_high else None


def _first_day(connection: Connection, issue: Issue, day: date, when: Moment) -> tuple[str, EquityDay] | None:
    codes = [("NSE", issue.symbol), ("BSE", issue.bse_scrip_code), ("NSE", issue.isin), ("BSE", issue.isin)]
    for exchange, code in codes:
        if code is None:
            continue
        try:
            security = instruments.find_security(connection, code, exchange)
        except RequestWrong:
            # No bhavcopy had it: another exchange's may.
            continue
        rows = equity.series(connection, security, (day, day), when.known)
        if rows:
            return exchange, rows[0]
    return None


def _name(issue: Issue) -> str:
    """Return which issue it is, without words that a site wrote."""
    return f"issue {issue.ipo_id}"


def _no_list(_connection: Connection, issue: Issue, _when: Moment) -> Answer:
    raise NotFound(f"issue {issue.ipo_id} has no such view", advice="life, subscription or listing")


VIEWS: Mapping[str, Callable[[Connection, Issue, Moment], Answer]] = MappingProxyType({
    "life": _life,
    "subscription": _subscription,
    "listing": _listing,
    "list": _no_list,
})  # fmt: skip
