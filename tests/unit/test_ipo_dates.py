"""Reading the dates and times of public issues: each form that was seen, and the year that a form leaves out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from munim.core.clock import IST
from pipelines.ipo_dates import read_date, read_day_span, read_period, read_short_stamp, read_stamp
from pipelines.ipo_values import Unreadable

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR = date(2025, 9, 26)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("26-Mar-2024", date(2024, 3, 26)),
        ("22-MAR-2024", date(2024, 3, 22)),
        ("05-Oct-2026", date(2026, 10, 5)),
        ("2026-09-25T00:00:00", date(2026, 9, 25)),
        ("2026-09-21T10:00:00", date(2026, 9, 21)),
        ("2026-09-18T00:00:00.000Z", date(2026, 9, 18)),
        ("2027-01-13T23:50:00.000Z", date(2027, 1, 13)),
        ("2026-10-15", date(2026, 10, 15)),
        ("Tue, Oct 07, 2025", date(2025, 10, 7)),
        ("25 Sep 2026", date(2026, 9, 25)),
    ],
)
def test_a_date_is_read_in_every_form_that_was_seen(raw: str, day: date) -> None:
    assert read_date(raw) == day


@pytest.mark.parametrize("raw", [None, "", "-", "TBA", "tba"])
def test_what_says_that_there_is_no_date_is_none(raw: str | None) -> None:
    assert read_date(raw) is None
    assert read_period(raw) is None
    assert read_day_span(raw, NEAR) is None
    assert read_stamp(raw) is None


@pytest.mark.parametrize(
    "raw", ["31-Feb-2026", "07-Feb-0202", "26-Mai-2024", "26/03/2024", "2026-13-01", "26-Mar-24", "soon", "26-Mar"]
)
def test_what_is_no_day_of_the_calendar_is_no_date(raw: str) -> None:
    with pytest.raises(Unreadable):
        read_date(raw)


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("18-22 Sep", date(2025, 9, 18), date(2025, 9, 22)),
        ("29-1 Oct", date(2025, 9, 29), date(2025, 10, 1)),
        ("30-3 Oct", date(2025, 9, 30), date(2025, 10, 3)),
        ("30-6 Oct", date(2025, 9, 30), date(2025, 10, 6)),
        ("30 Sep - 3 Oct", date(2025, 9, 30), date(2025, 10, 3)),
        ("13-17 June 2025", date(2025, 6, 13), date(2025, 6, 17)),
    ],
)
def test_days_without_a_year_are_those_nearest_to_the_fetch(raw: str, first: date, last: date) -> None:
    assert read_day_span(raw, NEAR) == (first, last)


def test_days_over_the_new_year_fall_in_two_years() -> None:
    assert read_day_span("30-2 Jan", date(2025, 12, 28)) == (date(2025, 12, 30), date(2026, 1, 2))
    assert read_day_span("30-2 Jan", date(2026, 1, 5)) == (date(2025, 12, 30), date(2026, 1, 2))
    assert read_day_span("28-31 Dec", date(2026, 1, 5)) == (date(2025, 12, 28), date(2025, 12, 31))


@pytest.mark.parametrize("raw", ["31-3 Oct", "18-22 Foo", "18-22", "0-3 Oct", "18-35 Sep", "22 Sep", "1 Jan - 3 Oct"])
def test_what_are_no_days_of_bidding_are_not_guessed(raw: str) -> None:
    """There is no 31 September."""
    with pytest.raises(Unreadable):
        read_day_span(raw, NEAR)


def test_a_period_has_both_its_days() -> None:
    assert read_period("25-Sep-2026 to 29-Sep-2026") == (date(2026, 9, 25), date(2026, 9, 29))
    assert read_period("25 Sep 2026 to 29 Sep 2026") == (date(2026, 9, 25), date(2026, 9, 29))
    for raw in ("29-Sep-2026 to 25-Sep-2026", "25-Sep-2026", "25-Sep-2026 to TBA"):
        with pytest.raises(Unreadable):
            read_period(raw)


@pytest.mark.parametrize(
    ("raw", "hour", "minute", "second"),
    [
        ("Updated as on 28-Sep-2026 17:00:00", 17, 0, 0),
        ("As on 28-Sep-2026 17:00:09 IST", 17, 0, 9),
        ("28-SEP-2026 17:00:00", 17, 0, 0),
        ("Updated as on 28-Sep-2026 1:34 PM", 13, 34, 0),
        ("28-Sep-2026 12:05 AM", 0, 5, 0),
    ],
)
def test_a_time_is_indias_and_becomes_utc(raw: str, hour: int, minute: int, second: int) -> None:
    found = read_stamp(raw)

    assert found == datetime(2026, 9, 28, hour, minute, second, tzinfo=IST)
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize("raw", ["28-Sep-2026", "28-Sep-2026 25:00:00", "28-Sep-2026 13:00 PM", "17:00:00"])
def test_what_is_no_time_is_not_guessed(raw: str) -> None:
    with pytest.raises(Unreadable):
        read_stamp(raw)


def test_a_time_without_a_year_is_the_one_nearest_to_the_fetch() -> None:
    near = datetime(2026, 1, 2, 4, 0, tzinfo=UTC)

    assert read_short_stamp("31-Dec 7:33", near) == datetime(2025, 12, 31, 7, 33, tzinfo=IST)
    assert read_short_stamp("<small><b>1-Jan 18:02</b></small>", near) == datetime(2026, 1, 1, 18, 2, tzinfo=IST)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_date_is_read_back(day: date) -> None:
    written = f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"

    assert read_date(written) == read_date(written.upper()) == read_date(f"{day}T00:00:00") == day


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(0, 25), st.integers(-150, 150))
def test_days_of_bidding_are_read_back_from_any_day_that_is_near(first: date, length: int, away: int) -> None:
    last = first + timedelta(days=length)
    if first.month != last.month and first.day <= last.day:
        return  # `5-7 Oct` says nothing of September: such a period can't be written that way
    written = f"{first.day}-{last.day} {MONTHS[last.month - 1]}"
    if (last.month, last.day) == (2, 29):
        away = 0

    assert read_day_span(written, last + timedelta(days=away)) == (first, last)


@given(st.text(max_size=30) | st.text(alphabet="0123456789- JanFebOctTBA:", max_size=20))
def test_no_text_breaks_a_reader(cell: str) -> None:
    for read in (read_date, read_period, read_stamp, lambda raw: read_day_span(raw, NEAR)):
        try:
            read(cell)
        except Unreadable:
            continue
