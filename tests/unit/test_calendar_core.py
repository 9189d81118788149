"""What is a session is told from lists and proof; where neither says it, that is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from munim.core.calendar import (
    Calendar,
    Holiday,
    HolidaysUnknown,
    SessionKind,
    Standing,
    days_between,
    is_weekend,
    listed_years,
)
from munim.core.clock import IST
from munim.core.due import Due, DueTime, due_day
from munim.core.errors import ExitCode

FIXED_2025 = [date(2025, 1, 26), date(2025, 5, 1), date(2025, 8, 15), date(2025, 10, 2), date(2025, 12, 25)]
DIWALI = date(2025, 10, 21)
FLOWS = DueTime(time(19, 15))
NAVS = DueTime(time(11), 1)
SPRING, WINTER = datetime.fromisoformat("2025-03-01"), datetime.fromisoformat("2025-12-20")

in_2025 = st.dates(date(2025, 1, 10), date(2025, 12, 20))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Calendars that have the list of 2025 whole, and any other holidays and proven sessions in it."""
    more = draw(st.sets(in_2025, max_size=20))
    return Calendar([Holiday(day) for day in {*FIXED_2025, *more}], draw(st.sets(in_2025, max_size=20)))


def of_2025(*more: Holiday, sessions: tuple[date, ...] = ()) -> Calendar:
    return Calendar([*(Holiday(day) for day in FIXED_2025), *more], sessions)


def test_a_weekday_that_no_whole_list_has_is_expected_until_it_is_proven() -> None:
    monday = date(2025, 6, 2)

    assert of_2025().standing(monday) is Standing.EXPECTED
    assert of_2025(sessions=(monday,)).standing(monday) is Standing.TRADED


def test_a_day_that_traded_is_a_session_whatever_a_list_says() -> None:
    calendar = of_2025(Holiday(DIWALI, description="Diwali Laxmi Pujan"), sessions=(DIWALI, date(2025, 2, 1)))

    assert calendar.is_session(DIWALI)
    assert calendar.session_kind(DIWALI) is SessionKind.MUHURAT
    assert calendar.session_kind(date(2025, 2, 1)) is SessionKind.SPECIAL
    assert calendar.contradictions() == []


def test_a_listed_day_that_traded_and_was_no_muhurat_contradicts() -> None:
    calendar = of_2025(Holiday(date(2025, 2, 19), description="Shivaji Jayanti"), sessions=(date(2025, 2, 19),))

    assert calendar.contradictions() == [date(2025, 2, 19)]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Diwali Laxmi Pujan", SessionKind.MUHURAT),
        ("Diwali* (Lakshmi Pujan)", SessionKind.MUHURAT),
        (None, SessionKind.MUHURAT),
        ("Diwali-Balipratipada", SessionKind.SPECIAL),
        ("Assembly election", SessionKind.SPECIAL),
    ],
)
def test_muhurat_is_told_by_the_words_of_the_list(words: str | None, kind: SessionKind) -> None:
    assert of_2025(Holiday(DIWALI, description=words), sessions=(DIWALI,)).session_kind(DIWALI) is kind


def test_a_holiday_that_left_the_list_and_traded_is_muhurat_still() -> None:
    calendar = of_2025(Holiday(DIWALI, withdrawn=True), sessions=(DIWALI,))

    assert calendar.session_kind(DIWALI) is SessionKind.MUHURAT
    assert of_2025(Holiday(DIWALI, withdrawn=True)).standing(DIWALI) is Standing.EXPECTED


def test_a_year_without_a_whole_list_is_unknown_and_said_so() -> None:
    calendar = of_2025()

    assert calendar.standing(date(2026, 6, 1)) is Standing.UNKNOWN
    assert calendar.standing(date(2026, 6, 6)) is Standing.CLOSED
    with pytest.raises(HolidaysUnknown, match="2026-06-01 is a session is not known") as told:
        calendar.is_session(date(2026, 6, 1))
    assert told.value.exit_code is ExitCode.LATE
    with pytest.raises(HolidaysUnknown):
        calendar.sessions(date(2025, 12, 29), date(2026, 1, 1))
    with pytest.raises(HolidaysUnknown):
        calendar.next_session(date(2025, 12, 31))


def test_a_session_of_a_year_without_a_list_has_no_kind_that_is_known() -> None:
    assert Calendar([], [date(2021, 11, 4)]).session_kind(date(2021, 11, 4)) is None


def test_derivatives_list_counts_where_equity_has_none_and_not_beside_it() -> None:
    fo = [Holiday(day, "FO") for day in (*FIXED_2025, date(2025, 6, 2))]

    assert Calendar(fo, []).standing(date(2025, 6, 2)) is Standing.CLOSED
    assert Calendar([*fo, *(Holiday(day) for day in FIXED_2025)], []).standing(date(2025, 6, 2)) is Standing.EXPECTED


def test_currency_and_clearing_close_nothing_of_equity() -> None:
    day = date(2025, 4, 1)
    calendar = of_2025(Holiday(day, "CD"), Holiday(day, list_type="clearing"))

    assert calendar.standing(day) is Standing.EXPECTED


def test_settlement_goes_by_the_list_of_clearing_alone() -> None:
    clearing = [Holiday(day, list_type="clearing") for day in (*FIXED_2025, date(2025, 4, 1))]

    assert not Calendar(clearing, []).is_settlement(date(2025, 4, 1))
    assert Calendar(clearing, []).is_settlement(date(2025, 4, 2))
    assert not Calendar(clearing, [date(2025, 2, 1)]).is_settlement(date(2025, 2, 1))
    with pytest.raises(HolidaysUnknown, match="list of clearing of 2025"):
        of_2025().is_settlement(date(2025, 4, 2))


def test_a_list_is_whole_with_the_fixed_holidays_that_are_no_weekend() -> None:
    assert listed_years(FIXED_2025) == {2025}
    assert listed_years(FIXED_2025[1:]) == {2025}, "26-Jan-2025 is a Sunday"
    assert listed_years(FIXED_2025[:-1]) == set()


@given(calendars(), in_2025)
def test_previous_and_next_session_enclose_a_day_and_no_session_between(calendar: Calendar, day: date) -> None:
    before, after = calendar.previous_session(day), calendar.next_session(day)

    assert before < day < after
    assert calendar.sessions(before, after) == [before, *([day] if calendar.is_session(day) else []), after]


@given(calendars(), in_2025, in_2025)
def test_sessions_are_the_days_that_are_sessions_in_order(calendar: Calendar, first: date, last: date) -> None:
    sessions = calendar.sessions(first, last)

    assert sessions == sorted(set(sessions))
    assert sessions == [day for day in days_between(first, last) if calendar.is_session(day)]
    assert {day for day in calendar.proven if first <= day <= last} <= set(sessions)


@given(calendars(), in_2025)
def test_proof_turns_no_session_into_none_and_every_standing_is_one_thing(calendar: Calendar, day: date) -> None:
    proven = Calendar([Holiday(one) for one in FIXED_2025], [*calendar.proven, day])

    assert proven.is_session(day)
    assert (proven.session_kind(day) is None) == (proven.standing(day) is not Standing.TRADED)


@given(calendars())
def test_every_missing_day_is_expected_and_unproven(calendar: Calendar) -> None:
    for day in calendar.missing(date(2025, 1, 1), date(2025, 12, 31)):
        assert calendar.standing(day) is Standing.EXPECTED
        assert not is_weekend(day)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=IST)


def test_a_session_is_due_from_its_time_on() -> None:
    calendar = of_2025()

    assert due_day("nse_sessions", FLOWS, at("2025-06-02T19:14"), calendar) == Due(date(2025, 5, 30), certain=True)
    assert due_day("nse_sessions", FLOWS, at("2025-06-02T19:15"), calendar) == Due(date(2025, 6, 2), certain=True)
    assert due_day("weekdays", NAVS, at("2025-06-02T10:59")).day == date(2025, 5, 30)
    assert due_day("daily", NAVS, at("2025-06-02T11:00")).day == date(2025, 6, 1)


def test_nothing_is_due_of_a_holiday_or_before_a_weekend_session_is_proven() -> None:
    holiday = of_2025(Holiday(DIWALI))
    weekend = of_2025(sessions=(date(2025, 2, 1),))

    assert due_day("nse_sessions", FLOWS, at("2025-10-21T23:00"), holiday).day == date(2025, 10, 20)
    assert due_day("nse_sessions", FLOWS, at("2025-02-02T12:00"), of_2025()).day == date(2025, 1, 31)
    assert due_day("nse_sessions", FLOWS, at("2025-02-02T12:00"), weekend).day == date(2025, 2, 1)


def test_a_day_that_no_list_knows_is_taken_as_due_and_said_to_be_uncertain() -> None:
    assert due_day("nse_sessions", FLOWS, at("2026-06-02T20:00"), of_2025()) == Due(date(2026, 6, 2), certain=False)
    assert due_day("nse_sessions", FLOWS, at("2026-06-07T20:00")) == Due(date(2026, 6, 5), certain=False)
    assert due_day("nse_settlement", FLOWS, at("2025-06-02T20:00"), of_2025()).certain is False


@given(
    calendars(),
    st.datetimes(SPRING, WINTER, timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.integers(0, 3),
)
def test_what_is_due_only_grows_and_is_due_then(calendar: Calendar, now: datetime, later: timedelta, days: int) -> None:
    due = DueTime(time(19, 15), days)
    first, second = (due_day("nse_sessions", due, instant, calendar).day for instant in (now, now + later))

    assert first is not None
    assert second is not None
    assert first <= second
    assert due.of(first) <= now
    assert due.of(calendar.next_session(first)) > now
