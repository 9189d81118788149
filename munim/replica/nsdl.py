"""NSDL's routes, behind a prefix that is the host: the latest report of FPI investments, and the archive by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from munim.replica.answers import HTML, Answer, Request, Route
from munim.replica.fpi_figures import (
    FpiReport,
    add_up,
    latest_reporting_date,
    reporting_date_before,
    reporting_dates,
)
from munim.replica.market import Market
from munim.replica.nsdl_pages import (
    DATE_ASKED,
    FLAG,
    archive_form,
    drawing_no_report,
    drawing_tables,
    latest_page,
    login_page,
)
from munim.replica.nsdl_report import archive_tables, read_nsdl_date, report_element, zeroed
from munim.replica.nse_files import nse_date

REPORTS: Final = "/www.fpi.nsdl.co.in/web/Reports"
LATEST: Final = f"{REPORTS}/Latest.aspx"
ARCHIVE: Final = f"{REPORTS}/Archive.aspx"
PUBLISHED_AT: Final = time(19)
"""Of the reporting date; the true hour is not recorded."""
FIRST_REPORT: Final = date(2014, 1, 1)
"""The made archive begins here."""
_YEARS_BEFORE: Final = 20
"""What was before the year is made as so many times the year."""


def nsdl_routes(market: Market) -> dict[str, Route]:
    """Return NSDL's paths with what answers them."""
    state = f"/wEPDwUK{int(market.draws.unit('viewstate') * 10**15):015}"
    return {
        LATEST: lambda request: _latest(market, state, request),
        ARCHIVE: lambda request: _archive(market, state, request),
    }


def _latest(market: Market, state: str, request: Request) -> Answer:
    day = latest_reporting_date(request.at, PUBLISHED_AT)
    if request.fault == "stale":
        day = reporting_date_before(day)
    (report,) = _reports(market, [day], request)
    return Answer(200, latest_page(report_element(report), state), HTML)


def _archive(market: Market, state: str, request: Request) -> Answer:
    asked = request.posted(DATE_ASKED)
    # Only the form's script knows what the flag is to be.
    if request.method != "POST" or not asked or request.posted(FLAG) != state[::-1]:
        return Answer(200, archive_form(state), HTML)
    day = read_nsdl_date(asked)
    if day is None:
        return Answer(200, login_page(), HTML)
    upto = reporting_date_before(day) if request.fault == "other-date" else day
    script = "" if request.fault == "never-drawn" else _script(market, upto, request)
    return Answer(200, archive_form(state, nse_date(day), script), HTML)


def _script(market: Market, upto: date, request: Request) -> str:
    """Return what draws the reports of a month up to a date, as far as they are out."""
    last = min(upto, latest_reporting_date(request.at, PUBLISHED_AT))
    days = reporting_dates(upto.replace(day=1), last) if upto >= FIRST_REPORT else []
    if request.fault == "stale":
        del days[-1:]
    if not days:
        return drawing_no_report()
    reports = _reports(market, days, request)
    year = _reports(market, reporting_dates(date(upto.year, 1, 1), days[-1]), request)
    sums = {
        f"Total for {upto:%B}": add_up(reports),
        f"Total for {upto.year}": add_up(year),
        f"Grand Total Till {upto:%B %d, %Y}": add_up(year, _YEARS_BEFORE),
    }
    return drawing_tables(archive_tables(reports, upto, sums))


def _reports(market: Market, days: Sequence[date], request: Request) -> list[FpiReport]:
    reports = [market.fpi(day, request.at) for day in days]
    return [zeroed(report) for report in reports] if request.fault == "silent-zeros" else reports
