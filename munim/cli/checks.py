"""What `munim db check` looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.cli import doors
from munim.core.clock import now
from munim.core.errors import MunimError
from munim.readers.holdings import holdings
from munim.readers.standing import newest_migration, standing, timetable
from schedules import timetable as schedule

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.payload import World
    from munim.core.settings import Settings
    from munim.readers.holdings import Holding


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    said: str


def check_place(settings: Settings) -> tuple[list[Finding], list[Holding]]:
    """Return what was found of the database and the archive, and what the tables hold.

    Raises `DatabaseUnavailable` when there is no connection.
    """
    if settings.database_url is None:
        doors.open_database(settings)
    with doors.named_database(settings, settings.world).connect() as connection:
        findings, world = _database(connection)
        held = holdings(connection) if world is not None else []
    findings.append(_archive(settings, world or settings.world))
    return findings, held


def _database(connection: Connection) -> tuple[list[Finding], World | None]:
    found, newest = standing(connection), newest_migration()
    server = found.server
    findings = [
        Finding("server", True, f"PostgreSQL {server.version}, as role {server.role}"),  # noqa: FBT003
        Finding("encoding", server.encoding == "UTF8", f"{server.encoding}; names need UTF8"),
        Finding("durable", server.durable, "fsync is on" if server.durable else "fsync is off: a power cut loses data"),
        Finding(
            "migration",
            found.revision == newest,
            f"at {found.revision or 'none'}, the newest is {newest}"
            + ("" if found.revision == newest else "; run `munim db migrate`"),
        ),
        Finding("stamp", found.world is not None, f"{found.world} data" if found.world else "not stamped"),
    ]
    if found.revision == newest:
        same = sorted(timetable(connection)) == sorted(schedule.rows())
        findings += [
            Finding("timetable", same, "this version's" if same else "another version's; run `munim db migrate`"),
            Finding("rights", server.may_write, "may write" if server.may_write else "this role may not write"),
        ]
    return findings, found.world


def _archive(settings: Settings, world: World) -> Finding:
    from scrapers.archive import Archive  # noqa: PLC0415 - brings zstandard

    try:
        Archive.open(settings.archive_url, world, now)
    except MunimError as error:
        return Finding("archive", good=False, said=str(error))
    return Finding("archive", good=True, said=f"opens, {world} data")
