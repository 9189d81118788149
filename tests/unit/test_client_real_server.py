"""The client against a real server on this machine: what only a socket can do."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import stamina

from munim.core.errors import SourceUnavailable
from scrapers.client import Client
from scrapers.manners import Manners

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


class Faulty(BaseHTTPRequestHandler):
    """Serves one way of going wrong at each path."""

    protocol_version = "HTTP/1.1"
    released = threading.Event()

    def do_GET(self) -> None:
        host, _, fault = self.path.strip("/").partition("/")
        match fault:
            case "moved":
                self.send_response(302)
                self.send_header("Location", f"/{host}/whole")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "hanging":
                self.released.wait(20)
            case "closed":
                self.close_connection = True
            case _:
                self._serve(fault)

    def _serve(self, fault: str) -> None:
        self.send_response(200)
        if fault == "chunks-cut-short":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", "4" if fault == "whole" else "4000")
        self.end_headers()
        self.wfile.write(b"4\r\nrows\r\n" if fault == "chunks-cut-short" else b"rows")
        self.close_connection = fault != "whole"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


@pytest.fixture
def replica() -> Iterator[str]:
    """The base URL of a server that stands in for every site."""
    Faulty.released.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    with stamina.set_testing(True, attempts=10, cap=True):
        yield f"http://127.0.0.1:{server.server_port}"
    Faulty.released.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(replica: str) -> Iterator[Client]:
    """A client that asks this server, twice and without patience."""
    manners = Manners(interval_s=0, attempts=2, read_timeout_s=0.2)
    with Client(user_agent="munim-test", clock=lambda: NOW, replica=replica, manners=manners) as opened:
        yield opened


def test_a_whole_body_comes_over_a_redirect(client: Client) -> None:
    # The replica's redirects name the host in the path, as it does.
    payload = client.get("https://www.example.in/moved", feed="site.feed", slot="s")

    assert payload.body == b"rows"
    assert payload.url == "https://www.example.in/whole"
    assert payload.redirects == ("https://www.example.in/moved",)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("cut-short", "cut short: "),
        ("chunks-cut-short", "cut short: "),
        ("hanging", "timed out (ReadTimeout)"),
        ("closed", "Server disconnected"),
    ],
)
def test_a_connection_that_fails_midway_is_unavailable(client: Client, fault: str, words: str) -> None:
    with pytest.raises(SourceUnavailable) as failure:
        client.get(f"https://www.example.in/{fault}", feed="site.feed", slot="s")

    assert words in str(failure.value)
    assert f"GET https://www.example.in/{fault} failed" in str(failure.value)
    assert "(attempt 2 of 2)" in str(failure.value)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with stamina.set_testing(True, attempts=10, cap=True):
        client = Client(
            user_agent="munim-test", clock=lambda: NOW, replica="http://127.0.0.1:1", manners=Manners(interval_s=0)
        )
        with client, pytest.raises(SourceUnavailable, match=r"GET https://www\.example\.in/x failed: .*attempt 3 of 3"):
            client.get("https://www.example.in/x", feed="site.feed", slot="s")
