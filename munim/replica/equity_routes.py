"""Routes of the exchanges' end-of-day files, masters and corporate actions, behind prefixes that are their hosts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from munim.core.clock import ist_date
from munim.replica.answers import HTML, Answer, Request, Route, error_answer
from munim.replica.sessions import is_session, latest_session, session_before

if TYPE_CHECKING:
    from munim.replica.market import Market

NSE: Final = "/nsearchives.nseindia.com"
BSE: Final = "/www.bseindia.com/download/BhavCopy/Equity"
ACTIONS: Final = "/www.nseindia.com/api/corporates-corporateActions"
ACTIONS_PAGE: Final = "/www.nseindia.com/companies-listing/corporate-filings-actions"
BSE_ERROR: Final = "/www.bseindia.com/error.html"

UDIFF_AT, BSE_AT, FULL_AT, LEGACY_AT = time(17, 25), time(17, 35), time(19), time(18)
"""When a session's files are there."""

_YEAR_FIRST, _DAY_FIRST = r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)", r"(?P<d>\d\d)(?P<m>\d\d)(?P<y>\d{4})"
_LEGACY_DAY: Final = r"\d{4}/[A-Z]{3}/cm(?P<d>\d\d)(?P<w>[A-Z]{3})(?P<y>\d{4})"
_FILES: Final = tuple(
    (re.compile(form), kind, published)
    for form, kind, published in (
        (rf"{NSE}/content/cm/BhavCopy_NSE_CM_0_0_0_{_YEAR_FIRST}_F_0000\.csv\.zip", "udiff", UDIFF_AT),
        (rf"{NSE}/products/content/sec_bhavdata_full_{_DAY_FIRST}\.csv", "full", FULL_AT),
        (rf"{NSE}/content/historical/EQUITIES/{_LEGACY_DAY}bhav\.csv\.zip", "legacy", LEGACY_AT),
        (rf"{BSE}/BhavCopy_BSE_CM_0_0_0_{_YEAR_FIRST}_F_0000\.CSV", "bse_udiff", BSE_AT),
        (rf"{BSE}/EQ(?P<d>\d\d)(?P<m>\d\d)(?P<s>\d\d)_CSV\.ZIP", "bse_legacy", BSE_AT),
    )
)
_STALE_SHARE: Final = 0.3
"""Of days without a session so many serve the file of the session before: 46 of 7,631 recorded files were such."""
_LISTS: Final = ("EQUITY_L.csv", "SME_EQUITY_L.csv", "eq_etfseclist.csv", "REITS_L.csv", "INVITS_L.csv")


def equity_routes(market: Market) -> dict[str, Route]:
    """Return the paths of files with what answers them; those of NSE's API are `nse_action_routes`."""

    def file(request: Request) -> Answer:
        return _file(market, request)

    return {
        f"{NSE}/content/cm/*": file,
        f"{NSE}/products/content/*": file,
        f"{NSE}/content/historical/EQUITIES/**": file,
        f"{BSE}/*": file,
        f"{NSE}/content/equities/*": lambda request: _list(market, request),
        f"{NSE}/emerge/corporates/content/*": lambda request: _list(market, request),
        f"{NSE}/content/indices/*": lambda request: _list(market, request),
        BSE_ERROR: lambda _: Answer(200, b"<html><body>Error</body></html>", HTML),
    }


def nse_action_routes(market: Market) -> dict[str, Callable[[Request], Answer]]:
    """Return NSE's API of corporate actions; it asks for the site's cookies, as all of its API does."""
    return {ACTIONS: lambda request: _actions(market, request)}


def _file(market: Market, request: Request) -> Answer:
    for form, kind, published in _FILES:
        if (found := form.fullmatch(request.path)) is not None and (day := _day(found.groupdict())) is not None:
            shown = _shown(market, request, kind, day, published)
            return _missing(request) if shown is None else Answer(200, _body(market, kind, shown), "text/csv")
    return error_answer(HTTPStatus.NOT_FOUND)


def _shown(market: Market, request: Request, kind: str, day: date, published: time) -> date | None:
    """Return the session whose file is served for a day: its own, the one before, or none."""
    from munim.replica.equity_files import FIRST_UDIFF, LAST_LEGACY  # noqa: PLC0415 - brings numpy

    of_layout = day <= LAST_LEGACY if "legacy" in kind else kind == "full" or day >= FIRST_UDIFF
    if not of_layout or day > ist_date(request.at):
        return None
    if is_session(day):
        if day > latest_session(request.at, published):
            return None
        return session_before(day) if request.fault == "stale" else day
    # A file without a date inside can't be told from the right one: no stale ones of BSE's old layout.
    stale = kind != "bse_legacy" and market.draws.unit("stale", kind, day) < _STALE_SHARE
    return session_before(day) if stale else None


def _missing(request: Request) -> Answer:
    if request.path.startswith(BSE):
        return Answer(HTTPStatus.FOUND, b"", HTML, {"Location": BSE_ERROR})
    return error_answer(HTTPStatus.NOT_FOUND)


def _body(market: Market, kind: str, day: date) -> bytes:
    from munim.replica import equity_files as files  # noqa: PLC0415 - brings numpy
    from munim.replica.equity_prices import session_prices  # noqa: PLC0415

    prices = session_prices(market.seed, day, market.securities)
    if kind.endswith("udiff"):
        return files.udiff(prices, "BSE" if kind.startswith("bse") else "NSE")
    return {"full": files.full, "legacy": files.legacy, "bse_legacy": files.bse_legacy}[kind](prices)


def _list(market: Market, request: Request) -> Answer:
    from munim.replica import equity_lists as lists  # noqa: PLC0415
    from munim.replica.equity_population import securities  # noqa: PLC0415

    name, day = request.path.rpartition("/")[2], ist_date(request.at)
    every = securities(market.seed, market.securities)
    if name in lists.INDEX_SIZES:
        return Answer(200, lists.members(name, every, day), "text/csv")
    if name in _LISTS:
        return Answer(200, lists.listing(name, every, day), "text/csv")
    changes = {"symbolchange.csv": lists.symbol_changes, "namechange.csv": lists.name_changes}
    if name in changes:
        return Answer(200, changes[name](every, day), "text/csv")
    return error_answer(HTTPStatus.NOT_FOUND)


def _actions(market: Market, request: Request) -> Answer:
    from munim.replica import equity_lists as lists  # noqa: PLC0415
    from munim.replica.equity_population import securities  # noqa: PLC0415

    try:
        first, last = (datetime.strptime(request.asked(name), "%d-%m-%Y").date()  # noqa: DTZ007 - days
                       for name in ("from_date", "to_date"))  # fmt: skip
    except ValueError:
        return error_answer(HTTPStatus.BAD_REQUEST)
    every = securities(market.seed, market.securities)
    body = lists.actions(every, first, last, ist_date(request.at))
    return Answer(200, body, "application/json; charset=utf-8")


def _day(parts: dict[str, str]) -> date | None:
    from munim.replica.equity_files import MONTHS  # noqa: PLC0415 - brings numpy

    try:
        month = int(parts["m"]) if "m" in parts else MONTHS.index(parts["w"]) + 1
        return date(int(parts["y"] if "y" in parts else f"20{parts['s']}"), month, int(parts["d"]))
    except ValueError:
        return None
