"""What a load tells of itself, and how its transaction begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loaders import ledger

if TYPE_CHECKING:
    from loaders.batch import Check, LoadContext, Note
    from loaders.database import Connection
    from loaders.upsert import NavChange

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
    changes: Sequence[NavChange] = field(default=(), repr=False)


def lock(connection: Connection, dataset: str) -> None:
    """Wait until no other load of the data set is under way; held until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('munim load'), hashtext(%s))", (dataset,))


def finish(connection: Connection, context: LoadContext, step: Step = lambda _name: None) -> None:
    """Commit, or roll back a dry run."""
    step("commit")
    if context.dry_run:
        connection.rollback()
    else:
        connection.commit()
    step("committed")


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
