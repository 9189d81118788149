"""Bodies of public issues for tests: recorded ones, made ones, and what is read from them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from loaders.keyed_batch import KeyedBatch
from munim.core.payload import Origin, Payload
from pipelines import ipo

FETCHED_AT = datetime(2026, 9, 29, 6, 0, tzinfo=UTC)

NSE_ROW = {
    "companyName": "Acme Widgets Limited", "issueEndDate": "30-Sep-2026", "issuePrice": "Rs.159 to Rs.167",
    "issueSize": "3779440", "issueStartDate": "28-Sep-2026", "series": "EQ", "status": "Active", "symbol": "ACME",
}  # fmt: skip
PAST_ROW = {
    "company": "Acme Widgets Limited", "htmSym": "acme", "ipoEndDate": "25-SEP-2026", "ipoStartDate": "23-SEP-2026",
    "issuePrice": "-", "linkRemovalDate": "26-SEP-2026", "listingDate": "-", "priceRange": "Rs.126 to Rs.134",
    "securityType": "EQ", "symbol": "ACME",
}  # fmt: skip
INVESTORGAIN_ROW = {
    "~id": 1501, "~ipo_name": "Acme Widgets", "Name": "<a href='/gmp/acme/1501/'>Acme Widgets IPO</a>",
    "GMP": "&#8377;<b>110</b> (10.33%)", "~gmp_percent_calc": "10.33", "Price (₹)": "1065", "Lot": "14",
    "Updated-On": "<small><b>28-Sep 7:33</b></small>", "~Srt_Open": "2026-09-28", "~Srt_Close": "2026-09-30",
    "~Srt_BoA_Dt": "2026-10-01", "~Str_Listing": "2026-10-05", "~IPO_Category": "IPO", "~ipo_status1": "O",
}  # fmt: skip

Row = dict[str, object]


def payload(
    body: object, feed: str, *, fetched_at: datetime = FETCHED_AT, url: str = "made:", origin: Origin = "fetch"
) -> Payload:
    """Return a payload of bytes, or of anything as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Payload(feed, "a slot", url, fetched_at, content, origin)


def read(body: object, feed: str, *, accepted: Collection[int] = (), fetched_at: datetime = FETCHED_AT) -> KeyedBatch:
    """Return what a made body says."""
    return ipo.read(payload(body, feed, fetched_at=fetched_at), accepted)


def read_recorded(path: Path, fetched_at: datetime = FETCHED_AT) -> KeyedBatch:
    """Return what a recorded file says, its feed told by its content."""
    body = path.read_bytes()
    return ipo.read(payload(body, ipo.detect_feed(body), fetched_at=fetched_at, url=f"file:{path.name}", origin="file"))


def rows(batch: KeyedBatch, table: str) -> list[Row]:
    """Return a table's rows, None where a cell is NULL, without `line_no`."""
    frame = next(one.frame for one in batch.rows if one.table == table).drop(columns="line_no")
    found = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in found]


def facts(batch: KeyedBatch) -> dict[str, Row]:
    """Return the facts by the site's id of the issue."""
    return {str(row["source_id"]): row for row in rows(batch, "ipo_fact")}


def bids(batch: KeyedBatch, issue: str, book: str) -> dict[str, Row]:
    """Return one book of an issue by its categories' numbers."""
    found = [row for row in rows(batch, "ipo_subscription") if (row["source_id"], row["book"]) == (issue, book)]
    return {str(row["sr_no"]): row for row in found}


def part(row: Row, *names: str) -> tuple[object, ...]:
    """Return some cells of a row."""
    return tuple(row[name] for name in names)
