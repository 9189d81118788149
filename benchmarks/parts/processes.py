"""Whole processes: how long one took from start to end, and how much memory it had at its peak."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A process that was started from a large one inherits its peak: this small one stands between.
_LAUNCHER = """
import json, os, sys, time
began = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
took = time.perf_counter() - began
with open(sys.argv[1], "w") as file:
    json.dump([took, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)], file)
"""


@dataclass(frozen=True)
class Ended:
    """A process that ended well: seconds from start to end, peak memory in bytes, and what it printed."""

    seconds: float
    peak_bytes: int
    printed: str


def run_python(arguments: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Ended:
    """Run this Python with arguments in a process of its own; raise AssertionError with its errors if it fails."""
    figures = folder / "process.json"
    command = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(figures), sys.executable, *arguments]
    # Compiled once, as what is installed is: a checkout may be read by a Python that writes no bytecode.
    compiled = {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    path = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **compiled}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **path, **(environment or {})}, capture_output=True, text=True, check=True
    )
    took, peak_bytes, code = json.loads(figures.read_text(encoding="utf-8"))
    assert code == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return Ended(float(took), int(peak_bytes), done.stdout)
