"""NSE's public issues as tables of strings: issues one a row, and the bids for them one category a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from scrapers.ipo_json import Node, cell, load, plain, record, records
from scrapers.ipo_table import Columns, read, table
from scrapers.nse_ipo import CATEGORY, DETAIL, PAST, Tables, is_wrapped, unwrapped

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

LIST_COLUMNS: Final = Columns(
    {
        "symbol": ("symbol",),
        "company": ("companyname",),
        "series": ("series",),
        "open_date": ("issuestartdate",),
        "close_date": ("issueenddate",),
        "status": ("status",),
        "issue_size": ("issuesize",),
        "price_band": ("issueprice", "priceband"),
        "lot_size": ("lotsize",),
        "is_bse": ("isbse",),
        "category": ("category",),
        "shares_offered": ("noofsharesoffered",),
        "shares_bid": ("noofsharesbid",),
        "times": ("nooftime",),
    },
    left={"srno"},
)
PAST_COLUMNS: Final = Columns(
    {
        "symbol": ("symbol",),
        "company": ("company", "companyname"),
        "series": ("securitytype",),
        "open_date": ("ipostartdate",),
        "close_date": ("ipoenddate",),
        "price_band": ("pricerange",),
        "final_price": ("issueprice",),
        "listing_date": ("listingdate",),
    },
    left={"htmsym", "linkremovaldate"},
)
NSE_BOOK: Final = Columns(
    {
        "sr_no": ("srno",),
        "category": ("category",),
        "shares_offered": ("noofsharesoffered",),
        "shares_bid": ("noofsharesbid", "noofsharebid"),
        "times": ("nooftime",),
        "applications": ("noofapplication",),
    }
)
"""Rows of `bidDetails`, bids through NSE alone; on the SME platform `noOfshareBid, noofapplication` and no offer."""
COMBINED_BOOK: Final = Columns(
    {
        "sr_no": ("srno",),
        "category": ("category",),
        "shares_offered": ("noofshareoffered",),
        "shares_bid": ("noofsharesbid",),
        "times": ("nooftotalmeant",),
        "applications": (),
    }
)
"""Rows of `activeCat`, bids through NSE and BSE."""

TITLES: Final = {
    "symbol": "symbol",
    "issueperiod": "period",
    "issuesize": "issue_size_text",
    "issuetype": "issue_type",
    "pricerange": "price_band",
    "price": "price_band",
    "issueprice": "price_band",
    "facevalue": "face_value",
    "lotsize": "lot_size",
    "bidlot": "lot_size",
}
"""Titles of an issue's terms that are read, in plain letters; the lot is `Lot Size` on the SME platform alone."""
TERMS: Final = (
    "symbol", "company", "series", "period", "issue_size_text", "issue_type", "price_band", "face_value", "lot_size"
)  # fmt: skip

HEADER_SR_NO: Final = "Sr.No."
"""The first row of `activeCat` is its header."""


def parse(payload: Payload) -> Tables:
    """Return a body's tables: `issues` (of a list the columns of `LIST_COLUMNS` or `PAST_COLUMNS`, else `TERMS`) and
    `bids` (symbol, series, book "nse" or "combined", update_time, nse_total, and those of `NSE_BOOK`).

    All columns are strings; `line_no` numbers the records of the body from 1, over both tables, and `raw_line` is the
    record. A header inside the rows has a number and is left out.
    """  # noqa: D205 - one list of columns each
    node = load(payload)
    wrapped = is_wrapped(node)
    layout = payload.feed.replace(".", "-") + ("-wrapped" if wrapped else "")
    if payload.feed == DETAIL:
        return _detail(node, layout, _asked(payload, "series"))
    if payload.feed == CATEGORY:
        books = unwrapped(node) if wrapped else [(_asked(payload, "symbol"), node)]
        return {"bids": _categories(books, layout)}
    rows = [one for _, one in unwrapped(node)] if wrapped else records(node)
    return {"issues": read(rows, PAST_COLUMNS if payload.feed == PAST else LIST_COLUMNS, layout)}


def _asked(payload: Payload, name: str) -> str | None:
    """Return what was asked for in the URL: an answer's own symbol is null in `activeCat`."""
    return parse_qs(urlsplit(payload.url).query).get(name, [None])[0]


def _detail(node: Node, layout: str, series: str | None) -> Tables:
    said = record(node)
    terms = record(said.get("issueinfo"))
    bids, book = records(said.get("biddetails")), record(said.get("activecat"))
    values = _terms(terms, said)
    sme = any("noofsharebid" in record(one) for one in bids)
    values["series"] = series or ("SME" if sme else "EQ")
    layout += "-sme" if values["series"] == "SME" else "-mainboard"
    issue = table([(1, said.get("issueinfo"))], {name: [values.get(name)] for name in TERMS}, layout)
    graph = record(said.get("demandgraph"))
    shared = {"symbol": values.get("symbol"), "series": values["series"]}
    nse_time = {"update_time": cell(graph.get("timestamp")), "nse_total": cell(graph.get("totalbids"))}
    nse = read(bids, NSE_BOOK, layout, 2, shared | nse_time | {"book": "nse"})
    combined = _combined(book, layout, 2 + len(bids), shared)
    return {"issues": issue, "bids": _joined([nse, combined], layout)}


def _terms(terms: Mapping[str, Node], said: Mapping[str, Node]) -> dict[str, str | None]:
    """Return an issue's terms by our names.

    `companyName` is the symbol; the name is `heading` on the SME platform, on the main board the first title.
    """
    pairs = [record(one) for one in records(terms.get("datalist"))]
    values: dict[str, str | None] = {}
    for pair in pairs:
        name = TITLES.get(plain(cell(pair.get("title")) or ""))
        if name:
            values.setdefault(name, cell(pair.get("value")))
    first = pairs[0] if pairs else {}
    named_by_title = None if cell(first.get("value")) else cell(first.get("title"))
    values["company"] = cell(terms.get("heading")) or named_by_title
    values["symbol"] = cell(terms.get("symbol")) or values.get("symbol") or cell(said.get("companyname"))
    return values


def _combined(book: Mapping[str, Node], layout: str, first: int, shared: Mapping[str, str | None]) -> RawTable:
    more = {"update_time": cell(book.get("updatetime")), "nse_total": None, "book": "combined"}
    found = read(records(book.get("datalist")), COMBINED_BOOK, layout, first, dict(shared) | more)
    rows = found.frame[found.frame["sr_no"].ne(HEADER_SR_NO) | found.frame["sr_no"].isna()]
    return type(found)(rows.reset_index(drop=True), layout, found.added_columns, found.rejects)


def _categories(books: Sequence[tuple[str | None, Node]], layout: str) -> RawTable:
    tables, first = [], 1
    for symbol, node in books:
        book = record(node)
        tables.append(_combined(book, layout, first, {"symbol": symbol, "series": None}))
        first += len(records(book.get("datalist")))
    return _joined(tables, layout)


def _joined(tables: Sequence[RawTable], layout: str) -> RawTable:
    """Return tables of the same columns as one."""
    import pandas as pd  # noqa: PLC0415

    frames = [one.frame for one in tables if len(one.frame)] or [one.frame for one in tables[:1]]
    rejects = [one.rejects for one in tables if len(one.rejects)] or [one.rejects for one in tables[:1]]
    added = tuple(dict.fromkeys(name for one in tables for name in one.added_columns))
    first = tables[0]
    return type(first)(
        pd.concat(frames, ignore_index=True)[list(first.frame.columns)],
        layout,
        added,
        pd.concat(rejects, ignore_index=True),
    )
