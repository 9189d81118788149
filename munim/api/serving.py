"""Opening the desk by the settings, and the doors before it: stdio, and one port for MCP and HTTP."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from munim.api.desk import Desk, Limits
from munim.api.http_app import http_app
from munim.api.mcp_server import mcp_server
from munim.api.pools import pooled
from munim.core.collecting import keep_out_of_collections
from munim.readers.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from fastapi import FastAPI
    from mcp.server.mcpserver import MCPServer
    from starlette.types import ASGIApp, Receive, Scope, Send

    from loaders.database import Database
    from munim.api.tokens import Tokens
    from munim.core.settings import Settings

OF_MCP = ("/mcp", "/.well-known/oauth-protected-resource")


@contextmanager
def open_desk(settings: Settings, database: Database) -> Iterator[Desk]:
    """Open the desk on a database: a pool to read with, by the role of the settings, and one to write the log with."""
    own = database.resolve()
    reader = settings.answers_database_url
    url = own if reader is None else reader.get_secret_value()
    limit_ms = round(settings.answer_seconds * 1000)
    with (
        pooled(database, url, settings.answer_connections, limit_ms) as reading,
        pooled(database, own, max(1, settings.answer_connections // 2), limit_ms) as log,
    ):
        limits = Limits(settings.answer_rows, settings.answer_seconds)
        yield Desk(QUESTIONS, reading, log, limits, database.clock)


def stdio(desk: Desk, caller: str) -> None:
    """Serve MCP on stdin and stdout until stdin ends; `caller` is who runs it."""
    server = mcp_server(desk, caller=caller)
    keep_out_of_collections()
    server.run("stdio")


def both(desk: Desk, tokens: Tokens | None, url: str, host: str, *, with_http: bool = True) -> ASGIApp:
    """Return MCP under /mcp, and beside it the HTTP API; MCP alone where that is all that is wanted."""
    server = mcp_server(desk, caller="anonymous", tokens=tokens, url=url)
    # Nothing is kept between two requests: any process answers any of them.
    of_mcp = server.streamable_http_app(stateless_http=True, json_response=True, host=host)
    if not with_http:
        return of_mcp
    app = http_app(desk, tokens)
    app.router.lifespan_context = _running(server)
    return _Beside(app, of_mcp)


def listen(app: ASGIApp, host: str, port: int) -> None:
    """Serve until a SIGTERM or SIGINT; what is being answered is answered first. No log line has a header."""
    keep_out_of_collections()
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, server_header=False,
                timeout_graceful_shutdown=30)  # fmt: skip


class _Beside:
    """Two apps on one port: what is MCP's by its path goes there, and all else to the other."""

    def __init__(self, app: FastAPI, of_mcp: ASGIApp) -> None:
        self.app = app
        self.of_mcp = of_mcp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_mcp = scope["type"] == "http" and any(
            scope["path"] == path or scope["path"].startswith(f"{path}/") for path in OF_MCP
        )
        await (self.of_mcp if is_mcp else self.app)(scope, receive, send)


def _running(server: MCPServer[Any]) -> Any:  # noqa: ANN401 - Starlette's own name for it is private
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    return lifespan
