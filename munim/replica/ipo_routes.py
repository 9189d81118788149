"""Routes of the sites of public issues, behind prefixes that are their hosts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeVar

from munim.core.clock import ist_date
from munim.replica import ipo_bse, ipo_detail, ipo_nse, ipo_report_pages, ipo_reports
from munim.replica.answers import HTML, Answer, Request, Route, error_answer
from munim.replica.ipo_issues import Issues
from munim.replica.ipo_pages import bse_not_found, report_page, undrawn_page
from munim.replica.market import Market

JSON: Final = "application/json; charset=utf-8"
NSE_API: Final = "/www.nseindia.com/api"
BSE_LIST: Final = "/api.bseindia.com/BseIndiaAPI/api/GetPublicIssue_par_updated/w"
BSE_SITE: Final = "https://www.bseindia.com/"
CHITTORGARH: Final = "/webnodejs.chittorgarh.com/cloud/report/data-read/82"
INVESTORGAIN: Final = "/webnodejs.investorgain.com/cloud/report/data-read/331"
CHITTORGARH_PAGE: Final = "/www.chittorgarh.com/report/ipo-in-india-list-main-board-sme/82/"
INVESTORGAIN_PAGE: Final = "/www.investorgain.com/report/live-ipo-gmp/331/"

_REPORT: Final = re.compile(r"/1/(\d{1,3})/(\d{4})/(\d{4}-\d{2})/0/(all|ipo|mainboard|sme)(?:/0)?")
"""Page, month, year, financial year, and which issues, after the report's number."""
_FIRST_FINANCIAL_MONTH: Final = 4
_PAGE_ALONE: Final = frozenset({"report-forbidden", "report-renamed", "report-undrawn"})
"""Faults under which the JSON is refused with 403, and only the page answers."""

Item = TypeVar("Item")
RowsOf = Callable[[Issues, datetime], list[ipo_reports.Row]]


def nse_issue_routes(market: Market) -> dict[str, Callable[[Request], Answer]]:
    """Return NSE's API of public issues by path; it asks for the site's cookies, as all of its API does."""

    def detail(request: Request) -> Answer:
        issues = _issues(market, request)
        return _json(ipo_detail.detail(issues, request.asked("symbol"), request.asked("series"), request.at))

    def upcoming(request: Request) -> Answer:
        if request.asked("category") != "ipo":
            return _json([])
        return _listed(request, ipo_nse.upcoming(_issues(market, request), request.at))

    return {
        f"{NSE_API}/ipo-current-issue": lambda request: _listed(
            request, ipo_nse.current(_issues(market, request), request.at)
        ),
        f"{NSE_API}/all-upcoming-issues": upcoming,
        f"{NSE_API}/public-past-issues": lambda request: _listed(
            request, ipo_nse.past(_issues(market, request), request.at)
        ),
        f"{NSE_API}/ipo-detail": detail,
        f"{NSE_API}/ipo-active-category": lambda request: _json(
            ipo_detail.active_category(_issues(market, request), request.asked("symbol"), request.at)
        ),
    }


def issue_routes(market: Market) -> dict[str, Route]:
    """Return BSE's list, and the report sites' JSON and pages, with what answers them."""
    return {
        BSE_LIST: lambda request: _bse(market, request),
        f"{CHITTORGARH}/**": lambda request: _report(market, request, CHITTORGARH, ipo_reports.chittorgarh),
        f"{INVESTORGAIN}/**": lambda request: _report(market, request, INVESTORGAIN, ipo_reports.investorgain),
        CHITTORGARH_PAGE: lambda request: _page(
            market, request, ipo_report_pages.chittorgarh, ipo_report_pages.CHITTORGARH_TITLES
        ),
        INVESTORGAIN_PAGE: lambda request: _page(
            market, request, ipo_report_pages.investorgain, ipo_report_pages.INVESTORGAIN_TITLES
        ),
    }


def _issues(market: Market, request: Request) -> Issues:
    return market.issues(ist_date(request.at).year)


def _listed(request: Request, rows: Sequence[object]) -> Answer:
    return _json({} if request.fault == "empty-object" else _shown(request, rows))


def _shown(request: Request, rows: Sequence[Item]) -> Sequence[Item]:
    """Return the rows that a fault leaves."""
    return {"empty-list": rows[:0], "half-list": rows[::2]}.get(request.fault or "", rows)


def _json(node: object) -> Answer:
    return Answer(HTTPStatus.OK, json.dumps(node, separators=(",", ":"), ensure_ascii=False).encode(), JSON)


def _bse(market: Market, request: Request) -> Answer:
    """Answer with the list; without its own site as the referer BSE gives a page that says 404, with status 200."""
    if not request.header("referer").startswith(BSE_SITE):
        return Answer(HTTPStatus.OK, bse_not_found(), HTML, kept=False)
    rows = ipo_bse.public_issues(_issues(market, request), request.at)
    flag, status = request.asked("ir_flag"), request.asked("status")
    rows = [one for one in rows if flag in {"", one["IR_flag"]} and status in {"", one["Status"]}]
    return Answer(HTTPStatus.OK, ipo_bse.body(list(_shown(request, rows))), JSON, kept=False)


def _report(market: Market, request: Request, report: str, rows_of: RowsOf) -> Answer:
    if request.fault in _PAGE_ALONE:
        return error_answer(HTTPStatus.FORBIDDEN)
    asked = _REPORT.fullmatch(request.path.removeprefix(report))
    if asked is None:
        return error_answer(HTTPStatus.NOT_FOUND)
    month, year = int(asked[1]), int(asked[2])
    first = year if month >= _FIRST_FINANCIAL_MONTH else year - 1
    right = 1 <= month <= 12 and 2000 <= year <= 2099 and asked[3] == f"{first}-{(first + 1) % 100:02}"
    if request.fault == "report-refused" or not right:
        return Answer(HTTPStatus.OK, ipo_reports.refusal(f"{year}-{asked[1]}-01"), JSON)
    rows = rows_of(market.issues(year), request.at)
    category = {"ipo": "mainboard"}.get(asked[4], asked[4])
    rows = [one for one in rows if category in {"all", _category(one)}]
    return Answer(HTTPStatus.OK, ipo_reports.body(list(_shown(request, rows))), JSON)


def _category(row: ipo_reports.Row) -> str:
    return "sme" if "SME" in {row.get("Issue Category"), row.get("~IPO_Category")} else "mainboard"


def _page(market: Market, request: Request, rows_of: RowsOf, titles: Sequence[str]) -> Answer:
    rows = _shown(request, rows_of(_issues(market, request), request.at))
    if request.fault == "report-renamed":
        rows, titles = ipo_report_pages.renamed(rows), [ipo_report_pages.RENAMED.get(one, one) for one in titles]
    draw = undrawn_page if request.fault == "report-undrawn" else report_page
    return Answer(HTTPStatus.OK, draw(rows, titles), HTML)
