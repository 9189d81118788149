"""Database work that survives a lost connection: it is done again, whole, on a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import psycopg

from munim.core.errors import DatabaseUnavailable
from munim.core.imports import without

with without("structlog", "rich"):
    import stamina

if TYPE_CHECKING:
    from loaders.database import Connection, Database

ATTEMPTS = 12
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0
"""Some 40 seconds in all: a server that restarts is back by then."""

DatabaseError = psycopg.Error
"""Whatever the database says went wrong."""

Result = TypeVar("Result")


def with_retries(database: Database, work: Callable[[Connection], Result]) -> Result:
    """Do work on a session of its own; where the connection is lost, do it again on a new one.

    The work must be one transaction, and find out for itself whether its COMMIT took effect. Raises
    `DatabaseUnavailable` when the server does not come back in time, and what the work raises.
    """

    def once() -> Result:
        with database.session() as session:
            return work(session)

    caller = stamina.RetryingCaller(attempts=ATTEMPTS, timeout=None, wait_initial=FIRST_WAIT_S, wait_max=LONGEST_WAIT_S)
    with naming_failures():
        return caller(is_lost, once)


@contextmanager
def naming_failures() -> Iterator[None]:
    """Raise `DatabaseUnavailable`, which says what to do, for what the database could not do."""
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise DatabaseUnavailable(
            f"another session held a lock for longer than lock_timeout: {str(error).strip()}",
            advice="run again when it is done; pg_stat_activity shows what it does",
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            f"the database failed: {str(error).strip()}", advice="see its log, and run again"
        ) from error


def is_lost(error: Exception) -> bool:
    """Tell whether a connection was lost or a deadlock broken, so that the same work may be done again."""
    if isinstance(error, DatabaseUnavailable):
        return True
    if not isinstance(error, psycopg.OperationalError):
        return False
    # Without an SQLSTATE the connection broke; 08: connection, 57P: the server stops or starts, 40: broken deadlock.
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P", "40"))
