"""Keeping `market.instrument` what its facts give: for the symbols that a load touched, in the load's transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from loaders import equity_sightings, instrument_rows
from pipelines.instruments import derive

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from loaders.database import Connection
    from loaders.instrument_rows import Row
    from pipelines.instrument_facts import Symbol

MOST_TOUCHED = 500
"""Of more symbols than these all of the exchange are derived: to follow each one's past would take as long."""

SIGHTINGS = ("exchange", "symbol", "series", "isin", "ticker", "name", "first_day", "last_day")


@dataclass(frozen=True)
class Derived:
    """How many instruments were written, and since when symbols are another security's than was known, by exchange."""

    written: int = 0
    renamed_since: Mapping[str, date] = field(default_factory=dict)


def derive_touched(connection: Connection, touched: Collection[Symbol]) -> Derived:
    """Derive the instruments of symbols of which facts changed, and of all that they are linked with.

    Where no instrument is there (the tables were emptied) all are derived.
    """
    instrument_rows.lock(connection)
    if instrument_rows.is_empty(connection):
        of: Mapping[str, set[str] | None] = dict.fromkeys(instrument_rows.exchanges(connection))
    else:
        of = {exchange: _component(connection, exchange, symbols) for exchange, symbols in _by_exchange(touched)}
    written, since = 0, {}
    for exchange, symbols in of.items():
        gone, new = _difference(connection, exchange, symbols)
        instrument_rows.write(connection, gone, new)
        written += len(new)
        if (first := _renamed_since(gone, new)) is not None:
            since[exchange] = first
    return Derived(written, since)


def _by_exchange(touched: Iterable[Symbol]) -> Iterable[tuple[str, set[str]]]:
    found: dict[str, set[str]] = defaultdict(set)
    for exchange, symbol in touched:
        found[exchange].add(symbol)
    return found.items()


def _component(connection: Connection, exchange: str, symbols: set[str]) -> set[str] | None:
    if len(symbols) > MOST_TOUCHED:
        return None
    return instrument_rows.linked(connection, exchange, symbols)


def _difference(connection: Connection, exchange: str, symbols: set[str] | None) -> tuple[list[Row], list[Row]]:
    """Return the rows that are to go, and those that are to come; one that changes is in both."""
    frames = {
        kind: pd.DataFrame(
            instrument_rows.facts(connection, kind, exchange, symbols), columns=list(columns), dtype=object
        )
        for kind, (columns, _) in instrument_rows.FACTS.items()
    }
    frames["sightings"] = _sightings(connection, exchange, frames["sightings"])
    found = derive(**frames)
    wanted = set(zip(*(_cells(found[name]) for name in instrument_rows.COLUMNS), strict=True))
    if symbols is not None:
        wanted = {row for row in wanted if row[1] in symbols}
    stored = set(instrument_rows.stored(connection, exchange, symbols))
    return _ordered(stored - wanted), _ordered(wanted - stored)


def _sightings(connection: Connection, exchange: str, kept: pd.DataFrame) -> pd.DataFrame:
    """Return what was seen as `instruments.derive` takes it."""
    rows = kept.assign(isin=None, ticker=None, name=None, last_day=kept["first_day"])
    for kind in ("isin", "ticker", "name"):
        rows[kind] = kept["value"].where(kept["kind"] == kind, None)
    isins = kept[kept["kind"] == "isin"]
    holders = isins.groupby("value")["symbol"].nunique()
    shared = isins[isins["value"].isin(holders[holders > 1].index)]
    if len(shared):
        last = equity_sightings.last_of_isins(connection, exchange, set(shared["symbol"]), set(shared["value"]))
        held = zip(shared["symbol"], shared["value"], shared["first_day"], strict=True)
        days = [last.get((symbol, isin), first_day) for symbol, isin, first_day in held]
        rows.loc[shared.index, "last_day"] = pd.Series(days, index=shared.index, dtype=object)
    return rows[list(SIGHTINGS)]


def _cells(column: pd.Series) -> list[object]:
    return [None if pd.isna(cell) else cell for cell in column]


def _ordered(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(map(str, row[:3])))


def _renamed_since(gone: Sequence[Row], new: Sequence[Row]) -> date | None:
    """Return the first day that symbols which are called otherwise today than was known are another's past of."""
    current, until = (instrument_rows.COLUMNS.index(name) for name in ("current_symbol", "valid_to"))
    was = {row[:2]: row[current] for row in gone}
    renamed = [row for row in new if row[:2] in was and was[row[:2]] != row[current]]
    ends = [end for row in renamed if isinstance(end := row[until], date)]
    return min(ends) + timedelta(days=1) if ends else None
