"""The two report sites: their feeds, their pages, and the columns that a page must show. Imports nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

CHITTORGARH: Final = "chittorgarh.ipo_list"
INVESTORGAIN: Final = "investorgain.gmp"

PAGES: Final = {
    CHITTORGARH: "https://www.chittorgarh.com/report/ipo-in-india-list-main-board-sme/82/",
    INVESTORGAIN: "https://www.investorgain.com/report/live-ipo-gmp/331/",
}
"""The pages that show the reports, and that must be named as the referer."""

SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    CHITTORGARH: (
        "Company",
        "Opening Date",
        "Closing Date",
        "Listing Date",
        "Issue Price (Rs.)",
        "Total Issue Amount (Incl.Firm reservations) (Rs.cr.)",
        "Listing at",
    ),
    INVESTORGAIN: ("Name", "GMP", "Price (₹)", "Lot", "Open", "Close", "BoA Dt", "Listing", "Updated-On"),
}
"""Columns of a page that are read and that it always had; `Issue Category` came to Chittorgarh's late in 2025."""


def plain(title: str) -> str:
    """Return a column's title in small letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", title.casefold())


def plain_names(feed: str) -> tuple[str, ...]:
    """Return the plain names of the columns that a feed's page must show."""
    return tuple(plain(title) for title in SHOWN[feed])
