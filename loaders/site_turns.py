"""Turns at a site, shared by all workers: one limit a site, kept in PostgreSQL by pyrate-limiter."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Self

from psycopg_pool import ConnectionPool
from pyrate_limiter import Rate, RateItem
from pyrate_limiter.buckets.postgres import PostgresBucket

from loaders.job_schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from loaders.database import Database

LONGEST_TABLE_NAME = 48
"""PostgreSQL cuts names at 63 bytes, and the library puts words before ours."""

SHORTEST_PAUSE_S = 0.01


class SiteTurns:
    """Keeps requests to a site apart over all processes that share a database; see `scrapers.rate_limit.Turns`.

    Its clock is the server's. Close it, or use it in a `with`.
    """

    def __init__(self, database: Database, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Connect when the first turn is asked for."""
        self._database = database
        self._sleep = sleep
        self._lock = threading.Lock()
        self._pool: ConnectionPool | None = None
        self._buckets: dict[tuple[str, int], PostgresBucket] = {}

    def wait(self, site: str, interval_s: float) -> None:
        """Return when a request to the site may start; no other starts within `interval_s` of it."""
        if interval_s <= 0:
            return
        bucket = self._bucket(site, interval_s)
        while (pause_s := self._take(bucket, site)) is not None:
            self._sleep(max(SHORTEST_PAUSE_S, pause_s))

    def postpone(self, site: str, seconds: float, interval_s: float) -> None:
        """Let no request of any worker start at the site for so many seconds: its Retry-After.

        What has its turn later than now keeps all others off until then.
        """
        if interval_s <= 0:
            return
        bucket = self._bucket(site, interval_s)
        interval_ms = round(interval_s * 1000)
        until = _now(bucket) + round(seconds * 1000) - interval_ms
        while not self._reserve(bucket, site, until, interval_ms):
            self._sleep(SHORTEST_PAUSE_S)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None
            self._buckets.clear()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def _take(self, bucket: PostgresBucket, site: str) -> float | None:
        """Take a turn now, or return how long to wait before the next try, in seconds."""
        # A bucket keeps why it refused: no thread may come between that and the question how long to wait.
        with self._lock:
            item = RateItem(site, _now(bucket))
            if bucket.put(item):
                bucket.leak(item.timestamp)
                return None
            pause_ms = bucket.waiting(item)
        return pause_ms / 1000 if isinstance(pause_ms, int) else SHORTEST_PAUSE_S

    def _reserve(self, bucket: PostgresBucket, site: str, at: int, interval_ms: int) -> bool:
        """Take a turn that is still to come; a later one of another's serves as well."""
        with self._lock:
            newest = bucket.peek(0)
            is_taken = isinstance(newest, RateItem) and newest.timestamp >= at - interval_ms
            return is_taken or bool(bucket.put(RateItem(site, at)))

    def _bucket(self, site: str, interval_s: float) -> PostgresBucket:
        with self._lock:
            key = site, round(interval_s * 1000)
            if key not in self._buckets:
                table = re.sub(r"\W", "_", site)[-LONGEST_TABLE_NAME:]
                self._buckets[key] = PostgresBucket(self._connections(), table, [Rate(1, key[1])])
            return self._buckets[key]

    def _connections(self) -> ConnectionPool:
        if self._pool is None:
            self._pool = ConnectionPool(
                self._database.resolve(),
                min_size=0,
                max_size=2,
                max_idle=60,
                open=True,
                kwargs={
                    "application_name": "munim turns",
                    "options": f"-c search_path={SCHEMA} -c timezone=UTC -c client_min_messages=warning",
                },
            )
        return self._pool


def _now(bucket: PostgresBucket) -> int:
    """Return the server's time, in milliseconds."""
    return int(bucket.now())  # type: ignore[no-untyped-call]
