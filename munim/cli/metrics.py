"""`munim metrics`: the ledger as Prometheus reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import warn
from munim.cli.words import examples
from munim.core.clock import now
from munim.core.errors import MunimError

if TYPE_CHECKING:
    from munim.core.settings import Settings
    from munim.readers.metrics import Exposition

app = typer.Typer(help="Show the ledger to Prometheus.", no_args_is_help=True)


@app.command("show", epilog=examples("munim metrics show"))
def show() -> None:
    """Print the metrics once, as they are at /metrics."""
    from munim.readers.metrics import exposition  # noqa: PLC0415 - brings the driver

    settings = doors.open_settings()
    sys.stdout.write(exposition(doors.open_database(settings), now).body.decode())


@app.command("serve", epilog=examples("munim metrics serve", "munim metrics serve --host 0.0.0.0 --port 8080"))
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
) -> None:
    """Serve /metrics, /healthz and /readyz until it is interrupted: for where CronJobs run the feeds.

    `munim scheduler` serves them itself. Without a database it goes on, and says munim_database_up 0.
    """
    from munim.cli.serving import Answers, server  # noqa: PLC0415

    settings = doors.open_settings()
    with server(host, port, Answers(lambda: _ready(settings), lambda accept: _metrics(settings, accept))) as listening:
        warn(f"metrics at http://{host}:{listening.server_address[1]}/metrics")
        listening.serve_forever()


def _metrics(settings: Settings, accept: str) -> Exposition:
    from munim.readers.metrics import exposition  # noqa: PLC0415 - brings the driver

    try:
        database = doors.open_database(settings)
    except MunimError:
        # One that does not answer is told as munim_database_up 0.
        database = doors.named_database(settings, settings.world)
    return exposition(database, now, accept)


def _ready(settings: Settings) -> bool:
    try:
        doors.open_database(settings)
    except MunimError:
        return False
    return True
