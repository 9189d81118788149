"""How a data set's payloads become rows: what every command calls, whichever tables they end in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from loaders.batch import LoadContext
    from loaders.database import Connection
    from loaders.emptying import Recorded
    from loaders.payloads import Placement
    from loaders.report import LoadReport
    from munim.core.payload import Payload
    from pipelines.tools import Tools
    from scrapers.archive import Decision

Batch = Any
"""What `DataSet.read` returns: a `NavBatch` or a `KeyedBatch`; only its own way looks inside."""

Job = Any
"""One payload to load, as the way's loader takes it."""


@dataclass(frozen=True)
class Archived:
    """What is known of an archived payload that is loaded again: the verdict about it, and when it was recorded.

    `judged`: the checks were asked about it then, and are not asked again.
    """

    verdict: str | None
    judged: bool
    recorded_at: datetime


class Way(Protocol):
    """The way of NAVs (`nav_way`) or of all other data sets (`keyed_way`)."""

    def job(
        self, payload: Payload, batch: Batch, tools: Tools, started: LoadContext, decisions: Sequence[Decision]
    ) -> Job:
        """Return the job of loading a payload, with the data set's rules and what people decided about it."""
        ...

    def archived_job(self, payload: Payload, batch: Batch, tools: Tools, started: LoadContext, was: Archived) -> Job:
        """Return the job of loading an archived payload again, as it was judged and recorded then."""
        ...

    def load(self, session: Connection, job: Job) -> LoadReport:
        """Load a payload in one transaction under the data set's lock, and commit."""
        ...

    def load_rows(self, session: Connection, job: Job, run_id: int) -> tuple[LoadReport, int]:
        """Load a payload's rows in the caller's transaction; return the report and the payload's number."""
        ...

    def load_more(self, session: Connection, job: Job, payload_id: int, whole: Batch) -> LoadReport:
        """Load further rows of a loaded payload in the caller's transaction."""
        ...

    def write_success(self, session: Connection, job: Job, report: LoadReport, payload_id: int) -> None:
        """Write the ledger entry of what `load_rows` did."""
        ...

    def only(self, batch: Batch, lines: Collection[int]) -> tuple[Batch, set[int]]:
        """Return the rows of a batch that stand on these lines, and the lines that can be read."""
        ...

    def revert(self, session: Connection, where: Placement, run_id: int, tools: Tools) -> tuple[str, bytes] | None:
        """Return the feed and the body of a revert of the placed payload; None when nothing of it stands."""
        ...

    def revert_feeds(self) -> set[str]:
        """Return the feeds that reverts of this data set are archived under."""
        ...

    def empty(self, session: Connection) -> Recorded:
        """Empty the data set's tables; return when each payload was recorded, and by which run."""
        ...

    def restore(self, session: Connection, at: datetime) -> None:
        """Give back what the archive does not know: the ledger's links, and when values were recorded.

        What the tables say from now on and did not before, they say from `at` on.
        """
        ...

    def count(self, session: Connection) -> Mapping[str, int]:
        """Return how many rows each table of the data set has, revisions included."""
        ...
