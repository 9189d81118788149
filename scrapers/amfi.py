"""AMFI: net asset values of India's mutual funds, the latest of every scheme and their history.

`latest` is one file with each scheme's last NAV; `history` answers for a window of dates, under today's names.
NAVs of day T appear from about 20:30 IST on T to 10:00 IST on T+1. AMFI's terms are personal and non-commercial.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from munim.core.errors import RequestWrong
from scrapers.amfi_body import check_body, detect_feed
from scrapers.amfi_header import HISTORY, LATEST, name_kind

if TYPE_CHECKING:
    from collections.abc import Collection

    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

__all__ = [
    "FEEDS",
    "HISTORY",
    "LATEST",
    "check_body",
    "detect_feed",
    "fetch_history",
    "fetch_latest",
    "name_kind",
    "parse",
    "raw_line",
    "raw_lines",
]

FEEDS = (LATEST, HISTORY)

LATEST_URL = "https://www.amfiindia.com/spages/NAVAll.txt"
"""Answers 302 to the same path on portal.amfiindia.com (2025, 2026)."""

HISTORY_URL = "https://portal.amfiindia.com/DownloadNAVHistoryReport_Po.aspx"
SITE = "portal.amfiindia.com"
HISTORY_BEGINS = date(2006, 4, 1)
LONGEST_WINDOW = timedelta(days=30)
"""Sources disagree on AMFI's own limit (90 days is often named); 30 has always been answered."""

SchemeKind = Literal["open-ended", "close-ended", "interval"]
KIND_NUMBERS: dict[SchemeKind, str] = {"open-ended": "1", "close-ended": "2", "interval": "3"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def fetch_latest(client: Client, slot: str) -> Payload:
    """Return the body of NAVAll.txt as served now; raises as `Client.get`. Not looked at: see `check_body`."""
    return client.get(LATEST_URL, feed=LATEST, slot=slot)


def fetch_history(
    client: Client,
    from_date: date,
    to_date: date,
    slot: str,
    *,
    amc: int | None = None,
    kind: SchemeKind | None = None,
) -> Payload:
    """Return the body of the NAV history report for the days from `from_date` to `to_date`, both included.

    `amc` is AMFI's number of a fund house. Raises `RequestWrong` for more than 30 days, an inverted window or days
    before 2006-04-01, and otherwise as `Client.get`. Not looked at: see `check_body`.
    """
    if to_date < from_date:
        raise RequestWrong(f"the window {from_date} to {to_date} ends before it begins", feed=HISTORY, slot=slot)
    if to_date - from_date >= LONGEST_WINDOW:
        raise RequestWrong(
            f"the window {from_date} to {to_date} has {(to_date - from_date).days + 1} days",
            feed=HISTORY,
            slot=slot,
            advice=f"ask for {LONGEST_WINDOW.days} days or fewer",
        )
    if from_date < HISTORY_BEGINS:
        raise RequestWrong(
            f"the window begins on {from_date}; AMFI's history begins on {HISTORY_BEGINS}", feed=HISTORY, slot=slot
        )
    params = {"frmdt": _day(from_date), "todt": _day(to_date)}
    if amc is not None:
        params["mf"] = str(amc)
    if kind is not None:
        params["tp"] = KIND_NUMBERS[kind]
    return client.get(HISTORY_URL, feed=HISTORY, slot=slot, params=params)


def parse(payload: Payload) -> RawTable:
    """Return a payload's rows as strings; see `scrapers.amfi_table.parse`."""
    from scrapers import amfi_table  # noqa: PLC0415 - pandas costs a second, and bytes known already need no parse

    return amfi_table.parse(payload)


def raw_line(payload: Payload, line_no: int) -> str:
    """Return a line of the body (1-based) as the source wrote it, without its line end."""
    return raw_lines(payload, [line_no])[line_no]


def raw_lines(payload: Payload, line_nos: Collection[int]) -> dict[int, str]:
    """Return lines of the body by their number (1-based), without line ends; one pass for any number of lines.

    Raises `RequestWrong` for a number that the body doesn't have.
    """
    lines = payload.body.split(b"\n")
    absent = [line_no for line_no in line_nos if not 1 <= line_no <= len(lines)]
    if absent:
        raise RequestWrong(f"no line {absent[0]} in a body of {len(lines)} lines", feed=payload.feed, slot=payload.slot)
    return {line_no: lines[line_no - 1].rstrip(b"\r").decode(errors="replace") for line_no in line_nos}


def _day(day: date) -> str:
    """Return DD-Mon-YYYY; strftime's %b would follow the machine's language."""
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"
