"""What an analyst's file of FII/DII figures has: its columns under our names, and each row's figures of a class.

Long form: a row a session and class (trade_date, investor_class, buy, sell, net). Wide form: a row a session
(trade_date, fii_buy, fii_sell, fii_net, dii_buy, dii_sell, dii_net). Amounts in ₹ crore. A CSV, or JSON records,
whose nested names are joined by points (`equity.fii_buy`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, RequestWrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIGURES = ("buy", "sell", "net")
WIDE_CLASSES = ("fii", "dii")
WIDE = tuple(f"{one}_{figure}" for one in WIDE_CLASSES for figure in FIGURES)
COLUMNS = ("trade_date", "investor_class", *FIGURES, *WIDE, "scope", "basis", "label")
"""Our names: what `--map theirs=ours` may name."""

_UNIT = "_inr_crore"
_OWN_NAMES = {
    **{re.sub("_", "", name): name for name in COLUMNS},
    "date": "trade_date",
    # NSE's own, as most copies of its answer have them.
    "category": "investor_class",
    "buyvalue": "buy",
    "sellvalue": "sell",
    "netvalue": "net",
}
"""Titles in small letters and digits alone that need no map."""


@dataclass(frozen=True)
class Line:
    """One line of a CSV (numbered as an editor does) or record of JSON (from 1): cells by our names, and as written."""

    line_no: int
    cells: Mapping[str, str]
    raw: str
    misfit: str | None = None
    """Why it can't be split into the columns."""


@dataclass(frozen=True)
class ImportFile:
    """A file's lines; `is_wide` tells its form, `ignored` are titles that nothing was made of."""

    lines: Sequence[Line]
    is_wide: bool
    ignored: tuple[str, ...]


def parse_map(text: str) -> dict[str, str]:
    """Return `theirs=ours,theirs=ours` as a mapping. Raises `RequestWrong` for a name of ours that there is not."""
    mapping: dict[str, str] = {}
    for pair in filter(None, (one.strip() for one in text.split(","))):
        theirs, equals, ours = (part.strip() for part in pair.rpartition("="))
        if not equals or not theirs:
            raise RequestWrong(f"{pair!r} is no pair theirs=ours", advice="write Date=trade_date,FII=fii_net")
        if theirs.casefold() in {one.casefold() for one in mapping}:
            raise RequestWrong(f"{theirs} is mapped twice")
        mapping[theirs] = ours
    check_map(mapping)
    return mapping


def check_map(mapping: Mapping[str, str]) -> None:
    """Raise `RequestWrong` for names of ours that there are not, and for one that two columns are mapped to."""
    for theirs, ours in mapping.items():
        if ours.removesuffix(_UNIT) not in COLUMNS:
            raise RequestWrong(f"{theirs}={ours}: there is no column {ours}", advice=f"there is: {', '.join(COLUMNS)}")
    if len({ours.removesuffix(_UNIT) for ours in mapping.values()}) < len(mapping):
        raise RequestWrong("two columns are mapped to one of ours")


def read_file(body: bytes, mapping: Mapping[str, str]) -> ImportFile:
    """Return a file's lines under our names.

    Raises `RequestWrong` for a mapped column that the file has not, for columns that are missing or doubtful, and
    `ContentRefused` for bytes that are no UTF-8, no CSV or no JSON.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentRefused(f"the file is no UTF-8: {error}") from error
    titles, rows = _json_rows(text) if text.lstrip()[:1] in {"{", "["} else _csv_rows(text)
    ours = _our_names(titles, mapping)
    lines = [
        Line(line_no, {ours[at]: cell.strip() for at, cell in enumerate(cells) if at in ours}, raw, misfit)
        for line_no, cells, raw, misfit in rows
    ]
    lines = [replace(line, misfit=_SWALLOWED) if _swallows(line) else line for line in lines]
    is_wide = "investor_class" not in ours.values()
    _check_columns(set(ours.values()), titles, is_wide=is_wide)
    return ImportFile(lines, is_wide, tuple(title for at, title in enumerate(titles) if at not in ours and title))


_SWALLOWED = "a cell holds a line end: a quotation mark swallows the line after it"


def _swallows(line: Line) -> bool:
    return line.misfit is None and any("\n" in cell for cell in line.cells.values())


_Row = tuple[int, "Sequence[str]", str, "str | None"]


def _csv_rows(text: str) -> tuple[list[str], Iterator[_Row]]:
    # Line ends alone part lines, those of an old Mac too: to `splitlines` a form feed in a note is one as well.
    source = io.StringIO(text, newline=None).readlines()
    reader = csv.reader(source)
    titles = [title.strip() for title in _next(reader) or ()]

    def rows() -> Iterator[_Row]:
        begin = reader.line_num
        while (cells := _next(reader)) is not None:
            raw = "".join(source[begin : reader.line_num]).rstrip("\n")
            begin = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if "\n" in raw:
                _refuse_unclosed(raw, reader.line_num)
            fits = len(cells) == len(titles)
            misfit = None if fits else f"{len(cells)} fields where the header has {len(titles)}"
            yield begin, cells if fits else (), raw, misfit

    return titles, rows()


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise ContentRefused(f"the file is no CSV: {error}") from error


def _refuse_unclosed(raw: str, last_line: int) -> None:
    """Refuse a file in which a quotation mark that is never closed takes all lines to the end into its cell."""
    try:
        next(csv.reader(io.StringIO(raw), strict=True))
    except csv.Error as error:
        first_line = last_line - raw.count("\n")
        raise ContentRefused(
            f"a quotation mark in line {first_line} swallows lines up to {last_line}: {raw[:80]!r}",
            advice="close it, or take it out",
        ) from error


def _json_rows(text: str) -> tuple[list[str], Iterator[_Row]]:
    try:
        # Figures stay as they are written: nothing goes through a float.
        found = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise ContentRefused(f"the file is no JSON: {error}") from error
    records = [dict(_flat(record)) for record in (found if isinstance(found, list) else [found])]
    titles = list(dict.fromkeys(title for record in records for title in record))

    def rows() -> Iterator[_Row]:
        for number, record in enumerate(records, start=1):
            yield number, [record.get(title, "") for title in titles], json.dumps(record, ensure_ascii=False), None

    return titles, rows()


def _flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, str):
        yield name, value
    elif value is not None:
        yield name, json.dumps(value)


def _our_names(titles: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Return our name for each place whose title is mapped, or is known without a map and not mapped elsewhere."""
    by_title = {theirs.casefold(): ours.removesuffix(_UNIT) for theirs, ours in mapping.items()}
    ours = {at: by_title[title.casefold()] for at, title in enumerate(titles) if title.casefold() in by_title}
    missing = [theirs for theirs in mapping if theirs.casefold() not in {title.casefold() for title in titles}]
    if missing:
        raise RequestWrong(f"the file has no column {', '.join(missing)}", advice=f"it has: {', '.join(titles)}")
    mapped = set(ours.values())
    for at, title in enumerate(titles):
        known = _OWN_NAMES.get(re.sub(r"[^a-z0-9]", "", title.casefold().removesuffix(_UNIT)))
        if at not in ours and known is not None and known not in mapped:
            ours[at] = known
    twice = {name for name in ours.values() if list(ours.values()).count(name) > 1}
    if twice:
        raise RequestWrong(f"two columns are {', '.join(sorted(twice))}", advice="say which with --map theirs=ours")
    return ours


def _check_columns(ours: set[str], titles: Sequence[str], *, is_wide: bool) -> None:
    needed = {"trade_date"} | ({"net"} if not is_wide else set())
    missing = needed - ours
    if is_wide and not ours & {"fii_net", "dii_net"}:
        missing |= {"investor_class and net, or fii_net and dii_net"}
    if missing:
        raise RequestWrong(
            f"no column is {', '.join(sorted(missing))} among {', '.join(titles)}",
            advice="say which is which with --map theirs=ours, such as Date=trade_date,FII=fii_net",
        )
