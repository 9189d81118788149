"""Writing incidents: opened once, closed once, and told of once each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loaders.database import Connection

Wrong = tuple[str, str, "datetime", str]
"""Kind, feed, since when, and what it is in words."""

_OPEN = """
INSERT INTO etl.incident (kind, feed, since, detail, opened_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (kind, feed) WHERE closed_at IS NULL DO NOTHING
"""

_CLOSE = """
UPDATE etl.incident SET closed_at = %(at)s
WHERE closed_at IS NULL AND NOT EXISTS (
    SELECT FROM unnest(%(kinds)s::text[], %(feeds)s::text[]) AS wrong (kind, feed)
    WHERE wrong.kind = incident.kind AND wrong.feed = incident.feed
)
"""


def lock(connection: Connection) -> bool:
    """Be the one who tells, until `unlock` or the connection closes; False: another process is at it now."""
    row = connection.execute("SELECT pg_try_advisory_lock(hashtext('munim alerts'))").fetchone()
    connection.commit()
    return row is not None and bool(row[0])


def unlock(connection: Connection) -> None:
    """Let others tell at once: a server may take a while to see that a connection was closed."""
    connection.execute("SELECT pg_advisory_unlock(hashtext('munim alerts'))")
    connection.commit()


def settle(connection: Connection, wrong: Sequence[Wrong], at: datetime) -> None:
    """Open an incident for what is wrong and has none, close those that are over, and commit."""
    with connection.cursor() as cursor:
        cursor.executemany(_OPEN, [(*one, at) for one in wrong])
    kinds, feeds = [one[0] for one in wrong], [one[1] for one in wrong]
    connection.execute(_CLOSE, {"at": at, "kinds": kinds, "feeds": feeds})
    connection.commit()


def told(connection: Connection, incident_id: int, at: datetime) -> None:
    """Note that the message that an incident began was delivered, and commit."""
    connection.execute("UPDATE etl.incident SET told_at = %s WHERE incident_id = %s", (at, incident_id))
    connection.commit()


def told_over(connection: Connection, incident_id: int, at: datetime) -> None:
    """Note that the message that an incident is over was delivered, and commit."""
    connection.execute("UPDATE etl.incident SET told_over_at = %s WHERE incident_id = %s", (at, incident_id))
    connection.commit()
