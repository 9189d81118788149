"""Chittorgarh, InvestorGain and ipowatch: lists of public issues, and what the grey market pays for their shares.

The grey market is no market that an exchange knows: what these sites say of it is hearsay, and marked so. Both report
sites answer with JSON (`reportTableData`) in which names and premiums are HTML; where they refuse it, the page that it
is made for is read in a browser (`scrapers.report_page`). ipowatch has a page, of which trackers kept tables in JSON
(September 2025).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from munim.core.clock import ist_date
from munim.core.errors import ContentRefused, SourceBlocked
from scrapers.bodies import body_error
from scrapers.excerpt import describe
from scrapers.ipo_json import Node, cell, load, loads, record, records
from scrapers.report_names import CHITTORGARH, INVESTORGAIN, PAGES

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

__all__ = [
    "CHITTORGARH",
    "FEEDS",
    "INVESTORGAIN",
    "IPOWATCH",
    "PREMIUMS",
    "check_body",
    "detect_feed",
    "fetch_chittorgarh",
    "fetch_investorgain",
    "parse",
    "report_url",
    "tracked_rows",
]

IPOWATCH: Final = "ipowatch.gmp"

PREMIUMS: Final = (INVESTORGAIN, IPOWATCH)
FEEDS: Final = (CHITTORGARH, *PREMIUMS)

REPORTS: Final = {
    CHITTORGARH: "https://webnodejs.chittorgarh.com/cloud/report/data-read/82/1/{month}/{year}/{financial_year}/0/all/0",
    INVESTORGAIN: "https://webnodejs.investorgain.com/cloud/report/data-read/331/1/{month}/{year}/{financial_year}/0/all",
}
FIRST_MONTH: Final = 4
"""India's financial year begins in April."""


def report_url(feed: str, day: date) -> str:
    """Return the URL of a report as the site's own page asks for it on a day."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return REPORTS[feed].format(month=day.month, year=day.year, financial_year=f"{first}-{(first + 1) % 100:02}")


def fetch_chittorgarh(client: Client, slot: str) -> Payload:
    """Return Chittorgarh's list of IPOs of the slot's month: its JSON, or the page where that is refused.

    Not looked at: see `check_body`. Raises as `referring.get_with`, and `SourceBlocked` where the page is refused too,
    or there is no browser to read it.
    """
    return _fetch(client, CHITTORGARH, slot)


def fetch_investorgain(client: Client, slot: str) -> Payload:
    """Return InvestorGain's list of IPOs with their premiums; raises as `fetch_chittorgarh`."""
    return _fetch(client, INVESTORGAIN, slot)


def _fetch(client: Client, feed: str, slot: str) -> Payload:
    from scrapers import report_page  # noqa: PLC0415
    from scrapers.referring import get_with  # noqa: PLC0415 - httpx is there when there is a client, and not before

    url = report_url(feed, ist_date(datetime.fromisoformat(slot)))
    try:
        payload = get_with(client, url, referer=PAGES[feed], feed=feed, slot=slot)
    except SourceBlocked as error:
        return _page(client, error, url, feed, slot)
    refused = report_page.turns_away(payload)
    return payload if refused is None else _page(client, refused, url, feed, slot)


def _page(client: Client, refused: SourceBlocked, url: str, feed: str, slot: str) -> Payload:
    """Return the page in place of the JSON at a URL that was refused."""
    from scrapers import report_page  # noqa: PLC0415

    if client.browser is None:
        raise report_page.without_browser(refused, url, feed=feed, slot=slot) from refused
    return report_page.fetch(client.browser, refused, feed=feed, slot=slot)


def check_body(payload: Payload) -> None:
    """Return when the body is of the payload's feed; otherwise raise as `ipo_json.load`, or `ContentRefused`.

    A report that says why it has no table (`{"msg": -1, "error": "Invalid API Call"}`) is quoted. A page raises as
    `report_page.check_body`.
    """
    from scrapers import report_page  # noqa: PLC0415

    if payload.feed in REPORTS and report_page.is_page(payload.body):
        report_page.check_body(payload)
        return
    node = load(payload)
    found = _feed_of(node)
    if found is None:
        said = cell(record(node).get("error"))
        what = f"no table, but {said!r}" if said else "JSON that is no report of issues"
        raise body_error(ContentRefused, payload, what)
    if found != payload.feed:
        # A report without rows says nothing of which it is.
        if found == "" and payload.feed in REPORTS:
            return
        raise body_error(ContentRefused, payload, f"a body of {found or 'a report'}")
    if payload.was_asked_for and found == IPOWATCH:
        raise body_error(ContentRefused, payload, "a tracker's file where the site's own is due")


def detect_feed(body: bytes) -> str:
    """Return the feed that a body comes from, by its records' keys or its table's columns.

    Raises `ContentRefused` when it is none.
    """
    from scrapers import report_page  # noqa: PLC0415

    try:
        found = report_page.detect_feed(body) if report_page.is_page(body) else _feed_of(loads(body))
    except (ValueError, RecursionError):
        found = None
    if not found:
        raise ContentRefused(f"no report of issues; got {describe(body)}", kept="nothing was written")
    return found


def parse(payload: Payload) -> dict[str, RawTable]:
    """Return the rows of a body that `check_body` has passed: `issues`; see `gmp_table` and `report_page_table`."""
    from scrapers import gmp_table, report_page, report_page_table  # noqa: PLC0415 - pandas costs a second, lxml too

    if report_page.is_page(payload.body):
        return report_page_table.parse(payload)
    return gmp_table.parse(payload)


def tracked_rows(node: Node) -> list[Node] | None:
    """Return ipowatch's rows from a tracker's file of one of three forms; None where it is none of them."""
    said = record(record(node).get("data"))
    if "ipos" in said:
        # Filed by a symbol that the tracker made from the name: it is no symbol of any exchange.
        issues = said["ipos"]
        return [_flat(one) for one in issues.values()] if isinstance(issues, Mapping) else None
    source = record(record(said.get("sources")).get("ipowatch")) or said
    rows = source.get("data")
    is_table = isinstance(rows, list) and all("companyname" in record(one) for one in rows)
    return records(rows) if is_table else None


def _flat(node: Node) -> Node:
    """Return a tracker's issue as one record, with its texts as they stood on the page."""
    groups = record(node)
    return {**record(groups.get("basicinfo")), **record(groups.get("rawdata"))}


def _feed_of(node: Node) -> str | None:
    """Return the feed, "" for a report without rows, None for what is no report."""
    said = record(node)
    if "reporttabledata" in said:
        rows = said["reporttabledata"]
        if not isinstance(rows, list):
            return None
        names = {name for one in rows for name in record(one)}
        if not rows:
            return ""
        return INVESTORGAIN if {"gmp", "id"} <= names else CHITTORGARH if "company" in names else None
    return IPOWATCH if {"metadata", "data"} <= said.keys() and tracked_rows(node) else None
