"""Starting workers, and giving them jobs: one at a time, or several at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

Job = dict[str, Any]
"""What a worker is asked for; see tests/reliability/worker.py."""


@dataclass(frozen=True)
class Ended:
    """How a run's process ended: its exit code, or minus the signal that killed it; and what it told before."""

    code: int
    status: str | None
    steps: list[str] = field(repr=False)
    error: str | None
    kind: str | None

    @property
    def told(self) -> tuple[int, str | None, str | None]:
        """All that says whether a run went well, for one assertion that shows why not."""
        return self.code, self.status, self.error


class Worker:
    """A process that does the jobs it is given, each in a child of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def begin(self, job: Job) -> None:
        """Start a job; `end` waits for it."""
        if self._process.stdin is None:
            message = "a worker reads its jobs from a pipe"
            raise RuntimeError(message)
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def end(self) -> Ended:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            message = "the worker has ended"
            raise RuntimeError(message)
        said = json.loads(line)
        return Ended(said["ended"], said.get("status"), said["steps"], said.get("error"), said.get("kind"))

    def do(self, job: Job) -> Ended:
        self.begin(job)
        return self.end()


@contextmanager
def running(count: int) -> Iterator[list[Worker]]:
    """Run some workers; they end when their standard input does."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name("worker.py"))]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
                )
            )
            for _ in range(count)
        ]
        yield [Worker(process) for process in processes]


def at_once(workers: list[Worker], jobs: list[Job]) -> list[Ended]:
    """Do a job with each worker, all at the same time."""
    for worker, job in zip(workers, jobs, strict=True):
        worker.begin(job)
    return [worker.end() for worker in workers]
