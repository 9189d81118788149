"""Recorded files of the exchanges as payloads, and small made ones."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from munim.core.payload import Origin, Payload
from scrapers import bse_equity, nse_equity
from scrapers.file_dates import day_in_name

if TYPE_CHECKING:
    from scrapers.raw import RawTable

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "data" / "equity"
ABSENT = "the recorded files of the exchanges are not here"

FETCHED_AT = datetime(2026, 11, 24, tzinfo=UTC)

LEGACY_HEADER = "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,"
FULL_HEADER = (
    "SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, "
    "TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER"
)
BSE_HEADER = (
    "SC_CODE,SC_NAME,SC_GROUP,SC_TYPE,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,NO_TRADES,NO_OF_SHRS,NET_TURNOV,TDCLOINDI"
)
LEGACY_ROW = "TCS,EQ,100,110,95,105.5,105,101,1000,104000.25,08-JUL-2024,12,INE467B01029,"
FULL_ROW = "TCS, EQ, 08-Jul-2024, 101.00, 100.00, 110.00, 95.00, 105.00, 105.50, 104.00, 1000, 1.04, 12, 600, 60.00"
BSE_ROW = "532540,TCS LTD.    ,A ,Q,100.00,110.00,95.00,105.50,105.00,101.00,12,1000,104000.00,"

STALE = {"17JUN2024.csv": date(2024, 6, 14), "07JUL2024.csv": date(2024, 7, 5), "17JUL2024.csv": date(2024, 7, 16)}
"""Files of `nse_cm_format_boundary` whose name and content disagree, and the day inside."""


def recorded_days(folder: str) -> list[str]:
    """The names of a folder's files that hold the day that their name says, as `folder/name`, in order of date."""
    found = sorted((RECORDED / folder).glob("*.csv"), key=lambda path: day_of(path.name))
    return [f"{folder}/{path.name}" for path in found if path.name not in STALE]


def day_of(name: str) -> date:
    return day_in_name(name) or date.min


def payload(
    body: bytes | str, name: str, *, slot: str = "given", origin: Origin = "file", feed: str | None = None
) -> Payload:
    """A body as a payload of the feed that it is."""
    body = body.encode() if isinstance(body, str) else body
    feed = feed or nse_equity.detect_feed(body, name)
    url = name if "://" in name else f"file:{name}"
    return Payload(feed, slot, url, FETCHED_AT, body, origin)


@cache
def recorded_payload(name: str) -> Payload:
    """A recorded file (`folder/name`)."""
    return payload((RECORDED / name).read_bytes(), Path(name).name)


@cache
def recorded_table(name: str) -> RawTable:
    """A recorded file's rows, read once."""
    return parse(recorded_payload(name))


def check(made: Payload) -> None:
    (bse_equity if made.feed.startswith("bse") else nse_equity).check_body(made)


def parse(made: Payload) -> RawTable:
    return bse_equity.parse(made) if made.feed.startswith("bse") else nse_equity.parse(made)


def rows_of_text(name: str) -> list[dict[str, str]]:
    """A recorded file's rows as Python's own csv reads them, titles and cells stripped."""
    text = (RECORDED / name).read_text()
    header, *rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    return [dict(zip(header, row, strict=True)) for row in rows]


def sum_of(rows: list[dict[str, str]], *titles: str) -> Decimal:
    """The sum of the column that has one of these titles."""
    title = next(title for title in titles if title in rows[0])
    return sum((Decimal(row[title]) for row in rows), Decimal(0))


def zipped(text: bytes | str, name: str = "cm08JUL2024bhav.csv") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return packed.getvalue()
