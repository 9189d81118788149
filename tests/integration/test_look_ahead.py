"""No answer shows what was not yet known: random facts at random times, against what the payloads' texts say."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from loaders.database import Connection, Database
from munim.core.clock import IST
from munim.core.payload import Payload
from munim.readers.questions import QUESTIONS
from munim.readers.session import reading
from pipelines.catalogue import NAV
from pipelines.decisions import revert
from pipelines.flows_set import FLOWS
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers import nse
from tests.conftest import SetClock
from tests.integration.flows_made import fii_dii_body
from tests.integration.test_ask_nav import body

CODES = ("120501", "120502", "120503", "120504")
DAYS = tuple(date(2026, 8, 10) + timedelta(days=number) for number in range(5))
START = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
END = datetime(2026, 10, 1, tzinfo=UTC)
LOADS = 40
PAIRS = 1_000
A_LOAD = timedelta(minutes=5)
"""No longer is the time in which a load records what it brings."""


@dataclass(frozen=True)
class Said:
    """What a payload's text says, and from when on that could be known here."""

    fetched_at: datetime
    recorded_at: datetime
    values: Mapping[tuple[str, date], Decimal | None]


def nav_texts(content: bytes) -> dict[tuple[str, date], Decimal | None]:
    """Read an AMFI file anew, without any reader of the project's."""
    found: dict[tuple[str, date], Decimal | None] = {}
    for line in content.decode().splitlines():
        cells = line.split(";")
        if cells[0].isdigit():
            found[cells[0], datetime.strptime(cells[-1], "%d-%b-%Y").date()] = Decimal(cells[-2])  # noqa: DTZ007
    return found


def flow_texts(content: bytes) -> dict[tuple[str, date], Decimal | None]:
    """Read NSE's answer anew."""
    return {
        (one["category"], datetime.strptime(one["date"], "%d-%b-%Y").date()): Decimal(one["netValue"])  # noqa: DTZ007
        for one in json.loads(content)
    }


def revert_texts(content: bytes) -> dict[tuple[str, date], Decimal | None]:
    """Read the lines of a revert of NAVs anew; None takes a value back."""
    found: dict[tuple[str, date], Decimal | None] = {}
    for line in content.decode().splitlines():
        record = json.loads(line)
        if "nav" in record:
            day, code, nav = record["nav"]
            found[code, date.fromisoformat(day)] = None if nav is None else Decimal(nav)
    return found


def known(history: list[Said], fact: tuple[str, date], at: datetime) -> Decimal | None:
    """What was known of a fact at a time: what the newest payload says of those that were here by then."""
    said = [one for one in history if fact in one.values and one.fetched_at <= at and one.recorded_at <= at]
    return max(said, key=lambda one: one.fetched_at).values[fact] if said else None


class Made:
    """A history of restatements, made by real loads, some of them late, out of order, or reverted."""

    def __init__(self, tools: Tools, clock: SetClock, chance: random.Random) -> None:
        self.tools, self.clock, self.chance = tools, clock, chance
        self.navs: list[Said] = []
        self.flows: list[Said] = []

    def make(self, loads: int = LOADS) -> None:
        """Load payloads in the order of their recording; each is fetched before that, by up to two days."""
        chance = self.chance
        for number in range(loads):
            recorded_at = START + number * timedelta(hours=9)
            fetched_at = recorded_at - chance.choice(
                (timedelta(0), timedelta(0), timedelta(seconds=chance.randrange(172_800)))
            )
            run = self._navs(fetched_at, recorded_at) if number % 4 else self._flows(fetched_at, recorded_at)
            if number % 4 and number % 13 == 7:
                self._revert(run, recorded_at + timedelta(hours=3))

    def _navs(self, fetched_at: datetime, recorded_at: datetime) -> int:
        rows = [
            (code, f"Fund {code} - Growth", f"{self.chance.randrange(95, 106)}.5", f"{day:%d-%b-%Y}")
            for code in CODES
            for day in DAYS
            if self.chance.random() < 0.4 or (code, day) == (CODES[0], DAYS[-1])
        ]
        content = body(*rows)
        self.clock.at = recorded_at
        payload = Payload("amfi.latest", fetched_at.isoformat(), "file:made", fetched_at, content, "file")
        report = load_payload(NAV, payload, self.tools, context(self.tools, NAV.name, Options(force=True)))
        self.navs.append(Said(fetched_at, recorded_at, nav_texts(content)))
        return report.run_id

    def _flows(self, fetched_at: datetime, recorded_at: datetime) -> int:
        day = self.chance.choice(DAYS)
        net = self.chance.randrange(-500, 500)
        content = fii_dii_body(f"{day:%d-%b-%Y}", ("1000.00", f"{1000 - net}.00", f"{net}.00"))
        self.clock.at = recorded_at
        payload = Payload(nse.FII_DII, fetched_at.isoformat(), "file:made", fetched_at, content, "file")
        report = load_payload(FLOWS, payload, self.tools, context(self.tools, FLOWS.name, Options(force=True)))
        self.flows.append(Said(fetched_at, recorded_at, flow_texts(content)))
        return report.run_id

    def _revert(self, run_id: int, at: datetime) -> None:
        before = {one.sha256 for one in self.tools.archive.manifests()}
        self.clock.at = at
        revert(NAV, run_id, self.tools)
        (made,) = [one for one in self.tools.archive.manifests() if one.sha256 not in before]
        payload = self.tools.archive.payload(made)
        self.navs.append(Said(payload.fetched_at, at, revert_texts(payload.body)))

    def time(self) -> datetime:
        """A random time, none within a load; often just before or after one."""
        while True:
            near = self.chance.choice([*self.navs, *self.flows])
            at = self.chance.choice((
                near.recorded_at - timedelta(microseconds=1), near.recorded_at + A_LOAD, near.fetched_at,
                near.fetched_at - timedelta(microseconds=1),
                START + timedelta(seconds=self.chance.randrange(40 * 9 * 3600)),
            ))  # fmt: skip
            if at >= START and not any(
                one.recorded_at <= at < one.recorded_at + A_LOAD for one in (*self.navs, *self.flows)
            ):
                return at


@pytest.fixture
def made(tools: Tools, clock: SetClock) -> Made:
    history = Made(tools, clock, random.Random(8))
    history.make()
    clock.at = END
    return history


@pytest.fixture
def session(database: Database) -> Iterator[Connection]:
    with reading(database) as connection:
        yield connection


def test_answers_as_of_a_thousand_times_are_what_the_texts_said_by_then(
    made: Made, session: Connection, clock: SetClock
) -> None:
    shown = 0
    for _ in range(PAIRS):
        at, day = made.time(), made.chance.choice(DAYS)
        if made.chance.random() < 0.7:
            code = made.chance.choice(CODES)
            wanted = known(made.navs, (code, day), at)
            found = value(session, clock, "nav", {"scheme": code, "from_date": day, "to_date": day, "known_at": at}, 1)
        else:
            wanted = known(made.flows, ("DII", day), at)
            asked = {"from_date": day, "to_date": day, "known_at": at}
            found = value(session, clock, "flows", asked, 7)
        assert found == wanted, (at, day)
        shown += found is not None
    assert shown > PAIRS / 4, "most pairs would else test nothing"


def value(session: Connection, clock: SetClock, name: str, asked: Mapping[str, object], place: int) -> Decimal | None:
    question = QUESTIONS[name]
    answer = question.ask(session, question.parameters.model_validate(asked), clock)
    if not answer.rows:
        return None
    assert answer.source is not None
    assert answer.source.fetched_at <= answer.known_at
    found = answer.rows[0][place]
    assert isinstance(found, Decimal)
    return found


def test_a_history_that_is_fetched_later_shows_from_then_on_and_is_said_to_be_reconstructed(
    made: Made, session: Connection, clock: SetClock, tools: Tools
) -> None:
    """A backfill: of days long gone, fetched now."""
    session.rollback()
    clock.at = END
    content = body((CODES[0], "Fund - Growth", "50.25", "03-Aug-2026"))
    payload = Payload("amfi.history", "2026-08-03", "file:made", END, content, "file")
    assert payload.fetched_at.astimezone(IST).date() > date(2026, 8, 11)
    load_payload(NAV, payload, tools, context(tools, NAV.name, Options(force=True)))
    clock.at = END + timedelta(days=1)
    asked = {"scheme": CODES[0], "from_date": "2026-08-03", "to_date": "2026-08-03"}
    question = QUESTIONS["nav"]

    def ask(**more: object) -> tuple[list[object], tuple[str, ...]]:
        answer = question.ask(session, question.parameters.model_validate({**asked, **more}), clock)
        return [row[1] for row in answer.rows], answer.notes

    assert ask(known_at=END - timedelta(seconds=1)) == ([], ("no NAV of these days was known",))
    late = ("reconstructed (fetched over a week after the day, not known then): 1 rows up to 2026-08-03",)
    assert ask(known_at=END + timedelta(hours=1)) == ([Decimal("50.25")], late)
    assert ask() == ([Decimal("50.25")], late)
