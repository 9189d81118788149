"""`munim replica`: a stand-in for every site."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Annotated

import typer

from munim.cli.output import say
from munim.cli.words import examples, read_instant
from munim.core.clock import now
from munim.core.errors import RequestWrong
from munim.replica.faults import FAULTS, FLOW_FAULTS, ISSUE_FAULTS, Fault

app = typer.Typer(help="Serve made data in the sites' exact formats.", no_args_is_help=True)

PORT = 8650


@app.callback()
def _replica() -> None:
    pass


@app.command(
    "serve",
    epilog=examples(
        "munim replica serve",
        "munim replica serve --at 2026-08-21T08:05+05:30",
        "munim replica serve --fault too-many --times 2",
    )
    + "\n\nFaults:\n"
    + "\n".join(f"· {name}: {meaning}" for name, meaning in {**FAULTS, **FLOW_FAULTS, **ISSUE_FAULTS}.items()),
)
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = PORT,
    at: Annotated[
        datetime | None,
        typer.Option(parser=read_instant, metavar="TIME", help="Serve what there was at that time, in place of now."),
    ] = None,
    fault: Annotated[str | None, typer.Option(metavar="NAME", help="Show a fault; the names stand below.")] = None,
    times: Annotated[int | None, typer.Option(min=1, help="Show the fault for so many requests, then no more.")] = None,
    path: Annotated[str, typer.Option(metavar="TEXT", help="Show the fault on paths that have this text.")] = "",
) -> None:
    """Serve the replica until it is interrupted, and say how to point munim at it."""
    shown = Fault(fault, times=times, path=path) if fault is not None else None
    if fault is None and (times is not None or path):
        raise RequestWrong("--times and --path go with --fault")
    from munim.replica.server import ReplicaServer  # noqa: PLC0415 - numpy
    from munim.replica.universe import Universe  # noqa: PLC0415

    try:
        server = ReplicaServer(Universe(), at or now, fault=shown, host=host, port=port)
    except OSError as error:
        raise RequestWrong(
            f"can't listen on {host}:{port}: {error.strerror}", advice="--port 0 takes a free one"
        ) from error
    with server:
        say(f"the replica serves made data at {server.url}" + (f", as of {at.isoformat()}" if at else ""))
        say(f"in another shell: export MUNIM_REPLICA={server.url} MUNIM_HOME=~/.munim/replica")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            say("stopped")
