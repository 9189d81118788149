"""History at the command line: planned, done, drawn, paused; and what is missing, with the command that fills it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from munim.core.clock import IST, ist_date, now
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from tests.commands import Ended, environment, munim_here
from tests.reliability.crew import wait_until

AT = datetime(2026, 8, 21, 9, 0, tzinfo=IST)
FEED = "nse.participant_oi"
OF_FLOWS = ("flows", "--feed", FEED, "--from-date", "2026-08-13", "--to-date", "2026-08-18")
"""Six days: a Thursday, a Friday, Independence Day with its weekend, and two more."""

Command = Callable[..., Ended]
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def replica() -> Iterator[ReplicaServer]:
    with ReplicaServer(Universe(7, 60), AT) as running:
        yield running


@pytest.fixture
def settings(database_url: str, tmp_path: Path, replica: ReplicaServer) -> dict[str, str]:
    return {
        "MUNIM_DATABASE_URL": database_url,
        "MUNIM_ARCHIVE": str(tmp_path / "archive"),
        "MUNIM_HOME": str(tmp_path / "home"),
        "MUNIM_REPLICA": replica.url,
        "MUNIM_CONTACT": "desk@example.org",
        # No browser is needed here, and none is started.
        "MUNIM_CHROMIUM": str(tmp_path / "none"),
    }


@pytest.fixture
def command(settings: dict[str, str]) -> Command:
    return lambda *arguments, **more: munim_here(*arguments, settings=settings | more)


def test_a_dry_run_says_what_is_in_and_out_and_why_and_queues_nothing(command: Command, connection: Connection) -> None:
    ended = command("backfill", "create", *OF_FLOWS, "--dry-run", "-o", "json")
    assert ended.code == 0
    answer = ended.answer
    assert [(one["slot"], one["why"]) for one in answer["slots"]] == [
        (f"2026-08-{day}", "missing") for day in (13, 14, 17, 18)
    ]
    assert [(one["first"], one["last"], one["why"]) for one in answer["left_out"]] == [
        ("2026-08-15", "2026-08-16", "weekend")
    ]
    assert (answer["backfill_id"], answer["requests"], answer["at_least_s"]) == (None, 4, 2.0)
    assert connection.execute("SELECT count(*) FROM etl.backfill").fetchone() == (0,)

    told = command("backfill", "create", *OF_FLOWS, "--dry-run").out
    assert "dry run, nothing was queued: flows, 2026-08-13 to 2026-08-18: 4 slots to fetch" in told
    assert "4 requests, 2 s or more at the polite rate" in told


def test_without_a_worker_it_is_done_by_who_watches_and_drawn_after(command: Command, connection: Connection) -> None:
    ended = command("backfill", "create", *OF_FLOWS, "--watch", "--why", "a paper")
    assert ended.code == 0, ended.err
    assert "backfill 1 has ended: 4 done; 20 rows new, 0 values changed" in ended.out
    asked_by = connection.execute("SELECT DISTINCT asked_by FROM etl.run WHERE status = 'success'").fetchall()
    assert asked_by == [("desk@example.org (backfill 1)",)]

    shown = command("backfill", "show", "1").out
    assert "August 2026" in shown
    assert "13.14.15-16-" in shown
    assert "17.18." in shown
    slots = command("backfill", "show", "1", "-o", "json").answer
    assert [one["state"] for one in slots["slots_of"]] == ["done"] * 4
    assert (slots["standing"], slots["reason"]) == ("ended", "a paper")
    assert "ended" in command("backfill", "list").out

    again = command("backfill", "create", *OF_FLOWS, "--watch")
    assert "0 slots to fetch, 4 more that others asked for" in again.out
    assert again.code == 0


def test_coverage_offers_the_command_that_fills_what_is_missing(command: Command) -> None:
    assert command("coverage", "flows").code == 2
    assert command("backfill", "create", *OF_FLOWS[:-1], "2026-08-14", "--watch").code == 0

    answer = command("coverage", "flows", "--feed", FEED, "--to", "2026-08-20", "-o", "json").answer[0]
    assert answer["months"] == [{"year": 2026, "month": 8, "due": 6, "there": 2, "failed": 0, "queued": 0}]
    assert answer["command"] == (
        f"munim backfill create flows --feed {FEED} --from-date 2026-08-17 --to-date 2026-08-20"
    )
    assert "2/6" in command("coverage", "flows", "--to", "2026-08-20").out

    assert command(*answer["command"].split()[1:], "--watch").code == 0
    assert command("coverage", "flows", "--to", "2026-08-20", "-o", "json").answer[0]["command"] is None


def test_reprocessed_days_are_fetched_again_and_what_changed_is_counted(command: Command) -> None:
    assert command("backfill", "create", *OF_FLOWS, "--watch").code == 0
    again = command("backfill", "create", *OF_FLOWS, "--reprocess", "all", "--watch")
    assert again.code == 0
    assert "backfill 2 has ended: 4 done; 0 rows new, 0 values changed" in again.out


def test_a_nightly_re_read_names_no_dates(command: Command) -> None:
    answer = command(
        "backfill", "create", "nav", "--last-days", "30", "--reprocess", "all", "--dry-run", "-o", "json"
    ).answer
    (slot,) = answer["slots"]
    yesterday = ist_date(now()) - timedelta(days=1)
    assert slot["first"] == (yesterday - timedelta(days=29)).isoformat()
    assert slot["last"] in {yesterday.isoformat(), (yesterday - timedelta(days=1)).isoformat()}


def test_a_paused_one_waits_for_its_resume(command: Command) -> None:
    command("backfill", "create", *OF_FLOWS)
    assert command("backfill", "pause", "1", "--why", "lunch").code == 0
    refused = command("backfill", "watch", "1")
    assert (refused.code, "backfill 1 is paused: lunch" in refused.err) == (2, True)
    resumed = command("backfill", "resume", "1", "--watch")
    assert resumed.code == 0
    assert "backfill 1 has ended: 4 done" in resumed.out


def test_a_cancelled_one_is_not_resumed(command: Command) -> None:
    command("backfill", "create", *OF_FLOWS)
    assert command("backfill", "cancel", "1").code == 0
    assert command("backfill", "resume", "1").code == 2
    assert command("backfill", "show", "2").code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nav", "--from-date", "2026-08-14", "--to-date", "2026-08-13"), "ends before it begins"),
        (("flows", "--from-date", "2026-08-13", "--to-date", "2026-08-14", "--feed", "nse.none"), "has no feed"),
        (("calendar", "--from-date", "2026-08-13", "--to-date", "2026-08-14"), "no feed that serves days gone by"),
        ((*OF_FLOWS, "--only-missing", "--reprocess", "all"), "two answers to one question"),
        ((*OF_FLOWS, "--last-days", "3"), "which days?"),
        (("nav", "--from-date", "2026-08-13"), "which days?"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(command: Command, words: tuple[str, ...], told: str) -> None:
    ended = command("backfill", "create", *words)
    assert (ended.code, told in ended.err) == (2, True)


def test_a_worker_serves_until_it_is_told_to_end(
    settings: dict[str, str], command: Command, connection: Connection
) -> None:
    command("backfill", "create", *OF_FLOWS, "--max-active-runs", "1")
    with subprocess.Popen(
        [sys.executable, "-m", "munim.cli", "worker", "--queues", "flows"],
        env=environment(**settings), stderr=subprocess.PIPE, text=True,
    ) as worker:  # fmt: skip
        wait_until(lambda: _count(connection, "done") == 4, 120)
        worker.send_signal(signal.SIGTERM)
        _, told = worker.communicate(timeout=60)
    assert worker.returncode == 0, told
    assert "Traceback" not in told


def test_a_worker_for_a_burst_ends_when_nothing_is_left(command: Command, connection: Connection) -> None:
    command("backfill", "create", *OF_FLOWS)
    assert command("worker", "--until-empty", "--concurrency", "2").code == 0
    assert _count(connection, "done") == 4


def test_a_worker_that_serves_another_data_set_is_not_waited_for(
    settings: dict[str, str], command: Command, connection: Connection
) -> None:
    command("backfill", "create", *OF_FLOWS)
    with subprocess.Popen(
        [sys.executable, "-m", "munim.cli", "worker", "--queues", "nav"],
        env=environment(**settings), stderr=subprocess.PIPE, text=True,
    ) as worker:  # fmt: skip
        living = "SELECT FROM procrastinate.procrastinate_workers"
        wait_until(lambda: connection.execute(living).fetchone() is not None, 60)
        watched = command("backfill", "watch", "1")
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=60)
    assert watched.code == 0, watched.err
    assert "backfill 1 has ended: 4 done" in watched.out


def test_what_only_a_browser_can_ask_is_told_and_not_waited_for_where_nobody_has_one(
    command: Command, connection: Connection
) -> None:
    ended = command("backfill", "create", "flows", *OF_FLOWS[3:], "--watch")
    assert ended.code == 2
    assert "1 slots of backfill 1 wait for a worker that serves the queue browser" in ended.err
    assert "MUNIM_CHROMEDRIVER" in ended.err
    assert (_count(connection, "done"), _count(connection, "waiting")) == (4, 1)


def test_a_queue_that_is_none_is_refused(command: Command) -> None:
    refused = command("worker", "--queues", "flows,none")
    assert (refused.code, "no queue none" in refused.err) == (2, True)
    assert "no browser" in command("worker", "--queues", "browser").err


def _count(connection: Connection, state: str) -> int:
    row = connection.execute("SELECT count(*) FROM etl.backfill_slot WHERE state = %s", (state,)).fetchone()
    return int(str(row[0] if row else 0))
