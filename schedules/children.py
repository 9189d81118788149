"""Runs of slots, each in a process of its own: `munim run`, as a CronJob or a person would start it.

What a run takes of memory is given back when it ends, one that crashes takes nobody with it, and one that is to be
cancelled is told so by a signal wherever it is.
"""

from __future__ import annotations

import subprocess
import sys
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipelines.slot_book import SlotBook
    from schedules.timetable import Entry

COMMAND = (sys.executable, "-m", "munim.cli", "run")


def command(entry: Entry, slot: str) -> list[str]:
    """Return the command that runs a slot of an entry."""
    return [*COMMAND, entry.dataset, "--feed", entry.feed, "--slot", slot, "--scheduled"]


class Children:
    """The runs that are under way. They are told to end by `cancel`, and made to by `kill`."""

    def __init__(
        self, book: SlotBook, clock: Callable[[], datetime], of: Callable[[Entry, str], list[str]] = command
    ) -> None:
        """`of` makes the command of a run."""
        self._book = book
        self._clock = clock
        self._command = of
        self._lock = Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._cancelled = False

    def fire(self, entry: Entry, slot: str) -> None:
        """Run a slot to its end. What came of it is in the ledger: where the run could not write it, it is here."""
        began, started = self._clock(), monotonic()
        with self._lock:
            if self._cancelled:
                return
            # A session of its own: an interrupt from the terminal would reach it twice, and the second one in its end.
            process = subprocess.Popen(  # noqa: S603 - the command is ours
                self._command(entry, slot),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._running.add(process)
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        log = structlog.get_logger()
        log.info("ran", feed=entry.feed, slot=slot, exit_code=code, seconds=round(monotonic() - started, 1))
        if code:
            self._note(entry, slot, began, code)

    def _note(self, entry: Entry, slot: str, began: datetime, code: int) -> None:
        """Write into the ledger that a run ended badly, where it could not do so itself."""
        status = "cancelled" if self._cancelled else "error"
        ended = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        self._book.note_end((entry.dataset, entry.feed, slot), began, status, f"the run's process ended {ended}")

    def cancel(self) -> None:
        """Begin no more runs, and tell those under way to end: each writes that it was cancelled."""
        with self._lock:
            self._cancelled = True
            for process in self._running:
                process.terminate()

    def kill(self) -> None:
        """End those that have not ended: nothing of them is in the tables, which are as before or as after."""
        with self._lock:
            for process in self._running:
                process.kill()
