"""The HTTP side of the replica: connections that can all be closed at once, and the replica's own paths."""

from __future__ import annotations

import json
import socket
import sys
import threading
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from munim.core.errors import RequestWrong
from munim.replica.answers import Answer
from munim.replica.faults import Fault

if TYPE_CHECKING:
    from munim.replica.server import ReplicaServer

_OWN: Final = "/_replica/"
_JSON: Final = "application/json"
_Connection = socket.socket | tuple[bytes, socket.socket]
"""What socketserver calls a request; the tuple is UDP's."""


def _socket(connection: _Connection) -> socket.socket:
    return connection if isinstance(connection, socket.socket) else connection[1]


class ReplicaHTTPServer(ThreadingHTTPServer):
    """A thread a connection, all of them joined at the close."""

    daemon_threads = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], replica: ReplicaServer) -> None:
        """Listen for a replica."""
        self.replica = replica
        self._connections: set[_Connection] = set()
        self._lock = threading.Lock()
        super().__init__(address, Handler)

    def process_request(self, request: _Connection, client_address: object) -> None:
        """Remember the connection, then serve it in a thread."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Connection) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Wake every thread that waits for its client: a kept-alive connection would hold the close forever."""
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    _socket(connection).shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: _Connection, client_address: object) -> None:
        """Say nothing of clients that went away."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    # Header and body are two writes; Nagle's algorithm would hold the second one back.
    disable_nagle_algorithm = True
    server_version = "munim-replica"
    sys_version = ""
    server: ReplicaHTTPServer

    def do_GET(self) -> None:
        """Answer from a site's routes, or with the replica's log."""
        url = urlsplit(self.path)
        if url.path.startswith(_OWN):
            self._send(self._own_page(url.path))
            return
        try:
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = self.server.replica.answer(self.command, self.path, headers, self._body())
        except RequestWrong as error:  # a time outside the made years
            self._send(_json(500, {"error": str(error)}))
            return
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer)

    def do_HEAD(self) -> None:
        """Answer as to GET, without the body."""
        self.do_GET()

    def do_POST(self) -> None:
        """Answer from a site's routes, or set the replica.

        `/_replica/fault?name=…&times=…` is for the fault (name=none for none), `/_replica/at?at=…` for the time.
        """
        url = urlsplit(self.path)
        if not url.path.startswith(_OWN):
            self.do_GET()
            return
        self._body()
        query = dict(parse_qsl(url.query))
        try:
            self._set(url.path, query)
        except (RequestWrong, ValueError, KeyError) as error:
            self._send(_json(400, {"error": str(error)}))
            return
        self._send(_json(200, self._state()))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that http.server gives it
        """Write nothing: the log is `ReplicaServer.log`."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _own_page(self, path: str) -> Answer:
        if path != f"{_OWN}log":
            return _json(404, {"error": f"no {path}"})
        entries = self.server.replica.log
        return _json(200, [{**vars(entry), "at": entry.at.isoformat()} for entry in entries])

    def _set(self, path: str, query: dict[str, str]) -> None:
        replica = self.server.replica
        if path == f"{_OWN}fault":
            numbers = {name: int(query[name]) for name in ("times", "latency_ms", "retry_after_s") if name in query}
            name = query["name"]
            replica.fault = None if name == "none" else Fault(name, path=query.get("path", ""), **numbers)
        elif path == f"{_OWN}at":
            at = datetime.fromisoformat(query["at"])
            if at.tzinfo is None:
                raise RequestWrong(
                    "the time has no zone", advice="write it as 2026-08-20T08:05:00+05:30, with + as %2B"
                )
            replica.at = at
        else:
            raise RequestWrong(f"no {path}")

    def _state(self) -> dict[str, object]:
        replica = self.server.replica
        return {"at": replica.instant().isoformat(), "fault": vars(replica.fault) if replica.fault else None}

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        for cookie in answer.cookies:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(answer.body if answer.sent is None else answer.body[: answer.sent])
        if answer.sent is not None:
            self.close_connection = True


def _json(status: int, content: object) -> Answer:
    return Answer(status, json.dumps(content).encode(), _JSON)
