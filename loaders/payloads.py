"""The payloads that are in the tables, and a payload's place among them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from loaders.batch import PayloadRef
from loaders.ledger import given_in, number_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime

    from loaders.database import Connection, Cursor
    from munim.core.payload import Payload

_ALL = """
SELECT fetched_at, feed, sha256, payload_id, complete, recorded_at, content_from, content_to, origin = 'revert',
       slot, url
FROM etl.payload WHERE dataset = %s
"""

_FETCH_TIMES = "SELECT payload_id, fetched_at FROM etl.payload WHERE payload_id = ANY (%s)"

_IS_NEWEST = """
SELECT NOT EXISTS (
    SELECT FROM etl.payload
    WHERE dataset = %s AND fetched_at >= %s AND (fetched_at, feed, sha256) > (%s, %s COLLATE "C", %s COLLATE "C"))
"""

_REVERTED_AFTER = """
SELECT EXISTS (
    SELECT FROM etl.payload AS revert JOIN etl.payload AS mine USING (dataset)
    WHERE mine.payload_id = %s AND revert.origin = 'revert' AND revert.fetched_at >= %s)
"""

NEWEST = """
SELECT payload_id, feed, fetched_at, sha256 FROM etl.payload WHERE dataset = %(dataset)s
ORDER BY fetched_at DESC, feed DESC, sha256 DESC LIMIT 1
"""

_INSERT = """
INSERT INTO etl.payload (payload_id, dataset, feed, slot, url, fetched_at, origin, sha256, size_bytes, layout, complete,
                         row_count, content_from, content_to, content_modal, recorded_at, run_id)
OVERRIDING SYSTEM VALUE
VALUES (coalesce(%s, nextval(pg_get_serial_sequence('etl.payload', 'payload_id'))),
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
RETURNING payload_id
"""

_NUMBERS = """
SELECT nextval(pg_get_serial_sequence('etl.payload', 'payload_id')),
       nextval(pg_get_serial_sequence('etl.run', 'run_id'))
"""


@dataclass(frozen=True)
class NewestPayload:
    """The loaded payload of a data set that was fetched last."""

    payload_id: int
    feed: str
    fetched_at: datetime
    sha256: str

    def is_before(self, payload: Payload) -> bool:
        """Tell whether a payload comes after this one."""
        return (self.fetched_at, self.feed, self.sha256) < (payload.fetched_at, payload.feed, payload.sha256)


@dataclass(frozen=True)
class Content:
    """What the ledger keeps of a payload's rows."""

    layout: str
    complete: bool
    row_count: int
    content_from: date | None
    content_to: date | None
    content_modal: date | None


def newest(connection: Connection, dataset: str) -> NewestPayload | None:
    """Return the payload of the data set that was fetched last."""
    return newest_in(ask_newest(connection, dataset))


def ask_newest(connection: Connection, dataset: str) -> Cursor:
    """Ask for the payload of the data set that was fetched last; `newest_in` reads the answer."""
    return connection.execute(NEWEST, {"dataset": dataset})


def newest_in(answer: Cursor) -> NewestPayload | None:
    """Return the payload of an answer."""
    row = answer.fetchone()
    return NewestPayload(*row) if row is not None else None  # type: ignore[arg-type]


def find(connection: Connection, payload: Payload) -> int | None:
    """Return the number of this very payload if it is loaded: same feed, time and bytes."""
    return number_in(
        connection.execute(
            "SELECT payload_id FROM etl.payload WHERE feed = %s AND fetched_at = %s AND sha256 = %s",
            (payload.feed, payload.fetched_at, payload.sha256),
        )
    )


def ask_fetched(connection: Connection, payload: Payload) -> Cursor:
    """Ask for what a feed gave at this payload's time: number, digest, how many rows, last date.

    For who knows the payload's digest only later; hardly ever there are two of one time.
    """
    return connection.execute(
        "SELECT payload_id, sha256, row_count, content_to FROM etl.payload WHERE feed = %s AND fetched_at = %s",
        (payload.feed, payload.fetched_at),
    )


def ask_numbers(connection: Connection) -> Cursor:
    """Ask for a payload's number and a run's; `numbers_in` reads the answer."""
    return connection.execute(_NUMBERS)


def numbers_in(answer: Cursor) -> tuple[int, int]:
    """Return the numbers of a payload and of a run."""
    row = answer.fetchone()
    if row is None:
        message = "the database gave no numbers"
        raise RuntimeError(message)
    return int(str(row[0])), int(str(row[1]))


def insert(
    connection: Connection, dataset: str, payload: Payload, content: Content, recorded_at: datetime, run_id: int
) -> int:
    """Write a payload into the ledger and return its number."""
    return given_in(send(connection, dataset, payload, content, recorded_at, run_id))


def send(  # noqa: PLR0913 - a payload, and what its entry says
    connection: Connection, dataset: str, payload: Payload, content: Content, recorded_at: datetime, run_id: int,
    *, number: int | None = None,
) -> Cursor:  # fmt: skip
    """Write a payload into the ledger, under its number or a free one; `ledger.number_in` reads it from the answer."""
    return connection.execute(
        _INSERT,
        (
            number, dataset, payload.feed, payload.slot, payload.url, payload.fetched_at, payload.origin,
            payload.sha256, len(payload.body), content.layout, content.complete, content.row_count,
            content.content_from, content.content_to, content.content_modal, recorded_at, run_id,
        ),
    )  # fmt: skip


def set_dates(connection: Connection, payload_id: int, content: Content) -> None:
    """Let a payload's dates take in those of rows that were refused at first: it is looked into by them."""
    connection.execute(
        "UPDATE etl.payload SET content_from = %s, content_to = %s, content_modal = %s WHERE payload_id = %s",
        (content.content_from, content.content_to, content.content_modal, payload_id),
    )


@dataclass(frozen=True)
class Placement:
    """The place of the payload that is being loaded among all of its data set, which are read when they are needed."""

    mine: PayloadRef
    is_newest: bool
    read: Callable[[], tuple[PayloadRef, ...]]

    @cached_property
    def ordered(self) -> tuple[PayloadRef, ...]:
        """All loaded payloads of the data set in their order."""
        return self.read()

    @cached_property
    def ranks(self) -> dict[int, int]:
        """Places by payload."""
        return {ref.payload_id: place for place, ref in enumerate(self.ordered)}

    @cached_property
    def later(self) -> tuple[PayloadRef, ...]:
        """The payloads that were fetched after this one."""
        return () if self.is_newest else tuple(ref for ref in self.ordered if ref > self.mine)

    @cached_property
    def feeds(self) -> dict[int, str]:
        """Feeds by payload."""
        return {ref.payload_id: ref.feed for ref in self.ordered}

    @cached_property
    def fetched_at(self) -> dict[int, datetime]:
        """Times of fetch by payload."""
        return {ref.payload_id: ref.fetched_at for ref in self.ordered}


def placed(  # noqa: PLR0913 - a payload, and what its entry says
    connection: Connection, dataset: str, payload: Payload, content: Content, recorded_at: datetime, payload_id: int,
    *, is_newest: bool,
) -> Placement:  # fmt: skip
    """Return the place of a payload that was just written."""
    mine = PayloadRef(
        payload.fetched_at, payload.feed, payload.sha256, payload_id, content.complete, recorded_at,
        content.content_from, content.content_to, payload.origin == "revert",
    )  # fmt: skip
    return Placement(mine, is_newest, lambda: read_all(connection, dataset))


def placement(connection: Connection, dataset: str, payload_id: int) -> Placement:
    """Return the place of a loaded payload."""
    row = connection.execute(f"{_ALL} AND payload_id = %s", (dataset, payload_id)).fetchone()
    if row is None:
        message = f"payload {payload_id} is not loaded"
        raise RuntimeError(message)
    mine = PayloadRef(*row)  # type: ignore[arg-type]
    asked = (dataset, mine.fetched_at, mine.fetched_at, mine.feed, mine.sha256)
    newest = connection.execute(_IS_NEWEST, asked).fetchone()
    return Placement(mine, newest == (True,), lambda: read_all(connection, dataset))


def is_reverted_after(connection: Connection, mine: PayloadRef) -> bool:
    """Tell whether a revert of its data set was fetched after a payload."""
    row = connection.execute(_REVERTED_AFTER, (mine.payload_id, mine.fetched_at)).fetchone()
    return row == (True,)


def taken_back(connection: Connection, payload_id: int) -> set[int]:
    """Return the payloads of its data set that are taken back, once this one is too; it is among them.

    A run that took another one back may have been taken back itself.
    """
    of_run = connection.execute(
        "SELECT other.run_id, other.payload_id, other.payload_id = mine.payload_id "
        "FROM etl.payload AS other JOIN etl.payload AS mine USING (dataset) WHERE mine.payload_id = %s",
        (payload_id,),
    ).fetchall()
    reverts: dict[object, list[object]] = defaultdict(list)
    for run, reverted in connection.execute(
        "SELECT run_id, reverts_run_id FROM etl.run WHERE reverts_run_id IS NOT NULL AND status = 'success'"
    ).fetchall():
        reverts[reverted].append(run)
    now = {run for run, _, is_mine in of_run if is_mine}

    def is_taken(run: object) -> bool:
        return run in now or any(not is_taken(by) for by in reverts.get(run, ()))

    return {int(str(number)) for run, number, _ in of_run if is_taken(run)}


def fetch_times(connection: Connection, payload_ids: Collection[int]) -> dict[int, datetime]:
    """Return when payloads were fetched, by their numbers."""
    rows = connection.execute(_FETCH_TIMES, (sorted(payload_ids),)).fetchall()
    return {int(str(number)): at for number, at in rows}  # type: ignore[misc]


def read_all(connection: Connection, dataset: str) -> tuple[PayloadRef, ...]:
    """Return all payloads of the data set in their order."""
    return tuple(sorted(PayloadRef(*row) for row in connection.execute(_ALL, (dataset,)).fetchall()))  # type: ignore[arg-type]
