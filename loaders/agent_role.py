"""The role that agents read with: the schema `agent`, its views and functions, and nothing else of this database.

What a role may do is told by privileges: they hold whatever its client says. Time-outs and read-only transactions are
defaults here, which a client can reset; the doors enforce them. Some things PostgreSQL grants to everybody (advisory
locks, which loads wait for, notifications, large objects, settings): they are taken from PUBLIC and given to the owner,
where the owner may. What could not be taken is returned, to be told. For the commands LISTEN and NOTIFY, and for a
role's own password and settings, PostgreSQL has no privilege: nothing here may trust a notification.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, LiteralString

from psycopg import errors, sql

from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from loaders.database import Connection

AGENT_ROLE: Final = "agent_ro"
CONNECTION_LIMIT: Final = 20

_DEFAULTS: Final[dict[LiteralString, tuple[str, ...]]] = {
    "default_transaction_read_only": ("on",),
    "statement_timeout": ("15s",),
    "lock_timeout": ("2s",),
    "idle_in_transaction_session_timeout": ("30s",),
    "search_path": ("agent", "pg_catalog"),
    "timezone": ("UTC",),
    "jit": ("off",),
}

_FOR_EVERYBODY: Final = """
SELECT routine.oid::regprocedure::text
FROM pg_catalog.pg_proc AS routine
WHERE routine.pronamespace = 'pg_catalog'::regnamespace
  AND (routine.proname ~ '^(pg_(try_)?advisory_|lo_|pg_read_|pg_ls_|pg_file_)'
       OR routine.proname IN ('loread', 'lowrite', 'pg_notify', 'set_config', 'pg_stat_file', 'pg_export_snapshot',
                              'pg_logical_emit_message', 'pg_stat_get_activity'))
  AND has_function_privilege(%s, routine.oid, 'EXECUTE')
ORDER BY 1
"""
"""What writes, locks, tells others, reads files, or reads what others ask, and the role may run."""

_STILL: Final = """
SELECT what FROM (
    SELECT 'the language plpgsql (DO)' AS what, has_language_privilege(%(role)s, 'plpgsql', 'USAGE') AS may
    UNION ALL SELECT 'temporary tables', has_database_privilege(%(role)s, current_database(), 'TEMPORARY')
    UNION ALL SELECT 'pg_stat_activity', has_table_privilege(%(role)s, 'pg_catalog.pg_stat_activity', 'SELECT')
    UNION ALL SELECT 'the schema ' || nspname, has_schema_privilege(%(role)s, oid, 'CREATE')
                     OR (nspname <> 'public' AND has_schema_privilege(%(role)s, oid, 'USAGE'))
    FROM pg_catalog.pg_namespace
    WHERE nspname NOT IN ('agent', 'pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_t%%'
    UNION ALL SELECT 'other relations: ' || string_agg(oid::regclass::text, ', '), true
    FROM pg_catalog.pg_class
    WHERE relnamespace NOT IN ('agent'::regnamespace, 'pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      AND relkind IN ('r', 'p', 'v', 'm', 'f') AND has_schema_privilege(%(role)s, relnamespace, 'USAGE')
      AND has_table_privilege(%(role)s, oid, 'SELECT, INSERT, UPDATE, DELETE')
    HAVING count(*) > 0
) AS asked
WHERE may ORDER BY 1
"""

_MORE_THAN_A_READER: Final = """
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_catalog.pg_roles
WHERE rolname = %s
"""

_MEMBER_OF: Final = """
SELECT granted.rolname FROM pg_catalog.pg_auth_members AS membership
JOIN pg_catalog.pg_roles AS granted ON granted.oid = membership.roleid
JOIN pg_catalog.pg_roles AS member ON member.oid = membership.member
WHERE member.rolname = %s
"""


@dataclass(frozen=True)
class Granted:
    """What was done: the role, and the password that was made; None: it was given, or is as before.

    `left` says in plain words what the role may still do that it should not.
    """

    role: str
    password: str | None = field(repr=False)
    left: tuple[str, ...]


def grant_agent(connection: Connection, password: str | None = None, role: str = AGENT_ROLE) -> Granted:
    """Make the role, or bring the one that is there to what it should be, in one transaction; again, nothing changes.

    Without a password a new role gets one that is made, and one that is there keeps its own. The server is told a
    verifier, so that no log has the password. Raises `RequestWrong` where the connection's role may not make roles, and
    for a role of that name that is more than a reader.
    """
    found = connection.execute(_MORE_THAN_A_READER, (role,)).fetchone()
    if found is not None and found[0]:
        raise RequestWrong(f"the role {role} may do more than read", advice="drop it, or take that from it")
    made = secrets.token_urlsafe(24) if found is None and password is None else None
    try:
        _make(connection, password or made, role, is_new=found is None)
        _leave_the_schema_alone(connection, role)
    except errors.InsufficientPrivilege as error:
        raise RequestWrong(
            f"the database refused: {str(error).strip()}", advice="ask as the owner of the schema, with CREATEROLE"
        ) from error
    _take_from_everybody(connection, role)
    left = [
        *(str(name) for (name,) in connection.execute(_FOR_EVERYBODY, (role,)).fetchall()),
        *(str(what) for (what,) in connection.execute(_STILL, {"role": role}).fetchall()),
    ]
    connection.commit()
    return Granted(role, made, tuple(left))


def _make(connection: Connection, password: str | None, role: str, *, is_new: bool) -> None:
    name = sql.Identifier(role)
    options = sql.SQL(" LOGIN NOINHERIT CONNECTION LIMIT {}").format(sql.Literal(CONNECTION_LIMIT))
    if password is not None:
        verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        options += sql.SQL(" PASSWORD {}").format(sql.Literal(verifier))
    connection.execute(sql.SQL("CREATE ROLE {}" if is_new else "ALTER ROLE {}").format(name) + options)
    for setting, value in _DEFAULTS.items():
        statement = sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} TO {}")
        values = sql.SQL(", ").join(map(sql.Literal, value))
        connection.execute(statement.format(name, _database(connection), sql.Identifier(setting), values))


def _leave_the_schema_alone(connection: Connection, role: str) -> None:
    """Take from the role whatever it was granted, and grant it to read the schema agent."""
    name = sql.Identifier(role)
    for (granted,) in connection.execute(_MEMBER_OF, (role,)).fetchall():
        connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(str(granted)), name))
    for schema in ("market", "etl"):
        for kind in ("TABLES", "SEQUENCES", "ROUTINES"):
            statement = sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA {} FROM {}")
            connection.execute(statement.format(sql.SQL(kind), sql.Identifier(schema), name))
        connection.execute(sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(sql.Identifier(schema), name))
    for statement in (
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA agent FROM {}"),
        sql.SQL("GRANT USAGE ON SCHEMA agent TO {}"),
        sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA agent TO {}"),
        sql.SQL("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA agent FROM PUBLIC"),
        sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA agent TO {}"),
        # What a later migration makes there.
        sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA agent GRANT SELECT ON TABLES TO {}"),
        sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA agent GRANT EXECUTE ON FUNCTIONS TO {}"),
    ):
        connection.execute(statement.format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(_database(connection), name))


def _take_from_everybody(connection: Connection, role: str) -> None:
    """Take from PUBLIC what everybody has, as far as this role may, and give it to the owner."""
    functions = [str(name) for (name,) in connection.execute(_FOR_EVERYBODY, (role,)).fetchall()]
    taken = [
        (sql.SQL("CREATE ON SCHEMA public"), sql.SQL("current_user")),
        (sql.SQL("TEMPORARY ON DATABASE {}").format(_database(connection)), sql.SQL("current_user")),
        (sql.SQL("USAGE ON LANGUAGE plpgsql"), sql.SQL("current_user")),
        # Whoever watches a server is one of pg_monitor.
        (sql.SQL("SELECT ON pg_catalog.pg_stat_activity"), sql.SQL("current_user, pg_monitor")),
        *(
            (
                sql.SQL("EXECUTE ON FUNCTION pg_catalog.{}").format(sql.SQL(name)),
                sql.SQL("current_user, pg_monitor" if name.startswith("pg_stat") else "current_user"),
            )
            for name in functions
        ),
    ]
    for what, whose in taken:
        try:
            with connection.transaction():
                connection.execute(sql.SQL("REVOKE {} FROM PUBLIC").format(what))
                connection.execute(sql.SQL("GRANT {} TO {}").format(what, whose))
        except errors.InsufficientPrivilege:
            # It stays, and is told: see `Granted.left`.
            continue


def _database(connection: Connection) -> sql.Identifier:
    return sql.Identifier(connection.info.dbname)
