"""The report sites' pages: the rows of their JSON as a browser is shown them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from munim.replica import ipo_reports
from munim.replica.ipo_issue import Issue
from munim.replica.ipo_issues import Issues
from munim.replica.ipo_reports import Row

CHITTORGARH_TITLES: Final = (
    "Company", "Issue Category", "Pricing Method", "Opening Date", "Closing Date", "Listing Date", "Issue Price (Rs.)",
    "Total Issue Amount (Incl.Firm reservations) (Rs.cr.)", "Fresh Capital (Rs.cr.)", "Offer for sale (Rs.cr.)",
    "Listing at", "Lead Manager",
)  # fmt: skip
INVESTORGAIN_TITLES: Final = (
    "Name", "GMP", "Rating", "Sub", "Price (₹)", "IPO Size", "Lot", "Open", "Close", "BoA Dt", "Listing", "Updated-On",
    "Anchor",
)  # fmt: skip
"""What the JSON shows: keys that begin with `~` are hidden."""

RENAMED: Final = {"Issue Price (Rs.)": "Offer Rate", "GMP": "Premium"}
"""What the fault `report-renamed` calls a column."""

_NOTED: Final = 4
"""Of one issue in so many a note stands below its first day: the premium of that day."""
_OPENED: Final = re.compile(r"L@[0-9.]+")


def chittorgarh(issues: Issues, at: datetime) -> list[Row]:
    """Return Chittorgarh's rows: the page shows what the JSON's own keys have."""
    return ipo_reports.chittorgarh(issues, at)


def investorgain(issues: Issues, at: datetime) -> list[Row]:
    """Return InvestorGain's rows: the board beside the name, the day's range below the premium, an address hidden."""
    of = {issue.ids.investorgain: issue for issue in issues.issues()}
    return [row | _shown(row, of[int(row["~id"])]) for row in ipo_reports.investorgain(issues, at)]


def renamed(rows: Sequence[Row]) -> list[Row]:
    """Return rows whose column of `RENAMED` has its other name."""
    return [{RENAMED.get(title, title): cell for title, cell in row.items()} for row in rows]


def _shown(row: Row, issue: Issue) -> Row:
    board = "IPO" if issue.platform == "mainboard" else f"{issue.listed_on[0]} SME"
    badge = f'<span class="badge rounded-pill bg-info d-inline ms-2">{board}</span>'
    name = str(row["Name"]).replace("</a> ", f"</a> {badge}", 1)
    note = f"<br><small><b>GMP: {issue.number % 50}</b></small>" if row["Open"] and not issue.number % _NOTED else ""
    return {
        "Name": _OPENED.sub(lambda found: _hidden(found[0], issue.number % 256), name),
        "GMP": f"{row['GMP']}<br><small><b>0 ↓ / {issue.number % 9} ↑</b></small>",
        "Open": f"{row['Open']}{note}",
    }


def _hidden(address: str, key: int) -> str:
    """Return a text as a content network hides what it takes for an address: `L@455.00` in October 2026."""
    digits = bytes([key, *(one ^ key for one in address.encode())]).hex()
    words = escape("[email\u00a0protected]")
    return f'<a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="{digits}">{words}</a>'
