"""What a load asks the database before it decides anything: one question, under the data set's lock.

A round trip costs a third of a millisecond, and each question of a message a tenth; a daily file of 14,000 rows is
compared and written in twenty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from loaders import nav_packed, report
from loaders.judging import FILES_COMPARED, PRECEDING_FILES, Precedents
from loaders.nav_rows import NavArrays, empty
from loaders.partitions import YEARS_THERE
from loaders.payloads import NEWEST, NewestPayload

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from uuid import UUID

    from loaders.batch import LoadContext
    from loaders.database import Connection, Cursor
    from munim.core.payload import Payload

_QUESTION = f"""
SELECT (SELECT run_id FROM etl.run WHERE run_key = %(run_key)s),
       (SELECT payload_id FROM etl.payload
        WHERE feed = %(feed)s AND fetched_at = %(fetched_at)s AND sha256 = %(sha256)s),
       (SELECT run_id FROM etl.run
        WHERE closes_slot AND dataset = %(dataset)s AND feed = %(feed)s AND slot = %(slot)s),
       nextval(pg_get_serial_sequence('etl.payload', 'payload_id')),
       CASE WHEN %(run_key)s IS NOT NULL THEN nextval(pg_get_serial_sequence('etl.run', 'run_id')) ELSE 0 END,
       newest.payload_id, newest.feed, newest.fetched_at, newest.sha256,
       before.row_counts, before.modal_dates, etl.due_content(%(feed)s, %(fetched_at)s),
       ARRAY({YEARS_THERE}),
       {nav_packed.COLUMNS}
FROM (SELECT array_agg(row_count ORDER BY fetched_at DESC, sha256 DESC) AS row_counts,
             array_agg(content_modal ORDER BY fetched_at DESC, sha256 DESC) AS modal_dates
      FROM ({PRECEDING_FILES}) AS file) AS before
LEFT JOIN ({NEWEST}) AS newest ON true
{nav_packed.ROWS}
"""  # noqa: S608 - constants
"""`run_key` NULL: no run begins, and no number is reserved for one."""

_LATEST_AT = 13
"""The place of the newest NAVs in an answer."""


@dataclass(frozen=True)
class Known:
    """What the tables hold before a payload: the one that was fetched last, the newest NAVs, and the files before.

    `payload_id` is reserved for it. `due_content` is the date whose content was due when it was fetched.
    """

    payload_id: int
    newest: NewestPayload | None
    is_newer: bool
    packed: nav_packed.Packed
    row_counts: tuple[int, ...]
    modal_dates: tuple[date, ...]
    due_content: date | None

    @property
    def latest(self) -> NavArrays:
        """The newest NAV of every scheme that has one."""
        return self.packed.rows

    @property
    def precedents(self) -> Precedents:
        """What the checks compare the payload with; of one that is not the newest the moves are no news."""
        latest = self.latest if self.is_newer else empty()
        return Precedents(self.row_counts, self.modal_dates, latest, self.due_content)


@dataclass(frozen=True)
class Start:
    """What a load begins with.

    `done_by` is the run that this very run wrote already, `loaded_as` this very payload's number if it is loaded.
    `run_id` is reserved; `closes_slot` tells whether this run fills its slot. `years` have a partition.
    """

    done_by: int | None
    loaded_as: int | None
    run_id: int
    closes_slot: bool
    years: frozenset[int]
    known: Known


def begin(
    connection: Connection,
    payload: Payload,
    context: LoadContext,
    *,
    meanwhile: Callable[[], object] = lambda: None,
) -> Start:
    """Take the data set's lock, waiting for it, and ask what a load has to know.

    `meanwhile` is done while the database is at it.
    """
    with connection.pipeline():
        report.send_begin(connection)
        report.lock(connection, context.dataset)
        # What is asked under the lock sees what its last holder has committed.
        asked = _ask(connection, payload, context.dataset, context.run_key)
        meanwhile()
    answer = asked()
    return Start(
        answer.done_by,
        answer.loaded_as,
        answer.run_id,
        context.closes_slot and answer.filled_by is None,
        frozenset(answer.years),
        answer.known(payload),
    )


def known_before(connection: Connection, payload: Payload, dataset: str) -> Known:
    """Ask what the tables hold before a payload, for a caller who has the lock."""
    return _ask(connection, payload, dataset, None)().known(payload)


class _Answer(NamedTuple):
    """The row that comes of the question, but for the newest NAVs in it."""

    done_by: int | None
    loaded_as: int | None
    filled_by: int | None
    payload_id: int
    run_id: int
    newest_id: int | None
    newest_feed: str
    newest_fetched_at: datetime
    newest_sha256: str
    row_counts: list[int] | None
    modal_dates: list[date | None] | None
    due_content: date | None
    years: list[int]
    packed: nav_packed.Packed

    @classmethod
    def read(cls, asked: Cursor, remembered: nav_packed.Packed) -> _Answer:
        row = asked.fetchone()
        if row is None:
            message = "the database gave no answer"
            raise RuntimeError(message)
        return cls(*row[:_LATEST_AT], nav_packed.Packed.read(row[_LATEST_AT:], remembered))  # type: ignore[arg-type, call-arg]

    def known(self, payload: Payload) -> Known:
        newest = None
        if self.newest_id is not None:
            newest = NewestPayload(self.newest_id, self.newest_feed, self.newest_fetched_at, self.newest_sha256)
        is_newer = newest is None or newest.is_before(payload)
        modal_dates = tuple(day for day in self.modal_dates or () if day is not None)
        return Known(
            self.payload_id, newest, is_newer, self.packed, tuple(self.row_counts or ()), modal_dates, self.due_content
        )


def _ask(connection: Connection, payload: Payload, dataset: str, run_key: UUID | None) -> Callable[[], _Answer]:
    """Send the question; return what reads the answer."""
    remembered = nav_packed.remembered()
    asked = {
        "run_key": run_key, "dataset": dataset, "feed": payload.feed, "slot": payload.slot,
        "fetched_at": payload.fetched_at, "sha256": payload.sha256, "files": FILES_COMPARED,
        "states": list(remembered.states),
    }  # fmt: skip
    cursor = connection.cursor(binary=True).execute(_QUESTION, asked)
    return lambda: _Answer.read(cursor, remembered)
