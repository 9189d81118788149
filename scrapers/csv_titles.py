"""The title line of a CSV file, and titles in a form that can be compared; light, for what only tells files apart."""

from __future__ import annotations

import csv
import re

INKED_LINE = re.compile(rb"\S[^\n]*")
_OTHER = re.compile(r"[^a-z0-9%]")


def plain(title: str) -> str:
    """Return a title in small letters, digits and `%` alone: ` DATE OF LISTING` is `dateoflisting`."""
    return _OTHER.sub("", title.lower())


def titles_of(text: bytes) -> tuple[str, ...]:
    """Return the titles of the first line that isn't blank, stripped; none when there is no such line."""
    found = INKED_LINE.search(text)
    return () if found is None else tuple(title.strip() for title in split(found.group()))


def first_cell(text: bytes, title: str) -> str | None:
    """Return the first row's cell under a title (as `plain` writes it), stripped; None when there is none."""
    titles = [plain(one) for one in titles_of(text)]
    lines = text.lstrip().split(b"\n", 2)[1:2]
    cells = split(lines[0]) if lines and title in titles else []
    place = titles.index(title) if cells else 0
    return cells[place].strip() if place < len(cells) else None


def split(line: bytes) -> list[str]:
    """Split one line at its commas; a space after a comma may stand before a quotation mark."""
    return next(csv.reader([line.decode(errors="replace")], skipinitialspace=True))
