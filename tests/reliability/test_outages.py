"""A server that goes away or refuses in the middle: the work is done once it is back, or told and not done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
import pytest

import loaders.binary_copy
import loaders.database
from loaders.binary_copy import Rows
from loaders.nav_latest import read_latest
from loaders.report import LoadReport
from loaders.upsert import Ahead
from munim.core.clock import IST
from munim.core.errors import DatabaseUnavailable, ExitCode
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines.catalogue import NAV
from pipelines.run import load_payload, run
from pipelines.tools import Options, Tools, context
from scrapers.client import Client
from scrapers.manners import Manners
from tests.reliability import tables
from tests.reliability.conftest import FETCHED_AT, Round, Rounds
from tests.reliability.deeds import DEEDS, tools_of
from tests.reliability.made_files import payload
from tests.reliability.server import Server

AT = datetime(2026, 8, 20, 9, 0, tzinfo=IST)
LOAD_STEPS = ("archive", "parse", "partitions", "lock", "check", "schemes", "navs", "quarantine", "ledger", "commit")

every_step = [
    pytest.param(step, marks=() if step in {"navs", "commit"} else pytest.mark.long)
    for step in (*LOAD_STEPS, "committed")
]

loader_lock = "SELECT pg_advisory_lock(hashtext('munim load'), hashtext('nav'))"


def load(
    place: Round, step: Callable[[str], None] = lambda _name: None, fetched_at: datetime = FETCHED_AT
) -> LoadReport:
    """Load the second day's file."""
    tools = tools_of(place, step=step)
    made = payload(place.files[1].read_bytes(), fetched_at)
    return load_payload(NAV, made, tools, context(tools, NAV.name, Options()))


def told_by(place: Round, report: LoadReport) -> tuple[str, str | None]:
    """Return the status of a run, and what the ledger has of it; the server is up."""
    with psycopg.connect(place.database) as connection:
        row = connection.execute("SELECT status FROM etl.run WHERE run_id = %s", (report.run_id,)).fetchone()
    return report.status, None if row is None else str(row[0])


def loaded(place: Round, step: Callable[[str], None] = lambda _name: None) -> tuple[str, str | None]:
    """Load the second day's file; return the status of the run, and what the ledger has of it."""
    return told_by(place, load(place, step))


def undisturbed(rounds: Rounds) -> tables.Content:
    place = rounds.empty()
    assert loaded(place) == ("success", "success")
    return place.checksum()


def once_at(name: str, work: Callable[[], None]) -> Callable[[str], None]:
    """A step that does something at the first step of this name."""
    done = threading.Event()

    def step(at: str) -> None:
        if at == name and not done.is_set():
            done.set()
            work()

    return step


def content_now(place: Round) -> tables.Content:
    """The tables, over a connection of its own: older ones broke."""
    with psycopg.connect(place.database, autocommit=True) as connection:
        return tables.content(connection)


@contextmanager
def outage(url: str) -> Iterator[Callable[[], None]]:
    """Yield what stops the server; it starts again beside whatever goes on then, and is up at the end."""
    server = Server.of(url)
    again = threading.Thread(target=server.start)

    def stop() -> None:
        server.stop()
        again.start()

    yield stop
    assert again.ident is not None, "the server was not stopped"
    again.join()


@pytest.mark.parametrize("at", every_step)
def test_a_server_that_stops_at_a_step_and_comes_back_has_the_load_once(
    rounds: Rounds, server_url: str, at: str
) -> None:
    after = undisturbed(rounds)
    place = rounds.empty()

    with outage(server_url) as stop:
        report = load(place, once_at(at, stop))

    # By now it is up again: after the last step the load itself asks nothing more, and waits for no server.
    assert told_by(place, report) == ("success", "success")
    assert content_now(place) == after


@pytest.mark.parametrize("at", every_step)
def test_so_has_a_load_that_began_with_what_its_process_had_in_mind(
    rounds: Rounds, server_url: str, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    monkeypatch.setattr(loaders.binary_copy, "FIRST_ROWS", 5)
    begun: list[int] = []
    ahead = Ahead.pieces

    def pieces(self: Ahead) -> Iterator[Rows]:
        begun.append(len(self.begun))
        return ahead(self)

    monkeypatch.setattr(Ahead, "pieces", pieces)
    later = FETCHED_AT + timedelta(days=1)

    def begin() -> Round:
        place = rounds.new()
        # What was read or written last is in mind, and what the load begins with is made ready by that.
        with psycopg.connect(place.database) as connection:
            assert len(read_latest(connection)) == 40
        return place

    first = begin()
    assert load(first, fetched_at=later).counts.new == 39
    after = first.checksum()
    place = begin()

    with outage(server_url) as stop:
        report = load(place, once_at(at, stop), later)

    assert begun.pop(0) > 0
    # What was made ready by what was read before the outage is written as often as the load is done.
    assert begun
    assert all(begun)
    assert told_by(place, report) == ("success", "success")
    assert content_now(place) == after


@pytest.mark.parametrize("at", ["claim", "fetch"])
def test_a_server_that_stops_while_a_slot_is_claimed_has_the_run_once_or_not_at_all(
    rounds: Rounds, server_url: str, at: str
) -> None:
    place = rounds.empty()
    with ReplicaServer(Universe(13, 60), AT) as replica:

        def client() -> Client:
            return Client(user_agent="munim-test", clock=lambda: AT, replica=replica.url, manners=Manners(interval_s=0))

        def tools(step: Callable[[str], None] = lambda _name: None) -> Tools:
            made = tools_of(place, step=step, at=AT)
            return Tools(made.database, made.archive, made.clock, client, made.asked_by, step)

        with outage(server_url) as stop:
            if at == "claim":
                with pytest.raises(DatabaseUnavailable, match="the database failed: "):
                    run(NAV, "amfi.latest", "slot", tools(once_at(at, stop)))
            else:
                assert run(NAV, "amfi.latest", "slot", tools(once_at(at, stop))).status == "success"
        again = run(NAV, "amfi.latest", "slot", tools())

    assert again.status == ("success" if at == "claim" else "skipped")
    with psycopg.connect(place.database) as connection:
        closed = connection.execute("SELECT status FROM etl.run WHERE closes_slot").fetchall()
    assert closed == [("success",)]
    assert len(content_now(place)["payload"]) == 1


@pytest.mark.parametrize("at", every_step)
def test_a_connection_that_is_ended_from_outside_at_a_step_has_the_load_once(rounds: Rounds, at: str) -> None:
    after = undisturbed(rounds)
    place = rounds.empty()

    def end_all() -> None:
        place.connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'munim'"
        )

    assert loaded(place, once_at(at, end_all)) == ("success", "success")
    assert place.checksum() == after


@pytest.mark.parametrize("interruption", [SystemExit, KeyboardInterrupt, ValueError])
def test_what_is_interrupted_while_its_connection_is_lost_is_not_done_again(
    rounds: Rounds, interruption: type[BaseException]
) -> None:
    place = rounds.empty()
    before = place.checksum()

    def end_and_interrupt() -> None:
        place.connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'munim'"
        )
        raise interruption

    with pytest.raises(interruption):
        load(place, once_at("navs", end_and_interrupt))
    assert place.checksum() == before


@pytest.mark.parametrize("name", DEEDS)
def test_what_waits_too_long_for_another_load_says_so_and_changes_nothing(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    deed, place = DEEDS[name], rounds.new()
    if deed.first is not None:
        deed.first(tools_of(place), place)
    before = place.checksum()
    monkeypatch.setattr(loaders.database, "LOCK_TIMEOUT_MS", 50)
    if name == "load the same again":
        # It only writes into the ledger, and waits for nobody.
        with holding_the_lock(place):
            assert deed.do(tools_of(place), place)[0] == "repeat"
        return

    with holding_the_lock(place), pytest.raises(DatabaseUnavailable) as failure:
        deed.do(tools_of(place), place)

    assert "another session held a lock for longer than lock_timeout" in str(failure.value)
    assert "run again when it is done" in str(failure.value)
    assert failure.value.exit_code == ExitCode.RETRY
    assert place.checksum() == before
    assert deed.do(tools_of(place), place)


@contextmanager
def holding_the_lock(place: Round) -> Iterator[None]:
    """Another load is under way for as long as this lasts."""
    with psycopg.connect(place.database, autocommit=True) as other:
        other.execute(loader_lock)
        yield


def test_a_load_that_waited_too_long_is_in_the_ledger_and_its_bytes_in_the_archive(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = rounds.empty()
    with monkeypatch.context() as patched, holding_the_lock(place):
        patched.setattr(loaders.database, "LOCK_TIMEOUT_MS", 50)
        with pytest.raises(DatabaseUnavailable):
            loaded(place)

    assert [status for status, _, _ in tables.runs(place.connection)] == ["database"]
    assert [one.fetched_at for one in tools_of(place).archive.manifests()] == [FETCHED_AT]
    assert loaded(place) == ("success", "success")


@pytest.mark.parametrize("table", ["market.scheme", "etl.scheme_fact", "etl.nav_latest_packed", "etl.quality_note"])
def test_a_full_disk_is_told_and_changes_nothing(rounds: Rounds, table: str) -> None:
    place = rounds.new()
    before = place.checksum()
    place.connection.execute(
        "CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
    )
    place.connection.execute(
        f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION public.full_disk()"
    )

    with pytest.raises(DatabaseUnavailable, match="the database failed: could not extend file") as failure:
        DEEDS["load"].do(tools_of(place), place)

    assert failure.value.exit_code == ExitCode.RETRY
    assert place.checksum() == before
    assert [status for status, _, _ in tables.runs(place.connection)] == ["success", "database"]
    place.connection.execute("DROP FUNCTION public.full_disk CASCADE")
    assert DEEDS["load"].do(tools_of(place), place)[0] == "success"
    assert sorted(status for status, _, _ in tables.runs(place.connection)) == ["database", "success", "success"]
