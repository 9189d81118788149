"""How much is in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date

    from loaders.database import Connection


@dataclass(frozen=True)
class Holding:
    """A table's rows, its revisions, and the oldest and newest date that its rows are about.

    None where a table keeps no revisions, and where its rows have no date.
    """

    name: str
    rows: int
    revisions: int | None
    content_from: date | None
    content_to: date | None


def holdings(connection: Connection) -> list[Holding]:
    """Return what each table of data holds, and what the ledger does."""
    row = connection.execute(_tables()).fetchone()
    counting = str(row[0]) if row is not None else ""
    return fetch(connection, Holding, counting)


@cache
def _tables() -> LiteralString:
    return files("munim.readers").joinpath("holdings.sql").read_text(encoding="utf-8")
