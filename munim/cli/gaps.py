"""`munim gaps`: days that are due and were never filled."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import as_record, as_text, say, show_json, show_table
from munim.cli.run import DataSetArgument
from munim.cli.words import Output, OutputOption, examples, read_instant
from munim.core.clock import now
from munim.core.errors import ContentLate
from munim.readers.gaps import gaps_at
from pipelines.catalogue import data_set

if TYPE_CHECKING:
    from munim.readers.gaps import Gap
    from pipelines.dataset import DataSet

EXAMPLES = examples("munim gaps flows", "munim gaps flows --at 2026-08-21T08:05+05:30", "munim gaps flows -o json")

SHOWN_DAYS = 60
"""Days of a feed that a person is shown, the newest; JSON has all."""


def gaps(
    dataset: DataSetArgument,
    *,
    at: Annotated[
        datetime | None,
        typer.Option(parser=read_instant, metavar="TIME", help="Judge by what was due then, in place of now."),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """List the days since a feed's first one that are due and have no content, with what can fill each.

    Exit code 5 when there are any. Of a day of which no list of holidays says anything it is said: it may be none.
    """
    kept = data_set(dataset)
    with doors.open_reading(doors.open_settings()) as connection:
        found = gaps_at(connection, kept.name, at or now())
    if output is Output.JSON:
        from pipelines.gaps import ways_to_fill  # noqa: PLC0415 - brings the driver

        show_json([as_record(one) | {"filled_by": ways_to_fill(kept, one.feed, one.day)} for one in found])
    else:
        _show(kept, found)
    if found:
        feeds = ", ".join(f"{len(list(days)):,} of {feed}" for feed, days in groupby(found, key=lambda one: one.feed))
        raise ContentLate(f"days without content: {feeds}", kept="", advice=f"munim gaps {kept.name} -o json has all")


def _show(dataset: DataSet, found: list[Gap]) -> None:
    from pipelines.gaps import ways_to_fill  # noqa: PLC0415 - brings the driver

    if not found:
        say(f"{dataset.name} has no gap")
    for feed, of_feed in groupby(found, key=lambda one: one.feed):
        days = list(of_feed)
        rows = [
            (one.day, f"{one.day:%a}", one.standing, ways_to_fill(dataset, feed, one.day)[0])
            for one in days[-SHOWN_DAYS:]
        ]
        title = f"{feed}: {as_text(len(days))} day{'' if len(days) == 1 else 's'} without content"
        show_table(title, ["day", "", "session", "filled by"], rows)
        if len(days) > SHOWN_DAYS:
            say(f"… and {len(days) - SHOWN_DAYS:,} days before; -o json has them")
        others = ways_to_fill(dataset, feed, days[-1].day)[1:]
        if others:
            say(f"or: {'; '.join(others)}\n")
