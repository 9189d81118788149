"""A report site's page: its table found by the columns' titles, and each row's cells by theirs.

Quirks, as public projects tell them: each cell names its column (`data-label`), the row of titles comes again every so
often, advertisements stand in rows of one cell, and the content network before the site takes `L@455.00` for an
address and hides it (`data-cfemail`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import lxml.etree
import lxml.html

from scrapers.report_names import SHOWN, plain, plain_names

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LEAST_COLUMNS: Final = 3
"""A table with so many of a report's columns is that report, and one with fewer is another table."""

NONE_SAID: Final = re.compile(r"\bno (?:matching )?(?:data|records?|issues?|ipos?|results?)\b", re.IGNORECASE)
HIDDEN: Final = re.compile(r"(?:[0-9a-f]{2}){2,200}", re.IGNORECASE)
FIRST_LINE: Final = re.compile(r"<br\b[^>]*>", re.IGNORECASE)

Cells = dict[str, str]
"""A row's cells by their column's title, each with the markup inside it."""


@dataclass(frozen=True)
class Found:
    """The report of a page.

    `titles` are its columns as shown, `missing` those that it ought to have. `rows` and `misfits` are numbered by their
    place in the table, its titles being 1: a misfit is a row of several cells that are not the columns'. `says_none`:
    a row says that there is nothing.
    """

    feed: str
    titles: tuple[str, ...]
    missing: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...] = ()
    misfits: tuple[tuple[int, str, str], ...] = ()
    says_none: bool = False


@dataclass(frozen=True)
class _Table:
    """A table: its titles, and the rows below them."""

    titles: tuple[str, ...]
    rows: tuple[HtmlElement, ...]

    @property
    def names(self) -> frozenset[str]:
        """The plain names of its columns: of the titles, and of the cells that name theirs."""
        labels = (cell.get("data-label", "") for row in self.rows for cell in _cells(row))
        return frozenset(plain(title) for title in (*self.titles, *dict.fromkeys(labels)))


def find(body: bytes) -> Found | None:
    """Return the report that a page shows; None where it shows none. Tables of one report (two boards) are one."""
    tables = [table for table in _tables(body) if table is not None]
    best = [(_score(table, feed), feed) for table in tables for feed in SHOWN]
    score, feed = max(best, default=(0, ""))
    if score < LEAST_COLUMNS:
        return None
    own = [table for table in tables if _score(table, feed) == score]
    names = own[0].names
    missing = tuple(title for title in SHOWN[feed] if plain(title) not in names)
    found = Found(feed, own[0].titles, missing)
    return found if missing else _read(found, own)


def first_line(markup: str) -> str:
    """Return a cell's first line: what stands below it is a note (`30-Sep<br><small><b>GMP: 5</b></small>`)."""
    return FIRST_LINE.split(markup, maxsplit=1)[0]


def text_of(markup: str) -> str:
    """Return the words of a cell, single-spaced."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def _score(table: _Table, feed: str) -> int:
    return len(table.names & set(plain_names(feed)))


def _read(found: Found, tables: Sequence[_Table]) -> Found:
    """Return the report with its rows."""
    rows: list[tuple[int, Cells]] = []
    misfits: list[tuple[int, str, str]] = []
    asides: list[str] = []
    line_no = 1
    for table in tables:
        needed = {plain(title) for title in SHOWN[found.feed]}
        for row in table.rows:
            line_no += 1
            cells = _cells(row)
            texts = [_text(cell) for cell in cells]
            if all(cell.tag == "th" for cell in cells) or tuple(texts) == table.titles:
                continue
            if len(cells) == 1:
                asides.append(texts[0])
                continue
            named = _named(cells, table.titles)
            if needed <= {plain(title) for title in named}:
                rows.append((line_no, named))
                continue
            detail = f"{len(cells)} cells where the report has {len(table.titles)} columns"
            misfits.append((line_no, " | ".join(texts), detail))
    says_none = any(NONE_SAID.search(aside) for aside in asides)
    return Found(found.feed, found.titles, (), tuple(rows), tuple(misfits), says_none)


def _tables(body: bytes) -> Iterator[_Table | None]:
    try:
        page = lxml.html.document_fromstring(body, parser=lxml.html.HTMLParser(encoding="utf-8"))
    except lxml.etree.ParserError:
        return
    for hidden in list(page.iterfind(".//*[@data-cfemail]")):
        _reveal(hidden)
    for table in page.iter("table"):
        yield _table(table)


def _table(table: HtmlElement) -> _Table | None:
    """Return a table from its row of titles on; None where it has no row of several cells."""
    rows = [row for part in table for row in ([part] if part.tag == "tr" else part) if row.tag == "tr"]
    for at, row in enumerate(rows):
        cells = _cells(row)
        if len(cells) < LEAST_COLUMNS:
            continue
        labels = tuple(cell.get("data-label", "") for cell in cells)
        if all(labels):
            # Cells that name their columns need no row of titles above them.
            return _Table(tuple(" ".join(label.split()) for label in labels), tuple(rows[at:]))
        return _Table(tuple(_text(cell) for cell in cells), tuple(rows[at + 1 :]))
    return None


def _named(cells: Sequence[HtmlElement], titles: Sequence[str]) -> Cells:
    """Return cells by their columns: by the name that each has, else by their place where there are as many as titles.

    Nothing where they can't be told.
    """
    labels = [" ".join(cell.get("data-label", "").split()) for cell in cells]
    if all(labels) and len(set(labels)) == len(labels):
        return {label: _inside(cell) for label, cell in zip(labels, cells, strict=True)}
    if len(cells) != len(titles) or any(cell.get("colspan", "1") != "1" for cell in cells):
        return {}
    return {title: _inside(cell) for title, cell in zip(titles, cells, strict=True)}


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _text(cell: HtmlElement) -> str:
    return " ".join(cell.text_content().split())


def _inside(cell: HtmlElement) -> str:
    """Return the markup inside a cell."""
    parts = [html.escape(cell.text or "", quote=False)]
    parts += [lxml.html.tostring(part, encoding="unicode") for part in cell]
    return " ".join("".join(parts).split())


def _reveal(hidden: HtmlElement) -> None:
    """Put the text that was taken for an address back in its place: a key of one byte, and the bytes under it.

    Every browser does so by the page's own script; in a saved page it may not have run.
    """
    digits = hidden.get("data-cfemail", "")
    if not HIDDEN.fullmatch(digits):
        return
    key, *rest = bytes.fromhex(digits)
    for child in list(hidden):
        hidden.remove(child)
    hidden.text = bytes(one ^ key for one in rest).decode("utf-8", errors="replace")
    hidden.drop_tag()
