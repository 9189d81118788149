"""The role that agents read with: it reads the schema agent, and no known way leads further."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, LiteralString

import psycopg
import pytest
from psycopg import sql

from loaders.agent_role import AGENT_ROLE, CONNECTION_LIMIT, grant_agent
from munim.core.errors import RequestWrong
from tests.commands import munim_here

if TYPE_CHECKING:
    from pathlib import Path

    from loaders.database import Connection, Database

PASSWORD = "a secret with a quote' in it"
READ_WRITE = "SET default_transaction_read_only = off"

DENIED = "42501"
"""insufficient_privilege: what a client sets or says changes nothing about it."""

Reader = Callable[[], psycopg.Connection[tuple[object, ...]]]


@pytest.fixture
def granted(database: Database) -> tuple[str, ...]:
    """What the owner could not take away."""
    with database.session() as connection:
        return grant_agent(connection, PASSWORD).left


@pytest.fixture
def reader(granted: tuple[str, ...], database_url: str) -> Iterator[Reader]:
    """Opens connections of the role."""
    assert granted == ()
    opened = []

    def open_one() -> psycopg.Connection[tuple[object, ...]]:
        opened.append(psycopg.connect(database_url, user=AGENT_ROLE, password=PASSWORD, autocommit=True))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


WRITES: tuple[LiteralString, ...] = (
    "SELECT 1; INSERT INTO market.nav VALUES ('2026-01-01', '1', 1, 1)",
    "BEGIN; COMMIT; INSERT INTO etl.stamp VALUES ('live', now())",
    "BEGIN; COMMIT; DELETE FROM agent.source_file",
    "WITH gone AS (DELETE FROM agent.source_file RETURNING *) SELECT * FROM gone",
    "WITH new AS (INSERT INTO agent.run (run_id) VALUES (1) RETURNING *) SELECT * FROM new",
    "BEGIN; SET TRANSACTION READ WRITE; DELETE FROM agent.run",
    "START TRANSACTION READ WRITE; UPDATE agent.source_file SET url = ''",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; DELETE FROM agent.run",
    "SELECT * FROM agent.source_file FOR UPDATE",
    "TRUNCATE market.nav",
    "BEGIN; LOCK TABLE agent.nav IN ACCESS EXCLUSIVE MODE",
    "COPY agent.source_file FROM STDIN",
    "COPY market.nav FROM '/etc/passwd'",
    "COPY agent.source_file FROM PROGRAM 'id'",
    "CREATE TEMP TABLE mine (a int)",
    "CREATE TEMP VIEW mine AS SELECT 1",
    "CREATE TABLE public.mine (a int)",
    "CREATE TABLE agent.mine (a int)",
    "CREATE VIEW agent.mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE sql COST 0.0001 AS 'SELECT true'",
    "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE OPERATOR agent.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "DROP VIEW agent.nav",
    "ALTER VIEW agent.nav SET (security_barrier = false)",
    "ALTER FUNCTION agent.nav_as_of RESET ALL",
    "COMMENT ON VIEW agent.nav IS 'mine'",
    "DO $$ BEGIN PERFORM 1; END $$",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'mine')",
    "SELECT lo_put(1, 0, 'mine')",
    "SELECT pg_logical_emit_message(false, 'mine', 'mine')",
    "CHECKPOINT",
)

READS: tuple[LiteralString, ...] = (
    "SELECT * FROM market.nav",
    "SELECT * FROM market.scheme_revision",
    "SELECT * FROM etl.run",
    "SELECT * FROM etl.quarantine",
    "SELECT * FROM etl.incident",
    "SELECT market.adjusted_eod('NSE', 'X')",
    "SELECT etl.freshness_at(now())",
    "COPY market.nav TO STDOUT",
    "COPY agent.nav TO '/tmp/mine'",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "SELECT query_to_xml('SELECT * FROM etl.run', true, true, '')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_stat_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/mine')",
    "SELECT lo_get(1)",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_statistic",
    "SELECT query FROM pg_stat_activity",
    "SELECT * FROM pg_stat_get_activity(NULL)",
)

POWERS: tuple[LiteralString, ...] = (
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SET session_replication_role = replica",
    "GRANT pg_read_all_data TO agent_ro",
    "GRANT SELECT ON market.nav TO agent_ro",
    "ALTER ROLE agent_ro SUPERUSER",
    "ALTER ROLE agent_ro CONNECTION LIMIT -1",
    "ALTER ROLE postgres PASSWORD 'mine'",
    "ALTER SYSTEM SET jit = off",
    "SELECT pg_reload_conf()",
    "SELECT pg_advisory_lock(7240001)",
    "SELECT pg_advisory_xact_lock(7240001)",
    "SELECT pg_try_advisory_lock_shared(1, 2)",
    "SELECT pg_advisory_unlock_all()",
    "SELECT pg_notify('mine', '')",
    "SELECT set_config('statement_timeout', '0', false)",
    "SELECT pg_export_snapshot()",
    "SELECT pg_switch_wal()",
)


@pytest.mark.parametrize("attempts", [WRITES, READS, POWERS], ids=["writes", "reads", "powers"])
def test_every_known_way_out_is_refused_whatever_the_client_sets(
    reader: Reader, attempts: tuple[LiteralString, ...]
) -> None:
    found = {}
    connection = reader()
    for attempt in attempts:
        connection.execute("ROLLBACK") if connection.info.transaction_status else None
        connection.execute(READ_WRITE)
        try:
            connection.execute(attempt)
        except psycopg.Error as error:
            found[attempt] = error.sqlstate
        else:
            found[attempt] = "done"
    assert {attempt: state for attempt, state in found.items() if state != DENIED} == {}


def test_what_needs_an_extension_finds_none(reader: Reader) -> None:
    connection = reader()
    with pytest.raises(psycopg.errors.UndefinedFunction):
        connection.execute("SELECT dblink('dbname=postgres', 'SELECT 1')")
    connection.execute(READ_WRITE)
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
        connection.execute("CREATE EXTENSION dblink")


def test_sessions_begin_read_only_with_time_outs_and_are_limited(reader: Reader, database_url: str) -> None:
    connection = reader()
    names = ("default_transaction_read_only", "statement_timeout", "lock_timeout", "search_path", "TimeZone")
    shown = [connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone() for name in names]
    assert shown == [("on",), ("15s",), ("2s",), ("agent, pg_catalog",), ("UTC",)]
    limit = connection.execute("SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user").fetchone()
    assert limit == (CONNECTION_LIMIT,)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TABLE mine (a int)")


def test_every_view_and_function_of_the_schema_is_readable(reader: Reader, connection: Connection) -> None:
    role = reader()
    named = "SELECT table_name FROM information_schema.views WHERE table_schema = 'agent'"
    views = [str(name) for (name,) in connection.execute(named).fetchall()]
    assert len(views) > 25
    read = {
        view: role.execute(sql.SQL("SELECT count(*) FROM agent.{}").format(sql.Identifier(view))).fetchone()
        for view in views
    }
    assert {view for view, count in read.items() if count != (0,)} == {"freshness"}
    for call in (
        "nav_as_of('1', '2026-01-01')", "nav_series_as_of('1', '2026-01-01', '2026-02-01')",
        "navs_of_day_as_of('2026-01-01')", "flows_as_of('2026-01-01', '2026-02-01')", "newest_navs()",
        "participant_oi_as_of('2026-01-01', '2026-02-01')", "fpi_flows_as_of('2026-01-01', '2026-02-01')",
        "ipo_as_of()", "ipo_subscription_as_of(1)", "ipo_gmp_as_of(1)", "scheme_as_of('1')",
        "holidays_as_of('NSE', '2026-01-01', '2026-02-01')", "corporate_actions_as_of()",
        "equity_as_of('NSE', 'X', '2026-01-01', '2026-02-01')",
        "equity_adjusted_as_of('NSE', 'X', '2026-01-01', '2026-02-01')",
    ):  # fmt: skip
        assert role.execute(sql.SQL("SELECT * FROM agent.{}").format(sql.SQL(call))).fetchall() == []
    assert len(role.execute("SELECT feed FROM agent.freshness").fetchall()) > 5
    days = role.execute("SELECT standing FROM agent.calendar('NSE', '2026-01-03', '2026-01-03')").fetchall()
    assert days == [("closed",)]


def test_rows_that_a_view_leaves_out_are_not_shown_by_an_error(reader: Reader, connection: Connection) -> None:
    connection.execute("ALTER TABLE market.corporate_action DISABLE TRIGGER ALL")
    connection.execute(
        "INSERT INTO etl.payload (dataset, feed, slot, url, fetched_at, origin, sha256, size_bytes, layout, complete, "
        "row_count, recorded_at, run_id) VALUES ('corporate_actions', 'nse.corporate_actions', 's', 'u', now(), "
        "'fetch', 'd', 1, 'l', true, 1, now(), 1)"
    )
    connection.execute(
        "INSERT INTO market.corporate_action (exchange, symbol, series, ex_date, subject, kind, payload_id, "
        "recorded_at, withdrawn_by) SELECT 'NSE', 'HIDDEN', 'EQ', '2026-01-01', 'a hidden subject', 'other', "
        "payload_id, now(), payload_id FROM etl.payload"
    )
    assert reader().execute("SELECT * FROM agent.corporate_action WHERE subject::integer > 0").fetchall() == []


def test_granting_again_keeps_the_password_and_takes_back_what_was_added(
    granted: tuple[str, ...], database: Database, database_url: str
) -> None:
    assert granted == ()
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("GRANT USAGE ON SCHEMA market TO agent_ro; GRANT SELECT ON market.nav TO agent_ro")
        owner.execute("GRANT pg_read_all_data TO agent_ro")
        verifier = "SELECT rolpassword FROM pg_authid WHERE rolname = 'agent_ro'"
        before = owner.execute(verifier).fetchone()
        assert before is not None
        assert str(before[0]).startswith("SCRAM-SHA-256$")
        with database.session() as connection:
            again = grant_agent(connection)
        assert (again.password, again.left) == (None, ())
        assert owner.execute(verifier).fetchone() == before
    with psycopg.connect(database_url, user=AGENT_ROLE) as role, pytest.raises(psycopg.errors.InsufficientPrivilege):
        role.execute("SELECT * FROM market.nav")


def test_an_owner_who_is_no_superuser_says_what_could_not_be_taken(database: Database, database_url: str) -> None:
    with database.session() as connection:
        grant_agent(connection, PASSWORD)
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("GRANT EXECUTE ON FUNCTION pg_notify(text, text) TO PUBLIC")
        owner.execute("DROP ROLE IF EXISTS small; CREATE ROLE small LOGIN")
        try:
            with psycopg.connect(database_url, user="small") as small, pytest.raises(RequestWrong, match="refused"):
                grant_agent(small, PASSWORD)
        finally:
            owner.execute("DROP ROLE small")


def test_a_role_that_is_more_than_a_reader_is_left_alone(database: Database) -> None:
    with database.session() as connection, pytest.raises(RequestWrong, match="may do more than read"):
        grant_agent(connection, PASSWORD, "postgres")


def test_the_command_tells_a_made_password_once_and_none_that_was_given(database_url: str, tmp_path: Path) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("DROP OWNED BY agent_ro; DROP ROLE agent_ro") if owner.execute(
            "SELECT FROM pg_roles WHERE rolname = 'agent_ro'"
        ).fetchone() is not None else None
    settings = {"MUNIM_DATABASE_URL": database_url, "MUNIM_HOME": str(tmp_path), "MUNIM_REPLICA": "http://127.0.0.1:1"}
    first = munim_here("db", "grant-agent", settings=settings)
    again = munim_here("db", "grant-agent", settings=settings)
    given = munim_here("db", "grant-agent", settings={**settings, "MUNIM_AGENT_PASSWORD": "told to nobody"})
    assert (first.code, again.code, given.code) == (0, 0, 0)
    password = first.out.split()[-1]
    assert len(password) == 32
    assert password not in again.out + again.err
    assert "told to nobody" not in given.out + given.err
    with psycopg.connect(database_url, user=AGENT_ROLE, password="told to nobody") as role:
        assert role.execute("SELECT count(*) FROM agent.nav").fetchone() == (0,)
