"""Every fault that the replica can show, through a whole run: how it ends, what is kept, and what is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
import stamina

from munim.core.clock import IST
from munim.core.errors import ExitCode, MunimError
from munim.replica.faults import FAULTS, Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines.catalogue import NAV
from pipelines.run import run
from pipelines.tools import Tools
from scrapers.client import Client, Machine
from scrapers.manners import Manners
from tests.reliability import tables
from tests.reliability.conftest import Round, Rounds
from tests.reliability.deeds import tools_of

AT = datetime(2026, 8, 24, 10, 30, tzinfo=IST)
PATH = "NAVAll.txt"


@dataclass(frozen=True)
class Failure:
    """How a run ends that can't load what came: the error's kind and exit code, its words, whether a body came."""

    kind: str
    exit_code: ExitCode
    words: str
    body_came: bool


FAILURES = {
    "hanging": Failure("unavailable", ExitCode.RETRY, "timed out (ReadTimeout) (attempt 2 of 2)", body_came=False),
    "cut-short": Failure("unavailable", ExitCode.RETRY, "cut short: ", body_came=False),
    "cut-row": Failure("unavailable", ExitCode.RETRY, "a body cut short: the last row has", body_came=True),
    "html": Failure("unavailable", ExitCode.RETRY, "an error page with status 200", body_came=True),
    "no-data": Failure("not_yet", ExitCode.NOT_YET, 'AMFI\'s page "No data found"', body_came=True),
    "not-found": Failure("refused", ExitCode.REFUSED, "answered 404 Not Found", body_came=False),
    "too-many": Failure("unavailable", ExitCode.RETRY, "answered 429 Too Many Requests", body_came=False),
    "unavailable": Failure("unavailable", ExitCode.RETRY, "answered 503 Service Unavailable", body_came=False),
    "forbidden": Failure("blocked", ExitCode.BLOCKED, "answered 403 Forbidden", body_came=False),
    "empty": Failure("unavailable", ExitCode.RETRY, "an empty body", body_came=True),
    "one-byte": Failure("unavailable", ExitCode.RETRY, "an empty body; got 1 byte", body_came=True),
    "changed-header": Failure("refused", ExitCode.REFUSED, "gave a header that lacks nav", body_came=True),
    "missing-rows": Failure("refused", ExitCode.REFUSED, "check row_count failed: ", body_came=True),
    "not-utf8": Failure("refused", ExitCode.REFUSED, "bytes that are no UTF-8", body_came=True),
}

TOLERATED: dict[str, dict[str, int]] = {
    "slow": {},
    "added-column": {},
    "duplicate-codes": {"conflicting_duplicate": 6},
    "negative-nav": {"negative_nav": 5},
    "future-dates": {"future_date": 5},
    "mojibake": {},
}
"""The faults with which a run succeeds, and how many of its rows are in quarantine then, by reason."""


@dataclass
class MadeTime:
    """Seconds that pass only when somebody sleeps."""

    seconds: float = 0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass(frozen=True)
class Site:
    """A replica that is asked day after day, and where its days are loaded."""

    replica: ReplicaServer
    place: Round

    def tools(self, at: datetime) -> Tools:
        time = MadeTime()
        machine = Machine(time.sleep, lambda: time.seconds)
        manners = Manners(interval_s=0, attempts=2, read_timeout_s=0.25)
        made = tools_of(self.place, at=at)

        def client() -> Client:
            return Client(
                user_agent="munim-test", clock=made.clock, replica=self.replica.url, manners=manners, machine=machine
            )

        return replace(made, client=client)

    def run(self, days: int) -> str:
        """Run the slot of a day, so many after the first."""
        at = AT + timedelta(days=days)
        self.replica.at = at
        return run(NAV, "amfi.latest", f"day {days}", self.tools(at)).status

    def archived(self) -> int:
        return len(self.tools(AT).archive.manifests())

    def content(self) -> tables.Content:
        return tables.content(self.place.connection)


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def site(rounds: Rounds) -> Iterator[Site]:
    """A site of which four days are loaded: the fifth is the first whose row count is judged."""
    # Of this seed a few names have a dash that is not ASCII.
    with ReplicaServer(Universe(27, 150), AT) as replica:
        made = Site(replica, rounds.empty())
        assert [made.run(day) for day in range(4)] == ["success"] * 4
        yield made


def test_every_fault_is_either_tolerated_or_a_failure() -> None:
    assert {*FAILURES, *TOLERATED} == set(FAULTS)


def test_a_run_that_gets_nothing_to_load_says_so_and_the_tables_keep_what_they_had(
    site: Site, subtests: pytest.Subtests
) -> None:
    before = site.content()
    for name, failure in FAILURES.items():
        archived = site.archived()
        site.replica.fault = Fault(name, path=PATH)
        with subtests.test(name):
            with pytest.raises(MunimError) as error:
                site.run(4)

            assert failure.words in str(error.value)
            assert str(error.value).startswith("amfi.latest slot day 4: ")
            assert (error.value.kind, error.value.exit_code) == (failure.kind, failure.exit_code)
            assert site.content() == before
            assert site.archived() == archived + failure.body_came
            told = site.place.connection.execute(
                "SELECT status, slot, error, sha256 IS NOT NULL, closes_slot FROM etl.run ORDER BY run_id DESC LIMIT 1"
            ).fetchone()
            assert told == (failure.kind, "day 4", str(error.value), failure.body_came, False)
    site.replica.fault = None
    assert site.run(4) == "success"
    assert len(site.content()["payload"]) == 5


def test_a_run_that_gets_something_odd_loads_what_can_be_read_and_keeps_the_rest(
    site: Site, subtests: pytest.Subtests
) -> None:
    for day, (name, refused) in enumerate(TOLERATED.items(), start=4):
        site.replica.fault = Fault(name, path=PATH, latency_ms=20)
        with subtests.test(name):
            assert site.run(day) == "success"

            reasons = site.place.connection.execute(
                "SELECT reason FROM etl.quarantine JOIN etl.payload USING (payload_id) WHERE slot = %s", (f"day {day}",)
            ).fetchall()
            assert Counter(str(row[0]) for row in reasons) == refused
            assert len(site.content()["payload"]) == day + 1
            assert tables.runs(site.place.connection)[-1] == ("success", f"day {day}", True)
    notes = "SELECT detail->>'column' FROM etl.quality_note WHERE kind = 'added_column'"
    assert site.place.connection.execute(notes).fetchall() == [("Risk Level",)]


def test_a_fault_that_passes_is_got_over_within_the_run(site: Site) -> None:
    for day, name in enumerate(("too-many", "unavailable", "cut-short", "hanging"), start=4):
        site.replica.fault = Fault(name, times=1, path=PATH)

        assert site.run(day) == "success", name
    assert [status for status, _, _ in tables.runs(site.place.connection)] == ["success"] * 8
