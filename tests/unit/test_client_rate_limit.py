"""The rate limiter over threads: each request has a moment of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from scrapers.rate_limit import RateLimiter


class SharedTime:
    """Time that many threads sleep in: each has its own, and none goes back."""

    def __init__(self) -> None:
        self._own = threading.local()

    def monotonic(self) -> float:
        return float(getattr(self._own, "seconds", 0.0))

    def sleep(self, seconds: float) -> None:
        self._own.seconds = self.monotonic() + seconds


def test_threads_that_come_at_once_start_an_interval_apart() -> None:
    time = SharedTime()
    limiter = RateLimiter(2.0, sleep=time.sleep, monotonic=time.monotonic)
    together = threading.Barrier(8)

    def start() -> float:
        together.wait()
        limiter.wait("site")
        return time.monotonic()

    with ThreadPoolExecutor(8) as threads:
        starts = sorted(future.result() for future in [threads.submit(start) for _ in range(8)])

    assert starts == [0, 2, 4, 6, 8, 10, 12, 14]


def test_a_site_that_closes_while_a_request_waits_holds_it_back() -> None:
    naps: list[float] = []
    clock = [0.0]

    def sleep(seconds: float) -> None:
        if not naps:
            limiter.postpone("site", 30)
        naps.append(seconds)
        clock[0] += seconds

    limiter = RateLimiter(1.0, sleep=sleep, monotonic=lambda: clock[0])
    limiter.wait("site")

    limiter.wait("site")

    assert (naps, clock[0]) == ([1.0, 29.0], 30.0)


def test_a_shorter_postponement_does_not_open_a_site_that_is_closed_for_longer() -> None:
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    limiter = RateLimiter(0.0, sleep=sleep, monotonic=lambda: clock[0])
    limiter.postpone("site", 60)
    limiter.postpone("site", 5)

    limiter.wait("other")
    assert clock[0] == 0
    limiter.wait("site")
    assert clock[0] == 60
