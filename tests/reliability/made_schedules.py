"""A made month: sources that publish late, fail and refuse, and those who fire slots at them, each with a clock.

All of them run munim's own `run` against a real database. The made source serves a line; loading it writes the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from threading import Lock
from typing import Self

from loaders import ledger
from loaders.batch import LoadContext
from loaders.database import Connection, Database
from loaders.ledger import RunEntry
from loaders.report import LoadReport
from munim.core.clock import IST
from munim.core.errors import ContentRefused, MunimError, SourceBlocked, SourceUnavailable
from munim.core.payload import Payload
from pipelines.dataset import DataSet, Feed
from pipelines.run import run
from pipelines.slot_book import SlotBook
from pipelines.tools import Tools
from schedules.look import Lookout, act
from schedules.slots import current
from schedules.timetable import TIMETABLE, Entry, Firing, rows
from scrapers.archive import Archive

BEGINS = datetime(2026, 10, 17, 0, 0, tzinfo=IST)
"""Europe's clocks go back on the 25th of October, America's on the 1st of November."""

HOLIDAYS = {date(2026, 10, 20), date(2026, 11, 9), date(2026, 11, 10)}
SATURDAY = 5
AT_ONCE = 60


SPECIAL = date(2026, 10, 18)
"""A Sunday that trades."""


def has_content(calendar: str) -> Callable[[date], bool]:
    """The days of a made year that have content."""
    if calendar in {"daily", "fetch"}:
        return lambda _day: True
    return lambda day: day.weekday() < SATURDAY and day not in HOLIDAYS


def traded(day: date) -> bool:
    """Whether there is a bhavcopy of a day: of a session, and of one that no calendar tells of beforehand."""
    return day == SPECIAL or has_content("nse_sessions")(day)


def same_second(days: str) -> tuple[Entry, ...]:
    """Sixty feeds that are all due in one second."""
    fires = (Firing(time(7), 0, days),)
    return tuple(Entry(f"made.{number:02}", "made", fires, "fetch", time(12), 0) for number in range(AT_ONCE))


def every_feed(*, alike: bool = True) -> tuple[Entry, ...]:
    """The timetable's own entries, all of the made data set; without those `alike`, one of a kind of list."""
    lists = {one.dataset: one.feed for one in TIMETABLE if one.dataset in {"instruments", "index_members"}}
    wanted = [one for one in TIMETABLE if alike or lists.get(one.dataset, one.feed) == one.feed]
    return tuple(replace(one, dataset="made") for one in wanted)


BHAVCOPIES = {"nse.bhavcopy_udiff", "nse.bhavcopy_full", "bse.bhavcopy_udiff"}
KEEPS_DAYS = {"nse.participant_oi", *BHAVCOPIES}
KEEPS_PAST = {"amfi.history", *KEEPS_DAYS}


@dataclass
class Source:
    """A source that publishes each day of each feed at a time of its own, and is out of order at times.

    `silent`: days of feeds that never come out. `down`, `blocks` and `spoilt` are spans of time. It answers by the
    true time: whoever asks.
    """

    seed: int
    down: Collection[tuple[datetime, datetime]] = ()
    blocks: Collection[tuple[datetime, datetime]] = ()
    spoilt: Collection[tuple[datetime, datetime]] = ()
    silent: Collection[tuple[str, date]] = ()
    served: list[tuple[str, str]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, feed: str, slot: str, now: datetime) -> bytes:
        """The newest day that is out, and a number that makes each answer another one."""
        for spans, error in (
            (self.down, SourceUnavailable),
            (self.blocks, SourceBlocked),
            (self.spoilt, ContentRefused),
        ):
            if any(first <= now < last for first, last in spans):
                raise error("as the made source is told", feed=feed, slot=slot)
        day = self._asked_day(feed, slot) if feed in KEEPS_PAST else self._newest(feed, now)
        out = day is not None and self.out_at(feed, day) <= now and (feed not in BHAVCOPIES or traded(day))
        with self._lock:
            self.served.append((feed, slot))
            return f"{day if out else date.min} {next(self._numbers)}".encode()

    def out_at(self, feed: str, day: date) -> datetime:
        """When a day is published: mostly by half past seven, sometimes later, now and then next morning."""
        draw = Random(f"{self.seed} {feed} {day}").random()
        evening = datetime.combine(day, time(19), IST)
        if (feed, day) in self.silent:
            return datetime.max.replace(tzinfo=UTC)
        if draw < 0.7:
            return evening + timedelta(minutes=20 * draw)
        return evening + (timedelta(hours=3 * draw) if draw < 0.9 else timedelta(hours=13.2))

    def _asked_day(self, feed: str, slot: str) -> date | None:
        return date.fromisoformat(slot) if feed in KEEPS_DAYS else date(1, 1, 2)

    def _newest(self, feed: str, now: datetime) -> date | None:
        today = now.astimezone(IST).date()
        days = [today - timedelta(days=back) for back in range(12)]
        content = has_content("nse_sessions")
        return next((day for day in days if content(day) and self.out_at(feed, day) <= now), None)


@dataclass
class World:
    """The true time, and the source."""

    now: datetime
    source: Source


@dataclass(frozen=True)
class Asker:
    """What a made feed is asked with: it stands where the HTTP client does."""

    world: World
    clock: Callable[[], datetime]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def get(self, feed: str, slot: str) -> Payload:
        body = self.world.source.answer(feed, slot, self.world.now)
        return Payload(feed, slot, "made", self.clock(), body)


@dataclass(frozen=True)
class MadeWay:
    """Loads nothing but the ledger's entry."""

    def job(self, payload: Payload, batch: object, tools: Tools, started: LoadContext, decisions: object) -> object:
        day = date.fromisoformat(payload.body.decode().split()[0])
        return payload, started, tools, day

    def load(self, session: Connection, job: tuple[Payload, LoadContext, Tools, date]) -> LoadReport:
        payload, started, tools, day = job
        status = ledger.ending(started, day)
        entry = RunEntry(
            payload.feed, payload.slot, status, sha256=payload.sha256,
            closes_slot=ledger.closes_slot(session, started, payload.feed, payload.slot, day),
        )  # fmt: skip
        number = ledger.write_run(session, started, entry, tools.clock())
        session.commit()
        return LoadReport(number, status, ledger.Counts())


def data_set(entries: Sequence[Entry]) -> DataSet:
    """The made data set, with a feed for each entry."""
    return DataSet("made", tuple(map(_feed, entries)), lambda _: "", lambda _payload, _: None, lambda _: MadeWay())  # type: ignore[arg-type, return-value]


def _feed(entry: Entry) -> Feed:
    def fetch(client: object, slot: str) -> Payload:
        return client.get(entry.feed, slot)  # type: ignore[attr-defined, no-any-return]

    if entry.slots == "instant":
        return Feed(entry.feed, "instant", fetch)
    if entry.slots == "window":
        return Feed(entry.feed, "dates", fetch, timedelta(days=1, hours=11))
    return Feed(entry.feed, "dates", fetch, serves="newest")


@dataclass
class Firer:
    """Somebody who fires slots; `ahead` is by how much his clock is ahead of the true time."""

    name: str
    world: World
    entries: tuple[Entry, ...]
    database: Database
    archive: Archive
    ahead: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.made = data_set(self.entries)
        self.tools = Tools(
            Database("replica", self.clock, self.database.url), self.archive, self.clock,
            lambda: Asker(self.world, self.clock), self.name,  # type: ignore[arg-type, return-value]
        )  # fmt: skip
        self.book = SlotBook(self.tools)
        self.lookout = Lookout(self.entries, self.book, has_content, lambda entry: entry.feed in KEEPS_PAST)

    def clock(self) -> datetime:
        return self.world.now + self.ahead

    def fire(self, entry: Entry, slot: str) -> None:
        with suppress(MunimError):
            run(self.made, entry.feed, slot, self.tools)

    def look(self) -> datetime | None:
        """What a scheduler does when it is woken; returns when, by the true time, it wants to look again."""
        outlook = self.lookout.look(self.clock())
        for task in outlook.tasks:
            act(task, self.book, self.fire)
        return None if outlook.again_at is None else outlook.again_at - self.ahead

    def fire_current(self, entries: Sequence[Entry]) -> None:
        """What a CronJob or an analyst does: the slot that is current by his clock."""
        for one in entries:
            self.fire(one, current(one, self.clock(), has_content(one.calendar)).slot)


def registered(firer: Firer) -> None:
    """Write the made timetable into the database, as a scheduler does when it starts."""
    firer.book.register(rows(firer.entries))
