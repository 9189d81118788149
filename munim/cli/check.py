"""`munim check`: whether what is due is there, and whether the tables hold what they say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import say, show_json, show_table
from munim.cli.words import Output, OutputOption, examples, read_instant
from munim.core.clock import now
from munim.core.errors import ContentLate, ContentRefused

if TYPE_CHECKING:
    from munim.readers.consistency import Check

app = typer.Typer(help="Check that the tables are fresh and consistent, for a program that asks.", no_args_is_help=True)

SHOWN_EXAMPLE = 120
"""Characters of an example that a person is shown; JSON has all."""


@app.command("freshness", epilog=examples("munim check freshness", "munim check freshness --dataset nav -o json"))
def freshness(
    dataset: Annotated[str | None, typer.Option(metavar="DATASET", help="Only the feeds of this data set.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(parser=read_instant, metavar="TIME", help="Judge by what was due then, in place of now."),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say what is late and since when; exit code 5 when anything is."""
    from munim.readers.ledger_totals import lateness_at  # noqa: PLC0415 - brings the driver

    with doors.open_reading(doors.open_settings()) as connection:
        found = [one for one in lateness_at(connection, at or now()) if dataset in {None, one.dataset}]
    late = [one for one in found if not one.is_fresh]
    if output is Output.JSON:
        show_json(late)
    elif late:
        rows = [(one.feed, one.status, one.newest_content, one.due_content, one.late_since) for one in late]
        show_table(f"{len(late)} of {len(found)} feeds", ["feed", "status", "newest", "due", "late since (IST)"], rows)
    else:
        say(f"{len(found)} feeds: what is due is there")
    if late:
        feeds = ", ".join(f"{one.feed} is {one.status}" for one in late)
        raise ContentLate(feeds, kept="", advice="see `munim runs list`")


@app.command("data", epilog=examples("munim check data", "munim check data -o json"))
def consistent(output: OutputOption = Output.TABLE) -> None:
    """Read the tables whole, and check that they hold what they say; exit code 3 when they do not.

    Every row is traced to a payload that is known, no revision ends before it begins, and what is kept for speed is
    what would be computed.
    """
    from munim.readers.consistency import consistency  # noqa: PLC0415 - brings the driver

    with doors.open_reading(doors.open_settings()) as connection:
        found = consistency(connection)
    wrong = [one for one in found if one.wrong]
    if output is Output.JSON:
        show_json(found)
    elif wrong:
        _show(wrong)
    else:
        say(f"{len(found)} checks of {len({one.table for one in found})} tables: all hold")
    if wrong:
        said = "; ".join(
            f"{one.table}: {one.wrong:,} rows of which it does not hold that {one.must_hold}" for one in wrong
        )
        raise ContentRefused(said, kept="", advice="`munim rebuild` makes the tables again from the archive")


def _show(wrong: list[Check]) -> None:
    rows = [(one.table, one.must_hold, one.wrong, (one.example or "")[:SHOWN_EXAMPLE]) for one in wrong]
    show_table(f"{len(wrong)} checks that fail", ["table", "what must hold", "rows", "one of them"], rows)
