"""What the normalising of keyed data sets shares: Arrow columns as frames, refused rows, and rows that stand twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from loaders.nav_rows import one_array
from scrapers.raw import REJECT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Flags = npt.NDArray[np.bool_]
    Columns = Mapping[str, pa.Array]


class Refusals:
    """Why rows are refused: of each row the first reason that holds."""

    def __init__(self, rows: int) -> None:
        """Begin with no refusal among so many rows."""
        self.reason = np.full(rows, "", dtype=object)
        self.detail = np.full(rows, "", dtype=object)

    @property
    def fine(self) -> Flags:
        """Which rows are not refused."""
        fine: Flags = self.reason == ""
        return fine

    def add(self, reason: str, holds: Flags, cells: pa.Array, words: str) -> None:
        """Refuse the rows where it holds and nothing did before; `words` say it, after the cell."""
        for place in np.flatnonzero(holds & self.fine).tolist():
            self.reason[place] = reason
            self.detail[place] = f"{cells[place].as_py()!r}: {words}"

    def frame(self, line_no: npt.NDArray[np.int64], lines: Mapping[int, str]) -> pd.DataFrame:
        """Return the refused rows: line_no, raw_line, reason, detail."""
        rows = [
            (int(line_no[place]), lines[int(line_no[place])], self.reason[place], self.detail[place])
            for place in np.flatnonzero(~self.fine).tolist()
        ]
        return pd.DataFrame(rows, columns=list(REJECT_COLUMNS))


def frame_of(columns: Columns, keep: Flags, line_no: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return the rows to keep as a frame of Arrow types, with `line_no` last."""
    places = None if keep.all() else pa.array(np.flatnonzero(keep))
    frame = pd.DataFrame(
        {name: arrow(values if places is None else values.take(places)) for name, values in columns.items()}
    )
    frame["line_no"] = line_no[keep]
    return frame


def arrow(values: pa.Array) -> pd.Series:
    """Return an Arrow column as a pandas one of the same type."""
    return pd.Series(values, dtype=pd.ArrowDtype(values.type))


def constant(value: object, rows: int, kind: pa.DataType) -> pa.Array:
    """Return a column with one value in every row."""
    return pa.repeat(pa.scalar(value, kind), rows)


def stand_twice(key: Columns, values: Columns, fine: Flags) -> tuple[Flags, Flags]:
    """Tell which fine rows say again what another said (all but the first), and which contradict another (all)."""
    repeated, conflicting = np.zeros(len(fine), dtype=bool), np.zeros(len(fine), dtype=bool)
    rows = np.flatnonzero(fine)
    keys = pd.DataFrame({name: arrow(one_array(cells)) for name, cells in key.items()}).iloc[rows]
    twice = keys.duplicated(keep=False).to_numpy()
    if not twice.any():
        return repeated, conflicting
    rows = rows[twice]
    keys = keys.loc[twice].astype("str")
    said = pd.DataFrame({name: arrow(one_array(cells)) for name, cells in values.items()}).iloc[rows].astype("str")
    again = pd.concat([keys, said], axis=1).duplicated(keep="first").to_numpy()
    distinct = (~pd.Series(again)).groupby(keys.agg("\x1f".join, axis=1).to_numpy()).transform("sum").to_numpy()
    conflicting[rows] = distinct > 1
    repeated[rows] = again & (distinct == 1)
    return repeated, conflicting


def rejects_of(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return rejects of several steps as one frame, in order of lines."""
    found = [frame for frame in frames if len(frame)]
    if not found:
        return pd.DataFrame(columns=list(REJECT_COLUMNS))
    return pd.concat(found, ignore_index=True).sort_values("line_no", kind="stable", ignore_index=True)


def wholly_null(columns: Sequence[pa.Array]) -> Flags:
    """Tell which rows have a value in none of these columns."""
    absent = np.ones(len(columns[0]), dtype=bool)
    for column in columns:
        absent &= column.is_null().to_numpy(zero_copy_only=False)
    return absent
