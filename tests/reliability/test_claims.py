"""A slot is claimed by a connection: whoever holds it is seen, and when he dies the next has it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from loaders.database import Database
from loaders.report import claim_slot
from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from tests.commands import environment

Opened = psycopg.Connection[tuple[object, ...]]
CLAIMS = "SELECT split_part(slot, ' ', 1), waiting FROM etl.claim ORDER BY waiting"


@contextmanager
def running(settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "munim.cli", "run", "nav"],
        env=environment(**settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(happened: Callable[[], bool], *processes: subprocess.Popen[bytes]) -> None:
    while not happened():
        assert all(one.poll() is None for one in processes)
        threading.Event().wait(0.05)


def test_a_slot_whose_holder_is_killed_is_taken_over_by_the_one_that_waits(
    database_url: str, connection: Opened, tmp_path: Path
) -> None:
    def claims() -> list[tuple[object, ...]]:
        return connection.execute(CLAIMS).fetchall()

    with ReplicaServer(Universe(7, 100), fault=Fault("hanging", times=1, path="NAVAll.txt")) as replica:
        settings = {
            "MUNIM_DATABASE_URL": database_url,
            "MUNIM_ARCHIVE": str(tmp_path / "archive"),
            "MUNIM_HOME": str(tmp_path / "home"),
            "MUNIM_REPLICA": replica.url,
        }
        with running(settings) as holder:
            until(lambda: any("NAVAll.txt" in entry.path for entry in replica.log), holder)
            with running(settings) as waiting:
                until(lambda: claims() == [("amfi.latest", False), ("amfi.latest", True)], holder, waiting)
                holder.kill()
                assert waiting.wait(timeout=120) == 0

    assert connection.execute("SELECT status, closes_slot FROM etl.run").fetchall() == [("success", True)]
    until(lambda: claims() == [])


def test_a_holder_whose_machine_vanished_is_found_out_within_a_minute(server_url: str, database: Database) -> None:
    with database.connect() as opened:
        claim_slot(opened, "nav", "amfi.latest", "2026-08-21T08:00:00+05:30")
        settings = [opened.execute(f"SHOW tcp_keepalives_{name}").fetchone() for name in ("idle", "interval", "count")]
        row = opened.execute("SELECT slot, host, waiting FROM etl.claim").fetchone()
        assert row == ("amfi.latest 2026-08-21T08:00:00+05:30", None, False)
        options = opened.info.options
    # A socket on the same machine has no keep-alives, and needs none: its end is known at once.
    assert settings in ([("30",), ("10",), ("3",)], [("0",), ("0",), ("0",)])
    assert "tcp_keepalives_idle=30" in options
