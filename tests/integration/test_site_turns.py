"""Turns at a site are shared by all who share a database, and a site's wish to be left alone too."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from loaders.database import Database
from loaders.site_turns import SiteTurns
from scrapers.rate_limit import RateLimiter

if TYPE_CHECKING:
    import psycopg

SITE, OTHER = "nsearchives.nseindia.com", "portal.amfiindia.com"
INTERVAL_S = 0.05


def taken(turns: SiteTurns, site: str, count: int) -> threading.Thread:
    def take() -> None:
        for _ in range(count):
            turns.wait(site, INTERVAL_S)

    thread = threading.Thread(target=take)
    thread.start()
    return thread


def test_two_processes_worth_of_threads_keep_one_rate(database: Database) -> None:
    with SiteTurns(database) as one, SiteTurns(database) as two:
        begun = time.monotonic()
        threads = [taken(turns, SITE, 4) for turns in (one, two) for _ in range(2)]
        for thread in threads:
            thread.join()
        # A lower bound: no machine is too slow for it.
        assert time.monotonic() - begun >= 15 * INTERVAL_S


def test_a_site_that_asks_to_be_left_alone_is_left_alone_by_all(database: Database) -> None:
    with SiteTurns(database) as one, SiteTurns(database) as two:
        begun = time.monotonic()
        one.postpone(SITE, 0.5, INTERVAL_S)
        one.postpone(SITE, 0.2, INTERVAL_S)
        two.wait(OTHER, INTERVAL_S)
        two.wait(SITE, INTERVAL_S)
        assert time.monotonic() - begun >= 0.5


def test_a_limiter_passes_its_waits_on_to_the_turns(database: Database) -> None:
    asked: list[tuple[object, ...]] = []

    class Noted:
        def wait(self, site: str, interval_s: float) -> None:
            asked.append((site, interval_s))

        def postpone(self, site: str, seconds: float, interval_s: float) -> None:
            asked.append((site, seconds, interval_s))

    limiter = RateLimiter(1.0, {SITE: 0.5}, sleep=lambda _s: None, monotonic=lambda: 0.0, turns=Noted())
    limiter.wait(OTHER)
    limiter.postpone(SITE, 30)
    assert asked == [(OTHER, 1.0), (SITE, 30, 0.5)]


def test_the_limits_stand_beside_the_queue_and_not_among_the_data(
    database: Database, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    with SiteTurns(database) as turns:
        turns.wait(SITE, INTERVAL_S)
    found = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename LIKE 'ratelimit%'").fetchall()
    assert found == [("procrastinate",)]
