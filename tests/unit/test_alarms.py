"""The alarm clock rings when the timetable says, in every zone and on every day of a year."""

from __future__ import annotations

import time as clocks
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from queue import SimpleQueue

import pytest

from munim.core.clock import IST
from schedules.alarms import ringing, trigger
from schedules.slots import due_firings
from schedules.timetable import TIMETABLE, Entry, Firing

YEAR = datetime(2026, 8, 20, tzinfo=IST), datetime(2027, 8, 20, tzinfo=IST)
NAMED_DAYS = (
    Entry("made.a", "made", (Firing(time(10), 0, "mon-fri"), Firing(time(12, 30), 0, "sat,sun")), "daily", time(12), 0),
    Entry("made.b", "made", (Firing(time(0), 0, "tue,thu-sat"),), "daily", time(12), 0),
)


@pytest.fixture(params=["UTC", "Asia/Kolkata", "America/New_York"], autouse=True)
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    clocks.tzset()
    yield
    monkeypatch.undo()
    clocks.tzset()


@pytest.mark.parametrize("one", [*TIMETABLE, *NAMED_DAYS], ids=lambda one: one.feed)
def test_it_rings_for_every_firing_of_a_year_and_at_no_other_time(one: Entry) -> None:
    rings = []
    for firing in one.fires:
        at, alarm = None, trigger(firing)
        now = YEAR[0]
        while (at := alarm.get_next_fire_time(at, now)) is not None and at <= YEAR[1]:
            rings.append(at)
            now = at + timedelta(seconds=1)

    assert sorted(rings) == [due.instant for due in due_firings([one], YEAR[0] - timedelta(seconds=1), YEAR[1])]
    assert {at.utcoffset() for at in rings} == {timedelta(hours=5, minutes=30)}


def test_it_rings_and_says_when_it_rings_next() -> None:
    rung: SimpleQueue[None] = SimpleQueue()
    with ringing(TIMETABLE, lambda: rung.put(None)) as clock:
        jobs = {job.id: job for job in clock.get_jobs()}
        assert len(jobs) == sum(len(one.fires) for one in TIMETABLE)
        job = jobs["amfi.latest 0 8 * * *"]
        assert job.next_run_time.astimezone(IST).time() == time(8)
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
        job.modify(next_run_time=datetime.combine(date(2026, 8, 20), time(8), IST))
        rung.get(timeout=20)
