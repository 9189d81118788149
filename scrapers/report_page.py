"""The report sites' pages, for when their JSON refuses: asked for in a browser, or saved by a person.

The page is the one that the JSON is made for, and its table has what the JSON has but for what is not shown. Its layout
follows what public projects say of it (Chittorgarh's of 2025 and 2026, InvestorGain's of September and October 2026);
it was not tried live.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from munim.core.errors import ContentRefused, MunimError, SourceBlocked, SourceUnavailable
from munim.core.payload import Payload
from scrapers.answers import error_of
from scrapers.bodies import body_error, check_no_binary, page_error
from scrapers.excerpt import describe
from scrapers.report_names import CHITTORGARH, INVESTORGAIN, PAGES, plain_names

if TYPE_CHECKING:
    from scrapers.browser import Browser
    from scrapers.browser_session import Page

__all__ = ["CHITTORGARH", "INVESTORGAIN", "check_body", "detect_feed", "fetch", "is_page", "turns_away"]

LARGEST_BYTES: Final = 16 * 1024 * 1024
"""A year of issues takes some 200 kB."""

BY_HAND: Final = (
    "open {page} in a browser where the site answers, save the page as HTML, and give it to `munim ingest ipo FILE`"
)
WITH_A_BROWSER: Final = (
    "install Chromium with its driver (Debian: chromium, chromium-driver) and set MUNIM_CHROMEDRIVER and "
    "MUNIM_CHROMIUM, so that munim reads the page itself"
)

IS_DRAWN: Final = """
if (document.readyState !== 'complete') { return null; }
const wanted = arguments[0].split(' ');
function plain(text) { return (text || '').toLowerCase().replace(/[^a-z0-9]/g, ''); }
for (const table of document.querySelectorAll('table')) {
    const names = new Set();
    for (const cell of table.querySelectorAll('th, td')) { names.add(plain(cell.dataset.label || cell.textContent)); }
    const cells = Array.from(table.querySelectorAll('tr')).map((row) => row.querySelectorAll('td').length);
    if (wanted.every((name) => names.has(name)) && cells.some((count) => count >= wanted.length)) { return true; }
}
return null;
"""
"""Whether a table with all columns of the report stands there, and a row in it."""


def fetch(browser: Browser, refused: SourceBlocked, *, feed: str, slot: str) -> Payload:
    """Return the page of a report as a browser shows it, in place of the JSON that was refused (origin "browser").

    One page, asked for once. Raises `SourceBlocked` for whatever comes of it but a page: the site has refused us
    already, and to ask again soon is no way to be answered.
    """
    url = PAGES[feed]
    try:
        with browser.open(feed=feed, slot=slot) as page:
            page.visit(url)
            _refuse_status(page, feed, slot)
            page.wait_for(IS_DRAWN, " ".join(plain_names(feed)))
            payload = Payload(feed, slot, page.url, browser.clock(), page.html.encode(), origin="browser")
        _refuse_what_is_no_page(payload)
    except MunimError as error:
        raise _refused_too(refused, error, url, feed, slot) from error
    return payload


def turns_away(payload: Payload) -> SourceBlocked | None:
    """Return the refusal that a body is: a web page, with status 200, that turns us away; None where it is none."""
    if not is_page(payload.body):
        return None
    error = page_error(payload, payload.body)
    return error if isinstance(error, SourceBlocked) else None


def without_browser(refused: SourceBlocked, json_url: str, *, feed: str, slot: str) -> SourceBlocked:
    """Return a refusal as one whom no browser helps is told it: what can be done about it, in two ways."""
    page = PAGES[feed]
    by_hand = f"open {page} in a browser, save it as HTML (or what {json_url} answers), and give it to"
    advice = f"the site refuses this machine: {by_hand} `munim ingest ipo FILE`; or {WITH_A_BROWSER}"
    return SourceBlocked(refused.what, feed=feed, slot=slot, advice=advice)


def is_page(body: bytes) -> bool:
    """Tell whether a body is a web page, and no JSON."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def detect_feed(body: bytes) -> str | None:
    """Return the feed whose report a page shows, by its table's columns; None where it shows none."""
    from scrapers import report_html  # noqa: PLC0415 - lxml costs a while

    found = report_html.find(body)
    return None if found is None else found.feed


def check_body(payload: Payload) -> None:
    """Return when the body is a whole page with its feed's report; otherwise raise what it is.

    `ContentRefused`: a report that lacks a column that is read, the other site's page, a page without a report.
    `SourceUnavailable`: cut short, an error page, a table without a row and without a word that there is none.
    `SourceBlocked`: a page that turns us away. For a file that somebody had, all are `ContentRefused`.
    """
    from scrapers import report_html  # noqa: PLC0415

    text = check_no_binary(payload)
    found = report_html.find(text)
    if found is None:
        raise page_error(payload, text)
    if found.feed != payload.feed:
        raise body_error(ContentRefused, payload, f"a page of {found.feed}")
    if found.missing:
        named = f"a report without the column{'s' if len(found.missing) > 1 else ''} {', '.join(found.missing)}"
        raise body_error(ContentRefused, payload, f"{named} (it has {', '.join(found.titles)})")
    if b"</html" not in text.lower():
        raise body_error(SourceUnavailable, payload, "a page that is cut short")
    if not found.rows and not found.misfits and not found.says_none:
        raise body_error(SourceUnavailable, payload, "a report without a row, and without a word that there is none")


def _refuse_status(page: Page, feed: str, slot: str) -> None:
    """Raise what the status of the browser's page means, where it is no 200."""
    status = page.status
    if status is not None and status != HTTPStatus.OK:
        raise error_of(status, f"{page.url} answered {status}", feed=feed, slot=slot)


def _refuse_what_is_no_page(payload: Payload) -> None:
    """Raise what a page is that shows no report at all; one that lacks a column is kept, and told by `check_body`."""
    if len(payload.body) > LARGEST_BYTES:
        raise body_error(ContentRefused, payload, f"a page of more than {LARGEST_BYTES:,} bytes")
    if detect_feed(payload.body) is None:
        error = page_error(payload, payload.body)
        if isinstance(error, ContentRefused):
            what = f"{payload.url} drew no report in the browser in time; got {describe(payload.body)}"
            raise SourceUnavailable(what, feed=payload.feed, slot=payload.slot)
        raise error


def _refused_too(refused: SourceBlocked, error: MunimError, url: str, feed: str, slot: str) -> SourceBlocked:
    what = f"{refused.what}; and its page in a browser: {error.what}"
    advice = f"the site refuses this machine: leave it alone for hours, or {BY_HAND.format(page=url)}"
    return SourceBlocked(what, feed=feed, slot=slot, advice=advice)
