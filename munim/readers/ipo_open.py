"""Which issues are open, whose details have to be asked for, and which a list ought to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

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


def open_on_nse(connection: Connection, day: date) -> list[tuple[str, bool]]:
    """Return the symbols of the IPOs that NSE's list of open issues has, and that are open on a day.

    Each with whether it is on the SME platform, by symbol.
    """
    rows = connection.execute(_OPEN, {"day": day}).fetchall()
    return [(str(symbol), bool(is_sme)) for symbol, is_sme in rows]


def still_due(connection: Connection, feed: str, day: date) -> set[str]:
    """Return the ids of the issues that a feed's list showed last, and that close after a day, or on no day yet."""
    return {str(row[0]) for row in connection.execute(_STILL_DUE, {"feed": feed, "day": day}).fetchall()}
