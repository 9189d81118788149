"""How fresh a feed is, remembered: it is judged anew when it may be another, and not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import psycopg
import pytest

from loaders.database import Database
from munim.core.clock import IST
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment
from munim.readers.judged_by import judged_by
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from schedules import timetable
from tests.conftest import SetClock
from tests.reliability.made_files import Row, body, payload

Opened = psycopg.Connection[tuple[object, ...]]
Load = Callable[..., None]

THURSDAY = date(2026, 8, 20)
FRIDAY_MORNING = datetime(2026, 8, 21, 8, 5, tzinfo=IST)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    standing.forget()
    yield
    standing.forget()


@pytest.fixture
def load(tools: Tools, clock: SetClock) -> Load:
    def do(at: datetime, nav: str = "10.5", day: date = THURSDAY, slow: date | None = None) -> None:
        clock.at = at
        rows = [Row(str(100_001 + number), nav, day, name=f"Fund {number} - Growth") for number in range(10)]
        overseas = "Open Ended Schemes(Other Scheme - FoF Overseas)"
        rows += [
            Row(str(300_001 + number), "7.5", slow or day, name=f"Fund of {number} - Growth", category=overseas)
            for number in range(10)
        ]
        load_payload(
            NAV, payload(body(rows, "latest-6"), at, "amfi.latest"), tools, context(tools, NAV.name, Options())
        )

    return do


def test_what_is_remembered_is_at_every_time_what_would_be_judged(load: Load, connection: Opened) -> None:
    load(FRIDAY_MORNING - timedelta(days=1), day=THURSDAY - timedelta(days=1))
    load(FRIDAY_MORNING, slow=THURSDAY - timedelta(days=1))
    found = set()
    for feed in (standing.NAV, standing.FII_DII, standing.HOLIDAYS):
        standing.forget()
        for minute in range(0, 3 * 24 * 60, 5):
            at = FRIDAY_MORNING + timedelta(minutes=minute, seconds=1)
            said = standing.standing_of(connection, feed, Moment(at, None))
            row = connection.execute(
                "SELECT newest_content, due_content, status FROM etl.freshness_at(%s) WHERE feed = %s", (at, feed)
            ).fetchone()
            assert said is not None
            assert (said.latest, said.due, said.status) == row, at
            found.add((feed, said.status))

    # It was another in the morning, when overseas funds became late, and when Friday's NAVs did too.
    assert {status for feed, status in found if feed == standing.NAV} == {"fresh", "late", "stale"}


def test_shares_by_one_look_are_those_by_the_schemes_that_are_due(load: Load, connection: Opened) -> None:
    """With and without a past, with a day that was never loaded, and schemes that stopped or are slow."""
    asked = "SELECT etl.nav_share_at(%(at)s, %(day)s), etl.nav_share_of_schemes(%(at)s, %(day)s)"
    shares = set()
    for back in range(16, -1, -1):
        day = THURSDAY - timedelta(days=back)
        if back in {5, 6} or day.weekday() > 4:
            continue
        load(FRIDAY_MORNING - timedelta(days=back), day=day, slow=day - timedelta(days=1) if back % 3 else None)
        for hours in (-70, 0, 3, 4, 30, 28 * 24, 80 * 24):
            at = FRIDAY_MORNING - timedelta(days=back) + timedelta(hours=hours)
            for later in (-2, 0, 1):
                row = connection.execute(asked, {"at": at, "day": day + timedelta(days=later)}).fetchone()
                assert row is not None
                assert row[0] == row[1], (at, day, later)
                shares.add(row[0])

    assert {None, 0, 1} < shares


def test_of_navs_it_is_judged_a_few_times_a_day(load: Load, connection: Opened) -> None:
    load(FRIDAY_MORNING)
    turns = set()
    at = FRIDAY_MORNING
    while at < FRIDAY_MORNING + timedelta(days=1):
        row = connection.execute("SELECT etl.judged_until(%s, %s)", (standing.NAV, at)).fetchone()
        assert row is not None
        assert isinstance(row[0], datetime)
        at = row[0]
        turns.add(at.astimezone(IST).strftime("%H:%M"))

    assert turns == {"10:00", "10:15", "11:00", "11:15", "23:30", "00:00", "08:00"}


def test_restated_values_change_nothing_of_what_it_is_judged_by(load: Load, connection: Opened) -> None:
    load(FRIDAY_MORNING)
    before = judged_by(connection)
    load(FRIDAY_MORNING + timedelta(minutes=1), nav="10.6")
    assert judged_by(connection) == before

    load(FRIDAY_MORNING + timedelta(minutes=2), nav="10.6", day=THURSDAY + timedelta(days=1))
    assert judged_by(connection) != before


def test_a_migration_has_it_judged_anew(database: Database, connection: Opened) -> None:
    before = judged_by(connection)
    database.migrate(timetable.rows())
    assert judged_by(connection) != before


def test_of_an_earlier_time_nothing_is_said(connection: Opened) -> None:
    assert standing.standing_of(connection, standing.NAV, Moment(FRIDAY_MORNING, FRIDAY_MORNING)) is None
    said = standing.standing_of(connection, standing.NAV, Moment(FRIDAY_MORNING, None))
    assert said is not None
    assert said.status == "empty"
