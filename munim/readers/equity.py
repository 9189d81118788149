"""End-of-day rows of a security, raw or adjusted, as they are known now or were known at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString

from munim.readers.instruments import Security, states_of_security
from munim.readers.keyed_as_of import ALL_DAYS, NOW, Days, Known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from loaders.database import Connection

GROUPS = {
    "price": (
        *("open", "high", "low", "close", "last", "previous_close"),
        *("volume", "trades", "date_from"),
    ),
    "value": ("value_inr",),
    "average": ("average_price", "turnover_lakh"),
    "delivery": ("delivered_quantity", "delivery_pct"),
    "isin": ("isin",),
}
"""The groups of columns that a row is put together from, each as it was known."""

PLACES = Decimal("0.0001")

LAKH = 100_000

FOREVER = date.max

_ADJUSTMENTS = """
SELECT series, ex_date, shares_after, shares_before FROM etl.adjustments(%s, %s, %s, %s)
"""

_SHARES = "SELECT series FROM unnest(%s::text[]) AS series WHERE etl.is_share(%s, series) AND series <> 'T0'"


@dataclass(frozen=True)
class EquityDay:
    """What a security did in a session: prices and values in ₹, quantities in securities, None where it is not said.

    Raw where `factor` is 1 and `era` 0. Adjusted prices are raw ones times `factor`; rows of different `era` can't be
    compared, for an action of unknown effect lies between. `value_inr` is rounded to ₹ 1,000 where NSE's
    sec_bhavdata_full alone was known. `known_from` and what follows are those of the prices.
    """

    trade_date: date
    symbol: str
    series: str
    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    close: Decimal | None
    last: Decimal | None
    previous_close: Decimal | None
    average_price: Decimal | None
    volume: Decimal | int | None
    value_inr: Decimal | None
    trades: int | None
    delivered_quantity: Decimal | int | None
    delivery_pct: Decimal | None
    isin: str | None
    date_from: str
    factor: Decimal
    era: int
    known_from: datetime
    recorded_at: datetime
    reconstructed: bool
    feed: str
    url: str
    sha256: str


@dataclass(frozen=True)
class Adjustment:
    """From `ex_date` on there are `shares_after` where there were `shares_before`; None: nobody says how many.

    `series` None: of the shares.
    """

    series: str | None
    ex_date: date
    shares_after: int | None
    shares_before: int | None


def series(
    connection: Connection, security: Security, days: Days = ALL_DAYS, known: Known = NOW, *, of: str | None = None
) -> list[EquityDay]:
    """Return a security's rows from a day to a day, both included, through all its symbols, in order.

    Of its shares, or of the series `of` alone (a bond's, a warrant's, T0).
    """
    rows = _joined(connection, security, days, known)
    wanted = {of} if of is not None else _shares(connection, security.exchange, {row.series for row in rows})
    return [row for row in rows if row.series in wanted]


def adjusted(
    connection: Connection, security: Security, rows: Sequence[EquityDay], known: Known = NOW
) -> list[EquityDay]:
    """Return rows as if every split, consolidation and bonus that was known had always been; exact, to 4 decimals.

    Dividends are left in. `last`, `previous_close` and `average_price`, which are not adjusted, are left out.
    """
    shares = _shares(connection, security.exchange, {row.series for row in rows})
    steps = adjustments(connection, security, known)
    return [_adjusted(row, [one for one in steps if one.series == (None if row.series in shares else row.series)])
            for row in rows]  # fmt: skip


def adjustments(connection: Connection, security: Security, known: Known = NOW) -> list[Adjustment]:
    """Return what changes a security's prices, by ex-date."""
    asked = (security.exchange, security.symbol, known.at or "infinity", known.source_time)
    found = [Adjustment(*row) for row in connection.execute(_ADJUSTMENTS, asked).fetchall()]  # type: ignore[arg-type]
    return sorted(found, key=lambda one: (one.ex_date, one.series or ""))


def _adjusted(row: EquityDay, steps: Sequence[Adjustment]) -> EquityDay:
    after = before = 1
    era = 0
    for step in steps:
        if step.ex_date > row.trade_date:
            after *= step.shares_after or 1
            before *= step.shares_before or 1
            era += step.shares_after is None

    def times(value: Decimal | int | None, top: int, bottom: int) -> Decimal | None:
        return None if value is None else (Decimal(value) * top / bottom).quantize(PLACES, ROUND_HALF_UP)

    return replace(
        row,
        open=times(row.open, before, after),
        high=times(row.high, before, after),
        low=times(row.low, before, after),
        close=times(row.close, before, after),
        volume=times(row.volume, after, before),
        delivered_quantity=times(row.delivered_quantity, after, before),
        factor=Decimal(before) / after,
        era=era,
        last=None,
        previous_close=None,
        average_price=None,
    )


def _joined(connection: Connection, security: Security, days: Days, known: Known) -> list[EquityDay]:
    asked = _asked(connection, security, days, known)
    cells: dict[tuple[object, ...], dict[str, object]] = {}
    for group, columns in GROUPS.items():
        for key, values, traced in _of_group(connection, group, columns, asked):
            if group == "price":
                cells[key] = {**values, **traced}
            elif key in cells:
                cells[key] |= values
    absent = dict.fromkeys(name for columns in GROUPS.values() for name in columns)
    named = ("trade_date", "symbol", "series")
    return [
        EquityDay(**_valued({**absent, **dict(zip(named, key, strict=True)), **found}), factor=Decimal(1), era=0)  # type: ignore[arg-type]
        for key, found in sorted(cells.items(), key=lambda one: tuple(map(str, one[0])))
    ]


def _valued(cells: dict[str, object]) -> dict[str, object]:
    """Put what is said in lakhs in the place of a value in ₹ that is not known."""
    turnover = cells.pop("turnover_lakh")
    if cells["value_inr"] is None and isinstance(turnover, Decimal):
        cells["value_inr"] = turnover * LAKH
    return cells


def _of_group(
    connection: Connection, group: str, columns: Sequence[str], asked: dict[str, object]
) -> Iterator[tuple[tuple[object, ...], dict[str, object], dict[str, object]]]:
    traced = ("known_from", "recorded_at", "reconstructed", "feed", "url", "sha256")
    for row in connection.execute(_query(group, tuple(columns)), asked).fetchall():
        values, trace = row[3 : 3 + len(columns)], row[3 + len(columns) :]
        yield row[:3], dict(zip(columns, values, strict=True)), dict(zip(traced, trace, strict=True))


def _asked(connection: Connection, security: Security, days: Days, known: Known) -> dict[str, object]:
    states = states_of_security(connection, security) or [(security.symbol, date.min, FOREVER)]
    return {
        "exchange": security.exchange,
        "symbols": [symbol for symbol, _, _ in states],
        "valid_from": [first for _, first, _ in states],
        "valid_to": [last or FOREVER for _, _, last in states],
        "first": days[0],
        "last": days[1],
        "at": known.at or "infinity",
        "source_time": known.source_time,
        "include_reconstructed": known.include_reconstructed,
    }


def _shares(connection: Connection, exchange: str, found: set[str]) -> set[str]:
    return {str(one) for (one,) in connection.execute(_SHARES, (sorted(found), exchange)).fetchall()}


@cache
def _query(group: str, columns: tuple[str, ...]) -> LiteralString:
    text = files("munim.readers").joinpath("equity_as_of.sql").read_text(encoding="utf-8")
    # Names of our own columns, which are constants: nothing that anybody asks gets in here.
    return text.format(group=group, columns=", ".join(columns), shown=", ".join(columns))
