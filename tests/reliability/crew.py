"""Starting backfill workers in processes of their own, and killing them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.reliability.workers import ROOT

LOOK_S = 0.05
"""How often it is looked whether something has come."""


@dataclass
class Crew:
    """Workers that are all alike; `job` as tests/reliability/backfill_worker.py says."""

    process: subprocess.Popen[str]
    job: dict[str, Any]
    at_work: list[int] = field(default_factory=list)
    killed: int = 0

    def start(self, count: int) -> None:
        """Start so many more workers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        for _ in range(count):
            self.process.stdin.write(json.dumps(self.job) + "\n")
            self.process.stdin.flush()
            self.at_work.append(int(self.process.stdout.readline()))

    def kill(self, place: int) -> None:
        """End a worker as a machine ends that loses its power."""
        os.kill(self.at_work.pop(place), signal.SIGKILL)
        self.killed += 1


@contextmanager
def running(**job: object) -> Iterator[Crew]:
    """Give a crew without workers yet; those that are at work at the end are killed."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("backfill_worker.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    crew = Crew(process, job)
    try:
        with process:
            try:
                yield crew
            finally:
                for number in crew.at_work:
                    os.kill(number, signal.SIGKILL)
                process.kill()
    finally:
        process.wait()


def wait_until(holds: Callable[[], bool], longest_s: float) -> None:
    """Return when something holds; it is an error when it doesn't in all that time."""
    pause = threading.Event()
    for _ in range(round(longest_s / LOOK_S)):
        if holds():
            return
        pause.wait(LOOK_S)
    message = f"not so after {longest_s} s"
    raise AssertionError(message)


@contextmanager
def thread(what: Callable[..., object], *arguments: object) -> Iterator[threading.Thread]:
    """Do something beside; it has to end by the end of the block, or soon after."""
    beside = threading.Thread(target=what, args=arguments)
    beside.start()
    yield beside
    beside.join(30)
    assert not beside.is_alive()
