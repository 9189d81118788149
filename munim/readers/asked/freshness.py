"""How fresh each data set is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers.answer import Answer
from munim.readers.asked.moment import moment
from munim.readers.freshness import freshness_at

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters_market import Freshness

COLUMNS = ("dataset", "feed", "newest_content", "due_content", "due_at", "status", "gaps", "last_success",
           "last_failure", "last_failure_reason")  # fmt: skip


def freshness(connection: Connection, asked: Freshness, clock: Clock | None = None) -> Answer:
    """Answer how fresh each feed of a data set is, or of all. Raises `NotFound` for a data set that there is not."""
    when = moment(clock=clock)
    found = freshness_at(connection, when.now)
    names = sorted({one.dataset for one in found})
    if asked.dataset is not None:
        found = [one for one in found if one.dataset == asked.dataset]
        if not found:
            raise NotFound(f"there is no data set {asked.dataset!r}", advice=f"ask for one of {', '.join(names)}")
    late = [one.feed for one in found if one.is_late]
    return Answer(
        question="freshness",
        as_of=max((one.newest_content for one in found if one.newest_content is not None), default=None),
        known_at=when.known_at,
        unit="days and instants; gaps: days without content",
        basis="what the tables hold now, judged by the timetable and the exchange's calendar",
        source=None,
        freshness=None,
        columns=COLUMNS,
        rows=[tuple(getattr(one, name) for name in COLUMNS) for one in found],
        notes=(f"not fresh: {', '.join(late)}",) if late else (),
        untrusted=("last_failure_reason",),
    )
