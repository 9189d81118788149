"""The sessions of which there are rows, and the closes of one: what a new session is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from loaders.database import Connection

_CLOSES = """
WITH before AS (
    SELECT max(trade_date) AS day FROM market.equity_eod WHERE exchange = %(exchange)s AND trade_date < %(day)s
)
SELECT eod.symbol, eod.trade_date, eod.close
FROM before JOIN market.equity_eod AS eod ON (eod.exchange, eod.trade_date) = (%(exchange)s, before.day)
WHERE eod.series = %(series)s AND eod.close IS NOT NULL
"""

_OPEN = """
SELECT day FROM etl.calendar(%s, %s::date + 1, %s::date - 1) WHERE standing <> 'closed' ORDER BY day
"""


def closes_before(connection: Connection, exchange: str, day: date, series: str) -> dict[str, tuple[date, Decimal]]:
    """Return the closes of the last stored session before a day, by symbol, each with that session's day."""
    asked = {"exchange": exchange, "day": day, "series": series}
    rows = connection.execute(_CLOSES, asked).fetchall()
    return {str(symbol): (of, close) for symbol, of, close in rows}  # type: ignore[misc]


def open_days_between(connection: Connection, exchange: str, after: date, before: date) -> list[date]:
    """Return the days between two that the calendar does not know to have been closed."""
    return [day for (day,) in connection.execute(_OPEN, (exchange, after, before)).fetchall()]  # type: ignore[misc]
