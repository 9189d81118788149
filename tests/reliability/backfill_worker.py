"""Backfill workers that may be killed: a warm process that forks one for each line that it reads.

A line is a JSON object: {"database": URL, "archive": folder, "replica": URL, "queues": [names], "interval_s": seconds}.
The answer is the number of the new process, which works until it is killed or told to end by SIGTERM.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from dataclasses import replace
from typing import Any, NoReturn

# What a worker imports on its way is imported here, once.
import loaders.keyed_load
import loaders.load
import pipelines.flows
import pipelines.flows_participant_oi
import pipelines.keyed_way
import pipelines.nav
import pipelines.nav_way
import scrapers.amfi_table
import scrapers.nse_table
from loaders.database import Database
from loaders.job_queue import Pace, Shift, run_worker
from loaders.site_turns import SiteTurns
from munim.core.clock import now
from pipelines.backfill_work import SlotWork
from pipelines.tools import Tools
from scrapers.archive import Archive
from scrapers.client import Client, Machine
from scrapers.manners import Manners

__all__ = ["loaders", "pipelines", "scrapers"]

QUICK = Pace(heartbeat_s=0.5, stalled_s=3.0, poll_s=0.5, retry_wait_s=1.0, upkeep="* * * * * *")
"""A worker that was killed is found out in seconds."""


def main() -> None:
    """Fork workers until there are no more lines."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        number = os.fork()
        if not number:
            _work(json.loads(line))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def _work(job: dict[str, Any]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        work(job)
    except BaseException:  # noqa: BLE001 - the outermost door of the child
        traceback.print_exc()
        os._exit(70)
    os._exit(0)


def work(job: dict[str, Any], *, wait: bool = True, pace: Pace = QUICK) -> None:
    """Be a worker; without `wait`, until nothing is left."""
    database = Database("replica", now, url=job["database"])
    archive = Archive.open(job["archive"], "replica", now)
    manners = Manners(interval_s=job.get("interval_s", 0), site_intervals_s={}, attempts=1, read_timeout_s=60)
    with SiteTurns(database) as turns:
        machine = Machine(turns=turns)
        tools = Tools(
            replace(database, gives_way=True),
            archive,
            now,
            lambda: Client(
                user_agent="munim-test", clock=now, replica=job["replica"], manners=manners, machine=machine
            ),
            "a worker",
        )
        run_worker(database, SlotWork(tools), Shift(job["queues"], wait=wait, pace=pace))


if __name__ == "__main__":
    main()
