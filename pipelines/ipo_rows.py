"""Rows of public issues while they are read: each cell by its reader, what can't be read put aside, the rest kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeVar

import pandas as pd
import pyarrow as pa

from loaders.batch import Note
from loaders.keyed_batch import Cell, KeyedBatch, KeyedRows, Scope
from munim.core.errors import ContentRefused
from pipelines.ipo_tables import COLUMNS, Kind
from pipelines.ipo_text import capped, clean_text
from pipelines.ipo_values import Unreadable
from scrapers.raw import REJECT_COLUMNS

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedTable
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

TYPES: Final[dict[Kind, pa.DataType]] = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "price": pa.decimal128(20, 4),
    "rupees": pa.decimal128(20, 2),
    "count": pa.int64(),
    "times": pa.decimal128(38, 24),
    "percent": pa.decimal128(20, 4),
    "flag": pa.bool_(),
}

SHOWN_CHARACTERS: Final = 120
"""How much of a cell is quoted in a reject's detail; the whole row stands beside it."""

Value = TypeVar("Value")
Values = Mapping[str, Cell]


@dataclass
class Row:
    """One record: its cells as text, and what of them could not be read."""

    line_no: int
    raw_line: str
    cells: Mapping[str, str | None]
    bad: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def read(self, reader: Callable[[str | None], Value | None], column: str) -> Value | None:
        """Return a cell as its reader reads it; None, and put aside, where it can't be read."""
        raw = self.cells.get(column)
        try:
            return reader(raw)
        except Unreadable as error:
            self.refuse(f"bad_{column}", f"{column} {(raw or '')[:SHOWN_CHARACTERS]!r}: {error}")
            return None

    def text(self, column: str, longest: int) -> str | None:
        """Return a cell's cleaned text, cut to a length; that it was cut is noted."""
        whole = clean_text(self.cells.get(column))
        cut = capped(whole, longest)
        if whole is not None and cut is not None and len(whole) > longest:
            self.notes.append(Note("text_cut", cut[:40], detail={"column": column, "characters": len(whole)}))
        return cut

    def refuse(self, reason: str, detail: str) -> None:
        """Put the row's raw text aside with a reason; what else of it can be read may be kept."""
        self.bad.append((reason, detail))


def rows_of(table: RawTable | None) -> Iterator[Row]:
    """Yield the rows of a table of strings."""
    if table is None:
        return
    for cells in pa.Table.from_pandas(table.frame, preserve_index=False).to_pylist():
        yield Row(cells.pop("line_no"), cells.pop("raw_line") or "", cells)


@dataclass
class Collected:
    """What one payload gives, table by table, as it is read."""

    values: dict[str, list[tuple[int, Values]]] = field(default_factory=lambda: defaultdict(list))
    refused: list[tuple[int, str, str, str]] = field(default_factory=list)
    lines: dict[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    rows_read: int = 0
    rows_absent: int = 0
    rows_repeated: int = 0
    refused_by_parser: int = 0

    def keep(self, table: KeyedTable, row: Row, values: Values) -> None:
        """Take a row of a table; `take` tells that its record was read."""
        self.values[table.name].append((row.line_no, values))

    def take(self, row: Row) -> None:
        """Count a record, and take what was put aside of it: one reject a line."""
        self.rows_read += 1
        self.lines[row.line_no] = row.raw_line
        self.notes += row.notes
        if row.bad:
            details = "; ".join(detail for _, detail in row.bad)
            self.refused.append((row.line_no, row.raw_line, row.bad[0][0], details))

    def take_rejects(self, tables: Mapping[str, RawTable]) -> None:
        """Take what the parser refused, and note keys that nobody knows."""
        for table in tables.values():
            rejected = table.rejects.to_dict("records")
            self.refused += [(one["line_no"], one["raw_line"], one["reason"], one["detail"]) for one in rejected]
            self.rows_read += len(rejected)
            self.refused_by_parser += len(rejected)
            self.notes += [Note("added_column", detail={"column": name}) for name in table.added_columns]

    def batch(
        self, payload: Payload, layout: str, tables: Sequence[KeyedTable], complete: Sequence[Scope] = ()
    ) -> KeyedBatch:
        """Return all as a batch; `complete` is what the first table's rows list completely.

        Raises `ContentRefused` when there are rows, and not one of them can be read.
        """
        kept = [(table, self._without_repeats(table)) for table in tables]
        if self.rows_read and not any(rows for _, rows in kept) and not self.rows_absent:
            raise ContentRefused(
                f"not one of {self.rows_read} rows can be read",
                feed=payload.feed,
                slot=payload.slot,
                kept="nothing was written, the raw bytes are kept",
                advice="the layout may have changed: see `munim sources check`",
            )
        days = [day for _, rows in kept for _, values in rows for day in _days(values)]
        rows = tuple(
            KeyedRows(table.name, table.groups[0].name, _frame(table, rows), () if number else tuple(complete))
            for number, (table, rows) in enumerate(kept)
        )
        return KeyedBatch(
            rows=rows,
            rejects=pd.DataFrame(_one_a_line(self.refused), columns=list(REJECT_COLUMNS)),
            layout=layout,
            rows_read=self.rows_read,
            span=(min(days), max(days)) if days else None,
            rows_absent=self.rows_absent,
            rows_repeated=self.rows_repeated,
            notes=self.notes,
        )

    def _without_repeats(self, table: KeyedTable) -> list[tuple[int, Values]]:
        """Return a table's rows, one a key; rows that contradict each other are all refused."""
        said: dict[tuple[Cell, ...], list[tuple[int, Values]]] = defaultdict(list)
        for line_no, values in self.values[table.name]:
            said[tuple(values[name] for name in table.key)].append((line_no, values))
        kept = []
        for key, rows in said.items():
            if all(values == rows[0][1] for _, values in rows):
                kept.append(rows[0])
                self.rows_repeated += len(rows) - 1
                continue
            name = " ".join(str(part) for part in key)
            self.refused += [
                (line_no, self.lines[line_no], "conflicting_duplicate", f"{name} stands here again with other values")
                for line_no, _ in rows
            ]
        return kept


def _one_a_line(refused: Sequence[tuple[int, str, str, str]]) -> list[tuple[int, str, str, str]]:
    lines: dict[int, tuple[int, str, str, str]] = {}
    for line_no, raw_line, reason, detail in refused:
        before = lines.get(line_no)
        lines[line_no] = (
            (line_no, raw_line, reason, detail) if before is None else (*before[:3], f"{before[3]}; {detail}")
        )
    return [lines[line_no] for line_no in sorted(lines)]


def _frame(table: KeyedTable, rows: Sequence[tuple[int, Values]]) -> pd.DataFrame:
    """Return rows as a frame with the table's columns in Arrow types, and `line_no`."""
    columns = {
        column.name: pa.array([values.get(column.name) for _, values in rows], TYPES[column.kind])
        for column in COLUMNS[table.name]
    }
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    frame["line_no"] = pd.array([line_no for line_no, _ in rows], dtype="int64")
    return frame


def _days(values: Values) -> Iterator[date]:
    """Yield the days that a row is about."""
    for name in ("open_date", "close_date", "as_of"):
        value = values.get(name)
        if isinstance(value, datetime):
            yield value.date()
        elif isinstance(value, date):
            yield value
