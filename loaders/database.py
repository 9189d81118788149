"""A PostgreSQL to work on: where it is, what it may hold, and connections that never wait for ever."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from loaders import embedded
from munim.core.errors import DatabaseUnavailable, RequestWrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from munim.core.clock import Clock
    from munim.core.payload import World

OLDEST_SERVER = 140_000
"""PostgreSQL 14."""

STATEMENT_TIMEOUT_MS = 30 * 60 * 1000
LOCK_TIMEOUT_MS = 10 * 60 * 1000
"""How long one load waits for another: longer than any load, so that three at once end as one."""

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Database:
    """Where the tables are. Without a `url` it is the embedded server of `home`, started when it is needed."""

    world: World
    clock: Clock
    url: str | None = None
    home: Path | None = None

    def resolve(self) -> str:
        """Return a URL that takes connections now; start the embedded server if it is that one."""
        if self.url is not None:
            return self.url
        if self.home is None:
            message = "a Database needs a url or a home"
            raise RequestWrong(message)
        return embedded.start(self.home)

    def connect(self) -> Connection:
        """Open a connection with time-outs, in UTC. Raises `DatabaseUnavailable` when none is to be had."""
        try:
            connection = psycopg.connect(
                self.resolve(),
                connect_timeout=10,
                application_name="munim",
                options=(
                    f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS} "
                    "-c idle_in_transaction_session_timeout=600000 -c timezone=UTC -c jit=off"
                ),
            )
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(
                f"no connection to PostgreSQL: {str(error).strip()}", advice="start it, or check MUNIM_DATABASE_URL"
            ) from error
        if connection.info.server_version < OLDEST_SERVER:
            version = connection.info.server_version // 10_000
            connection.close()
            raise RequestWrong(f"PostgreSQL {version} is too old", advice="munim needs 14 or later")
        return connection

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """Open a connection to a database that is migrated and of this world; close it at the end."""
        connection = self.connect()
        try:
            self._check_stamp(connection)
            yield connection
        finally:
            connection.close()

    def migrate(self, timetable: Sequence[tuple[object, ...]]) -> str:
        """Bring the database to this version's schema with these rows of `etl.timetable`, and stamp it.

        Returns the revision. Running it again changes nothing.
        """
        from loaders.schema import migrate  # noqa: PLC0415 - SQLAlchemy and Alembic cost half a second

        revision = migrate(self.resolve(), timetable)
        with self.connect() as connection:
            self._check_stamp(connection, make=True)
        return revision

    def _check_stamp(self, connection: Connection, *, make: bool = False) -> None:
        try:
            if make:
                connection.execute(
                    "INSERT INTO etl.stamp (world, made_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (self.world, self.clock()),
                )
            found = connection.execute("SELECT world FROM etl.stamp").fetchone()
            connection.commit()
        except psycopg.errors.UndefinedTable as error:
            raise RequestWrong("the database has no tables of munim's", advice="run `munim db migrate`") from error
        if found is None:
            raise RequestWrong("the database is not stamped", advice="run `munim db migrate`")
        if found[0] != self.world:
            raise RequestWrong(
                f"the database holds {found[0]} data, and this run is {self.world}",
                advice="made data never mixes with real: use another MUNIM_DATABASE_URL or MUNIM_HOME",
            )
