"""NSE's public issues as facts, and the bids for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from loaders.keyed_batch import Scope
from pipelines.ipo_bids import take_bids, total_of_list
from pipelines.ipo_dates import read_date, read_period
from pipelines.ipo_kind import kind_of_series
from pipelines.ipo_rows import Collected, Row, Values, rows_of
from pipelines.ipo_symbols import SOURCE, read_symbol, source_id
from pipelines.ipo_tables import IPO_FACT, IPO_SUBSCRIPTION
from pipelines.ipo_terms import bidding_days, note_odd_price
from pipelines.ipo_text import LONGEST_COMPANY, LONGEST_STATUS, clean_text
from pipelines.ipo_values import read_band, read_count, read_issue_amount, read_lot, read_price
from scrapers.nse_ipo import CURRENT, UPCOMING

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

SME_SERIES: Final = frozenset({"SME", "SM", "ST", "SZ"})
COMPLETE_LISTS: Final = frozenset({CURRENT, UPCOMING})
"""Lists that show every issue of theirs: what they lack has gone. Past issues may be asked for in part."""


def normalise(tables: Mapping[str, RawTable], payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return what a body of NSE's says of issues and bids; pure.

    `accepted` are lines of which a person has accepted that bidding ends before it begins. Raises `ContentRefused`
    when not one row can be read.
    """
    found = Collected()
    found.take_rejects(tables)
    opened: dict[str, date | None] = {}
    every_row_is_told = True
    for row in rows_of(tables.get("issues")):
        symbol = row.read(read_symbol, "symbol")
        if symbol is None:
            every_row_is_told = False
            row.refuse("bad_symbol", "no symbol: the row is of no issue that is named")
        else:
            fact = _fact(row, symbol, payload, accepted)
            found.keep(IPO_FACT, row, fact)
            if payload.feed == CURRENT and (bids := total_of_list(row, fact, payload)) is not None:
                found.keep(IPO_SUBSCRIPTION, row, bids)
            opened[symbol] = fact["open_date"] if isinstance(fact["open_date"], date) else None
        found.take(row)
    take_bids(found, tables.get("bids"), payload, opened)
    layout = next(iter(tables.values())).layout
    # A row that names no issue may be any issue's; what a tracker kept, and an empty list, list nothing completely.
    whole = every_row_is_told and not found.refused_by_parser and not layout.endswith("-wrapped")
    complete = payload.feed in COMPLETE_LISTS and whole and bool(opened)
    scopes = (Scope({"source": SOURCE, "feed": payload.feed}),) if complete else ()
    return found.batch(payload, layout, (IPO_FACT, IPO_SUBSCRIPTION), scopes)


def _fact(row: Row, symbol: str, payload: Payload, accepted: Collection[int]) -> Values:
    company = row.text("company", LONGEST_COMPANY)
    series = row.text("series", LONGEST_STATUS)
    in_period = row.read(read_period, "period")
    opens, closes = in_period or bidding_days(row, accepted)
    listed = row.read(read_date, "listing_date")
    band, final = row.read(read_band, "price_band"), row.read(read_price, "final_price")
    terms = clean_text(row.cells.get("issue_size_text"))
    kind = kind_of_series(series, company, terms, opens=opens, listed=listed)
    note_odd_price(row, symbol, band, final)
    return {
        "source": SOURCE,
        "source_id": source_id(symbol, opens),
        "feed": payload.feed,
        "company": company,
        "platform": "sme" if (series or "").upper() in SME_SERIES else None if kind == "debt" else "mainboard",
        "security_kind": kind,
        "symbol": symbol,
        "series": series,
        "price_band_low": band.low if band else None,
        "price_band_high": band.high if band else None,
        "final_price": final,
        "face_value": row.read(read_price, "face_value"),
        "lot_size": row.read(read_lot, "lot_size"),
        # No issue is of no shares: a 0 is a blank.
        "issue_size_shares": row.read(read_count, "issue_size") or None,
        "issue_size_inr": row.read(read_issue_amount, "issue_size_text"),
        "open_date": opens,
        "close_date": closes,
        "listing_date": listed,
        "source_status": row.text("status", LONGEST_STATUS),
        # `isBse` is "1" in each SME row of 2025 and 2026, of issues that NSE's own platform lists: not read.
        "is_on_nse": True,
    }
