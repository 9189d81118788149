"""Answers on stdout: tables for people, JSON and CSV for programs. Numbers that are exact stay exact."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from munim.core.clock import IST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

WIDE = 200
"""Columns of a table that goes into a file or a pipe, unless COLUMNS says otherwise."""

UNBOUND = 10_000

FOLDED_FROM = 25
"""Words of a table that are longer are folded where the terminal is narrow."""


def console() -> Console:
    """Return the console of stdout: as wide as the terminal, and wide enough for any table elsewhere."""
    from rich.console import Console  # noqa: PLC0415

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDE
    return Console(width=width, highlight=False)


def say(line: str) -> None:
    """Say a line to a person."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def warn(line: str) -> None:
    """Say a line beside the answer: on stderr."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, header: bool = True) -> None:
    """Print a table; numbers stand at the right, times are in Asia/Kolkata, None is blank."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.measure import Measurement  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    kept = [list(row) for row in rows]
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False,
                  show_header=header)  # fmt: skip
    for place, name in enumerate(columns):
        values = [row[place] for row in kept]
        number = any(isinstance(value, int | Decimal) and not isinstance(value, bool) for value in values)
        whole = number or any(isinstance(value, date) for value in values)
        longest = max([len(name), *(len(as_text(value)) for value in values)])
        table.add_column(
            name,
            justify="right" if number else "left",
            overflow="fold",
            no_wrap=whole,
            min_width=min(longest, FOLDED_FROM),
        )
    for row in kept:
        table.add_row(*(Text(as_text(value)) for value in row))
    stdout = console()
    # A terminal that is narrower than that breaks the lines itself: a number in two pieces would be another one.
    stdout.width = max(stdout.width, Measurement.get(stdout, stdout.options.update(max_width=UNBOUND), table).minimum)
    with stdout.capture() as drawn:
        stdout.print(table)
    # rich fills every line up with blanks: in a file they are noise.
    say("\n".join(line.rstrip() for line in drawn.get().rstrip().splitlines()) + "\n")


def show_record(title: str, record: Mapping[str, object]) -> None:
    """Print one thing, a line for each of its fields that has a value."""
    show_table(title, ["", ""], [(name, as_text(value)) for name, value in record.items() if value is not None],
               header=False)  # fmt: skip


def as_text(value: object) -> str:
    """Return a value as a person reads it: instants in Asia/Kolkata, nothing for None, exact numbers."""
    text = "" if value is None else str(value)
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, datetime):
        text = f"{value.astimezone(IST):%Y-%m-%d %H:%M:%S}"
    elif isinstance(value, int):
        text = f"{value:,}"
    elif isinstance(value, Decimal):
        text = _exact(value)
    elif isinstance(value, dict | list):
        text = json.dumps(value, default=_plain, ensure_ascii=False)
    return text


def show_json(answer: object) -> None:
    """Print JSON: exact numbers and dates as strings, instants in UTC, dataclasses as objects."""
    sys.stdout.write(json.dumps(answer, default=_plain, ensure_ascii=False, indent=2) + "\n")


def show_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print CSV with a header; None is blank, instants are in UTC."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if value is None else _cell(value) for value in row] for row in rows])


def near(path: Path) -> str:
    """Return a path as it is said from the folder that one is in."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def as_record(thing: Any) -> dict[str, object]:  # noqa: ANN401 - any dataclass
    """Return a dataclass's fields by name."""
    return {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}


def _cell(value: object) -> object:
    return _plain(value) if isinstance(value, datetime | date | Decimal) else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _exact(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return as_record(value)
    return str(value)


def _exact(value: Decimal) -> str:
    """Write a number in full, without zeros at its end and never with an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
