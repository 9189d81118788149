"""A library's calendar is compared with ours day by day; the library itself is optional."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from munim.core.calendar import Calendar, Holiday, Standing
from munim.core.errors import RequestWrong
from pipelines import calendar_check
from tests.unit.calendar_files import calendar_of, passes, recorded_batches

FIXED_2025 = [date(2025, 1, 26), date(2025, 5, 1), date(2025, 8, 15), date(2025, 10, 2), date(2025, 12, 25)]
BUDGET_SATURDAY = date(2025, 2, 1)
SPAN = (date(2019, 10, 1), date(2026, 8, 21))


def test_differences_say_what_each_side_has_and_why() -> None:
    calendar = Calendar([Holiday(day, description="A holiday") for day in FIXED_2025], [BUDGET_SATURDAY])
    theirs = frozenset({date(2025, 1, 31), date(2025, 5, 1), date(2026, 1, 1)})
    span = (date(2025, 1, 31), date(2025, 2, 1))

    (special,) = calendar_check.differences(calendar, theirs, span, "a library")
    (holiday,) = calendar_check.differences(calendar, theirs, (date(2025, 5, 1),) * 2, "a library")
    (unknown,) = calendar_check.differences(calendar, theirs, (date(2026, 1, 1),) * 2, "a library")

    assert (special.day, special.ours, special.theirs, special.why) == (
        BUDGET_SATURDAY, Standing.TRADED, False, "special"
    )  # fmt: skip
    assert (holiday.ours, holiday.theirs, holiday.why) == (Standing.CLOSED, True, "A holiday")
    assert (unknown.ours, unknown.theirs, unknown.why) == (Standing.UNKNOWN, True, None)
    assert calendar_check.differences(calendar, theirs, (date(2026, 1, 2),) * 2, "a library") == []


def test_without_a_library_the_check_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(RequestWrong, match=r"pip install 'munim\[calendars\]'"):
        calendar_check.check(Calendar([], []), *SPAN)


@pytest.mark.parametrize("name", ["exchange_calendars", "pandas_market_calendars"])
def test_the_libraries_miss_every_weekend_session_on_this_pandas(recorded: Path, name: str) -> None:
    pytest.importorskip(name, exc_type=ImportError)
    union = calendar_of([batch for batch in recorded_batches(recorded).values() if passes(batch)])

    found = calendar_check.differences(union, calendar_check.library_sessions(name, *SPAN), SPAN, name)

    missed = {one.day for one in found if one.ours is Standing.TRADED and not one.theirs}
    assert {day for day in union.proven if day.weekday() >= 5} <= missed
    assert date(2022, 8, 8) in {one.day for one in found if one.theirs}, (
        "of which the list of trading days has no proof"
    )
