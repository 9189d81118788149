"""A line in the terminal."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import plotille

if TYPE_CHECKING:
    from collections.abc import Sequence

MARGIN = 24
"""Columns that the labels beside the drawing take."""

HEIGHT = 16


def draw_line(days: Sequence[date], values: Sequence[float]) -> str:
    """Return a drawing of values over days, as wide as the terminal."""
    figure = plotille.Figure()
    figure.width = max(20, shutil.get_terminal_size().columns - MARGIN)
    figure.height = HEIGHT
    figure.x_label, figure.y_label = "day", "₹"
    figure.register_label_formatter(datetime, _day)
    figure.color_mode = "names"
    figure.plot([datetime.combine(day, time()) for day in days], list(values))
    return str(figure.show())


def _day(val: Any, chars: int, delta: Any, left: bool = False) -> str:  # noqa: ANN401, ARG001, FBT001, FBT002 - theirs
    """Write a day where plotille would write its time of day too."""
    text = f"{val:%Y-%m-%d}"
    return text.ljust(chars) if left else text.rjust(chars)
