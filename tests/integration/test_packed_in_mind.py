"""What a process has in mind of the packed newest NAVs is never taken for what a table says now, unless it is that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import psycopg
import pytest

from loaders import nav_packed
from loaders.database import Connection, Database
from loaders.nav_latest import read_latest
from loaders.nav_packed import Packed
from munim.core.payload import Payload
from munim.readers.nav_newest import newest_navs
from pipelines.catalogue import NAV
from pipelines.decisions import revert
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.archive import Archive
from tests.conftest import SetClock

HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
HEADINGS = "\n \nOpen Ended Schemes(Equity Scheme - ELSS)\n \nAxis Mutual Fund\n \n"
FIRST, SECOND = "120503", "120502"

MONDAY = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)

Load = Callable[..., int]
Told = list[tuple[str, date, Decimal]]


def latest(*rows: tuple[str, str, str]) -> bytes:
    """A NAVAll of rows: code, NAV, date."""
    lines = [f"{code};-;-;Axis ELSS Fund {code} - Growth;{nav};{day}" for code, nav, day in rows]
    return (HEADER + HEADINGS + "\n".join(lines) + "\n").encode()


def load_into(tools: Tools, body: bytes, at: datetime, options: Options | None = None) -> int:
    payload = Payload("amfi.latest", at.isoformat(), "file:made", at, body, "file")
    return load_payload(NAV, payload, tools, context(tools, NAV.name, options or Options())).run_id


@pytest.fixture
def load(tools: Tools, clock: SetClock) -> Load:
    """Loads a body that was fetched at a time; returns the run."""

    def load_one(body: bytes, at: datetime, options: Options | None = None) -> int:
        clock.at = at
        return load_into(tools, body, at, options)

    return load_one


@pytest.fixture(autouse=True)
def _nothing_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav_packed._mind, "packed", Packed())


@contextmanager
def read_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Yield for each time that the rows were asked for whether they had to be sent."""
    told: list[bool] = []
    whole = Packed.read.__func__  # type: ignore[attr-defined]

    def read(cls: type[Packed], columns: tuple[object, ...], known: Packed) -> Packed:
        packed: Packed = whole(cls, columns, known)
        told.append(packed is not known)
        assert told[-1] == any(column is not None for column in columns[1:])
        return packed

    with monkeypatch.context() as patched:
        patched.setattr(Packed, "read", classmethod(read))
        yield told


def told(database: Database) -> Told:
    """What is the newest NAV of each scheme, by the packed rows and by the table alike."""
    with database.session() as connection:
        packed = [(row[0], row[1], row[2]) for row in newest_navs(connection)]
        last = connection.execute(
            "SELECT DISTINCT ON (scheme_code) scheme_code, nav_date, nav FROM market.nav "
            "ORDER BY scheme_code, nav_date DESC"
        ).fetchall()
    assert packed == last
    return packed


def test_rows_that_stand_as_they_were_written_are_not_sent_again(
    load: Load, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(latest((FIRST, "10", "14-Aug-2026"), (SECOND, "20", "14-Aug-2026")), MONDAY)

    with read_anew(monkeypatch) as sent:
        load(latest((FIRST, "11", "17-Aug-2026"), (SECOND, "21", "17-Aug-2026")), MONDAY + DAY)
        # A new scheme, then nothing new at all, then a day that one scheme lacks.
        load(latest((FIRST, "11", "17-Aug-2026"), ("120501", "7", "17-Aug-2026")), MONDAY + 2 * DAY)
        load(latest((FIRST, "11", "17-Aug-2026")), MONDAY + 3 * DAY)
        load(latest((FIRST, "12", "18-Aug-2026"), (SECOND, "22", "18-Aug-2026")), MONDAY + 4 * DAY)

    assert sent == [False] * 4
    assert told(database) == [
        ("120501", date(2026, 8, 17), Decimal(7)),
        (SECOND, date(2026, 8, 18), Decimal(22)), (FIRST, date(2026, 8, 18), Decimal(12)),
    ]  # fmt: skip


def test_what_a_dry_run_or_a_revert_made_of_them_is_told_apart(
    load: Load, tools: Tools, database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(latest((FIRST, "10", "14-Aug-2026")), MONDAY)
    load(latest((FIRST, "11", "17-Aug-2026"), (SECOND, "21", "17-Aug-2026")), MONDAY + DAY, Options(dry_run=True))
    with read_anew(monkeypatch) as sent:
        back = load(latest((FIRST, "11", "17-Aug-2026")), MONDAY + DAY)
    assert sent == [True]
    clock.at = MONDAY + 2 * DAY
    revert(NAV, back, tools)

    load(latest((FIRST, "11.5", "17-Aug-2026")), MONDAY + 3 * DAY)

    assert told(database) == [(FIRST, date(2026, 8, 17), Decimal("11.5"))]


def test_what_another_program_wrote_is_read_though_it_made_no_version(
    load: Load, database: Database, connection: Connection
) -> None:
    load(latest((FIRST, "10", "14-Aug-2026"), (SECOND, "20", "14-Aug-2026")), MONDAY)
    # As a program of before does, which adds a day and knows no version.
    connection.execute("INSERT INTO market.nav SELECT '2026-08-17', scheme_code, nav + 1, payload_id FROM market.nav")
    connection.execute(
        "UPDATE etl.nav_latest_packed SET nav_date = '\\x000050ca000050ca', "
        "nav_e10 = int8send(210000000000) || int8send(110000000000) WHERE block = 1"
    )
    connection.commit()
    assert told(database) == [
        (SECOND, date(2026, 8, 17), Decimal(21)), (FIRST, date(2026, 8, 17), Decimal(11)),
    ]  # fmt: skip

    load(latest((FIRST, "11", "17-Aug-2026"), (SECOND, "22", "18-Aug-2026")), MONDAY + 2 * DAY)

    assert told(database) == [
        (SECOND, date(2026, 8, 18), Decimal(22)), (FIRST, date(2026, 8, 17), Decimal(11)),
    ]  # fmt: skip


def test_two_databases_in_turn_keep_apart_though_one_began_as_a_copy(
    database: Database, database_url: str, archive: Archive, clock: SetClock, server_url: str
) -> None:
    clock.at = MONDAY
    one = Tools(database, archive, clock, pytest.fail, asked_by="a test")
    load_into(one, latest((FIRST, "10", "14-Aug-2026")), MONDAY)
    name = database_url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}")
    try:
        copy = Database(database.world, clock, url=database_url.replace(f"/{name}", f"/{name}_copy"))
        other = Tools(copy, archive, clock, pytest.fail, asked_by="a test")
        for number in range(1, 4):
            clock.at = MONDAY + number * DAY
            day = f"{16 + number}-Aug-2026"
            load_into(one, latest((FIRST, f"{10 + number}", day)), clock.at)
            load_into(other, latest((FIRST, f"{20 + number}", day), (SECOND, "5", day)), clock.at)
        assert told(database) == [(FIRST, date(2026, 8, 19), Decimal(13))]
        assert told(copy) == [(SECOND, date(2026, 8, 19), Decimal(5)), (FIRST, date(2026, 8, 19), Decimal(23))]
    finally:
        with psycopg.connect(server_url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name}_copy WITH (FORCE)")


def test_what_is_written_and_not_committed_is_never_found(
    load: Load, database: Database, connection: Connection
) -> None:
    load(latest((FIRST, "10", "14-Aug-2026")), MONDAY)
    before = read_latest(connection)
    change = nav_packed.remembered().followed_by(before.take(np.flatnonzero(before.day < 0)))
    assert len(change.statements) == 2
    change.send(connection)
    change.remember()
    connection.rollback()

    load(latest((FIRST, "11", "17-Aug-2026")), MONDAY + DAY)

    assert told(database) == [(FIRST, date(2026, 8, 17), Decimal(11))]
