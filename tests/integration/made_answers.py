"""What the tests of the doors share: a desk on the test's database, loads of NAVs, tokens, and a server that runs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt
import uvicorn

from munim.api.tokens import Tokens
from munim.core.payload import Payload
from munim.core.settings import Settings
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SECRET = "a secret of the tests, 32 bytes or longer"
ISSUER = "https://login.example.com"
TOKENS = Tokens({None: SECRET}, ("HS256",), ISSUER, "munim")

ADDRESS = "https://www.example.com/NAVAll.txt"
GROWTH, IDCW = "120503", "120502"
MONDAY = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)

HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
HEADINGS = "\n \nOpen Ended Schemes(Equity Scheme - ELSS)\n \nAxis Mutual Fund\n \n"


def body(*rows: tuple[str, str, str, str]) -> bytes:
    """A NAVAll of rows: code, name, NAV, date."""
    lines = [f"{code};INF{code}K01;-;{name};{nav};{day}" for code, name, nav, day in rows]
    return (HEADER + HEADINGS + "\n".join(lines) + "\n").encode()


def growth(nav: str, day: str, name: str = "Axis ELSS Fund - Direct - Growth") -> bytes:
    return body((GROWTH, name, nav, day))


def load(tools: Tools, clock: SetClock, text: bytes, fetched_at: datetime, recorded_at: datetime | None = None) -> int:
    """Load a body that was fetched at one time, at another; return the run."""
    clock.at = recorded_at or fetched_at
    payload = Payload(
        "amfi.latest", fetched_at.isoformat(), "https://www.example.com/NAVAll.txt", fetched_at, text, "file"
    )
    return load_payload(NAV, payload, tools, context(tools, NAV.name, Options())).run_id


def settings(**more: Any) -> Settings:
    return Settings(answer_rows=100, answer_seconds=5, answer_connections=2, **more)


def token(*, subject: str = "a reader", secret: str = SECRET, **claims: Any) -> str:
    """A token that holds, unless a claim says otherwise; one that is None is left out."""
    now = datetime.now(UTC)
    said = {"sub": subject, "iss": ISSUER, "aud": "munim", "iat": now, "exp": now + timedelta(hours=1)} | claims
    return jwt.encode({name: value for name, value in said.items() if value is not None}, secret, algorithm="HS256")


def bad_tokens() -> dict[str, str]:
    """Tokens that must be refused, by what is wrong with them."""
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    return {
        "another audience": token(aud="other"),
        "another issuer": token(iss="https://login.example.org"),
        "expired": token(exp=an_hour_ago),
        "no expiry": token(exp=None),
        "no subject": token(sub=None),
        "another secret": token(secret=SECRET[::-1]),
        "no signature": jwt.encode({"sub": "x", "iss": ISSUER, "aud": "munim", "exp": 9_999_999_999}, "", "none"),
        "no token at all": "abc",
    }


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an app on a free port of this machine; give its URL."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    ready = threading.Event()
    started = server.startup

    async def startup(*arguments: Any, **more: Any) -> None:
        await started(*arguments, **more)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
