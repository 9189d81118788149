"""A connection that only reads, and sees the tables as they were at one moment."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from munim.core.errors import DatabaseUnavailable, RequestWrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loaders.database import Connection, Database


@contextmanager
def reading(database: Database) -> Iterator[Connection]:
    """Open a connection on which nothing can be written and all answers are of one moment; close it at the end.

    Raises `DatabaseUnavailable` when the connection is lost, and `RequestWrong` when the role may not read.
    """
    import psycopg  # noqa: PLC0415 - the driver comes with the first question

    try:
        with database.session() as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield connection
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            f"the database failed: {str(error).strip()}", kept="", advice="see its log, and ask again"
        ) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise RequestWrong(f"the database refused to be read: {str(error).strip()}") from error


def check_url(url: str) -> None:
    """Raise `RequestWrong` for what is no PostgreSQL URL; the message has none of it, as it may hold a password."""
    from psycopg import ProgrammingError, conninfo  # noqa: PLC0415

    advice = "write postgresql://user:password@host:5432/database, with %-escapes for odd characters"
    if not url.startswith(("postgresql://", "postgres://")):
        raise RequestWrong("MUNIM_DATABASE_URL is no postgresql:// URL", advice=advice)
    try:
        parts = conninfo.conninfo_to_dict(url)
    except ProgrammingError:
        # What libpq says quotes the URL: it is left out, also as a cause.
        raise RequestWrong("MUNIM_DATABASE_URL can't be read", advice=advice) from None
    host, port, name = (str(parts.get(key) or "") for key in ("host", "port", "dbname"))
    if "@" in host + port + name or (port and not port.replace(",", "").isdigit()):
        # An @ or a / in a password moves the rest of it into the host, and a failed connection tells its host.
        raise RequestWrong("MUNIM_DATABASE_URL has a password with @ or /, or an odd host", advice=advice)
