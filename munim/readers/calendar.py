"""Sessions and holidays: whether a day was a session and what proves it, and the lists as they were known at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString

from munim.core.calendar import Calendar, Holiday, SessionKind, Standing
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

NSE = "NSE"

_SESSIONS = """
SELECT exchange, session_date, proof, fetched_at AS known_from, session.recorded_at, feed, url, sha256
FROM etl.proven_session AS session
JOIN etl.payload AS payload USING (payload_id)
WHERE exchange = %(exchange)s AND session_date BETWEEN %(first)s AND %(last)s
  AND (fetched_at <= %(at)s AND (%(source_time)s OR session.recorded_at <= %(at)s))
ORDER BY session_date
"""


@dataclass(frozen=True)
class ListedHoliday:
    """A day in a list of holidays, with when it was known and where it came from.

    `list_type` is trading or clearing; `listed` False: the newest complete list that was known has it no more.
    `morning_session` and `evening_session` are Open or Closed, of commodities; None where the list doesn't say.
    """

    exchange: str
    list_type: str
    segment: str
    holiday_date: date
    description: str | None
    morning_session: str | None
    evening_session: str | None
    listed: bool
    known_from: datetime
    recorded_at: datetime
    feed: str
    url: str
    sha256: str


@dataclass(frozen=True)
class ProvenSession:
    """A day that really traded, with what proves it (bhavcopy, list) and where that came from."""

    exchange: str
    session_date: date
    proof: str
    known_from: datetime
    recorded_at: datetime
    feed: str
    url: str
    sha256: str


@dataclass(frozen=True)
class Day:
    """What is known of a day: `standing` traded, expected, closed or unknown; `kind` of a session that traded.

    `reason` is why it is no session; `proof` what proves that it traded, `holidays` every list that has or had it.
    """

    exchange: str
    day: date
    standing: Standing
    kind: SessionKind | None
    reason: str | None
    proof: ProvenSession | None
    holidays: list[ListedHoliday]


def day(connection: Connection, of: date, exchange: str = NSE, at: datetime | None = None) -> Day:
    """Return whether a day was a session of equity, with its proof and the lists that speak of it.

    `at` asks for what was known here then.
    """
    calendar = load_calendar(connection, exchange, at)
    proven = sessions(connection, of, of, exchange, at)
    return Day(
        exchange,
        of,
        calendar.standing(of),
        calendar.session_kind(of),
        None if of in calendar.proven else calendar.explanation(of),
        proven[0] if proven else None,
        holidays(connection, of, of, exchange, at),
    )


def holidays(
    connection: Connection,
    first: date = date.min,
    last: date = date.max,
    exchange: str = NSE,
    at: datetime | None = None,
    *,
    source_time: bool = False,
) -> list[ListedHoliday]:
    """Return the days that an exchange's lists have or had, of all segments, from a day to a day, by day.

    `at` asks for the lists as they were known here then, with no look-ahead; `source_time` goes by when the source
    told them, whenever they were loaded.
    """
    asked = {"exchange": exchange, "first": first, "last": last, "at": at or "infinity", "source_time": source_time}
    return fetch(connection, ListedHoliday, _holidays_as_of(), asked)


def sessions(
    connection: Connection,
    first: date = date.min,
    last: date = date.max,
    exchange: str = NSE,
    at: datetime | None = None,
    *,
    source_time: bool = False,
) -> list[ProvenSession]:
    """Return the proven sessions from a day to a day, both included, each with its proof; `at` as for `holidays`."""
    asked = {"exchange": exchange, "first": first, "last": last, "at": at or "infinity", "source_time": source_time}
    return fetch(connection, ProvenSession, _SESSIONS, asked)


def load_calendar(connection: Connection, exchange: str = NSE, at: datetime | None = None) -> Calendar:
    """Return the calendar of an exchange's equity, as it is known now or was known here at a time."""
    listed = [
        Holiday(one.holiday_date, one.segment, one.list_type, one.description, withdrawn=not one.listed)
        for one in holidays(connection, exchange=exchange, at=at)
    ]
    return Calendar(listed, [one.session_date for one in sessions(connection, exchange=exchange, at=at)])


@cache
def _holidays_as_of() -> LiteralString:
    return files("munim.readers").joinpath("holidays_as_of.sql").read_text(encoding="utf-8")
