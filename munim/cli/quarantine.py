"""`munim quarantine`: rows that were refused."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from munim.cli import doors
from munim.cli.output import as_record, say, show_json, show_record, show_table
from munim.cli.words import Output, OutputOption, examples
from munim.core.errors import RequestWrong
from munim.readers import quarantine as readers
from pipelines.catalogue import data_set

app = typer.Typer(help="Look at rows that were refused, and read them again.", no_args_is_help=True)


class Which(StrEnum):
    """Which refused rows."""

    OPEN = "open"
    REPLAYED = "replayed"
    ALL = "all"


@app.command("list", epilog=examples("munim quarantine list", "munim quarantine list --status all -o json"))
def list_refused(
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 50,
    status: Annotated[Which, typer.Option(help="Still refused, replayed since, or all.")] = Which.OPEN,
    output: OutputOption = Output.TABLE,
) -> None:
    """List the newest refused rows, newest first."""
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.list_refused(connection, limit, None if status is Which.ALL else status.value)
    if output is Output.JSON:
        show_json(found)
        return
    rows = [
        (str(one.quarantine_id), one.feed, one.fetched_at, str(one.line_no), one.reason, one.detail, one.status)
        for one in found
    ]
    columns = ["row", "feed", "fetched (IST)", "line", "reason", "detail", "status"]
    show_table(f"{len(found)} refused rows", columns, rows)


@app.command("show", epilog=examples("munim quarantine show 7"))
def show_refused(
    quarantine_id: Annotated[int, typer.Argument(metavar="ID", help="Number of the refused row.")],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a refused row in full: the line as the source wrote it, why, and which bytes hold it."""
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.show_refused(connection, quarantine_id)
    if output is Output.JSON:
        show_json(found)
    else:
        record = asdict(found) | {"quarantine_id": str(found.quarantine_id), "payload_id": str(found.payload_id)}
        show_record(f"refused row {quarantine_id} (times in IST)", record)


@app.command("replay", epilog=examples("munim quarantine replay 7 8", "munim quarantine replay --all",
                                       "munim quarantine replay 7 --accept"))  # fmt: skip
def replay(
    quarantine_ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID...]", help="Numbers of refused rows.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All rows that are still refused.")] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Load also what only a judgement is against: a far date, a negative NAV."),
    ] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Read refused rows again, and load those that can be read now; the archive keeps what was accepted."""
    from pipelines.decisions import ReplayReport  # noqa: PLC0415 - brings the driver
    from pipelines.decisions import replay as replay_rows  # noqa: PLC0415

    if bool(quarantine_ids) == every:
        raise RequestWrong("give the numbers of refused rows, or --all", advice="see `munim quarantine list`")
    settings = doors.open_settings()
    with doors.open_reading(settings) as connection:
        wanted = readers.open_rows(connection, None if every else quarantine_ids)
    tools = doors.open_tools(settings, None)
    reports = [replay_rows(data_set(name), numbers, tools, accept=accept) for name, numbers in wanted.items()]
    whole = ReplayReport(sum(one.replayed for one in reports), sum(one.still_refused for one in reports))
    if output is Output.JSON:
        show_json(as_record(whole))
    else:
        say(f"{whole.replayed:,} rows were loaded, {whole.still_refused:,} are still refused")
