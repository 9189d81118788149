"""An outage of a source: told once when it makes something late, once when it is over, and the table has no gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from munim.core.clock import IST
from munim.core.errors import MunimError
from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines.alerts import Message, alert_now
from pipelines.catalogue import data_set
from pipelines.run import run
from pipelines.slot_book import SlotBook
from pipelines.tools import Tools
from schedules.look import Lookout, act
from schedules.timetable import Entry, entry
from scrapers.client import Client, Machine
from scrapers.manners import Manners
from tests.conftest import SetClock

if TYPE_CHECKING:
    import psycopg

FEED = "nse.fii_dii"
BEGIN = datetime(2026, 8, 24, 19, 0, tzinfo=IST)
EVENING_LOOKS = 31

UNPUBLISHED = (datetime(2026, 8, 25, 19, 0, tzinfo=IST), datetime(2026, 8, 25, 20, 0, tzinfo=IST))
"""On that evening the figures come late: until then the site shows those of the day before."""

OUTAGE = (datetime(2026, 8, 25, 20, 0, tzinfo=IST), datetime(2026, 8, 25, 22, 0, tzinfo=IST))
"""503 for two hours, and 21:30, when the figures are due, is in them."""


def fault_at(at: datetime) -> Fault | None:
    if OUTAGE[0] <= at < OUTAGE[1]:
        return Fault("unavailable")
    return Fault("stale") if UNPUBLISHED[0] <= at < UNPUBLISHED[1] else None


def looks() -> Iterator[datetime]:
    """Every ten minutes of an evening, when the feed is at work, and once the morning after."""
    for day in range(3):
        evening = BEGIN + timedelta(days=day)
        yield from (evening + timedelta(minutes=10 * number) for number in range(EVENING_LOOKS))
        yield evening + timedelta(hours=14)


def test_an_outage_of_two_hours_is_one_alert_one_recovery_and_no_gap(
    tools: Tools, clock: SetClock, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    told: list[tuple[datetime, Message]] = []
    with ReplicaServer(Universe(5, 50), BEGIN) as site:
        tools = replace(tools, client=lambda: client_of(site, clock))
        lookout = Lookout((entry(FEED),), SlotBook(tools), lambda _calendar: lambda day: day.weekday() < 5)

        def fire(one: Entry, slot: str) -> None:
            try:
                run(data_set(one.dataset), one.feed, slot, tools)
            except MunimError:
                """It is in the ledger."""

        for at in looks():
            site.at, site.fault, clock.at = at, fault_at(at), at
            for task in lookout.look(at).tasks:
                act(task, lookout.book, fire)
            told += [(at, message) for message in alert_now(tools.database, partial(_same, at), lambda _: True)
                     if FEED in message.title]  # fmt: skip

    assert [(f"{when:%d %H:%M}", message.kind, message.title) for when, message in told] == [
        ("25 21:50", "warning", f"munim: {FEED} is late (made data)"),
        ("25 22:00", "success", f"munim: {FEED} is no longer late (made data)"),
    ]
    assert told[0][1].body.startswith(
        "2026-08-25 is due, the newest there is 2026-08-24; late since 2026-08-25 21:30 IST"
    )
    assert "503 Service Unavailable" in told[0][1].body
    assert told[1][1].body.startswith("It lasted from 2026-08-25 21:30 IST to 2026-08-25 22:00 IST, 30 min.")
    days = connection.execute("SELECT DISTINCT trade_date FROM market.fii_dii ORDER BY 1").fetchall()
    assert [day for (day,) in days] == [date(2026, 8, 24), date(2026, 8, 25), date(2026, 8, 26)]
    assert connection.execute("SELECT * FROM etl.gaps_at(%s, %s)", (FEED, BEGIN + timedelta(days=3))).fetchall() == []
    ended = Counter(connection.execute("SELECT status FROM etl.run WHERE slot = '2026-08-25'").fetchall())
    assert ended[("success",)] == 1
    assert ended[("unavailable",)] >= 8
    assert ended[("not_yet",)] >= 1
    assert connection.execute("SELECT count(*) FROM etl.incident WHERE feed = %s", (FEED,)).fetchone() == (1,)


def _same(at: datetime) -> datetime:
    return at


def client_of(site: ReplicaServer, clock: SetClock) -> Client:
    """A client that waits for nothing."""
    machine = Machine(sleep=lambda _seconds: None)
    return Client(user_agent="munim-test", clock=lambda: clock.at, replica=site.url,
                  manners=Manners(interval_s=0, site_intervals_s={}, attempts=1), machine=machine)  # fmt: skip
