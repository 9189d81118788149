"""Screens: the named ones, which are views, and those that somebody writes, over the figures of one session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date, datetime

    from loaders.database import Connection

_NAMED = r"""
SELECT substr(class.relname, length('screen_') + 1) AS name,
       replace(obj_description(class.oid, 'pg_class'), ' Give a day.', '') AS meaning
FROM pg_class AS class
WHERE class.relnamespace = 'agent'::regnamespace AND class.relkind = 'v' AND class.relname LIKE 'screen\_%'
ORDER BY class.relname
"""

_SESSION = """
SELECT as_of_date, computed_at, stale FROM etl.screener_session
WHERE exchange = %(exchange)s AND as_of_date <= coalesce(%(on)s::date, 'infinity')
ORDER BY as_of_date DESC LIMIT 1
"""


@dataclass(frozen=True)
class NamedScreen:
    """A screen that has a name: `agent.screen_NAME`."""

    name: str
    meaning: str


@dataclass(frozen=True)
class ScreenedSession:
    """A session that has figures; `stale`: what they are made of has changed since."""

    as_of_date: date
    computed_at: datetime
    stale: bool


@dataclass(frozen=True)
class Screened:
    """What a screen found in a session: columns, and rows in the order of the value traded."""

    exchange: str
    session: ScreenedSession
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


def named_screens(connection: Connection) -> list[NamedScreen]:
    """Return the screens that have a name, with what they mean."""
    return fetch(connection, NamedScreen, _NAMED)


def session_of(connection: Connection, exchange: str, on: date | None = None) -> ScreenedSession:
    """Return the newest session with figures, up to a day. Raises `NotFound` where there is none."""
    found = fetch(connection, ScreenedSession, _SESSION, {"exchange": exchange, "on": on})
    if not found:
        raise NotFound(
            f"the screener has no figures of {exchange}{f' until {on}' if on else ''}",
            advice="compute them: `munim screener compute`",
        )
    return found[0]


def screen(
    connection: Connection, text: str, exchange: str, *, on: date | None = None, limit: int | None = None
) -> Screened:
    """Return what a screen finds in a session, the newest up to `on`: by name, or an expression.

    Raises as `parse_screen` and `session_of`.
    """
    from psycopg import sql  # noqa: PLC0415 - the driver and lark come with the first question

    from munim.readers.screen_language import parse_screen  # noqa: PLC0415

    session = session_of(connection, exchange, on)
    view, condition, parameters = "screener", sql.Composed([sql.SQL("true")]), {}
    if text in {one.name for one in named_screens(connection)}:
        view = f"screen_{text}"
    else:
        parsed = parse_screen(text)
        condition, parameters = parsed.condition, parsed.parameters
    query = sql.SQL(
        "SELECT * FROM agent.{view} WHERE exchange = %(of_exchange)s AND as_of_date = %(of_day)s AND ({condition}) "
        "ORDER BY value_inr DESC NULLS LAST, symbol LIMIT %(at_most)s"
    ).format(view=sql.Identifier(view), condition=condition)
    asked = {**parameters, "of_exchange": exchange, "of_day": session.as_of_date, "at_most": limit}
    with connection.cursor() as cursor:
        rows = cursor.execute(query, asked).fetchall()
        columns = tuple(column.name for column in cursor.description or ())
    return Screened(exchange, session, columns, list(rows))
