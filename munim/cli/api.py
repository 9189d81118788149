"""`munim api` and `munim mcp`: the doors for programs and agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import warn
from munim.cli.words import examples
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from munim.core.settings import Settings

app = typer.Typer(help="Serve the questions over HTTP.", no_args_is_help=True)

LOCAL = ("127.0.0.1", "::1", "localhost")

HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
OpenOption = Annotated[
    bool,
    typer.Option("--open", help="Answer whoever can reach it, without a token, though it is not this machine alone."),
]

EXAMPLES = examples("munim mcp", "munim mcp --http --port 8100")


@app.command("serve", epilog=examples("munim api serve", "munim api serve --host 0.0.0.0 --port 8100"))
def serve(host: HostOption = "127.0.0.1", port: PortOption = 8100, *, without_tokens: OpenOption = False) -> None:
    """Serve the HTTP API (GET /v1/QUESTION), MCP under /mcp, and a page of how fresh everything is.

    With MUNIM_TOKEN_SECRET or MUNIM_TOKEN_JWKS, questions are answered to bearers of a token alone; without, only to
    this machine. Every answer is written in etl.answer_log: see `munim answers`.
    """
    _listen(doors.open_settings(), host, port, with_http=True, without_tokens=without_tokens)


def mcp(
    *,
    http: Annotated[bool, typer.Option("--http", help="Over streamable HTTP, under /mcp, not stdio.")] = False,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8100,
    without_tokens: OpenOption = False,
) -> None:
    """Serve the questions to agents over MCP: on stdin and stdout, or over streamable HTTP.

    An MCP client starts it itself: its command is `munim mcp`. On stdout is the protocol alone; logs go to stderr.
    """
    settings = doors.open_settings()
    if http:
        _listen(settings, host, port, with_http=False, without_tokens=without_tokens)
        return
    from munim.api import serving  # noqa: PLC0415 - brings the frameworks

    with serving.open_desk(settings, doors.open_database(settings)) as desk:
        serving.stdio(desk, doors.asked_by(settings))


def _listen(settings: Settings, host: str, port: int, *, with_http: bool, without_tokens: bool) -> None:
    from munim.api import serving  # noqa: PLC0415 - brings the frameworks
    from munim.api.tokens import open_tokens  # noqa: PLC0415

    tokens = open_tokens(settings)
    if tokens is None and host not in LOCAL and not without_tokens:
        raise RequestWrong(
            f"{host} is not this machine alone, and no tokens are asked for",
            advice="set MUNIM_TOKEN_SECRET or MUNIM_TOKEN_JWKS and MUNIM_TOKEN_ISSUER; or --open, for all who reach it",
        )
    url = settings.public_url or f"http://{host}:{port}"
    with serving.open_desk(settings, doors.open_database(settings)) as desk:
        warn(f"munim: listening on http://{host}:{port}, {'with' if tokens else 'without'} tokens")
        serving.listen(serving.both(desk, tokens, url.rstrip("/"), host, with_http=with_http), host, port)
