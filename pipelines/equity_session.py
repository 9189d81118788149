"""Which session a bhavcopy holds: the day inside it must be the day that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import pyarrow.compute as pc

from munim.core.clock import ist_date
from munim.core.errors import ContentRefused, MunimError, NotYetPublished
from pipelines import equity_values as values
from scrapers.file_dates import asked_day

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

FIRST_SESSION = date(1990, 1, 1)
"""NSE's first session was on 03-Nov-1994; BSE's files go back to its trading by screen. Earlier is a misreading."""


@dataclass(frozen=True)
class Session:
    """The day that a payload's rows are about, and where it was read."""

    day: date
    date_from: Literal["content", "name"]
    payload: Payload

    def refused(self, what: str) -> ContentRefused:
        """Return the refusal of this payload."""
        return _refused(self.payload, what)


def session_of(raw: RawTable, payload: Payload) -> Session:
    """Return the one day that a bhavcopy holds.

    What is inside counts. A file that holds another session than the one asked for (46 of 7,631 recorded ones:
    requests for holidays and weekends) is no data for that day: `NotYetPublished` when it was fetched, so that the
    slot stays open until the calendar says that there was no session; `ContentRefused` for a file that somebody had.
    A file without a date inside (BSE legacy) takes the day of its slot or name, and is refused without one. Raises
    `ContentRefused` too for two days in one file (0 of 7,631), and for a day after the fetch.
    """
    if not len(raw.frame):
        raise _refused(payload, "no rows at all")
    inside = values.read_dates(values.strings(raw.frame["trade_date"]))
    asked = asked_day(payload)
    if not raw.frame["trade_date"].notna().any():
        if asked is None:
            raise _refused(payload, "a file without a date, inside or in its name")
        return _plausible(Session(asked, "name", payload))
    if inside.values.null_count:
        raise _refused(payload, f"{inside.values.null_count:,} rows whose date can't be read")
    days = sorted(pc.unique(inside.values).to_pylist())
    if len(days) > 1:
        raise _refused(payload, f"rows of {len(days)} days, {days[0]} to {days[-1]}, where one session is due")
    if asked is not None and days[0] != asked:
        raise _other_session(payload, days[0], asked)
    return _plausible(Session(days[0], "content", payload))


def _plausible(session: Session) -> Session:
    last = ist_date(session.payload.fetched_at)
    if not FIRST_SESSION <= session.day <= last:
        raise session.refused(f"the session of {session.day}, which is not within {FIRST_SESSION} and {last}")
    return session


def _other_session(payload: Payload, inside: date, asked: date) -> MunimError:
    what = f"{payload.url} holds the session of {inside}: no data for {asked}"
    kept = "the tables keep what they had, the raw bytes are kept"
    if payload.origin == "fetch":
        advice = "ask again later; on a day without a session there is none"
        return NotYetPublished(what, feed=payload.feed, slot=payload.slot, kept=kept, advice=advice)
    advice = f"give the file the name of its day, {inside}, if that is what it is"
    return ContentRefused(what, feed=payload.feed, slot=payload.slot, kept=kept, advice=advice)


def _refused(payload: Payload, what: str) -> ContentRefused:
    return ContentRefused(
        f"{payload.url} holds {what}",
        feed=payload.feed,
        slot=payload.slot,
        kept="nothing was written, the raw bytes are kept",
    )
