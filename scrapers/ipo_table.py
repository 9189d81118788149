"""Records of JSON as tables of strings: columns by the names of their keys, each row with its own text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from scrapers.ipo_json import Node, cell, keys, line, plain, record
from scrapers.raw import REJECT_COLUMNS, RawTable

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)

LONGEST_RAW_LINE = 4_000
"""A row of a list has 400 characters; the details of an issue, with its notices, some 8,000."""


@dataclass(frozen=True)
class Columns:
    """Which keys (in plain letters) fill which column, the first that has a value; and keys that are known and left."""

    keys: Mapping[str, Sequence[str]]
    left: Collection[str] = field(default_factory=frozenset)

    @property
    def known(self) -> set[str]:
        """All keys that a row may have."""
        return {key for names in self.keys.values() for key in names} | set(self.left)


def read(
    nodes: Sequence[Node], columns: Columns, layout: str, first: int = 1, more: Mapping[str, str | None] | None = None
) -> RawTable:
    """Return records as rows numbered from `first`: `line_no` (int64), `raw_line` and the columns, as strings.

    `more` are columns that all rows share. What is no object is a reject (reason "not_a_record").
    """
    return table_of(list(enumerate(nodes, first)), columns, layout, more)


def table_of(
    numbered: Sequence[tuple[int, Node]],
    columns: Columns,
    layout: str,
    more: Mapping[str, str | None] | None = None,
) -> RawTable:
    """Return records as `read` does, each with its own number."""
    rows = [(number, node, record(node)) for number, node in numbered]
    good = [row for row in rows if isinstance(row[1], Mapping)]
    values = {name: [_first(values, names) for _, _, values in good] for name, names in columns.keys.items()}
    values |= {name: [value] * len(good) for name, value in (more or {}).items()}
    added = tuple(key for key in keys([node for _, node in numbered]) if plain(key) not in columns.known)
    bad = [row for row in rows if not isinstance(row[1], Mapping)]
    return table([(number, node) for number, node, _ in good], values, layout, added, [row[:2] for row in bad])


def table(
    rows: Sequence[tuple[int, Node]],
    values: Mapping[str, Sequence[str | None]],
    layout: str,
    added: tuple[str, ...] = (),
    bad: Sequence[tuple[int, Node]] = (),
) -> RawTable:
    """Return rows, each with its number and its record, whose columns' values are known."""
    columns = {"raw_line": [raw_line(node) for _, node in rows], **values}
    numbers = pa.array([number for number, _ in rows], pa.int64())
    texts = {name: pa.array(column, pa.large_string()) for name, column in columns.items()}
    # All columns at once: a column after the other took three times as long, and a body has thirty.
    frame = pa.table({"line_no": numbers, **texts}).to_pandas(types_mapper={pa.large_string(): TEXT}.get)
    rejects = [(number, raw_line(node), "not_a_record", "no object where a record is due") for number, node in bad]
    return RawTable(frame, layout, added, pd.DataFrame(rejects, columns=list(REJECT_COLUMNS)))


def raw_line(node: Node) -> str:
    """Return a record as JSON on one line, cut at a length that a person can still read."""
    return line(node)[:LONGEST_RAW_LINE]


def _first(values: Mapping[str, Node], names: Sequence[str]) -> str | None:
    return next((text for name in names if (text := cell(values.get(name))) is not None), None)
