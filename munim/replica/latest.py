"""NAVAll.txt, byte for byte as AMFI lays it out."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from munim.replica.cells import Cells, cells_on, dashed, file_order
from munim.replica.hashing import I64
from munim.replica.layouts import HEADERS, LatestLayout, latest_layout
from munim.replica.made import Made
from munim.replica.publication import ist_day
from munim.replica.schemes import Schemes
from munim.replica.taxonomy import latest_heading
from munim.replica.text import as_strings, nav_text, with_absent
from munim.replica.timeline import seconds
from munim.replica.values import Values

_BLANK: Final = " "
"""Blank lines between sections are one space; the very last line is empty."""


def latest_file(made: Made, at: datetime, layout: LatestLayout | None) -> bytes:
    """Return NAVAll.txt as served at an instant, in the layout of that day unless one is named."""
    second = seconds(at)
    layout = layout or latest_layout(at)
    rows, days = made.publication.latest_days(second)
    order = file_order(made.schemes, rows, ist_day(second))
    rows, days = rows[order], days[order]
    cells = cells_on(made.schemes, rows, ist_day(second))
    lines = _lines(cells, layout, texts(made.navs, rows, days, second), as_strings(days)).to_pylist()
    return _with_sections(made.schemes, cells, lines, HEADERS[layout])


def texts(values: Values, rows: I64, days: I64, second: int) -> pa.StringArray:
    """Return NAVs as the source writes them at an instant, one for each pair of scheme and day."""
    decimals = values.decimals_on(rows, days)
    text = nav_text(values.seen(rows, days, second), decimals, dotted=values.dotted[rows], trimmed=values.trimmed[rows])
    return with_absent(text, values.absent(rows, days))


def _lines(cells: Cells, layout: LatestLayout, nav: pa.StringArray, day: pa.StringArray) -> pa.StringArray:
    ids = (cells.code, dashed(cells.payout_isin), dashed(cells.reinvestment_isin))
    names = (cells.long_name,) if layout == "latest-6" else (cells.base, cells.plan, cells.option)
    return pc.binary_join_element_wise(*ids, *names, nav, day, ";")


def _with_sections(schemes: Schemes, cells: Cells, lines: list[str], header: str) -> bytes:
    """Put headings between the rows.

    The AMC's is left out where the AMC closed the section before: its rows then follow the category at once.
    """
    out = [header]
    heading = amc = -1
    for start, end in sections(cells):
        if cells.heading[start] != heading:
            heading = int(cells.heading[start])
            out += [_BLANK, latest_heading(*schemes.headings[heading])]
        if cells.amc[start] != amc:
            amc = int(cells.amc[start])
            out += [_BLANK, schemes.amc_names[amc], _BLANK]
        out += lines[start:end]
    return "\r\n".join([*out, "", ""]).encode()


def sections(cells: Cells) -> list[tuple[int, int]]:
    """Return the stretches of rows with the same heading and AMC."""
    changes = np.flatnonzero((np.diff(cells.heading) != 0) | (np.diff(cells.amc) != 0)) + 1
    edges = [0, *changes.tolist(), len(cells.rows)]
    return list(pairwise(edges))
