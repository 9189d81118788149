"""NSE: what traded each day, what is listed, whose symbols changed, who is in the indices, and corporate actions.

A day's bhavcopy comes in three layouts (`scrapers.bhavcopy`), final by about 18:30 IST; the one with deliveries by
about 19:30. A day without a session has none: NSE answers 404, or serves the file of the session before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, NotYetPublished, RequestWrong
from scrapers import bhavcopy, equity_body, index_close, nse_actions, nse_lists
from scrapers.answers import Declined
from scrapers.bhavcopy import NSE_FULL, NSE_LEGACY, NSE_UDIFF
from scrapers.csv_titles import plain, titles_of
from scrapers.file_dates import MONTHS, nse_name
from scrapers.nse_lists import FILES, INDEX_FILES
from scrapers.zipped import unzip, unzipped

if TYPE_CHECKING:
    from datetime import date

    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

BHAVCOPIES = (NSE_UDIFF, NSE_LEGACY, NSE_FULL)
INDEX_CLOSE = index_close.INDEX_CLOSE
CORPORATE_ACTIONS = nse_actions.CORPORATE_ACTIONS

FEEDS = (*BHAVCOPIES, INDEX_CLOSE, CORPORATE_ACTIONS, *FILES)

ARCHIVES_SITE, ACTIONS_SITE = "nsearchives.nseindia.com", "www.nseindia.com"
ARCHIVES = f"https://{ARCHIVES_SITE}"
ACTIONS_URL = f"https://{ACTIONS_SITE}/api/corporates-corporateActions"
ACTIONS_PAGE = "https://www.nseindia.com/companies-listing/corporate-filings-actions"
"""The page that shows them, and whose answer sets the cookies that the API asks for."""

NO_FILE = frozenset({301, 302, 303, 307, 308, 404})

FOLDERS = {nse_lists.SME_LIST: "emerge/corporates/content", **dict.fromkeys(INDEX_FILES, "content/indices")}
LISTS_FOLDER = "content/equities"


def fetch_legacy(client: Client, day: date, slot: str) -> Payload:
    """Return `cmDDMMMYYYYbhav.csv.zip` of a day to 05-Jul-2024. Raises as `Client.get`, and `NotYetPublished`."""
    path = f"content/historical/EQUITIES/{day.year}/{MONTHS[day.month - 1]}/cm{nse_name(day)}bhav.csv.zip"
    return dated(client, f"{ARCHIVES}/{path}", NSE_LEGACY, slot)


def fetch_full(client: Client, day: date, slot: str) -> Payload:
    """Return `sec_bhavdata_full` of a day, with deliveries. Raises as `Client.get`, and `NotYetPublished`."""
    url = f"{ARCHIVES}/products/content/sec_bhavdata_full_{day:%d%m%Y}.csv"
    return dated(client, url, NSE_FULL, slot)


def fetch_udiff(client: Client, day: date, slot: str) -> Payload:
    """Return the zipped UDiFF bhavcopy of a day since 01-Jan-2024. Raises as `Client.get`, and `NotYetPublished`."""
    url = f"{ARCHIVES}/content/cm/BhavCopy_NSE_CM_0_0_0_{day:%Y%m%d}_F_0000.csv.zip"
    return dated(client, url, NSE_UDIFF, slot)


def fetch_index_close(client: Client, day: date, slot: str) -> Payload:
    """Return `ind_close_all` of a day: all indices' levels. Raises as `Client.get`, and `NotYetPublished`."""
    return dated(client, f"{ARCHIVES}/content/indices/ind_close_all_{day:%d%m%Y}.csv", INDEX_CLOSE, slot)


def fetch_list(client: Client, feed: str, slot: str) -> Payload:
    """Return a list as served now: a master, changed symbols or names, or an index's members. Raises as `Client.get`.

    `feed` is one of `nse_lists.FILES`.
    """
    folder = FOLDERS.get(feed, LISTS_FOLDER)
    return client.get(f"{ARCHIVES}/{folder}/{FILES[feed]}", feed=feed, slot=slot)


def fetch_corporate_actions(client: Client, from_date: date, to_date: date, slot: str) -> Payload:
    """Return the corporate actions whose ex-date is in a window, both ends included. Raises as `nse_session.get`."""
    if to_date < from_date:
        raise RequestWrong(
            f"the window {from_date} to {to_date} ends before it begins", feed=CORPORATE_ACTIONS, slot=slot
        )
    from scrapers import nse_session  # noqa: PLC0415 - httpx is there when there is a client, and not before

    url = f"{ACTIONS_URL}?index=equities&from_date={from_date:%d-%m-%Y}&to_date={to_date:%d-%m-%Y}"
    return nse_session.get(client, url, page=ACTIONS_PAGE, feed=CORPORATE_ACTIONS, slot=slot)


def dated(client: Client, url: str, feed: str, slot: str) -> Payload:
    """Return a dated file. Raises `NotYetPublished` where there is none, and otherwise as `Client.get`.

    Both exchanges answer so for a day without a session: with 404, or with a redirect to a page. A redirect to the
    same file's new place is followed.
    """
    answer = client.ask(url, feed=feed, slot=slot, ready_for=NO_FILE)
    if isinstance(answer, Declined) and answer.location and answer.location.endswith(url[url.rindex("/") :]):
        answer = client.ask(answer.location, feed=feed, slot=slot, ready_for=NO_FILE)
    if isinstance(answer, Declined):
        where = f" to {answer.location}" if answer.location else ""
        raise NotYetPublished(
            f"there is no file: GET {url} answered {answer.status}{where}",
            feed=feed,
            slot=slot,
            advice="it comes in the evening of a session, and never for a weekend or a holiday",
        )
    return answer


def check_body(payload: Payload) -> None:
    """Return when the body is a whole file of the payload's feed; otherwise raise what it is.

    As `zipped.unzipped` and `equity_body.text_of`; a file of another feed is `ContentRefused`. The day inside is
    compared by `pipelines.equity`.
    """
    is_dated = payload.feed in {*BHAVCOPIES, INDEX_CLOSE}
    text = equity_body.text_of(unzipped(payload), payload, dated=is_dated)
    if payload.feed == CORPORATE_ACTIONS:
        nse_actions.check(text, payload)
        return
    found = _feed_of(text, payload.url, payload.feed)
    if found != payload.feed:
        raise equity_body.error(ContentRefused, payload, f"a file of {found}")
    headless = found == nse_lists.SYMBOL_CHANGES
    width = len(titles_of(text))
    if not headless:
        equity_body.refuse_cut_short(text, payload, width, ends_in_percentage=found == NSE_FULL)


def detect_feed(body: bytes, name: str | None = None) -> str:
    """Return the feed that a body comes from, zipped or not, by its titles; an index's list by its file's name.

    A bhavcopy of BSE is told too. Raises `ContentRefused` when it is neither exchange's.
    """
    return _feed_of(unzip(body, name or "the body").removeprefix(equity_body.BYTE_ORDER_MARK), name)


def _feed_of(text: bytes, name: str | None, said: str | None = None) -> str:
    if nse_actions.is_list(text):
        return CORPORATE_ACTIONS
    titles = {plain(title) for title in titles_of(text)}
    if titles & {"tottrdqty", "ttltrdqnty", "traddt", "sccode"}:
        return bhavcopy.detect_feed(text)
    if "closingindexvalue" in titles:
        return INDEX_CLOSE
    return nse_lists.detect_feed(text, name, said=said)


def parse(payload: Payload) -> RawTable:
    """Return the rows of a body that `check_body` has passed, as the source wrote them, stripped of white space."""
    text = readable(payload)
    if payload.feed == CORPORATE_ACTIONS:
        return nse_actions.parse(text, payload)
    if payload.feed == INDEX_CLOSE:
        return index_close.parse(text, payload)
    if payload.feed in BHAVCOPIES:
        return bhavcopy.parse(text, payload)
    return nse_lists.parse(text, payload)


def readable(payload: Payload) -> bytes:
    """Return the text that the lines of `RawTable` are numbered in: unzipped, without a byte order mark."""
    return unzipped(payload).removeprefix(equity_body.BYTE_ORDER_MARK)
