"""NSE's list of open issues is asked for by the hour while any issue is open, else twice a day; the ledger says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from munim.cli.outcome import show_outcome
from munim.cli.words import Output
from munim.core.clock import IST
from munim.readers.schedules import slot_runs
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines.ipo_rest import ALWAYS_ASKED
from pipelines.ipo_set import IPO
from pipelines.run import Outcome, run
from pipelines.tools import Options, Tools
from schedules.catch_up import Do, decide
from schedules.slots import Planned
from schedules.timetable import entry
from scrapers.client import Client, Machine
from scrapers.manners import Manners
from scrapers.nse_ipo import CURRENT, UPCOMING
from tests.conftest import SetClock

if TYPE_CHECKING:
    from munim.replica.server import ReplicaServer as Server

Connection = psycopg.Connection[tuple[object, ...]]

QUIET = date(2026, 4, 20)
"""A Monday on which nobody in the made year can bid; the Sunday before it, and a Wednesday on which many can."""
SUNDAY = QUIET - timedelta(days=1)
BUSY = date(2026, 3, 18)


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(schemes=20)


@pytest.fixture
def asking(tools: Tools, clock: SetClock, universe: Universe) -> Iterator[tuple[Tools, Server]]:
    clock.at = at(QUIET, 9, 30)
    with ReplicaServer(universe, lambda: clock.at) as server:
        machine = Machine(transport=httpx.HTTPTransport(verify=False), sleep=lambda _seconds: None)

        def client() -> Client:
            return Client(user_agent="test", clock=clock, replica=server.url, manners=Manners(0), machine=machine)

        yield replace(tools, client=client), server


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), IST)


def fire(tools: Tools, clock: SetClock, feed: str, when: datetime, options: Options | None = None) -> Outcome:
    clock.at = when
    return run(IPO, feed, when.isoformat(), tools, options)


def told(connection: Connection, when: datetime) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT status, closes_slot, error FROM etl.run WHERE feed = %s AND slot = %s", (CURRENT, when.isoformat())
    ).fetchall()


def test_the_first_and_the_last_firing_of_the_day_are_always_asked() -> None:
    times = [one.at for one in entry(CURRENT).fires]

    assert (min(times), max(times)) == ALWAYS_ASKED == (time(10), time(19))
    assert [one.hour for one in times] == list(range(10, 20)), "by the hour"


def test_an_hour_without_an_open_issue_is_passed_over_once_and_asks_nobody(
    asking: tuple[Tools, Server], clock: SetClock, connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    tools, server = asking
    assert fire(tools, clock, UPCOMING, at(QUIET, 9, 30)).status == "success"
    assert fire(tools, clock, CURRENT, at(QUIET, 10)).why is None
    asked = len(server.log)
    noon = at(QUIET, 12)
    first, second = fire(tools, clock, CURRENT, noon), fire(tools, clock, CURRENT, noon)

    why = "no issue is open on 2026-04-20: it is asked for at 10:00 and 19:00 alone"
    assert (first.status, first.why, first.following) == ("skipped", why, ())
    assert (second.run_id, second.why) == (first.run_id, why)
    assert len(server.log) == asked
    show_outcome(IPO, first, clock.at, Output.TABLE)
    assert f"is passed over: {why}; --again asks all the same" in " ".join(capsys.readouterr().out.split())
    assert told(connection, noon) == [("skipped", False, why)]
    assert fire(tools, clock, CURRENT, at(QUIET, 19)).status == "success"
    # A person who wants it all the same gets it.
    assert fire(tools, clock, CURRENT, noon, Options(again=True)).status == "success"


def test_a_scheduler_leaves_alone_what_was_passed_over(
    asking: tuple[Tools, Server], clock: SetClock, connection: Connection
) -> None:
    tools, _ = asking
    fire(tools, clock, UPCOMING, at(QUIET, 9, 30))
    noon = at(QUIET, 12)
    fire(tools, clock, CURRENT, noon)
    key = ("ipo", CURRENT, noon.isoformat())
    runs = slot_runs(connection, [key])[key]
    slot = Planned(noon.isoformat(), (noon,), at(QUIET, 13))

    assert (runs.is_closed, runs.is_missed, runs.is_passed_over) == (False, False, True)
    assert decide(entry(CURRENT), slot, runs, at(QUIET, 14), keeps_past=False).do is Do.NOTHING


def test_a_day_of_which_no_list_was_seen_is_asked_for(asking: tuple[Tools, Server], clock: SetClock) -> None:
    tools, _ = asking
    fire(tools, clock, UPCOMING, at(QUIET, 9, 30) - timedelta(days=3))

    assert fire(tools, clock, CURRENT, at(QUIET, 12)).why is None
    assert fire(tools, clock, CURRENT, at(QUIET, 13)).why is not None, "it was seen by then"


def test_a_day_that_is_no_session_is_passed_over_whatever_is_open(
    asking: tuple[Tools, Server], clock: SetClock, connection: Connection
) -> None:
    tools, _ = asking
    noon = at(SUNDAY, 12)

    assert fire(tools, clock, CURRENT, noon).why == (
        "2026-04-19 is no session: it is asked for at 10:00 and 19:00 alone"
    )
    assert [row[0] for row in told(connection, noon)] == ["skipped"]
    assert fire(tools, clock, CURRENT, at(SUNDAY, 10)).status == "success"


def test_while_an_issue_is_open_every_hour_is_asked(asking: tuple[Tools, Server], clock: SetClock) -> None:
    tools, _ = asking
    fire(tools, clock, UPCOMING, at(BUSY, 9, 30))

    assert [fire(tools, clock, CURRENT, at(BUSY, hour)).status for hour in (11, 15, 18)] == ["success"] * 3
