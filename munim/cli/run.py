"""`munim run`: one slot of a data set, fetched and loaded."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors, progress, slots
from munim.cli.made import MadeSites, settings_for_made_data
from munim.cli.outcome import show_outcome
from munim.cli.words import DryRunOption, FeedOption, ForceOption, Output, OutputOption, examples
from munim.core.clock import now
from pipelines.catalogue import DATA_SETS, data_set
from schedules.timetable import current_slot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from munim.core.clock import Clock
    from munim.core.settings import Settings
    from pipelines.tools import Tools

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
    replica: Annotated[
        bool,
        typer.Option(
            "--replica", help="Ask the built-in replica, offline; made data goes into MUNIM_HOME/replica alone."
        ),
    ] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Fetch what a slot asks for, check it, and load it.

    A slot that is closed is left alone. Nothing is written unless all of it is.
    """
    from pipelines.run import run as run_slot  # noqa: PLC0415 - brings the driver
    from pipelines.tools import Options  # noqa: PLC0415

    settings = doors.open_settings()
    kept = data_set(dataset)
    asked = slots.resolve(kept, slot, feed, now(), any_instant=replica)
    with _tools(settings, asked, replica=replica) as tools:
        outcome = run_slot(kept, asked.feed, asked.slot, tools, Options(force=force, dry_run=dry_run, again=again))
        at = tools.clock()
    show_outcome(kept, outcome, at, output)
    if replica and output is Output.TABLE:
        from munim.cli.output import near, say  # noqa: PLC0415

        say(f"made data, in {near(settings.home / MADE_HOME)}: to read it, set MUNIM_HOME to that folder")


@contextmanager
def _tools(settings: Settings, asked: slots.Asked, *, replica: bool) -> Iterator[Tools]:
    """Give what the run works with: the sites and the database of the settings, or made ones."""
    with ExitStack() as stack:
        step = stack.enter_context(progress.steps(f"{asked.feed} {asked.slot}"))
        if not replica:
            yield doors.open_tools(settings, settings.world, step=step)
            return
        made = settings_for_made_data(settings, settings.home / MADE_HOME)
        sites = stack.enter_context(MadeSites(made))
        clock: Clock = now
        if asked.instant is not None and asked.instant != current_slot(asked.feed, now()):
            # Another time's file has to be fetched at that time: values are known from then.
            clock = partial(_same, asked.instant)
        at = asked.instant or now()
        yield doors.open_tools(made, "replica", clock=clock, client=lambda: sites.client(at, clock), step=step)


def _same(instant: datetime) -> datetime:
    return instant
