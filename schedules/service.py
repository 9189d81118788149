"""The scheduler: rung by the alarm clock, it looks at what is due, and runs it in a few lanes.

Nothing that it remembers matters. Whatever it is rung for it asks the ledger, so that one that was down, or two at
once, or one beside CronJobs, come to the same end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import groupby
from queue import Empty, SimpleQueue
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from munim.core.errors import MunimError
from schedules.look import Lookout, Task, act

if TYPE_CHECKING:
    from pipelines.slot_book import SlotBook
    from schedules.look import Fire

LOOK_EVERY_S = 60.0
"""It looks so often even when nothing rings: another process may have left a slot open."""

STUCK_AFTER_S = 300.0
"""A loop that has not come round for so long hangs, and is to be started anew."""


class Scheduler:
    """Looks, and runs what is due; `run` ends when `stop` was called and what was under way has ended."""

    def __init__(
        self, lookout: Lookout, book: SlotBook, fire: Fire, clock: Callable[[], datetime], *, at_once: int = 4
    ) -> None:
        """`at_once` runs at most are under way; those of one feed go one after the other."""
        self._lookout = lookout
        self._book = book
        self._fire = fire
        self._clock = clock
        self._lanes = ThreadPoolExecutor(at_once, thread_name_prefix="lane")
        # A signal's handler may put into it wherever the program is; an Event's lock it could find taken.
        self._rung: SimpleQueue[None] = SimpleQueue()
        self._lock = Lock()
        self._busy: set[str] = set()
        self._tried: dict[tuple[str, str], tuple[datetime, datetime]] = {}
        self._stopping = False
        self._came_round = monotonic()
        self._wrong: str | None = "it has not looked yet"

    def ring(self) -> None:
        """Have it look now."""
        self._rung.put(None)

    def stop(self) -> None:
        """Have it begin nothing more, and `run` return."""
        self._stopping = True
        self.ring()

    def alive(self) -> str | None:
        """Return what is wrong with the process itself; None: nothing is."""
        stood_s = monotonic() - self._came_round
        return f"it has stood still for {stood_s:.0f} seconds" if stood_s > STUCK_AFTER_S else None

    def ready(self) -> str | None:
        """Return why it fires nothing; None: it does."""
        return "it is stopping" if self._stopping else self._wrong

    def run(self) -> None:
        """Look whenever it is rung, and once a minute, until it is stopped."""
        while not self._stopping:
            self._came_round = monotonic()
            wait_s = self._look()
            self._wait(wait_s)

    def begin_once(self) -> None:
        """Look once, and begin what is due; `finish` waits for it. Raises what the look raises."""
        self._book.check_clock()
        self._begin(self._lookout.look(self._clock()).tasks)

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping

    def finish(self) -> None:
        """Wait until what was begun has ended; once it is stopping, what is not under way is left."""
        self._lanes.shutdown(wait=True, cancel_futures=self._stopping)

    def _look(self) -> float:
        """Begin what is due; return for how many seconds to wait, unless rung."""
        try:
            self._book.check_clock()
            now = self._clock()
            outlook = self._lookout.look(now, self._tried)
        except MunimError as error:
            self._wrong = str(error)
            structlog.get_logger().warning("nothing is fired", why=str(error))
            return LOOK_EVERY_S
        self._wrong = None
        self._begin(outlook.tasks)
        if outlook.again_at is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(1.0, (outlook.again_at - now).total_seconds()))

    def _wait(self, wait_s: float) -> None:
        try:
            self._rung.get(timeout=wait_s)
            while True:
                # Sixty alarms of one second are one look.
                self._rung.get_nowait()
        except Empty:
            pass

    def _begin(self, tasks: Sequence[Task]) -> None:
        for feed, of_feed in groupby(tasks, key=lambda task: task.entry.feed):
            with self._lock:
                if feed in self._busy or self._stopping:
                    continue
                self._busy.add(feed)
            self._lanes.submit(self._work, feed, tuple(of_feed))

    def _work(self, feed: str, tasks: tuple[Task, ...]) -> None:
        """Do a feed's tasks in order."""
        try:
            for task in tasks:
                if self._stopping:
                    return
                self._do(task)
        finally:
            with self._lock:
                self._busy.discard(feed)
            self.ring()

    def _do(self, task: Task) -> None:
        log = structlog.get_logger().bind(feed=task.entry.feed, slot=task.slot)
        log.info(task.do.value, why=task.why)
        began = self._clock()
        try:
            act(task, self._book, self._fire)
        except MunimError as error:
            log.warning("it could not be done", why=str(error))
        except Exception:
            # The lane's outermost door: the other feeds go on.
            log.exception("a fault of munim's own; please report it")
        self._tried[task.entry.feed, task.slot] = (began, self._clock())
