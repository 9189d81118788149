"""`munim runs`: the ledger, and taking a run back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from munim.cli import doors, progress
from munim.cli.outcome import outcome_record, show_report
from munim.cli.output import show_json, show_record, show_table
from munim.cli.words import DryRunOption, Output, OutputOption, examples
from munim.readers import runs as readers
from pipelines.catalogue import data_set

app = typer.Typer(help="Look at what was run, and take a run back.", no_args_is_help=True)

RunArgument = Annotated[int, typer.Argument(metavar="ID", help="Number of the run.")]


@app.command("list", epilog=examples("munim runs list", "munim runs list --status refused", "munim runs list -o json"))
def list_runs(
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    status: Annotated[
        str | None, typer.Option(help="Of this status alone: success, repeat, skipped, refused, unavailable, …")
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """List the newest runs, newest first."""
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.list_runs(connection, limit, status)
    if output is Output.JSON:
        show_json(found)
        return
    columns = ["run", "feed", "slot", "status", "started (IST)", "read", "new", "changed", "unchanged", "refused"]
    rows = [
        (str(one.run_id), one.feed, one.slot, one.status, one.started_at, one.rows_read, one.rows_new,
         one.rows_changed, one.rows_unchanged, one.rows_quarantined)
        for one in found
    ]  # fmt: skip
    show_table(f"{len(found)} runs", columns, rows)


@app.command("show", epilog=examples("munim runs show 12", "munim runs show 12 -o json"))
def show_run(run_id: RunArgument, output: OutputOption = Output.TABLE) -> None:
    """Show a run in full: its payload, its checks, what it noted, and why it failed."""
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.show_run(connection, run_id)
    if output is Output.JSON:
        show_json(found)
        return
    record = asdict(found)
    checks = record.pop("checks")
    for number in ("run_id", "payload_id", "reverts_run_id"):
        record[number] = None if record[number] is None else str(record[number])
    show_record(f"run {run_id} (times in IST)", record)
    if checks:
        rows = [(check["name"], check["passed"], check["blocking"], check["detail"]) for check in checks]
        show_table("checks", ["check", "passed", "blocking", "detail"], rows)


@app.command("revert", epilog=examples("munim runs revert 12 --dry-run", "munim runs revert 12"))
def revert_run(run_id: RunArgument, *, dry_run: DryRunOption = False, output: OutputOption = Output.TABLE) -> None:
    """Put back, as new values, what a run replaced; what it had added is withdrawn.

    What other files say too that are not taken back stays, whichever said it first; but for NAVs.

    The revert is a run of its own, archived like any other: it can be reverted too.
    """
    from pipelines.decisions import revert  # noqa: PLC0415 - brings pandas
    from pipelines.tools import Options  # noqa: PLC0415

    settings = doors.open_settings()
    with doors.open_reading(settings) as connection:
        kept = data_set(readers.show_run(connection, run_id).dataset)
    with progress.steps(f"revert of run {run_id}") as step:
        report = revert(kept, run_id, doors.open_tools(settings, None, step=step), Options(dry_run=dry_run))
    if output is Output.JSON:
        show_json(outcome_record(report.status, report.run_id, report))
    else:
        show_report(f"revert of run {run_id}", report)
