"""The commands against real PostgreSQL: what they print, what they write, and how they end."""

from __future__ import annotations

import csv
import io
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from tests.commands import Ended, environment, munim, munim_here

HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
HEADINGS = "\n \nOpen Ended Schemes(Equity Scheme - ELSS)\n \nAxis Mutual Fund\n \n"
GROWTH, IDCW = "120503", "120502"

MONDAY = f"{GROWTH};INF846K01EW2;-;Axis ELSS Fund - Growth;10.5;14-Aug-2026"
TUESDAY = f"{GROWTH};INF846K01EW2;-;Axis ELSS Fund - Growth;11.25;17-Aug-2026"
RESTATED = f"{GROWTH};INF846K01EW2;-;Axis ELSS Fund - Growth;10.75;14-Aug-2026"

Command = Callable[..., Ended]


def body(*rows: str) -> str:
    return HEADER + HEADINGS + "\n".join(rows) + "\n"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> dict[str, str]:
    """A migrated database for made data, and an archive; the stand-in that it names is not there."""
    return {
        "MUNIM_DATABASE_URL": database_url,
        "MUNIM_ARCHIVE": str(tmp_path / "archive"),
        "MUNIM_HOME": str(tmp_path / "home"),
        "MUNIM_REPLICA": "http://127.0.0.1:9",
        "MUNIM_CONTACT": "desk@example.org",
    }


@pytest.fixture
def command(settings: dict[str, str]) -> Command:
    return lambda *arguments, **more: munim_here(*arguments, settings=settings | more)


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Writes a NAVAll that was fetched on a day of August 2026."""

    def write(day: int, *rows: str) -> Path:
        path = tmp_path / f"NAVAll_2026-08-{day}T030000Z.txt"
        path.write_text(body(*rows), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def universe() -> Universe:
    return Universe(seed=7, schemes=200)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder for embedded servers: with a short path, and open to the user that they run as."""
    folder = Path(tempfile.mkdtemp(prefix="munim-"))
    folder.chmod(0o755)
    yield folder
    munim("db", "stop", settings={"MUNIM_HOME": str(folder)})
    shutil.rmtree(folder, ignore_errors=True)


def only(connection: psycopg.Connection[tuple[object, ...]], query: str) -> tuple[object, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


Opened = psycopg.Connection[tuple[object, ...]]
Files = Callable[..., Path]


def test_ingested_files_are_loaded_in_the_order_of_their_fetch(
    command: Command, files: Files, connection: Opened
) -> None:
    later, earlier = files(18, TUESDAY), files(17, MONDAY)

    ended = command("ingest", "nav", later, earlier, "-o", "json")

    assert ended.code == 0, ended.err
    assert [(one["file"], one["feed"], one["status"], one["counts"]["new"]) for one in ended.answer] == [
        (earlier.name, "amfi.latest", "success", 1),
        (later.name, "amfi.latest", "success", 1),
    ]
    assert only(connection, "SELECT count(*), sum(nav) FROM market.nav") == (2, Decimal("21.75"))
    assert only(connection, "SELECT DISTINCT asked_by FROM etl.run") == ("desk@example.org",)


def test_a_second_ingest_says_repeat_and_changes_nothing(command: Command, files: Files, connection: Opened) -> None:
    path = files(17, MONDAY)
    command("ingest", "nav", path)
    versions = "SELECT xmin::text, ctid::text FROM market.nav"
    before = only(connection, versions)

    ended = command("ingest", "nav", path)

    assert ended.code == 0
    assert "repeat" in ended.out
    assert only(connection, versions) == before


def test_a_dry_run_shows_old_and_new_values_and_writes_nothing(
    command: Command, files: Files, connection: Opened, settings: dict[str, str]
) -> None:
    command("ingest", "nav", files(17, MONDAY))
    archived = sorted(Path(settings["MUNIM_ARCHIVE"]).rglob("*.json"))
    path = files(18, RESTATED, TUESDAY.replace(GROWTH, IDCW))

    ended = command("ingest", "nav", path, "--dry-run", "-o", "json")

    assert ended.code == 0, ended.err
    (answer,) = ended.answer
    assert (answer["status"], answer["run_id"]) == ("dry_run", None)
    assert answer["changes"] == [
        {"nav_date": "2026-08-14", "scheme_code": GROWTH, "old": "10.5", "new": "10.75"},
        {"nav_date": "2026-08-17", "scheme_code": IDCW, "old": None, "new": "11.25"},
    ]
    assert only(connection, "SELECT count(*), min(nav) FROM market.nav") == (1, Decimal("10.5"))
    assert only(connection, "SELECT count(*) FROM etl.run") == (1,)
    assert sorted(Path(settings["MUNIM_ARCHIVE"]).rglob("*.json")) == archived
    shown = command("ingest", "nav", path, "--dry-run").out
    assert "1 rows would change" in shown
    assert "1 rows would be new" in shown


def test_the_files_before_a_refused_one_are_told_and_loaded(command: Command, files: Files, connection: Opened) -> None:
    good, bad = files(17, MONDAY), files(18)
    bad.write_text("<html><body>404 Not Found</body></html>", encoding="utf-8")

    ended = command("ingest", "nav", good, bad, "-o", "json")

    assert ended.code == 3
    assert [one["file"] for one in ended.answer] == [good.name]
    assert bad.name in ended.err
    assert "Traceback" not in ended.err
    assert only(connection, "SELECT array_agg(status ORDER BY run_id) FROM etl.run") == (["success", "refused"],)


def test_a_file_that_does_not_say_when_it_was_fetched_needs_to_be_told(
    command: Command, tmp_path: Path, connection: Opened
) -> None:
    path = tmp_path / "NAVAll.txt"
    path.write_text(body(MONDAY), encoding="utf-8")

    assert command("ingest", "nav", path).code == 2
    told = command("ingest", "nav", path, "--fetched-at", "2026-08-17T08:30")

    assert told.code == 0, told.err
    assert only(connection, "SELECT fetched_at FROM etl.payload") == (datetime(2026, 8, 17, 3, 0, tzinfo=UTC),)


def test_nav_show_answers_in_json_csv_and_a_table_and_draws(command: Command, files: Files) -> None:
    command("ingest", "nav", files(17, MONDAY), files(18, TUESDAY))

    answer = command("nav", "show", "INF846K01EW2", "-o", "json").answer
    assert answer["scheme"]["scheme_code"] == GROWTH
    assert [(one["nav_date"], one["nav"]) for one in answer["values"]] == [
        ("2026-08-14", "10.5"),
        ("2026-08-17", "11.25"),
    ]
    rows = list(csv.DictReader(io.StringIO(command("nav", "show", GROWTH, "-o", "csv").out)))
    assert [(row["scheme_code"], row["nav"], row["known_from"]) for row in rows] == [
        (GROWTH, "10.5", "2026-08-17T03:00:00+00:00"),
        (GROWTH, "11.25", "2026-08-18T03:00:00+00:00"),
    ]
    table = command("nav", "show", GROWTH, "--from", "2026-08-17").out
    assert "11.25" in table
    assert "10.5" not in table
    drawn = command("nav", "show", GROWTH, "--plot").out
    assert "NAV in ₹, 2026-08-14 to 2026-08-17" in drawn
    assert "⠀" in drawn


def test_nav_show_as_of_a_time_goes_by_both_times_unless_the_sources_is_asked_for(
    command: Command, files: Files
) -> None:
    command("ingest", "nav", files(17, MONDAY), files(18, RESTATED))
    between = ["nav", "show", GROWTH, "--as-of", "2026-08-17T12:00", "-o", "json"]

    assert command(*between).answer["values"] == []
    (value,) = command(*between, "--source-time").answer["values"]
    assert value["nav"] == "10.5"


def test_a_scheme_that_is_not_there_is_exit_code_2(command: Command) -> None:
    ended = command("nav", "show", "999999")

    assert (ended.code, ended.out) == (2, "")
    assert "no scheme has the code or ISIN '999999'" in ended.err


def test_schemes_are_shown_by_code_and_found_by_words(command: Command, files: Files) -> None:
    command("ingest", "nav", files(17, MONDAY))

    assert "sub_category            elss" in command("scheme", "show", GROWTH).out
    assert [one["scheme_code"] for one in command("scheme", "show", "growth", "axis", "-o", "json").answer] == [GROWTH]
    assert command("scheme", "show", "gold", "-o", "json").answer == []


def test_runs_are_listed_shown_and_taken_back(command: Command, files: Files, connection: Opened) -> None:
    command("ingest", "nav", files(17, MONDAY), files(18, RESTATED))

    newest, first = command("runs", "list", "-o", "json").answer
    assert (newest["rows_changed"], first["rows_new"]) == (1, 1)
    shown = command("runs", "show", str(newest["run_id"]), "-o", "json").answer
    assert shown["url"] == "file:NAVAll_2026-08-18T030000Z.txt"
    assert {check["name"]: check["passed"] for check in shown["checks"]}["rows_refused"] is True
    assert "file:NAVAll_2026-08-18T030000Z.txt" in command("runs", "show", str(newest["run_id"])).out

    trial = command("runs", "revert", str(newest["run_id"]), "--dry-run", "-o", "json").answer
    assert [(one["old"], one["new"]) for one in trial["changes"]] == [("10.75", "10.5")]
    assert only(connection, "SELECT nav FROM market.nav") == (Decimal("10.75"),)
    assert command("runs", "revert", str(newest["run_id"])).code == 0
    assert only(connection, "SELECT nav FROM market.nav") == (Decimal("10.5"),)
    assert only(connection, "SELECT reverts_run_id FROM etl.run ORDER BY run_id DESC LIMIT 1") == (newest["run_id"],)
    assert [one["status"] for one in command("runs", "list", "--limit", "1", "-o", "json").answer] == ["success"]
    assert command("runs", "list", "--status", "refused", "-o", "json").answer == []


def test_a_run_that_is_not_there_is_exit_code_2(command: Command) -> None:
    for arguments in (["runs", "show", "77"], ["runs", "revert", "77"]):
        ended = command(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert "there is no run 77" in ended.err


def test_refused_rows_are_listed_shown_replayed_and_accepted(
    command: Command, files: Files, connection: Opened
) -> None:
    far = TUESDAY.replace("17-Aug-2026", "17-Aug-2027").replace(GROWTH, IDCW)
    command("ingest", "nav", files(17, MONDAY, far))

    (row,) = command("quarantine", "list", "-o", "json").answer
    assert (row["reason"], row["line_no"], row["raw_line"]) == ("future_date", 8, far)
    assert far in command("quarantine", "show", str(row["quarantine_id"])).out
    assert command("quarantine", "replay", "--all", "-o", "json").answer == {"replayed": 0, "still_refused": 1}
    accepted = command("quarantine", "replay", str(row["quarantine_id"]), "--accept", "-o", "json")
    assert accepted.answer == {"replayed": 1, "still_refused": 0}
    assert only(connection, f"SELECT nav FROM market.nav WHERE scheme_code = '{IDCW}'") == (Decimal("11.25"),)
    assert command("quarantine", "list", "-o", "json").answer == []
    assert [one["status"] for one in command("quarantine", "list", "--status", "all", "-o", "json").answer] == [
        "replayed"
    ]
    assert command("quarantine", "replay", str(row["quarantine_id"])).code == 2


def test_a_rebuild_makes_the_same_rows_from_the_archive(command: Command, files: Files, connection: Opened) -> None:
    command("ingest", "nav", files(17, MONDAY), files(18, RESTATED, TUESDAY.replace(GROWTH, IDCW)))
    rows = "SELECT array_agg((nav_date, scheme_code, nav)::text ORDER BY nav_date, scheme_code) FROM market.nav"
    before = only(connection, rows)

    ended = command("rebuild", "nav", "-o", "json")

    assert ended.code == 0, ended.err
    assert ended.answer == {"payloads": 2, "navs": 2, "schemes": 2, "revisions": 1}
    assert only(connection, rows) == before


def latest(ended: Ended) -> dict[str, object]:
    """What freshness says of AMFI's latest file."""
    of_latest: dict[str, object]
    (of_latest,) = [one for one in ended.answer if one["feed"] == "amfi.latest"]
    return of_latest


def test_freshness_is_exit_code_5_while_what_is_due_is_not_there(command: Command, files: Files) -> None:
    empty = command("freshness", "nav", "--at", "2026-08-18T11:00", "-o", "json")
    assert (empty.code, latest(empty)["status"]) == (5, "empty")
    command("ingest", "nav", files(18, TUESDAY))

    fresh = command("freshness", "nav", "--at", "2026-08-18T11:00", "-o", "json")
    assert (fresh.code, latest(fresh)["status"], fresh.err) == (0, "fresh", "")
    late = command("freshness", "nav", "--at", "2026-08-19T11:00", "-o", "json")
    assert (late.code, latest(late)["due_content"], latest(late)["status"]) == (5, "2026-08-18", "late")
    assert "amfi.latest is late: 0.0% of the schemes that are due have 2026-08-18" in late.err
    stale = command("freshness", "nav", "--at", "2026-08-20T11:00", "-o", "json")
    assert (stale.code, latest(stale)["status"]) == (5, "stale")


def test_what_is_awaited_is_due_and_not_late(command: Command, files: Files) -> None:
    command("ingest", "nav", files(18, TUESDAY))

    def at(time: str) -> tuple[int, object]:
        ended = command("freshness", "nav", "--at", time, "-o", "json")
        return ended.code, latest(ended)["status"]

    # Tuesday's NAVs are asked for from 23:30 on, and due at 10:00; what is fetched then has a quarter of an hour.
    assert at("2026-08-18T23:29") == (0, "fresh")
    assert at("2026-08-18T23:30") == at("2026-08-19T09:59") == at("2026-08-19T10:14") == (0, "due")
    assert at("2026-08-19T10:15") == (5, "late")


def test_freshness_speaks_of_every_data_set_unless_one_is_named(command: Command, files: Files) -> None:
    command("ingest", "nav", files(18, TUESDAY))

    every = command("freshness", "--at", "2026-08-18T11:00", "-o", "json")
    statuses = {one["feed"]: one["status"] for one in every.answer}

    assert every.code == 5
    assert (statuses["amfi.latest"], statuses["nse.fii_dii"]) == ("fresh", "empty")
    assert {one["dataset"] for one in every.answer} >= {"calendar", "flows", "nav"}
    assert command("freshness", "gold").code == 2


def test_a_run_fetches_loads_and_closes_its_slot(command: Command, universe: Universe, connection: Opened) -> None:
    with ReplicaServer(universe) as replica:
        first = command("run", "nav", "-o", "json", MUNIM_REPLICA=replica.url)
        second = command("run", "nav", "-o", "json", MUNIM_REPLICA=replica.url)
        words = command("run", "nav", MUNIM_REPLICA=replica.url)
        asked = len(replica.log)

    assert (first.code, first.answer["status"]) == (0, "success"), first.err
    assert first.answer["counts"]["new"] == only(connection, "SELECT count(*) FROM market.nav")[0]
    assert (second.answer["status"], second.answer["run_id"]) == ("skipped", first.answer["run_id"])
    assert datetime.fromisoformat(second.answer["next_slot"]) > datetime.fromisoformat(first.answer["slot"])
    assert f"is closed: run {first.answer['run_id']} filled it; the next is " in words.out
    assert words.code == 0
    assert asked == 2, "a redirect and the file, once"


def test_a_run_of_a_day_asks_for_history(command: Command, universe: Universe, connection: Opened) -> None:
    at = datetime(2026, 8, 21, 2, 35, tzinfo=UTC)
    with ReplicaServer(universe, at) as replica:
        ended = command("run", "nav", "--slot", "2026-08-18..2026-08-19", "-o", "json", MUNIM_REPLICA=replica.url)

    assert (ended.code, ended.answer["feed"], ended.answer["next_slot"]) == (0, "amfi.history", None)
    days = only(connection, "SELECT array_agg(DISTINCT nav_date::text ORDER BY nav_date::text) FROM market.nav")
    assert days == (["2026-08-18", "2026-08-19"],)


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ("html", 1, "unavailable"),
        ("changed-header", 3, "refused"),
        ("forbidden", 4, "blocked"),
        ("not-found", 3, "refused"),
    ],
)
def test_a_failed_run_ends_with_the_code_of_its_kind_and_is_in_the_ledger(
    fault: str, code: int, status: str, command: Command, universe: Universe, connection: Opened
) -> None:
    with ReplicaServer(universe, fault=Fault(fault)) as replica:
        ended = command("run", "nav", "-o", "json", MUNIM_REPLICA=replica.url)

    assert (ended.code, ended.out) == (code, "")
    assert "munim: amfi.latest slot " in ended.err
    assert "Traceback" not in ended.err
    assert only(connection, "SELECT status, closes_slot FROM etl.run") == (status, False)
    assert only(connection, "SELECT count(*) FROM market.nav") == (0,)


def test_a_run_without_data_yet_is_exit_code_6(command: Command, universe: Universe) -> None:
    with ReplicaServer(universe, fault=Fault("no-data")) as replica:
        ended = command("run", "nav", "--slot", "2026-08-18", MUNIM_REPLICA=replica.url)

    assert ended.code == 6


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_told_to_stop_is_written_as_cancelled(
    number: signal.Signals, code: int, settings: dict[str, str], universe: Universe, connection: Opened
) -> None:
    with ReplicaServer(universe, fault=Fault("hanging")) as replica:
        run = subprocess.Popen(
            [sys.executable, "-m", "munim.cli", "run", "nav"],
            env=environment(**settings | {"MUNIM_REPLICA": replica.url}), stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        while len(replica.log) < 2:  # the redirect, and the request that hangs
            assert run.poll() is None
            threading.Event().wait(0.02)
        run.send_signal(number)
        _, said = run.communicate(timeout=60)

    assert run.returncode == code
    assert "Traceback" not in said
    assert only(connection, "SELECT status, error, closes_slot FROM etl.run") == (
        "cancelled", "the run was cancelled", False,
    )  # fmt: skip


def test_logs_are_json_lines_on_stderr_when_nobody_watches(command: Command, universe: Universe) -> None:
    import json

    with ReplicaServer(universe) as replica:
        ended = command("run", "nav", MUNIM_REPLICA=replica.url)

    lines = [json.loads(line) for line in ended.err.splitlines()]
    assert [line["step"] for line in lines][:2] == ["claim", "fetch"]
    assert [line["step"] for line in lines][-1] == "committed"
    assert {line["level"] for line in lines} == {"info"}


def test_sources_check_says_a_line_each_and_ends_with_the_worst(command: Command, universe: Universe) -> None:
    """Where there is no browser the archive can't be asked, and that is the worst of all."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    with_browser = Path("/usr/bin/chromium").is_file() and Path("/usr/bin/chromedriver").is_file()
    asked = ["amfi.history", "nse.fii_dii", "nse.participant_oi", "nsdl.fpi_latest"]
    archive = ("nsdl.fpi_archive", *(("ok", 0) if with_browser else ("usage", 2)))
    with ReplicaServer(universe, at) as replica:
        good = command("sources", "check", MUNIM_REPLICA=replica.url)
        replica.fault = Fault("not-found", path="NAVAll")
        bad = command("sources", "check", "-o", "json", MUNIM_REPLICA=replica.url)

    assert good.code == archive[2], good.out
    assert [line.split()[:2] for line in good.out.splitlines()] == [
        ["ok", "amfi.latest:"], *(["ok", f"{feed}:"] for feed in asked), [archive[1], "nsdl.fpi_archive:"],
    ]  # fmt: skip
    assert bad.code == (3 if with_browser else 2)
    assert [(one["feed"], one["kind"], one["exit_code"]) for one in bad.answer] == [
        ("amfi.latest", "refused", 3), *((feed, "ok", 0) for feed in asked), archive,
    ]  # fmt: skip


def test_db_check_tells_what_is_good_and_what_is_not_and_counts(
    command: Command, files: Files, connection: Opened
) -> None:
    """The older of the test servers runs without fsync: a check that finds it."""
    command("ingest", "nav", files(17, MONDAY))
    wrong = [] if only(connection, "SHOW fsync") == ("on",) else ["durable"]

    ended = command("db", "check", "-o", "json")

    looked_at = ["server", "encoding", "durable", "migration", "stamp", "timetable", "rights", "archive"]
    assert [one["what"] for one in ended.answer["checks"]] == looked_at
    assert [one["what"] for one in ended.answer["checks"] if not one["good"]] == wrong
    assert (ended.code, "fsync is off" in ended.err) == ((2, True) if wrong else (0, False))
    assert {one["name"]: one["rows"] for one in ended.answer["holdings"]}["market.nav"] == 1


def test_a_database_of_yours_is_never_migrated_unasked(
    server_url: str, database_url: str, settings: dict[str, str]
) -> None:
    empty = database_url.replace("/test_", "/empty_")
    name = empty.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(server_url, autocommit=True) as opened:
        opened.execute(f"CREATE DATABASE {name}")
    try:
        at = settings | {"MUNIM_DATABASE_URL": empty}
        refused = munim_here("runs", "list", settings=at)
        checked = munim_here("db", "check", settings=at)
        migrated = munim_here("db", "migrate", settings=at)
        again = munim_here("db", "migrate", settings=at)
        good = munim_here("runs", "list", "-o", "json", settings=at)
    finally:
        with psycopg.connect(server_url, autocommit=True) as opened:
            opened.execute(f"DROP DATABASE {name} WITH (FORCE)")

    assert (refused.code, "run `munim db migrate`" in refused.err) == (2, True)
    assert (checked.code, "run `munim db migrate`" in checked.err) == (2, True)
    assert (migrated.code, again.code) == (0, 0), migrated.err
    assert migrated.out == again.out
    assert "holds replica data" in migrated.out
    assert (good.code, good.answer) == (0, [])


def test_real_files_are_refused_by_a_database_of_made_data(
    settings: dict[str, str], files: Files, connection: Opened
) -> None:
    real = {name: value for name, value in settings.items() if name != "MUNIM_REPLICA"}

    ended = munim_here("ingest", "nav", files(17, MONDAY), settings=real)

    assert (ended.code, ended.out) == (2, "")
    assert "made data never mixes with real" in ended.err
    assert only(connection, "SELECT count(*) FROM etl.run") == (0,)


def test_reading_needs_no_word_of_which_world_it_is(settings: dict[str, str], command: Command, files: Files) -> None:
    command("ingest", "nav", files(17, MONDAY))
    real = {name: value for name, value in settings.items() if name != "MUNIM_REPLICA"}

    assert [one["status"] for one in munim_here("runs", "list", "-o", "json", settings=real).answer] == ["success"]


def test_db_url_prints_what_psql_takes_and_nothing_else(command: Command, database_url: str) -> None:
    assert command("db", "url").out == f"{database_url}\n"


def test_a_server_of_yours_is_not_stopped(command: Command) -> None:
    assert (command("db", "stop").code, command("runs", "list").code) == (2, 0)


def test_the_embedded_database_migrates_itself_and_stops_when_told(open_folder: Path) -> None:
    home = {"MUNIM_HOME": str(open_folder)}

    listed = munim("runs", "list", "-o", "json", settings=home)
    url = munim("db", "url", settings=home).out.strip()
    with psycopg.connect(url) as opened:
        stamped = opened.execute("SELECT world FROM etl.stamp").fetchone()
    first, second = munim("db", "stop", settings=home), munim("db", "stop", settings=home)

    assert (listed.code, listed.answer, stamped) == (0, [], ("live",)), listed.err
    assert first.out == f"stopped: {open_folder}\n"
    assert second.out == "no embedded server was running\n"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_run_with_the_built_in_replica_keeps_to_a_place_of_its_own_and_the_second_writes_nothing(
    open_folder: Path,
) -> None:
    elsewhere = {"MUNIM_HOME": str(open_folder), "MUNIM_DATABASE_URL": "postgresql://127.0.0.1:1/real"}
    slot = ["run", "nav", "--replica", "--slot", "2026-08-21T08:00", "-o", "json"]

    first, second = munim(*slot, settings=elsewhere), munim(*slot, settings=elsewhere)
    held = munim("db", "check", "-o", "json", settings={"MUNIM_HOME": str(open_folder / "replica")}).answer

    assert (first.code, first.answer["status"], first.answer["slot"]) == (0, "success", "2026-08-21T08:00:00+05:30")
    assert (second.code, second.answer["status"], second.answer["run_id"]) == (0, "skipped", first.answer["run_id"])
    rows = {one["name"]: one["rows"] for one in held["holdings"]}
    assert rows["market.nav"] == first.answer["counts"]["new"] > 13_000
    assert rows["etl.payload"] == 1
    assert {one["what"]: one["said"] for one in held["checks"]}["stamp"] == "replica data"
    assert sorted(path.name for path in open_folder.iterdir()) == ["replica"]


def test_made_data_has_no_place_where_embedded_databases_are_forbidden(settings: dict[str, str]) -> None:
    ended = munim_here("run", "nav", "--replica", settings=settings | {"MUNIM_REQUIRE_EXTERNAL": "1"})

    assert (ended.code, ended.out) == (2, "")
    assert "MUNIM_REQUIRE_EXTERNAL forbids one" in ended.err


def test_the_replica_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    serving = subprocess.Popen(
        [sys.executable, "-m", "munim.cli", "replica", "serve", "--port", "0", "--at", "2026-08-21T08:05"],
        env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert serving.stdout is not None
    url = serving.stdout.readline().split(" at ")[1].split(",")[0]
    said = serving.stdout.readline()
    checked = munim("sources", "check", settings={"MUNIM_REPLICA": url, "MUNIM_HOME": str(tmp_path)})
    serving.send_signal(signal.SIGINT)
    rest, _ = serving.communicate(timeout=60)

    assert f"export MUNIM_REPLICA={url}" in said
    assert checked.out.startswith("ok           amfi.latest: ")
    assert (serving.returncode, rest) == (0, "stopped\n")
