"""One slot of a backfill, done: what every worker does with a job."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from loaders import backfills
from loaders.retry import with_retries
from munim.core.calendar import Standing, days_between
from munim.core.errors import DatabaseUnavailable, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from munim.readers.calendar import load_calendar
from pipelines.backfill_days import has_content
from pipelines.catalogue import DATA_SETS
from pipelines.dataset import window
from pipelines.run import run
from pipelines.tools import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loaders.backfills import Begun, Ended
    from loaders.database import Connection
    from pipelines.dataset import DataSet
    from pipelines.run import Outcome
    from pipelines.tools import Tools

MOST_BEGINNINGS = 10
"""A slot whose worker has vanished so often is what ends it: it is given up."""


@dataclass(frozen=True)
class SlotWork:
    """Does slots by their numbers; what `loaders.job_queue.run_worker` asks for.

    `told` is called with a slot and how it ended, for who watches.
    """

    tools: Tools
    data_sets: Mapping[str, DataSet] = field(default_factory=lambda: DATA_SETS)
    told: Callable[[Begun, str], None] = lambda _slot, _ended: None

    def __call__(self, slot_id: int, is_last: bool) -> None:  # noqa: FBT001 - the queue calls it so
        """Run a slot, and note what came of it; raise what may work later, unless this was the last attempt."""
        begun = self._begin(slot_id)
        if begun is None:
            return
        if begun.attempt > MOST_BEGINNINGS:
            self._end(begun, "failed", f"its worker vanished {MOST_BEGINNINGS} times: it may need more memory")
            return
        try:
            outcome = self._run(begun)
        except NotYetPublished as error:
            self._end(begun, "failed" if self._should_be_there(begun) else "empty", str(error))
        except SourceBlocked as error:
            self._hold(begun, error)
        except (SourceUnavailable, DatabaseUnavailable) as error:
            self._end(begun, "failed" if is_last else "waiting", str(error))
            if not is_last:
                raise
        except MunimError as error:
            self._end(begun, "failed", str(error))
        except Exception as error:
            self._end(begun, "failed", repr(error))
            raise
        else:
            self._end(begun, "done", None, outcome.run_id)

    def _begin(self, slot_id: int) -> Begun | None:
        def write(session: Connection) -> Begun | None:
            begun = backfills.begin(session, slot_id, self.tools.clock())
            session.commit()
            return begun

        return with_retries(self.tools.database, write)

    def _run(self, begun: Begun) -> Outcome:
        dataset = self.data_sets[begun.dataset]
        tools = replace(self.tools, asked_by=f"{begun.asked_by} (backfill {begun.backfill_id})")
        return run(dataset, begun.feed, begun.slot, tools, Options(again=begun.again))

    def _end(self, begun: Begun, state: Ended, error: str | None, run_id: int | None = None) -> None:
        def write(session: Connection) -> None:
            backfills.end(session, begun.slot_id, state, self.tools.clock(), run_id=run_id, error=error)
            session.commit()

        with_retries(self.tools.database, write)
        self.told(begun, state)

    def _hold(self, begun: Begun, error: SourceBlocked) -> None:
        """Leave the slot waiting, and pause who asks for it: a site that turned us away is not asked a second time."""
        from loaders.job_queue import settle  # noqa: PLC0415 - the queue's library costs a second

        def write(session: Connection) -> None:
            backfills.lock_plans(session)
            at = self.tools.clock()
            backfills.end(session, begun.slot_id, "waiting", at, error=str(error))
            backfills.pause_askers(session, begun.slot_id, at, str(error))
            settle(session)
            session.commit()

        with_retries(self.tools.database, write)
        self.told(begun, "blocked")

    def _should_be_there(self, begun: Begun) -> bool:
        """Tell whether a day of the slot is known to have content: a session that traded, or that a list expects."""
        past = self.data_sets[begun.dataset].feed(begun.feed).history
        if past is None or past.content == "daily":
            return True

        def read(session: Connection) -> bool:
            calendar = load_calendar(session)
            known = {Standing.TRADED, Standing.EXPECTED}
            days = days_between(*window(begun.slot))
            return any(calendar.standing(day) in known and has_content(past, calendar, day) for day in days)

        return with_retries(self.tools.database, read)
