"""AMFI's header line: which of the layouts a body has. Columns are known by their names, never by place or number.

Layouts seen: latest with 6 columns (to 18-Aug-2026), with Plan and Option (since), with prices (2017); history with
prices, and with Plan and Option. Spacing differs between the feeds (`Payout/ ISIN`, `Payout/ISIN`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from munim.core.errors import ContentRefused
from scrapers.excerpt import describe

LATEST = "amfi.latest"
HISTORY = "amfi.history"

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SEPARATOR = ";"
INKED_LINE = re.compile(rb"\S[^\n]*")

COLUMNS = {
    "schemecode": "scheme_code",
    "schemename": "name",
    "navname": "name",
    "plan": "plan",
    "option": "option",
    "isindivpayoutisingrowth": "isin_payout_or_growth",
    "isindivreinvestment": "isin_reinvestment",
    "netassetvalue": "nav",
    "date": "nav_date",
    "repurchaseprice": "repurchase_price",
    "saleprice": "sale_price",
}
"""A title in small letters and digits alone, and our name for the column."""

REQUIRED = ("scheme_code", "name", "isin_payout_or_growth", "isin_reinvestment", "nav", "nav_date")
PLAN = frozenset({"plan", "option"})
PRICES = frozenset({"repurchase_price", "sale_price"})


@dataclass(frozen=True)
class Header:
    """The header line: its number (1-based), the titles as written, and our name for each (None: not known).

    `end` is where in the body its text ends.
    """

    line_no: int
    end: int
    titles: tuple[str, ...]
    columns: tuple[str | None, ...]

    @property
    def added_columns(self) -> tuple[str, ...]:
        """The titles that no layout of ours knows."""
        return tuple(title for title, column in zip(self.titles, self.columns, strict=True) if column is None)

    @property
    def feed(self) -> str:
        """The feed that has its columns in this order: history puts the name before the ISINs."""
        is_history = self.columns.index("name") < self.columns.index("isin_payout_or_growth")
        return HISTORY if is_history else LATEST

    def layout(self, feed: str) -> str:
        """Return the name: latest-6, latest-8-plan, latest-8-prices, history-8-prices or history-8-plan.

        Another one is `<feed>-<columns>-other`, or `<feed>-<columns>-plan-other` when it has Plan and Option.
        """
        begin = f"{'history' if feed == HISTORY else 'latest'}-{len(self.columns)}"
        known = set(self.columns)
        if len(known) == len(REQUIRED) and None not in known and feed == LATEST:
            return begin
        for name, columns in (("plan", PLAN), ("prices", PRICES)):
            if known == {*REQUIRED, *columns}:
                return f"{begin}-{name}"
        return f"{begin}-plan-other" if known >= PLAN else f"{begin}-other"


def read_header(body: bytes, *, feed: str | None = None, slot: str | None = None, url: str = "the body") -> Header:
    """Return the header, which is the first line that isn't blank; feed, slot and URL are for messages.

    Raises `ContentRefused` when that line is no header of AMFI's, lacks a required column or has one twice.
    """
    line_no, end, line = _first_line(body)
    titles = tuple(title.strip() for title in line.split(SEPARATOR))
    columns = tuple(COLUMNS.get(_plain(title)) for title in titles)
    if "scheme_code" not in columns and "nav" not in columns:
        what = f"{url} gave no header of AMFI's NAV files; got {describe(body)}"
        raise ContentRefused(what, feed=feed, slot=slot)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        what = f"{url} gave a header that lacks {', '.join(missing)}: {line.strip()!r}"
        raise ContentRefused(what, feed=feed, slot=slot, advice="the site has changed its layout")
    twice = sorted({name for name in columns if name is not None and columns.count(name) > 1})
    if twice:
        what = f"{url} gave a header that has {', '.join(twice)} twice: {line.strip()!r}"
        raise ContentRefused(what, feed=feed, slot=slot, advice="the site has changed its layout")
    return Header(line_no, end, titles, columns)


def name_kind(layout: str) -> Literal["long", "base"]:
    """Return what a layout's name column holds: the scheme's base name, or the long one with plan and option in it.

    Since 20-Aug-2026 `latest` has Plan and Option, and cuts the name to its base; `history` has both and cuts nothing.
    """
    feed, *traits = layout.split("-")
    return "base" if feed == "latest" and "plan" in traits else "long"


def _first_line(body: bytes) -> tuple[int, int, str]:
    begin = len(BYTE_ORDER_MARK) if body.startswith(BYTE_ORDER_MARK) else 0
    found = INKED_LINE.search(body, begin)
    if found is None:
        return 1, begin, ""
    return body.count(b"\n", 0, found.start()) + 1, found.end(), found[0].decode(errors="replace")


def _plain(title: str) -> str:
    return "".join(filter(str.isalnum, title.casefold()))
