"""The ledger as those who fire slots see it: what the timetable asks for since when, what is filled, what missed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from loaders import ledger
from loaders.ledger import RunEntry
from loaders.missed import give_up
from loaders.retry import naming_failures
from loaders.schedule_rows import write_timetable
from munim.readers import schedules as readers
from munim.readers.schedules import Attempt, Claim, KnownFiring, Pause, SlotKey, SlotRuns
from pipelines.clocks import check_clock
from pipelines.tools import Options, context

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loaders.database import Connection
    from pipelines.tools import Tools

__all__ = ["Attempt", "Claim", "KnownFiring", "Pause", "SlotBook", "SlotKey", "SlotRuns"]

Result = TypeVar("Result")


@dataclass(frozen=True)
class SlotBook:
    """Reads and writes what is known of slots, each time anew: nothing is remembered here.

    Every method raises `DatabaseUnavailable` at once when the database does not answer: who fires looks again soon.
    """

    tools: Tools

    def firings(self) -> list[KnownFiring]:
        """Return every firing that stands or stood in the timetable."""
        return self._ask(readers.firings)

    def pauses(self) -> dict[str, Pause]:
        """Return the feeds that are paused now."""
        return self._ask(readers.pauses)

    def runs(self, slots: Collection[SlotKey]) -> dict[SlotKey, SlotRuns]:
        """Return what the ledger has of slots."""
        return self._ask(lambda session: readers.slot_runs(session, slots))

    def check_clock(self) -> None:
        """Refuse to go by a clock that is not the database's: raises `RequestWrong`."""
        check_clock(self.tools.database)

    def register(self, timetable: Sequence[tuple[object, ...]]) -> None:
        """Write the timetable's rows; firings that are new count from now on."""

        def write(session: Connection) -> None:
            write_timetable(session, timetable, self.tools.clock())
            session.commit()

        self._ask(write)

    def give_up(self, slot: SlotKey, why: str) -> str | None:
        """Record that a slot is missed; return the status that it has now: `repeat` where its day came in otherwise.

        None where it is filled or recorded already, or somebody is at it.
        """
        dataset, feed, name = slot
        started = context(self.tools, dataset, Options())
        return self._ask(lambda session: give_up(session, started, feed, name, why, self.tools.clock()))

    def note_end(self, slot: SlotKey, began: datetime, status: str, why: str) -> int | None:
        """Write how a run at a slot ended that can't tell any more; None where the ledger has one since it began."""
        dataset, feed, name = slot
        started = replace(context(self.tools, dataset, Options()), started_at=began)

        def write(session: Connection) -> int | None:
            told = readers.slot_runs(session, [slot])[slot].attempts
            if any(one.finished_at >= began for one in told):
                return None
            number = ledger.write_run(session, started, RunEntry(feed, name, status, error=why), self.tools.clock())
            session.commit()
            return number

        return self._ask(write)

    def _ask(self, work: Callable[[Connection], Result]) -> Result:
        with naming_failures(), self.tools.database.session() as session:
            return work(session)
