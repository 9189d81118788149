"""The facts that instruments are derived from, and the rows of `market.instrument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from loaders.database import Connection

Row = tuple[object, ...]

COLUMNS = (
    *("exchange", "symbol", "valid_from", "valid_to", "isin", "name", "ticker", "series", "listing_date"),
    *("next_symbol", "current_symbol", "current_isin"),
)

FACTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "sightings": (
        ("exchange", "symbol", "series", "kind", "value", "first_day"),
        """
        SELECT exchange, symbol, series, kind, value, first_day FROM etl.equity_sighting
        WHERE exchange = %(exchange)s AND (%(all)s OR symbol = ANY (%(symbols)s))
        ORDER BY symbol, first_day, series, kind, value
        """,
    ),
    "listings": (
        ("exchange", "symbol", "series", "isin", "name", "listing_date", "seen_on"),
        """
        SELECT exchange, symbol, series, isin, name, listing_date,
               (payload.fetched_at AT TIME ZONE 'Asia/Kolkata')::date
        FROM market.listing JOIN etl.payload AS payload USING (payload_id)
        WHERE exchange = %(exchange)s AND (%(all)s OR symbol = ANY (%(symbols)s))
        ORDER BY symbol, withdrawn_by IS NULL, list_name, series
        """,
    ),
    "symbol_changes": (
        ("exchange", "old_symbol", "new_symbol", "changed_on", "name"),
        """
        SELECT exchange, old_symbol, new_symbol, changed_on, name FROM market.symbol_change
        WHERE exchange = %(exchange)s
          AND (%(all)s OR old_symbol = ANY (%(symbols)s) OR new_symbol = ANY (%(symbols)s))
        ORDER BY changed_on, old_symbol, new_symbol
        """,
    ),
    "name_changes": (
        ("exchange", "symbol", "changed_on", "new_name", "old_name"),
        """
        SELECT exchange, symbol, changed_on, new_name, old_name FROM market.name_change
        WHERE exchange = %(exchange)s AND (%(all)s OR symbol = ANY (%(symbols)s))
        ORDER BY symbol, changed_on, new_name
        """,
    ),
}
"""For each kind of fact: its columns, and the query of those of some symbols, or of all, of an exchange."""

_LINKED = """
SELECT old_symbol FROM market.symbol_change WHERE exchange = %(exchange)s AND new_symbol = ANY (%(symbols)s)
UNION SELECT new_symbol FROM market.symbol_change WHERE exchange = %(exchange)s AND old_symbol = ANY (%(symbols)s)
UNION SELECT other.symbol
FROM (SELECT value AS isin FROM etl.equity_sighting
      WHERE exchange = %(exchange)s AND kind = 'isin' AND symbol = ANY (%(symbols)s)
      UNION SELECT isin FROM market.listing WHERE exchange = %(exchange)s AND symbol = ANY (%(symbols)s)) AS own
JOIN (SELECT symbol, value AS isin FROM etl.equity_sighting WHERE exchange = %(exchange)s AND kind = 'isin'
      UNION ALL SELECT symbol, isin FROM market.listing WHERE exchange = %(exchange)s) AS other USING (isin)
-- What was linked by a fact that was taken back is looked at again.
UNION SELECT other.symbol FROM market.instrument AS own JOIN market.instrument AS other USING (exchange, current_symbol)
WHERE own.exchange = %(exchange)s AND own.symbol = ANY (%(symbols)s)
"""

_FIRST_EVENTS = """
SELECT symbol, min(day) FROM (
    SELECT symbol, first_day AS day FROM etl.equity_sighting
    WHERE exchange = %(exchange)s AND kind = 'row' AND symbol = ANY (%(symbols)s)
    UNION ALL SELECT symbol, ex_date FROM market.corporate_action
    WHERE exchange = %(exchange)s AND symbol = ANY (%(symbols)s)
      AND (shares_after IS NULL OR shares_after <> shares_before)
) AS event GROUP BY symbol
"""

_FIRST_ACTION = """
SELECT min(action.ex_date) FROM market.corporate_action AS action
WHERE action.exchange = 'NSE' AND (action.shares_after IS NULL OR action.shares_after <> action.shares_before)
  AND (action.symbol = ANY (%(symbols)s) OR action.symbol IN (
      SELECT symbol FROM market.instrument WHERE exchange = 'NSE' AND current_isin = ANY (%(isins)s)))
"""

_DELETE = """
DELETE FROM market.instrument AS kept
USING unnest(%s::text[], %s::text[], %s::date[]) AS gone (exchange, symbol, valid_from)
WHERE (kept.exchange, kept.symbol, kept.valid_from) = (gone.exchange, gone.symbol, gone.valid_from)
"""


def lock(connection: Connection) -> None:
    """Wait until no other load derives instruments: bhavcopies and lists are loaded side by side."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('munim instruments'))")


def is_empty(connection: Connection) -> bool:
    """Tell whether no instrument is there."""
    return connection.execute("SELECT FROM market.instrument LIMIT 1").fetchone() is None


def exchanges(connection: Connection) -> list[str]:
    """Return the exchanges of which there are facts."""
    rows = connection.execute(
        "SELECT DISTINCT exchange FROM etl.equity_sighting UNION SELECT DISTINCT exchange FROM market.listing "
        "UNION SELECT DISTINCT exchange FROM market.symbol_change ORDER BY 1"
    ).fetchall()
    return [str(exchange) for (exchange,) in rows]


def linked(connection: Connection, exchange: str, symbols: Collection[str]) -> set[str]:
    """Return symbols with all that were the same security by a change of symbol, or may have been by their ISIN."""
    known: set[str] = set()
    new = set(symbols)
    while new:
        known |= new
        rows = connection.execute(_LINKED, {"exchange": exchange, "symbols": sorted(new)}).fetchall()
        new = {str(symbol) for (symbol,) in rows} - known
    return known


def facts(connection: Connection, kind: str, exchange: str, symbols: Collection[str] | None) -> list[Row]:
    """Return the facts of a kind (`FACTS`) about symbols, or about all (None)."""
    asked = {"exchange": exchange, "all": symbols is None, "symbols": sorted(symbols or ())}
    return list(connection.execute(FACTS[kind][1], asked).fetchall())


def stored(connection: Connection, exchange: str, symbols: Collection[str] | None) -> list[Row]:
    """Return the instruments of symbols, or all (None) of an exchange, in the order of `COLUMNS`."""
    condition = "" if symbols is None else "AND symbol = ANY (%(symbols)s)"
    return list(connection.execute(
        f"SELECT {', '.join(COLUMNS)} FROM market.instrument WHERE exchange = %(exchange)s {condition}",  # noqa: S608 - our own names
        {"exchange": exchange, "symbols": sorted(symbols or ())},
    ).fetchall())  # fmt: skip


def first_events(connection: Connection, exchange: str, symbols: Collection[str]) -> dict[str, date]:
    """Return the first day on which each symbol traded, or something changed its price."""
    rows = connection.execute(_FIRST_EVENTS, {"exchange": exchange, "symbols": sorted(symbols)}).fetchall()
    return {str(symbol): day for symbol, day in rows}  # type: ignore[misc]


def first_action(connection: Connection, symbols: Collection[str], isins: Collection[str]) -> date | None:
    """Return the first ex-date of what changed prices of NSE's symbols, or of those that have ISINs today."""
    asked = {"symbols": sorted(symbols), "isins": sorted(isins)}
    row = connection.execute(_FIRST_ACTION, asked).fetchone()
    return row[0] if row else None  # type: ignore[return-value]


def write(connection: Connection, gone: Sequence[Row], new: Sequence[Row]) -> None:
    """Take rows away and write others."""
    if gone:
        connection.execute(_DELETE, [[row[place] for row in gone] for place in range(3)])
    if new:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY market.instrument ({', '.join(COLUMNS)}) FROM STDIN") as copy,
        ):
            for row in new:
                copy.write_row(row)
