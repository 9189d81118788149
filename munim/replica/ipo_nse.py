"""NSE's lists of public issues: those that are open, those to come, and those that are over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from munim.core.clock import IST, ist_date
from munim.replica.ipo_forms import java_double, nse_band, past_date
from munim.replica.ipo_issue import OPENS, Issue, Terms
from munim.replica.ipo_issues import Issues
from munim.replica.ipo_others import Other
from munim.replica.nse_files import nse_date

Row = dict[str, str | int | None]
_Sorted = tuple[tuple[bool, int, int], Row]

ALPHABETICAL_SINCE: Final = 2026
"""In 2024 and 2025 keys stood in the order of the table and rows had `sr_no`; in 2026 keys are alphabetical."""
SME_TO_COME_UNTIL: Final = 2025
"""On 24-Sep-2025 six SME issues were among those to come, on 28-Sep-2026 none, though three were open."""
WITHDRAWN_SHOWN: Final = timedelta(days=4)
_ORDER: Final = (
    "symbol", "companyName", "series", "issueStartDate", "issueEndDate", "status", "issueSize", "issuePrice", "srNo",
    "category", "noOfSharesOffered", "noOfsharesBid", "noOfTime",
)  # fmt: skip
"""Of a mainboard row before 2026; SME rows end otherwise."""
_SME_ORDER: Final = (
    "symbol", "companyName", "issueStartDate", "issueEndDate", "status", "isBse", "series", "noOfsharesBid",
    "noOfSharesOffered", "noOfTime",
)  # fmt: skip
_FILLED_AT: Final = time(18)
"""Of the day of listing or of one of the three after: 8 of 13 past issues had no listing date yet."""


def current(issues: Issues, at: datetime) -> list[Row]:
    """Return the issues that take bids, the main board's first, each with the total of NSE's own book."""
    rows = [row for issue in issues.issues() if (row := _current_row(issues, issue, at)) is not None]
    rows += [(_key("", one.opens, 900), _other_current(one, at)) for one in _others(issues, at) if _is_open(one, at)]
    rows.sort(key=lambda one: (one[1]["series"] == "SME", one[0]))
    return [_in_order(row, at) for _, row in rows]


def upcoming(issues: Issues, at: datetime) -> list[Row]:
    """Return the issues that take bids or will; of the SME platform only until 2025."""
    rows = [row for issue in issues.issues() if (row := _upcoming_row(issue, at)) is not None]
    for one in _others(issues, at):
        if ist_date(at) <= one.closes:
            status = "Active" if _is_open(one, at) else "Forthcoming"
            rows.append((_key(status, one.opens, 900), _other_listed(one, status)))
    rows.sort(key=lambda one: one[0])
    listed = [_in_order(row, at) for _, row in rows]
    if at.year < ALPHABETICAL_SINCE:
        listed = [row | {"sr_no": place} for place, row in enumerate(listed, start=1)]
    return listed


def past(issues: Issues, at: datetime) -> list[Row]:
    """Return the issues that have closed, the newest first; what has no listing yet has dashes."""
    day = ist_date(at)
    closed: list[tuple[date, bool, Row]] = []
    for issue in issues.issues():
        terms = issue.terms_at(at)
        if "NSE" in issue.bid_on and terms is not None and terms.closes is not None and not issue.is_gone(at):
            closed.append((terms.closes, issue.platform == "sme", _past_row(issue, terms, at)))
    closed += [(one.closes, one.series == "SME", _other_past(one, at)) for one in issues.others() if one.series]
    return [row for closes, _, row in sorted(closed, key=lambda one: (-one[0].toordinal(), one[1])) if closes < day]


def _current_row(issues: Issues, issue: Issue, at: datetime) -> _Sorted | None:
    terms, status = issue.terms_at(at), _word(issue, at)
    if terms is None or status is None or terms.closes is None or ist_date(at) > terms.closes:
        return None
    books = issues.subscription(issue, at)
    if books is None:
        return None
    total = books.nse[-1].shares_bid
    row = _sme_row(issue, terms, status) if issue.platform == "sme" else _row(issue, terms, status)
    if issue.platform == "sme":
        times = f"{total / terms.size_shares:.2f}"
        row |= {"noOfsharesBid": str(total), "noOfSharesOffered": str(terms.size_shares), "noOfTime": times}
    else:
        row |= _total(terms.size_shares, total)
    return _key(status, terms.opens, issue.number), row


def _total(offered: int, bid: int) -> Row:
    return {
        "category": "Total",
        "noOfSharesOffered": java_double(offered),
        "noOfTime": java_double(bid / offered),
        "noOfsharesBid": java_double(bid),
        "srNo": None,
    }


def _upcoming_row(issue: Issue, at: datetime) -> _Sorted | None:
    terms = issue.terms_at(at)
    if "NSE" not in issue.bid_on or terms is None or at < issue.life.at_exchanges or terms.closes is None:
        return None
    sme = issue.platform == "sme"
    # An SME issue stayed for a day after it had closed: SIDDHICOTS.
    last = terms.closes + timedelta(days=int(sme))
    status = _word(issue, at)
    if status is None or ist_date(at) > last or (sme and at.year > SME_TO_COME_UNTIL):
        return None
    if ist_date(at) > terms.closes:
        status = "Closed"
    # Those that take bids have fewer keys than those to come.
    if not sme:
        row = _row(issue, terms, status)
    elif status != "Forthcoming":
        row = _sme_row(issue, terms, status)
    else:
        row = _row(issue, terms, status) | {"lotSize": str(issue.lot_size)}
        row |= {"priceBand": row["issuePrice"]}
    return _key(status, terms.opens, issue.number), row


def _word(issue: Issue, at: datetime) -> str | None:
    """Return NSE's word for where an issue is; None where it tells nothing of it."""
    if issue.is_gone(at):
        shown = issue.life.ended_at is not None and at < issue.life.ended_at + WITHDRAWN_SHOWN
        return "Withdrawn" if issue.life.ending == "withdrawn" and shown else None
    return "Forthcoming" if issue.status_at(at) == "announced" else "Active"


def _key(status: str, opens: date | None, number: int) -> tuple[bool, int, int]:
    """Return what lists are sorted by: those that take bids first, then the newest."""
    return status == "Forthcoming", -opens.toordinal() if opens else 0, number


def _row(issue: Issue, terms: Terms, status: str) -> Row:
    return {
        "companyName": issue.names.nse,
        "issueEndDate": None if terms.closes is None else nse_date(terms.closes),
        "issuePrice": nse_band(terms.band, issue.number),
        "issueSize": str(terms.size_shares),
        "issueStartDate": None if terms.opens is None else nse_date(terms.opens),
        "series": issue.series,
        "status": status,
        "symbol": issue.ids.symbol,
    }


def _sme_row(issue: Issue, terms: Terms, status: str) -> Row:
    row = _row(issue, terms, status)
    row["isBse"] = "1"
    names = ("companyName", "isBse", "issueEndDate", "issueStartDate", "series", "status", "symbol")
    return {name: row[name] for name in names}


def _in_order(row: Row, at: datetime) -> Row:
    if at.year >= ALPHABETICAL_SINCE:
        return row
    order = _SME_ORDER if "isBse" in row else _ORDER
    return {name: row[name] for name in (*order, *row) if name in row}


def _past_row(issue: Issue, terms: Terms, at: datetime) -> Row:
    price, listed = issue.final_price, issue.life.listed
    filled = (
        issue.told_by_nse
        and listed is not None
        and at >= datetime.combine(listed + timedelta(days=issue.number % 4), _FILLED_AT, IST)
    )
    # `"    99"` is SONA's, one of 13.
    shown = f"{price:f}".rjust(6 if issue.number % 8 == 1 else 0) if filled else "-"
    dates: Row = {
        "ipoEndDate": past_date(terms.closes) if terms.closes else "-",
        "ipoStartDate": past_date(terms.opens) if terms.opens else "-",
        "issuePrice": shown,
    }
    rest: Row = {
        "listingDate": past_date(listed) if filled and listed else "-",
        "priceRange": nse_band(terms.band, issue.number),
        "securityType": issue.listing_series if filled else issue.series,
        "symbol": issue.ids.symbol,
    }
    if issue.platform == "sme":
        return {"companyName": issue.names.nse, **dates, **rest, "company": issue.names.nse}
    removed = past_date(terms.closes + timedelta(days=1)) if terms.closes else "-"
    beginning: Row = {"company": issue.names.nse, "htmSym": issue.ids.symbol.lower()}
    return {**beginning, **dates, "linkRemovalDate": removed, **rest}


def _others(issues: Issues, at: datetime) -> Iterator[Other]:
    """Yield what stands among those that are open or to come and is no IPO; debt is not among them."""
    kinds = ("fpo", "invit")
    return (one for one in issues.others() if one.series and one.kind in kinds and one.told_from <= at)


def _is_open(one: Other, at: datetime) -> bool:
    return datetime.combine(one.opens, OPENS, IST) <= at and ist_date(at) <= one.closes


def _other_listed(one: Other, status: str) -> Row:
    return {
        "companyName": one.company,
        "issueEndDate": nse_date(one.closes),
        "issuePrice": nse_band(one.band, 0),
        "issueSize": str(one.shares),
        "issueStartDate": nse_date(one.opens),
        "series": one.series,
        "status": status,
        "symbol": one.symbol,
    }


def _other_current(one: Other, at: datetime) -> Row:
    hours = (at - datetime.combine(one.opens, OPENS, IST)) // timedelta(hours=1)
    return _other_listed(one, "Active") | _total(one.shares, one.shares * min(hours, 57) // 4_000 * 100)


def _other_past(one: Other, at: datetime) -> Row:
    filled = one.past_listed is not None and ist_date(at) >= one.past_listed
    price = one.past_price if filled else "-"
    dates: Row = {"ipoEndDate": past_date(one.closes), "ipoStartDate": past_date(one.opens), "issuePrice": price}
    rest: Row = {
        "listingDate": past_date(one.past_listed) if filled and one.past_listed else "-",
        "priceRange": nse_band(one.band, 1 if one.series == "SME" else 0),
        "securityType": one.series,
        "symbol": one.symbol,
    }
    if one.series == "SME":
        return {"companyName": one.company, **dates, **rest, "company": one.company}
    removed = past_date(one.closes + timedelta(days=1))
    return {"company": one.company, "htmSym": one.symbol.lower(), **dates, "linkRemovalDate": removed, **rest}
