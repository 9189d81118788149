"""NSE's routes, behind prefixes that are the hosts: handshake, flows, holidays, public issues, files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from http import HTTPStatus
from typing import Final

from munim.core.clock import ist_date
from munim.replica.answers import HTML, Answer, Request, Route, error_answer
from munim.replica.equity_routes import nse_action_routes
from munim.replica.flow_figures import Flow, InvestorClass
from munim.replica.handshake import CookieLife, Handshake
from munim.replica.ipo_routes import nse_issue_routes
from munim.replica.market import Market
from munim.replica.nse_files import (
    OLD_LABELS,
    RENAMED_LABELS,
    fii_dii_body,
    labels_at,
    participant_oi_body,
)
from munim.replica.nse_holidays import KINDS, holiday_lists
from munim.replica.pages import NSE_BLOCKED, NSE_ERROR, NSE_PAGE, page_with_script
from munim.replica.sessions import is_session, latest_session, session_before

SITE: Final = "/www.nseindia.com"
ARCHIVE: Final = "/nsearchives.nseindia.com/content/nsccl/"
OLD_ARCHIVE: Final = "/archives.nseindia.com/content/nsccl/"
PAGES: Final = tuple(
    f"{SITE}{path}"
    for path in (
        "/",
        "/reports/fii-dii",
        "/option-chain",
        "/resources/exchange-communication-holidays",
        "/market-data/all-upcoming-issues-ipo",
        "/companies-listing/corporate-filings-actions",
    )
)
"""Any of them sets the cookies that the API asks for."""
ERROR_PAGE: Final = f"{SITE}/error"
"""Where a day without a file leads to; a page with status 200, so that a client that follows gets no file."""

JSON: Final = "application/json; charset=utf-8"
CSV: Final = "text/csv"
FII_DII_AT: Final = time(18, 30)
"""Of fetches at 18:00 to 18:59 IST six had the new session and five the old one, all later ones the new one."""
PARTICIPANT_OI_AT: Final = time(19, 30)
_FILE: Final = "fao_participant_oi_"


def nse_routes(market: Market, life: CookieLife | None = None) -> dict[str, Route]:
    """Return NSE's paths with what answers them; cookies last as long as `life` says."""
    handshake = Handshake(market.draws, life)

    def page(request: Request) -> Answer:
        return _page(handshake, request)

    def archive(request: Request) -> Answer:
        return _archive_file(market, request)

    return {
        **dict.fromkeys(PAGES, page),
        ERROR_PAGE: lambda _: Answer(200, NSE_ERROR, HTML),
        f"{SITE}/api/fiidiiTradeReact": _guarded(handshake, lambda request: _fii_dii(market, request)),
        f"{SITE}/api/holiday-master": _guarded(handshake, _holidays),
        **{path: _guarded(handshake, route) for path, route in nse_issue_routes(market).items()},
        **{path: _guarded(handshake, route) for path, route in nse_action_routes(market).items()},
        f"{ARCHIVE}*": archive,
        f"{OLD_ARCHIVE}*": archive,
    }


def _page(handshake: Handshake, request: Request) -> Answer:
    if request.fault == "blocked":
        return _blocked()
    cookies = handshake.set_cookies(request.at)
    if request.fault == "cookies-by-script":
        return Answer(200, page_with_script(cookies), HTML, kept=False)
    if request.fault == "blocked-with-cookies":
        return Answer(HTTPStatus.FORBIDDEN, NSE_BLOCKED, HTML, cookies=cookies, kept=False)
    return Answer(200, NSE_PAGE, HTML, cookies=cookies, kept=False)


def _blocked() -> Answer:
    return Answer(HTTPStatus.FORBIDDEN, NSE_BLOCKED, HTML)


def _guarded(handshake: Handshake, route: Callable[[Request], Answer]) -> Route:
    """Answer 401 without good cookies (187 of 230 calls without any in 2021), and never twice from the same call."""

    def answer(request: Request) -> Answer:
        if request.fault == "blocked":
            return _blocked()
        if not handshake.take_use(request) or request.fault == "unauthorised":
            return Answer(HTTPStatus.UNAUTHORIZED, b"Resource not found", HTML, kept=False)
        given = route(request)
        return Answer(given.status, given.body, given.content_type, given.headers, kept=False)

    return answer


def _fii_dii(market: Market, request: Request) -> Answer:
    day = latest_session(request.at, FII_DII_AT)
    if request.fault == "stale":
        day = session_before(day)
    flows = market.fii_dii(day, request.at)
    if request.fault == "one-class":
        del flows["DII"]
    if request.fault == "silent-zeros":
        flows = dict.fromkeys(flows, Flow(Decimal(0), Decimal(0), Decimal(0)))
    return Answer(200, fii_dii_body(day, flows, _labels(request)), JSON)


def _labels(request: Request) -> dict[InvestorClass, str]:
    named = {"old-labels": OLD_LABELS, "renamed-labels": RENAMED_LABELS}
    return named.get(request.fault or "", labels_at(request.at))


def _holidays(request: Request) -> Answer:
    kind = request.asked("type")
    if kind not in KINDS:
        return error_answer(HTTPStatus.NOT_FOUND)
    lists = holiday_lists(kind, request.at)
    if request.fault == "doubled-list":
        lists = {segment: rows * 2 for segment, rows in lists.items()}
    return Answer(200, json.dumps(lists, separators=(",", ":")).encode(), JSON)


def _archive_file(market: Market, request: Request) -> Answer:
    if request.fault == "blocked":
        return _blocked()
    day = _file_date(request.path)
    if day is None or not _is_out(day, request.at):
        # 71 days without a file in 2021 were all redirects; today's archive also answers 404.
        if request.fault == "missing-404":
            return error_answer(HTTPStatus.NOT_FOUND)
        return Answer(HTTPStatus.FOUND, b"", HTML, {"Location": ERROR_PAGE})
    shown = session_before(day) if request.fault == "stale" else day
    rows = market.participant_oi(shown)
    if request.fault == "silent-zeros":
        rows = dict.fromkeys(rows, (0,) * 14)
    return Answer(200, participant_oi_body(market.draws, shown, rows), CSV)


def _file_date(path: str) -> date | None:
    """Return the date of `fao_participant_oi_19052026.csv`; None where the name is another."""
    name = path.rpartition("/")[2]
    if not name.startswith(_FILE) or not name.endswith(".csv"):
        return None
    digits = name[len(_FILE) : -len(".csv")]
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2])) if len(digits) == 8 else None
    except ValueError:
        return None


def _is_out(day: date, at: datetime) -> bool:
    return is_session(day) and day <= latest_session(at, PARTICIPANT_OI_AT) <= ist_date(at)
