"""Holidays and trading days: NSE's lists of holidays, and lists of either that somebody keeps.

NSE lists the days of a year on which a segment doesn't trade (type=trading) and those on which it doesn't settle
(type=clearing), and changes a list in mid-year: elections are added (20-May-2024, 20-Nov-2024, 15-Jan-2026).
Light: pandas comes with `parse`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from munim.core.errors import RequestWrong
from scrapers.nse_calendar_body import check_body, detect_feed
from scrapers.nse_calendar_feeds import FEEDS, HOLIDAY_DATES, HOLIDAYS_CLEARING, HOLIDAYS_TRADING, TRADING_DAYS

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

__all__ = [
    "FEEDS",
    "HOLIDAYS_CLEARING",
    "HOLIDAYS_TRADING",
    "HOLIDAY_DATES",
    "TRADING_DAYS",
    "check_body",
    "detect_feed",
    "fetch_clearing",
    "fetch_nothing",
    "fetch_trading",
    "parse",
]

HOLIDAY_MASTER_URL = "https://www.nseindia.com/api/holiday-master"
"""Wants the cookies of a page that was opened before, as all of NSE's api does: the client brings them."""


HOLIDAYS_PAGE = "https://www.nseindia.com/resources/exchange-communication-holidays"
"""The page that shows the lists, and whose answer sets the cookies that the API asks for."""


def fetch_trading(client: Client, slot: str) -> Payload:
    """Return the list of days without trading, of every segment; raises as `nse_session.get`. See `check_body`."""
    return _fetch(client, "trading", HOLIDAYS_TRADING, slot)


def fetch_clearing(client: Client, slot: str) -> Payload:
    """Return the list of days without settlement, of every segment; raises as `fetch_trading`. See `check_body`."""
    return _fetch(client, "clearing", HOLIDAYS_CLEARING, slot)


def _fetch(client: Client, list_type: str, feed: str, slot: str) -> Payload:
    from scrapers import nse_session  # noqa: PLC0415 - httpx is there when there is a client, and not before

    url = f"{HOLIDAY_MASTER_URL}?type={list_type}"
    return nse_session.get(client, url, page=HOLIDAYS_PAGE, feed=feed, slot=slot)


def fetch_nothing(client: Client, slot: str) -> NoReturn:  # noqa: ARG001 - a feed's fetch takes both
    """Raise `RequestWrong`: nobody serves a list that somebody keeps."""
    raise RequestWrong(
        "a list that somebody keeps is served by no site", slot=slot, advice="use `munim ingest calendar FILE`"
    )


def parse(payload: Payload) -> RawTable:
    """Return a payload's rows as strings; see `scrapers.nse_calendar_table.parse`."""
    from scrapers import nse_calendar_table  # noqa: PLC0415 - pandas costs a second, and known bytes need no parse

    return nse_calendar_table.parse(payload)
