"""What the tests share: real PostgreSQL servers, databases of their own, a clock that they set."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
import structlog
from hypothesis import settings

from loaders.database import Database
from munim.core.payload import Payload
from pipelines.tools import Tools
from schedules import timetable
from scrapers.archive import Archive
from scrapers.client import Client
from tests import servers

RECORDED = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Recorded files of the sites; other people's publications, never copied into the project."""

TEMPLATE = "munim_template"
"""The migrated database, made once a server: copying it takes a tenth of the time of migrating."""

_numbers = count()

# How long an example takes is no question of a test: the machine may be busy.
settings.register_profile("munim", deadline=None)
settings.load_profile("munim")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Let commands that tests start be interrupted: a shell starts what is in the background with SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_loggers() -> None:
    """Let no logger write to a stream that a test before has closed."""
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what the environment says to munim away: a test says itself where its data goes."""
    for name in [one for one in os.environ if one.startswith("MUNIM_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded files; the test is skipped where it is absent."""
    if not RECORDED.is_dir():
        pytest.skip(f"the recorded files are not here ({RECORDED.name} beside the checkout)")
    return RECORDED


@dataclass
class SetClock:
    """A clock that tells what it is set to, and moves by a second each time that it is asked."""

    at: datetime

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 8, 24, 3, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder for servers; short, since a socket's path may have 107 characters, and open to their users."""
    folder = Path(tempfile.mkdtemp(prefix="munim-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def started(server_folder: Path) -> Iterator[Callable[[str], str]]:
    """Starts a server when it is first asked for, and returns its URL; all stop at the end."""
    urls: dict[str, str] = {}
    with ExitStack() as running:

        def start(name: str) -> str:
            if name not in urls:
                urls[name] = running.enter_context(servers.running(name, server_folder / name))
                _make_template(urls[name])
            return urls[name]

        yield start


@pytest.fixture(scope="module", params=servers.available())
def server_url(request: pytest.FixtureRequest, started: Callable[[str], str]) -> str:
    """A running server; a test that asks for it runs on each that the machine has, a file after the other."""
    return started(request.param)


@pytest.fixture(scope="module")
def template() -> str:
    """The database that a test's own is a copy of; a module whose tests begin with the same rows loads them once."""
    return TEMPLATE


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A migrated database of the test's own, stamped `replica`."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield of_database(server_url, name)
    _execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str, clock: SetClock) -> Database:
    return Database("replica", clock, url=database_url)


@pytest.fixture
def archive(tmp_path: Path, clock: SetClock) -> Archive:
    return Archive.open(str(tmp_path / "archive"), "replica", clock)


@pytest.fixture
def tools(database: Database, archive: Archive, clock: SetClock) -> Tools:
    """What a run works with; it has no client: a test that fetches brings its own."""
    return Tools(database, archive, clock, _no_client, asked_by="a test")


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection to look at the tables with; every statement is a transaction of its own."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def latest_payload() -> Callable[[bytes, datetime], Payload]:
    """Makes a payload of AMFI's latest feed from a body and the time of its fetch."""

    def make(body: bytes, fetched_at: datetime) -> Payload:
        return Payload("amfi.latest", fetched_at.isoformat(), "file:made", fetched_at, body, "file")

    return make


def _no_client() -> Client:
    message = "this test fetches nothing"
    raise AssertionError(message)


def _make_template(url: str) -> None:
    _execute(url, f"CREATE DATABASE {TEMPLATE}")
    at = datetime(2026, 8, 24, tzinfo=UTC)
    Database("replica", lambda: at, url=of_database(url, TEMPLATE)).migrate(timetable.rows())


@contextmanager
def filled_template(server_url: str, fill: Callable[[Tools], None], at: datetime, folder: Path) -> Iterator[str]:
    """Make a database that tests' own are copies of, filled by `fill` as of a time; what it archived is left behind."""
    name = f"template_{os.getpid()}_{next(_numbers)}"
    _execute(server_url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    clock = SetClock(at)
    archive = Archive.open(str(folder / "archive"), "replica", clock)
    fill(Tools(Database("replica", clock, url=of_database(server_url, name)), archive, clock, _no_client, "a test"))
    yield name
    _execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def of_database(server_url: str, name: str) -> str:
    """Return the URL of another database of a server."""
    return server_url.replace("/postgres?", f"/{name}?")


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute(statement)
