"""Arrow columns as text that PostgreSQL reads, whole columns at a time: no Python object a cell."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

ARRAY_SPECIALS = (("\\", "\\\\"), ('"', '\\"'))


def one_array(column: pd.Series) -> pa.Array:
    """Return a column as one Arrow array, NULL where there is no value."""
    values = pa.array(column, from_pandas=True)
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def as_text(values: pa.Array) -> pa.StringArray:
    """Return cells as text, NULL where there is none; decimals exact and without idle zeros.

    Dates are ISO, instants have their zone, booleans are true and false.
    """
    text = values.cast(pa.string())
    # Without a scale there is no point, and the zeros at the end count.
    if pa.types.is_decimal(values.type) and values.type.scale > 0:
        return pc.replace_substring_regex(text, r"\.?0*$", "")
    return text


def array_literal(cells: pa.StringArray) -> str:
    """Return a column as PostgreSQL writes an array: `{"a",NULL,"b"}`."""
    escaped = cells
    for special, written in ARRAY_SPECIALS:
        escaped = pc.replace_substring(escaped, special, written)
    quoted = pc.binary_join_element_wise('"', escaped, '"', "")
    elements = pc.fill_null(quoted, "NULL")
    return "{" + ",".join(elements.to_pylist()) + "}"


def csv_text(columns: Sequence[pa.StringArray]) -> bytes:
    """Return columns of one length as CSV for COPY: what is there stands in quotation marks, NULL is nothing at all."""
    table = pa.table({str(place): column for place, column in enumerate(columns)})
    written = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    csv.write_csv(table, written, options)
    return written.getvalue()


def where_present(text: str, present: npt.NDArray[np.bool_]) -> pa.StringArray:
    """Return a column that has one text in some rows, NULL in the others."""
    return pc.if_else(pa.array(present), pa.scalar(text, pa.string()), pa.scalar(None, pa.string()))


def placed(cells: pa.StringArray, places: npt.NDArray[np.int64], rows: int) -> pa.StringArray:
    """Return cells at places of a longer column, NULL elsewhere."""
    if len(places) == rows and (places == np.arange(rows)).all():
        return cells
    taken = np.full(rows, -1, dtype=np.int64)
    taken[places] = np.arange(len(places))
    return cells.take(pa.array(taken, mask=taken < 0))
