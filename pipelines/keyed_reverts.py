"""Taking a run of a keyed data set back: the values that it replaced are put back, with the revert as their source.

A revert is a payload of our own, archived like any other: one JSON line a group of a row.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from loaders.keyed_batch import Cell, KeyedBatch, KeyedRows
from scrapers.raw import REJECT_COLUMNS

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedTable
    from loaders.keyed_predecessors import Back
    from munim.core.payload import Payload

LAYOUT = "revert-2"

_READERS: dict[str, Callable[[str], Cell]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "decimal": Decimal,
}


def write(run_id: int, backs: Iterable[Back]) -> bytes:
    """Return the body of a revert."""
    lines: list[object] = [{"reverts_run_id": run_id}]
    lines += [
        {
            "table": back.table,
            "group": back.group,
            "key": [_written(cell) for cell in back.key],
            "cells": None if back.cells is None else [_written(cell) for cell in back.cells],
        }
        for back in backs
    ]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode() + b"\n"


def read(payload: Payload, tables: Sequence[KeyedTable]) -> KeyedBatch:
    """Return the rows of a revert as any payload's: values that are put back, and keys that are taken away."""
    declared = {table.name: table for table in tables}
    values: dict[tuple[str, str], list[tuple[int, tuple[Cell, ...], tuple[Cell, ...]]]] = defaultdict(list)
    withdrawn: dict[tuple[str, str], list[tuple[Cell, ...]]] = defaultdict(list)
    lines = payload.body.decode().splitlines()
    for number, text in enumerate(lines[1:], start=2):
        line = json.loads(text)
        part = line["table"], line["group"]
        key = tuple(_read(cell) for cell in line["key"])
        if line["cells"] is None:
            withdrawn[part].append(key)
        else:
            values[part].append((number, key, tuple(_read(cell) for cell in line["cells"])))
    rows = [
        KeyedRows(
            table,
            group,
            _frame(declared[table], group, values[table, group]),
            withdrawn=tuple(withdrawn[table, group]),
        )
        for table, group in sorted({*values, *withdrawn})
    ]
    return KeyedBatch(
        rows=tuple(rows),
        rejects=pd.DataFrame(columns=list(REJECT_COLUMNS)),
        layout=LAYOUT,
        rows_read=len(lines) - 1,
        span=None,
    )


def _frame(
    table: KeyedTable, group: str, rows: Sequence[tuple[int, tuple[Cell, ...], tuple[Cell, ...]]]
) -> pd.DataFrame:
    columns = next(one.columns for one in table.groups if one.name == group)
    named: dict[str, pa.Array] = {"line_no": pa.array([number for number, _, _ in rows], pa.int64())}
    for place, name in enumerate(table.key):
        named[name] = pa.array([key[place] for _, key, _ in rows])
    for place, name in enumerate(columns):
        named[name] = pa.array([cells[place] for _, _, cells in rows])
    return pd.DataFrame({name: pd.Series(array, dtype=pd.ArrowDtype(array.type)) for name, array in named.items()})


def _written(cell: Cell) -> object:
    """Return a cell as JSON, with its type where JSON has none for it."""
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, Decimal):
        return {"decimal": str(cell)}
    return cell


def _read(written: object) -> Cell:
    if not isinstance(written, dict):
        return written
    ((kind, text),) = written.items()
    return _READERS[kind](text)
