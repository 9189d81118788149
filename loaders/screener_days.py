"""Sessions of `market.equity_eod` as the screener reads them: one row a session, a year of them in a tenth of a second.

To read a year row by row, with numbers made of decimals one by one, takes longer than all that is computed of it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    import numpy.typing as npt

    from loaders.database import Connection
    from loaders.keyed_batch import Span

FIGURES = ("close", "high", "low", "volume", "value_inr", "delivered_quantity", "delivery_pct")

SESSIONS_AT_ONCE = 40

_TYPES = {
    "trade_date": pa.date32(),
    "symbol": pa.string(),
    "series": pa.string(),
    **dict.fromkeys(FIGURES, pa.float64()),
}

_SELECTED = {"value_inr": "coalesce(value_inr, turnover_lakh * 100000)"}

_COPY = f"""
COPY (
    SELECT {", ".join(_SELECTED.get(name, name) for name in _TYPES)} FROM market.equity_eod
    WHERE exchange = %(exchange)s AND trade_date BETWEEN %(first)s AND %(last)s AND price_payload_id IS NOT NULL
      AND (%(all)s OR series = ANY (%(series)s))
    ORDER BY trade_date, symbol, series
) TO STDOUT (FORMAT csv)
"""  # noqa: S608 - our own columns

# The rows tell which sessions there are: `etl.equity_session` does not know yet that a revert is being taken back.
_TO_MAKE = """
SELECT trade_date FROM (
    SELECT DISTINCT content_modal AS trade_date FROM etl.payload
    WHERE dataset = 'equity' AND starts_with(feed, lower(%(exchange)s))
      AND content_modal BETWEEN %(first)s AND %(last)s
) AS session
WHERE NOT EXISTS (
    SELECT FROM etl.screener_day AS made
    WHERE (made.exchange, made.trade_date) = (%(exchange)s, session.trade_date))
  AND coalesce((
    SELECT true FROM market.equity_eod AS eod
    WHERE (eod.exchange, eod.trade_date) = (%(exchange)s, session.trade_date) AND eod.price_payload_id IS NOT NULL
    LIMIT 1), false)
ORDER BY 1
"""

_WRITE = """
INSERT INTO etl.screener_day (exchange, trade_date, row_count, securities, figures) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class SessionRows:
    """A session's rows: `SYMBOL SERIES`, a line each, and `FIGURES` as rows of one array (NaN: NULL)."""

    day: date
    securities: str
    figures: npt.NDArray[np.float64]


def forget(connection: Connection, exchange: str, days: Collection[date]) -> None:
    """Let sessions of which rows are others now be made again."""
    connection.execute(
        "DELETE FROM etl.screener_day WHERE exchange = %s AND trade_date = ANY (%s)", (exchange, list(days))
    )


def read(
    connection: Connection, exchange: str, spans: Sequence[Span], series: Sequence[str] | None
) -> Iterator[SessionRows]:
    """Yield the sessions of spans of days, oldest first; those that are not there yet are made.

    `series` are the only ones that count; None: all do.
    """
    for first, last in spans:
        _make(connection, exchange, (first, last), series)
        rows = connection.execute(
            "SELECT trade_date, row_count, securities, figures FROM etl.screener_day "
            "WHERE exchange = %s AND trade_date BETWEEN %s AND %s ORDER BY trade_date",
            (exchange, first, last),
            binary=True,
        ).fetchall()
        for day, count, securities, figures in rows:
            numbers = np.frombuffer(figures, dtype="<f8").reshape(len(FIGURES), count)  # type: ignore[call-overload]
            yield SessionRows(day, securities, numbers)  # type: ignore[arg-type]


def _make(connection: Connection, exchange: str, span: Span, series: Sequence[str] | None) -> None:
    rows = connection.execute(_TO_MAKE, {"exchange": exchange, "first": span[0], "last": span[1]}).fetchall()
    days: list[date] = [day for (day,) in rows]  # type: ignore[misc]
    for start in range(0, len(days), SESSIONS_AT_ONCE):
        _make_some(connection, exchange, days[start : start + SESSIONS_AT_ONCE], series)


def _make_some(connection: Connection, exchange: str, days: list[date], series: Sequence[str] | None) -> None:
    """Make sessions that follow each other, or nearly so; others that lie between are there already."""
    asked = {
        "exchange": exchange, "first": days[0], "last": days[-1], "all": series is None, "series": list(series or ()),
    }  # fmt: skip
    with connection.cursor() as cursor, cursor.copy(_COPY, asked) as copy:
        text = b"".join(bytes(row) for row in copy)
    if not text:
        return
    table = csv.read_csv(
        io.BytesIO(text),
        csv.ReadOptions(column_names=list(_TYPES)),
        convert_options=csv.ConvertOptions(column_types=_TYPES),
    ).combine_chunks()
    day = table["trade_date"].cast(pa.int32()).to_numpy()
    numbers = np.stack([table[name].to_numpy() for name in FIGURES])
    starts = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    for start, end in zip(starts, [*starts[1:], len(day)], strict=True):
        rows = slice(int(start), int(end))
        part = table.slice(rows.start, rows.stop - rows.start)
        securities = pc.binary_join_element_wise(part["symbol"], part["series"], " ")
        made = [part["trade_date"][0].as_py(), rows.stop - rows.start, "\n".join(securities.to_pylist())]
        connection.execute(_WRITE, [exchange, *made, np.ascontiguousarray(numbers[:, rows]).astype("<f8").tobytes()])
