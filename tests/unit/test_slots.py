"""Slots have one name, whoever fires and wherever; what is due is a matter of the timetable alone."""

from __future__ import annotations

import time as clocks
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from munim.core.clock import IST
from schedules.slots import Held, current, due_firings, following, planned, slot_of
from schedules.timetable import TIMETABLE, Entry, Firing, cron, entry, from_cron, is_on

ZONES = ("UTC", "Asia/Kolkata", "America/New_York")
SPANS = [
    pytest.param(date(2026, 10, 23), date(2026, 11, 3), id="clocks go back in Europe and in America"),
    pytest.param(date(2027, 3, 12), date(2027, 3, 30), id="clocks go forward in America and in Europe"),
]
HOLIDAYS = {date(2026, 11, 10), date(2027, 3, 22)}


def content(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    """The machine is in a zone, for as long as the test runs."""
    monkeypatch.setenv("TZ", request.param)
    clocks.tzset()
    yield ZoneInfo(request.param)
    monkeypatch.undo()
    clocks.tzset()


def moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, IST)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def last_content(day: date) -> date:
    while not content(day):
        day -= timedelta(days=1)
    return day


def expected(one: Entry, firing: Firing, day: date) -> str:
    """The slot of a firing on a day in India, as the issue of the day would have it: by hand."""
    if one.slots == "instant":
        return f"{day.isoformat()}T{firing.at.isoformat()}+05:30"
    last = day - timedelta(days=firing.days_back)
    if one.slots == "window":
        return f"{last - timedelta(days=9)}..{last}"
    return (last if one.tries_closed else last_content(last)).isoformat()


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_a_slot_has_the_same_name_in_every_zone_across_both_changes_of_the_clocks(
    zone: ZoneInfo, first: date, last: date
) -> None:
    begins, ends = moment(first, time(0)).astimezone(zone), moment(last, time(23, 59, 59)).astimezone(zone)

    due = due_firings(TIMETABLE, begins, ends)

    names = [(one.entry.feed, slot_of(one.entry, one.firing, one.instant.astimezone(zone), content)) for one in due]
    by_hand = [
        (one.feed, expected(one, firing, day))
        for day in days(first, last)
        for _, firing, one in sorted(
            ((firing.at, firing, one) for one in TIMETABLE for firing in one.fires), key=lambda each: each[0]
        )
    ]
    assert names == by_hand


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_whoever_asks_at_any_minute_after_a_firing_gets_its_slot(zone: ZoneInfo, first: date, last: date) -> None:
    for one in TIMETABLE:
        due = due_firings([one], moment(first, time(0)), moment(last, time(0)))
        for firing, later in pairwise(due):
            name = slot_of(one, firing.firing, firing.instant, content)
            for at in (firing.instant, later.instant - timedelta(seconds=1)):
                assert current(one, at.astimezone(zone), content).slot == name
            assert following(one, firing.instant.astimezone(zone), content)[0] == later.instant


def test_firings_are_due_after_the_first_instant_and_up_to_the_last_oldest_first() -> None:
    eight, eleven = moment(date(2026, 8, 21), time(8)), moment(date(2026, 8, 21), time(11))
    nav = [entry("amfi.latest")]
    assert [one.instant for one in due_firings(nav, eight, eleven)] == [eleven]
    assert [one.instant for one in due_firings(nav, eight - timedelta(seconds=1), eleven)] == [eight, eleven]
    assert due_firings(nav, eleven, eight) == []


def test_a_day_is_asked_for_by_every_firing_until_another_day_is() -> None:
    evening = (Firing(time(19)), Firing(time(21)), Firing(time(9), 1))
    one = Entry("made.a", "made", evening, "nse_sessions", time(21), 0, slots="day")
    since = moment(date(2026, 8, 20), time(12))
    held = [Held(firing, since) for firing in evening]

    plan = planned(one, held, since, moment(date(2026, 8, 24), time(20)), content)

    # The 21st is a Friday: the weekend's firings ask for it too.
    assert [slot.slot for slot in plan] == ["2026-08-20", "2026-08-21", "2026-08-24"]
    assert [len(slot.asked) for slot in plan] == [3, 9, 1]
    assert [slot.ends for slot in plan] == [plan[1].asked[0], plan[2].asked[0], None]


def test_a_firing_counts_only_while_it_stood_in_the_timetable() -> None:
    eight, nine = Firing(time(8)), Firing(time(9))
    one = Entry("made.a", "made", (nine,), "fetch", time(12), 0)
    begins, changed = moment(date(2026, 8, 20), time(7)), moment(date(2026, 8, 21), time(8, 30))
    held = [Held(eight, begins, changed), Held(nine, changed)]

    plan = planned(one, held, begins, moment(date(2026, 8, 22), time(12)), content)

    assert [slot.slot[:13] for slot in plan] == ["2026-08-20T08", "2026-08-21T08", "2026-08-21T09", "2026-08-22T09"]


@pytest.mark.parametrize(
    ("written", "on"),
    [("*", "mon tue wed thu fri sat sun"), ("mon-fri", "mon tue wed thu fri"), ("sat,sun", "sat sun"),
     ("mon,wed-fri", "mon wed thu fri")],
)  # fmt: skip
def test_days_of_a_firing_are_by_name(written: str, on: str) -> None:
    firing = Firing(time(8, 5), 1, written)
    week = days(date(2026, 8, 17), date(2026, 8, 23))
    assert " ".join(f"{day:%a}".lower() for day in week if is_on(firing, day)) == on
    assert cron(firing) == f"5 8 * * {written}"
    assert from_cron(cron(firing), 1) == firing


@pytest.mark.parametrize("written", ["sun-mon", "monday", "1-5", ""])
def test_days_that_would_never_fire_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"days|substring|not in"):
        Firing(time(8), 0, written)


def test_a_special_session_is_asked_for_on_the_closed_day_itself() -> None:
    one_feed = entry("nse.bhavcopy_udiff")
    saturday = date(2026, 8, 22)
    held = [Held(firing, moment(saturday, time(0))) for firing in one_feed.fires]

    found = planned(one_feed, held, moment(saturday, time(12)), moment(saturday + timedelta(days=2), time(20)), content)

    assert [(one.slot, one.is_closed) for one in found] == [
        ("2026-08-22", True), ("2026-08-23", True), ("2026-08-24", False),
    ]  # fmt: skip
