"""Bids for a public issue by category: whose book, and of what time.

NSE tells two books: its own (`bidDetails`, and the totals in the list of open issues), and the one that it combines
with BSE's (`activeCat`), which says when it was updated. Of its own book only the graph beside it says the time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from loaders.batch import Note
from munim.core.clock import ist_date
from pipelines.ipo_dates import read_stamp
from pipelines.ipo_rows import Collected, Row, Values, rows_of
from pipelines.ipo_symbols import SOURCE, read_symbol, source_id
from pipelines.ipo_tables import IPO_FACT, IPO_SUBSCRIPTION
from pipelines.ipo_text import LONGEST_CATEGORY, clean_text
from pipelines.ipo_values import Unreadable, read_count, read_times
from scrapers.nse_ipo import CATEGORY

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

TOTAL: Final = "TOTAL"
NSE_BOOK: Final = "nse"
COMBINED_BOOK: Final = "combined"

CLOCKS_APART: Final = timedelta(minutes=30)
"""How far the site's clock may be ahead of ours; a time beyond that is a slip."""

_SR_NO: Final = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?(?:\([a-z0-9]{1,4}\))?", re.IGNORECASE)


@dataclass(frozen=True)
class _Time:
    """The time of a book, and whether it stands in the content."""

    as_of: datetime
    as_of_from: str


def total_of_list(row: Row, fact: Values, payload: Payload) -> Values | None:
    """Return the total that stands in the row of an open issue, or None: NSE's own book, at the time of the fetch."""
    bids = _figures(row)
    if bids is None:
        return None
    category = row.text("category", LONGEST_CATEGORY) or "Total"
    key = {"source": SOURCE, "source_id": fact["source_id"], "book": NSE_BOOK, "sr_no": TOTAL, "category": category}
    return key | bids | {"as_of": payload.fetched_at, "as_of_from": "fetch"}


def take_bids(found: Collected, table: RawTable | None, payload: Payload, opened: Mapping[str, date | None]) -> None:
    """Take the books of one issue or more; `opened` are the first days of the issues whose terms stand beside them."""
    books: dict[tuple[str | None, str], list[Row]] = {}
    for row in rows_of(table):
        books.setdefault((row.cells.get("symbol"), row.cells.get("book") or ""), []).append(row)
    totals: dict[str, dict[str, int]] = {}
    for (_, book), rows in books.items():
        symbol = rows[0].read(read_symbol, "symbol")
        if symbol is None:
            for row in rows:
                row.refuse("bad_symbol", "the bids are for no issue that is named")
        else:
            total = _take_book(found, rows, symbol, payload, opened.get(symbol))
            totals.setdefault(symbol, {})[book] = total
        for row in rows:
            found.take(row)
    found.notes += [note for symbol, said in totals.items() for note in _odd_totals(symbol, said)]


def _take_book(found: Collected, rows: Sequence[Row], symbol: str, payload: Payload, opens: date | None) -> int:
    """Take one book; return its total of shares bid for."""
    time = _time(rows, payload)
    total = 0
    # An answer without terms doesn't say when the issue opened: nearly always in the year that the bids are of.
    issue = source_id(symbol, opens or (None if payload.feed != CATEGORY else ist_date(time.as_of)))
    for row in rows:
        number = row.read(_read_sr_no, "sr_no")
        bids = _figures(row)
        if number is None or bids is None:
            found.rows_absent += 0 if row.bad else 1
            continue
        category = row.text("category", LONGEST_CATEGORY)
        if number == TOTAL and not (category or "").casefold().startswith("total"):
            row.refuse("bad_sr_no", f"sr_no: none, and the category is {category!r}")
            continue
        key = {"source": SOURCE, "source_id": issue, "book": row.cells.get("book"), "sr_no": number}
        times = {"as_of": time.as_of, "as_of_from": time.as_of_from}
        found.keep(IPO_SUBSCRIPTION, row, key | {"category": category} | bids | times)
        if number == TOTAL and isinstance(bids["shares_bid"], int):
            total = bids["shares_bid"]
    if payload.feed == CATEGORY:
        fact = {"source": SOURCE, "source_id": issue, "feed": payload.feed, "symbol": symbol, "is_on_nse": True}
        found.keep(IPO_FACT, rows[0], fact)
    return total


def _figures(row: Row) -> dict[str, object] | None:
    """Return a row's figures; None where it has none at all."""
    figures: dict[str, object] = {
        "shares_offered": row.read(read_count, "shares_offered"),
        "shares_bid": row.read(read_count, "shares_bid"),
        "times": row.read(read_times, "times"),
        "applications": row.read(read_count, "applications"),
    }
    return None if all(value is None for value in figures.values()) else figures


def _read_sr_no(raw: str | None) -> str:
    """Read a category's number; a row without one is the total."""
    number = (clean_text(raw) or "").replace(" ", "")
    if not number:
        return TOTAL
    if not _SR_NO.fullmatch(number):
        raise Unreadable("no number of a category")
    return number


def _time(rows: Sequence[Row], payload: Payload) -> _Time:
    """Return the time that a book is of: the content's own, else that of the fetch.

    The graph's time is the time of NSE's own book only while both have the same total.
    """
    first = rows[0]
    stamp = first.read(read_stamp, "update_time")
    if stamp is not None and stamp > payload.fetched_at + CLOCKS_APART:
        first.refuse("future_time", f"update_time {first.cells.get('update_time')!r}: later than the fetch")
        stamp = None
    if stamp is not None and first.cells.get("book") == NSE_BOOK and not _is_of_graph(rows):
        stamp = None
    return _Time(payload.fetched_at, "fetch") if stamp is None else _Time(stamp, "content")


def _is_of_graph(rows: Sequence[Row]) -> bool:
    try:
        of_graph = read_count(rows[0].cells.get("nse_total"))
        totals = {read_count(row.cells.get("shares_bid")) for row in rows if not row.cells.get("sr_no")}
    except Unreadable:
        return False
    return of_graph is not None and totals == {of_graph}


def _odd_totals(symbol: str, said: Mapping[str, int]) -> list[Note]:
    """Note a combined book with fewer bids than NSE's alone.

    So it is with SME issues: BMISL's combined total of 788,400 leaves out the individuals, NSE's own is 3,505,200.
    """
    nse, combined = said.get(NSE_BOOK, 0), said.get(COMBINED_BOOK)
    if combined is None or combined >= nse:
        return []
    return [Note("combined_total_incomplete", symbol, detail={"nse": nse, "combined": combined})]
