"""Which issues are open: whose details have to be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from loaders.database import Connection

_OPEN = """
SELECT DISTINCT ON (symbol) symbol, coalesce(platform = 'sme', false) AS is_sme
FROM market.ipo_fact
WHERE feed = 'nse.ipo_current' AND withdrawn_by IS NULL AND symbol IS NOT NULL
  AND coalesce(open_date, %(day)s) <= %(day)s AND coalesce(close_date, %(day)s) >= %(day)s
ORDER BY symbol, open_date DESC NULLS LAST
"""


def open_on_nse(connection: Connection, day: date) -> list[tuple[str, bool]]:
    """Return the symbols of the issues that NSE's list of open issues has, and that are open on a day.

    Each with whether it is on the SME platform, by symbol.
    """
    rows = connection.execute(_OPEN, {"day": day}).fetchall()
    return [(str(symbol), bool(is_sme)) for symbol, is_sme in rows]
