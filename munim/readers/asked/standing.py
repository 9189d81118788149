"""How fresh a feed is, for the envelope of an answer: judged of that feed alone, and remembered while it holds.

`etl.freshness_at` is written so that PostgreSQL folds it into the query that asks it: with a feed given, no other is
judged. NAVs are judged by the schemes that are due, over twenty days' NAVs: that is dear. It comes out as before until
the key of a NAV, a scheme or another data set's payload is there that was not (`etl.nav_keys`, `etl.payload`), or the
time of a day is reached at which it may be another (`etl.judged_until`): a load that restates values is none of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, cast

from munim.readers.answer import Standing
from munim.readers.asked.moment import Moment
from munim.readers.judged_by import JudgedBy, judged_by

if TYPE_CHECKING:
    from loaders.database import Connection

NAV, FII_DII, POSITIONS, FPI = "amfi.latest", "nse.fii_dii", "nse.participant_oi", "nsdl.fpi_latest"
ISSUES, NSE_EQUITY, BSE_EQUITY = "nse.ipo_current", "nse.bhavcopy_udiff", "bse.bhavcopy_udiff"
HOLIDAYS = "nse.holidays_trading"

REMEMBERED_FOR = timedelta(minutes=1)
"""How long what is judged of other feeds than NAVs is remembered; it is judged in a millisecond or two."""

_STANDING = """
SELECT newest_content, due_content, status, etl.judged_until(feed, %(at)s)
FROM etl.freshness_at(%(at)s) WHERE feed = %(feed)s
"""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was judged at a time, what it was judged by, and until when it holds unless that changes."""

    standing: Standing | None
    by: JudgedBy
    at: datetime
    until: datetime

    def holds(self, by: JudgedBy, at: datetime) -> bool:
        return self.by == by and self.at <= at < self.until


_remembered: dict[tuple[str, int, str, str], _Judged] = {}
"""By database and feed."""


def standing_of(connection: Connection, feed: str, moment: Moment, by: JudgedBy | None = None) -> Standing | None:
    """Return how fresh a feed is now; None for an answer as of an earlier time, which says nothing of the present.

    `by` is what there is to judge by, where the caller has read it with its rows.
    """
    if moment.asked is not None:
        return None
    if by is None:
        by = judged_by(connection)
    info = connection.info
    place = info.host, info.port, info.dbname, feed
    known = _remembered.get(place)
    if known is None or not known.holds(by, moment.now):
        known = _remembered[place] = _judge(connection, feed, moment.now, by)
    return known.standing


def forget() -> None:
    """Forget what was judged: what is asked next is judged anew."""
    _remembered.clear()


def _judge(connection: Connection, feed: str, at: datetime, by: JudgedBy) -> _Judged:
    row = connection.execute(_STANDING, {"at": at, "feed": feed}).fetchone()
    if row is None:
        return _Judged(None, by, at, at + REMEMBERED_FOR)
    latest, due, status, until = cast("tuple[date | None, date | None, str, datetime]", row)
    return _Judged(Standing(latest, due, status), by, at, until if feed == NAV else min(until, at + REMEMBERED_FOR))
