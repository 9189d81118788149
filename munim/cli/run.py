"""`munim run`: one slot of a data set, fetched and loaded."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Self

import typer

from munim.cli import doors, progress, slots
from munim.cli.made import MadeSites, settings_for_made_data
from munim.cli.outcome import not_yet, show_outcomes
from munim.cli.output import as_text, near, say, warn
from munim.cli.tracing import traced
from munim.cli.words import DryRunOption, FeedOption, ForceOption, Output, OutputOption, examples
from munim.core.clock import now
from munim.core.errors import MunimError
from pipelines.catalogue import DATA_SETS, data_set
from schedules.timetable import current_slot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import TracebackType

    from munim.core.clock import Clock
    from munim.core.payload import World
    from munim.core.settings import Settings
    from pipelines.run import Outcome
    from pipelines.tools import Tools
    from schedules.timetable import ContentDay

EXAMPLES = examples(
    "munim run nav",
    "munim run nav --slot 2026-08-18",
    "munim run nav --slot 2026-08-01..2026-08-30 -o json",
    "munim run nav --dry-run",
    "munim run nav --replica",
)

MADE_HOME = "replica"
"""Folder of MUNIM_HOME that holds what `--replica` loads."""

DataSetArgument = Annotated[str, typer.Argument(metavar="DATASET", help=f"Data set: {', '.join(DATA_SETS)}.")]


def run(  # noqa: PLR0913 - an argument an option
    dataset: DataSetArgument,
    *,
    slot: Annotated[
        str | None,
        typer.Option(
            metavar="DATE|FROM..TO|INSTANT",
            help="What to ask for: a day or a window of history (30 days at most), or the scheduled instant; "
            "without it, the newest scheduled instant.",
        ),
    ] = None,
    feed: FeedOption = None,
    dry_run: DryRunOption = False,
    force: ForceOption = False,
    again: Annotated[bool, typer.Option("--again", help="Run a slot that is closed already.")] = False,
    scheduled: Annotated[
        bool,
        typer.Option("--scheduled", help="For what a timetable starts, not a person: leave paused feeds alone."),
    ] = False,
    replica: Annotated[
        bool,
        typer.Option(
            "--replica", help="Ask the built-in replica, offline; made data goes into MUNIM_HOME/replica alone."
        ),
    ] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Fetch what a slot asks for, check it, and load it; without --feed, each feed that is asked in this way.

    A slot that is closed is left alone; one whose day is not published yet stays open (exit code 6). Nothing is
    written unless all of it is.
    """
    from pipelines.run import run as run_slot  # noqa: PLC0415 - brings the driver
    from pipelines.tools import Options  # noqa: PLC0415

    settings = doors.open_settings()
    kept = data_set(dataset)
    options = Options(force=force, dry_run=dry_run, again=again)
    done: list[tuple[Outcome, datetime]] = []
    failures: list[MunimError] = []
    with _Place(settings, replica=replica, scheduled=scheduled) as place:
        wanted = slots.resolve(kept, slot, feed, now(), any_instant=replica, content_days=place.content_days)
        wanted = place.not_paused(wanted)
        for asked in wanted:
            try:
                with place.tools(asked) as tools:
                    done.append((run_slot(kept, asked.feed, asked.slot, tools, options), tools.clock()))
                    if dataset == "nav" and not dry_run:
                        doors.cover_closed_years(tools.database)
            except MunimError as error:
                if len(wanted) == 1:
                    raise
                failures.append(error)
    show_outcomes(kept, done, output, single=len(wanted) == 1)
    if replica and output is Output.TABLE:
        say(f"made data, in {near(settings.home / MADE_HOME)}: to read it, set MUNIM_HOME to that folder")
    _raise_first(failures + [not_yet(outcome) for outcome, _ in done if outcome.status == "not_yet"])


def _raise_first(failures: list[MunimError]) -> None:
    """End as the first feed that failed does; the others' failures are told before."""
    for failure in failures[1:]:
        warn(f"munim: {failure}")
    if failures:
        raise failures[0]


class _Place:
    """What runs work with: the sites and the database of the settings, or made ones."""

    def __init__(self, settings: Settings, *, replica: bool, scheduled: bool) -> None:
        """Nothing is opened yet."""
        self._scheduled = scheduled
        self._stack = ExitStack()
        self._replica = replica
        self._settings = settings_for_made_data(settings, settings.home / MADE_HOME) if replica else settings

    def __enter__(self) -> Self:
        """Start the made sites, where it is them."""
        if self._replica:
            self._sites = self._stack.enter_context(MadeSites(self._settings))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop them."""
        self._stack.close()

    def content_days(self, calendar: str) -> ContentDay:
        """Return what tells the days with content of a calendar, from the database."""
        return doors.content_days(self._settings, self._world, calendar)

    def not_paused(self, wanted: list[slots.Asked]) -> list[slots.Asked]:
        """Return what is to be run: where a timetable asks, not what is paused."""
        if not self._scheduled:
            return wanted
        from munim.readers.schedules import pauses  # noqa: PLC0415 - brings the driver

        with doors.open_reading(self._settings) as connection:
            paused = pauses(connection)
        for asked in wanted:
            if asked.feed in paused:
                since = as_text(paused[asked.feed].paused_at)
                warn(f"{asked.feed} is paused since {since} (IST) by {paused[asked.feed].paused_by}: it is not run")
        return [asked for asked in wanted if asked.feed not in paused]

    @property
    def _world(self) -> World:
        return "replica" if self._replica else self._settings.world

    @contextmanager
    def tools(self, asked: slots.Asked) -> Iterator[Tools]:
        """Give what a run of a slot works with."""
        named = {"munim.feed": asked.feed, "munim.slot": asked.slot}
        with progress.steps(f"{asked.feed} {asked.slot}") as told, traced("munim run", named, told) as step:
            if not self._replica:
                from pipelines.clocks import check_clock  # noqa: PLC0415 - brings the driver

                tools = doors.open_tools(self._settings, self._world, step=step)
                check_clock(tools.database)
                yield replace(tools, asked_by=f"the timetable, {tools.asked_by}") if self._scheduled else tools
                return
            clock: Clock = now
            if asked.instant is not None and asked.instant != current_slot(asked.feed, now()):
                # Another time's file has to be fetched at that time: values are known from then.
                clock = partial(_same, asked.instant)
            at = asked.instant or now()
            yield doors.open_tools(
                self._settings, self._world, clock=clock, client=lambda: self._sites.client(at, clock), step=step
            )


def _same(instant: datetime) -> datetime:
    return instant
