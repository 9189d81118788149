"""Which slots of history are asked for: each day once, what is there left alone, and why is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from munim.core.calendar import FIXED_HOLIDAYS, Calendar, Holiday, days_between
from munim.core.clock import IST
from munim.readers.past import Held, KnownSlot
from pipelines.backfill import Asked, LeftOut, Plan, plan
from pipelines.backfill_cost import cost
from pipelines.backfill_coverage import Month, cover
from pipelines.catalogue import DATA_SETS, NAV
from pipelines.dataset import Feed
from scrapers.manners import Manners

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=IST)
FLOWS = DATA_SETS["flows"]
HISTORY = NAV.feed("amfi.history")
OI = FLOWS.feed("nse.participant_oi")
FPI = FLOWS.feed("nsdl.fpi_archive")

DIWALI = date(2026, 11, 8)
HOLIDAYS = [Holiday(date(2026, month, day), description="a holiday") for month, day in FIXED_HOLIDAYS]
CALENDAR = Calendar(
    [*HOLIDAYS, Holiday(date(2026, 10, 20), description="Dussehra"), Holiday(date(2025, 10, 21))], [date(2026, 2, 1)]
)


def ask(first: str, last: str, **more: object) -> Asked:
    return Asked(date.fromisoformat(first), date.fromisoformat(last), NOW, **more)  # type: ignore[arg-type]


def planned(feed: Feed, asked: Asked, held: Held | None = None) -> Plan:
    return plan({feed: held or Held()}, CALENDAR, asked)


def slots(found: Plan) -> list[str]:
    return [one.slot for one in found.slots]


def test_sessions_are_asked_for_and_weekends_and_holidays_are_not() -> None:
    found = planned(OI, ask("2026-01-23", "2026-02-02"))

    # 1 February was a Sunday that traded: it is proven.
    assert slots(found) == [f"2026-01-{day}" for day in (23, 27, 28, 29, 30)] + ["2026-02-01", "2026-02-02"]
    assert [(one.first.day, one.last.day, one.why) for one in found.left_out] == [
        (24, 25, "weekend"),
        (26, 26, "a holiday"),
        (31, 31, "weekend"),
    ]


def test_closed_days_are_tried_where_a_file_alone_proves_a_special_session_and_count_for_nothing() -> None:
    bhavcopy = DATA_SETS["equity"].feed("nse.bhavcopy_full")
    span = ask("2026-01-23", "2026-01-27")

    found = planned(bhavcopy, span)
    assert [(one.first.day, one.why) for one in found.slots] == [
        (23, "missing"),
        (24, "weekend, tried for a special session"),
        (25, "weekend, tried for a special session"),
        (26, "a holiday, tried for a special session"),
        (27, "missing"),
    ]
    held = Held(slots=(KnownSlot(1, "2026-01-24", date(2026, 1, 24), date(2026, 1, 24), "empty", None),))
    assert [one.first.day for one in planned(bhavcopy, span, held).slots] == [23, 25, 26, 27]
    days = (span.first, span.last)
    assert cover(bhavcopy, held, CALENDAR, days, NOW).months == (Month(2026, 1, due=2, there=0, failed=0, queued=0),)


def test_a_year_without_a_list_has_all_its_weekdays_asked_for() -> None:
    assert slots(planned(OI, ask("2024-08-14", "2024-08-16"))) == ["2024-08-14", "2024-08-15", "2024-08-16"]


def test_diwalis_main_day_is_asked_for_although_it_is_a_holiday() -> None:
    calendar = Calendar([*HOLIDAYS, Holiday(date(2026, 11, 9), description="Diwali Laxmi Pujan")], [])
    found = plan({OI: Held()}, calendar, ask("2026-11-09", "2026-11-09"))
    assert slots(found) == ["2026-11-09"]


def test_history_is_asked_for_in_windows_of_thirty_days() -> None:
    found = planned(HISTORY, ask("2026-01-01", "2026-03-15"))
    assert slots(found) == ["2026-01-01..2026-01-30", "2026-01-31..2026-03-01", "2026-03-02..2026-03-15"]
    assert {one.why for one in found.slots} == {"missing"}


def test_reports_of_investors_are_asked_for_by_months_that_end_with_settlement() -> None:
    found = planned(FPI, ask("2026-01-15", "2026-03-31"))
    assert slots(found) == ["2026-01-15..2026-01-30", "2026-02-01..2026-02-27", "2026-03-02..2026-03-31"]


def test_backwards_the_newest_comes_first() -> None:
    assert slots(planned(OI, ask("2026-03-02", "2026-03-04", backwards=True))) == [
        "2026-03-04",
        "2026-03-03",
        "2026-03-02",
    ]


@pytest.mark.parametrize("backwards", [False, True])
def test_of_one_day_the_bhavcopy_comes_before_the_deliveries_that_round_its_values(backwards: bool) -> None:
    """Loaded the other way round each row would be a revision, of values that nobody restated."""
    equity = DATA_SETS["equity"]
    feeds = {feed: Held() for feed in equity.feeds if feed.name.endswith(("udiff", "full"))}
    found = plan(feeds, CALENDAR, ask("2026-03-04", "2026-03-05", backwards=backwards))
    day = ["nse.bhavcopy_udiff", "nse.bhavcopy_full", "bse.bhavcopy_udiff"]
    assert [one.feed for one in found.slots] == day * 2
    assert [one.first.day for one in found.slots] == ([5] * 3 + [4] * 3 if backwards else [4] * 3 + [5] * 3)


def test_today_and_what_is_not_out_yet_is_left_out() -> None:
    assert planned(OI, ask("2026-11-23", "2026-11-26")).left_out == (
        LeftOut(OI.name, date(2026, 11, 24), date(2026, 11, 26), "not due yet"),
    )
    # NAVs of the 23rd are due by 11:00 on the 24th, and it is noon.
    assert slots(planned(HISTORY, ask("2026-11-22", "2026-11-26"))) == ["2026-11-22..2026-11-23"]


def test_before_the_source_begins_nothing_is_asked_for() -> None:
    found = planned(HISTORY, ask("2006-03-25", "2006-04-05"))
    assert slots(found) == ["2006-04-01..2006-04-05"]
    assert found.left_out[0].why == "the source begins on 2006-04-01"


@pytest.mark.parametrize("backwards", [False, True])
def test_of_a_day_the_exact_values_come_before_the_rounded_ones(*, backwards: bool) -> None:
    equity = DATA_SETS["equity"]
    feeds = {equity.feed(f"nse.bhavcopy_{name}"): Held() for name in ("udiff", "legacy", "full")}

    found = plan(feeds, CALENDAR, ask("2024-07-05", "2024-07-08", backwards=backwards))

    days = {one.first: [slot.feed for slot in found.slots if slot.first == one.first] for one in found.slots}
    assert days[date(2024, 7, 5)] == ["nse.bhavcopy_legacy", "nse.bhavcopy_full"]
    assert days[date(2024, 7, 8)] == ["nse.bhavcopy_udiff", "nse.bhavcopy_full"]
    assert list(days) == sorted(days, reverse=backwards)


def test_closed_slots_and_days_with_content_are_left_out() -> None:
    held = Held(closed={"2026-03-02": 7}, content=frozenset({date(2026, 3, 3)}))
    found = planned(OI, ask("2026-03-02", "2026-03-04"), held)
    assert slots(found) == ["2026-03-04"]
    assert [one.why for one in found.left_out] == ["run 7 filled it", "has content"]


def test_a_closed_window_counts_for_all_its_days_whatever_window_is_asked_for() -> None:
    held = Held(closed={"2026-01-01..2026-01-30": 3})
    assert slots(planned(HISTORY, ask("2026-01-10", "2026-02-10"), held)) == ["2026-01-31..2026-02-10"]


def test_a_weekend_goes_with_the_friday_before_it() -> None:
    # The week from Monday, 2 March, has content from the daily file, which has no NAVs dated on the weekend.
    held = Held(content=frozenset(days_between(date(2026, 3, 2), date(2026, 3, 6))))
    assert slots(planned(HISTORY, ask("2026-03-02", "2026-03-08"), held)) == []
    assert slots(planned(HISTORY, ask("2026-03-01", "2026-03-09"), held)) == ["2026-03-01..2026-03-09"]


def test_what_waits_or_is_done_for_another_is_asked_for_too_and_adds_no_work() -> None:
    days = [date(2026, 3, day) for day in (2, 3, 4, 5)]
    states = ["waiting", "running", "done", "empty"]
    known = tuple(
        KnownSlot(number, day.isoformat(), day, day, state)
        for number, (day, state) in enumerate(zip(days, states, strict=True))
    )
    held = Held(closed={"2026-03-04": 12}, slots=known)
    found = planned(OI, ask("2026-03-02", "2026-03-06"), held)
    assert slots(found) == ["2026-03-06"]
    assert found.joins == (0, 1, 2, 3)
    assert [one.why for one in found.left_out] == [
        "waiting already",
        "running already",
        "run 12 filled it",
        "the source has nothing",
    ]


FAILED = Held(
    closed={"2026-03-02": 1},
    failed={"2026-03-03": "unavailable: it timed out"},
    slots=(KnownSlot(5, "2026-03-04", date(2026, 3, 4), date(2026, 3, 4), "failed", "no file of a session"),),
)


@pytest.mark.parametrize(
    ("reprocess", "days"),
    [
        ("missing", ["2026-03-03", "2026-03-04", "2026-03-05"]),
        ("none", ["2026-03-05"]),
        ("failed", ["2026-03-03", "2026-03-04"]),
        ("all", ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]),
    ],
)
def test_what_failed_and_what_is_there_is_asked_for_as_it_was_said(reprocess: str, days: list[str]) -> None:
    found = planned(OI, ask("2026-03-02", "2026-03-05", reprocess=reprocess), FAILED)
    assert slots(found) == days


def test_why_a_slot_failed_before_is_said() -> None:
    found = planned(OI, ask("2026-03-02", "2026-03-05"), FAILED)
    assert [one.why for one in found.slots] == [
        "failed before: unavailable: it timed out",
        "failed before: no file of a session",
        "missing",
    ]


def test_the_cost_is_the_longest_of_the_sites_that_are_asked_beside_each_other() -> None:
    found = plan({OI: Held(), FPI: Held()}, CALENDAR, ask("2026-03-02", "2026-03-06"))
    told = cost(FLOWS, found.slots, Manners())
    # Five files at two a second, and one month in a browser that asks twice.
    assert told.requests == 7
    assert told.at_least == timedelta(seconds=2.5)


DAYS = st.dates(date(2026, 1, 1), date(2026, 11, 30))


@given(st.tuples(DAYS, DAYS).map(sorted), st.sets(DAYS), st.sampled_from([HISTORY, OI, FPI]))
def test_every_day_is_either_in_one_slot_or_left_out_with_a_reason(
    span: list[date], content: set[date], feed: Feed
) -> None:
    asked = Asked(span[0], span[1], NOW)
    found = planned(feed, asked, Held(content=frozenset(content)))
    in_slots = [day for one in found.slots for day in days_between(one.first, one.last)]
    left = [day for one in found.left_out for day in days_between(one.first, one.last)]
    assert len(in_slots) == len(set(in_slots))
    assert len(left) == len(set(left))
    assert set(in_slots) | set(left) == set(days_between(*span))
    assert all(one.last - one.first < feed.longest for one in found.slots)
    again = {day for one in found.slots for day in (one.first, one.last)}
    assert again.isdisjoint(content)
