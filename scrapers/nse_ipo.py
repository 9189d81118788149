"""NSE: public issues that are open, to come and past, and the bids for each, by category and by the hour.

`api/ipo-current-issue` has one row an issue that is open, `api/all-upcoming-issues` those and what is announced,
`api/public-past-issues` all since 2008 (some 1,450), `api/ipo-detail` one issue's terms and bids. Rows of the main
board (EQ) and of the SME platform differ. Every call needs the site's cookies (`scrapers.nse_session`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args
from urllib.parse import quote

from munim.core.errors import ContentRefused, NotYetPublished, RequestWrong, SourceUnavailable
from scrapers.bodies import body_error
from scrapers.excerpt import describe
from scrapers.ipo_json import Node, load, loads, record, records

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

CURRENT: Final = "nse.ipo_current"
UPCOMING: Final = "nse.ipo_upcoming"
PAST: Final = "nse.ipo_past"
DETAIL: Final = "nse.ipo_detail"
CATEGORY: Final = "nse.ipo_category"

LISTS: Final = (CURRENT, UPCOMING, PAST)
FEEDS: Final = (*LISTS, DETAIL, CATEGORY)

API: Final = "https://www.nseindia.com/api"
CURRENT_URL: Final = f"{API}/ipo-current-issue"
UPCOMING_URL: Final = f"{API}/all-upcoming-issues?category=ipo"
PAST_URL: Final = f"{API}/public-past-issues"
DETAIL_URL: Final = f"{API}/ipo-detail?symbol={{symbol}}&series={{series}}"
CATEGORY_URL: Final = f"{API}/ipo-active-category?symbol={{symbol}}"

PAGE: Final = "https://www.nseindia.com/market-data/all-upcoming-issues-ipo"
"""The page that shows these lists, and whose answer sets the cookies that the API asks for."""

Series = Literal["EQ", "SME"]

Tables = dict[str, "RawTable"]
"""`issues`, one row an issue, and `bids`, one row a category; either may be missing."""

WRAPPED: Final = {"current_ipos": CURRENT, "upcoming_ipos": UPCOMING, "active_category": CATEGORY}
"""Files that a public tracker kept of these feeds (September 2025): NSE's rows stand in them under `raw_data`."""


def detail_url(symbol: str, series: Series) -> str:
    """Return the URL of an issue's terms and bids; it must name the series, and what it names is read back from it."""
    return DETAIL_URL.format(symbol=quote(symbol, safe=""), series=series)


def fetch_current(client: Client, slot: str) -> Payload:
    """Return the list of open issues; raises as `nse_session.get`. Not looked at: see `check_body`."""
    return _fetch(client, CURRENT_URL, CURRENT, slot)


def fetch_upcoming(client: Client, slot: str) -> Payload:
    """Return the list of issues that are open or announced; raises as `fetch_current`."""
    return _fetch(client, UPCOMING_URL, UPCOMING, slot)


def fetch_past(client: Client, slot: str) -> Payload:
    """Return the list of past issues; raises as `fetch_current`."""
    return _fetch(client, PAST_URL, PAST, slot)


def fetch_detail(client: Client, slot: str) -> Payload:
    """Return the terms and bids of the issue that a slot names, as `detail_slot` writes it; raises as `fetch_current`.

    Raises `RequestWrong` for a slot that names none.
    """
    _, symbol, series = detail_of(slot)
    return _fetch(client, detail_url(symbol, series), DETAIL, slot)


def detail_slot(list_slot: str, symbol: str, series: Series) -> str:
    """Return the slot of an issue's details that are asked for with the list of a slot."""
    return f"{list_slot} {symbol} {series}"


def detail_of(slot: str) -> tuple[str, str, Series]:
    """Return the list's slot, the symbol and the series that `detail_slot` has written."""
    parts = slot.rsplit(" ", 2)
    for series in get_args(Series):
        if len(parts) == len(("list", "symbol", "series")) and parts[2] == series:
            return parts[0], parts[1], series
    raise RequestWrong(f"{slot!r} names no issue", feed=DETAIL, advice=f"details come with `--feed {CURRENT}`")


def _fetch(client: Client, url: str, feed: str, slot: str) -> Payload:
    from scrapers import nse_session  # noqa: PLC0415 - httpx is there when there is a client, and not before

    return nse_session.get(client, url, page=PAGE, feed=feed, slot=slot)


def check_body(payload: Payload) -> None:
    """Return when the body is of the payload's feed; otherwise raise what it is.

    Raises as `ipo_json.load`, `SourceUnavailable` for `{}` (what NSE answers without a good session), `NotYetPublished`
    for details without anything in them, and `ContentRefused` for JSON of another form. An empty list is good: there
    may be no issue.
    """
    node = load(payload)
    if node == {}:
        raise body_error(SourceUnavailable, payload, "an empty object, as NSE does without cookies")
    if payload.feed in LISTS and node == []:
        return
    if payload.feed in {DETAIL, CATEGORY} and _says_nothing(node):
        raise body_error(
            NotYetPublished, payload, "an issue's details with nothing in them: NSE has none of this issue"
        )
    found = _feed_of(node)
    if found != payload.feed:
        what = f"a body of {found}" if found else "JSON that is none of NSE's lists of issues"
        raise body_error(ContentRefused, payload, what)
    if payload.origin == "fetch" and is_wrapped(node):
        raise body_error(ContentRefused, payload, "a tracker's file where NSE's own is due")


def detect_feed(body: bytes) -> str:
    """Return the feed that a body comes from, by the keys of its records; raises `ContentRefused` when it is none."""
    try:
        found = _feed_of(loads(body))
    except (ValueError, RecursionError):
        found = None
    if found is None:
        raise ContentRefused(f"no body of NSE's public issues; got {describe(body)}", kept="nothing was written")
    return found


def parse(payload: Payload) -> Tables:
    """Return the tables of a body that `check_body` has passed; see `scrapers.nse_ipo_table`."""
    from scrapers import nse_ipo_table  # noqa: PLC0415 - pandas costs a second, and bytes known already need no parse

    return nse_ipo_table.parse(payload)


def is_wrapped(node: Node) -> bool:
    """Tell whether NSE's rows stand inside a tracker's file."""
    return {"metadata", "data"} <= record(node).keys()


def unwrapped(node: Node) -> list[tuple[str | None, Node]]:
    """Return NSE's own rows from a tracker's file, each with the symbol that the tracker filed it under, if any."""
    inside = record(node)["data"]
    if isinstance(inside, dict):
        return [(str(symbol), record(one).get("rawdata")) for symbol, one in inside.items()]
    return [(None, record(one).get("rawdata")) for one in records(inside)]


def _feed_of(node: Node) -> str | None:
    if is_wrapped(node):
        return WRAPPED.get(str(record(record(node)["metadata"]).get("datatype")))
    if isinstance(node, dict):
        names = record(node).keys()
        if {"biddetails", "issueinfo"} <= names:
            return DETAIL
        return CATEGORY if {"datalist", "updatetime"} <= names else None
    names_of_all = {name for one in records(node) for name in record(one)}
    if {"ipostartdate", "securitytype"} <= names_of_all:
        return PAST
    if {"issuestartdate", "symbol"} <= names_of_all:
        # The open issues' list alone has bids; an SME issue's row has them too, and no price.
        return CURRENT if "noofsharesbid" in names_of_all else UPCOMING
    return None


def _says_nothing(node: Node) -> bool:
    """Tell whether an answer about one issue has neither its terms nor a bid: NSE knows no such symbol."""
    said = record(node)
    if not {"biddetails", "datalist"} & said.keys():
        return False
    terms = records(record(said.get("issueinfo")).get("datalist"))
    book = records(record(said.get("activecat")).get("datalist"))
    return not any((terms, book, records(said.get("biddetails")), records(said.get("datalist"))))
