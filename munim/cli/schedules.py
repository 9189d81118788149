"""`munim schedules`: what runs when, what comes next, and holding a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import as_text, say, show_json, show_table
from munim.cli.words import Output, OutputOption, examples, read_instant
from munim.core.clock import now
from munim.core.errors import RequestWrong
from munim.readers.schedules import pauses
from schedules import timetable
from schedules.slots import following

if TYPE_CHECKING:
    from collections.abc import Iterator

    from munim.core.settings import Settings
    from munim.readers.schedules import Pause
    from schedules.timetable import Entry

app = typer.Typer(help="See what runs when, and pause a feed.", no_args_is_help=True)

FeedArgument = Annotated[str, typer.Argument(metavar="FEED", help="Feed, such as amfi.latest.")]


@dataclass(frozen=True)
class Scheduled:
    """A feed of the timetable: `fires` are cron lines in Asia/Kolkata; `due` by when a day's content is to be there."""

    feed: str
    dataset: str
    fires: list[str]
    slots: str
    calendar: str
    due: str
    try_every_min: int
    try_for_min: int
    catch_up_days: int
    paused_at: datetime | None
    paused_by: str | None
    paused_because: str | None


@dataclass(frozen=True)
class Next:
    """When a feed is to run next, and which slot that is by what the calendar says now."""

    feed: str
    dataset: str
    at: datetime
    slot: str
    paused: bool


@app.command("list", epilog=examples("munim schedules list", "munim schedules list -o json"))
def list_schedules(output: OutputOption = Output.TABLE) -> None:
    """List every feed that runs by itself: when, what its slots are, and whether it is paused."""
    paused = _paused(doors.open_settings())
    found = [_scheduled(one, paused.get(one.feed)) for one in timetable.TIMETABLE]
    if output is Output.JSON:
        show_json(found)
        return
    rows = [
        (one.feed, ", ".join(_times(timetable.entry(one.feed))), one.slots, one.calendar, one.due,
         f"every {one.try_every_min} min for {one.try_for_min}", as_text(one.paused_at))
        for one in found
    ]  # fmt: skip
    columns = ["feed", "fires (IST)", "a slot is", "on", "due", "tried again", "paused since (IST)"]
    show_table(f"{len(found)} feeds", columns, rows)


@app.command(
    "next",
    epilog=examples(
        "munim schedules next", "munim schedules next amfi.latest --count 5", "munim schedules next -o json"
    ),
)
def next_firings(
    feed: Annotated[str | None, typer.Argument(metavar="[FEED]", help="Of this feed alone.")] = None,
    count: Annotated[int, typer.Option(min=1, help="How many of each feed.")] = 1,
    after: Annotated[
        datetime | None, typer.Option(parser=read_instant, metavar="TIME", help="After this time, in place of now.")
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say when each feed is to run next, and which slot that will be; the calendar may yet learn of a holiday."""
    settings = doors.open_settings()
    entries = timetable.TIMETABLE if feed is None else (_entry(feed),)
    paused = _paused(settings)
    found = [one for entry in entries for one in _following(settings, entry, after or now(), count, paused)]
    found.sort(key=lambda one: one.at)
    if output is Output.JSON:
        show_json(found)
        return
    rows = [(one.feed, one.at, one.slot, "paused" if one.paused else "") for one in found]
    show_table("next", ["feed", "at (IST)", "slot", ""], rows)


@app.command("pause", epilog=examples('munim schedules pause nse.fii_dii --reason "the page is being rebuilt"'))
def pause(
    feed: FeedArgument,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; it is shown with the pause.")] = None,
) -> None:
    """Have a feed run by itself no more, until it is unpaused; what a person asks for is run.

    What it misses meanwhile is caught up on then, or recorded as missed.
    """
    from loaders import schedule_rows  # noqa: PLC0415 - brings the driver

    _entry(feed)
    settings = doors.open_settings()
    database = doors.open_database(settings)
    with database.session() as session:
        schedule_rows.pause(session, feed, now(), doors.asked_by(settings), reason)
    say(f"{feed} is paused: `munim schedules unpause {feed}` ends it")


@app.command("unpause", epilog=examples("munim schedules unpause nse.fii_dii"))
def unpause(feed: FeedArgument) -> None:
    """Have a feed run by itself again."""
    from loaders import schedule_rows  # noqa: PLC0415

    _entry(feed)
    with doors.open_database(doors.open_settings()).session() as session:
        was_paused = schedule_rows.unpause(session, feed)
    say(f"{feed} runs again" if was_paused else f"{feed} was not paused")


def _entry(feed: str) -> Entry:
    if not timetable.has_entry(feed):
        names = ", ".join(one.feed for one in timetable.TIMETABLE)
        raise RequestWrong(f"there is no feed {feed!r} in the timetable", advice=f"there is: {names}")
    return timetable.entry(feed)


def _paused(settings: Settings) -> dict[str, Pause]:
    with doors.open_reading(settings) as connection:
        return pauses(connection)


def _scheduled(entry: Entry, paused: Pause | None) -> Scheduled:
    due = f"{entry.due_time:%H:%M}" + (f" +{entry.due_days_later} d" if entry.due_days_later else "")
    return Scheduled(
        entry.feed,
        entry.dataset,
        [timetable.cron(firing) for firing in entry.fires],
        entry.slots,
        entry.calendar,
        due,
        round(entry.try_every.total_seconds() / 60),
        round(entry.try_for.total_seconds() / 60),
        entry.catch_up.days,
        paused.paused_at if paused else None,
        paused.paused_by if paused else None,
        paused.reason if paused else None,
    )


def _times(entry: Entry) -> Iterator[str]:
    for firing in entry.fires:
        yield f"{firing.at:%H:%M}" + ("" if firing.days == timetable.EVERY_DAY else f" {firing.days}")


def _following(
    settings: Settings, entry: Entry, after: datetime, count: int, paused: dict[str, Pause]
) -> Iterator[Next]:
    content_day = doors.content_days(settings, settings.world, entry.calendar)
    for _ in range(count):
        after, asked = following(entry, after, content_day)
        yield Next(entry.feed, entry.dataset, after, asked.slot, entry.feed in paused)
