"""A year is drawn so that it can be read without colours, in any width."""

from __future__ import annotations

import io
from datetime import date

from rich.console import Console

from munim.cli.calendar_drawing import draw_year, mark
from munim.core.calendar import Calendar, Holiday

FIXED_2025 = [date(2025, 1, 26), date(2025, 5, 1), date(2025, 8, 15), date(2025, 10, 2), date(2025, 12, 25)]
DIWALI = date(2025, 10, 21)
CALENDAR = Calendar(
    [*(Holiday(day) for day in FIXED_2025), Holiday(DIWALI)], [DIWALI, date(2025, 2, 1), date(2025, 2, 3)]
)


def drawn(width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    with console.capture() as captured:
        console.print(draw_year(CALENDAR, 2025, width))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_every_day_has_the_mark_of_what_is_known_of_it() -> None:
    days = {
        date(2025, 2, 3): ".",
        date(2025, 2, 1): "s",
        DIWALI: "m",
        date(2025, 8, 15): "x",
        date(2025, 1, 26): "-",
        date(2025, 6, 2): " ",
        date(2025, 6, 7): "-",
        date(2026, 6, 2): "?",
    }
    assert {day: mark(CALENDAR, day)[0] for day in days} == days


def test_a_wide_terminal_has_four_months_abreast_and_a_narrow_one_a_month() -> None:
    assert drawn(110)[0].split() == ["January", "February", "March", "April"]
    assert drawn(20)[0].split() == ["January"]
    assert max(len(line) for line in drawn(110)) <= 110


def test_a_month_is_drawn_in_weeks_from_monday() -> None:
    february = drawn(24)[drawn(24).index("February") :][:8]

    assert february == [
        "February",
        "Mo Tu We Th Fr Sa Su",
        "                1s 2-",
        " 3. 4  5  6  7  8- 9-",
        "10 11 12 13 14 15-16-",
        "17 18 19 20 21 22-23-",
        "24 25 26 27 28",
        "March",
    ]
