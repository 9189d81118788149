"""The one way to ask a site for something: politely, within limits, and with every failure named."""

from __future__ import annotations

import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from munim.core.errors import ContentRefused, MunimError, RequestWrong, SourceUnavailable
from munim.core.payload import Payload
from scrapers.answers import Declined, SourceAsksToWait, error_of, is_worth_retrying, retry_after
from scrapers.cookies import SiteCookies, no_cookies
from scrapers.excerpt import describe
from scrapers.httpx_alone import httpx, stamina
from scrapers.manners import Manners
from scrapers.rate_limit import RateLimiter
from scrapers.replica_address import WEB, Addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from munim.core.clock import Clock
    from scrapers.browser import Browser
    from scrapers.rate_limit import Turns

ERROR_BODY_BYTES = 4096
"""How much of an answer that is no 200 is read, for the message."""


@dataclass(frozen=True)
class Machine:
    """What a client takes from the machine: waiting, passing time (both in seconds), the network and a browser.

    `turns` are those that it shares with other processes at a site; None: it has each site for itself.
    """

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    transport: httpx.BaseTransport | None = None
    browser: Browser | None = None
    turns: Turns | None = None


class Client:
    """An HTTP client for all sites; threads may share it. Close it, or use it in a `with`.

    `cookies` are kept by site; `browser` is for what only a browser can ask, where the machine has one.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        clock: Clock,
        contact: str | None = None,
        replica: str | None = None,
        manners: Manners | None = None,
        machine: Machine | None = None,
    ) -> None:
        """Make a client that names itself `user_agent contact`; `replica` is the base URL of a stand-in."""
        self._manners = manners or Manners()
        machine = machine or Machine()
        self._clock = clock
        self._monotonic = machine.monotonic
        self.cookies = SiteCookies()
        self.browser = machine.browser
        self._addresses = Addresses(replica and str(httpx.URL(replica)))
        self._limiter = RateLimiter(
            self._manners.interval_s,
            self._manners.site_intervals_s,
            sleep=machine.sleep,
            monotonic=machine.monotonic,
            turns=machine.turns,
        )
        agent = f"{user_agent} {contact}" if contact else user_agent
        try:
            self._http = httpx.Client(
                headers={"User-Agent": agent},
                timeout=httpx.Timeout(self._manners.read_timeout_s, connect=self._manners.connect_timeout_s),
                follow_redirects=False,
                cookies=no_cookies(),
                # A stand-in is on this machine or beside it: a proxy for the outside can't reach it.
                trust_env=replica is None,
                verify=_verification(replica),
                transport=machine.transport,
            )
        except UnicodeEncodeError as error:
            raise RequestWrong(f"the User-Agent {agent!r} has characters that HTTP doesn't carry") from error

    def get(self, url: str, *, feed: str, slot: str, params: Mapping[str, str] | None = None) -> Payload:
        """Return the body at a URL (origin "fetch"), its final real URL and the URLs that redirected to it.

        Raises `SourceUnavailable` (can't be reached, timed out, cut short, 408, 425, 429, 5xx; after all attempts),
        `SourceAsksToWait` (a Retry-After beyond the limit), `SourceBlocked` (401, 403, 421, 451),
        `ContentRefused` (other statuses, too large, redirects that lead nowhere), `RequestWrong` (no web URL).
        """
        answer = self.ask(_with_params(url, params, feed=feed, slot=slot), feed=feed, slot=slot)
        if isinstance(answer, Declined):
            raise answer.error
        return answer

    def ask(
        self,
        url: str,
        *,
        feed: str,
        slot: str,
        ready_for: frozenset[int] = frozenset(),
        headers: Mapping[str, str] | None = None,
    ) -> Payload | Declined:
        """Return as `get` does, and what came for the statuses that the asker is ready for: redirects among them.

        `headers` go with the request beside the client's own. Raises as `get`.
        """
        asked = _with_params(url, None, feed=feed, slot=slot)
        retries = stamina.retry_context(
            on=_back_off, attempts=self._manners.attempts, timeout=None, wait_initial=1.0, wait_max=30.0
        )
        for attempt in retries:
            with attempt:
                what = f"attempt {attempt.num} of {self._manners.attempts}"
                return self._follow(_Ask(asked, feed, slot, what, ready_for, headers or {}))
        raise AssertionError("stamina gives an attempt or raises")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def _follow(self, ask: _Ask) -> Payload | Declined:
        """Ask, and follow redirects up to the limit."""
        passed: list[str] = []
        while len(passed) <= self._manners.max_redirects:
            with self._asking(ask) as response:
                if response.status_code in ask.ready_for:
                    return self._declined(response, ask)
                if not response.has_redirect_location:
                    body = self._receive(response, ask)
                    return Payload(
                        ask.feed, ask.slot, ask.url, self._clock(), body, origin="fetch", redirects=tuple(passed)
                    )
                passed.append(ask.url)
                ask = replace(ask, url=self._target(response, ask))
        what = ask.got(f"would be redirect number {len(passed)} from {passed[0]}")
        raise ContentRefused(what, feed=ask.feed, slot=ask.slot)

    @contextmanager
    def _asking(self, ask: _Ask) -> Iterator[httpx.Response]:
        """Send one request when the site's turn has come, and name whatever fails until its body is read."""
        self._limiter.wait(httpx.URL(ask.url).host)
        headers = {**ask.headers, **self.cookies.header(ask.url)}
        try:
            with self._http.stream("GET", self._addresses.to_ask(ask.url), headers=headers) as response:
                self.cookies.keep(ask.url, response.headers)
                yield response
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol) as error:
            what = ask.got(f"can't be asked: {error}")
            raise RequestWrong(what, feed=ask.feed, slot=ask.slot) from error
        except httpx.InvalidURL as error:
            # httpx reads a Location before we do.
            what = ask.got(f"redirects to what is no URL: {error}")
            raise ContentRefused(what, feed=ask.feed, slot=ask.slot) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            what = ask.got(f"failed: {_name(error)}")
            raise SourceUnavailable(what, feed=ask.feed, slot=ask.slot, advice="try again later") from error

    def _target(self, response: httpx.Response, ask: _Ask) -> str:
        """Return the real URL that a redirect leads to."""
        target = response.url.join(response.headers["location"])
        if target.scheme not in WEB or not target.host:
            what = ask.got(f"redirects to {target}, which is no web address")
            raise ContentRefused(what, feed=ask.feed, slot=ask.slot)
        return self._addresses.to_record(str(target))

    def _declined(self, response: httpx.Response, ask: _Ask) -> Declined:
        location = self._target(response, ask) if response.has_redirect_location else None
        return Declined(response.status_code, location, self._refusal(response, ask))

    def _receive(self, response: httpx.Response, ask: _Ask) -> bytes:
        """Return the whole body of a 200, or raise what the answer means."""
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response, ask)
        declared = _declared_length(response)
        self._check_size(declared, ask)
        body = bytearray()
        ends_at = self._monotonic() + self._manners.total_timeout_s
        for part in response.iter_bytes():
            body += part
            self._check_size(len(body), ask)
            if self._monotonic() > ends_at:
                what = ask.got(f"gave {describe(bytes(body))} in {self._manners.total_timeout_s:g} s and no end")
                raise SourceUnavailable(what, feed=ask.feed, slot=ask.slot, advice="try again later")
        # The length is that of the bytes as sent; h11 compares those too, but not every transport does.
        if "content-encoding" not in response.headers and len(body) < declared:
            what = ask.got(f"was cut short: {len(body):,} of {declared:,} bytes; {describe(bytes(body))}")
            raise SourceUnavailable(what, feed=ask.feed, slot=ask.slot, advice="try again later")
        return bytes(body)

    def _check_size(self, size: int, ask: _Ask) -> None:
        if size > self._manners.max_bytes:
            what = ask.got(f"gives {size:,} bytes or more, over the limit of {self._manners.max_bytes:,}")
            raise ContentRefused(what, feed=ask.feed, slot=ask.slot, advice="ask for a shorter window")

    def _refusal(self, response: httpx.Response, ask: _Ask) -> MunimError:
        """Return the error for an answer that is no 200, and hold the site back as long as it asks."""
        status = response.status_code
        got = describe(_beginning(response), response.headers.get("content-type"))
        what = ask.got(f"answered {status} {response.reason_phrase}, {got}")
        now = self._clock()
        wait = retry_after(response.headers.get("retry-after"), now) if is_worth_retrying(status) else None
        if wait is None:
            return error_of(status, what, feed=ask.feed, slot=ask.slot)
        if wait.total_seconds() > self._manners.longest_wait_s:
            return SourceAsksToWait(what, now + wait, feed=ask.feed, slot=ask.slot)
        self._limiter.postpone(httpx.URL(ask.url).host, wait.total_seconds())
        return error_of(status, what, feed=ask.feed, slot=ask.slot)


@dataclass(frozen=True)
class _Ask:
    """What is asked for now, and for which try of it: all that a message needs."""

    url: str
    feed: str
    slot: str
    attempt: str
    ready_for: frozenset[int]
    headers: Mapping[str, str]

    def got(self, what: str) -> str:
        return f"GET {self.url} {what} ({self.attempt})"


def _with_params(url: str, params: Mapping[str, str] | None, *, feed: str, slot: str) -> str:
    try:
        asked = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise RequestWrong(f"{url!r} is no URL: {error}", feed=feed, slot=slot) from error
    if asked.scheme not in WEB or not asked.host:
        raise RequestWrong(f"{url!r} is no web address", feed=feed, slot=slot)
    return str(asked.copy_merge_params(params) if params else asked)


def _back_off(error: Exception) -> bool:
    """Return whether stamina should try again; how long a Retry-After lasts is kept by the rate limiter."""
    return isinstance(error, SourceUnavailable) and not isinstance(error, SourceAsksToWait)


def _declared_length(response: httpx.Response) -> int:
    text = response.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _beginning(response: httpx.Response) -> bytes:
    """Return the first bytes of an error's body, as far as they come."""
    body = b""
    try:
        for part in response.iter_bytes():
            body += part
            if len(body) >= ERROR_BODY_BYTES:
                break
    except (httpx.TransportError, httpx.DecodingError):
        # The status is what counts; its body is only quoted.
        return body
    return body


def _name(error: httpx.TransportError | httpx.DecodingError) -> str:
    """Return what went wrong in words; httpx's time-outs often have no text of their own."""
    words = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return f"timed out ({type(error).__name__})"
    if "without sending complete message body" in words or "incomplete chunked read" in words:
        return f"cut short: {words}"
    return words


def _verification(replica: str | None) -> ssl.SSLContext | bool:
    """Return what certificates are held against: the usual authorities, whose reading costs 0.2 s.

    A stand-in without TLS needs none, and with none every certificate is refused.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if replica and replica.startswith("http://") else True
