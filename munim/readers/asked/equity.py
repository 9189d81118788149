"""A security's end-of-day rows, as traded or adjusted, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from munim.core.errors import NotFound, RequestWrong
from munim.readers import equity as readers
from munim.readers import instruments
from munim.readers.answer import Answer, Cell
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment, moment
from munim.readers.asked.paging import day_of, key_of, page
from munim.readers.asked.sources import source_of
from munim.readers.asked.spans import read_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters_market import Equity
    from munim.readers.equity import EquityDay

RAW = ("trade_date", "series", "open", "high", "low", "close", "previous_close", "average_price", "volume",
       "value_inr", "delivered_quantity", "delivery_pct")  # fmt: skip
ADJUSTED = ("trade_date", "series", "open", "high", "low", "close", "volume", "delivery_pct", "factor", "era")

LATELY = timedelta(days=45)
"""Without a first day: the last weeks."""


def equity(connection: Connection, asked: Equity, clock: Clock | None = None) -> Answer:
    """Answer a page of a security's rows, oldest first, through all symbols that it had.

    Raises `NotFound` for a security that is not there, and `RequestWrong` for days that are yet to come.
    """
    when = moment(asked.known_at, clock)
    when.check_day(asked.from_date, "from_date")
    when.check_day(asked.to_date, "to_date")
    when.check_range(asked.from_date, asked.to_date)
    security = _security(connection, asked)
    last = asked.to_date or when.today
    first = max(asked.from_date or last - LATELY, day_of(asked.cursor))
    after = key_of(asked.cursor, str, str, str) if asked.cursor else None
    found = read_until(
        lambda days: readers.series(connection, security, days, when.known),
        (first, last),
        asked.limit,
        lambda row: after is None or _place(row) > after,
    )
    shown, following = page(found, asked.limit, _place)
    if asked.adjusted:
        shown = readers.adjusted(connection, security, shown, when.known)
    return _answer(connection, asked, security, when, shown, following)


def _security(connection: Connection, asked: Equity) -> instruments.Security:
    try:
        return instruments.find_security(connection, asked.symbol, asked.exchange)
    except RequestWrong as error:
        raise NotFound(
            error.what, advice="give a symbol, a BSE scrip code or an ISIN, today's or a former one"
        ) from error


def _answer(
    connection: Connection,
    asked: Equity,
    security: instruments.Security,
    when: Moment,
    shown: Sequence[EquityDay],
    following: str | None,
) -> Answer:
    columns = ADJUSTED if asked.adjusted else RAW
    notes = [f"{security.exchange} {security.symbol}"]
    notes += _notes(security, shown)
    return Answer(
        question="equity",
        as_of=shown[-1].trade_date if shown else None,
        known_at=when.known_at,
        unit="INR a share; quantities in shares",
        basis="adjusted for splits, consolidations and bonuses that were known; dividends are left in"
        if asked.adjusted
        else "as traded, never adjusted",
        source=source_of(connection, shown[-1] if shown else None),
        freshness=standing.standing_of(
            connection, standing.NSE_EQUITY if security.exchange == "NSE" else standing.BSE_EQUITY, when
        ),
        columns=columns,
        rows=[_row(one, columns) for one in shown],
        truncated=following is not None,
        next=following,
        notes=tuple(notes),
    )


def _notes(security: instruments.Security, shown: Sequence[EquityDay]) -> list[str]:
    notes = []
    others = sorted({one.symbol for one in shown} - {security.symbol})
    if others:
        notes.append(f"traded as {', '.join(others)} in these days")
    if len({one.era for one in shown}) > 1:
        notes.append("rows of different era can't be compared: an action of unknown effect lies between")
    if not shown:
        notes.append("no rows of these days were known")
    late = sum(one.reconstructed for one in shown)
    if late:
        notes.append(f"reconstructed (fetched over a week after the session, not known then): {late} rows")
    return notes


def _row(day: EquityDay, columns: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(getattr(day, name) for name in columns)


def _place(day: EquityDay) -> tuple[str, str, str]:
    return day.trade_date.isoformat(), day.symbol, day.series
