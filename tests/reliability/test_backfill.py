"""Backfills by several workers that die: every slot is done once, and a run of another kind goes first."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest

from loaders.backfills import Request
from loaders.database import Database
from loaders.report import lock
from loaders.scheme_rows import STATE_COLUMNS
from munim.core.calendar import is_weekend
from munim.core.clock import IST, now
from munim.replica.server import ReplicaServer
from munim.replica.sessions import sessions
from munim.replica.universe import Universe
from pipelines.backfill_create import make_backfill
from pipelines.catalogue import DATA_SETS
from pipelines.run import run
from pipelines.tools import Tools
from scrapers.archive import Archive
from scrapers.client import Client
from scrapers.manners import Manners
from tests.reliability import crew, tables
from tests.reliability.crew import wait_until

Connection = psycopg.Connection[tuple[object, ...]]

FEED = "nse.participant_oi"
LAST = date(2026, 6, 30)
AT = datetime(2026, 8, 20, 9, 0, tzinfo=IST)
DAILY = "2026-08-18"
"""A session that no backfill here asks for."""

LONGEST_S = 2900

_WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_JOBS = "SELECT count(*) FROM procrastinate.procrastinate_jobs WHERE task_name = 'munim.backfill_slot'"
_ENDED = "SELECT count(*) FROM etl.backfill_slot WHERE state IN ('done', 'empty', 'failed')"


@pytest.fixture
def replica() -> Iterator[ReplicaServer]:
    with ReplicaServer(Universe(11, 60), AT) as running:
        yield running


def first_of(count: int) -> date:
    """The day from which on there are so many slots up to the last day: all weekdays, where no list is of holidays."""
    day, left = LAST, count
    while True:
        left -= not is_weekend(day)
        if not left:
            return day
        day -= timedelta(days=1)


def asked(count: int, by: str = "ann") -> Request:
    return Request("flows", FEED, first_of(count), LAST, "missing", False, None, by)


def number(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(str(row[0] if row else 0))


def ended(connection: Connection) -> int:
    return number(connection, _ENDED)


def check_done_once(connection: Connection, count: int) -> None:
    """Every slot ended, each session was loaded by one run and no more, and nothing is left in the queue."""
    traded = [day for day in sessions(first_of(count), LAST) if not is_weekend(day)]
    states = connection.execute("SELECT state, count(*) FROM etl.backfill_slot GROUP BY 1 ORDER BY 1").fetchall()
    assert states == [("done", len(traded)), ("empty", count - len(traded))]
    runs = connection.execute(
        "SELECT slot, count(*), count(*) FILTER (WHERE closes_slot) FROM etl.run "
        "WHERE status = 'success' AND slot <> %s GROUP BY 1 ORDER BY 1",
        (DAILY,),
    ).fetchall()
    assert runs == [(day.isoformat(), 1, 1) for day in traded]
    rows = connection.execute(
        "SELECT trade_date, count(*) FROM market.participant_oi WHERE trade_date <= %s GROUP BY 1 ORDER BY 1", (LAST,)
    ).fetchall()
    assert rows == [(day, 5) for day in traded]
    assert number(connection, "SELECT count(*) FROM market.participant_oi_revision") == 0
    assert number(connection, "SELECT count(*) FROM etl.backfill_slot WHERE state = 'done' AND run_id IS NULL") == 0


def tools_of(place: Place, steps: dict[str, float]) -> Tools:
    """What a daily run works with, noting when it comes to each step."""
    manners = Manners(interval_s=0, site_intervals_s={}, attempts=1, read_timeout_s=60)

    def step(name: str) -> None:
        steps[name] = time.monotonic()

    return Tools(
        Database("replica", now, url=place.url),
        Archive.open(str(place.archive), "replica", now),
        now,
        lambda: Client(user_agent="munim-test", clock=now, replica=place.replica.url, manners=manners),
        "a daily run",
        step,
    )


@dataclass(frozen=True)
class Trial:
    """How many slots and workers there are, and how often one is killed."""

    slots: int
    workers: int
    kill_every_s: float
    most_kills: int


SHORT = pytest.param(Trial(40, 3, 1.0, 3), id="40 slots")
LONG = pytest.param(
    Trial(1000, 8, 5.0, 1000), id="1000 slots", marks=[pytest.mark.long, pytest.mark.timeout(LONGEST_S + 100)]
)


@dataclass(frozen=True)
class Place:
    """What a trial is made with."""

    url: str
    connection: Connection
    replica: ReplicaServer
    archive: Path


@pytest.fixture
def place(database_url: str, connection: Connection, replica: ReplicaServer, tmp_path: Path) -> Place:
    return Place(database_url, connection, replica, tmp_path / "archive")


@pytest.mark.parametrize("trial", [SHORT, LONG])
def test_with_workers_that_are_killed_every_slot_is_done_exactly_once(
    place: Place, trial: Trial, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database("replica", now, url=place.url)
    made = make_backfill(database, now, DATA_SETS["flows"], asked(trial.slots))
    assert len(made.plan.slots) == trial.slots
    steps: dict[str, float] = {}
    with crew.running(
        database=place.url, archive=str(place.archive), replica=place.replica.url, queues=["flows"]
    ) as team:
        team.start(trial.workers)
        begun = time.monotonic()
        killing = crew.thread(_kill_now_and_then, team, trial, lambda: ended(place.connection) == trial.slots)
        with killing:
            wait_until(lambda: ended(place.connection) >= trial.slots // 3, LONGEST_S)
            daily = run(DATA_SETS["flows"], FEED, DAILY, tools_of(place, steps))
            wait_until(lambda: ended(place.connection) == trial.slots, LONGEST_S)
        took = time.monotonic() - begun
        wait_until(lambda: number(place.connection, _JOBS) == 0, 30)

    assert daily.status == "success"
    check_done_once(place.connection, trial.slots)
    assert team.killed >= 1
    told = f"{trial.slots} slots, {trial.workers} workers, {team.killed} killed: {took:.0f} s"
    with capsys.disabled():
        sys.stdout.write(f"\n{told}; {_waits(place.connection, steps)}\n")


def _kill_now_and_then(team: crew.Crew, trial: Trial, done: Callable[[], bool]) -> None:
    """Kill the worker that has worked for longest, and start another, until all is done."""
    pause = threading.Event()
    for _ in range(trial.most_kills):
        pause.wait(trial.kill_every_s)
        if done():
            return
        team.kill(0)
        team.start(1)


def _waits(connection: Connection, steps: dict[str, float]) -> str:
    """Say how long the daily run waited for its turn to load, beside how long a slot takes."""
    waited = steps["check"] - steps["lock"]
    row = connection.execute(
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) FROM etl.run WHERE status = 'success'"
    ).fetchone()
    median = float(str(row[0] if row else 0))
    return f"the daily run waited {waited * 1000:.0f} ms for its turn, a slot takes {median:.0f} ms (median)"


YEAR = Request("nav", None, date(2025, 8, 1), date(2026, 7, 31), "missing", False, None, "ann")
"""Thirteen windows of NAV history."""

_TIMES = {"first_seen_at", "last_seen_at", "vanished_at"}
_STATE = ", ".join(f'"{name}"' for name in STATE_COLUMNS if name not in _TIMES)
_SAME = {
    "nav": "SELECT nav_date, scheme_code, nav::text, sha256 FROM market.nav JOIN etl.payload USING (payload_id)",
    "nav_revision": "SELECT nav_date, scheme_code, nav::text FROM market.nav_revision",
    "scheme": f"SELECT scheme_code, {_STATE} FROM market.scheme",
    "slots": "SELECT feed, slot, state FROM etl.backfill_slot",
}
"""What two backfills of the same days agree in, whichever worker did what first."""


def test_years_of_history_killed_half_way_and_resumed_make_the_tables_of_undisturbed_ones(place: Place) -> None:
    def made(kill: bool) -> tables.Content:
        tables.empty(place.connection)
        place.connection.execute("TRUNCATE etl.backfill, etl.backfill_slot, etl.backfill_asker")
        make_backfill(Database("replica", now, url=place.url), now, DATA_SETS["nav"], YEAR)
        archive = place.archive / str(kill)
        with crew.running(database=place.url, archive=str(archive), replica=place.replica.url, queues=["nav"]) as team:
            team.start(2)
            if kill:
                wait_until(lambda: ended(place.connection) >= 6, LONGEST_S)
                team.kill(0)
                team.kill(0)
                team.start(2)
            wait_until(lambda: ended(place.connection) == 13, LONGEST_S)
        return tables.content(place.connection, _SAME)

    undisturbed, killed = made(False), made(True)

    assert len(undisturbed["nav"]) > 10_000
    assert {state for _, _, state in undisturbed["slots"]} == {"done"}
    assert killed == undisturbed


def test_a_load_of_another_kind_goes_before_backfills_that_wait(database_url: str, connection: Connection) -> None:
    backfills = Database("replica", now, url=database_url, gives_way=True)
    others = Database("replica", now, url=database_url)
    order: list[str] = []

    def load(name: str, of: Database) -> None:
        with of.connect() as session:
            lock(session, "nav")
            order.append(name)
            session.commit()

    with backfills.connect() as at_it, ExitStack() as threads:
        lock(at_it, "nav")
        for place, (name, of) in enumerate([("second", backfills), ("third", backfills), ("daily", others)], 1):
            threads.enter_context(crew.thread(load, name, of))
            wait_until(partial(_wait_for_it, connection, place), 10)
        at_it.commit()

    assert order[0] == "daily"
    assert sorted(order[1:]) == ["second", "third"]


def _wait_for_it(connection: Connection, count: int) -> bool:
    return number(connection, _WAITING) == count
