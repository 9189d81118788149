"""A run that is killed anywhere leaves the tables as before or as after, and the next run makes them as after."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest

from munim.core.clock import IST
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from tests.reliability import tables
from tests.reliability.conftest import Round, Rounds
from tests.reliability.workers import Job, Worker

AT = datetime(2026, 8, 20, 9, 0, tzinfo=IST)

each_once = pytest.param(1, id="once")
twenty_times = pytest.param(20, id="20 times", marks=pytest.mark.long)

KILLED = {-signal.SIGKILL, -signal.SIGALRM}


def numbered(steps: list[str]) -> list[tuple[str, int]]:
    """Each step that a run came to with how many times it had come there: a place to be killed at."""
    times: Counter[str] = Counter()
    places = []
    for step in steps:
        times[step] += 1
        places.append((step, times[step]))
    return places


def undisturbed(worker: Worker, rounds: Rounds) -> tuple[list[tuple[str, int]], tables.Content, float]:
    """Do the load of the second day and return its steps, the tables after it, and how long it took in seconds."""
    fresh = rounds.new()
    begun = time.monotonic()
    ended = worker.do(fresh.job())
    took = time.monotonic() - begun
    assert ended.told == (0, "success", None)
    return numbered(ended.steps), fresh.checksum(), took


def check_killed(worker: Worker, fresh: Round, kill: Job, after: tables.Content) -> bool:
    """Kill a load, then load again; return whether the killed one had been committed."""
    before = fresh.checksum()
    assert before != after

    killed = worker.do(fresh.job(kill=kill))

    found = fresh.checksum()
    assert found in (before, after), f"killed by {kill} the tables are neither as before nor as after"
    again = worker.do(fresh.job())
    # The load may have been committed after the tables were looked at: the server learns of a death by and by.
    assert again.told in ((0, "repeat", None), (0, "success", None)), f"after a kill by {kill}"
    assert fresh.checksum() == after, f"loaded again after a kill by {kill}"
    loaded = [slot for status, slot, _ in tables.runs(fresh.connection) if status == "success"]
    assert loaded == ["the first day", "the second day"], f"killed by {kill}"
    assert found == before or again.status == "repeat"
    assert killed.code in KILLED or (killed.code == 0 and "step" not in kill)
    return again.status == "repeat"


@pytest.mark.parametrize("times", [each_once, twenty_times])
def test_killed_at_any_step_of_a_load_the_tables_are_all_old_or_all_new(
    worker: Worker, rounds: Rounds, times: int
) -> None:
    steps, after, _ = undisturbed(worker, rounds)
    assert {"archive", "lock", "navs", "commit", "committed"} <= {step for step, _ in steps}
    for _ in range(times):
        committed = {
            (step, number): check_killed(worker, rounds.new(), {"step": step, "time": number}, after)
            for step, number in steps
        }
        assert {place for place, was in committed.items() if was} == {("committed", 1)}


@pytest.mark.parametrize("times", [pytest.param(6, id="6 moments"), pytest.param(200, marks=pytest.mark.long)])
def test_killed_at_any_moment_of_a_load_the_tables_are_all_old_or_all_new(
    worker: Worker, rounds: Rounds, times: int
) -> None:
    _, after, took = undisturbed(worker, rounds)
    chance = random.Random(times)
    for _ in range(times):
        check_killed(worker, rounds.new(), {"after_s": chance.uniform(0.001, took)}, after)


@pytest.mark.parametrize("times", [pytest.param(2, id="2 moments"), pytest.param(40, marks=pytest.mark.long)])
def test_killed_at_any_moment_of_a_rebuild_the_tables_are_what_they_were(
    worker: Worker, rounds: Rounds, times: int
) -> None:
    fresh = rounds.new()
    assert worker.do(fresh.job()).told == (0, "success", None)
    before, recorded = fresh.checksum(), tables.recorded(fresh.connection)
    begun = time.monotonic()
    assert worker.do(fresh.job(do="rebuild")).told == (0, "success", None)
    took = time.monotonic() - begun
    chance = random.Random(times)
    for _ in range(times):
        worker.do(fresh.job(do="rebuild", kill={"after_s": chance.uniform(0.001, took)}))
        assert (fresh.checksum(), tables.recorded(fresh.connection)) == (before, recorded)
    assert worker.do(fresh.job(do="rebuild")).told == (0, "success", None)
    assert (fresh.checksum(), tables.recorded(fresh.connection)) == (before, recorded)


@pytest.fixture
def replica() -> Iterator[ReplicaServer]:
    with ReplicaServer(Universe(7, 60), AT) as running:
        yield running


def slot_runs(fresh: Round, slot: str) -> Counter[tuple[str, bool]]:
    """How many runs of a slot ended how, and whether they closed it."""
    return Counter((status, closes) for status, of, closes in tables.runs(fresh.connection) if of == slot)


@pytest.mark.parametrize("times", [each_once, twenty_times])
def test_killed_at_any_step_of_a_run_the_next_one_for_the_slot_makes_the_same_tables(
    worker: Worker, rounds: Rounds, replica: ReplicaServer, times: int
) -> None:
    def begin() -> tuple[Round, Job]:
        fresh = rounds.empty()
        return fresh, fresh.job(do="run", slot="a slot", replica=replica.url, at=AT.isoformat())

    fresh, job = begin()
    before = tables.content(fresh.connection, tables.UNTIMED)
    ended = worker.do(job)
    assert ended.told == (0, "success", None)
    after = tables.content(fresh.connection, tables.UNTIMED)
    assert before != after
    steps = numbered(ended.steps)
    assert {"claim", "fetch"} <= {step for step, _ in steps}
    # Once, only up to where the load begins, whose steps have a test of their own.
    steps = steps[: steps.index(("archive", 1)) + 1] if times == 1 else steps
    for step, number in [place for place in steps for _ in range(times)]:
        fresh, job = begin()
        killed = worker.do({**job, "kill": {"step": step, "time": number}})
        assert killed.code == -signal.SIGKILL
        found = tables.content(fresh.connection, tables.UNTIMED)
        assert found in (before, after), f"killed at {step}"
        # An hour later, as a scheduler would.
        again = worker.do({**job, "at": AT.replace(hour=10).isoformat()})
        assert again.told == (0, "skipped" if found == after else "success", None), f"after a kill at {step}"
        assert tables.content(fresh.connection, tables.UNTIMED) == after, f"after a kill at {step}"
        skipped = {("skipped", False): 1} if found == after else {}
        assert slot_runs(fresh, "a slot") == {("success", True): 1, **skipped}, f"after a kill at {step}"
