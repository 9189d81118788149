"""Where settings become what the rooms work with: the only place of the command line that does so."""

from __future__ import annotations

import getpass
import os
import platform
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from munim.cli import logs
from munim.core.clock import now
from munim.core.errors import RequestWrong
from munim.readers.session import check_url, reading
from munim.readers.standing import newest_migration, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from loaders.database import Connection, Database
    from munim.core.clock import Clock
    from munim.core.payload import World
    from munim.core.settings import Settings
    from pipelines.tools import Tools
    from schedules.timetable import ContentDay
    from scrapers.browser import Browser
    from scrapers.client import Client
    from scrapers.rate_limit import Turns


def open_settings(home: Path | None = None) -> Settings:
    """Read the settings and set the logs up; `home` is in place of the default one where MUNIM_HOME is not set.

    Raises `RequestWrong` that names each bad variable, never its value.
    """
    from munim.core.settings import load_settings  # noqa: PLC0415 - pydantic costs 200 ms, and --help needs none

    settings = load_settings()
    logs.configure(settings.log_format)
    if settings.database_url is not None:
        check_url(settings.database_url.get_secret_value())
    wanted = home if home is not None and "home" not in settings.model_fields_set else settings.home
    return settings.model_copy(update={"home": Path.cwd() / wanted.expanduser()})


def named_database(settings: Settings, world: World, clock: Clock = now) -> Database:
    """Return the database of the settings, untouched: it may be stopped, empty, or of the other world."""
    from loaders.database import Database  # noqa: PLC0415 - brings the driver

    url = settings.database_url.get_secret_value() if settings.database_url is not None else None
    return Database(world, clock, url, settings.home)


def open_database(settings: Settings, world: World | None = None, clock: Clock = now) -> Database:
    """Return the database of the settings at this version's schema.

    `world` is the kind of data that is to come in; None is for work on what is there, whatever its stamp. The
    embedded database is migrated where it is not at the newest migration; for another's, `RequestWrong` says to.
    """
    database = named_database(settings, world or settings.world, clock)
    with database.connect() as connection:
        found = standing(connection)
    if world is None and found.world is not None:
        database = replace(database, world=found.world)
    newest = newest_migration()
    if found.revision is not None and found.revision > newest:
        raise RequestWrong(
            f"the database is at migration {found.revision}, and this munim knows them up to {newest}",
            advice="use the newer munim that migrated it",
        )
    if found.revision != newest or found.world is None:
        if database.url is not None:
            at = f"at migration {found.revision}, not {newest}" if found.revision else "not one of munim's yet"
            raise RequestWrong(f"the database is {at}", advice="run `munim db migrate`")
        migrate(database)
    return database


def migrate(database: Database) -> str:
    """Bring a database to this version's schema and timetable; return the migration that it is at."""
    from schedules.timetable import rows  # noqa: PLC0415

    return database.migrate(rows())


def cover_closed_years(database: Database) -> None:
    """Make what one scheme's NAVs are read by, of each year that is over and has it not: seconds a year, and once.

    After loads, never within one: others load and read meanwhile.
    """
    from loaders.series_index import cover_closed_years as cover  # noqa: PLC0415 - brings the driver
    from munim.core.clock import IST  # noqa: PLC0415

    with database.session() as connection:
        connection.autocommit = True
        cover(connection, database.clock().astimezone(IST).year)


@contextmanager
def open_reading(settings: Settings) -> Iterator[Connection]:
    """Open the database to read only, whichever world it is of: reading mixes nothing."""
    with reading(open_database(settings)) as connection:
        yield connection


def open_tools(
    settings: Settings,
    world: World | None,
    *,
    clock: Clock = now,
    client: Callable[[], Client] | None = None,
    step: Callable[[str], None] = lambda _name: None,
) -> Tools:
    """Return what runs and decisions work with; `world` as `open_database`."""
    from pipelines.tools import Tools  # noqa: PLC0415
    from scrapers.archive import Archive  # noqa: PLC0415 - brings zstandard

    database = open_database(settings, world, clock)
    archive = Archive.open(settings.archive_url, database.world, clock)
    return Tools(database, archive, clock, client or (lambda: open_client(settings, clock)), asked_by(settings), step)


def content_days(settings: Settings, world: World, calendar: str) -> ContentDay:
    """Return what tells whether a day has content, by a calendar of the timetable, as the database knows it.

    A day of which no list of holidays says anything is taken for a session, one of which no list of clearing does for
    a day of settlement: then what is missing is asked for.
    """
    from munim.core.calendar import HolidaysUnknown, Standing, is_weekend  # noqa: PLC0415

    if calendar in {"daily", "fetch"}:
        return lambda _day: True
    if calendar == "weekdays":
        return lambda day: not is_weekend(day)
    from munim.readers.calendar import load_calendar  # noqa: PLC0415 - brings the driver

    with reading(open_database(settings, world)) as connection:
        known = load_calendar(connection)

    def is_open(day: date) -> bool:
        return known.standing(day) is not Standing.CLOSED

    def settles(day: date) -> bool:
        try:
            return is_open(day) and known.is_settlement(day)
        except HolidaysUnknown:
            return True

    return settles if calendar == "nse_settlement" else is_open


def open_client(settings: Settings, clock: Clock = now, turns: Turns | None = None) -> Client:
    """Return an HTTP client for all sites, or for the stand-in that MUNIM_REPLICA names.

    `turns` are those that workers take at a site; without, it has each site for itself.
    """
    from scrapers.client import Client, Machine  # noqa: PLC0415 - brings httpx

    return Client(
        user_agent=settings.user_agent,
        clock=clock,
        contact=settings.contact,
        replica=settings.replica,
        machine=Machine(browser=open_browser(settings, clock, settings.replica), turns=turns),
    )


def open_browser(settings: Settings, clock: Clock, replica: str | None) -> Browser | None:
    """Return the browser of the settings, which starts when it is needed; None where the machine has none."""
    from scrapers.browser import Browser  # noqa: PLC0415

    if not (settings.chromedriver.is_file() and settings.chromium.is_file()):
        return None
    return Browser(settings.chromedriver, settings.chromium, clock, replica)


def asked_by(settings: Settings) -> str:
    """Return who runs this, for the ledger: MUNIM_CONTACT, else user and host."""
    if settings.contact:
        return settings.contact
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        user = str(os.getuid())
    return f"{user}@{platform.node()}"
