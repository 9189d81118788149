"""`munim backfill`: years of history, planned, queued once for all who ask, watched, paused and resumed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.backfill_said import show_made, show_one
from munim.cli.output import say, show_json, show_table
from munim.cli.words import Output, OutputOption, examples, read_day
from munim.core.clock import now
from munim.core.errors import RequestWrong
from munim.readers import backfills as readers
from pipelines.catalogue import DATA_SETS, data_set

if TYPE_CHECKING:
    from loaders.backfills import State

app = typer.Typer(help="Ask for history: days and years gone by.", no_args_is_help=True)


class Reprocess(StrEnum):
    """What is asked for of the days that were asked for before."""

    NONE = "none"
    FAILED = "failed"
    ALL = "all"


DataSetArgument = Annotated[str, typer.Argument(metavar="DATASET", help=f"Data set: {', '.join(DATA_SETS)}.")]
NumberArgument = Annotated[int, typer.Argument(metavar="ID", help="Number of the backfill.")]
WhyOption = Annotated[str | None, typer.Option("--why", metavar="WORDS", help="Why, kept with the backfill.")]


@app.command(
    "create",
    epilog=examples(
        "munim backfill create nav --from-date 2016-01-01 --to-date 2025-12-31 --dry-run",
        "munim backfill create nav --from-date 2016-01-01 --to-date 2025-12-31 --run-backwards",
        "munim backfill create flows --feed nse.participant_oi --from-date 2024-01-01 --to-date 2024-12-31 --watch",
        "munim backfill create nav --from-date 2026-08-01 --to-date 2026-08-30 --reprocess all --why restated",
    ),
)
def create(  # noqa: PLR0913 - an argument an option
    dataset: DataSetArgument,
    *,
    from_date: Annotated[date, typer.Option("--from-date", parser=read_day, metavar="DATE", help="First day.")],
    to_date: Annotated[
        date, typer.Option("--to-date", parser=read_day, metavar="DATE", help="Last day; it belongs to it.")
    ],
    feed: Annotated[
        str | None, typer.Option("--feed", metavar="FEED", help="This feed alone; without it, all that serve any day.")
    ] = None,
    only_missing: Annotated[
        bool, typer.Option("--only-missing", help="What has no content: never asked for, or in vain. The default.")
    ] = False,
    reprocess: Annotated[
        Reprocess | None,
        typer.Option(
            help="none: what was never asked for; failed: what failed before, alone; all: every day, there or not."
        ),
    ] = None,
    max_active_runs: Annotated[
        int | None, typer.Option(min=1, help="Slots of it at the same time; without it, as many as there are workers.")
    ] = None,
    run_backwards: Annotated[bool, typer.Option("--run-backwards", help="Begin with the newest.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the slots, what each is in or out for, and the cost; queue nothing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay until it has ended; where no worker is at work, do it here.")
    ] = False,
    why: WhyOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Ask for a data set's history; workers fetch it (`munim worker`), or this command itself with --watch.

    What is there or waits already is not fetched a second time. A slot that fails leaves the others alone.
    """
    from loaders.backfills import Request  # noqa: PLC0415 - brings the driver
    from pipelines import backfill_create  # noqa: PLC0415

    if only_missing and reprocess is not None:
        raise RequestWrong("--only-missing and --reprocess are two answers to one question", advice="give one of them")
    settings = doors.open_settings()
    kept = data_set(dataset)
    request = Request(
        kept.name,
        feed,
        from_date,
        to_date,
        reprocess.value if reprocess else "missing",
        run_backwards,
        max_active_runs,
        doors.asked_by(settings),
        why,
    )
    backfill_create.check_dates(request)
    feeds = backfill_create.past_feeds(kept, feed)
    if dry_run:
        with doors.open_reading(settings) as connection:
            asked = backfill_create.asked_of(request, now)
            made = backfill_create.Made(backfill_create.plan_backfill(connection, kept, feeds, asked))
    else:
        made = backfill_create.make_backfill(doors.open_database(settings, settings.world), now, kept, request)
    show_made(kept, request, made, output)
    if watch and made.backfill_id is not None:
        _watch(made.backfill_id)


@app.command("list", epilog=examples("munim backfill list", "munim backfill list -o json"))
def list_backfills(
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20, output: OutputOption = Output.TABLE
) -> None:
    """List the newest backfills, newest first, and how far each is."""
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.list_backfills(connection, limit)
    if output is Output.JSON:
        show_json([asdict(one) | {"standing": one.standing} for one in found])
        return
    rows = [
        (str(one.backfill_id), one.dataset, one.feed or "all", one.from_date, one.to_date, one.standing,
         *(one.slots.get(state, 0) for state in ("waiting", "running", "done", "empty", "failed")),
         one.rows_new, one.rows_changed, one.asked_by)
        for one in found
    ]  # fmt: skip
    columns = ["id", "data set", "feed", "from", "to", "", "waiting", "running", "done", "empty", "failed", "new",
               "changed", "asked by"]  # fmt: skip
    show_table(f"{len(found)} backfills", columns, rows)


@app.command(
    "show",
    epilog=examples("munim backfill show 3", "munim backfill show 3 --slots", "munim backfill show 3 -o json"),
)
def show(
    backfill_id: NumberArgument,
    *,
    slots: Annotated[bool, typer.Option("--slots", help="List each slot, with its run or why it failed.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Draw a backfill's days: what is there, what is empty, what failed and what waits; and what changed by it."""
    settings = doors.open_settings()
    with doors.open_reading(settings) as connection:
        show_one(connection, backfill_id, output, slots=slots)


@app.command("pause", epilog=examples("munim backfill pause 3", "munim backfill pause 3 --why 'results season'"))
def pause(backfill_id: NumberArgument, *, why: WhyOption = None) -> None:
    """Let no further slot begin; those that run end. A slot that another backfill asks for too goes on."""
    _set(backfill_id, "paused", why)
    say(f"backfill {backfill_id} is paused: `munim backfill resume {backfill_id}` goes on with it")


@app.command("resume", epilog=examples("munim backfill resume 3"))
def resume(
    backfill_id: NumberArgument,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay until it has ended; where no worker is at work, do it here.")
    ] = False,
) -> None:
    """Go on with a backfill that was paused."""
    _set(backfill_id, "open", None)
    say(f"backfill {backfill_id} goes on")
    if watch:
        _watch(backfill_id)


@app.command("cancel", epilog=examples("munim backfill cancel 3"))
def cancel(backfill_id: NumberArgument, *, why: WhyOption = None) -> None:
    """End a backfill for ever: what waits is taken out of the queue, what was loaded stays."""
    _set(backfill_id, "cancelled", why)
    say(f"backfill {backfill_id} is cancelled")


@app.command("watch", epilog=examples("munim backfill watch 3"))
def watch_one(backfill_id: NumberArgument) -> None:
    """Stay until a backfill has ended; where no worker is at work, do it here."""
    _watch(backfill_id)


def _set(backfill_id: int, state: State, why: str | None) -> None:
    from pipelines.backfill_create import set_state  # noqa: PLC0415 - brings the driver

    settings = doors.open_settings()
    set_state(doors.open_database(settings), now, backfill_id, state, why)


def _watch(backfill_id: int) -> None:
    from munim.cli.backfill_watch import watch  # noqa: PLC0415 - brings the queue's library

    watch(doors.open_settings(), backfill_id)
