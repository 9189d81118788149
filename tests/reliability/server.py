"""Stopping a PostgreSQL at once, as a crash would, and starting it again as it was started."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg


@dataclass(frozen=True)
class Server:
    """A running server of this machine: its programs, its data, the user that it runs as, its options."""

    binaries: Path
    data: Path
    user: str | None
    options: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Return the server behind a URL."""
        with psycopg.connect(url) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        data = Path(str(row[0] if row else ""))
        number = (data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
        command = shlex.split((data / "postmaster.opts").read_text(encoding="utf-8"))
        place = command.index("-D")
        options = shlex.join([*command[1:place], *command[place + 2 :]])
        # PostgreSQL refuses to run as root, so as root the tests let it run as another.
        user = data.owner() if os.geteuid() == 0 else None
        return cls(Path(f"/proc/{number}/exe").resolve().parent, data, user, options)

    def stop(self) -> None:
        """End it without a checkpoint; every connection breaks."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self._control("-l", str(self.data / "started-again.log"), "-o", self.options, "start")

    def _control(self, *arguments: str) -> None:
        command = [str(self.binaries / "pg_ctl"), "-D", str(self.data), "-w", *arguments]
        done = subprocess.run(command, user=self.user, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            raise RuntimeError(f"{shlex.join(command)}: {done.stdout}{done.stderr}")
