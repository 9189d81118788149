"""NSDL's report of FPI investments as a table of strings: rowspans filled in, totals told from what they total."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import lxml.html
import numpy as np
import pandas as pd

from munim.core.errors import ContentRefused
from scrapers.bodies import page_words
from scrapers.raw import REJECT_COLUMNS, RawTable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from lxml.html import HtmlElement

    from munim.core.payload import Payload

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)

COLUMNS: dict[str, Callable[[str], bool]] = {
    "reporting_date": lambda title: title == "reportingdate",
    # The classes in the title grew over the years: Debt/Equity, Debt/Equity/Hybrid, Debt/Debt-VRR/Equity/Hybrid.
    "asset_class": lambda title: title.startswith("debt") and "equity" in title,
    "route": lambda title: title == "investmentroute",
    "gross_purchases": lambda title: title.startswith("grosspurchases") and "crore" in title,
    "gross_sales": lambda title: title.startswith("grosssales") and "crore" in title,
    "net": lambda title: title.startswith("netinvestment") and "crore" in title,
    "net_usd": lambda title: title.startswith("netinvestment") and "us" in title and "million" in title,
    "rate": lambda title: title.startswith("conversion") and "usdtoinr" in title,
}
"""Our names, and how a title in small letters and digits alone is known; the unit has to be in it."""

AMOUNTS = ("gross_purchases", "gross_sales", "net", "net_usd")
ROUTE, SUBTOTAL, TOTAL = "route", "subtotal", "total"
DATE = re.compile(r"\d{1,2}-[A-Za-z]{3}-\d{4}")
TITLE_DATE = re.compile(r"Daily Trends in FPI Investments (?:on|upto|up to) (\d{1,2}-[A-Za-z]{3}-\d{4})", re.IGNORECASE)
"""`on` a day is Latest.aspx's, `upto` a day the archive's."""


@dataclass
class _Grid:
    """Rows of cells with rowspans filled in: what hangs over from above stands in its column again."""

    hanging: dict[int, tuple[int, str]] = field(default_factory=dict)

    def row(self, cells: Sequence[HtmlElement]) -> list[str]:
        """Return a row's cells by column; those that are its own fill the places that nothing hangs into."""
        own = [(_text(cell), _span(cell, "rowspan"), _span(cell, "colspan")) for cell in cells]
        row: list[str] = []
        after: dict[int, tuple[int, str]] = {}
        while own or len(row) in self.hanging:
            at = len(row)
            if at in self.hanging:
                left, text = self.hanging[at]
                row.append(text)
                if left > 1:
                    after[at] = (left - 1, text)
                continue
            text, rows, columns = own.pop(0)
            for place in range(at, at + columns):
                row.append(text)
                if rows > 1:
                    after[place] = (rows - 1, text)
        self.hanging = after
        return row


def parse(payload: Payload) -> RawTable:
    """Return the rows of a page that `nsdl_body.check_body` has passed.

    Columns: `line_no` (the row of the table, its header being 1), reporting_date, asset_class, route,
    gross_purchases, gross_sales, net, net_usd, rate as written; `kind`: `route`, `subtotal`, or `total`, whose
    asset_class is missing; `titled`: the date in the page's title, where it has one.
    Raises `ContentRefused` where a column is missing, and where there is no row.
    """
    header, rows = _report(payload)
    places = _places(header, payload)
    titled = _titled(payload)
    grid = _Grid()
    kept: list[dict[str, object]] = []
    misfits: list[tuple[int, str, str, str]] = []
    for line_no, row in enumerate(rows, start=2):
        cells = _cells(row)
        texts = grid.row(cells)
        # A row of less than a route and its amounts is a note. Below the archive's days stand sums, such as
        # `Total for May` and `Grand Total Till May 26, 2026`.
        if len(cells) <= len(AMOUNTS) or "total" in _name_of(texts[places["reporting_date"]]):
            continue
        if len(texts) != len(header) or not DATE.fullmatch(texts[places["reporting_date"]]):
            detail = f"{len(texts)} cells where the header has {len(header)}, or no date among them"
            misfits.append((line_no, " | ".join(_text(cell) for cell in cells), "no_report_row", detail))
            continue
        kept.append({**_record(line_no, texts, places), "titled": titled})
    if not kept:
        raise _refused("a report without a row", payload)
    frame = pd.DataFrame({"line_no": pd.Series([row["line_no"] for row in kept], dtype="int64")})
    for name in (*COLUMNS, "kind", "titled"):
        frame[name] = pd.Series([row[name] for row in kept], dtype=TEXT)
    known = set(places.values())
    added = [title for at, title in enumerate(header) if at not in known]
    return RawTable(frame, "nsdl-fpi", tuple(added), pd.DataFrame(misfits, columns=list(REJECT_COLUMNS)))


def raw_lines(payload: Payload, line_nos: Collection[int]) -> dict[int, str]:
    """Return rows of the report's table by their number, their own cells joined by ` | `."""
    _, rows = _report(payload)
    return {line_no: " | ".join(_text(cell) for cell in _cells(rows[line_no - 2])) for line_no in line_nos}


def _report(payload: Payload) -> tuple[list[str], list[HtmlElement]]:
    """Return the titles of the report's columns, and the rows below them."""
    page = lxml.html.document_fromstring(payload.body, parser=lxml.html.HTMLParser(encoding="utf-8"))
    for table in page.iter("table"):
        rows = [row for part in table for row in ([part] if part.tag == "tr" else part) if row.tag == "tr"]
        for at, row in enumerate(rows):
            titles = [_text(cell) for cell in _cells(row)]
            if any(_name_of(title) == "investmentroute" for title in titles):
                return titles, rows[at + 1 :]
    raise _refused("no table with a column Investment Route", payload)


def _titled(payload: Payload) -> str | None:
    found = TITLE_DATE.search(page_words(payload.body))
    return found[1] if found else None


def _places(header: Sequence[str], payload: Payload) -> dict[str, int]:
    places = {}
    for name, is_title in COLUMNS.items():
        found = [at for at, title in enumerate(header) if is_title(_name_of(title))]
        if len(found) != 1:
            raise _refused(f"{len(found) or 'no'} column {name} among {', '.join(header)}", payload)
        places[name] = found[0]
    return places


def _record(line_no: int, texts: Sequence[str], places: dict[str, int]) -> dict[str, object]:
    record: dict[str, object] = {name: texts[at] for name, at in places.items()}
    route = _name_of(texts[places["route"]])
    kind = {"subtotal": SUBTOTAL, "total": TOTAL}.get(route, ROUTE)
    if kind == TOTAL:
        # The row of totals stands inside the rowspan of the last class (AIFs), and is not of that class.
        record["asset_class"] = None
    return {**record, "line_no": line_no, "kind": kind}


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _text(cell: HtmlElement) -> str:
    return " ".join(cell.text_content().split())


def _span(cell: HtmlElement, name: str) -> int:
    text = cell.get(name, "1").strip()
    return max(int(text), 1) if text.isascii() and text.isdigit() else 1


def _name_of(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", title.casefold())


def _refused(what: str, payload: Payload) -> ContentRefused:
    return ContentRefused(
        f"{payload.url} has {what}",
        feed=payload.feed,
        slot=payload.slot,
        kept="nothing was written, the raw bytes are kept",
        advice="the layout may have changed: see `munim sources check`",
    )
