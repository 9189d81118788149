"""Rows of a keyed table as they were known at a time: one query for every table that a day's rows are kept in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString, TypeVar

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

Days = tuple[date, date]
"""A first day and a last one, both included."""

ALL_DAYS: Days = (date.min, date.max)


@dataclass(frozen=True)
class Known:
    """What is to count as known: all that is here now (`at` None), or what was known here at an instant.

    Known is what the source had told, and this database had recorded, by then; `source_time` asks for the first alone.
    `include_reconstructed` adds, for days that were over by then and of which nothing was known, the first values that
    were fetched more than a week after their day.
    """

    at: datetime | None = None
    source_time: bool = False
    include_reconstructed: bool = False


NOW = Known()


@dataclass(frozen=True)
class Traced:
    """When a row was known and where it came from.

    `known_from` is when the source first told it, `recorded_at` when it could first be read here; `reconstructed`: it
    was fetched more than a week after its day, so nobody knew it here then; `imported`: from a history that somebody
    had.
    """

    imported: bool
    known_from: datetime
    recorded_at: datetime
    reconstructed: bool
    feed: str
    url: str
    sha256: str


Row = TypeVar("Row", bound=Traced)


@dataclass(frozen=True)
class Kept:
    """A keyed table of one group: its name, its key and the key column that is a row's day."""

    table: str
    key: tuple[str, ...]
    day: str


def rows_known(connection: Connection, kept: Kept, kind: type[Row], days: Days, known: Known) -> list[Row]:
    """Return the rows of some days as they were known, in the order of their key.

    The fields of `kind` that are neither the key nor of `Traced` are the columns that are read.
    """
    asked = {
        "first": days[0],
        "last": days[1],
        "at": known.at or "infinity",
        "source_time": known.source_time,
        "include_reconstructed": known.include_reconstructed,
    }
    trace = {field.name for field in fields(Traced)}
    columns = tuple(field.name for field in fields(kind) if field.name not in {*trace, *kept.key})
    return fetch(connection, kind, _query(kept, columns), asked)


@cache
def _query(kept: Kept, columns: tuple[str, ...]) -> LiteralString:
    text = files("munim.readers").joinpath("keyed_as_of.sql").read_text(encoding="utf-8")
    # Names of our own tables and columns, which are constants: nothing that anybody asks gets in here.
    return text.format(
        table=kept.table,
        key=", ".join(kept.key),
        columns=", ".join(columns),
        day=kept.day,
        begun=", ".join(f"begun.{name}" for name in kept.key),
        ended=", ".join(f"ended.{name}" for name in kept.key),
    )
