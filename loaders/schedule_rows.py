"""The schedules' rows: the timetable, its firings since when, and what is paused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loaders.database import Connection

_COLUMNS = (
    "feed", "dataset", "fires", "calendar", "due_time", "due_days_later", "days_back", "slots", "window_days",
    "try_every_min", "try_for_min", "catch_up_days", "tries_closed",
)  # fmt: skip

_WRITE = (
    f"INSERT INTO etl.timetable ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))}) "  # noqa: S608 - constants
    f"ON CONFLICT (feed) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)

_END_FIRINGS = """
-- What stands no more fires no more; what it asked for until now is still known.
UPDATE etl.firing SET until = greatest(%(at)s, since)
WHERE until IS NULL AND NOT EXISTS (
    SELECT FROM etl.timetable AS timetable, unnest(timetable.fires, timetable.days_back) AS fire (cron, days_back)
    WHERE timetable.feed = firing.feed AND fire.cron = firing.cron AND fire.days_back = firing.days_back
)
"""

_BEGIN_FIRINGS = """
INSERT INTO etl.firing (feed, cron, days_back, since)
SELECT DISTINCT timetable.feed, fire.cron, fire.days_back, %(at)s::timestamptz
FROM etl.timetable AS timetable, unnest(timetable.fires, timetable.days_back) AS fire (cron, days_back)
WHERE NOT EXISTS (
    SELECT FROM etl.firing AS known
    WHERE known.feed = timetable.feed AND known.cron = fire.cron AND known.days_back = fire.days_back
      AND known.until IS NULL
)
ON CONFLICT DO NOTHING
"""

_PAUSE = """
INSERT INTO etl.pause (feed, paused_at, paused_by, reason) VALUES (%s, %s, %s, %s)
ON CONFLICT (feed) DO UPDATE SET reason = coalesce(excluded.reason, etl.pause.reason)
"""


def write_timetable(connection: Connection, rows: Sequence[tuple[object, ...]], at: datetime) -> None:
    """Make the timetable that of these rows (in the order of the columns of `etl.timetable`); the caller commits.

    A firing that was there before keeps the time from which it is known; a new one is known from `at`: what it would
    have asked for before was never due.
    """
    connection.execute("LOCK TABLE etl.timetable IN SHARE ROW EXCLUSIVE MODE")
    connection.execute("DELETE FROM etl.timetable WHERE NOT feed = ANY (%s::text[])", ([row[0] for row in rows],))
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE, rows)
    connection.execute(_END_FIRINGS, {"at": at})
    connection.execute(_BEGIN_FIRINGS, {"at": at})


def pause(connection: Connection, feed: str, at: datetime, by: str, reason: str | None) -> None:
    """Note that a feed is not to run by itself; one that is paused already keeps since when and by whom."""
    connection.execute(_PAUSE, (feed, at, by, reason))
    connection.commit()


def unpause(connection: Connection, feed: str) -> bool:
    """Let a feed run by itself again; return whether it was paused."""
    done = connection.execute("DELETE FROM etl.pause WHERE feed = %s", (feed,)).rowcount
    connection.commit()
    return bool(done)
