"""Bringing a database to the schema that this version of munim works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

from loaders import nav_keys
from loaders.schedule_rows import write_timetable
from loaders.tables import stamp
from munim.core.errors import DatabaseUnavailable, RequestWrong
from munim.core.payload import World

MIGRATION_LOCK = 7_240_001
"""Advisory lock of migrations: two that start at once go one after the other."""


def head() -> str:
    """Return the newest migration that this version of munim has."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        message = "no migrations were installed"
        raise RuntimeError(message)
    return newest


def migrate(url: str, world: World, made_at: datetime, timetable: Sequence[tuple[object, ...]] = ()) -> str:
    """Bring the database at `url` to `head`, stamp it, write the timetable's rows, and return the revision.

    `timetable` rows are in the order of the columns of `etl.timetable`, and new firings count from `made_at`. One
    transaction: all or nothing. Raises `RequestWrong` for a database of the other world or of a newer munim,
    `DatabaseUnavailable` for none.
    """
    with _begin(url) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS etl"))
        config = _config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise RequestWrong(
                f"the database is at a schema that this munim does not know: {error}", advice="install a newer munim"
            ) from error
        _write_stamp(connection, world, made_at)
        write_timetable(_driver(connection), timetable, made_at)
        # Freshness is judged by the timetable too.
        nav_keys.changed(_driver(connection))
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
    try:
        engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    except ArgumentError:
        raise RequestWrong("MUNIM_DATABASE_URL is no URL of a PostgreSQL", advice="postgresql://…") from None
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise DatabaseUnavailable(f"no connection to PostgreSQL: {str(error.orig).strip()}") from error


def _write_stamp(connection: Connection, world: World, made_at: datetime) -> None:
    found = connection.execute(select(stamp.c.world)).scalar_one_or_none()
    if found is None:
        connection.execute(stamp.insert().values(world=world, made_at=made_at))
    elif found != world:
        raise RequestWrong(
            f"the database holds {found} data, and this run is {world}",
            advice="made data never mixes with real: use another MUNIM_DATABASE_URL or MUNIM_HOME",
        )


def _driver(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    """Return psycopg's connection under SQLAlchemy's: in the same transaction."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        message = "the migration has no connection"
        raise TypeError(message)
    return driver
