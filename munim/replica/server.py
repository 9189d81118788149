"""The replica over HTTP: made sites behind prefixes that are their hosts, with faults, a settable time, and a log."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from munim.core.clock import now
from munim.replica.amfi import amfi_routes
from munim.replica.answers import (
    HTML,
    Answer,
    LogEntry,
    Redirect,
    Request,
    Route,
    error_answer,
    read_cookies,
    with_fault,
)
from munim.replica.connections import ReplicaHTTPServer
from munim.replica.equity_routes import equity_routes
from munim.replica.faults import Fault
from munim.replica.ipo_routes import issue_routes
from munim.replica.market import Market
from munim.replica.nsdl import nsdl_routes
from munim.replica.nse import nse_routes

if TYPE_CHECKING:
    from munim.replica.universe import Universe

_KEPT_BODIES: Final = 4
_KEPT_BYTES: Final = 32 * 1024 * 1024
"""A body larger than this is made anew for each request."""


class ReplicaServer:
    """Serves a universe until it is closed; a context manager.

    `at` is the replica's instant, or a clock; a clock's time is cut to the minute, so that a file asked for twice
    is the same file. `at` and `fault` may be set while it runs.
    """

    def __init__(
        self,
        universe: Universe,
        at: datetime | Callable[[], datetime] = now,
        *,
        fault: Fault | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        routes: Mapping[str, Route] | None = None,
    ) -> None:
        """Listen; port 0 takes a free one. `routes`, by path, are added to the sites that are made: others."""
        self.at = at
        self.fault = fault
        self.closing = threading.Event()
        market = Market(universe.seed)
        self._routes = {
            **amfi_routes(universe),
            **nse_routes(market),
            **nsdl_routes(market),
            **issue_routes(market),
            **equity_routes(market),
            **(routes or {}),
        }
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._log: list[LogEntry] = []
        self._bodies: OrderedDict[Request, Answer] = OrderedDict()
        self._http = ReplicaHTTPServer((host, port), self)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, name="replica")
        self._thread.start()

    @property
    def url(self) -> str:
        """The base URL; a site is behind it at its host: `{url}/www.amfiindia.com/…`."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def log(self) -> list[LogEntry]:
        """The requests so far, the replica's own paths left out."""
        with self._lock:
            return list(self._log)

    def instant(self) -> datetime:
        """Return the replica's time."""
        at = self.at
        return at if isinstance(at, datetime) else at().replace(second=0, microsecond=0)

    def close(self) -> None:
        """Stop: hanging requests end, connections close, and no thread is left."""
        self.closing.set()
        self._http.shutdown()
        self._http.close_connections()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        """Return the running server."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def answer(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer | None:
        """Return the answer to a request for a path with its query; None where there is to be none.

        `headers` have names in lower case.
        """
        url = urlsplit(target)
        route = self._route(url.path)
        if route is None:
            return self._logged(method, target, error_answer(HTTPStatus.NOT_FOUND))
        if isinstance(route, Redirect):
            found = Answer(HTTPStatus.FOUND, b"", HTML, {"Location": f"{self.url}{route.to}"})
            return self._logged(method, target, found)
        fault = self._take_fault(method, url.path)
        request = Request(
            url.path,
            url.query,
            self.instant(),
            # A HEAD is the GET without its body.
            method="GET" if method == "HEAD" else method,
            cookies=read_cookies((headers or {}).get("cookie", "")),
            body=body,
            fault=fault.name if fault else None,
            headers=headers or {},
        )
        if fault is None:
            return self._logged(method, target, self._kept(route, request))
        if fault.name == "hanging":
            self._logged(method, target, None, fault)
            self.closing.wait()
            return None
        if fault.name == "slow":
            self.closing.wait(fault.latency_ms / 1000)
        return self._logged(method, target, with_fault(fault, lambda: self._kept(route, request)), fault)

    def _route(self, path: str) -> Route | None:
        """Return what answers a path: its own route, that of its folder's files, `/*`, or of all below, `/**`."""
        folder = path.rpartition("/")[0]
        route = self._routes.get(path) or self._routes.get(f"{folder}/*")
        while route is None and folder:
            route = self._routes.get(f"{folder}/**")
            folder = folder.rpartition("/")[0]
        return route

    def _logged(self, method: str, target: str, answer: Answer | None, fault: Fault | None = None) -> Answer | None:
        entry = LogEntry(method, target, answer.status if answer else None, now(), fault.name if fault else None)
        with self._lock:
            self._log.append(entry)
        return answer

    def _take_fault(self, method: str, path: str) -> Fault | None:
        with self._lock:
            fault = self.fault
            if fault is None or not fault.concerns(method, path):
                return None
            self.fault = fault.after_one()
            return fault

    def _kept(self, route: Callable[[Request], Answer], request: Request) -> Answer:
        # One at a time: ten clients that ask for the same new file cost one file.
        with self._making:
            if request in self._bodies:
                self._bodies.move_to_end(request)
                return self._bodies[request]
            answer = route(request)
            if answer.kept and len(answer.body) <= _KEPT_BYTES:
                self._bodies[request] = answer
            while len(self._bodies) > _KEPT_BODIES:
                self._bodies.popitem(last=False)
            return answer
