"""`munim check data` finds what does not hold, in whichever table; and finds nothing where loads alone wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from loaders.database import Database
from munim.core.clock import IST
from munim.core.payload import Payload
from munim.readers.consistency import Check, consistency
from munim.readers.session import reading
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from schedules.timetable import entry
from tests.commands import munim_here
from tests.conftest import SetClock
from tests.reliability.made_files import Row, body

Opened = psycopg.Connection[tuple[object, ...]]

FETCHED_AT = datetime(2026, 8, 20, 3, 0, tzinfo=UTC)
GOOD = [Row(str(120500 + number), "10.5", date(2026, 8, 19)) for number in range(20)]


@pytest.fixture
def loaded(tools: Tools, clock: SetClock) -> None:
    """Two files, the second of which restates three values."""
    second = [replace(row, nav="10.6") if number < 3 else row for number, row in enumerate(GOOD)]
    for rows, fetched_at in ((GOOD, FETCHED_AT), (second, FETCHED_AT + timedelta(hours=3))):
        clock.at = fetched_at
        payload = Payload("amfi.latest", fetched_at.isoformat(), "file:made", fetched_at, body(rows), "file")
        load_payload(NAV, payload, tools, context(tools, NAV.name, Options()))


def wrong(database: Database) -> list[tuple[str, str, int]]:
    with reading(database) as connection:
        return [(one.table, one.must_hold, one.wrong) for one in consistency(connection) if one.wrong]


def test_what_loads_wrote_holds(loaded: None, database: Database) -> None:
    assert wrong(database) == []


def test_every_table_that_names_a_payload_is_looked_at(database: Database) -> None:
    with reading(database) as connection:
        found: list[Check] = consistency(connection)

    looked_at = {one.table for one in found}
    assert {"market.nav", "market.nav_revision", "market.scheme", "market.fii_dii", "market.holiday"} <= looked_at
    assert {"etl.quarantine", "etl.scheme_fact", "etl.run", "market.nav_latest"} <= looked_at
    assert not any("nav_y" in table for table in looked_at)


KNOWN = "payload_id is a payload that is known"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE market.nav SET payload_id = 999 WHERE scheme_code < '120502'", [
            ("market.nav", KNOWN, 2), ("market.nav_latest", "the kept newest NAVs are the newest of market.nav", 2),
        ]),
        ("UPDATE market.nav_revision SET superseded_by = 999",
         [("market.nav_revision", "superseded_by is a payload that is known", 3)]),
        ("UPDATE market.nav_revision SET known_to = known_from - interval '1 s' WHERE scheme_code = '120501'",
         [("market.nav_revision", "known_to is not before known_from", 1)]),
        ("UPDATE market.nav_revision SET known_from = known_from - interval '1 s' WHERE scheme_code = '120501'",
         [("market.nav_revision", "known_from is its payload's fetched_at", 1)]),
        ("UPDATE market.nav SET nav = 11 WHERE scheme_code = '120505'",
         [("market.nav_latest", "the kept newest NAVs are the newest of market.nav", 1)]),
        ("DELETE FROM market.nav WHERE scheme_code IN ('120505', '120506')",
         [("market.nav_latest", "the kept newest NAVs are the newest of market.nav", 2)]),
        ("UPDATE etl.payload SET run_id = 999 WHERE payload_id = (SELECT min(payload_id) FROM etl.payload)",
         [("etl.payload", "run_id is a run that is known", 1)]),
        ("UPDATE etl.run SET closes_slot = true, payload_id = NULL WHERE run_id = (SELECT min(run_id) FROM etl.run)",
         [("etl.run", "a run that filled its slot names its payload", 1)]),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_found_and_counted(
    loaded: None, database: Database, connection: Opened, statement: str, found: list[tuple[str, str, int]]
) -> None:
    connection.execute(statement)

    assert wrong(database) == found


def test_the_commands_end_with_what_they_found(
    loaded: None, database_url: str, connection: Opened, tmp_path: Path
) -> None:
    settings = {"MUNIM_DATABASE_URL": database_url, "MUNIM_HOME": str(tmp_path)}
    good = munim_here("check", "data", settings=settings)
    connection.execute("UPDATE market.nav SET nav = 11 WHERE scheme_code = '120505'")
    bad = munim_here("check", "data", settings=settings)
    fresh = munim_here("check", "freshness", "--dataset", "nav", "--at", "2026-08-20T12:00", settings=settings)
    late = munim_here("check", "freshness", "--at", "2026-08-21T12:00", "-o", "json", settings=settings)

    assert (good.code, "all hold" in good.out) == (0, True), good.err
    assert (bad.code, "120505" in bad.out) == (3, True)
    assert "market.nav_latest: 1 rows of which it does not hold" in bad.err
    assert (fresh.code, "what is due is there" in fresh.out) == (0, True)
    assert late.code == 5
    due_at = datetime.combine(date(2026, 8, 21), entry("amfi.latest").due_time, IST).astimezone(UTC)
    assert ("amfi.latest", "late", f"2026-08-21T{due_at:%H:%M:%S}+00:00") in [
        (one["feed"], one["status"], one["late_since"]) for one in late.answer
    ]
