"""The made market's calendar: what is listed, what trades, and what was known when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from munim.core.clock import IST
from munim.replica.festivals import laxmi_pujan
from munim.replica.sessions import (
    clearing_holidays,
    exchange_holidays,
    is_session,
    latest_session,
    session_before,
    sessions,
    special_sessions,
)

YEARS = range(2006, 2037)


def ist(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=IST)


def test_a_session_is_a_weekday_that_is_not_listed_or_a_special_one() -> None:
    for year in YEARS:
        listed, special = exchange_holidays(year), special_sessions(year)
        day = date(year, 1, 1)
        while day.year == year:
            ordinary = day.weekday() < 5 and day not in listed
            assert is_session(day) == (ordinary or day in special), day
            day += timedelta(days=1)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_as_many_holidays_and_sessions_as_a_real_one(year: int) -> None:
    count = len(sessions(date(year, 1, 1), date(year, 12, 31)))

    assert 16 <= len(exchange_holidays(year)) <= 22
    assert 238 <= count <= 254


def test_sessions_are_in_order_within_the_window_both_days_included() -> None:
    window = sessions(date(2025, 12, 24), date(2026, 1, 2))

    assert window == [date(2025, 12, 24), *(date(2025, 12, day) for day in (26, 29, 30, 31)), *window[5:]]
    assert window[5:] == [date(2026, 1, 1), date(2026, 1, 2)]
    assert sessions(date(2026, 1, 3), date(2026, 1, 4)) == []


def test_a_holiday_comes_into_the_list_in_mid_year() -> None:
    election = date(2024, 5, 20)

    assert election not in exchange_holidays(2024, ist(2024, 4, 7))
    assert exchange_holidays(2024, ist(2024, 4, 8))[election] == "General Parliamentary Elections"
    assert not is_session(election)
    assert date(2024, 11, 20) not in exchange_holidays(2024, ist(2024, 10, 1))
    assert date(2024, 11, 20) in exchange_holidays(2024, ist(2024, 11, 19))


def test_a_listed_holiday_trades_and_then_leaves_the_list() -> None:
    muhurat = laxmi_pujan(2024)

    assert muhurat == date(2024, 11, 1)
    assert is_session(muhurat)
    assert muhurat in exchange_holidays(2024, ist(2024, 11, 17))
    assert muhurat not in exchange_holidays(2024, ist(2024, 11, 19))
    assert muhurat in exchange_holidays(2024)


def test_there_are_weekend_sessions() -> None:
    weekend = [day for day in sessions(date(2019, 1, 1), date(2026, 12, 31)) if day.weekday() >= 5]

    assert set(weekend) >= {date(2020, 2, 1), date(2024, 1, 20), date(2024, 3, 2), date(2025, 2, 1), date(2026, 2, 1)}


def test_clearing_has_the_exchanges_days_and_more() -> None:
    for year in YEARS:
        assert set(clearing_holidays(year)) > set(exchange_holidays(year))
    only_clearing = set(clearing_holidays(2026)) - set(exchange_holidays(2026))
    assert {date(2026, 2, 19), date(2026, 3, 19), date(2026, 4, 1), date(2026, 8, 26)} <= only_clearing
    assert all(is_session(day) for day in only_clearing if day.weekday() < 5)


def test_before_the_hour_of_publication_the_session_before_is_the_latest() -> None:
    friday, monday = date(2026, 8, 21), date(2026, 8, 24)
    at = time(18, 30)

    assert latest_session(datetime.combine(monday, time(18, 29), IST), at) == friday
    assert latest_session(datetime.combine(monday, time(18, 30), IST), at) == monday
    assert latest_session(datetime.combine(date(2026, 8, 23), time(20), IST), at) == friday
    assert session_before(monday) == friday


def test_the_list_is_close_to_the_real_one_where_that_is_recorded(recorded: Path) -> None:
    text = (recorded / "calendar" / "nse_trading_days_with_bhavcopy_2019-10_2026-08.txt").read_text()
    traded = {date.fromisoformat(line) for line in text.split()}
    first, last = date(2019, 10, 1), date(2026, 8, 21)
    made = set(sessions(first, last))
    real = {day for day in traded if first <= day}

    assert len(real - made) <= 20
    assert len(made - real) <= 20
