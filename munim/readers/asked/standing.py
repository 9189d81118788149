"""How fresh a feed is, for the envelope of an answer: of that feed alone, and remembered for a minute.

`etl.freshness_at` is written so that PostgreSQL folds it into the query that asks it: with a feed given, no other is
judged. NAVs are judged by the schemes that are due, over twenty days' NAVs: that is dear, and so remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from munim.readers.answer import Standing
from munim.readers.asked.moment import Moment

if TYPE_CHECKING:
    from loaders.database import Connection

NAV, FII_DII, POSITIONS, FPI = "amfi.latest", "nse.fii_dii", "nse.participant_oi", "nsdl.fpi_latest"
ISSUES, NSE_EQUITY, BSE_EQUITY = "nse.ipo_current", "nse.bhavcopy_udiff", "bse.bhavcopy_udiff"
HOLIDAYS = "nse.holidays_trading"

REMEMBERED_FOR = timedelta(minutes=1)
REMEMBERED_AT_MOST = 256

_STANDING = "SELECT newest_content, due_content, status FROM etl.freshness_at(%s) WHERE feed = %s"

_NEWEST = "SELECT max(payload_id) FROM etl.payload"

_Place = tuple[str, int, str, str, datetime, object]


class _Remembered:
    """Standings by database, feed, minute and newest payload; the oldest go when there are too many."""

    def __init__(self) -> None:
        self.kept: OrderedDict[_Place, Standing | None] = OrderedDict()

    def keep(self, place: _Place, standing: Standing | None) -> None:
        self.kept[place] = standing
        while len(self.kept) > REMEMBERED_AT_MOST:
            self.kept.popitem(last=False)


_remembered = _Remembered()


def standing_of(connection: Connection, feed: str, moment: Moment, newest: object = None) -> Standing | None:
    """Return how fresh a feed is now; None for an answer as of an earlier time, which says nothing of the present.

    `newest` is the newest payload's number, where the caller has read it with its rows. What was found is used again
    in the same minute while no newer payload is there: at most a minute old, and never of before a load.
    """
    if moment.asked is not None:
        return None
    if newest is None:
        row = connection.execute(_NEWEST).fetchone()
        newest = row[0] if row else None
    info = connection.info
    minute = moment.now.replace(second=0, microsecond=0)
    place = (info.host, info.port, info.dbname, feed, minute, newest)
    if place not in _remembered.kept:
        _remembered.keep(place, read_standing(connection, feed, moment.now))
    return _remembered.kept[place]


def read_standing(connection: Connection, feed: str, at: datetime) -> Standing | None:
    """Return how fresh a feed is, judged by what was due at a time; None for one that has no timetable."""
    row = connection.execute(_STANDING, (at, feed)).fetchone()
    if row is None:
        return None
    latest, due, status = row
    return Standing(latest if isinstance(latest, date) else None, due if isinstance(due, date) else None, str(status))
