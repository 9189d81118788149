"""What Chittorgarh, InvestorGain and ipowatch say of issues, and of the grey market's premiums."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

from loaders.batch import Note
from munim.core.clock import ist_date
from pipelines.ipo_bse import read_id
from pipelines.ipo_dates import read_date, read_day_span, read_short_date, read_short_stamp
from pipelines.ipo_kind import kind_of_name
from pipelines.ipo_names import plain_name
from pipelines.ipo_rows import Collected, Row, Values, rows_of
from pipelines.ipo_symbols import read_symbol
from pipelines.ipo_tables import IPO_FACT, IPO_GMP
from pipelines.ipo_terms import bidding_days
from pipelines.ipo_text import LONGEST_COMPANY, LONGEST_STATUS, capped, clean_text
from pipelines.ipo_values import read_band, read_crore, read_gmp, read_lot, read_percent, read_price
from pipelines.isin import clean_isin
from scrapers.gmp import CHITTORGARH, INVESTORGAIN, IPOWATCH, PREMIUMS

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

LONGEST_ID: Final = 80
PAGE: Final = "-page"
"""How the layout of a site's page ends, which was read where its JSON was refused."""

DayReader = Callable[[str | None], date | None]

Read = TypeVar("Read")

_LACKING: Final = {CHITTORGARH: ["symbol", "isin", "bse_scrip_code", "face_value"], INVESTORGAIN: []}
"""What a page doesn't show of what the JSON has: what was told of it before stays told."""

_LINK: Final = re.compile(r"<a\b[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_ID_IN_LINK: Final = re.compile(r"/ipo/[^/\"'\s]+/([0-9]{1,9})/")
_OPENED_AT: Final = re.compile(r">\s*L\s*@\s*([^<()]+)\(", re.IGNORECASE)
_ZERO: Final = re.compile(r"\s*0*(?:\.0*)?\s*")


def normalise(tables: Mapping[str, RawTable], payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return what a report says of issues, and the premiums in it; pure. `accepted` as in `ipo_nse.normalise`.

    Raises `ContentRefused` when not one row can be read.
    """
    found = Collected()
    found.take_rejects(tables)
    source = payload.feed.partition(".")[0]
    layout = tables["issues"].layout
    if layout.endswith(PAGE):
        found.notes.append(Note("read_from_page", detail={"url": payload.url, "lacks": _LACKING[payload.feed]}))
    read_day = _day_reader(payload, layout)
    for row in rows_of(tables.get("issues")):
        company = _company(row)
        issue = _source_id(row, company, payload.feed)
        if issue is None or company is None:
            row.refuse("bad_id", "no id and no name: the row is of no issue that is named")
        else:
            key = {"source": source, "source_id": issue}
            days = _days(row, payload, accepted, read_day)
            found.keep(IPO_FACT, row, key | {"feed": payload.feed} | _fact(row, company, days, payload.feed, read_day))
            if payload.feed in PREMIUMS:
                found.keep(IPO_GMP, row, {**key, **_premium(row, company, days, payload.fetched_at)})
        found.take(row)
    return found.batch(payload, layout, (IPO_FACT, IPO_GMP))


def _company(row: Row) -> str | None:
    """Return the name: what the first link says, where there is one, for badges stand behind it."""
    raw = row.cells.get("company") or ""
    link = _LINK.search(raw)
    if link is None:
        return row.text("company", LONGEST_COMPANY)
    return capped(clean_text(link[1]), LONGEST_COMPANY)


def _source_id(row: Row, company: str | None, feed: str) -> str | None:
    """Return the site's id of an issue; ipowatch has none but the name."""
    if feed == IPOWATCH:
        return plain_name(company or "")[:LONGEST_ID] or None
    own = row.read(read_id, "id")
    link = _ID_IN_LINK.search(row.cells.get("company") or "")
    return own or (link[1] if link else None)


def _day_reader(payload: Payload, layout: str) -> DayReader:
    """Return what reads a day: the page of InvestorGain's shows it without its year, the JSON has it whole."""
    if payload.feed != INVESTORGAIN or not layout.endswith(PAGE):
        return read_date
    near = ist_date(payload.fetched_at)
    return lambda raw: read_short_date(raw, near)


def _days(
    row: Row, payload: Payload, accepted: Collection[int], read_day: DayReader
) -> tuple[date | None, date | None]:
    near = ist_date(payload.fetched_at)
    span = row.read(lambda raw: read_day_span(raw, near), "days")
    return span or bidding_days(row, accepted, read_day)


def _fact(
    row: Row, company: str, days: tuple[date | None, date | None], feed: str, read_day: DayReader
) -> dict[str, object]:
    band = row.read(read_band, "price_band")
    listed = row.read(read_day, "listing_date")
    paid = feed == CHITTORGARH and listed is not None and band is not None and band.low == band.high
    category = (row.text("category", LONGEST_STATUS) or "").casefold()
    places = (row.cells.get("listing_at") or "").casefold()
    isin, odd = clean_isin(row.cells.get("isin"))
    if odd is not None:
        row.notes.append(Note(odd, company, detail={"raw": row.cells.get("isin")}))
    return {
        "company": company,
        "platform": _platform(category, places),
        "security_kind": kind_of_name(company, category) or "ipo",
        "symbol": row.read(read_symbol, "symbol"),
        "bse_scrip_code": row.read(read_id, "scrip_code"),
        # Chittorgarh's one column has the band until the issue is listed, and then the price that was paid.
        "price_band_low": band.low if band and not paid else None,
        "price_band_high": band.high if band and not paid else None,
        "final_price": band.high if band and paid else None,
        "face_value": row.read(read_price, "face_value"),
        "lot_size": row.read(_or_zero(read_lot), "lot_size"),
        # 0.00 stands where the size is not known (Jio Platforms, 2026).
        "issue_size_inr": row.read(_or_zero(read_crore), "amount_crore"),
        "open_date": days[0],
        "close_date": days[1],
        "allotment_date": row.read(read_day, "allotment_date"),
        "listing_date": listed,
        "isin": isin,
        "source_status": row.text("status", LONGEST_STATUS),
        "is_on_nse": "nse" in places if feed == CHITTORGARH and places else None,
        "is_on_bse": "bse" in places if feed == CHITTORGARH and places else None,
    }


def _premium(row: Row, company: str, days: tuple[date | None, date | None], fetched_at: datetime) -> Values:
    stamp = row.read(lambda raw: read_short_stamp(raw, fetched_at), "updated")
    gmp, gain = row.read(read_gmp, "gmp"), row.read(read_percent, "gain")
    return {
        "as_of": stamp or fetched_at,
        "as_of_from": "fetch" if stamp is None else "content",
        "company_text": company,
        "gmp_inr": gmp,
        # InvestorGain writes 0 until there is a price.
        "price": row.read(_or_zero(read_price), "price"),
        # A gain of 0.00 beside no premium is no forecast.
        "estimated_gain_pct": None if gmp is None else gain,
        "first_price": row.read(_first_price, "badge"),
        "platform": _platform((row.text("category", LONGEST_STATUS) or "").casefold(), ""),
        "open_date": days[0],
        "close_date": days[1],
        "unofficial": True,
    }


def _first_price(raw: str | None) -> Decimal | None:
    """Read the price at which a share opened, from the badge of an issue that is listed: `L@167.50 (5.2%)`."""
    badge = _OPENED_AT.search(html.unescape(raw or ""))
    return None if badge is None else read_price(badge[1])


def _platform(category: str, places: str) -> str | None:
    if "sme" in category or "sme" in places:
        return "sme"
    return "mainboard" if "main" in category or category == "ipo" else None


def _or_zero(reader: Callable[[str | None], Read | None]) -> Callable[[str | None], Read | None]:
    """Return a reader that takes a zero for nothing."""
    return lambda raw: None if raw is not None and _ZERO.fullmatch(raw) else reader(raw)
