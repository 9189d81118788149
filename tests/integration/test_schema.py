"""The database that the migrations make is the one that the code declares, and says of itself what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from loaders import schema
from loaders.database import SCHEMA_VERSION, Database
from loaders.tables import metadata
from munim.core.errors import RequestWrong
from schedules import timetable

if TYPE_CHECKING:
    import psycopg

UNCOMMENTED = """
SELECT namespace.nspname || '.' || class.relname || coalesce('.' || attribute.attname, '')
FROM pg_class AS class
JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
LEFT JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
WHERE namespace.nspname IN ('market', 'etl', 'agent') AND class.relkind IN ('r', 'p', 'v')
  AND NOT class.relispartition AND class.relname <> 'migration'
  AND (obj_description(class.oid, 'pg_class') IS NULL OR col_description(class.oid, attribute.attnum) IS NULL)
"""


def test_the_migrated_database_is_what_the_tables_declare(database_url: str) -> None:
    engine = create_engine(schema.sqlalchemy_url(database_url), poolclass=NullPool)
    with engine.connect() as opened:
        context = MigrationContext.configure(
            opened,
            opts={
                "include_schemas": True,
                "compare_type": True,
                "include_object": lambda _object, name, kind, *_: (
                    not (kind == "table" and (name == "migration" or name.startswith("nav_y")))
                ),
                "include_name": lambda name, kind, _parents: kind != "schema" or name in {"market", "etl", "agent"},
            },
        )
        assert compare_metadata(context, metadata) == []


def test_every_table_view_and_column_says_what_it_holds(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    assert connection.execute(UNCOMMENTED).fetchall() == []


def test_migrating_again_changes_nothing(database: Database, database_url: str) -> None:
    assert schema.current(database_url) == schema.head() == SCHEMA_VERSION
    assert database.migrate(timetable.rows()) == schema.head()


def test_the_timetable_is_in_the_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    assert connection.execute(
        "SELECT feed, fires, days_back, calendar, due_time, due_days_later, slots, try_every_min, try_for_min "
        "FROM etl.timetable WHERE dataset = 'nav' ORDER BY feed"
    ).fetchall() == [
        ("amfi.history", ["15 2 * * *"], [2], "daily", "06:00", 2, "window", 30, 180),
        ("amfi.latest", ["0 8 * * *", "0 11 * * *", "30 23 * * *"], [1, 1, 0], "nse_sessions", "10:00", 1, "instant",
         15, 120),
    ]  # fmt: skip


def test_every_firing_is_known_since_the_database_was_migrated(
    connection: psycopg.Connection[tuple[object, ...]],
) -> None:
    known = "SELECT feed, cron, days_back FROM etl.firing WHERE since = '2026-08-24T00:00Z' AND until IS NULL"
    expected = {(one.feed, timetable.cron(fire), fire.days_back) for one in timetable.TIMETABLE for fire in one.fires}
    assert set(connection.execute(known).fetchall()) == expected


def test_a_database_of_the_other_world_is_refused(database: Database) -> None:
    live = Database("live", database.clock, url=database.url)
    with pytest.raises(RequestWrong, match="the database holds replica data, and this run is live"), live.session():
        pass


def test_a_database_without_tables_says_what_to_do(server_url: str, database: Database) -> None:
    bare = Database("replica", database.clock, url=server_url)
    with pytest.raises(RequestWrong, match="run `munim db migrate`"), bare.session():
        pass
