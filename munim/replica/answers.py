"""What a route gives back, and what a fault makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from munim.replica.faults import Fault
from munim.replica.pages import MAINTENANCE, NO_DATA, server_page
from munim.replica.spoiling import SPOILERS, spoil

TEXT: Final = "text/plain"
HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """A response; `sent` bytes of the body go out before the connection closes, all of them where it is None.

    `cookies` are Set-Cookie headers, as sent. `kept` says whether the next equal request may get the same answer:
    not where it depends on what went before, such as on how often a cookie was used.
    """

    status: int
    body: bytes = field(repr=False)
    content_type: str = TEXT
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None
    cookies: tuple[str, ...] = ()
    kept: bool = True


@dataclass(frozen=True)
class Request:
    """One request: its path, the query as sent, the replica's instant, and what else the client said.

    `fault` is the name of the fault that is on. Requests that differ in headers alone, cookies aside, are equal: what
    depends on another header is not `kept`.
    """

    path: str
    query: str
    at: datetime
    method: str = "GET"
    cookies: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    fault: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def asked(self, name: str) -> str:
        """Return a parameter of the query, blank where it is not there."""
        return dict(parse_qsl(self.query)).get(name, "")

    def posted(self, name: str) -> str:
        """Return a field of the posted form, blank where it is not there."""
        return dict(parse_qsl(self.body.decode("ascii", "replace"))).get(name, "")

    def header(self, name: str) -> str:
        """Return a header by its name in lower case, blank where it is not there."""
        return self.headers.get(name, "")


def read_cookies(header: str) -> tuple[tuple[str, str], ...]:
    """Return the names and values of a Cookie header, in order of name."""
    pairs = (one.strip().partition("=") for one in header.split(";") if "=" in one)
    return tuple(sorted({name: value for name, _, value in pairs}.items()))


@dataclass(frozen=True)
class Redirect:
    """A path that answers 302 with another path of the replica; it never fails."""

    to: str


Route = Callable[[Request], Answer] | Redirect


@dataclass(frozen=True)
class LogEntry:
    """One request that was taken; `status` is None where it was never answered, `at` is the real time."""

    method: str
    path: str
    status: int | None
    at: datetime
    fault: str | None = None


def error_answer(status: HTTPStatus, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a status with the web server's own page."""
    return Answer(status, server_page(status, status.phrase), HTML, headers or {})


_PAGES: Final[Mapping[str, Answer]] = {
    "html": Answer(200, MAINTENANCE, HTML),
    "no-data": Answer(200, NO_DATA, HTML),
    "not-found": error_answer(HTTPStatus.NOT_FOUND),
    "unavailable": error_answer(HTTPStatus.SERVICE_UNAVAILABLE),
    "forbidden": error_answer(HTTPStatus.FORBIDDEN),
    "empty": Answer(200, b""),
    "one-byte": Answer(200, b"\n"),
    "misdirected": error_answer(HTTPStatus.MISDIRECTED_REQUEST),
}


def with_fault(fault: Fault, answer: Callable[[], Answer]) -> Answer:
    """Return the answer as a fault makes it; the ordinary one is made only where it is needed."""
    if fault.name in _PAGES:
        return _PAGES[fault.name]
    if fault.name == "too-many":
        return error_answer(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(fault.retry_after_s)})
    ordinary = answer()
    if fault.name == "cut-short":
        return replace(ordinary, sent=len(ordinary.body) // 2)
    if fault.name in SPOILERS and ordinary.content_type == TEXT:
        return replace(ordinary, body=spoil(fault.name, ordinary.body))
    return ordinary
