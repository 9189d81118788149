"""When NSE's list of open issues is left alone: bids are told by the hour only while somebody can bid."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from munim.core.calendar import Standing
from munim.core.clock import IST
from munim.readers.calendar import load_calendar
from munim.readers.ipo_open import is_any_open, is_list_seen

if TYPE_CHECKING:
    from loaders.database import Connection

ALWAYS_ASKED: Final = (time(10), time(19))
"""The day's first and last firing, which ask whatever is known: an issue that opens today is told by the first."""


def rests(session: Connection, slot: str) -> str | None:
    """Return why a slot of NSE's open issues is not asked for; None: it is.

    It is asked for by the hour on sessions while any issue is open, else twice a day. Of a day on which no list has
    been seen yet nothing is known: it is asked for.
    """
    at = datetime.fromisoformat(slot).astimezone(IST)
    if at.time() in ALWAYS_ASKED:
        return None
    day = at.date()
    twice = " and ".join(f"{one:%H:%M}" for one in ALWAYS_ASKED)
    if load_calendar(session).standing(day) is Standing.CLOSED:
        return f"{day} is no session: it is asked for at {twice} alone"
    midnight = datetime.combine(day, time(0), IST)
    if is_any_open(session, day) or not is_list_seen(session, midnight, at):
        return None
    return f"no issue is open on {day}: it is asked for at {twice} alone"
