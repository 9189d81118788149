"""Telling of what is wrong: once an incident, and once when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loaders import incidents as write
from munim.core.clock import IST
from munim.readers.troubles import Incident, incidents, troubles_at

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from loaders.database import Connection, Database
    from munim.core.clock import Clock

QUARANTINE_THRESHOLD = 50
"""Refused rows of a feed's newest payload: AMFI's file of 14,000 rows has a handful on a bad day."""

NEWEST = 1_000
"""Incidents that are looked through for what is not told yet."""

WORDS = {
    "late": ("is late", "is no longer late"),
    "refused": ("brought what is not what it should be", "brings what it should again"),
    "blocked": ("is refused by its source", "is served by its source again"),
    "quarantine": ("has many refused rows", "no longer has many refused rows"),
}


@dataclass(frozen=True)
class Message:
    """What somebody is told. `kind`: something began (warning), or is over (success)."""

    title: str
    body: str
    kind: Literal["warning", "success"]


Notify = Callable[[Message], bool]
"""Delivers a message, and tells whether it was taken; one that was not is tried again at the next look."""


def alert_now(
    database: Database, clock: Clock, notify: Notify, quarantine_threshold: int = QUARANTINE_THRESHOLD
) -> list[Message]:
    """Look at what is wrong now, tell of what began and of what is over, and return what was delivered.

    An incident is told once, however often and by however many processes it is looked at: it is kept in
    `etl.incident`. A crash between delivery and its note tells a second time rather than never. Raises
    `DatabaseUnavailable` when the database does not answer.
    """
    from loaders.retry import naming_failures  # noqa: PLC0415 - brings the driver

    with naming_failures(), database.session() as session:
        if not write.lock(session):
            return []
        at = clock()
        wrong = troubles_at(session, at, quarantine_threshold)
        write.settle(session, [(one.kind, one.feed, one.since, one.detail) for one in wrong], at)
        known = incidents(session, NEWEST)
        session.commit()
        made = database.world == "replica"
        delivered = [
            message
            for incident in reversed(known)
            if (message := _untold(incident, made=made)) is not None
            and _deliver(session, incident, message, notify, at)
        ]
        write.unlock(session)
        return delivered


def _untold(incident: Incident, *, made: bool) -> Message | None:
    """Return what is still to be said of an incident; of one that was over before it was told, both at once."""
    began, ended = WORDS[incident.kind]
    data = " (made data)" if made else ""
    if incident.closed_at is None:
        if incident.told_at is not None:
            return None
        return Message(f"munim: {incident.feed} {began}{data}", incident.detail, "warning")
    if incident.told_over_at is not None:
        return None
    lasted = f"from {_ist(incident.since)} to {_ist(incident.closed_at)}, {_span(incident.closed_at - incident.since)}"
    return Message(f"munim: {incident.feed} {ended}{data}", f"It lasted {lasted}. It was: {incident.detail}", "success")


def _deliver(session: Connection, incident: Incident, message: Message, notify: Notify, at: datetime) -> bool:
    if not notify(message):
        return False
    note = write.told if message.kind == "warning" else write.told_over
    note(session, incident.incident_id, at)
    return True


def _ist(instant: datetime) -> str:
    return f"{instant.astimezone(IST):%Y-%m-%d %H:%M} IST"


def _span(span: timedelta) -> str:
    hours, minutes = divmod(round(span.total_seconds() / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
