"""The commands by name."""

from __future__ import annotations

from typing import Annotated

import typer

from munim import __version__
from munim.cli import (
    alerts,
    ask,
    backfill,
    calendar,
    check,
    coverage,
    db,
    demo,
    equity,
    flows,
    freshness,
    gaps,
    imports,
    ingest,
    instrument,
    ipo,
    kubernetes,
    metrics,
    nav,
    quarantine,
    rebuild,
    replica,
    run,
    runs,
    scheduler,
    schedules,
    scheme,
    screen,
    sources,
    worker,
)
from munim.cli.words import examples

app = typer.Typer(
    help="Keep India's market data in PostgreSQL: fetched politely, checked, dated, and never silently wrong.",
    epilog=examples("munim demo", "munim run nav", 'psql "$(munim db url)"', "munim nav show 120503 --plot"),
    no_args_is_help=True,
    # Tracebacks that show local variables would show passwords.
    pretty_exceptions_enable=False,
)


def _say_version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"munim {__version__}")
        raise typer.Exit


@app.callback()
def _munim(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=lambda value: _say_version(asked=value), is_eager=True,
                     help="Say the version and end."),
    ] = False,
) -> None:  # fmt: skip
    pass


app.command("run", epilog=run.EXAMPLES)(run.run)
app.command("ingest", epilog=ingest.EXAMPLES)(ingest.ingest)
app.add_typer(imports.app, name="import")
app.add_typer(backfill.app, name="backfill")
app.command("worker", epilog=worker.EXAMPLES)(worker.worker)
app.command("coverage", epilog=coverage.EXAMPLES)(coverage.coverage)
app.command("rebuild", epilog=rebuild.EXAMPLES)(rebuild.rebuild)
app.add_typer(runs.app, name="runs")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(nav.app, name="nav")
app.add_typer(scheme.app, name="scheme")
app.add_typer(calendar.app, name="calendar")
app.add_typer(equity.app, name="equity")
app.add_typer(instrument.app, name="instrument")
app.add_typer(instrument.actions_app, name="actions")
app.command("screen", epilog=screen.EXAMPLES)(screen.screen)
app.add_typer(screen.app, name="screener")
app.add_typer(flows.app, name="flows")
app.add_typer(ipo.app, name="ipo")
app.command("freshness", epilog=freshness.EXAMPLES)(freshness.freshness)
app.command("ask", epilog=ask.EXAMPLES)(ask.ask)
app.command("gaps", epilog=gaps.EXAMPLES)(gaps.gaps)
app.command("scheduler", epilog=scheduler.EXAMPLES)(scheduler.scheduler)
app.add_typer(schedules.app, name="schedules")
app.add_typer(check.app, name="check")
app.add_typer(alerts.app, name="alerts")
app.add_typer(db.app, name="db")
app.add_typer(kubernetes.app, name="kubernetes")
app.add_typer(metrics.app, name="metrics")
app.add_typer(replica.app, name="replica")
app.add_typer(sources.app, name="sources")
app.command("demo", epilog=demo.EXAMPLES)(demo.demo)
