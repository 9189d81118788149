"""What a load tells of itself, and how its transaction begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import TransactionStatus

from loaders import ledger
from munim.core.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from loaders.batch import Check, LoadContext, Note
    from loaders.database import Connection
    from loaders.keyed_changes import RowChange
    from loaders.upsert import NavChange

LONGEST_RUN_MIN = 60

_LOCK = """
SELECT CASE current_setting('munim.gives_way', true)
           WHEN 'on' THEN pg_advisory_xact_lock(hashtext('munim backfill load'), hashtext(%s))
       END,
       pg_advisory_xact_lock(hashtext('munim load'), hashtext(%s))
"""

Step = Callable[[str], None]
"""Told the name of each step of a run as it begins."""


@dataclass(frozen=True)
class LoadReport:
    """What a load did: the run's number, its status and counts, the checks, and the changed rows of a dry run."""

    run_id: int
    status: str
    counts: ledger.Counts
    checks: Sequence[Check] = ()
    notes: Sequence[Note] = ()
    changes: Sequence[NavChange] | Sequence[RowChange] = field(default=(), repr=False)


def lock(connection: Connection, dataset: str) -> None:
    """Wait until no other load of the data set is under way; held until the transaction ends.

    Loads of backfills (`Database.gives_way`) queue among themselves first, so that no more than one of them is ever
    before a load of another kind.
    """
    connection.execute(_LOCK, (dataset, dataset))


@contextmanager
def own_transaction(connection: Connection) -> Iterator[None]:
    """Let the block begin its transaction itself, by `send_begin`, and end it; what it leaves open is rolled back.

    psycopg sends BEGIN of its own accord before a first statement, and waits for that answer alone. The connection must
    not be in a transaction.
    """
    connection.autocommit = True
    try:
        yield
    except Exception:
        # What went wrong is to be told, and not that the connection is lost too.
        with suppress(psycopg.Error):
            _roll_back(connection)
        raise
    else:
        _roll_back(connection)
    finally:
        # Who interrupts does not wait for the server: the session is closed, and with it what is open.
        if connection.info.transaction_status == TransactionStatus.IDLE:
            connection.autocommit = False


def _roll_back(connection: Connection) -> None:
    if connection.info.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}:
        connection.rollback()


def send_begin(connection: Connection) -> None:
    """Begin a transaction with the message that is being put together, where `own_transaction` leaves that to us.

    Whatever the server's default is: what is asked under a lock must see what its last holder has committed.
    """
    if connection.autocommit:
        connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED", prepare=False)


def claim_slot(connection: Connection, dataset: str, feed: str, slot: str) -> None:
    """Wait until no other process is at the slot; held until the connection closes.

    The connection is the lease. PostgreSQL gives the lock to the next as soon as the holder's connection ends, however
    its process ended; where the holder's machine vanished and nothing closes it, keep-alives find that out within a
    minute (`loaders.database`). A row with an expiry would hold a slot for as long as it was made out for, and hand it
    on under a holder that is merely slow. The view `etl.claim` shows who holds a slot and who waits.

    It waits for longer than the longest fetch with its retries. Raises `DatabaseUnavailable` when that passes.
    """
    try:
        connection.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('application_name', %s, false)",
            (f"{LONGEST_RUN_MIN}min", f"munim {feed} {slot}"),
        )
        connection.execute(
            "SELECT pg_advisory_lock(hashtext('munim slot'), hashtext(%s))", (f"{dataset} {feed} {slot}",)
        )
        connection.commit()
    except psycopg.errors.LockNotAvailable as error:
        raise DatabaseUnavailable(
            f"another process has been at this slot for {LONGEST_RUN_MIN} minutes",
            feed=feed,
            slot=slot,
            advice="see whether it still runs, and end it",
        ) from error


def is_claimed_elsewhere(connection: Connection, dataset: str, feed: str, slot: str) -> bool:
    """Tell whether another process is at the slot; where none is, it is held until the transaction ends."""
    row = connection.execute(
        "SELECT pg_try_advisory_xact_lock(hashtext('munim slot'), hashtext(%s))", (f"{dataset} {feed} {slot}",)
    ).fetchone()
    return row is None or not row[0]


def finish(connection: Connection, context: LoadContext, step: Step = lambda _name: None) -> None:
    """Commit, or roll back a dry run."""
    step("commit")
    if context.dry_run:
        connection.rollback()
    else:
        connection.commit()
    step("committed")


def send_end(connection: Connection, context: LoadContext, step: Step = lambda _name: None) -> None:
    """Commit, or roll back a dry run, as the last thing in a pipeline: it is done when the pipeline has ended.

    psycopg's own `commit` waits for an answer of its own before that.
    """
    step("commit")
    connection.execute("ROLLBACK" if context.dry_run else "COMMIT", prepare=False)


def done_already(connection: Connection, context: LoadContext) -> LoadReport | None:
    """Return what this very run did where its COMMIT took effect and the answer was lost; None: it has yet to be done.

    Work that `with_retries` may do a second time asks this, and under the lock: before it is had, the COMMIT may be
    under way yet.
    """
    run_id = ledger.find_by_key(connection, context.run_key)
    return None if run_id is None else settled(connection, run_id)


def settled(connection: Connection, run_id: int) -> LoadReport:
    """Return what a committed run did, from the ledger: for a COMMIT whose answer was lost."""
    row = connection.execute(
        "SELECT status, rows_read, rows_new, rows_changed, rows_unchanged, rows_absent, rows_quarantined, counts "
        "FROM etl.run WHERE run_id = %s",
        (run_id,),
    ).fetchone()
    connection.commit()
    if row is None:
        message = f"run {run_id} is not in the ledger"
        raise RuntimeError(message)
    status, read, new, changed, unchanged, absent, quarantined, more = row
    counts = ledger.Counts(read, new, changed, unchanged, absent, quarantined, more)  # type: ignore[arg-type]
    return LoadReport(run_id, str(status), counts)
