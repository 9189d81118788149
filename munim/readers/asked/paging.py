"""Pages by key: a cursor names the last row that was given, so that none is given twice and none left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar
from urllib.parse import quote, unquote

from munim.core.errors import RequestWrong

Row = TypeVar("Row")


def cursor_after(*key: object) -> str:
    """Return the cursor of the rows that follow a key: its parts as texts, short and readable."""
    return "~".join(quote(str(part), safe=" &,:") for part in key)


def key_of(cursor: str, *kinds: Callable[[str], object]) -> tuple[object, ...]:
    """Return the key that a cursor names, each part read by its kind. Raises `RequestWrong` for what is no cursor."""
    try:
        return tuple(kind(unquote(part)) for kind, part in zip(kinds, cursor.split("~"), strict=True))
    except ValueError as error:
        raise RequestWrong(
            "the cursor is none of this question's", advice="give `next` of the answer before as it was, or none"
        ) from error


def day_of(cursor: str | None) -> date:
    """Return the day that a cursor of rows by day begins with, the first of all for none."""
    if cursor is None:
        return date.min
    (day,) = key_of(cursor.partition("~")[0], date.fromisoformat)
    return day if isinstance(day, date) else date.min


def page(
    rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[object, ...]], after: tuple[object, ...] | None = None
) -> tuple[Sequence[Row], str | None]:
    """Return the rows of one page and the cursor of the next, None at the end.

    `rows` are in the order of their key, with at least one more than the page holds where there is one.
    """
    left = rows if after is None else [row for row in rows if key(row) > after]
    if len(left) <= limit:
        return left, None
    shown = left[:limit]
    return shown, cursor_after(*key(shown[-1]))
