"""Real PostgreSQL servers for the tests: the embedded one, and an older one of Debian's where it is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from loaders import embedded

DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = "-c fsync=off -c full_page_writes=off -c shared_buffers=128MB -c max_connections=80 -c timezone=UTC"


def available() -> list[str]:
    """Return the servers that this machine has: `embedded`, and `debian-N` for the oldest one installed."""
    versions = sorted(int(one.name) for one in DEBIAN.iterdir() if one.name.isdigit()) if DEBIAN.is_dir() else []
    oldest = [f"debian-{number}" for number in versions if (DEBIAN / str(number) / "bin" / "initdb").exists()][:1]
    return ["embedded", *oldest]


@contextmanager
def running(name: str, folder: Path) -> Iterator[str]:
    """Run a server in a folder of its own; yield the URL of its `postgres` database."""
    if name == "embedded":
        url = embedded.start(folder)
        _hurry(url)
        yield url
        embedded.stop(folder)
    else:
        with _debian(DEBIAN / name.removeprefix("debian-") / "bin", folder) as url:
            yield url


def _hurry(url: str) -> None:
    """Have a server not wait for the disk: its data goes with the tests, and no test cuts the power.

    What is committed is written, though, before that is answered: some tests stop a server at once.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _debian(binaries: Path, folder: Path) -> Iterator[str]:
    # The server refuses to run as root.
    user = _ordinary_user()
    place = folder / "cluster"
    folder.mkdir(parents=True, exist_ok=True)
    if user is not None:
        shutil.chown(folder, user)
    _as(user, [str(binaries / "initdb"), "-D", str(place), "-U", "postgres", "--auth=trust", "-E", "UTF8"])
    options = f"-h '' -k {folder} {SETTINGS}"
    _as(user, [str(binaries / "pg_ctl"), "-D", str(place), "-w", "-l", str(folder / "log"), "-o", options, "start"])
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        _as(user, [str(binaries / "pg_ctl"), "-D", str(place), "-m", "immediate", "-w", "stop"])


def _ordinary_user() -> str | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    message = "no user to run PostgreSQL as"
    raise RuntimeError(message)


def _as(user: str | None, command: list[str]) -> None:
    done = subprocess.run(command, user=user, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
