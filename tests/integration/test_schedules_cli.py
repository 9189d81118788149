"""`munim schedules`, `munim scheduler` and `munim run --scheduled` against real PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

from loaders.database import Database
from munim.core.clock import IST
from munim.core.errors import RequestWrong
from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines.clocks import check_clock
from pipelines.slot_book import SlotBook
from pipelines.tools import Tools
from schedules.look import Lookout
from schedules.service import Scheduler
from schedules.slots import due_firings, slot_of
from schedules.timetable import TIMETABLE, ContentDay, Entry, entry
from tests.commands import Ended, environment, munim_here
from tests.conftest import SetClock

Command = Callable[..., Ended]
Opened = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> dict[str, str]:
    """A migrated database for made data, and an archive; the stand-in that it names is not there."""
    return {
        "MUNIM_DATABASE_URL": database_url,
        "MUNIM_ARCHIVE": str(tmp_path / "archive"),
        "MUNIM_HOME": str(tmp_path / "home"),
        "MUNIM_REPLICA": "http://127.0.0.1:9",
        "MUNIM_CONTACT": "desk@example.org",
    }


@pytest.fixture
def command(settings: dict[str, str]) -> Command:
    return lambda *arguments, **more: munim_here(*arguments, settings=settings | more)


@pytest.fixture(scope="session")
def universe() -> Universe:
    return Universe(seed=7, schemes=200)


def test_every_feed_is_listed_with_its_times(command: Command) -> None:
    listed = command("schedules", "list", "-o", "json").answer

    assert [one["feed"] for one in listed] == [one.feed for one in TIMETABLE]
    (nav,) = [one for one in listed if one["feed"] == "amfi.latest"]
    assert (nav["fires"], nav["slots"], nav["paused_at"]) == (
        ["0 8 * * *", "0 11 * * *", "30 23 * * *"], "instant", None,
    )  # fmt: skip
    assert "08:00, 11:00, 23:30" in command("schedules", "list").out


@pytest.mark.parametrize(
    "at", ["2026-08-21T07:02", "2026-08-21T19:15", "2026-08-22T23:59:59", "2026-08-24T00:00", "2026-11-01T12:00"]
)
def test_the_database_and_the_command_agree_on_what_comes_next(command: Command, connection: Opened, at: str) -> None:
    # No list of holidays is there: every weekday is taken for a session, here and there.
    connection.execute("SET timezone TO 'America/New_York'")
    said = command("schedules", "next", "--after", at, "-o", "json").answer

    rows = connection.execute(
        "SELECT feed, fires_at, slot FROM etl.next_firings(%s::timestamp AT TIME ZONE 'Asia/Kolkata')", (at,)
    ).fetchall()
    assert sorted((one["feed"], datetime.fromisoformat(one["at"]), one["slot"]) for one in said) == sorted(rows)
    now = datetime.fromisoformat(at).replace(tzinfo=IST)
    first = due_firings(TIMETABLE, now, now + timedelta(days=2))
    by_feed = {one.entry.feed: one for one in reversed(first)}
    assert {one["feed"]: one["slot"] for one in said} == {
        feed: slot_of(one.entry, one.firing, one.instant, _content(one.entry)) for feed, one in by_feed.items()
    }


def _content(of: Entry) -> ContentDay:
    return lambda day: of.calendar == "fetch" or day.weekday() < 5


def test_the_next_firings_of_one_feed_are_as_many_as_asked_for(command: Command) -> None:
    said = command("schedules", "next", "amfi.latest", "--count", "4", "--after", "2026-08-21T09:00", "-o", "json")
    assert [one["slot"] for one in said.answer] == [
        "2026-08-21T11:00:00+05:30", "2026-08-21T23:30:00+05:30", "2026-08-22T08:00:00+05:30",
        "2026-08-22T11:00:00+05:30",
    ]  # fmt: skip


def test_a_paused_feed_does_not_run_by_itself_and_a_person_may_run_it(command: Command, connection: Opened) -> None:
    paused = command("schedules", "pause", "amfi.latest", "--reason", "the page is being rebuilt")
    assert paused.code == 0
    (nav,) = [one for one in command("schedules", "list", "-o", "json").answer if one["feed"] == "amfi.latest"]
    assert (nav["paused_by"], nav["paused_because"]) == ("desk@example.org", "the page is being rebuilt")
    assert [one["paused"] for one in command("schedules", "next", "amfi.latest", "-o", "json").answer] == [True]

    left_alone = command("run", "nav", "--scheduled", "-o", "json")
    assert (left_alone.code, left_alone.answer) == (0, [])
    assert "amfi.latest is paused since" in left_alone.err
    assert connection.execute("SELECT count(*) FROM etl.run").fetchone() == (0,)
    assert command("run", "nav").code == 1

    assert "runs again" in command("schedules", "unpause", "amfi.latest").out
    assert "was not paused" in command("schedules", "unpause", "amfi.latest").out
    assert command("run", "nav", "--scheduled").code == 1
    assert connection.execute("SELECT asked_by FROM etl.run ORDER BY run_id").fetchall() == [
        ("desk@example.org",), ("the timetable, desk@example.org",),
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["pause", "unpause", "next"])
def test_a_feed_that_is_not_in_the_timetable_is_told(command: Command, word: str) -> None:
    ended = command("schedules", word, "amfi.gold")
    assert ended.code == 2
    assert "there is no feed 'amfi.gold' in the timetable; there is: nse.holidays_trading" in ended.err


@pytest.mark.parametrize(("hours", "off"), [(1, "60 minutes ahead of"), (-1, "60 minutes behind")])
def test_a_machine_whose_clock_is_an_hour_off_fetches_nothing(database_url: str, hours: int, off: str) -> None:
    shifted = Database("replica", lambda: datetime.now(UTC) + timedelta(hours=hours), database_url)
    with pytest.raises(RequestWrong, match=f"this machine's clock is {off} the database's"):
        check_clock(shifted)
    check_clock(Database("replica", lambda: datetime.now(UTC) + timedelta(minutes=4), database_url))


def due_since(connection: Opened, feed: str, hours: int) -> None:
    """Have a feed's firings stand in the timetable for some hours, and those of all others since now."""
    connection.execute("UPDATE etl.firing SET since = now()")
    connection.execute("UPDATE etl.firing SET since = now() - %s * interval '1 hour' WHERE feed = %s", (hours, feed))


def test_the_scheduler_runs_the_slot_that_is_due_and_records_those_that_were_missed(
    command: Command, universe: Universe, connection: Opened
) -> None:
    due_since(connection, "amfi.latest", 26)
    now = datetime.now(UTC)
    slots = [due.instant.isoformat() for due in due_firings([entry("amfi.latest")], now - timedelta(hours=26), now)]

    with ReplicaServer(universe) as replica:
        first = command("scheduler", "--once", MUNIM_REPLICA=replica.url)
        asked = len(replica.log)
        second = command("scheduler", "--once", MUNIM_REPLICA=replica.url)

    assert (first.code, second.code) == (0, 0), first.err
    runs = connection.execute("SELECT slot, status, closes_slot, asked_by FROM etl.run ORDER BY slot").fetchall()
    assert [row[:3] for row in runs] == [(slot, "missed", False) for slot in slots[:-1]] + [
        (slots[-1], "success", True)
    ]
    assert runs[-1][3] == "the timetable, desk@example.org"
    assert len(replica.log) == asked == 2, "a redirect and the file, once"


def asked_of(address: str, path: str) -> tuple[int, str]:
    host, port = address.removeprefix("http://").split(":")
    connection = HTTPConnection(host, int(port), timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    said = answer.status, answer.read().decode()
    connection.close()
    return said


def until(happened: Callable[[], bool], *running: subprocess.Popen[str]) -> None:
    while not happened():
        assert all(one.poll() is None for one in running)
        threading.Event().wait(0.05)


@contextmanager
def running_scheduler(settings: dict[str, str], *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A scheduler in a process of its own, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "munim.cli", "scheduler", "--port", "0", *options],
        env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().split("; ")[1].split("/readyz")[0]
    finally:
        process.kill()
        process.communicate()


def test_a_scheduler_that_is_told_to_stop_cancels_what_does_not_end_and_the_run_says_so(
    settings: dict[str, str], universe: Universe, connection: Opened
) -> None:
    due_since(connection, "amfi.latest", 26)
    with ReplicaServer(universe, fault=Fault("hanging")) as replica:
        there = settings | {"MUNIM_REPLICA": replica.url}
        with running_scheduler(there, "--grace", "8") as (process, address):
            until(lambda: len(replica.log) >= 2, process)
            assert asked_of(address, "/healthz") == asked_of(address, "/readyz") == (200, "ok\n")
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=120) == 0

    ended = connection.execute("SELECT status, closes_slot FROM etl.run WHERE status <> 'missed'").fetchall()
    assert ended == [("cancelled", False)]


@pytest.mark.parametrize(
    ("url", "ahead", "why"),
    [
        ("postgresql://127.0.0.1:9/nothing", 0, "no connection to PostgreSQL"),
        (None, 60, "this machine's clock is 60 minutes ahead of"),
        (None, -60, "behind the database's"),
    ],
)
def test_a_scheduler_that_can_not_go_by_its_database_lives_fires_nothing_and_says_why(
    tools: Tools, database_url: str, url: str | None, ahead: int, why: str
) -> None:
    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=ahead)

    book = SlotBook(replace(tools, database=Database("replica", clock, url or database_url), clock=clock))
    fired: list[str] = []
    lookout = Lookout(TIMETABLE, book, lambda _: lambda _: True)
    scheduler = Scheduler(lookout, book, lambda _, slot: fired.append(slot), clock)

    assert scheduler.ready() == "it has not looked yet"
    scheduler._look()

    assert why in (scheduler.ready() or "")
    assert (scheduler.alive(), fired) == (None, [])
    scheduler.finish()


def test_a_look_finds_what_is_to_be_run_and_what_was_missed(tools: Tools, clock: SetClock, connection: Opened) -> None:
    connection.execute("UPDATE etl.firing SET since = '2026-08-22 00:00+05:30'")
    book = SlotBook(tools)
    fired: list[tuple[str, str]] = []
    lookout = Lookout(
        tuple(one for one in TIMETABLE if one.dataset in {"nav", "flows", "calendar"}),
        book,
        lambda _: lambda day: day.weekday() < 5,
    )
    scheduler = Scheduler(lookout, book, lambda one, slot: fired.append((one.feed, slot)), clock)
    clock.at = datetime(2026, 8, 24, 12, 0, tzinfo=IST)

    scheduler._begin(lookout.look(clock()).tasks)
    scheduler.finish()

    # Monday noon: Friday's session was asked for on Saturday and Sunday, and nothing later yet.
    assert sorted(fired) == [
        ("amfi.history", "2026-08-11..2026-08-20"), ("amfi.history", "2026-08-12..2026-08-21"),
        ("amfi.history", "2026-08-13..2026-08-22"), ("amfi.latest", "2026-08-24T11:00:00+05:30"),
        ("nsdl.fpi_latest", "2026-08-21"), ("nse.fii_dii", "2026-08-21"),
        ("nse.holidays_clearing", "2026-08-24T07:05:00+05:30"), ("nse.holidays_trading", "2026-08-24T07:00:00+05:30"),
        ("nse.participant_oi", "2026-08-21"),
    ]  # fmt: skip
    missed = "SELECT feed, count(*) FROM etl.run WHERE status = 'missed' GROUP BY feed ORDER BY feed"
    assert connection.execute(missed).fetchall() == [
        ("amfi.latest", 7), ("nse.holidays_clearing", 2), ("nse.holidays_trading", 2),
    ]  # fmt: skip
    assert lookout.look(clock()).tasks != (), "nobody wrote into the ledger what was fired"


def test_a_day_that_came_in_otherwise_is_no_miss(tools: Tools, connection: Opened) -> None:
    connection.execute(
        "INSERT INTO market.fii_dii (trade_date, investor_class, scope, source, basis, net_inr_crore, payload_id, "
        "recorded_at) VALUES ('2026-08-21', 'dii', 'all_exchanges', 'nse', 'exchange_provisional', 1, 1, now())"
    )
    book = SlotBook(tools)
    assert book.give_up(("flows", "nse.fii_dii", "2026-08-21"), "its time is over") == "repeat"
    assert book.give_up(("flows", "nse.fii_dii", "2026-08-20"), "its time is over") == "missed"
    assert book.give_up(("flows", "nse.fii_dii", "2026-08-20"), "its time is over") is None
    assert book.give_up(("flows", "nse.fii_dii", "2026-08-21"), "its time is over") is None
    assert connection.execute("SELECT slot, status, closes_slot, error FROM etl.run ORDER BY slot").fetchall() == [
        ("2026-08-20", "missed", False, "its time is over"), ("2026-08-21", "repeat", True, None),
    ]  # fmt: skip
