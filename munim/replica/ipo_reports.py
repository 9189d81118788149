"""The report sites: Chittorgarh's list of issues, and InvestorGain's of premiums, both as JSON with HTML inside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Final

from munim.core.clock import ist_date
from munim.replica.ipo_forms import report_band, rupees, short_date, short_stamp
from munim.replica.ipo_issue import Issue, Terms
from munim.replica.ipo_issues import Issues
from munim.replica.ipo_prices import Premium
from munim.replica.ipo_story import LISTED_AFTER, bidding_days
from munim.replica.nse_files import nse_date

Row = dict[str, str | int]

CRORE: Final = 10**7
NAMED_AN_IPO_UNTIL: Final = 2025
"""`Midwest IPO` in October 2025, `Rays of Belief` in September 2026."""
_BADGES: Final = {"U": "bg-warning", "O": "bg-success", "C": "bg-danger", "L": "bg-secondary"}
_LAGS: Final = 17
"""Of one issue in so many InvestorGain says that it is open until its shares are allotted."""


def chittorgarh(issues: Issues, at: datetime) -> list[Row]:
    """Return the year's issues that are known at an instant, those without dates first, then the newest."""
    return _rows(issues, at, lambda issue, terms: _chittorgarh_row(issue, terms, at))


def investorgain(issues: Issues, at: datetime) -> list[Row]:
    """Return the issues that have not listed a week ago, with what the grey market is said to pay."""

    def row(issue: Issue, terms: Terms) -> Row | None:
        premium = issues.gmp(issue, at)
        return None if premium is None else _investorgain_row(issues, issue, terms, premium, at)

    return _rows(issues, at, row)


def body(rows: list[Row]) -> bytes:
    """Return rows as a report's JSON."""
    report = {"msg": 1, "sSearchWhere": "", "reportTableData": rows}
    return json.dumps(report, separators=(",", ":"), ensure_ascii=False).encode()


def refusal(asked: str) -> bytes:
    """Return what a report answers to a call that it doesn't take: `Invalid API Call2025-100-01`, in October 2025."""
    return json.dumps({"msg": -1, "error": f"Invalid API Call{asked}"}, separators=(",", ":")).encode()


def _rows(issues: Issues, at: datetime, write: Callable[[Issue, Terms], Row | None]) -> list[Row]:
    told = [(issue, terms) for issue in issues.issues() if (terms := issue.terms_at(at)) and not issue.is_gone(at)]
    told.sort(key=lambda one: (one[1].opens is not None, -one[1].opens.toordinal() if one[1].opens else 0))
    return [row for issue, terms in told if (row := write(issue, terms)) is not None]


def _chittorgarh_row(issue: Issue, terms: Terms, at: datetime) -> Row:
    sme = issue.platform == "sme"
    listed = issue.life.listed if issue.status_at(at) == "listed" else None
    slug, ids = _slug(issue), issue.ids
    link = (
        f'<a href="https://www.chittorgarh.com/ipo/{slug}/{ids.chittorgarh}/" title="{escape(_short(issue))} Details">'
    )
    name = escape(issue.names.chittorgarh) if issue.number % 2 else issue.names.chittorgarh
    badge = "<b>O</b>" if issue.status_at(at) == "open" else ""
    price, known = issue.final_price, terms.band is not None
    return {
        "Company": f"{link}{name}</a> {badge}",
        "Issue Category": "SME" if sme else "Mainboard",
        "Pricing Method": "" if terms.band is None else "Fixed Price" if len(set(terms.band)) == 1 else "Bookbuilding",
        "Opening Date": _shown(terms.opens),
        "Closing Date": _shown(terms.closes),
        "Listing Date": _shown(listed),
        "Issue Price (Rs.)": f"{price:.2f}" if listed and price is not None else report_band(terms.band),
        "Total Issue Amount (Incl.Firm reservations) (Rs.cr.)": _crore(issue.fresh_inr + issue.sale_inr, known=known),
        "Fresh Capital (Rs.cr.)": _crore(issue.fresh_inr, known=known),
        "Offer for sale (Rs.cr.)": _crore(issue.sale_inr, known=known) if issue.sale_inr else "",
        "Listing at": ", ".join(sorted(f"{one} SME" if sme else one for one in issue.listed_on)),
        "Lead Manager": '<a href="/report/ipo-lead-manager/1/">Sahyadri Capital Advisors Pvt.Ltd.</a>',
        "~compare_image": f"https://www.chittorgarh.net/images/ipo/{slug}-logo.jpg",
        "~nse_symbol": ids.symbol if listed and "NSE" in issue.listed_on else "",
        "~bse_script_code": ids.bse_scrip_code if listed and "BSE" in issue.listed_on else "",
        "~isin": ids.isin if listed else "",
        "~URLRewrite_Folder_Name": slug,
        "~IPO": f"{_short(issue)} IPO",
        # What has no date has a made one where it is not shown: Jio Platforms, 2026.
        "~Issue_Open_Date": f"{issue.life.announced_at.year + 1}-01-13T11:50:00.000Z"
        if terms.opens is None
        else _hidden(terms.opens),
        "~IssueCloseDate": _hidden(terms.closes),
        "~ListingDate": _hidden(listed),
    }


def _investorgain_row(issues: Issues, issue: Issue, terms: Terms, premium: Premium, at: datetime) -> Row:
    status, slug, number = _status(issue, at), _slug(issue), issue.ids.investorgain
    named = f"{_short(issue)} IPO" if at.year <= NAMED_AN_IPO_UNTIL else _short(issue)
    first_day = issues.listing(issue) if status == "L" else None
    badge = status if first_day is None else f"L@{rupees(first_day.open)} ({first_day.gain_pct}%)"
    allotted, listed = _expected(terms.closes)
    gain = "0.00" if premium.gain_pct is None else str(premium.gain_pct)
    rupees_more = "--" if premium.premium is None else str(premium.premium)
    return {
        "~orderby1": 9_000 - issue.number,
        "Name": f'<a href="/gmp/{slug}/{number}/" title="{escape(named)}" target="_parent">{escape(named)}</a> '
        f'<span class="badge rounded-pill {_BADGES[status]} d-inline ms-2">{badge}</span>',
        "GMP": f"&#8377;<b>{rupees_more}</b> ({gain}%)",
        "Rating": f"<span>{'&#128293;' * (1 + issue.number % 5)}</span>",
        "Sub": _times(issues, issue, at),
        "Price (₹)": "0" if terms.band is None else rupees(terms.band.high),
        "IPO Size": f"&#8377;{_crore(issue.fresh_inr + issue.sale_inr, known=terms.band is not None)} Cr",
        "Lot": "" if terms.band is None else str(issue.lot_size),
        "~P/E": f"{10 + issue.number % 40}.{issue.number % 90 + 10}",
        "Open": short_date(terms.opens),
        "Close": short_date(terms.closes),
        "BoA Dt": short_date(allotted),
        "Listing": short_date(listed),
        "~Srt_Open": _iso(terms.opens),
        "~Srt_Close": _iso(terms.closes),
        "~Srt_BoA_Dt": _iso(allotted),
        "~Str_Listing": _iso(listed),
        "Updated-On": "" if premium.as_of is None else f"<small><b>{short_stamp(premium.as_of)}</b></small>",
        "Anchor": "&#9989;" if issue.anchor_shares else "&#10060;",
        "~id": number,
        "~ipo_name": named,
        "~urlrewrite_folder_name": f"/gmp/{slug}/{number}/",
        "~IPO_Category": "SME" if issue.platform == "sme" else "IPO",
        "~ipo_status1": status,
        "~Display_Order": 9_000 - issue.number,
        "~Highlight_Row": "color-lightyellow" if status == "U" else "",
        "~gmp_percent_calc": gain,
    }


def _status(issue: Issue, at: datetime) -> str:
    """Return InvestorGain's letter: upcoming, open, closed, listed; of some issues it stays at open for days."""
    state = issue.status_at(at)
    lags = issue.number % _LAGS == 0 and issue.life.allotted is not None and ist_date(at) < issue.life.allotted
    return {"announced": "U", "open": "O", "closed": "O" if lags else "C", "listed": "L"}.get(state or "", "U")


def _expected(closes: date | None) -> tuple[date | None, date | None]:
    """Return when shares are to be allotted and listed, after the last day of bidding as it is told."""
    if closes is None:
        return None, None
    after = [day for day in bidding_days(closes.year) if day > closes]
    return after[0], after[LISTED_AFTER - 1]


def _times(issues: Issues, issue: Issue, at: datetime) -> str:
    books = issues.subscription(issue, at)
    if books is None or issue.platform == "sme":
        return ""
    total = books.combined[-1]
    return f"{total.shares_bid / (total.shares_offered or 1):.2f}x"


def _crore(amount: int, *, known: bool) -> str:
    """Return `1,800.00`; 0.00 stands where there is no price yet."""
    return f"{Decimal(amount) / CRORE:,.2f}" if known else "0.00"


def _short(issue: Issue) -> str:
    return issue.names.investorgain


def _slug(issue: Issue) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", _short(issue).lower())) + "-ipo"


def _shown(day: date | None) -> str:
    return "" if day is None else nse_date(day)


def _hidden(day: date | None) -> str:
    return "" if day is None else f"{day}T00:00:00.000Z"


def _iso(day: date | None) -> str:
    return "" if day is None else f"{day}"
