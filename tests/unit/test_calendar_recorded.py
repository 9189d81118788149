"""Every recorded list of holidays and of trading days is read whole, or refused for what it is."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from munim.core.calendar import Calendar, SessionKind, Standing, is_weekend
from tests.unit.calendar_files import calendar_of, passes, recorded_batches

WRONG_SEGMENT = ("037f3fb", "9bc6841", "eb48d3b")
TRADED_BUT_LISTED = [date(2024, 2, 19), date(2024, 4, 1), date(2024, 4, 9), date(2024, 5, 23), date(2024, 9, 16),
                     date(2024, 11, 1)]  # fmt: skip
WEEKEND_SESSIONS = {
    date(2019, 10, 27): SessionKind.MUHURAT,
    date(2020, 2, 1): SessionKind.SPECIAL,
    date(2020, 11, 14): SessionKind.MUHURAT,
    date(2023, 11, 12): SessionKind.MUHURAT,
    date(2024, 1, 20): SessionKind.SPECIAL,
    date(2024, 3, 2): SessionKind.SPECIAL,
    date(2024, 5, 18): SessionKind.SPECIAL,
    date(2025, 2, 1): SessionKind.SPECIAL,
    date(2026, 2, 1): SessionKind.SPECIAL,
}
ROWS = {
    "037f3fb.csv": (50, 25, 25),
    "091acd1.csv": (20, 20, 0),
    "9bc6841.csv": (25, 25, 0),
    "eb48d3b.csv": (25, 25, 0),
    "400575b.csv": (21, 21, 0),
    "f5730c7.csv": (21, 21, 0),
    "15f1585.csv": (18, 18, 0),
    "all_segments.json": (224, 224, 0),
    "all_segments_v1.json": (224, 224, 0),
    "clearing_CM_2026.json": (20, 20, 0),
    "2023_trimmed.json": (11, 11, 0),
    "2026-08.txt": (1710, 1710, 0),
}


@pytest.fixture
def union(recorded: Path) -> Calendar:
    """The calendar of all lists that are what they say."""
    return calendar_of([batch for batch in recorded_batches(recorded).values() if passes(batch)])


def test_every_row_is_read_kept_once_or_counted_as_said_twice(recorded: Path) -> None:
    batches = recorded_batches(recorded)

    assert len(batches) == len(ROWS)
    for ending, expected in ROWS.items():
        (batch,) = [batch for name, batch in batches.items() if name.endswith(ending)]
        assert (batch.rows_read, len(batch.rows[0].frame), batch.rows_repeated) == expected
        assert not len(batch.rejects)


def test_the_lists_of_the_wrong_segment_are_refused_and_no_others(recorded: Path) -> None:
    batches = recorded_batches(recorded)

    refused = {name for name, batch in batches.items() if not passes(batch)}

    assert refused == {name for name in batches if any(commit in name for commit in WRONG_SEGMENT)}


def test_the_refused_lists_hold_the_six_days_that_traded(recorded: Path) -> None:
    batches = recorded_batches(recorded)
    sessions = next(batch for name, batch in batches.items() if name.endswith(".txt")).rows[0].frame["session_date"]

    for commit in WRONG_SEGMENT:
        (batch,) = [batch for name, batch in batches.items() if commit in name]
        assert sorted(set(batch.rows[0].frame["holiday_date"]) & set(sessions)) == TRADED_BUT_LISTED


def test_no_weekday_without_a_trading_day_is_unexplained_by_the_union_of_lists(union: Calendar) -> None:
    assert union.missing(date(2024, 1, 1), date(2026, 8, 21)) == []
    assert union.contradictions() == []


def test_the_trading_days_are_1710_and_nine_of_them_on_weekends(union: Calendar) -> None:
    assert len(union.proven) == 1710
    assert {day: union.session_kind(day) for day in union.proven if is_weekend(day)} == WEEKEND_SESSIONS


def test_muhurat_trading_on_listed_weekdays_is_known_as_such(union: Calendar) -> None:
    kinds = Counter(union.session_kind(day) for day in union.proven if day.year in union.years)

    assert union.years == {2024, 2025}
    assert [day for day in sorted(union.proven) if not is_weekend(day)
            and union.session_kind(day) is SessionKind.MUHURAT] == [date(2024, 11, 1), date(2025, 10, 21)]  # fmt: skip
    assert kinds == {SessionKind.NORMAL: 492, SessionKind.SPECIAL: 4, SessionKind.MUHURAT: 2}


def test_the_fixed_holidays_never_traded(union: Calendar) -> None:
    fixed = {(1, 26), (5, 1), (8, 15), (10, 2), (12, 25)}

    assert [day for day in union.proven if (day.month, day.day) in fixed] == []


def test_a_list_in_part_says_nothing_of_the_rest_of_its_year(recorded: Path) -> None:
    (batch,) = [batch for name, batch in recorded_batches(recorded).items() if "2023" in name]

    assert batch.rows[0].complete == ()
    assert batch.layout == "holiday_master_2023"
    assert calendar_of([batch]).standing(date(2023, 1, 26)) is Standing.CLOSED
    assert calendar_of([batch]).standing(date(2023, 3, 7)) is Standing.UNKNOWN


def test_a_whole_list_withdraws_what_it_lacks_in_its_year_and_segment(recorded: Path) -> None:
    (batch,) = [batch for name, batch in recorded_batches(recorded).items() if "f5730c7" in name]

    (scope,) = batch.rows[0].complete

    assert scope.equals == {"exchange": "NSE", "list_type": "trading", "segment": "FO"}
    assert scope.within == ("holiday_date", date(2024, 1, 1), date(2024, 12, 31))
    assert date(2024, 11, 1) not in set(batch.rows[0].frame["holiday_date"])


def test_the_renamed_segment_says_the_same_under_one_name(recorded: Path) -> None:
    versions = [batch for name, batch in recorded_batches(recorded).items() if "all_segments" in name]

    first, second = [batch.rows[0].frame.drop(columns="line_no") for batch in versions]

    assert first.equals(second)
    assert [(note.kind, note.subject) for batch in versions for note in batch.notes] == [("renamed_segment", "CBM")]


def test_clearing_is_told_from_trading_by_its_content_and_kept_apart(recorded: Path) -> None:
    (batch,) = [batch for name, batch in recorded_batches(recorded).items() if "clearing" in name]
    clearing = calendar_of([batch])

    assert set(batch.rows[0].frame["list_type"]) == {"clearing"}
    assert not clearing.is_settlement(date(2026, 4, 1))
    assert clearing.is_settlement(date(2026, 4, 2))
    assert clearing.standing(date(2026, 4, 1)) is Standing.UNKNOWN
    assert clearing.explanation(date(2026, 4, 1)) == "Annual Bank Closing (list of clearing)"
    assert clearing.years == set()


def test_commodities_keep_the_session_that_is_closed(recorded: Path) -> None:
    (batch,) = [batch for name, batch in recorded_batches(recorded).items() if name.endswith("all_segments.json")]
    frame = batch.rows[0].frame
    com = frame[(frame["segment"] == "COM") & (frame["holiday_date"] == date(2025, 2, 26))]

    assert com[["description", "morning_session", "evening_session"]].to_numpy().tolist() == [
        ["Mahashivratri", "Closed", "Open"]
    ]
    assert frame[frame["segment"] == "CM"]["morning_session"].isna().all()
    assert frame.groupby("segment").size().to_dict() == {
        "CD": 23, "CM": 18, "CMOT": 18, "COM": 19, "FO": 18, "GOPAL": 23, "IRD": 23, "MF": 18, "NDM": 23, "NTRP": 23,
        "SLBS": 18,
    }  # fmt: skip
