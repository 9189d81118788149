"""A server of the benchmark's own, in a scratch folder, and databases that are copies of prepared ones."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from loaders import embedded
from loaders.database import Connection, Database
from munim.core.clock import now
from pipelines.tools import Tools
from schedules import timetable
from scrapers.archive import Archive
from scrapers.client import Client

RAW = "raw_nav"
"""The table of the other side: logged, without an index, the same columns as market.nav."""

_RAW_TABLE = f"""
CREATE TABLE {RAW} (nav_date date NOT NULL, scheme_code text COLLATE "C" NOT NULL, nav numeric NOT NULL,
                    payload_id integer NOT NULL)
"""


@dataclass(frozen=True)
class Place:
    """A running server with durability on, as `munim` starts it, and a scratch folder."""

    url: str
    folder: Path
    numbers: Iterator[int]

    def migrated(self, name: str) -> Database:
        """Make a database with munim's tables and the table of the other side."""
        self._execute(f"CREATE DATABASE {name}")
        database = self.database(name)
        database.migrate(timetable.rows())
        with database.connect() as connection:
            connection.execute(_RAW_TABLE)
        return database

    @contextmanager
    def copy_of(self, template: str) -> Iterator[Database]:
        """Make a copy of a prepared database, which nobody may be connected to; drop it at the end."""
        name = f"{template}_{next(self.numbers)}"
        # A copy by files: it fills neither the log nor the buffers with what is not measured.
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        self._execute("CHECKPOINT")
        yield self.database(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def database(self, name: str) -> Database:
        """Return a database of the server by its name."""
        return Database("replica", now, url=self.url.replace("/postgres?", f"/{name}?"))

    def tools(self, database: Database) -> Tools:
        """Return what munim works with on a database of this server; nothing is fetched."""
        archive = Archive.open(str(self.folder / "archive"), "replica", now)
        return Tools(database, archive, now, no_client, asked_by="a benchmark")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running() -> Iterator[Place]:
    """Run an embedded server until the block ends; nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="munim-bench-"))
    # The server runs as another user where we are root.
    folder.chmod(0o755)
    try:
        yield Place(embedded.start(folder / "home"), folder, count())
    finally:
        embedded.stop(folder / "home")
        shutil.rmtree(folder, ignore_errors=True)


def no_client() -> Client:
    """Refuse to fetch: nothing is fetched here."""
    raise AssertionError


def wal_position(connection: Connection) -> int:
    """Return how many bytes of write-ahead log there are by now; ends the transaction."""
    row = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint").fetchone()
    connection.rollback()
    assert row is not None
    return int(str(row[0]))
