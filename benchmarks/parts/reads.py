"""What is read: each reader beside a bare SELECT by the primary key, on random schemes and days of a made history."""

from __future__ import annotations

import random
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from subprocess import PIPE, Popen

from benchmarks.parts import made
from benchmarks.parts.made import History
from benchmarks.parts.place import Place
from benchmarks.parts.sides import Munim
from loaders.database import Connection, Database
from loaders.series_index import cover_closed_years
from munim.core.clock import IST, now
from munim.core.collecting import keep_out_of_collections
from munim.readers import nav, nav_day, nav_latest
from munim.readers.asked import standing
from munim.readers.nav_newest import newest_navs
from munim.readers.questions import QUESTIONS
from munim.readers.scheme_search import search

BASE = "bench_reads"
DAYS_OF_A_SERIES = 1_500
MORNING = datetime(2026, 9, 2, 8, 30, tzinfo=IST)
_BARE = "SELECT nav FROM market.nav WHERE nav_date = %s AND scheme_code = %s"

_JUDGED = "SELECT newest_content, due_content, status FROM etl.freshness_at(%s) WHERE feed = %s"

Read = Callable[[Connection], object]


@dataclass(frozen=True)
class Held:
    """A database with so many rows: schemes with 1,500 business days each, and the newest daily file's 14,000."""

    database: Database
    codes: Sequence[str]
    days: Sequence[date]
    rows: int

    def reads(self, seed: int) -> Mapping[str, Read]:
        """Return what is measured by name; each takes another scheme and day at every call."""
        drawn = random.Random(seed)
        last = self.days[-1]
        series_from = self.days[-DAYS_OF_A_SERIES] if len(self.days) >= DAYS_OF_A_SERIES else self.days[0]

        def code() -> str:
            return drawn.choice(self.codes)

        def day() -> date:
            return drawn.choice(self.days)

        return {
            "bare": lambda one: one.execute(_BARE, (day(), code())).fetchone(),
            "latest NAV": lambda one: nav.series(one, code(), last - timedelta(days=10), last),
            "NAV on a day": lambda one: nav.series(one, code(), (on := day()), on),
            "series of 1,500 days": lambda one: nav.series(one, code(), series_from, last),
            "latest of all 14,000": newest_navs,
            "  with names, of listed ones": lambda one: nav_latest.latest(one, nav_latest.Among(), 20_000),
            "whole day as known at T": lambda one: nav_day.day_as_of(one, day(), now()),
            "scheme by loose words": lambda one: search(one, drawn.choice(_WORDS)),
            "question nav": lambda one: _ask(one, "nav", {"scheme": code(), "on": day().isoformat()}),
            "  its freshness, judged anew": _judge_anew,
        }


_WORDS = ("axis elss direct gr", "hdfc flexi reg growth", "icici pru liquid", "nipon small cap dir", "sbi gilt idcw")


def _ask(connection: Connection, name: str, asked: Mapping[str, object]) -> object:
    question = QUESTIONS[name]
    return question.ask(connection, question.parameters(**asked))


def _judge_anew(connection: Connection) -> object:
    """Judge how fresh NAVs are on the morning of the second daily file: what a load of new days leads to, once."""
    return connection.execute(_JUDGED, (MORNING, standing.NAV)).fetchone()


def prepare(place: Place, rows: int) -> Held:
    """Make a history of so many rows that ends before the daily files, and load the first of those."""
    ((at, body),) = made.daily_files(1)
    first = made.read(at, body)
    codes = made.living_codes(first, max(1, rows // DAYS_OF_A_SERIES))
    begun = date(2026, 8, 20) - timedelta(days=round(DAYS_OF_A_SERIES * 7 / 5))
    history = History(codes, begun, DAYS_OF_A_SERIES, at - timedelta(days=9))
    database = place.migrated(BASE)
    with database.session() as connection:
        munim = Munim(place.tools(database), connection)
        for loadable in (*history.windows(), first):
            munim.load(loadable)
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        cover_closed_years(connection, now().year)
        counted = connection.execute("SELECT count(*) FROM market.nav").fetchone()
    days = [history.first + timedelta(days=number) for number in range((history.last - history.first).days + 1)]
    business = [one for one in days if one.weekday() < 5]
    return Held(database, codes, business, int(str(counted[0])) if counted else 0)


def latencies(held: Held, rounds: int, seed: int) -> dict[str, list[float]]:
    """Return the milliseconds of every read, in turn, so that all have the same minute."""
    took: dict[str, list[float]] = {}
    # As the doors do at their start.
    keep_out_of_collections()
    with held.database.session() as connection:
        connection.autocommit = True
        reads = held.reads(seed)
        for number in range(rounds + 10):
            for name, read in reads.items():
                began = time.perf_counter()
                answer = read(connection)
                if number >= 10:
                    took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
                # Whoever asked has it by now: letting go of it is no part of that.
                del answer
    return took


@contextmanager
def loading(held: Held, place: Place) -> Iterator[None]:
    """Load daily files with restated values, one after the other in a process of its own, until the block ends."""
    command = [sys.executable, "-W", "ignore", str(Path(__file__).resolve().parents[1] / "read_latency.py")]
    with Popen([*command, "--load", str(held.database.url), str(place.folder)], stdin=PIPE, stdout=PIPE) as loader:
        assert loader.stdout is not None
        loader.stdout.readline()
        yield
        assert loader.stdin is not None
        loader.stdin.close()
        assert loader.wait() == 0


def load_until_told(url: str, folder: Path) -> None:
    """Load files until nobody listens any more: the other process of `loading`."""
    place = Place(url, folder, count())
    database = Database("replica", now, url=url)
    # The second day's file, again and again a minute later: each is the newest, and no other has to be looked up.
    newest = made.read(*made.daily_files(2)[1])
    with database.session() as connection:
        munim = Munim(place.tools(database), connection)
        for number in count(1):
            loadable = made.restated(made.again(newest, number), 0.3, seed=number)
            munim.load(loadable)
            if number == 1:
                print("loading", flush=True)
            if select.select([sys.stdin], [], [], 0)[0]:
                return
