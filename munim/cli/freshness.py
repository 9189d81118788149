"""`munim freshness`: whether what is due is there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import show_json, show_table
from munim.cli.words import Output, OutputOption, examples, read_instant
from munim.core.clock import now
from munim.core.errors import ContentLate
from munim.readers import freshness as readers
from pipelines.catalogue import DATA_SETS, data_set

if TYPE_CHECKING:
    from munim.readers.freshness import Freshness

EXAMPLES = examples(
    "munim freshness",
    "munim freshness nav",
    "munim freshness -o json",
    "munim freshness --at 2026-08-21T11:00+05:30",
)


def freshness(
    dataset: Annotated[
        str | None, typer.Argument(metavar="DATASET", help=f"Of this data set alone: {', '.join(DATA_SETS)}.")
    ] = None,
    *,
    at: Annotated[
        datetime | None,
        typer.Option(parser=read_instant, metavar="TIME", help="Judge by what was due then, in place of now."),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say of each feed how new its content is and what is due; exit code 5 when any is late."""
    kept = data_set(dataset) if dataset is not None else None
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.freshness_at(connection, at or now())
    if kept is not None:
        found = [one for one in found if one.dataset == kept.name]
    if output is Output.JSON:
        show_json(found)
    else:
        show_freshness(found)
    late = [one for one in found if one.is_late]
    if late:
        raise ContentLate("; ".join(_lateness(one) for one in late), kept="", advice="see `munim runs list`")


def show_freshness(found: list[Freshness]) -> None:
    """Print a line a feed."""
    rows = [
        (one.feed, one.status, one.newest_content, one.due_content,
         "" if one.due_share is None else f"{one.due_share:.2%}", one.gaps, one.last_success)
        for one in found
    ]  # fmt: skip
    columns = ["feed", "status", "newest", "due", "schemes that have it", "gaps", "last success (IST)"]
    show_table("freshness", columns, rows)


def _lateness(one: Freshness) -> str:
    if one.due_share is None:
        return f"{one.feed} is {one.status}: {one.due_content} is due"
    return f"{one.feed} is {one.status}: {one.due_share:.1%} of the schemes that are due have {one.due_content}"
