"""The rows of `market.screener`, and which sessions it has been computed for."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import csv

from loaders.keyed_columns import by_column
from loaders.screener_columns import SCREENER_FIGURES, SCREENER_KEY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from loaders.database import Connection
    from loaders.keyed_batch import Span
    from loaders.keyed_columns import Key

COLUMNS = (*SCREENER_KEY, *SCREENER_FIGURES)

KEY_LENGTH = 5
"""Columns of a corporate action's key; the last but one is its ex-date."""

_PENDING = """
SELECT session.exchange, session.trade_date
FROM etl.equity_session AS session
LEFT JOIN etl.screener_session AS done ON (done.exchange, done.as_of_date) = (session.exchange, session.trade_date)
-- Of a session whose prices were taken back other columns may stand: there is nothing to compute.
WHERE done.stale IS NOT false AND coalesce((
    SELECT true FROM market.equity_eod AS eod
    WHERE (eod.exchange, eod.trade_date) = (session.exchange, session.trade_date) AND eod.price_payload_id IS NOT NULL
    LIMIT 1), false)
ORDER BY session.exchange, session.trade_date
"""

_IS_NEXT = """
SELECT
    NOT EXISTS (
        SELECT FROM market.equity_eod
        WHERE exchange = %(exchange)s AND trade_date > %(day)s AND price_payload_id IS NOT NULL)
    AND EXISTS (
        SELECT FROM market.equity_eod
        WHERE exchange = %(exchange)s AND trade_date = %(day)s AND price_payload_id IS NOT NULL)
    AND EXISTS (
        SELECT FROM etl.screener_session AS done
        WHERE done.exchange = %(exchange)s AND NOT done.stale AND done.as_of_date = (
            SELECT max(trade_date) FROM market.equity_eod
            WHERE exchange = %(exchange)s AND trade_date < %(day)s AND price_payload_id IS NOT NULL))
"""

_DONE = """
INSERT INTO etl.screener_session (exchange, as_of_date, computed_at, stale)
SELECT %s, day, statement_timestamp(), false FROM unnest(%s::date[]) AS day
ON CONFLICT (exchange, as_of_date) DO UPDATE SET computed_at = excluded.computed_at, stale = false
"""

_DROP = """
WITH gone AS (
    DELETE FROM etl.screener_session AS done
    WHERE exchange = %(exchange)s AND as_of_date = %(day)s AND NOT EXISTS (
        SELECT FROM market.equity_eod AS eod
        WHERE (eod.exchange, eod.trade_date) = (done.exchange, done.as_of_date) AND eod.price_payload_id IS NOT NULL)
    RETURNING exchange, as_of_date
)
DELETE FROM market.screener USING gone
WHERE (screener.exchange, screener.as_of_date) = (gone.exchange, gone.as_of_date)
"""

_STALE = """
UPDATE etl.screener_session SET stale = true
WHERE exchange = %s AND NOT stale AND as_of_date BETWEEN %s AND %s
"""


_FIRST_ADJUSTING = """
SELECT min(action.ex_date)
FROM market.corporate_action AS action
JOIN unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::text[])
    AS given (exchange, symbol, series, ex_date, subject) USING (exchange, symbol, series, ex_date, subject)
WHERE action.shares_after IS NULL OR action.shares_after <> action.shares_before
"""


def first_adjusting(connection: Connection, keys: Collection[Key], replaced: Collection[Key]) -> date | None:
    """Return the first ex-date of corporate actions that change prices, and of all that were `replaced`; None: none."""
    row = connection.execute(_FIRST_ADJUSTING, by_column(list(keys), KEY_LENGTH)).fetchone()
    days = [row[0] if row is not None else None, *(key[KEY_LENGTH - 2] for key in replaced)]
    return min((day for day in days if isinstance(day, date)), default=None)


def lock(connection: Connection) -> None:
    """Wait until nobody else computes, or says that what was computed is stale."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('munim screener'))")


def pending(connection: Connection) -> list[tuple[str, date]]:
    """Return the sessions that have prices, and no figures or stale ones: exchange and day, in order."""
    return list(connection.execute(_PENDING).fetchall())  # type: ignore[arg-type]


def is_next(connection: Connection, exchange: str, day: date) -> bool:
    """Tell whether a session is the newest, and the one before it has its figures."""
    row = connection.execute(_IS_NEXT, {"exchange": exchange, "day": day}).fetchone()
    return row == (True,)


def mark_stale(connection: Connection, exchange: str, spans: Sequence[Span]) -> int:
    """Mark what was computed in spans of days as stale; return how many sessions that were."""
    return sum(connection.execute(_STALE, (exchange, *span)).rowcount for span in spans)


def drop_if_gone(connection: Connection, exchange: str, day: date) -> int:
    """Delete the figures of a session that has no prices any more (all were taken back); return how many."""
    return connection.execute(_DROP, {"exchange": exchange, "day": day}).rowcount


def write(connection: Connection, exchange: str, days: Sequence[date], rows: pd.DataFrame) -> None:
    """Write the figures of sessions in place of those that they had; `rows` has `COLUMNS`."""
    connection.execute(
        "DELETE FROM market.screener WHERE exchange = %s AND as_of_date = ANY (%s)", (exchange, list(days))
    )
    written = io.BytesIO()
    table = pa.Table.from_pandas(rows[list(COLUMNS)], preserve_index=False)
    csv.write_csv(table, written, csv.WriteOptions(include_header=False))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY market.screener ({', '.join(COLUMNS)}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(written.getbuffer())
    connection.execute(_DONE, (exchange, list(days)))
