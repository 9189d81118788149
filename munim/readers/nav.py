"""NAVs of a scheme: as last published, or as they were known at a time."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString

from munim.readers import nav_series
from munim.readers.nav_value import NavValue
from munim.readers.rows import fetch

__all__ = ["NavValue", "series", "series_as_of"]

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection


def series(connection: Connection, scheme_code: str, first: date = date.min, last: date = date.max) -> list[NavValue]:
    """Return a scheme's NAVs from the first day to the last, both included, by day, as last published."""
    return nav_series.series(connection, scheme_code, first, last)


def series_as_of(
    connection: Connection,
    scheme_code: str,
    at: datetime,
    days: tuple[date, date] = (date.min, date.max),
    *,
    source_time: bool = False,
    include_reconstructed: bool = False,
) -> list[NavValue]:
    """Return a scheme's NAVs from the first day to the last as they were known at a time: no look-ahead.

    Known is what the source had told, and this database had recorded, by then; `source_time` asks for the first
    alone. A value that had been withdrawn by then is left out. `include_reconstructed` adds, for days that were over
    by then and of which nothing was known, the first value that was fetched long after its day.
    """
    asked = {
        "code": scheme_code,
        "first": days[0],
        "last": days[1],
        "at": at,
        "source_time": source_time,
        "include_reconstructed": include_reconstructed,
    }
    return fetch(connection, NavValue, _as_of(), asked)


@cache
def _as_of() -> LiteralString:
    return files("munim.readers").joinpath("nav_as_of.sql").read_text(encoding="utf-8")
