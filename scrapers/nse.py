"""NSE: provisional FII/DII figures of the latest session, and participants' open interest by date.

`api/fiidiiTradeReact` (NSE, BSE and MSEI combined) knows the latest session only, and keeps no history: what nobody
fetched on its evening is gone. From 19:00 IST on it has had the day's session in 62 of 62 fetches (July and August
2026), before 17:30 IST never (27 of 27). The archive has a file a session, and none for other days.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from munim.core.errors import NotYetPublished
from scrapers.answers import Declined
from scrapers.nse_body import FII_DII, PARTICIPANT_OI, check_body, detect_feed

if TYPE_CHECKING:
    from collections.abc import Collection

    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

__all__ = [
    "FEEDS",
    "FII_DII",
    "PARTICIPANT_OI",
    "check_body",
    "detect_feed",
    "fetch_fii_dii",
    "fetch_participant_oi",
    "parse",
    "raw_lines",
]

FEEDS = (FII_DII, PARTICIPANT_OI)

FII_DII_URL = "https://www.nseindia.com/api/fiidiiTradeReact"
FII_DII_PAGE = "https://www.nseindia.com/reports/fii-dii"
"""The page that shows the figures, and whose answer sets the cookies that the API asks for."""

ARCHIVE_SITE = "nsearchives.nseindia.com"
PARTICIPANT_OI_URL = "https://nsearchives.nseindia.com/content/nsccl/fao_participant_oi_{day:%d%m%Y}.csv"

NO_FILE = frozenset({301, 302, 303, 307, 308, 404})


def fetch_fii_dii(client: Client, slot: str) -> Payload:
    """Return the latest session's figures; raises as `nse_session.get`. Not looked at: see `check_body`."""
    from scrapers import nse_session  # noqa: PLC0415 - httpx is there when there is a client, and not before

    return nse_session.get(client, FII_DII_URL, page=FII_DII_PAGE, feed=FII_DII, slot=slot)


def fetch_participant_oi(client: Client, day: date, slot: str) -> Payload:
    """Return a day's file of open interest by kind of participant.

    Raises `NotYetPublished` where there is no file of that day, and otherwise as `Client.get`. A day without a file
    is answered with 302 to a page (71 times in 2021, all weekends or holidays) or with 404. Not looked at: see
    `check_body`.
    """
    url = PARTICIPANT_OI_URL.format(day=day)
    answer = client.ask(url, feed=PARTICIPANT_OI, slot=slot, ready_for=NO_FILE)
    # The archive has moved before: a redirect to the same file's new place is followed.
    if isinstance(answer, Declined) and answer.location and answer.location.endswith(url[url.rindex("/") :]):
        answer = client.ask(answer.location, feed=PARTICIPANT_OI, slot=slot, ready_for=NO_FILE)
    if isinstance(answer, Declined):
        raise NotYetPublished(
            f"NSE has no file for {day}: GET {url} answered {answer.status}{_to(answer)}",
            feed=PARTICIPANT_OI,
            slot=slot,
            advice="it comes in the evening of a session, and never for a weekend or a holiday",
        )
    return answer


def _to(answer: Declined) -> str:
    return f" to {answer.location}" if answer.location else ""


def parse(payload: Payload) -> RawTable:
    """Return a payload's rows as strings; see `scrapers.nse_table`."""
    from scrapers import nse_table  # noqa: PLC0415 - pandas costs a second, and bytes known already need no parse

    return nse_table.parse(payload)


def raw_lines(payload: Payload, line_nos: Collection[int]) -> dict[int, str]:
    """Return rows of a body by their number, as the source wrote them.

    Of a CSV it is the line; of JSON, which may stand on one line, the number of the record from 1.
    """
    if payload.feed == FII_DII:
        records = json.loads(payload.body)
        return {line_no: json.dumps(records[line_no - 1], ensure_ascii=False) for line_no in line_nos}
    lines = payload.body.split(b"\n")
    return {line_no: lines[line_no - 1].rstrip(b"\r").decode(errors="replace") for line_no in line_nos}
