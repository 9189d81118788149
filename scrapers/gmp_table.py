"""Reports of issues and grey-market premiums as tables of strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scrapers.gmp import CHITTORGARH, INVESTORGAIN, IPOWATCH, tracked_rows
from scrapers.ipo_json import load, record, records
from scrapers.ipo_table import Columns, read

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

COLUMNS: Final = {
    CHITTORGARH: Columns(
        {
            "id": ("id",),
            "company": ("company",),
            "symbol": ("nsesymbol",),
            "isin": ("isin",),
            "scrip_code": ("bsescriptcode", "bsescripcode"),
            # What the page shows comes first: an issue without a date has a made one in the hidden column (Jio
            # Platforms, 2026: shown blank, hidden 2027-01-13T11:50).
            "open_date": ("openingdate", "issueopendate"),
            "close_date": ("closingdate", "issueclosedate"),
            "listing_date": ("listingdate",),
            "price_band": ("issuepricers",),
            "amount_crore": ("totalissueamountinclfirmreservationsrscr",),
            "face_value": ("facevaluers",),
            "category": ("issuecategory",),
            "listing_at": ("listingat",),
        },
        left={
            "urlrewritefoldername", "compareimage", "comparename", "leadmanager", "registrar", "pricingmethod",
            "issueamountrscr", "freshcapitalrscr", "offerforsalerscr", "minimumapplication", "ipo",
        },
    ),
    INVESTORGAIN: Columns(
        {
            "id": ("id",),
            "company": ("iponame", "name"),
            "gmp": ("gmp",),
            "gain": ("gmppercentcalc",),
            "price": ("price",),
            "updated": ("updatedon", "gmpupdated"),
            "open_date": ("srtopen",),
            "close_date": ("srtclose",),
            "allotment_date": ("srtboadt",),
            "listing_date": ("strlisting",),
            "category": ("ipocategory", "ipocategory1"),
            "status": ("ipostatus1",),
            "lot_size": ("lot",),
            # The badge behind the name: `L@167.50 (5.2%)` of an issue that is listed.
            "badge": ("name",),
        },
        left={
            "rating", "firerating", "sub", "estlisting", "open", "close", "boadt", "listing", "urlrewritefoldername",
            "displayorder", "highlightrow", "pe", "anchor", "orderby1", "iposize", "ipocategory1",
        },
    ),
    IPOWATCH: Columns(
        {
            "company": ("companyname",),
            "gmp": ("gmptext", "gmp"),
            "gain": ("gaintext", "listinggainpercent"),
            "price": ("issuepricetext", "pricetext", "ipoprice"),
            "days": ("date", "ipodate", "daterange"),
            "category": ("type", "ipotype"),
        },
        left={
            "rownumber", "symbol", "gmpvalue", "issueprice", "estimatedlistingprice", "listinggainpercent",
            "listinggain", "scrapedat", "source", "dataformat", "ipodateparsed",
        },
    ),
}  # fmt: skip


def parse(payload: Payload) -> dict[str, RawTable]:
    """Return `issues`: line_no, raw_line and the columns of the feed in `COLUMNS`, all strings."""
    node = load(payload)
    rows = tracked_rows(node) or [] if payload.feed == IPOWATCH else records(record(node)["reporttabledata"])
    layout = payload.feed.replace(".", "-") + ("-tracked" if payload.feed == IPOWATCH else "")
    return {"issues": read(rows, COLUMNS[payload.feed], layout)}
