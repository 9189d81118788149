"""NSE's details of one issue: its terms, both books by category, and the demand at each price."""

from __future__ import annotations

from datetime import datetime

from munim.core.clock import ist_date
from munim.replica.ipo_bids import Bid, Books
from munim.replica.ipo_forms import grouped, java_double, nse_stamp
from munim.replica.ipo_issue import Issue, Terms
from munim.replica.ipo_issues import Issues
from munim.replica.ipo_terms import info_list

Node = dict[str, object]

_HEADER: Node = {
    "category": "Category",
    "noOfShareOffered": "No.of shares offered/reserved",
    "noOfSharesBid": "No. of shares bid for",
    "noOfTotalMeant": "No. of times of total meant for the category",
    "srNo": "Sr.No.",
}
_LAKH = 100_000


def detail(issues: Issues, symbol: str, series: str, at: datetime) -> Node:
    """Return what NSE says of a symbol in a series (EQ, SME); of one that it doesn't know, all is empty."""
    issue, terms = _known(issues, symbol, at)
    if issue is None or terms is None or issue.series != series:
        return _empty()
    books = issues.subscription(issue, at)
    demand = _Demand(issue, terms, books)
    return {
        "companyName": symbol,
        "metaInfo": _meta(issue, at),
        "bidDetails": [] if books is None else [_nse_row(issue, one) for one in books.nse],
        "issueInfo": _issue_info(issue, terms),
        "activeCat": _book(issue, books),
        "demandGraph": demand.graph(combined=False),
        "demandDataNSE": demand.table(combined=False),
        "demandDataBSE": demand.table(combined=True),
        "demandGraphALL": demand.graph(combined=True),
    }


def active_category(issues: Issues, symbol: str, at: datetime) -> Node:
    """Return the combined book of a symbol alone."""
    issue, _ = _known(issues, symbol, at)
    return _book(issue, None if issue is None else issues.subscription(issue, at))


def _known(issues: Issues, symbol: str, at: datetime) -> tuple[Issue | None, Terms | None]:
    issue = issues.by_symbol(symbol)
    if issue is None or at < issue.life.at_exchanges or issue.is_gone(at):
        return None, None
    return issue, issue.terms_at(at)


def _empty() -> Node:
    return {
        "companyName": None,
        "metaInfo": {},
        "bidDetails": [],
        "issueInfo": {"dataList": [], "heading": None, "symbol": None},
        "activeCat": _book(None, None),
        "demandGraph": {},
        "demandDataNSE": [],
        "demandDataBSE": [],
        "demandGraphALL": {},
    }


def _meta(issue: Issue, at: datetime) -> Node:
    listed = issue.life.listed
    if not issue.told_by_nse or listed is None or ist_date(at) < listed:
        return {}
    sme = issue.platform == "sme"
    return {
        "symbol": issue.ids.symbol,
        "isin": issue.ids.isin,
        "segment": "SME" if sme else "EQUITY",
        "listingDate": f"{listed}",
        "activeSeries": ["SM" if sme else issue.listing_series],
    }


def _issue_info(issue: Issue, terms: Terms) -> Node:
    info: Node = {"dataList": [{"title": title, "value": value} for title, value in info_list(issue, terms)]}
    if issue.platform == "sme":
        info["heading"] = issue.names.nse
    return info | {"symbol": issue.ids.symbol}


def _nse_row(issue: Issue, bid: Bid) -> Node:
    """Return a row of NSE's own book; the two boards call the shares by other names."""
    if issue.platform == "sme":
        return {
            "category": bid.category,
            "noOfshareBid": str(bid.shares_bid),
            "noofapplication": str(bid.applications),
            "srNo": bid.sr_no,
        }
    offered, times, shares_bid = _figures(bid)
    return {
        "category": bid.category,
        "noOfSharesOffered": offered,
        "noOfTime": times,
        "noOfsharesBid": shares_bid,
        "srNo": bid.sr_no,
    }


def _figures(bid: Bid) -> tuple[str, str, str]:
    """Return shares offered, times and shares bid; the total is written as a double, the rest as whole numbers."""
    write = java_double if bid.sr_no is None else str
    if bid.shares_offered is None:
        return "", "", str(bid.shares_bid)
    times = java_double(bid.shares_bid / bid.shares_offered) if bid.shares_offered else "0.00"
    return write(bid.shares_offered), times, write(bid.shares_bid)


def _book(issue: Issue | None, books: Books | None) -> Node:
    rows: list[Node] = []
    if issue is not None and books is not None:
        rows.append(_HEADER)
        for bid in books.combined:
            offered, times, shares_bid = _figures(bid)
            rows.append(
                {
                    "category": bid.category,
                    "noOfShareOffered": offered,
                    "noOfSharesBid": shares_bid,
                    "noOfTotalMeant": times,
                    "srNo": bid.sr_no,
                }
            )
    updated = None if books is None else f"Updated as on {nse_stamp(books.as_of)}"
    return {"dataList": rows, "heading": None, "symbol": None, "updateTime": updated}


class _Demand:
    """Bids by price: nearly all at the top of the band, or at whatever it will be."""

    def __init__(self, issue: Issue, terms: Terms, books: Books | None) -> None:
        self._issue, self._terms, self._books = issue, terms, books

    def table(self, *, combined: bool) -> list[Node]:
        """Return the demand at each price, the highest first."""
        if self._books is None:
            return []
        at = self._books.as_of if combined else self._books.nse_as_of
        stamp = nse_stamp(at)
        return [
            {
                "company": self._issue.names.nse,
                "cumQty": grouped(quantity),
                "price": price,
                "symbol": self._issue.ids.symbol,
                # BSE's times are in capitals on the SME platform.
                "timestamp": stamp.upper() if combined and self._issue.platform == "sme" else stamp,
            }
            for price, quantity in reversed(self._points(combined=combined))
        ]

    def graph(self, *, combined: bool) -> Node:
        """Return the same for the picture, in lakhs of shares."""
        if self._books is None:
            return {}
        points = self._points(combined=combined)
        priced = [one for one in points if one[0] != "Cut-Off"]
        total, offered = priced[0][1], self._terms.size_shares
        next_up = [quantity for _, quantity in priced[1:]] + [points[-1][1] if len(points) > len(priced) else 0]
        bars = [(price, mine - above) for (price, mine), above in zip(priced, next_up, strict=True)]
        cut_off = points[-1][1] if len(points) > len(priced) else None
        bars += [("Cut-off", cut_off)] if cut_off is not None else []
        at = self._books.as_of if combined else self._books.nse_as_of
        return {
            "noOfShare": "Cumulative Demand(no. of shares in lakhs)",
            "note": "Bids at each price, and all valid bids above that price.",
            "totalBidAtCutOff": "-" if cut_off is None else str(cut_off),
            "heading1": f"{self._issue.names.nse}- Graphical display of bids received *",
            "TOTAL_BIDS": str(total),
            "totalIssueSize": str(offered),
            "heading2": "(* indicates bids position and not necessarily the subscription to the issue)",
            "plotData": {price: grouped(quantity) for price, quantity in points},
            "noOfTimesIssueSubscribed": f"{total / offered:.2f}",
            "graphData": [{"type": price, "value": _lakhs(quantity)} for price, quantity in bars],
            "graphLogic": "https://nsearchives.nseindia.com/content/ipo/ipo_graph_logic.pdf",
            "totalBidRecieved": str(total),
            "timestamp": f"As on {nse_stamp(at)} IST",
        }

    def _points(self, *, combined: bool) -> list[tuple[str, int]]:
        """Return prices, the lowest first, with the shares bid for at each or above; `Cut-Off` of the main board."""
        if self._books is None or self._terms.band is None:
            return []
        # On the SME platform all bids are NSE's, the individuals' too, whom the combined book leaves out.
        sme = self._issue.platform == "sme"
        book = self._books.combined if combined and not sme else self._books.nse
        total, (low, high) = book[-1].shares_bid, self._terms.band
        prices = sorted({int(low), int(low) + 1, int(low + high) // 2, int(high)} & set(range(int(low), int(high) + 1)))
        lot = self._issue.lot_size
        points = [(str(price), total - total // 2_000 // lot * lot * place) for place, price in enumerate(prices)]
        if not sme:
            points.append(("Cut-Off", sum(bid.shares_bid for bid in book if bid.category == "Cut Off")))
        return points


def _lakhs(shares: int) -> str:
    return f"{shares / _LAKH:.3f}".rstrip("0").rstrip(".") or "0"
