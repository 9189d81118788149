"""The ledger as those who fire slots see it: what the timetable asks for since when, what is filled, what missed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders.missed import record_missed
from loaders.retry import with_retries
from loaders.schedule_rows import write_timetable
from munim.readers import schedules as readers
from munim.readers.schedules import Attempt, Claim, KnownFiring, Pause, SlotKey, SlotRuns
from pipelines.tools import Options, context

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from loaders.database import Connection
    from pipelines.tools import Tools

__all__ = ["Attempt", "Claim", "KnownFiring", "Pause", "SlotBook", "SlotKey", "SlotRuns"]


@dataclass(frozen=True)
class SlotBook:
    """Reads and writes what is known of slots, each time anew: nothing is remembered here.

    Every method raises `DatabaseUnavailable` when the database does not answer.
    """

    tools: Tools

    def firings(self) -> list[KnownFiring]:
        """Return every firing that stands or stood in the timetable."""
        return with_retries(self.tools.database, readers.firings)

    def pauses(self) -> dict[str, Pause]:
        """Return the feeds that are paused now."""
        return with_retries(self.tools.database, readers.pauses)

    def runs(self, slots: Collection[SlotKey]) -> dict[SlotKey, SlotRuns]:
        """Return what the ledger has of slots."""
        return with_retries(self.tools.database, lambda session: readers.slot_runs(session, slots))

    def clock_ahead(self) -> timedelta:
        """Return by how much this machine's clock is ahead of the database's."""
        return with_retries(self.tools.database, lambda session: readers.clock_ahead(session, self.tools.clock()))

    def register(self, timetable: Sequence[tuple[object, ...]]) -> None:
        """Write the timetable's rows; firings that are new count from now on."""

        def write(session: Connection) -> None:
            write_timetable(session, timetable, self.tools.clock())
            session.commit()

        with_retries(self.tools.database, write)

    def miss(self, slot: SlotKey, why: str) -> int | None:
        """Record that a slot is given up; None where it is filled or recorded already, or somebody is at it."""
        dataset, feed, name = slot
        started = context(self.tools, dataset, Options())
        return with_retries(
            self.tools.database,
            lambda session: record_missed(session, started, feed, name, why, self.tools.clock()),
        )
