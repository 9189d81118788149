"""An answer as bytes: JSON, CSV or Parquet, by what the caller accepts."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from munim.readers.answer import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from munim.readers.answer import Answer, Cell

JSON, CSV, PARQUET = "application/json", "text/csv", "application/vnd.apache.parquet"

DIGITS = 38
"""As many as a decimal of Parquet holds."""


def chosen(accept: str | None) -> str | None:
    """Return the format that an Accept header likes best, JSON where it likes any; None where it likes none."""
    wanted = sorted(_ranges(accept or "*/*"), key=lambda one: -one[1])
    for media, quality in wanted:
        for ours in (JSON, CSV, PARQUET):
            family = ours.partition("/")[0]
            if quality > 0 and media in {ours, f"{family}/*", "*/*"}:
                return ours
    return None


def body(answer: Answer, media: str) -> bytes:
    """Return an answer in a format; beside the rows, CSV holds nothing, and Parquet the envelope as metadata."""
    if media == CSV:
        return _csv(answer)
    if media == PARQUET:
        return _parquet(answer)
    return json.dumps(answer.record(), ensure_ascii=False, separators=(",", ":")).encode()


def envelope(answer: Answer) -> str:
    """Return an answer without its rows as JSON in ASCII: for a header, and for the metadata of Parquet."""
    head = {name: value for name, value in answer.record().items() if name != "rows"}
    return json.dumps(head, separators=(",", ":"))


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            found.append((media, float(quality)))
        except ValueError:
            found.append((media, 0.0))
    return found


def _csv(answer: Answer) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(answer.columns)
    writer.writerows(["" if cell is None else _as_text(cell) for cell in row] for row in answer.rows)
    return text.getvalue().encode()


def _as_text(cell: Cell) -> str:
    value = plain(cell)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parquet(answer: Answer) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - for those who want it
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = list(zip(*answer.rows, strict=True)) or [()] * len(answer.columns)
    arrays = [_array(cells) for cells in columns]
    table = pa.table(dict(zip(answer.columns, arrays, strict=True)))
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({"munim": envelope(answer)}), sink)
    return bytes(sink.getvalue().to_pybytes())


def _array(cells: Sequence[Cell]) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Return a column as Arrow: typed where all its cells are of one kind, else as the texts of JSON."""
    import pyarrow as pa  # noqa: PLC0415

    kinds = {type(cell) for cell in cells if cell is not None}
    simple = {bool: pa.bool_(), date: pa.date32(), datetime: pa.timestamp("us", "UTC"), str: pa.string()}
    if len(kinds) == 1 and (kind := next(iter(kinds))) in simple:
        return pa.array(cells, simple[kind])
    if kinds == {int} and all(-(2**63) <= int(str(cell)) < 2**63 for cell in cells if cell is not None):
        return pa.array(cells, pa.int64())
    if kinds and kinds <= {int, Decimal}:
        numbers = [None if cell is None else Decimal(str(cell)) for cell in cells]
        scale = max(max(0, -int(one.as_tuple().exponent)) for one in numbers if one is not None)
        if all(one is None or one.adjusted() + 1 + scale <= DIGITS for one in numbers):
            return pa.array(numbers, pa.decimal128(DIGITS, scale))
    return pa.array([None if cell is None else _as_text(cell) for cell in cells], pa.string())
