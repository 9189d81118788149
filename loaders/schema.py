"""Bringing a database to the schema that this version of munim works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from loaders.tables import timetable

MIGRATION_LOCK = 7_240_001
"""Advisory lock of migrations: two that start at once go one after the other."""


def head() -> str:
    """Return the newest migration that this version of munim has."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        message = "no migrations were installed"
        raise RuntimeError(message)
    return newest


def migrate(url: str, timetable: Sequence[tuple[object, ...]] = ()) -> str:
    """Bring the database at `url` to `head`, write the timetable's rows, and return the revision.

    `timetable` rows are in the order of the columns of `etl.timetable`. One transaction: all or nothing.
    """
    with _begin(url) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS etl"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _write_timetable(connection, timetable)
    return head()


def current(url: str) -> str | None:
    """Return the migration that the database is at, or None for one that has none."""
    with _begin(url) as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "migration", "version_table_schema": "etl"}
        )
        return context.get_current_revision()


def sqlalchemy_url(url: str) -> str:
    """Return the URL as SQLAlchemy wants it: with the driver's name."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("loaders.migrations")))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _begin(url: str) -> Iterator[Connection]:
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def _write_timetable(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    connection.execute(timetable.delete())
    if rows:
        names = [column.name for column in timetable.columns]
        connection.execute(timetable.insert(), [dict(zip(names, row, strict=True)) for row in rows])
