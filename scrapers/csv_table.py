"""Comma-separated files as tables of strings: columns by their titles, rows with their line numbers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from munim.core.errors import ContentRefused
from scrapers.csv_titles import INKED_LINE, plain, titles_of
from scrapers.raw import REJECT_COLUMNS, RawTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from munim.core.payload import Payload

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
"""pandas 3's own `str`: Arrow strings, NaN where a layout has no such column."""


@dataclass(frozen=True)
class Table:
    """What to read of a CSV file.

    `titles` gives for each title, in small letters and digits alone, our column (None: known and left out). `columns`
    are all columns of the frame, in order; those that the file lacks are NULL. `headless` are the columns of a file
    that has no header line.
    """

    layout: str
    titles: Mapping[str, str | None]
    columns: Sequence[str]
    headless: Sequence[str | None] | None = None


def read(text: bytes, table: Table, payload: Payload) -> RawTable:
    """Return the rows of a CSV text in UTF-8, stripped of white space, with `line_no` (1-based) before the columns.

    Lines with another number of fields than the header are rejects (reason "field_count"); blank lines are nothing.
    Raises `ContentRefused` when the text is no UTF-8, or a quotation mark swallows line ends.
    """
    header = None if table.headless is not None else INKED_LINE.search(text)
    titles = titles_of(text) if header else ()
    names = table.headless or [table.titles.get(plain(title)) for title in titles]
    skipped = text.count(b"\n", 0, header.start()) + 1 if header else 0
    misfits: list[arrow_csv.InvalidRow] = []
    try:
        read_in = _read_arrow(text, names, skipped, misfits)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise ContentRefused(
            f"{payload.url} gave text that can't be read: {error}", feed=payload.feed, slot=payload.slot
        ) from error
    line_no = _line_numbers(text, skipped, misfits, read_in, payload)
    columns = {name: pc.utf8_trim_whitespace(read_in[f"f{place}"]) for place, name in enumerate(names) if name}
    absent = pa.nulls(read_in.num_rows, pa.string())
    frame = pa.table({name: columns.get(name, absent) for name in table.columns}).to_pandas(
        types_mapper={pa.string(): TEXT}.get
    )
    frame.insert(0, "line_no", line_no)
    inked = np.zeros(len(frame), dtype=bool)
    for column in columns.values():
        inked |= pc.not_equal(column, "").to_numpy()
    if not inked.all():
        frame = frame.loc[inked].reset_index(drop=True)
    added = tuple(title for title in titles if title and plain(title) not in table.titles)
    return RawTable(frame, table.layout, added, _rejects(misfits))


def raw_lines(text: bytes, line_nos: Sequence[int]) -> dict[int, str]:
    """Return lines of a text by their number (1-based), without line ends."""
    lines = text.split(b"\n") if line_nos else []
    return {line_no: lines[line_no - 1].rstrip(b"\r").decode(errors="replace") for line_no in line_nos}


def _read_arrow(
    text: bytes, names: Sequence[str | None], skipped: int, misfits: list[arrow_csv.InvalidRow]
) -> pa.Table:
    def note_misfit(row: arrow_csv.InvalidRow) -> str:
        misfits.append(row)
        return "skip"

    fields = [f"f{place}" for place in range(len(names))]
    wanted = [field for field, name in zip(fields, names, strict=True) if name]
    read_in = arrow_csv.read_csv(
        io.BytesIO(text),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, skip_rows=skipped, column_names=fields, block_size=max(len(text), 1) + 1
        ),
        parse_options=arrow_csv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=note_misfit),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted, strings_can_be_null=False
        ),
    )
    return read_in.combine_chunks()


def _line_numbers(
    text: bytes, skipped: int, misfits: list[arrow_csv.InvalidRow], read_in: pa.Table, payload: Payload
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the line of each row. A quotation mark that hides a line end would shift them all: that is refused."""
    lines = text.count(b"\n") + (not text.endswith(b"\n")) - skipped
    if lines != read_in.num_rows + len(misfits):
        raise ContentRefused(
            f"{payload.url} gave {lines:,} lines that make {read_in.num_rows + len(misfits):,} rows: a quotation mark"
            " swallows line ends",
            feed=payload.feed,
            slot=payload.slot,
        )
    numbers = np.arange(skipped + 1, skipped + 1 + lines)
    return np.setdiff1d(numbers, [misfit.number for misfit in misfits])


def _rejects(misfits: Sequence[arrow_csv.InvalidRow]) -> pd.DataFrame:
    rows = [
        (
            misfit.number,
            misfit.text,
            "field_count",
            f"{misfit.actual_columns} fields where the header has {misfit.expected_columns}",
        )
        for misfit in misfits
        if misfit.text.strip(" ,\r")  # notes under a list are set apart by lines of commas
    ]
    return pd.DataFrame(rows, columns=list(REJECT_COLUMNS))
