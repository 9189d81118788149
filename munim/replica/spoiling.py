"""Files with something wrong inside: what the faults that keep status 200 do to a body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Lines = list[str]


def spoil(name: str, body: bytes) -> bytes:
    """Return the body with a fault of `SPOILERS` in it; a body without rows, such as a page, is left as it is."""
    return SPOILERS[name](body)


def _by_line(change: Callable[[Lines, list[int]], Lines]) -> Callable[[bytes], bytes]:
    """Make a spoiler of a function of the lines and of the numbers of those that are rows."""

    def spoiler(body: bytes) -> bytes:
        lines = body.decode().split("\r\n")
        rows = [number for number, line in enumerate(lines) if number and ";" in line]
        return "\r\n".join(change(lines, rows)).encode()

    return spoiler


def _cut_row(body: bytes) -> bytes:
    """End in the middle of a row: after its code, before its date."""
    half = body.find(b"\r\n", len(body) // 2)
    row = body.find(b";", half)
    return body[: body.find(b";", row + 1) + 1] if row >= 0 else body[: len(body) // 2]


def _changed_header(lines: Lines, _: list[int]) -> Lines:
    return [lines[0].replace("Net Asset Value", "NAV per Unit"), *lines[1:]]


def _added_column(lines: Lines, rows: list[int]) -> Lines:
    wider = {0: f"{lines[0]};Risk Level"} | {number: f"{lines[number]};Moderate" for number in rows}
    return [wider.get(number, line) for number, line in enumerate(lines)]


def _missing_rows(lines: Lines, rows: list[int]) -> Lines:
    gone = set(rows[1::2])
    return [line for number, line in enumerate(lines) if number not in gone]


def _duplicate_codes(lines: Lines, rows: list[int]) -> Lines:
    nav = _nav_cell(lines[0])
    again = {number: lines[number] for number in rows[:3]}
    again |= {number: _with_cell(lines[number], nav, "123.4567") for number in rows[3:6]}
    return [one for number, line in enumerate(lines) for one in ((line, again[number]) if number in again else (line,))]


def _negative_nav(lines: Lines, rows: list[int]) -> Lines:
    nav = _nav_cell(lines[0])
    low = {number: _with_cell(lines[number], nav, "-10.5000") for number in rows[:5]}
    return [low.get(number, line) for number, line in enumerate(lines)]


def _future_dates(lines: Lines, rows: list[int]) -> Lines:
    newest = max((lines[number][-4:] for number in rows), default="")
    later = {number: f"{lines[number][:-11]}28-Dec-{int(newest) + 1}" for number in rows[:5]}
    return [later.get(number, line) for number, line in enumerate(lines)]


def _nav_cell(header: str) -> int:
    names = header.split(";")
    return names.index("Net Asset Value") if "Net Asset Value" in names else -1


def _with_cell(line: str, number: int, text: str) -> str:
    cells = line.split(";")
    cells[number] = text
    return ";".join(cells)


def _mojibake(body: bytes) -> bytes:
    return body.decode().encode("utf-8").decode("cp1252").encode()


def _not_utf8(body: bytes) -> bytes:
    return body.decode().encode("cp1252")


SPOILERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "cut-row": _cut_row,
    "changed-header": _by_line(_changed_header),
    "added-column": _by_line(_added_column),
    "missing-rows": _by_line(_missing_rows),
    "duplicate-codes": _by_line(_duplicate_codes),
    "negative-nav": _by_line(_negative_nav),
    "future-dates": _by_line(_future_dates),
    "mojibake": _mojibake,
    "not-utf8": _not_utf8,
}
"""What each fault does to the bytes of a file."""
