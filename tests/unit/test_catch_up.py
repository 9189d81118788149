"""What is to be done about a slot, by what the ledger has of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from munim.core.clock import IST
from pipelines.slot_book import Attempt, SlotRuns
from schedules.catch_up import Decision, Do, decide
from schedules.slots import Planned
from schedules.timetable import Entry, Firing

MINUTE = timedelta(minutes=1)
SEVEN = datetime.combine(date(2026, 8, 20), time(19), IST)
NINE = SEVEN + timedelta(hours=2)
ENTRY = Entry(
    "made.a", "made", (Firing(time(19)), Firing(time(21))), "nse_sessions", time(21), 0, slots="day",
    try_every=15 * MINUTE, try_for=60 * MINUTE, catch_up=timedelta(days=7),
)  # fmt: skip
OPEN = Planned("2026-08-20", (SEVEN,))
ENDED = Planned("2026-08-20", (SEVEN, NINE), SEVEN + timedelta(days=1))


def ran(*runs: tuple[datetime, str]) -> SlotRuns:
    return SlotRuns(
        tuple(
            Attempt("made.a", OPEN.slot, number, status.removesuffix("!"), status.endswith("!"), at, at)
            for number, (at, status) in enumerate(runs)
        )
    )


def told(slot: Planned, runs: SlotRuns, now: datetime, *, keeps_past: bool = False) -> Decision:
    return decide(ENTRY, slot, runs, now, keeps_past=keeps_past)


def test_a_slot_that_nobody_was_at_is_run() -> None:
    assert told(OPEN, ran(), SEVEN) == Decision(Do.RUN, "its time has come")


@pytest.mark.parametrize("status", ["success!", "repeat!", "missed", "skipped"])
def test_a_slot_that_has_ended_is_left_alone(status: str) -> None:
    assert told(ENDED, ran((SEVEN, "refused"), (NINE, status)), NINE + timedelta(days=30)).do is Do.NOTHING


def test_a_slot_that_was_passed_over_is_told_to_be() -> None:
    assert told(OPEN, ran((SEVEN, "skipped")), NINE) == Decision(Do.NOTHING, "there was nothing to ask for")


@pytest.mark.parametrize("status", ["not_yet", "success", "repeat"])
def test_what_is_not_out_yet_is_tried_every_so_often_for_as_long_as_the_entry_says(status: str) -> None:
    runs = ran((SEVEN, status))
    assert told(OPEN, runs, SEVEN + 14 * MINUTE).at == SEVEN + 15 * MINUTE
    assert told(OPEN, runs, SEVEN + 15 * MINUTE).do is Do.RUN
    late = ran(*((SEVEN + number * MINUTE, status) for number in (0, 15, 30, 45, 60)))
    waits = told(OPEN, late, SEVEN + 75 * MINUTE)
    assert (waits.do, waits.at) == (Do.WAIT, None)
    assert "tried 5 times, and the last ended as not_yet" in waits.why or status != "not_yet"


def test_each_firing_is_a_try_and_opens_a_time_of_its_own() -> None:
    slot = Planned("2026-08-20", (SEVEN, NINE))
    runs = ran((SEVEN, "not_yet"), (SEVEN + 60 * MINUTE, "not_yet"))
    assert told(slot, runs, NINE).do is Do.RUN
    assert told(slot, ran((NINE, "not_yet")), NINE + 15 * MINUTE).do is Do.RUN


@pytest.mark.parametrize("status", ["unavailable", "database", "archive", "cancelled"])
def test_a_failure_that_may_pass_is_retried_after_waits_that_grow_up_to_the_entrys(status: str) -> None:
    at, waits = SEVEN, []
    runs: list[tuple[datetime, str]] = []
    for _ in range(6):
        runs.append((at, status))
        again = told(OPEN, ran(*runs), at).at
        assert again is not None
        waits.append(round((again - at) / MINUTE))
        at = again
    assert waits == [1, 2, 4, 8, 15, 15]


@pytest.mark.parametrize("status", ["refused", "blocked", "error", "usage", "archive_corrupt"])
def test_what_no_retry_mends_waits_for_the_next_firing(status: str) -> None:
    assert told(OPEN, ran((SEVEN, status)), SEVEN + 30 * MINUTE).do is Do.WAIT
    assert told(Planned("2026-08-20", (SEVEN, NINE)), ran((SEVEN, status)), NINE).do is Do.RUN


def test_a_day_that_the_source_no_longer_serves_is_missed_and_says_why() -> None:
    assert told(ENDED, ran(), SEVEN + timedelta(days=1)) == Decision(
        Do.MISS, "the source serves the newest alone, and that is a later one by now; it was never tried"
    )
    tried = told(ENDED, ran((SEVEN, "unavailable"), (NINE, "refused")), SEVEN + timedelta(days=1))
    assert tried.why.endswith("it was tried 2 times, and the last ended as refused")


def test_a_day_that_the_source_keeps_is_run_once_more_and_missed_when_that_brings_nothing() -> None:
    later = SEVEN + timedelta(days=3)
    assert told(ENDED, ran((SEVEN, "not_yet")), later, keeps_past=True).do is Do.RUN
    runs = ran((SEVEN, "not_yet"), (later, "refused"))
    assert told(ENDED, runs, later, keeps_past=True).do is Do.MISS
    passing = ran((later, "unavailable"))
    assert told(ENDED, passing, later + MINUTE, keeps_past=True).do is Do.RUN
    for_long = ran(*((later + number * 15 * MINUTE, "unavailable") for number in range(5)))
    assert told(ENDED, for_long, later + 75 * MINUTE, keeps_past=True).do is Do.MISS


def test_what_is_older_than_the_time_of_catching_up_is_missed() -> None:
    missed = told(ENDED, ran(), NINE + timedelta(days=7, minutes=1), keeps_past=True)
    assert (missed.do, missed.why) == (Do.MISS, "it is older than the 7 days of catching up; it was never tried")


def test_a_try_that_the_ledger_knows_nothing_of_is_left_alone_for_a_while() -> None:
    runs = ran((SEVEN, "unrecorded"))
    assert told(OPEN, runs, SEVEN + MINUTE).do is Do.WAIT
    assert told(OPEN, runs, SEVEN + 15 * MINUTE).do is Do.RUN


def test_a_day_that_the_calendar_has_closed_is_asked_for_once_a_firing_and_never_missed() -> None:
    slot = Planned("2026-08-22", (SEVEN, NINE), is_closed=True)

    assert told(slot, ran(), NINE, keeps_past=True).do is Do.RUN
    assert told(slot, ran((SEVEN, "not_yet")), NINE, keeps_past=True).do is Do.RUN
    asked = ran((SEVEN, "not_yet"), (NINE, "not_yet"))
    assert told(slot, asked, NINE + 20 * MINUTE, keeps_past=True) == Decision(
        Do.NOTHING, "the calendar has no session that day; it was tried 2 times, and the last ended as not_yet"
    )
    assert told(slot, ran(), NINE + timedelta(days=9), keeps_past=True).do is Do.NOTHING
