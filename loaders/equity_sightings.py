"""What bhavcopies wrote beside each symbol, and since when: kept a session at a time, for `market.instrument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from loaders.database import Connection

FEW_SYMBOLS = 40
"""Of so few symbols the rows are looked up session by session; of more the whole table is read."""

_SEE_SESSION = """
WITH said AS (
    SELECT eod.symbol, eod.series, eod.trade_date, seen.kind, seen.value
    FROM market.equity_eod AS eod
    CROSS JOIN LATERAL (VALUES ('row', ''), ('isin', isin), ('ticker', ticker), ('name', name)) AS seen (kind, value)
    WHERE eod.exchange = %(exchange)s AND eod.trade_date = %(day)s AND seen.value IS NOT NULL
)
INSERT INTO etl.equity_sighting AS kept (exchange, symbol, series, kind, value, first_day)
SELECT %(exchange)s, symbol, series, kind, value, trade_date FROM said
WHERE NOT EXISTS (
    SELECT FROM etl.equity_sighting AS known
    WHERE (known.exchange, known.symbol, known.series, known.kind, known.value)
        = (%(exchange)s, said.symbol, said.series, said.kind, said.value)
      AND known.first_day <= said.trade_date)
ON CONFLICT (exchange, symbol, series, kind, value) DO UPDATE SET first_day = excluded.first_day
RETURNING symbol
"""

_BESIDE = """
WITH handed_on AS MATERIALIZED (
    SELECT DISTINCT mine.symbol, mine.value AS isin
    FROM etl.equity_sighting AS mine
    JOIN etl.equity_sighting AS other USING (exchange, kind, value)
    WHERE exchange = %(exchange)s AND kind = 'isin' AND mine.symbol <> other.symbol
      AND mine.first_day < other.first_day AND other.first_day <= %(day)s
)
SELECT DISTINCT symbol FROM handed_on
JOIN market.equity_eod AS eod USING (symbol, isin)
WHERE eod.exchange = %(exchange)s AND eod.trade_date = %(day)s
"""

# The days are the ledger's, for the rows themselves tell what was taken back: `etl.equity_session` looks each one up.
_BY_SESSION = """
    SELECT eod.symbol, eod.series, eod.trade_date, eod.isin, eod.ticker, eod.name
    FROM (SELECT DISTINCT content_modal AS trade_date FROM etl.payload
          WHERE dataset = 'equity' AND content_modal IS NOT NULL AND starts_with(feed, lower(%(exchange)s))) AS session
    CROSS JOIN unnest(%(symbols)s::text[]) AS wanted (symbol)
    CROSS JOIN LATERAL (
        SELECT * FROM market.equity_eod AS kept
        WHERE (kept.exchange, kept.trade_date, kept.symbol) = (%(exchange)s, session.trade_date, wanted.symbol)
    ) AS eod
"""

_AT_ONCE = """
    SELECT symbol, series, trade_date, isin, ticker, name FROM market.equity_eod
    WHERE exchange = %(exchange)s AND symbol = ANY (%(symbols)s)
"""

_FORGET = "DELETE FROM etl.equity_sighting WHERE exchange = %(exchange)s AND symbol = ANY (%(symbols)s)"

_SEE_AGAIN = """
WITH told AS ({rows})
INSERT INTO etl.equity_sighting (exchange, symbol, series, kind, value, first_day)
SELECT %(exchange)s, told.symbol, told.series, seen.kind, seen.value, min(told.trade_date)
FROM told
CROSS JOIN LATERAL (VALUES ('row', ''), ('isin', isin), ('ticker', ticker), ('name', name)) AS seen (kind, value)
WHERE seen.value IS NOT NULL
GROUP BY told.symbol, told.series, seen.kind, seen.value
"""

_LAST_OF_ISIN = """
WITH told AS ({rows})
SELECT symbol, isin, max(trade_date) FROM told WHERE isin = ANY (%(isins)s) GROUP BY symbol, isin
"""


def see_session(connection: Connection, exchange: str, day: date) -> set[str]:
    """Take in what a session's rows say; return the symbols of which that tells something about instruments.

    That is what is new, or older than what was known; and an ISIN that is seen beside its symbol when another one has
    it too by then, and had it later: it was not handed on.
    """
    asked = {"exchange": exchange, "day": day}
    new = connection.execute(_SEE_SESSION, asked).fetchall()
    beside = connection.execute(_BESIDE, asked).fetchall()
    return {str(symbol) for (symbol,) in (*new, *beside)}


def see_again(connection: Connection, exchange: str, symbols: Collection[str]) -> None:
    """Read again all that is stored of symbols of which rows are others now, or gone."""
    asked = {"exchange": exchange, "symbols": sorted(symbols)}
    connection.execute(_FORGET, asked)
    connection.execute(_SEE_AGAIN.format(rows=_rows(symbols)), asked)


def last_of_isins(
    connection: Connection, exchange: str, symbols: Collection[str], isins: Collection[str]
) -> dict[tuple[str, str], date]:
    """Return the last session in which each symbol had each ISIN, by symbol and ISIN."""
    asked = {"exchange": exchange, "symbols": sorted(symbols), "isins": sorted(isins)}
    rows = connection.execute(_LAST_OF_ISIN.format(rows=_rows(symbols)), asked).fetchall()
    return {(str(symbol), str(isin)): day for symbol, isin, day in rows}  # type: ignore[misc]


def _rows(symbols: Collection[str]) -> str:
    return _BY_SESSION if len(symbols) <= FEW_SYMBOLS else _AT_ONCE
