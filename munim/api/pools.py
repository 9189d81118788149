"""A few connections that stay open: one to read answers with, whose role may do no more, and one to write them down."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg_pool import ConnectionPool

from loaders.database import KEEPALIVES, Connection, Database

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LIFE_S = 600
"""A connection is made anew from time to time: after it, what the database is now holds."""

WAITS_FOR_ONE_S = 5.0


@dataclass(frozen=True, kw_only=True)
class PooledDatabase(Database):
    """A database whose sessions are connections of a pool: given back at the end, not closed."""

    pool: ConnectionPool[Connection]

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """Borrow a connection; what was not committed is rolled back when it is given back."""
        with self.pool.connection(timeout=WAITS_FOR_ONE_S) as connection:
            yield connection


@contextmanager
def pooled(database: Database, url: str, size: int, timeout_ms: int) -> Iterator[PooledDatabase]:
    """Open a pool of at most so many connections to a database's `url`, and close it at the end.

    No statement on them takes longer than the time-out: the server ends it.
    """
    options = (
        f"-c statement_timeout={timeout_ms} -c lock_timeout={timeout_ms} "
        f"-c idle_in_transaction_session_timeout={2 * timeout_ms} -c timezone=UTC -c jit=off {KEEPALIVES}"
    )
    pool = ConnectionPool[Connection](
        url,
        min_size=1,
        max_size=size,
        max_lifetime=LONGEST_LIFE_S,
        timeout=WAITS_FOR_ONE_S,
        open=False,
        kwargs={"options": options, "application_name": "munim answers", "connect_timeout": 10},
        check=ConnectionPool.check_connection,
    )
    with pool:
        yield PooledDatabase(database.world, database.clock, url, database.home, pool=pool)
