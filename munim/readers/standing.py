"""What a database is: its server, its schema and its stamp."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.payload import World

_SERVER = """
SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
       current_setting('fsync') = 'on' AS durable, current_user::text AS role,
       to_regclass('etl.migration') IS NOT NULL AS has_migrations, to_regclass('etl.stamp') IS NOT NULL AS has_stamp,
       to_regclass('etl.run') IS NOT NULL
           AND coalesce(has_table_privilege(to_regclass('etl.run'), 'INSERT'), false) AS may_write
"""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server and what this role finds on it."""

    version: str
    encoding: str
    durable: bool
    role: str
    has_migrations: bool
    has_stamp: bool
    may_write: bool


@dataclass(frozen=True)
class Standing:
    """A database: its server, the migration it is at and whose data it holds; None for what it has not."""

    server: Server
    revision: str | None
    world: World | None


def standing(connection: Connection) -> Standing:
    """Return what a database is; it may be one that was never migrated."""
    (server,) = fetch(connection, Server, _SERVER)
    revision = connection.execute("SELECT version_num FROM etl.migration").fetchone() if server.has_migrations else None
    stamp = connection.execute("SELECT world FROM etl.stamp").fetchone() if server.has_stamp else None
    world: World | None = None
    if stamp is not None:
        world = "replica" if stamp[0] == "replica" else "live"
    return Standing(server, str(revision[0]) if revision else None, world)


def newest_migration() -> str:
    """Return the newest migration that this version has, from the names of their files.

    Alembic knows it too (`loaders.schema.head`), and takes half a second to say it.
    """
    names = [entry.name for entry in files("loaders.migrations.versions").iterdir()]
    return max(name[1:].partition("_")[0] for name in names if name.startswith("v") and name.endswith(".py"))


def timetable(connection: Connection) -> list[tuple[object, ...]]:
    """Return the rows of `etl.timetable`, in the order of its columns, by feed."""
    return connection.execute(
        "SELECT feed, dataset, fires, calendar, due_time, due_days_later, days_back, slots, window_days, "
        "try_every_min, try_for_min, catch_up_days, tries_closed FROM etl.timetable ORDER BY feed"
    ).fetchall()
