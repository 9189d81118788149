"""What a load of a keyed data set is given: the tables that it keeps, and the rows of one payload for them.

A keyed table has one row a key, with its other columns in groups; a group is established whole, by one payload. NAVs
have a way of their own (`loaders.batch`), since there are tens of millions of them; all else goes this way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from loaders.batch import Check, Note

Cell = object
"""A date, a string, a Decimal, an int, a bool, an aware datetime or None, as the column's type says."""

Span = tuple[date, date]
"""Two dates, both included."""


@dataclass(frozen=True)
class Group:
    """Columns that one payload establishes together, and the feeds that supply them.

    `rank` gives each feed's precedence: where two feeds speak of one key the higher one holds, whatever the order in
    which they come; of equal ones the one that was fetched later does.
    """

    name: str
    columns: tuple[str, ...]
    rank: Mapping[str, int]


@dataclass(frozen=True)
class KeyedTable:
    """A table of the schema `market` that is kept with revisions.

    `day` is the key column that says which day a row is about, if any. `withdraws`: a newer complete list that lacks a
    row withdraws it: the row stays, and says so.
    """

    name: str
    key: tuple[str, ...]
    groups: tuple[Group, ...]
    day: str | None = None
    withdraws: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that groups hold, in order."""
        return tuple(column for group in self.groups for column in group.columns)


@dataclass(frozen=True)
class Scope:
    """What a payload lists completely: rows of these values and within these dates that it lacks are withdrawn."""

    equals: Mapping[str, str] = field(default_factory=dict)
    within: tuple[str, date, date] | None = None
    """A key column that holds dates, and the first and last of them."""


@dataclass(frozen=True)
class KeyedRows:
    """One payload's rows of one group of a table.

    `frame` has the table's key columns, the group's columns and `line_no` (int64, where the row stands), in pandas
    nullable or Arrow types (decimals as Arrow decimals, exact); no two rows of one key.
    """

    table: str
    group: str
    frame: pd.DataFrame
    complete: tuple[Scope, ...] = ()
    withdrawn: tuple[tuple[Cell, ...], ...] = ()
    """Keys whose values are taken back (of a revert)."""


@dataclass(frozen=True)
class KeyedBatch:
    """The rows of one payload.

    `rejects`: line_no, raw_line, reason, detail, one a line. `span` is the first and last day that the payload speaks
    of, `modal` the day of most rows. `checks` are what the content alone can tell; a blocking one that failed refuses
    the payload. `rows_absent` counts rows without a value, `rows_repeated` those that say the same twice.
    """

    rows: tuple[KeyedRows, ...]
    rejects: pd.DataFrame
    layout: str
    rows_read: int
    span: Span | None
    modal: date | None = None
    rows_absent: int = 0
    rows_repeated: int = 0
    notes: Sequence[Note] = ()
    checks: Sequence[Check] = ()
