"""A small HTTP server for probes and Prometheus: /healthz, /readyz, /metrics, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from munim.readers.metrics import Exposition

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Answers:
    """What is answered. `ready` tells whether the database can be worked with; `metrics` takes an Accept header."""

    ready: Callable[[], bool]
    metrics: Callable[[str], Exposition]


def server(host: str, port: int, answers: Answers) -> ThreadingHTTPServer:
    """Return a server that listens already; `serve_forever` answers, and `shutdown` from another thread ends that."""

    class Handler(_Handler):
        asked = answers

    return ThreadingHTTPServer((host, port), Handler)


class _Handler(BaseHTTPRequestHandler):
    asked: Answers
    server_version = "munim"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/healthz":
            self._send(HTTPStatus.OK, PLAIN, b"alive\n")
        elif path == "/readyz":
            ready = self.asked.ready()
            status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
            self._send(status, PLAIN, b"ready\n" if ready else b"the database can't be worked with\n")
        elif path == "/metrics":
            found = self.asked.metrics(self.headers.get("Accept", ""))
            self._send(HTTPStatus.OK, found.content_type, found.body)
        else:
            self._send(HTTPStatus.NOT_FOUND, PLAIN, b"there is /healthz, /readyz and /metrics\n")

    def _send(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: a probe every few seconds is no news."""
