"""The processes of a browser: started in a session of their own, and ended without a remainder."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

PROC = Path("/proc")
STARTED = re.compile(r"started successfully on port (\d+)")
PAUSE_S = 0.02
LONGEST_END_S = 10.0
"""How long killed processes are waited for; a kill can't be refused, but a busy machine may take its time."""

LONGEST_FOLDER = 55
"""Chromium makes a socket in a folder of its own below TMPDIR, and a socket's path may have 103 characters (macOS)."""


class DriverFailed(Exception):
    """The driver ended before it said which port it listens on."""


class DriverProcess:
    """A driver, the browser that it starts, and their folder; killed with all descendants at a deadline or at the end.

    The folder is home, place for temporary files and profile of all of them, so its path marks each one.
    """

    def __init__(self, driver: Path, deadline_s: float) -> None:
        """Start the driver on a free port. Raises `DriverFailed` when it is nothing that can be started."""
        self.folder = Path(tempfile.mkdtemp(prefix="munim-browser-"))
        self.timed_out = False
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the path is the user's own setting
                [str(driver), "--port=0"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=self._environment(),
                text=True,
                errors="replace",
            )
        except OSError as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise DriverFailed(str(error)) from error
        # What it goes on to say is read and left, so that it never waits for a reader.
        self._listener = threading.Thread(target=self._drain, daemon=True)
        self._timer = threading.Timer(deadline_s, self._give_up)
        self._timer.daemon = True
        self._timer.start()

    def url(self) -> str:
        """Return the driver's address as soon as it listens. Raises `DriverFailed` with what it said instead."""
        said = []
        for line in self._process.stdout or ():
            said.append(line.strip())
            if found := STARTED.search(line):
                self._listener.start()
                return f"http://127.0.0.1:{found[1]}"
        raise DriverFailed(" ".join(said) or "it said nothing")

    @property
    def profile(self) -> Path:
        """The browser's own, empty profile."""
        return self.folder / "profile"

    def close(self) -> None:
        """Kill what is left, wait until it is gone, and remove the folder."""
        self._timer.cancel()
        self._kill()
        if self._listener.is_alive():
            self._listener.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Return the process itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SE_", "XDG_"))}
        folder = str(self.folder)
        # Selenium's own manager would download a driver and tell of it; it is not used, and told so all the same.
        place = {"TMPDIR": folder} if len(folder) <= LONGEST_FOLDER else {}
        return {**kept, **place, "HOME": folder, "SE_OFFLINE": "true", "SE_AVOID_STATS": "true"}

    def _drain(self) -> None:
        for _ in self._process.stdout or ():
            pass

    def _give_up(self) -> None:
        self.timed_out = True
        self._kill()

    def _kill(self) -> None:
        """Kill browser before driver, so that the driver can still take leave of its children."""
        ends_at = time.monotonic() + LONGEST_END_S
        while (left := self._descendants()) and time.monotonic() < ends_at:
            for pid in left:
                _kill(pid)
            time.sleep(PAUSE_S)
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        except PermissionError:
            # Of a group whose last process is a zombie (macOS).
            pass
        self._process.wait()

    def _descendants(self) -> list[int]:
        """Return all living processes of ours but the driver itself: of its session, or with our folder's mark."""
        if not PROC.is_dir():
            return []
        mark = os.fsencode(self.folder)
        return [
            int(entry.name)
            for entry in PROC.iterdir()
            if entry.name.isdigit()
            and int(entry.name) not in {self._process.pid, os.getpid()}
            and _is_alive(entry)
            and (_session(entry) == self._process.pid or mark in _read(entry / "cmdline") + _read(entry / "environ"))
        ]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        # It has ended meanwhile, or is another user's.
        return b""


def _stat(entry: Path) -> list[str]:
    """Return the fields of /proc/PID/stat after the name, which may have blanks: state, parent, group, session."""
    return _read(entry / "stat").decode(errors="replace").rpartition(")")[2].split()


def _is_alive(entry: Path) -> bool:
    fields = _stat(entry)
    return bool(fields) and fields[0] not in {"Z", "X"}


def _session(entry: Path) -> int | None:
    fields = _stat(entry)
    return int(fields[3]) if len(fields) > 3 else None  # noqa: PLR2004 - the fourth of proc(5)'s fields after the name
