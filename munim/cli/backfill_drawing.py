"""History in the terminal: months of days, each with a mark that holds without colours too, or a table of years."""

from __future__ import annotations

from calendar import Calendar as Weeks
from calendar import month_abbr, month_name
from datetime import date
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from pipelines.backfill_days import DayState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipelines.backfill_coverage import Month

MONTH_WIDTH = 7 * 3 + 3
"""Columns of a month: seven days of two figures and a mark, and the space beside it."""

MARKS: Mapping[DayState, tuple[str, str]] = {
    DayState.DONE: (".", "green"),
    DayState.EMPTY: ("x", "bold"),
    DayState.CLOSED: ("-", "dim"),
    DayState.FAILED: ("!", "bold red"),
    DayState.WAITING: ("w", "yellow"),
    DayState.RUNNING: (">", "bold yellow"),
    DayState.MISSING: ("?", "bold magenta"),
    DayState.NOT_DUE: (" ", "dim"),
    DayState.OUTSIDE: (" ", "dim"),
}

LEGEND = (
    ". there   w waiting   > running   ! failed   ? missing   x empty: the source has nothing   "
    "- holiday or weekend   (blank) not due"
)


def draw_months(states: Mapping[date, DayState], width: int) -> Table:
    """Return the months of these days, as many beside each other as the width (in columns) has room for."""
    abreast = max(count for count in (1, 2, 3, 4) if count == 1 or count * MONTH_WIDTH <= width)
    grid = Table.grid(padding=(0, 3, 1, 0))
    months = sorted({(day.year, day.month) for day in states})
    drawn = [_month(year, month, states.get) for year, month in months]
    for start in range(0, len(drawn), abreast):
        grid.add_row(*drawn[start : start + abreast])
    return grid


def _month(year: int, month: int, state_of: Callable[[date], DayState | None]) -> Text:
    lines = [Text(f"{month_name[month]} {year}", style="bold"), Text("Mo Tu We Th Fr Sa Su", style="dim")]
    for week in Weeks().monthdatescalendar(year, month):
        line = Text()
        for day in week:
            state = state_of(day) if day.month == month else None
            sign, style = (" ", "dim") if state is None else MARKS[state]
            line.append(f"{day.day:2}{sign}" if day.month == month else "   ", style=style)
        lines.append(line)
    return Text("\n").join(lines)


def draw_years(months: Iterable[Month]) -> Table:
    """Return a line a year with its twelve months: how many of the days that are due are there, of how many."""
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("year", justify="left", style="bold")
    for number in range(1, 13):
        table.add_column(month_abbr[number], justify="right", no_wrap=True)
    by_year: dict[int, dict[int, Month]] = {}
    for one in months:
        by_year.setdefault(one.year, {})[one.month] = one
    for year, of_year in sorted(by_year.items()):
        table.add_row(str(year), *(_cell(of_year.get(number)) for number in range(1, 13)))
    return table


def _cell(month: Month | None) -> Text:
    if month is None or not month.due:
        return Text("")
    style = "green" if month.there == month.due else "bold red" if month.failed else "bold magenta"
    return Text(f"{month.there}/{month.due}", style=style)
