"""Running the command `munim` in tests: in a process of its own, as a person does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
