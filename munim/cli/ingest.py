"""`munim ingest`: files that somebody already has."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors, progress
from munim.cli.outcome import outcome_record, show_report
from munim.cli.output import show_json, show_table
from munim.cli.run import DataSetArgument
from munim.cli.words import DryRunOption, FeedOption, ForceOption, Output, OutputOption, examples, read_instant
from pipelines.catalogue import data_set

if TYPE_CHECKING:
    from loaders.report import LoadReport
    from munim.core.payload import Payload

EXAMPLES = examples(
    "munim ingest nav NAVAll_2026-08-18T023237Z.txt",
    "munim ingest nav files/*.txt --dry-run",
    "munim ingest nav NAVAll.txt --fetched-at 2026-08-18T08:02+05:30",
)


def ingest(  # noqa: PLR0913 - an argument an option
    dataset: DataSetArgument,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files as the source served them.")],
    *,
    fetched_at: Annotated[
        datetime | None,
        typer.Option(
            parser=read_instant,
            metavar="TIME",
            help="When they were fetched, for files that say it neither in their name nor in a sidecar.",
        ),
    ] = None,
    feed: FeedOption = None,
    dry_run: DryRunOption = False,
    force: ForceOption = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Load files through the very way that fetched ones take, in the order in which they were fetched.

    The feed is told by the content. It stops at the first file that is refused; those before it are loaded.
    """
    from pipelines.ingest import ingest as ingest_payloads  # noqa: PLC0415 - brings the driver
    from pipelines.ingest import plan  # noqa: PLC0415
    from pipelines.tools import Options  # noqa: PLC0415

    settings = doors.open_settings()
    kept = data_set(dataset)
    payloads = plan(kept, files, fetched_at=fetched_at, feed=feed)
    tools = doors.open_tools(settings, settings.world)
    done: list[tuple[Payload, LoadReport]] = []
    try:
        with progress.bar(f"ingest {dataset}") as tell:
            for loaded in ingest_payloads(kept, payloads, tools, Options(force=force, dry_run=dry_run)):
                done.append(loaded)
                tell(len(done), len(payloads))
        if dataset == "nav" and not dry_run:
            doors.cover_closed_years(tools.database)
    finally:
        # Also where a file is refused: those before it are in the tables.
        _show(done, output, dry_run=dry_run)


def _show(done: list[tuple[Payload, LoadReport]], output: Output, *, dry_run: bool) -> None:
    if output is Output.JSON:
        show_json([_placed(payload) | outcome_record(report.status, report.run_id, report) for payload, report in done])
        return
    if dry_run:
        for payload, report in done:
            show_report(payload.url, report)
        return
    columns = ["file", "feed", "run", "status", "read", "new", "changed", "unchanged", "absent", "refused"]
    rows = [
        (
            payload.url.removeprefix("file:"), payload.feed, str(report.run_id), report.status, report.counts.read,
            report.counts.new, report.counts.changed, report.counts.unchanged, report.counts.absent,
            report.counts.quarantined,
        )
        for payload, report in done
    ]  # fmt: skip
    if rows:
        show_table(f"{len(done)} files", columns, rows)


def _placed(payload: Payload) -> dict[str, object]:
    return {"file": payload.url.removeprefix("file:"), "feed": payload.feed, "fetched_at": payload.fetched_at}
