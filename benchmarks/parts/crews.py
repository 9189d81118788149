"""Workers of backfills and a replica, each in a process of its own, forked from this one while it is warm."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection as Pipe

from loaders.database import Database
from loaders.job_queue import Pace, Shift, run_worker
from loaders.site_turns import SiteTurns
from munim.core.clock import now
from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines.backfill_work import SlotWork
from pipelines.tools import Tools
from scrapers.archive import Archive
from scrapers.client import Client, Machine
from scrapers.manners import Manners

FORK = multiprocessing.get_context("fork")
PACE = Pace(heartbeat_s=1.0, stalled_s=5.0, poll_s=0.5, retry_wait_s=1.0, upkeep="* * * * * */2")
LOOK_S = 0.05


@dataclass(frozen=True)
class Site:
    """What workers work with: the database, the archive, the replica's address, and the interval between requests."""

    database: Database
    archive: str
    replica: str
    interval_s: float = 0.0


@contextmanager
def replica(universe: Universe, at: datetime, latency_ms: int = 0) -> Iterator[str]:
    """Serve a universe in a process of its own, each answer so much later; give its address."""
    ours, theirs = FORK.Pipe()
    server = FORK.Process(target=_serve, args=(theirs, universe, at, latency_ms))
    server.start()
    try:
        yield str(ours.recv())
    finally:
        ours.send(None)
        server.join()


def _serve(pipe: Pipe, universe: Universe, at: datetime, latency_ms: int) -> None:
    fault = Fault("slow", latency_ms=latency_ms) if latency_ms else None
    with ReplicaServer(universe, at, fault=fault) as server:
        pipe.send(server.url)
        pipe.recv()


def start(site: Site, queue: str) -> int:
    """Fork a worker; return the number of its process."""
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        _work(site, queue)
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


def end(number: int) -> int:
    """End a worker with SIGTERM; return its peak memory in KiB."""
    os.kill(number, signal.SIGTERM)
    return peak(number)


def kill(number: int) -> None:
    """End a worker as a power cut would."""
    os.kill(number, signal.SIGKILL)
    peak(number)


def peak(number: int) -> int:
    """Wait for a worker's end; return its peak memory in KiB."""
    _, _, usage = os.wait4(number, 0)
    return usage.ru_maxrss


def wait_until(holds: Callable[[], bool]) -> float:
    """Wait until something holds; return the seconds that it took."""
    begun, pause = time.monotonic(), threading.Event()
    while not holds():
        pause.wait(LOOK_S)
    return time.monotonic() - begun


def ended(database: Database) -> int:
    """Return how many slots have come to their end."""
    with database.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM etl.backfill_slot WHERE state IN ('done', 'empty', 'failed')"
        ).fetchone()
    return int(str(row[0] if row else 0))


def _work(site: Site, queue: str) -> None:
    archive = Archive.open(site.archive, "replica", now)
    manners = Manners(interval_s=site.interval_s, site_intervals_s={}, attempts=1, read_timeout_s=120)
    client = partial(Client, user_agent="munim-bench", clock=now, replica=site.replica, manners=manners)
    with SiteTurns(site.database) as turns, client(machine=Machine(turns=turns)) as kept:
        database = replace(site.database, gives_way=True)
        tools = Tools(database, archive, now, lambda: nullcontext(kept), "a benchmark")
        run_worker(site.database, SlotWork(tools), Shift([queue], pace=PACE))
