"""What the command line reads and says alike everywhere: times, choices and examples."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

import typer

from munim.core.clock import IST


class Output(StrEnum):
    """How a command answers."""

    TABLE = "table"
    JSON = "json"


class SeriesOutput(StrEnum):
    """How a command answers with a series."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def examples(*lines: str) -> str:
    """Return examples as the end of a command's help; each line stands alone."""
    return "\n".join(["Examples:", *(f"$ {line}" for line in lines)])


def read_day(text: str) -> date:
    """Return a day written as 2026-08-18."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; write 2026-08-18") from error


def read_instant(text: str) -> datetime:
    """Return an instant, in Asia/Kolkata where no zone is written; a day alone is its end there."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time; write 2026-08-18T09:15+05:30, or a day for its end") from error
    if len(text) <= len("2026-08-18"):
        return datetime.combine(instant.date(), time(23, 59, 59), IST)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=IST)


OutputOption = Annotated[
    Output,
    typer.Option("--output", "-o", help="How to answer on stdout: a table for people, or JSON alone for programs."),
]

ForceOption = Annotated[
    bool, typer.Option("--force", help="Load although a blocking check fails; it is written on the run.")
]

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would change, row by row; write nothing.")]

FeedOption = Annotated[
    str | None, typer.Option("--feed", metavar="FEED", help="Feed, such as amfi.latest or amfi.history.")
]


FromOption = Annotated[date | None, typer.Option("--from", parser=read_day, metavar="DATE", help="First day.")]

ToOption = Annotated[date | None, typer.Option("--to", parser=read_day, metavar="DATE", help="Last day.")]

AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        parser=read_instant,
        metavar="TIME",
        help="As known here at that time, with no look-ahead; a day alone is its end in India.",
    ),
]

SourceTimeOption = Annotated[
    bool, typer.Option("--source-time", help="With --as-of: go by when the source told it, whenever it was loaded.")
]

IncludeReconstructedOption = Annotated[
    bool,
    typer.Option(
        "--include-reconstructed",
        help="With --as-of: also values of earlier days that were fetched long after, and marked as such.",
    ),
]

SeriesOutputOption = Annotated[
    SeriesOutput,
    typer.Option("--output", "-o", help="How to answer on stdout; JSON and CSV have every column, and every day."),
]
