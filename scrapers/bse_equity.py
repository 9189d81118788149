"""BSE: what traded each day. The symbol is always the scrip code; the ticker is a column of its own.

The legacy file `EQDDMMYY` (to 05-Jul-2024) has no date, ISIN or ticker inside; UDiFF has. BSE answers a day without a
session with 404, or with a web page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused
from scrapers import bhavcopy, equity_body
from scrapers.bhavcopy import BSE_LEGACY, BSE_UDIFF
from scrapers.csv_titles import titles_of
from scrapers.nse_equity import dated, readable
from scrapers.zipped import unzip, unzipped

if TYPE_CHECKING:
    from datetime import date

    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

FEEDS = (BSE_UDIFF, BSE_LEGACY)

SITE = "www.bseindia.com"
FOLDER = f"https://{SITE}/download/BhavCopy/Equity"


def fetch_legacy(client: Client, day: date, slot: str) -> Payload:
    """Return `EQDDMMYY_CSV.ZIP` of a day to 05-Jul-2024. Raises as `Client.get`, and `NotYetPublished`."""
    return dated(client, f"{FOLDER}/EQ{day:%d%m%y}_CSV.ZIP", BSE_LEGACY, slot)


def fetch_udiff(client: Client, day: date, slot: str) -> Payload:
    """Return the UDiFF bhavcopy of a day since 01-Jan-2024. Raises as `Client.get`, and `NotYetPublished`."""
    return dated(client, f"{FOLDER}/BhavCopy_BSE_CM_0_0_0_{day:%Y%m%d}_F_0000.CSV", BSE_UDIFF, slot)


def check_body(payload: Payload) -> None:
    """Return when the body is a whole file of the payload's feed; raises as `nse_equity.check_body`."""
    text = equity_body.text_of(unzipped(payload), payload, dated=True)
    found = detect_feed(text)
    if found != payload.feed:
        raise equity_body.error(ContentRefused, payload, f"a file of {found}")
    equity_body.refuse_cut_short(text, payload, len(titles_of(text)))


def detect_feed(body: bytes) -> str:
    """Return the feed that a body comes from, zipped or not; raises `ContentRefused` when it is no bhavcopy."""
    return bhavcopy.detect_feed(unzip(body, "the body").removeprefix(equity_body.BYTE_ORDER_MARK))


def parse(payload: Payload) -> RawTable:
    """Return the rows of a body that `check_body` has passed, as the source wrote them, stripped of white space."""
    return bhavcopy.parse(readable(payload), payload)
