"""What loads changed in a data set since a cursor: for caches and streams, none left out.

The cursor is the number of the last run that was read. Why no run is lost that way, though numbers are given before
the commits: a run that changes rows takes its number under the data set's advisory lock (`loaders.report.lock`), in
the very transaction that commits it, and PostgreSQL lets the lock go after the commit has become visible. So of one
data set a run with a higher number begins after the one with the lower number is there to be read, or has come to
nothing for ever; a snapshot that shows the higher one shows the lower one. Runs that change nothing (repeats,
failures) may be numbered without the lock: they are no changes, and are left out. Of several data sets at once this
would not hold: a cursor is of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers.answer import Answer, Source
from munim.readers.asked.moment import moment
from munim.readers.asked.paging import cursor_after, key_of
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters_market import Changes

COLUMNS = ("run_id", "feed", "slot", "recorded_at", "fetched_at", "content_from", "content_to", "rows_new",
           "rows_changed", "reverts_run_id")  # fmt: skip

_CHANGES = """
SELECT run.run_id, run.feed, run.slot, coalesce(payload.recorded_at, run.finished_at) AS recorded_at,
       payload.fetched_at, payload.content_from, payload.content_to, run.rows_new, run.rows_changed,
       run.reverts_run_id, payload.url, payload.sha256
FROM etl.run AS run LEFT JOIN etl.payload AS payload USING (payload_id)
WHERE run.dataset = %(dataset)s AND run.run_id > %(after)s AND run.status = 'success'
  AND run.finished_at <= %(at)s::timestamptz
ORDER BY run.run_id LIMIT %(limit)s
"""

_DATASETS = "SELECT DISTINCT dataset FROM etl.timetable ORDER BY dataset"


@dataclass(frozen=True, slots=True)
class Change:
    """A run that loaded something: of which days, and how many rows are new or were replaced."""

    run_id: int
    feed: str | None
    slot: str | None
    recorded_at: datetime
    fetched_at: datetime | None
    content_from: date | None
    content_to: date | None
    rows_new: int
    rows_changed: int
    reverts_run_id: int | None
    url: str | None
    sha256: str | None


def changes(connection: Connection, asked: Changes, clock: Clock | None = None) -> Answer:
    """Answer the runs that changed a data set since a cursor, in the order of their commits.

    `next` is always given: it asks for what is yet to come. Raises `NotFound` for a data set that there is not.
    """
    when = moment(asked.known_at, clock)
    names = [str(name) for (name,) in connection.execute(_DATASETS).fetchall()]
    if asked.dataset not in names:
        raise NotFound(f"there is no data set {asked.dataset!r}", advice=f"ask for one of {', '.join(names)}")
    (after,) = key_of(asked.cursor, int) if asked.cursor else (0,)
    # Without a time all that is there: none may be left out for a clock that is behind.
    wanted = {"dataset": asked.dataset, "after": after, "at": when.asked or "infinity", "limit": asked.limit + 1}
    found = fetch(connection, Change, _CHANGES, wanted)
    shown = found[: asked.limit]
    newest = shown[-1] if shown else None
    return Answer(
        question="changes",
        as_of=max((one.content_to for one in shown if one.content_to is not None), default=None),
        known_at=when.known_at,
        unit="rows; days of the content",
        basis="runs of this data set in the order of their commits",
        source=None if newest is None else _source(newest),
        freshness=None,
        columns=COLUMNS,
        rows=[tuple(getattr(one, name) for name in COLUMNS) for one in shown],
        truncated=len(found) > asked.limit,
        next=cursor_after(newest.run_id if newest else after),
        notes=() if shown else ("nothing has changed since: ask again with the same cursor",),
    )


def _source(change: Change) -> Source | None:
    if change.url is None or change.sha256 is None or change.fetched_at is None:
        return None
    return Source(change.url, change.sha256, change.fetched_at, change.run_id)
