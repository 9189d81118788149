"""What a parser gives: the rows as the source wrote them, and the lines that are no rows."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

REJECT_COLUMNS = ("line_no", "raw_line", "reason", "detail")


@dataclass(frozen=True)
class RawTable:
    """Rows of one payload as strings, before anything is read into them.

    `frame` has `line_no` (int64, 1-based line of the payload) and the source's columns as Arrow strings.
    `rejects` has `REJECT_COLUMNS`: lines that have the shape of a row but can't be split into its columns.
    `layout` names the layout that was recognised; `added_columns` are headers that no layout of ours knows.
    `last_rows`, where it is there, has all columns of some rows, among them the last of each key, and `frame` has then
    only those columns that differ from row to row: of years of history the others are most of the text.
    """

    frame: pd.DataFrame
    layout: str
    added_columns: tuple[str, ...] = ()
    rejects: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(REJECT_COLUMNS)))
    last_rows: pd.DataFrame | None = None
