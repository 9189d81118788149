"""When the next request to a site may start."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Turns(Protocol):
    """Keeps requests to one site apart over all processes that share it."""

    def wait(self, site: str, interval_s: float) -> None:
        """Return when a request to the site may start; no other starts within `interval_s` (seconds) of it."""
        ...

    def postpone(self, site: str, seconds: float, interval_s: float) -> None:
        """Let no request to the site start for so many seconds from now."""
        ...


class RateLimiter:
    """Keeps requests to one site apart, over all threads that share it, and over all processes that share `turns`.

    `interval_s` is the least time between the starts of two requests to a site; `site_intervals_s` gives
    other figures for some sites. Sites do not hold each other up.
    """

    def __init__(
        self,
        interval_s: float,
        site_intervals_s: Mapping[str, float] | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        turns: Turns | None = None,
    ) -> None:
        """Start with every site free; `sleep` and `monotonic` are in seconds, and tests pass their own."""
        self._interval_s = interval_s
        self._site_intervals_s = site_intervals_s or {}
        self._sleep = sleep
        self._monotonic = monotonic
        self._turns = turns
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}

    def wait(self, site: str) -> None:
        """Return when a request to the site may start; each caller gets a moment of its own."""
        interval_s = self._site_intervals_s.get(site, self._interval_s)
        with self._lock:
            start = max(self._monotonic(), self._free_at.get(site, float("-inf")))
            self._free_at[site] = start + interval_s
        # Slept outside the lock; asked again afterwards, for the site may have closed meanwhile.
        while (pause := self._until(site, start)) > 0:
            self._sleep(pause)
        if self._turns is not None:
            self._turns.wait(site, interval_s)

    def postpone(self, site: str, seconds: float) -> None:
        """Let no request to the site start for so many seconds from now (its Retry-After)."""
        with self._lock:
            until = self._monotonic() + seconds
            self._closed_until[site] = max(until, self._closed_until.get(site, until))
        if self._turns is not None:
            self._turns.postpone(site, seconds, self._site_intervals_s.get(site, self._interval_s))

    def _until(self, site: str, start: float) -> float:
        with self._lock:
            return max(start, self._closed_until.get(site, start)) - self._monotonic()
