"""Running the command `munim` in tests: in a process of its own, or in this one, which is ten times as quick."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from munim.cli import main

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ended:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """What it printed, read as JSON: nothing else may stand on stdout."""
        return json.loads(self.out)


def environment(**settings: str) -> dict[str, str]:
    """The environment of a command: this one's without any MUNIM_ setting, and these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MUNIM_", "NO_COLOR"))}
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return kept | {"PYTHONPATH": path, "COLUMNS": "160"} | settings


def munim(*arguments: str | Path, settings: Mapping[str, str], cwd: Path | None = None) -> Ended:
    """Run `munim` with these arguments and settings to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "munim.cli", *map(str, arguments)],
        env=environment(**settings), cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def munim_here(*arguments: str | Path, settings: Mapping[str, str]) -> Ended:
    """Run `munim` in this process, with its streams, its environment and its ends as in one of its own."""
    out, err = io.StringIO(), io.StringIO()
    before, handler = dict(os.environ), signal.getsignal(signal.SIGTERM)
    words = sys.argv
    os.environ.clear()
    os.environ.update(environment(**settings))
    sys.argv = ["munim", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = _code()
    finally:
        sys.argv = words
        os.environ.clear()
        os.environ.update(before)
        signal.signal(signal.SIGTERM, handler)
        # Its loggers write to a stream that ends here.
        structlog.reset_defaults()
    return Ended(code, out.getvalue(), err.getvalue())


def _code() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
