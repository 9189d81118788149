"""Pages by key: a cursor names the last row that was given, so that none is given twice and none left out."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from munim.core.errors import RequestWrong

Row = TypeVar("Row")


def cursor_after(*key: object) -> str:
    """Return the cursor of the rows that follow a key, of texts and whole numbers; dates as texts."""
    text = json.dumps([part if isinstance(part, int) else str(part) for part in key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def key_of(cursor: str, *kinds: Callable[[str], object]) -> tuple[object, ...]:
    """Return the key that a cursor names, each part read by its kind. Raises `RequestWrong` for what is no cursor."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise RequestWrong(
            "the cursor is none of this question's", advice="give `next` of the answer before as it was, or none"
        ) from error


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
