"""NSDL's routes, behind a prefix that is the host: the latest report of FPI investments, and the archive by date."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from munim.replica.answers import HTML, Answer, Request, Route
from munim.replica.fpi_figures import FpiReport, is_reporting_date, latest_reporting_date, reporting_date_before
from munim.replica.market import Market
from munim.replica.nsdl_pages import DATE_FIELD, HIDDEN_CHECK, HIDDEN_DATE, archive_page, latest_page, no_report
from munim.replica.nsdl_report import read_nsdl_date, report_element, report_tables, zeroed
from munim.replica.nse_files import nse_date

REPORTS: Final = "/www.fpi.nsdl.co.in/web/Reports"
LATEST: Final = f"{REPORTS}/Latest.aspx"
ARCHIVE: Final = f"{REPORTS}/Archive.aspx"
PUBLISHED_AT: Final = time(19)
"""Of the reporting date; the true hour is not recorded."""
FIRST_REPORT: Final = date(2014, 1, 1)
"""The made archive begins here."""


def nsdl_routes(market: Market) -> dict[str, Route]:
    """Return NSDL's paths with what answers them."""
    state = f"/wEPDwUK{int(market.draws.unit('viewstate') * 10**15):015}"
    return {
        LATEST: lambda request: _latest(market, state, request),
        ARCHIVE: lambda request: _archive(market, state, request),
    }


def _latest(market: Market, state: str, request: Request) -> Answer:
    day = latest_reporting_date(request.at, PUBLISHED_AT)
    report = _report(market, day, request)
    return Answer(200, latest_page(report_element(report), state), HTML)


def _archive(market: Market, state: str, request: Request) -> Answer:
    asked = request.posted(DATE_FIELD)
    # The form's script writes both; a client without scripts can't know that.
    filled = request.posted(HIDDEN_DATE) == asked and request.posted(HIDDEN_CHECK) == state[::-1]
    if request.method != "POST" or not asked or not filled:
        return Answer(200, archive_page(state), HTML)
    day = read_nsdl_date(asked)
    shown = nse_date(day) if day else ""
    out = day is not None and FIRST_REPORT <= day <= latest_reporting_date(request.at, PUBLISHED_AT)
    if day is None or not out or not is_reporting_date(day):
        return Answer(200, archive_page(state, shown, no_report()), HTML)
    if request.fault == "other-date":
        day = reporting_date_before(day)
    inside = report_tables(_report(market, day, request))
    return Answer(200, archive_page(state, shown, inside, drawn=request.fault != "never-drawn"), HTML)


def _report(market: Market, day: date, request: Request) -> FpiReport:
    if request.fault == "stale":
        day = reporting_date_before(day)
    report = market.fpi(day, request.at)
    return zeroed(report) if request.fault == "silent-zeros" else report
