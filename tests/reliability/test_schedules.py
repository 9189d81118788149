"""A month of firing: every slot is filled exactly once, or recorded as missed, whoever fires and whatever fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import psycopg
import pytest

from loaders.database import Database
from munim.core.clock import IST
from schedules.slots import due_firings
from schedules.timetable import Entry, Firing
from scrapers.archive import Archive
from tests.reliability.made_schedules import (
    AT_ONCE,
    BEGINS,
    BHAVCOPIES,
    SPECIAL,
    Firer,
    Source,
    World,
    every_feed,
    has_content,
    registered,
    same_second,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY = date(2026, 10, 19)
Opened = psycopg.Connection[tuple[object, ...]]

days_5 = pytest.param(5, id="5 days")
month = pytest.param(31, id="31 days", marks=[pytest.mark.long, pytest.mark.timeout(3600)])


@dataclass(frozen=True)
class Ends:
    """How the slots of a time ended: `filled` and `missed` by feed and slot, how often."""

    filled: Counter[tuple[object, ...]]
    missed: Counter[tuple[object, ...]]
    successes: int

    def twice(self) -> list[tuple[object, ...]]:
        return [slot for counted in (self.filled, self.missed) for slot, times in counted.items() if times > 1]


def ends(connection: Opened) -> Ends:
    def counted(where: str) -> Counter[tuple[object, ...]]:
        return Counter(connection.execute(f"SELECT feed, slot FROM etl.run WHERE {where}").fetchall())

    row = connection.execute("SELECT count(*) FROM etl.run WHERE status = 'success'").fetchone()
    return Ends(counted("closes_slot"), counted("status = 'missed'"), int(str(row[0])) if row else -1)


def every_slot(entries: tuple[Entry, ...], begins: datetime, until: datetime) -> set[tuple[str, str]]:
    """The slots that must have ended by a time, counted in another way than munim does: a day after the other."""
    slots = set()
    for one in entries:
        content = has_content(one.calendar)
        days = [begins.date() + DAY * number for number in range((until - begins).days + 1)]
        for day in days:
            for fires in one.fires:
                at = datetime.combine(day, fires.at, IST)
                weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
                if not begins <= at <= until or fires.days not in {"*", weekday}:
                    continue
                if one.slots == "instant":
                    slots.add((one.feed, at.isoformat()))
                elif one.slots == "window":
                    slots.add((one.feed, f"{day - DAY * 11}..{day - DAY * 2}"))
                else:
                    of = day - DAY * fires.days_back
                    while not content(of) and not one.tries_closed:
                        of -= DAY
                    slots.add((one.feed, of.isoformat()))
    return slots


def may_stay_open(entries: tuple[Entry, ...], slots: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the slots that are days on which the calendar has the exchange closed: asked for all the same."""
    tried = {one.feed: has_content(one.calendar) for one in entries if one.tries_closed}
    return {(feed, slot) for feed, slot in slots if feed in tried and not tried[feed](date.fromisoformat(slot))}


def span(day: int, first: float, last: float) -> tuple[datetime, datetime]:
    """A span of hours of a day of the made month."""
    return BEGINS + DAY * day + HOUR * first, BEGINS + DAY * day + HOUR * last


def made_source() -> Source:
    """A source with an outage of two hours, one of a night, a refusal, a spoilt evening, and days that never come."""
    return Source(
        seed=7,
        down=[span(2, 7.9, 10), span(4, 19, 21), span(17, 18, 35)],
        blocks=[span(3, 19.2, 19.6), span(19, 7.5, 12)],
        spoilt=[span(1, 22.9, 23.9)],
        silent=[("nse.fii_dii", MONDAY), ("nse.participant_oi", MONDAY)],
    )


@dataclass
class Month:
    """The made month as it goes by: `at` is told each time at which somebody has something to do."""

    world: World
    entries: tuple[Entry, ...]
    schedulers: list[tuple[Firer, Callable[[datetime], bool]]]
    cronjobs: Firer | None = None
    analyst: Firer | None = None

    def pass_until(self, until: datetime) -> None:
        chance = Random(20261017)
        due = due_firings(self.entries, self.world.now, until)
        fired: dict[datetime, list[Entry]] = {}
        for one in due:
            fired.setdefault(one.instant, []).append(one.entry)
        # A clock that is an hour off wakes its scheduler at other times.
        times = {at - firer.ahead for at in fired for firer, _ in self.schedulers} | set(fired)
        with ThreadPoolExecutor(4) as together:
            while times:
                self.world.now = min(times)
                times.discard(self.world.now)
                wanted = list(together.map(lambda do: do(), self._work(fired.get(self.world.now, []), chance)))
                times |= {at for at in wanted if at is not None and self.world.now < at <= until}
        self.world.now = until

    def _work(self, entries: list[Entry], chance: Random) -> list[Callable[[], datetime | None]]:
        work: list[Callable[[], datetime | None]] = [
            firer.look for firer, is_up in self.schedulers if is_up(self.world.now)
        ]
        cronjobs, analyst = self.cronjobs, self.analyst
        if cronjobs is not None:
            started = [one for one in entries if chance.random() > 0.1]
            work.append(lambda: cronjobs.fire_current(started))
        if analyst is not None and chance.random() < 0.5:
            curious = chance.sample(self.entries, 3)
            work.append(lambda: analyst.fire_current(curious))
        chance.shuffle(work)
        return work


@pytest.fixture
def firer(database: Database, archive: Archive, connection: Opened) -> Callable[..., Firer]:
    # The tests' database was made in August: what it knows of firings begins anew in the made month.
    connection.execute("DELETE FROM etl.firing")

    def make(name: str, world: World, entries: tuple[Entry, ...], ahead: timedelta = timedelta(0)) -> Firer:
        return Firer(name, world, entries, database, archive, ahead)

    return make


def up_but(day: int, days: int) -> Callable[[datetime], bool]:
    """A scheduler that is down from a day on, for some days."""
    return lambda now: not BEGINS + DAY * day <= now < BEGINS + DAY * (day + days)


@pytest.mark.parametrize("days", [days_5, month])
def test_whoever_fires_and_whatever_fails_each_slot_is_filled_once_or_recorded_as_missed(
    firer: Callable[..., Firer], connection: Opened, days: int
) -> None:
    entries = (*every_feed(alike=days > 10), *same_second("mon" if days < 10 else "*"))
    world = World(BEGINS, made_source())
    first, second = firer("a scheduler", world, entries), firer("a scheduler, an hour ahead", world, entries, HOUR)
    third = firer("a scheduler, an hour behind", world, entries, -HOUR)
    registered(first)
    everybody = Month(
        world,
        entries,
        [(first, up_but(1, 3)), (second, up_but(4, 1)), (third, up_but(0, days - 2))],
        firer("CronJobs", world, entries),
        firer("an analyst", world, entries),
    )

    everybody.pass_until(BEGINS + DAY * days)

    ended = ends(connection)
    # What was asked for on the last day may be open yet.
    slots = every_slot(entries, BEGINS - DAY * 7, BEGINS + DAY * days)
    newest = every_slot(entries, BEGINS, BEGINS + DAY * (days - 1))
    assert ended.twice() == []
    closed = may_stay_open(entries, newest)
    assert newest - closed - set(ended.filled) - set(ended.missed) == set(), "silent"
    assert set(ended.filled) | set(ended.missed) <= slots, "asked for by nobody"
    assert {slot for feed, slot in closed & set(ended.filled)} == {SPECIAL.isoformat()}
    assert closed & set(ended.missed) == set(), "nothing is missed of a day without a session"
    assert {(feed, SPECIAL.isoformat()) for feed in BHAVCOPIES} <= set(ended.filled)
    assert ended.successes == len(ended.filled), "a slot that is filled is left alone"
    never_out = {(feed, MONDAY.isoformat()) for feed in ("nse.fii_dii", "nse.participant_oi")}
    assert never_out <= set(ended.missed) - set(ended.filled)
    of_that_second = [slot for feed, slot in ended.filled if str(feed).startswith("made.")]
    assert Counter(of_that_second).most_common(1)[0][1] == AT_ONCE
    assert len(ended.filled) > 0.9 * len(newest - closed)


def test_what_was_missed_while_all_were_down_is_caught_up_in_order_or_recorded(
    firer: Callable[..., Firer], connection: Opened
) -> None:
    entries = every_feed(alike=False)
    world = World(BEGINS, Source(seed=3))
    alone = firer("the only scheduler", world, entries)
    registered(alone)
    month = Month(world, entries, [(alone, up_but(3, 3))])

    month.pass_until(BEGINS + DAY * 8)

    ended = ends(connection)
    assert ended.twice() == []
    slots = every_slot(entries, BEGINS, BEGINS + DAY * 7)
    assert slots - may_stay_open(entries, slots) - set(ended.filled) - set(ended.missed) == set()
    # Down on Tuesday (a holiday), Wednesday and Thursday.
    assert {slot for feed, slot in ended.missed if feed == "nse.fii_dii"} == {"2026-10-21"}
    assert {slot for feed, slot in ended.missed if feed == "amfi.latest"} == {
        f"2026-10-{day}T{at}:00+05:30" for day in (20, 21, 22) for at in ("08:00", "11:00", "23:30")
    } - {"2026-10-22T23:30:00+05:30"}
    assert not {slot for feed, slot in ended.missed if feed in {"nse.participant_oi", "amfi.history"}}
    caught_up = connection.execute(
        "SELECT slot FROM etl.run WHERE feed = 'nse.participant_oi' AND closes_slot ORDER BY run_id"
    ).fetchall()
    assert caught_up == sorted(caught_up)
    why = connection.execute("SELECT error FROM etl.run WHERE status = 'missed' AND feed = 'nse.fii_dii'").fetchall()
    assert why == [("the source serves the newest alone, and that is a later one by now; it was never tried",)]


def test_a_time_that_is_changed_after_todays_run_fires_nothing_backwards(
    firer: Callable[..., Firer], connection: Opened
) -> None:
    before = (Entry("made.a", "made", (Firing(time(8)),), "fetch", time(12), 0),)
    after = (Entry("made.a", "made", (Firing(time(7)),), "fetch", time(12), 0),)
    world = World(BEGINS, Source(seed=3))
    old = firer("the old version", world, before)
    registered(old)
    Month(world, before, [(old, lambda _: True)]).pass_until(BEGINS + HOUR * 9)

    new = firer("the new version", world, after)
    registered(new)
    Month(world, after, [(new, lambda _: True)]).pass_until(BEGINS + HOUR * 24)
    assert [slot for _, slot in ends(connection).filled] == ["2026-10-17T08:00:00+05:30"]

    Month(world, after, [(new, lambda _: True)]).pass_until(BEGINS + HOUR * 32)
    assert [slot for _, slot in sorted(ends(connection).filled, key=str)] == [
        "2026-10-17T08:00:00+05:30",
        "2026-10-18T07:00:00+05:30",
    ]
    assert not ends(connection).missed


def test_a_slot_that_an_older_timetable_asked_for_is_recorded_as_missed_by_a_newer_one(
    firer: Callable[..., Firer], connection: Opened
) -> None:
    before = (Entry("made.a", "made", (Firing(time(8)),), "fetch", time(12), 0),)
    after = (Entry("made.a", "made", (Firing(time(10)),), "fetch", time(12), 0),)
    world = World(BEGINS, Source(seed=3))
    registered(firer("the old version", world, before))

    world.now = BEGINS + HOUR * 9
    new = firer("the new version", world, after)
    registered(new)
    world.now = BEGINS + HOUR * 11
    new.look()

    ended = ends(connection)
    assert list(ended.missed) == [("made.a", "2026-10-17T08:00:00+05:30")]
    assert list(ended.filled) == [("made.a", "2026-10-17T10:00:00+05:30")]
