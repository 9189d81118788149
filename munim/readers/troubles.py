"""What is wrong now, of what somebody should be told about; and the incidents that were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from munim.core.clock import IST
from munim.readers.ledger_totals import lateness_at
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.readers.ledger_totals import Lateness

Kind = Literal["late", "refused", "blocked", "quarantine"]

# A feed's newest run that tells of its content: what went well ends what was wrong before. What never reached the
# source (the database, a pause, a wrong request) tells nothing of it. Whether the source refuses us any run tells;
# whether it brings what it should that of the newest days alone: a backfill of days gone by ends no incident.
_RUNS = r"""
SELECT kind, feed, since, detail
FROM (
    SELECT DISTINCT ON (run.feed) run.status AS kind, run.feed, run.finished_at AS since, run.error AS detail
    FROM etl.run AS run JOIN etl.timetable AS timetable USING (feed)
    WHERE run.status IN ('success', 'repeat', 'not_yet', 'refused', 'blocked') AND run.finished_at <= %(at)s
    ORDER BY run.feed, run.finished_at DESC, run.run_id DESC
) AS newest
WHERE kind = 'blocked'
UNION ALL
SELECT kind, feed, since, detail
FROM (
    SELECT DISTINCT ON (run.feed) run.status AS kind, run.feed, run.finished_at AS since, run.error AS detail
    FROM etl.run AS run JOIN etl.timetable AS timetable USING (feed)
    CROSS JOIN LATERAL (SELECT (run.finished_at AT TIME ZONE 'Asia/Kolkata')::date AS day) AS ended
    WHERE run.status IN ('success', 'repeat', 'not_yet', 'refused', 'blocked') AND run.finished_at <= %(at)s
    ORDER BY run.feed,
             -- The last day of a day's or a window's slot; a snapshot is of the day on which it is taken.
             least(substring(run.slot FROM '^(?:\d{4}-\d\d-\d\d\.\.)?(\d{4}-\d\d-\d\d)$')::date, ended.day) DESC,
             run.finished_at DESC, run.run_id DESC
) AS newest_day
WHERE kind = 'refused'
ORDER BY feed
"""

# Of each feed's newest payload: rows that are refused and not replayed.
_QUARANTINE = """
SELECT 'quarantine' AS kind, newest.feed, newest.recorded_at AS since,
       format('%%s of %%s rows were refused: %%s; see `munim quarantine list`', refused.rows, newest.row_count,
              refused.reasons) AS detail
FROM (
    SELECT DISTINCT ON (payload.feed) payload.*
    FROM etl.payload AS payload JOIN etl.timetable AS timetable USING (feed)
    WHERE payload.recorded_at <= %(at)s
    ORDER BY payload.feed, payload.fetched_at DESC, payload.payload_id DESC
) AS newest
CROSS JOIN LATERAL (
    SELECT sum(alike.rows)::integer AS rows,
           string_agg(format('%%s %%s', alike.rows, alike.reason), ', ' ORDER BY alike.rows DESC, alike.reason)
               AS reasons
    FROM (
        SELECT quarantine.reason, count(*) AS rows FROM etl.quarantine AS quarantine
        WHERE quarantine.payload_id = newest.payload_id AND quarantine.status = 'open' GROUP BY 1
    ) AS alike
) AS refused
WHERE refused.rows > %(threshold)s
ORDER BY newest.feed
"""

_LAST_FAILURES = """
SELECT DISTINCT ON (feed) feed, error FROM etl.run
WHERE error IS NOT NULL AND feed IS NOT NULL AND status NOT IN ('skipped', 'cancelled') AND finished_at <= %(at)s
ORDER BY feed, finished_at DESC, run_id DESC
"""

_INCIDENTS = """
SELECT incident_id, kind, feed, since, detail, opened_at, told_at, closed_at, told_over_at FROM etl.incident
WHERE NOT %(open_only)s OR closed_at IS NULL ORDER BY incident_id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong with a feed: since when, and what it is in words."""

    kind: str
    feed: str
    since: datetime
    detail: str


@dataclass(frozen=True)
class Incident:
    """A row of `etl.incident`; see its comments."""

    incident_id: int
    kind: str
    feed: str
    since: datetime
    detail: str
    opened_at: datetime
    told_at: datetime | None
    closed_at: datetime | None
    told_over_at: datetime | None


def troubles_at(connection: Connection, at: datetime, quarantine_threshold: int) -> list[Trouble]:
    """Return what is wrong at a time with the feeds of the timetable, at most one of a kind a feed.

    `quarantine_threshold`: how many refused rows of a feed's newest payload are nothing to tell of.
    """
    runs = fetch(connection, _Run, _RUNS, {"at": at})
    asked = {"at": at, "threshold": quarantine_threshold}
    return [
        *_late(connection, at),
        *(Trouble(one.kind, one.feed, one.since, one.detail or one.kind) for one in runs),
        *fetch(connection, Trouble, _QUARANTINE, asked),
    ]


def incidents(connection: Connection, limit: int, *, open_only: bool = False) -> list[Incident]:
    """Return the newest incidents, newest first."""
    return fetch(connection, Incident, _INCIDENTS, {"limit": limit, "open_only": open_only})


@dataclass(frozen=True)
class _Run:
    kind: str
    feed: str
    since: datetime
    detail: str | None


def _late(connection: Connection, at: datetime) -> list[Trouble]:
    failures = connection.execute(_LAST_FAILURES, {"at": at}).fetchall()
    reasons = {str(failure[0]): failure[1] for failure in failures}
    return [
        Trouble("late", one.feed, one.late_since, _lateness(one, reasons.get(one.feed)))
        for one in lateness_at(connection, at)
        if one.late_since is not None
    ]


def _lateness(one: Lateness, reason: object) -> str:
    there = f"the newest there is {one.newest_content}" if one.newest_content else "nothing is there"
    if one.due_share is not None and one.newest_content == one.due_content:
        there = f"{one.due_share:.1%} of the schemes that are due have it"
    since = f"{one.late_since.astimezone(IST):%Y-%m-%d %H:%M} IST" if one.late_since else ""
    why = f"; the last failure: {reason}" if reason else ""
    return f"{one.due_content} is due, {there}; late since {since}{why}"
