"""`munim metrics`: the ledger as Prometheus reads it."""

from __future__ import annotations

import sys
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import say
from munim.cli.words import examples
from munim.core.clock import now
from munim.core.errors import MunimError

if TYPE_CHECKING:
    from munim.core.settings import Settings

app = typer.Typer(help="Show the ledger to Prometheus.", no_args_is_help=True)


@app.command("show", epilog=examples("munim metrics show"))
def show() -> None:
    """Print the metrics once, as they are at /metrics."""
    sys.stdout.write(metrics(doors.open_settings()))


@app.command("serve", epilog=examples("munim metrics serve", "munim metrics serve --host 0.0.0.0 --port 8080"))
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8652,
) -> None:
    """Serve /metrics, /healthz and /readyz until it is interrupted: for where CronJobs run the feeds.

    `munim scheduler` serves them itself. Without a database it goes on, and says munim_database_up 0.
    """
    from schedules.health import serving  # noqa: PLC0415

    settings = doors.open_settings()
    with serving(host, port, lambda: None, lambda: _wrong(settings), lambda: metrics(settings)) as address:
        say(f"metrics at {address}/metrics")
        Event().wait()


def metrics(settings: Settings) -> str:
    """Return the metrics in Prometheus's text format; of a database that does not answer, that it is away."""
    from munim.readers.metrics import exposition  # noqa: PLC0415 - brings the driver

    try:
        database = doors.open_database(settings)
    except MunimError:
        database = doors.named_database(settings, settings.world)
    return exposition(database, now)


def _wrong(settings: Settings) -> str | None:
    try:
        doors.open_database(settings)
    except MunimError as error:
        return str(error)
    return None
