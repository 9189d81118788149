"""A report site's page as a table of strings: the columns that its JSON gives, so far as the page shows them.

What the JSON has in keys that are not shown (`~id`, `~ipo_status1`, …) is read out of the cells that show it, under the
same keys. Chittorgarh's page shows no ISIN, no symbol and no face value; InvestorGain's dates have no year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from scrapers import report_html
from scrapers.gmp_table import COLUMNS
from scrapers.ipo_json import Node
from scrapers.ipo_table import Columns, table_of
from scrapers.raw import REJECT_COLUMNS, RawTable
from scrapers.report_html import Cells, first_line, text_of
from scrapers.report_names import CHITTORGARH, INVESTORGAIN, plain

if TYPE_CHECKING:
    from munim.core.payload import Payload

PAGE_COLUMNS: Final = {
    CHITTORGARH: COLUMNS[CHITTORGARH],
    INVESTORGAIN: Columns(
        {
            **COLUMNS[INVESTORGAIN].keys,
            "open_date": ("open",),
            "close_date": ("close",),
            "allotment_date": ("boadt",),
            "listing_date": ("listing",),
        },
        COLUMNS[INVESTORGAIN].left,
    ),
}

MARKED: Final = frozenset({"company", "name"})
"""Columns whose markup says something: the link to the issue, and badges."""
NOTED: Final = frozenset({"gmp", "open", "close", "boadt", "listing"})
"""Columns with a note on a second line."""
LINK: Final = re.compile(r"<a\b[^>]*\bhref=[\"']([^\"']*)[\"'][^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
ID: Final = re.compile(r"/(?:gmp|ipo)/[^/\"'\s]+/([0-9]{1,9})(?:/|$)")
BADGE: Final = re.compile(r"<span\b[^>]*\bbadge\b[^>]*>(.*?)</span>", re.IGNORECASE | re.DOTALL)
GAIN: Final = re.compile(r"\(\s*([+-]?[0-9][0-9.,]*)\s*%\s*\)")
LISTED: Final = re.compile(r"\bL\s*@")
LETTERS: Final = re.compile(r"[A-Z]{1,2}")
"""Where an issue is: U, O, C, L; what has more letters is the board (`IPO`, `NSE SME`)."""


def parse(payload: Payload) -> dict[str, RawTable]:
    """Return `issues` of a page that `report_page.check_body` has passed: see `gmp_table.COLUMNS`, all strings.

    The layout ends in `-page`. A row of several cells that are not the columns' is a reject (reason "no_report_row").
    """
    found = report_html.find(payload.body)
    if found is None:
        message = f"{payload.url} was not checked"
        raise ValueError(message)
    more = MORE[payload.feed]
    rows = [(line_no, {**_words(cells), **more(cells)}) for line_no, cells in found.rows]
    layout = f"{payload.feed.replace('.', '-')}-page"
    table = table_of(rows, PAGE_COLUMNS[payload.feed], layout)
    misfits = [(line_no, text, "no_report_row", detail) for line_no, text, detail in found.misfits]
    return {"issues": replace(table, rejects=pd.DataFrame(misfits, columns=list(REJECT_COLUMNS)))}


def _words(cells: Cells) -> dict[str, Node]:
    """Return cells as words, without what stands around them (a blank cell has `<div></div>`) and notes below them."""
    words: dict[str, Node] = {}
    for title, cell in cells.items():
        name = plain(title)
        words[title] = cell if name in MARKED else text_of(first_line(cell) if name in NOTED else cell)
    return words


def _of_chittorgarh(cells: Cells) -> dict[str, Node]:
    return {"~id": _id(_cell(cells, "company"))}


def _of_investorgain(cells: Cells) -> dict[str, Node]:
    """Return what InvestorGain's JSON says in keys of its own."""
    name = _cell(cells, "name")
    badges = [text_of(badge) for badge in BADGE.findall(name)]
    link = LINK.search(name)
    gain = GAIN.search(text_of(first_line(_cell(cells, "gmp"))))
    status = next((badge for badge in reversed(badges) if LETTERS.fullmatch(badge)), None)
    return {
        "~id": _id(name),
        "~ipo_name": text_of(link[2]) if link else None,
        "~gmp_percent_calc": gain[1] if gain else None,
        "~IPO_Category": next((badge for badge in badges if re.fullmatch(r"IPO|.*\bSME", badge)), None),
        "~ipo_status1": "L" if LISTED.search(text_of(name)) else status,
    }


MORE: Final[Mapping[str, Callable[[Cells], dict[str, Node]]]] = {
    CHITTORGARH: _of_chittorgarh,
    INVESTORGAIN: _of_investorgain,
}


def _cell(cells: Cells, name: str) -> str:
    return next((cell for title, cell in cells.items() if plain(title) == name), "")


def _id(markup: str) -> str | None:
    """Return the site's number of an issue, from the link to it."""
    link = LINK.search(markup)
    found = ID.search(link[1]) if link else None
    return found[1] if found else None
