"""The client by what it makes of each answer; the network is made, and so is time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
import stamina

from munim.core.errors import ContentRefused, MunimError, RequestWrong, SourceBlocked, SourceUnavailable
from scrapers.answers import SourceAsksToWait
from scrapers.client import Client, Machine
from scrapers.manners import Manners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from munim.core.payload import Payload

URL = "https://www.example.in/file.txt"
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Stamina's own back-off takes no time, and its number of attempts stays ours."""
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


class Time:
    """A clock that goes on only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.naps: list[float] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds


class Site:
    """Gives its answers one after another, the last one for ever, and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.time = Time()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(
        self, manners: Manners | None = None, *, contact: str | None = None, replica: str | None = None
    ) -> Client:
        machine = Machine(self.time.sleep, self.time.monotonic, httpx.MockTransport(self))
        return Client(
            user_agent="munim-test",
            clock=self.time.now,
            contact=contact,
            replica=replica,
            manners=manners,
            machine=machine,
        )

    def get(self, manners: Manners | None = None) -> Payload:
        return self.client(manners).get(URL, feed="site.feed", slot="2026-11-22")

    def error(self, manners: Manners | None = None) -> MunimError:
        with pytest.raises(MunimError) as failure:
            self.get(manners)
        return failure.value

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.asked]


def test_a_200_gives_the_bytes_with_their_url_and_time() -> None:
    site = Site(httpx.Response(200, content=b"1;2\r\n"))

    payload = site.client(contact="desk@example.in").get(
        f"{URL}?a=1", feed="site.feed", slot="2026-11-22", params={"day": "01-Nov-2026"}
    )

    assert payload.body == b"1;2\r\n"
    assert (payload.feed, payload.slot, payload.origin) == ("site.feed", "2026-11-22", "fetch")
    assert payload.url == f"{URL}?a=1&day=01-Nov-2026"
    assert (payload.fetched_at, payload.redirects) == (NOW, ())
    assert site.urls == [f"{URL}?a=1&day=01-Nov-2026"]
    assert site.asked[0].headers["user-agent"] == "munim-test desk@example.in"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520])
def test_a_status_that_may_pass_is_tried_three_times_and_then_unavailable(status: int) -> None:
    site = Site(httpx.Response(status, text="<h1>Busy</h1>", headers={"Content-Type": "text/html"}))

    error = site.error()

    assert type(error) is SourceUnavailable
    assert len(site.asked) == 3
    assert f"GET {URL} answered {status} " in str(error)
    assert "text/html, 13 bytes, beginning '<h1>Busy</h1>' (attempt 3 of 3)" in str(error)
    assert str(error).startswith("site.feed slot 2026-11-22: ")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, SourceBlocked),
        (403, SourceBlocked),
        (421, SourceBlocked),
        (451, SourceBlocked),
        (400, ContentRefused),
        (404, ContentRefused),
        (410, ContentRefused),
        (204, ContentRefused),
        (304, ContentRefused),
    ],
)
def test_a_status_that_will_not_pass_is_asked_for_once(status: int, kind: type[MunimError]) -> None:
    site = Site(httpx.Response(status, text="no"))

    assert type(site.error()) is kind
    assert len(site.asked) == 1


def test_a_404_says_that_the_address_is_gone() -> None:
    assert "the address is gone" in str(Site(httpx.Response(404)).error())


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout(""),
        httpx.ReadTimeout(""),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    ],
)
def test_a_failure_of_the_network_is_tried_again_and_the_answer_taken(failure: Exception) -> None:
    site = Site(failure, failure, httpx.Response(200, content=b"rows"))

    assert site.get().body == b"rows"
    assert len(site.asked) == 3


def test_a_time_out_that_stays_is_unavailable_and_named() -> None:
    error = Site(httpx.ReadTimeout("")).error()

    assert type(error) is SourceUnavailable
    assert f"GET {URL} failed: timed out (ReadTimeout) (attempt 3 of 3)" in str(error)


@pytest.mark.parametrize("header", ["7", "Sun, 22 Nov 2026 06:30:07 GMT"])
def test_a_retry_after_is_waited_for_in_seconds_or_as_a_date(header: str) -> None:
    site = Site(httpx.Response(429, headers={"Retry-After": header}), httpx.Response(200, content=b"rows"))

    payload = site.get()

    assert payload.fetched_at == NOW + timedelta(seconds=7)
    assert sum(site.time.naps) == 7


@pytest.mark.parametrize("header", ["3600", "Sun, 22 Nov 2026 07:30:00 GMT"])
def test_a_retry_after_beyond_the_limit_gives_up_and_says_when_to_come_back(header: str) -> None:
    site = Site(httpx.Response(503, headers={"Retry-After": header}))

    error = site.error()

    assert isinstance(error, SourceAsksToWait)
    assert error.come_back_at == NOW + timedelta(hours=1)
    assert "come back at 2026-11-22 07:30:00 UTC" in str(error)
    assert error.exit_code == 1
    assert (len(site.asked), site.time.naps) == (1, [])


@pytest.mark.parametrize("header", ["soon", "-5", "", "9" * 30])
def test_a_retry_after_that_is_no_time_does_no_harm(header: str) -> None:
    error = Site(httpx.Response(429, headers={"Retry-After": header})).error()

    assert isinstance(error, SourceUnavailable)


def test_redirects_are_followed_and_recorded_by_their_real_urls() -> None:
    site = Site(
        httpx.Response(302, headers={"Location": "https://portal.example.in/file.txt"}),
        httpx.Response(301, headers={"Location": "/files/file.txt?v=2"}),
        httpx.Response(200, content=b"rows"),
    )

    payload = site.get()

    assert payload.url == "https://portal.example.in/files/file.txt?v=2"
    assert payload.redirects == (URL, "https://portal.example.in/file.txt")


def test_redirects_in_a_circle_end_after_five() -> None:
    site = Site(httpx.Response(302, headers={"Location": URL}))

    error = site.error()

    assert type(error) is ContentRefused
    assert len(site.asked) == 6


@pytest.mark.parametrize("location", ["ftp://example.in/file", "file:///etc/passwd", "javascript:alert(1)"])
def test_a_redirect_away_from_the_web_is_refused(location: str) -> None:
    site = Site(httpx.Response(302, headers={"Location": location}))

    assert type(site.error()) is ContentRefused
    assert len(site.asked) == 1


@pytest.mark.parametrize("url", ["ftp://example.in/file", "example.in/file", "https://"])
def test_an_address_that_is_not_of_the_web_is_a_wrong_request(url: str) -> None:
    with pytest.raises(RequestWrong):
        Site(httpx.Response(200)).client().get(url, feed="site.feed", slot="s")


def test_a_user_agent_that_http_does_not_carry_is_a_wrong_request() -> None:
    with pytest.raises(RequestWrong, match="User-Agent"):
        Client(user_agent="मुनीम", clock=lambda: NOW)


@pytest.mark.parametrize("replica", ["http://127.0.0.1:8999", "http://127.0.0.1:8999/", "http://LOCALHOST:80/made"])
def test_a_replica_is_asked_in_place_of_every_site_and_real_urls_are_recorded(replica: str) -> None:
    base = str(httpx.URL(replica)).rstrip("/")
    site = Site(
        httpx.Response(302, headers={"Location": f"{base}/portal.example.in/file.txt?x=1"}),
        httpx.Response(302, headers={"Location": "https://third.example.in/file.txt"}),
        httpx.Response(200, content=b"made rows"),
    )

    payload = site.client(replica=replica).get(URL, feed="site.feed", slot="s", params={"a": "b"})

    assert site.urls == [
        f"{base}/www.example.in/file.txt?a=b",
        f"{base}/portal.example.in/file.txt?x=1",
        f"{base}/third.example.in/file.txt",
    ]
    assert payload.url == "https://third.example.in/file.txt"
    assert payload.redirects == (f"{URL}?a=b", "https://portal.example.in/file.txt?x=1")


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "99999999"}])
def test_a_body_over_the_limit_is_refused_whether_it_says_so_or_not(headers: dict[str, str]) -> None:
    def parts() -> Iterator[bytes]:
        yield from [b"x" * 60, b"x" * 60]
        raise AssertionError("read on after the limit")

    error = Site(httpx.Response(200, headers=headers, content=parts())).error(Manners(max_bytes=100))

    assert type(error) is ContentRefused
    assert "over the limit of 100" in str(error)


def test_a_body_shorter_than_its_length_is_cut_short() -> None:
    site = Site(httpx.Response(200, headers={"Content-Length": "100"}, content=b"half a file"))

    error = site.error()

    assert type(error) is SourceUnavailable
    assert "cut short: 11 of 100 bytes; 11 bytes, beginning 'half a file'" in str(error)
    assert len(site.asked) == 3


def test_a_body_that_trickles_is_given_up_after_the_total_time() -> None:
    site = Site(httpx.Response(500))

    def trickle() -> Iterator[bytes]:
        while True:
            site.time.seconds += 40
            yield b"x"

    site.answers = [httpx.Response(200, content=trickle())]

    error = site.error(Manners(total_timeout_s=600, attempts=1))

    assert type(error) is SourceUnavailable
    assert "in 600 s and no end" in str(error)


def test_an_answer_that_can_not_be_decompressed_is_unavailable() -> None:
    answers = (httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=iter([b"no gzip"])) for _ in range(3))

    assert type(Site(*answers).error()) is SourceUnavailable


def test_requests_to_one_site_keep_their_distance_and_other_sites_do_not_wait() -> None:
    site = Site(httpx.Response(200))
    client = site.client(Manners(interval_s=1.5, site_intervals_s={"slow.example.in": 4}))
    ask: Callable[[str], Payload] = lambda host: client.get(f"https://{host}/", feed="site.feed", slot="s")  # noqa: E731

    starts = {host: [(ask(host).fetched_at - NOW).total_seconds() for _ in range(2)] for host in ("a.in", "b.in")}
    slow = [(ask("slow.example.in").fetched_at - NOW).total_seconds() for _ in range(2)]

    assert starts == {"a.in": [0, 1.5], "b.in": [1.5, 3]}
    assert slow == [3, 7]
