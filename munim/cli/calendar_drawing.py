"""A year in the terminal: its months as blocks of weeks, each day with a mark that holds without colours too."""

from __future__ import annotations

from calendar import Calendar as Weeks
from calendar import month_name
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from munim.core.calendar import SessionKind, Standing

if TYPE_CHECKING:
    from datetime import date

    from munim.core.calendar import Calendar

MONTH_WIDTH = 7 * 3 + 3
"""Columns of a month: seven days of two figures and a mark, and the space beside it."""

LEGEND = ". traded   m Muhurat   s special session   (blank) expected   x holiday   - weekend   ? unknown"

_MARKS = {
    Standing.TRADED: (".", "green"),
    Standing.EXPECTED: (" ", ""),
    Standing.CLOSED: ("x", "bold red"),
    Standing.UNKNOWN: ("?", "yellow"),
}
_SPECIAL = {SessionKind.MUHURAT: ("m", "bold magenta"), SessionKind.SPECIAL: ("s", "bold cyan")}
_WEEKEND = ("-", "dim")


def draw_year(calendar: Calendar, year: int, width: int) -> Table:
    """Return a year's twelve months, as many beside each other as the width (in columns) has room for."""
    abreast = max(count for count in (1, 2, 3, 4) if count == 1 or count * MONTH_WIDTH <= width)
    grid = Table.grid(padding=(0, 3, 1, 0))
    months = [_month(calendar, year, month) for month in range(1, 13)]
    for start in range(0, 12, abreast):
        grid.add_row(*months[start : start + abreast])
    return grid


def mark(calendar: Calendar, day: date) -> tuple[str, str]:
    """Return a day's mark and its style."""
    standing = calendar.standing(day)
    kind = calendar.session_kind(day)
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    if standing is Standing.CLOSED and calendar.explanation(day) == "weekend":
        return _WEEKEND
    return _MARKS[standing]


def _month(calendar: Calendar, year: int, month: int) -> Text:
    lines = [Text(month_name[month], style="bold"), Text("Mo Tu We Th Fr Sa Su", style="dim")]
    for week in Weeks().monthdatescalendar(year, month):
        line = Text()
        for day in week:
            sign, style = mark(calendar, day)
            line.append(f"{day.day:2}{sign}" if day.month == month else "   ", style=style)
        lines.append(line)
    return Text("\n").join(lines)
