"""`munim screen` and `munim screener`: what a session's figures let through, and computing them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors, progress
from munim.cli.output import as_text, say, show_csv, show_json, show_table, warn
from munim.cli.words import Output, OutputOption, SeriesOutput, SeriesOutputOption, examples, read_day

if TYPE_CHECKING:
    from munim.readers.screens import Screened

EXAMPLES = examples(
    "munim screen",
    "munim screen 'pct_from_52w_high > -2 and delivery_ratio > 2'",
    "munim screen momentum --on 2026-08-20",
    "munim screen \"return_12m_pct > 50 and series = 'EQ' and average_value_20d_inr > 1_00_00_000\" -o csv",
)

app = typer.Typer(help="Compute the screener's figures.", no_args_is_help=True)

SHOWN = ("symbol", "name", "close", "return_1d_pct", "return_1m_pct", "return_12m_pct", "pct_from_52w_high",
         "volume_ratio", "delivery_ratio", "value_inr")  # fmt: skip
"""The columns of the table; those that a screen names come after them. JSON and CSV have all."""


def screen(
    text: Annotated[
        str | None,
        typer.Argument(metavar="EXPRESSION|NAME", help="A condition on the screener's columns, or a screen's name; "
                                                       "without it, the screens that have names."),
    ] = None,
    *,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=read_day, metavar="DATE", help="Session, or the last one before; default: newest."),
    ] = None,
    exchange: Annotated[str, typer.Option("--exchange", metavar="NAME", help="NSE or BSE.")] = "NSE",
    limit: Annotated[int, typer.Option(min=1, help="How many, those with the most value traded.")] = 50,
    output: SeriesOutputOption = SeriesOutput.TABLE,
) -> None:  # fmt: skip
    """Show the securities whose figures meet a condition in a session; a missing figure meets none."""
    from munim.readers import screens as readers  # noqa: PLC0415

    with doors.open_reading(doors.open_settings()) as connection:
        if text is None:
            named = readers.named_screens(connection)
            rows = [(one.name, one.meaning) for one in named]
            if output is SeriesOutput.JSON:
                show_json(named)
            elif output is SeriesOutput.CSV:
                show_csv(["name", "meaning"], rows)
            else:
                show_table("screens that have names", ["name", "what it shows"], rows)
            return
        found = readers.screen(connection, text, exchange, on=on, limit=limit)
    if found.session.stale:
        warn(f"munim: the figures of {found.session.as_of_date} are stale: `munim screener compute`")
    if output is SeriesOutput.JSON:
        show_json({"exchange": exchange, "as_of_date": found.session.as_of_date, "stale": found.session.stale,
                   "rows": [dict(zip(found.columns, row, strict=True)) for row in found.rows]})  # fmt: skip
    elif output is SeriesOutput.CSV:
        show_csv(found.columns, found.rows)
    else:
        _show(text, found, limit)


def _show(text: str, found: Screened, limit: int) -> None:
    named = [
        name for name in found.columns if name in text and name not in SHOWN and name not in {"exchange", "series"}
    ]
    places = [found.columns.index(name) for name in (*SHOWN, *named)]
    rows = [[row[place] for place in places] for row in found.rows]
    title = f"{text}: {found.exchange}, {as_text(found.session.as_of_date)}"
    if not rows:
        say(f"{title}: nothing")
        return
    show_table(title, [*SHOWN, *named], rows)
    if len(rows) == limit:
        say("… and perhaps more: --limit")


@app.command("compute", epilog=examples("munim screener compute", "munim screener compute -o json"))
def compute(*, output: OutputOption = Output.TABLE) -> None:
    """Compute the figures of all sessions that have none, or whose rows, actions or symbols changed since.

    A new session is computed with its load, once the one before it has been.
    """
    from pipelines.screener_compute import compute_pending  # noqa: PLC0415 - pandas costs a second

    settings = doors.open_settings()
    tools = doors.open_tools(settings, settings.world)
    with progress.bar("screener") as tell:
        done = compute_pending(tools, tell)
    if output is Output.JSON:
        show_json(done)
    else:
        say(", ".join(f"{exchange}: {count:,} sessions" for exchange, count in done.items()) or "nothing to compute")
