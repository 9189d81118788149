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

SCHEMA_VERSION = "0018"
"""The newest migration; a test compares it with Alembic's, which would cost half a second to ask."""

STATEMENT_TIMEOUT_MS = 30 * 60 * 1000
LOCK_TIMEOUT_MS = 10 * 60 * 1000
"""How long one load waits for another: longer than any load, so that three at once end as one."""

KEEPALIVES = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""A client whose machine vanished is found out within a minute, and what it held is free: two hours by default."""

PREPARE_AT = 1
"""A statement is prepared when it comes again: to plan the dozen statements of a load takes a third of the load's time.
psycopg waits for the sixth time."""

Connection = psycopg.Connection[tuple[object, ...]]
Cursor = psycopg.Cursor[tuple[object, ...]]


@dataclass(frozen=True)
class Database:
    """Where the tables are. Without a `url` it is the embedded server of `home`, started when it is needed.

    `gives_way`: its loads let others of their data set go first; see `loaders.report.lock`.
    """

    world: World
    clock: Clock
    url: str | None = None
    home: Path | None = None
    gives_way: bool = False

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
                prepare_threshold=PREPARE_AT,
                options=(
                    f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS} "
                    f"-c idle_in_transaction_session_timeout=3600000 -c timezone=UTC -c jit=off {KEEPALIVES}"
                    + (" -c munim.gives_way=on" if self.gives_way else "")
                ),
            )
        except psycopg.ProgrammingError:
            # Its message quotes the URL, password and all.
            raise RequestWrong("MUNIM_DATABASE_URL is no URL of a PostgreSQL", advice="postgresql://…") from None
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

        return migrate(self.resolve(), self.world, self.clock(), timetable)

    def _check_stamp(self, connection: Connection) -> None:
        try:
            found = connection.execute("SELECT world, version_num FROM etl.stamp, etl.migration").fetchone()
            connection.commit()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
            raise RequestWrong("the database has no tables of munim's", advice="run `munim db migrate`") from error
        world, version = found if found is not None else (None, None)
        if version != SCHEMA_VERSION:
            raise RequestWrong(
                f"the database is at schema {version}, and this munim works on {SCHEMA_VERSION}",
                advice="run `munim db migrate`, with the newest munim",
            )
        if world != self.world:
            raise RequestWrong(
                f"the database holds {world} data, and this run is {self.world}",
                advice="made data never mixes with real: use another MUNIM_DATABASE_URL or MUNIM_HOME",
            )
