"""Which issues are open, whether any is, whose details have to be asked for, and which a list ought to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from loaders.database import Connection

_OPEN = """
SELECT DISTINCT ON (symbol) symbol, coalesce(platform = 'sme', false) AS is_sme
FROM market.ipo_fact
WHERE feed = 'nse.ipo_current' AND withdrawn_by IS NULL AND security_kind = 'ipo'
  AND coalesce(open_date, %(day)s) <= %(day)s AND coalesce(close_date, %(day)s) >= %(day)s
ORDER BY symbol, open_date DESC NULLS LAST
"""


_STILL_DUE = """
SELECT source_id FROM market.ipo_fact
WHERE feed = %(feed)s AND withdrawn_by IS NULL AND (close_date IS NULL OR close_date > %(day)s)
"""


_ANY_OPEN = """
SELECT EXISTS (
    SELECT FROM market.ipo
    WHERE status NOT IN ('withdrawn', 'vanished', 'listed')
      AND coalesce(security_kind, 'unknown') IN ('ipo', 'fpo', 'invit', 'reit', 'unknown')
      AND (open_date <= %(day)s AND close_date >= %(day)s OR status = 'open' AND close_date IS NULL))
"""

_LIST_SEEN = """
SELECT EXISTS (
    SELECT FROM etl.payload
    WHERE dataset = 'ipo' AND feed IN ('nse.ipo_current', 'nse.ipo_upcoming') AND fetched_at BETWEEN %s AND %s)
"""


def is_any_open(connection: Connection, day: date) -> bool:
    """Tell whether bids are taken for any issue on a day, by its dates.

    Rights, debt and offers of other kinds are left out: NSE's list never has them, and rights are open for a month.
    """
    return connection.execute(_ANY_OPEN, {"day": day}).fetchone() == (True,)


def is_list_seen(connection: Connection, since: datetime, until: datetime) -> bool:
    """Tell whether NSE's list of open issues, or of those to come, was fetched between two instants."""
    return connection.execute(_LIST_SEEN, (since, until)).fetchone() == (True,)


def open_on_nse(connection: Connection, day: date) -> list[tuple[str, bool]]:
    """Return the symbols of the IPOs that NSE's list of open issues has, and that are open on a day.

    Each with whether it is on the SME platform, by symbol.
    """
    rows = connection.execute(_OPEN, {"day": day}).fetchall()
    return [(str(symbol), bool(is_sme)) for symbol, is_sme in rows]


def still_due(connection: Connection, feed: str, day: date) -> set[str]:
    """Return the ids of the issues that a feed's list showed last, and that close after a day, or on no day yet."""
    return {str(row[0]) for row in connection.execute(_STILL_DUE, {"feed": feed, "day": day}).fetchall()}
