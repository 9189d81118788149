"""`munim coverage`: what is there of a data set's history, what is missing, and the command that fills it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import console, say, show_json
from munim.cli.words import Output, OutputOption, examples, read_day
from munim.core.clock import ist_date, now
from munim.core.errors import RequestWrong
from pipelines.catalogue import DATA_SETS, data_set

if TYPE_CHECKING:
    from loaders.database import Connection
    from pipelines.backfill_coverage import Coverage
    from pipelines.dataset import DataSet

EXAMPLES = examples(
    "munim coverage nav",
    "munim coverage flows --feed nse.participant_oi",
    "munim coverage nav --from 2016-01-01 -o json",
)


def coverage(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help=f"Data set: {', '.join(DATA_SETS)}.")],
    *,
    feed: Annotated[
        str | None, typer.Option("--feed", metavar="FEED", help="This feed alone; without it, all that serve any day.")
    ] = None,
    first: Annotated[
        date | None,
        typer.Option("--from", parser=read_day, metavar="DATE", help="First day; without it, the first that is there."),
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=read_day, metavar="DATE", help="Last day; without it, yesterday.")
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say by year and month how many of the days that are due are there, and how to fill what is missing."""
    kept = data_set(dataset)
    with doors.open_reading(doors.open_settings()) as connection:
        found = _coverage(connection, kept, feed, first, last)
    if output is Output.JSON:
        answer = [
            {"feed": one.feed, "from": one.first, "to": one.last, "days_missing": one.days_missing,
             "months": one.months, "command": command(kept, one)}
            for one in found
        ]  # fmt: skip
        show_json(answer)
        return
    for one in found:
        _show(kept, one)


def command(dataset: DataSet, found: Coverage) -> str | None:
    """Return the command that fills what is missing; None where nothing is."""
    if found.missing is None:
        return None
    first, last = found.missing
    return f"munim backfill create {dataset.name} --feed {found.feed} --from-date {first} --to-date {last}"


def _coverage(
    connection: Connection, dataset: DataSet, feed: str | None, first: date | None, last: date | None
) -> list[Coverage]:
    from munim.readers.calendar import load_calendar  # noqa: PLC0415 - brings the driver
    from pipelines.backfill import Asked  # noqa: PLC0415
    from pipelines.backfill_coverage import cover, first_held  # noqa: PLC0415
    from pipelines.backfill_create import past_feeds, what_is_known  # noqa: PLC0415

    at = now()
    end = last or ist_date(at)
    calendar = load_calendar(connection)
    found = []
    for one in past_feeds(dataset, feed):
        asked = Asked(first or date.min, end, at)
        (held,) = what_is_known(connection, dataset, [one], asked).values()
        begin = first or first_held(held)
        if begin is not None and begin <= end:
            found.append(cover(one, held, calendar, (begin, end), at))
    if not found:
        raise RequestWrong(
            f"nothing of the history of {dataset.name} is there",
            advice=f"ask for it: munim backfill create {dataset.name} --from-date DATE --to-date DATE --dry-run",
        )
    return found


def _show(dataset: DataSet, found: Coverage) -> None:
    from munim.cli.backfill_drawing import draw_years  # noqa: PLC0415 - brings rich

    there, due = sum(one.there for one in found.months), sum(one.due for one in found.months)
    say(f"{found.feed}, {found.first} to {found.last}: {there:,} of {due:,} days that are due are there")
    console().print(draw_years(found.months))
    filling = command(dataset, found)
    if filling is not None:
        say(f"{found.days_missing:,} days are missing: {filling}")
    say("")
