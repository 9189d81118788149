"""Runs that may be killed: a process that has imported all, and forks a child for each run that it is asked for.

Reads one job a line from standard input, as JSON, and answers each with a line: how the child ended, and what it told.
A fork of a warm process takes a hundredth of the time of a new interpreter. The parent opens no connection.

`kill`: {"step": name, "time": n} ends the child with SIGKILL at the n-th time that a run comes to the step of that
name, {"after_s": seconds} after that time, wherever it is then; none lets it run to its end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

# What a run imports on its way is imported here, once.
import loaders.load
import pipelines.reverts
import pipelines.rules
import pipelines.schemes
import scrapers.amfi_table
from loaders.database import Database
from munim.core.errors import ExitCode, MunimError
from munim.core.payload import Payload
from pipelines.catalogue import NAV
from pipelines.rebuild import rebuild
from pipelines.run import load_payload, run
from pipelines.tools import Options, Tools, context
from scrapers.archive import Archive
from scrapers.client import Client
from scrapers.manners import Manners

__all__ = ["loaders", "pipelines", "scrapers"]

CRASHED = 70
"""How a child ends that failed with no error of munim's."""

Job = dict[str, Any]


def main() -> None:
    """Do jobs until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_in_child(json.loads(line))) + "\n")
        sys.stdout.flush()


def _in_child(job: Job) -> Job:
    """Do a job in a child; return how it ended and what it told."""
    reading, writing = os.pipe()
    number = os.fork()
    if not number:
        os.close(reading)
        _child(job, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        lines = told.read().splitlines()
    ended = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    said: Job = {"steps": []}
    for line in lines:
        one = json.loads(line)
        if "step" in one:
            said["steps"].append(one["step"])
        else:
            said |= one
    return {"ended": ended, **said}


def _child(job: Job, writing: int) -> NoReturn:
    def tell(**said: object) -> None:
        os.write(writing, json.dumps(said).encode() + b"\n")

    try:
        code = _work(job, tell)
    except MunimError as error:
        tell(error=str(error), kind=error.kind)
        code = error.exit_code
    except BaseException:  # noqa: BLE001 - the outermost door of the child
        tell(error=traceback.format_exc(), kind="crash")
        code = CRASHED
    os._exit(code)


def _work(job: Job, tell: Callable[..., None]) -> int:
    kill = job.get("kill") or {}
    times: Counter[str] = Counter()

    def step(name: str) -> None:
        times[name] += 1
        tell(step=name)
        if (kill.get("step"), kill.get("time")) == (name, times[name]):
            os.kill(os.getpid(), signal.SIGKILL)

    tools = _tools(job, step)
    if "after_s" in kill:
        # Of all signals the alarm is the one that the kernel sends by itself; not caught, it ends a process at once.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, kill["after_s"])
    match job["do"]:
        case "run":
            outcome = run(NAV, job["feed"], job["slot"], tools, Options())
            tell(status=outcome.status, run_id=outcome.run_id)
        case "load":
            report = load_payload(NAV, _payload(job), tools, context(tools, NAV.name, Options()))
            tell(status=report.status, run_id=report.run_id)
        case _:
            tell(status="success", payloads=rebuild(NAV, tools).payloads)
    return ExitCode.DONE


def _tools(job: Job, step: Callable[[str], None]) -> Tools:
    at = datetime.fromisoformat(job["at"])

    def clock() -> datetime:
        nonlocal at
        at += timedelta(seconds=1)
        return at

    def client() -> Client:
        manners = Manners(interval_s=0, attempts=1, read_timeout_s=20)
        return Client(user_agent="munim-test", clock=clock, replica=job["replica"], manners=manners)

    database = Database("replica", clock, url=job["database"])
    return Tools(database, Archive.open(job["archive"], "replica", clock), clock, client, "a worker", step)


def _payload(job: Job) -> Payload:
    path = Path(job["file"])
    fetched_at = datetime.fromisoformat(job["fetched_at"]).astimezone(UTC)
    return Payload(job["feed"], job["slot"], f"file:{path.name}", fetched_at, path.read_bytes(), "file")


if __name__ == "__main__":
    main()
