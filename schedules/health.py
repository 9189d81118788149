"""What a scheduler says of itself over HTTP: /healthz, /readyz and /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

Answer = Callable[[], str | None]
"""Says what is wrong; None: nothing is."""

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Handler(BaseHTTPRequestHandler):
    checks: ClassVar[dict[str, Answer]] = {}
    metrics: ClassVar[tuple[Callable[[], str], ...]] = ()
    # One that opens a connection and says nothing holds a thread for no longer.
    timeout = 10

    def do_GET(self) -> None:
        """Answer a probe: 200, or 503 with what is wrong."""
        path = self.path.partition("?")[0]
        if path in self.checks:
            wrong = self.checks[path]()
            status = HTTPStatus.OK if wrong is None else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, f"{wrong or 'ok'}\n", "text/plain; charset=utf-8")
        elif path == "/metrics" and self.metrics:
            self._answer(HTTPStatus.OK, self.metrics[0](), METRICS_TYPE)
        else:
            self._answer(HTTPStatus.NOT_FOUND, f"there is {', '.join(self.checks)}\n", "text/plain; charset=utf-8")

    def _answer(self, status: HTTPStatus, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a probe comes every few seconds."""


@contextmanager
def serving(
    host: str, port: int, alive: Answer, ready: Answer, metrics: Callable[[], str] | None = None
) -> Iterator[str]:
    """Answer probes in threads of their own; yield the address. Raises OSError where it can't listen."""
    handler = type(
        "Handler",
        (_Handler,),
        {"checks": {"/healthz": alive, "/readyz": ready}, "metrics": (metrics,) if metrics is not None else ()},
    )
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, name="health", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
