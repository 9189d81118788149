"""NSDL's FPI monitor: what foreign portfolio investors bought and sold, as custodians reported it to the depositories.

The report of a day is of trades up to the previous trading day: its date is a reporting date, and no trade date.
`Latest.aspx` has the newest day. `Archive.aspx` has a calendar month up to a date that its form is given, and that form
works by script alone: a browser fills it in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from scrapers.nsdl_body import FPI_ARCHIVE, FPI_LATEST, check_body, is_report

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

__all__ = [
    "FEEDS",
    "FPI_ARCHIVE",
    "FPI_LATEST",
    "check_body",
    "fetch_fpi_archive",
    "fetch_fpi_latest",
    "is_report",
    "parse",
    "raw_lines",
]

FEEDS = (FPI_LATEST, FPI_ARCHIVE)

SITE = "www.fpi.nsdl.co.in"
LATEST_URL = "https://www.fpi.nsdl.co.in/web/Reports/Latest.aspx"
ARCHIVE_URL = "https://www.fpi.nsdl.co.in/web/Reports/Archive.aspx"


def fetch_fpi_latest(client: Client, slot: str) -> Payload:
    """Return the newest report's page; raises as `Client.get`. Not looked at: see `check_body`."""
    return client.get(LATEST_URL, feed=FPI_LATEST, slot=slot)


def fetch_fpi_archive(client: Client, day: date, slot: str) -> Payload:
    """Return the archive's page for a date: its month's reports up to it. Not looked at: see `check_body`.

    Raises `RequestWrong` for a client without a browser, and otherwise as `nsdl_archive.fetch`.
    """
    if client.browser is None:
        raise RequestWrong(
            "NSDL's archive has a form that only a browser can post, and there is none",
            feed=FPI_ARCHIVE,
            slot=slot,
            advice="install Chromium with its driver and set MUNIM_CHROMEDRIVER and MUNIM_CHROMIUM",
        )
    from scrapers import nsdl_archive  # noqa: PLC0415 - selenium costs a second

    return nsdl_archive.fetch(client.browser, ARCHIVE_URL, day, feed=FPI_ARCHIVE, slot=slot)


def parse(payload: Payload) -> RawTable:
    """Return a report's rows as strings; see `scrapers.nsdl_table.parse`."""
    from scrapers import nsdl_table  # noqa: PLC0415 - pandas and lxml cost a second

    return nsdl_table.parse(payload)


def raw_lines(payload: Payload, line_nos: Collection[int]) -> dict[int, str]:
    """Return rows of the report's table by their number, their own cells joined by ` | `."""
    from scrapers import nsdl_table  # noqa: PLC0415

    return nsdl_table.raw_lines(payload, line_nos)
