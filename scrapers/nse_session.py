"""NSE's handshake: a page is visited first, for the cookies that its API asks for.

Without cookies 187 of 230 calls got 401 (2021). The page's answer may be 403, with cookies that are good all the same
(2026). Nothing is evaded: what NSE refuses after that is told as a refusal, with what a person can do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import MunimError, SourceBlocked, SourceUnavailable
from munim.core.payload import Payload
from scrapers.httpx_alone import httpx

if TYPE_CHECKING:
    from scrapers.answers import Declined
    from scrapers.client import Client

UNAUTHORISED, FORBIDDEN, MISDIRECTED = 401, 403, 421
RENEWED = frozenset({UNAUTHORISED, FORBIDDEN})
"""What an API call answers when its session is none any more."""

ANY_ANSWER = frozenset({*RENEWED, 404, MISDIRECTED, 451})
"""What a warm-up may answer: the API's answer decides."""

BY_HAND = "open the address in a browser, save what it shows, and give it to `munim ingest`"
MEANINGS = {
    UNAUTHORISED: "NSE does not take the cookies of this session",
    FORBIDDEN: "NSE's gateway refuses this machine or this kind of client",
    MISDIRECTED: "NSE's gateway says that it is the wrong server for this connection (a proxy or VPN in between?)",
}


def get(client: Client, url: str, *, page: str, feed: str, slot: str) -> Payload:
    """Return the body at an API's URL, after a visit to a page where there is no session yet.

    401 and 403 renew the session once; then the client's browser, where it has one, gets the cookies. Raises
    `SourceBlocked` when that was refused too (and for 421), `SourceUnavailable` for a time-out, and otherwise as
    `Client.get`.
    """
    try:
        return _get(client, url, page=page, feed=feed, slot=slot)
    except SourceUnavailable as error:
        if not isinstance(error.__cause__, httpx.TimeoutException):
            raise
        raise SourceUnavailable(
            error.what,
            feed=feed,
            slot=slot,
            advice=f"try again later; NSE lets requests from machines that it dislikes hang: if it is always so, "
            f"{BY_HAND}",
        ) from error


def _get(client: Client, url: str, *, page: str, feed: str, slot: str) -> Payload:
    fresh = not client.cookies.header(url)
    if fresh:
        _visit(client, page, feed=feed, slot=slot)
    answer = _ask(client, url, page, feed=feed, slot=slot)
    if isinstance(answer, Payload):
        return answer
    # A session that was just opened without a cookie gets no better by opening it again.
    if answer.status in RENEWED and (client.cookies.header(url) or not fresh):
        client.cookies.forget(url)
        _visit(client, page, feed=feed, slot=slot)
        answer = _ask(client, url, page, feed=feed, slot=slot)
        if isinstance(answer, Payload):
            return answer
    if answer.status in RENEWED and client.browser is not None:
        client.cookies.forget(url)
        client.cookies.put(httpx.URL(url).host, client.browser.cookies(page, feed=feed, slot=slot))
        answer = _ask(client, url, page, feed=feed, slot=slot)
        if isinstance(answer, Payload):
            return answer
    raise _blocked(client, answer, url)


def _visit(client: Client, page: str, *, feed: str, slot: str) -> None:
    """Ask for a page, for its cookies alone."""
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    client.ask(page, feed=feed, slot=slot, ready_for=ANY_ANSWER, headers=headers)


def _ask(client: Client, url: str, page: str, *, feed: str, slot: str) -> Payload | Declined:
    headers = {"Accept": "application/json", "Accept-Language": "en", "Referer": page}
    return client.ask(url, feed=feed, slot=slot, ready_for=frozenset(MEANINGS), headers=headers)


def _blocked(client: Client, answer: Declined, url: str) -> MunimError:
    error = answer.error
    cookies = "with cookies" if client.cookies.header(url) else "its page set no cookies"
    advice = [MEANINGS[answer.status], BY_HAND]
    if client.browser is None:
        advice.insert(1, "a browser can get the cookies: set MUNIM_CHROMEDRIVER and MUNIM_CHROMIUM")
    return SourceBlocked(f"{error.what} ({cookies})", feed=error.feed, slot=error.slot, advice="; or ".join(advice))
