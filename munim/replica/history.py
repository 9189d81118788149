"""The NAV history report, byte for byte as AMFI lays it out: scheme by scheme, each with its dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from munim.core.errors import RequestWrong
from munim.replica.cells import Cells, cells_on, file_order
from munim.replica.hashing import I64
from munim.replica.latest import sections, texts
from munim.replica.layouts import HEADERS, HistoryLayout, history_layout
from munim.replica.made import Made
from munim.replica.pages import NO_DATA
from munim.replica.publication import ist_day
from munim.replica.schemes import Schemes
from munim.replica.taxonomy import history_heading
from munim.replica.text import date_texts
from munim.replica.timeline import day_number, seconds

_CHUNK: Final = 400_000
"""Rows built at once: bounds the memory of long windows, and keeps Arrow's 32-bit offsets from overflowing."""
_PRICES_UNTIL: Final = day_number(date(2018, 1, 1))
"""Later rows leave repurchase and sale price blank."""


@dataclass(frozen=True)
class Filter:
    """What the report's form can ask for: `structure` is 1 open-ended, 2 close-ended, 3 interval; `amc` starts at 1."""

    structure: int | None = None
    amc: int | None = None


def history_file(
    made: Made,
    window: tuple[date, date],
    at: datetime,
    *,
    layout: HistoryLayout | None = None,
    only: Filter | None = None,
) -> bytes:
    """Return the report of a window of days as served at an instant, or AMFI's page that says there is none."""
    first, last = (day_number(day) for day in window)
    if first > last:
        raise RequestWrong(f"the window ends on {window[1]}, before it starts on {window[0]}")
    second = seconds(at)
    layout = layout or history_layout(at)
    days = np.arange(first, min(last, ist_day(second) + 2) + 1)
    rows = _rows_in(made.schemes, days, ist_day(second), only or Filter())
    step = max(1, _CHUNK // max(1, len(days)))
    chunks = (rows[start : start + step] for start in range(0, len(rows), step))
    parts = (_part(made, chunk, days, second, layout) for chunk in chunks)
    body = b"".join(piece for part in _joined(parts) for piece in part)
    return f"{HEADERS[layout]}\r\n".encode() + body if body else NO_DATA


@dataclass(frozen=True)
class _Part:
    """Text of some schemes' rows: for each section its heading key, the heading's bytes, and the rows' bytes."""

    pieces: list[tuple[int, int, bytes, bytes, memoryview]]


def _rows_in(schemes: Schemes, days: I64, today: int, only: Filter) -> I64:
    """Return the schemes with a life in the window, in the order of the file; a vanished scheme keeps its history."""
    if not len(days):
        return np.zeros(0, np.int64)
    chosen = (schemes.first_day <= days[-1]) & (schemes.last_day >= days[0]) & (schemes.first_day <= today + 2)
    if only.amc is not None:
        chosen &= schemes.amc == only.amc - 1
    rows = np.flatnonzero(chosen)
    if only.structure is not None:
        wanted = {1: "Open Ended", 2: "Close Ended", 3: "Interval Fund"}.get(only.structure)
        of_heading = np.array([structure == wanted for structure, _ in schemes.headings])
        rows = rows[of_heading[schemes.heading[rows]]]
    return rows[file_order(schemes, rows, today)]


def _part(made: Made, rows: I64, days: I64, second: int, layout: HistoryLayout) -> _Part:
    schemes = made.schemes
    visible = made.publication.visible(rows[:, None], days[None, :], second)
    lives = visible.any(axis=1)
    rows, visible = rows[lives], visible[lives]
    if not len(rows):
        return _Part([])
    cells = cells_on(schemes, rows, ist_day(second))
    which, column = np.nonzero(visible)
    lines = _lines(cells, layout, which, column, days, texts(made.navs, rows[which], days[column], second))
    flat, offsets = lines.buffers()[2], np.frombuffer(lines.buffers()[1], np.int32)
    first_line = np.concatenate(([0], np.cumsum(visible.sum(axis=1))))
    pieces = []
    for start, end in sections(cells):
        heading, amc = int(cells.heading[start]), int(cells.amc[start])
        text = memoryview(flat)[offsets[first_line[start]] : offsets[first_line[end]]]
        section = f"\r\n{history_heading(*schemes.headings[heading])}\r\n\r\n".encode()
        pieces.append((heading, amc, section, f"\r\n{schemes.amc_names[amc]}\r\n".encode(), text))
    return _Part(pieces)


def _lines(
    cells: Cells, layout: HistoryLayout, which: I64, column: I64, days: I64, nav: pa.StringArray
) -> pa.StringArray:
    """Return one line for each NAV; what a scheme's lines share is joined once a scheme."""
    isins = (cells.payout_isin, cells.reinvestment_isin)
    plain = layout == "history-8"
    between = () if plain else (cells.plan, cells.option)
    head = pc.binary_join_element_wise(cells.code, cells.long_name, *between, *isins, "", ";")
    ends = [f"{';;;' if plain else ';'}{day}\r\n" for day in date_texts(days)]
    at = pa.array(which)
    end = pa.array(ends, pa.string()).take(pa.array(column))
    if plain and days[0] < _PRICES_UNTIL:
        priced = pa.array(days[column] < _PRICES_UNTIL)
        nav = pc.if_else(priced, pc.binary_join_element_wise(nav, nav, nav, ";"), nav)
        short = pa.array([f";{text}\r\n" for text in date_texts(days)], pa.string()).take(pa.array(column))
        end = pc.if_else(priced, short, end)
    return pc.binary_join_element_wise(head.take(at), nav, end, "")


def _joined(parts: Iterable[_Part]) -> Iterator[tuple[bytes | memoryview, ...]]:
    """Yield the bytes of the sections; one that two chunks share has its headings once."""
    heading = amc = -1
    for part in parts:
        for this_heading, this_amc, section, name, text in part.pieces:
            if this_heading != heading:
                yield section, name, text
            elif this_amc != amc:
                yield name, text
            else:
                yield (text,)
            heading, amc = this_heading, this_amc
