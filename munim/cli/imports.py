"""`munim import`: a history that an analyst already has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from munim.cli import doors, progress
from munim.cli.outcome import outcome_record, show_report
from munim.cli.output import show_json
from munim.cli.words import DryRunOption, ForceOption, Output, OutputOption, examples
from pipelines.catalogue import data_set

app = typer.Typer(help="Bring in a history that you already have.", no_args_is_help=True)

EXAMPLES = examples(
    "munim import flows history.csv --source mine",
    "munim import flows fii_dii.csv --source mine --map date=trade_date,fii_buy=fii_buy,fii_sell=fii_sell",
    "munim import flows history.csv --source mine --dry-run",
)


@app.command("flows", epilog=EXAMPLES)
def import_flows(  # noqa: PLR0913 - an argument an option
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a header, or JSON records.")],
    source: Annotated[
        str, typer.Option(metavar="NAME", help="Whose figures they are, in your words: a name of its own.")
    ],
    *,
    columns: Annotated[
        str,
        typer.Option("--map", metavar="THEIRS=OURS,…", help="Their columns in our words, where they have others."),
    ] = "",
    scope: Annotated[str, typer.Option(help="all_exchanges, or nse: where the file does not say.")] = "all_exchanges",
    basis: Annotated[
        str, typer.Option(help="exchange_provisional, depository_final or imported: where the file does not say.")
    ] = "imported",
    dry_run: DryRunOption = False,
    force: ForceOption = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Load FII/DII figures under a source's name, marked as imported, and checked like anything else.

    Columns: trade_date, investor_class, buy, sell, net, a line a class; or trade_date, fii_buy, fii_sell, fii_net,
    dii_buy, dii_sell, dii_net, a line a session. Lines that are all zero, whose day was no session, or whose session
    has other figures from another source are refused: see `munim quarantine`.
    """
    from pipelines.flows_import import Header, parse_map  # noqa: PLC0415 - brings pandas
    from pipelines.imports import import_flows as load_file  # noqa: PLC0415
    from pipelines.tools import Options  # noqa: PLC0415

    settings = doors.open_settings()
    header = Header(source, parse_map(columns) if columns else {}, scope, basis)
    with progress.steps(f"import of {file.name}") as step:
        tools = doors.open_tools(settings, settings.world, step=step)
        report = load_file(data_set("flows"), file, header, tools, Options(force=force, dry_run=dry_run))
    if output is Output.JSON:
        show_json(outcome_record(report.status, report.run_id, report))
    else:
        show_report(f"import of {file.name} as {source}", report)
