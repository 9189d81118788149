"""Keeping `market.instrument` what its facts give: for the symbols that a load touched, in the load's transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from loaders import equity_sightings, instrument_rows
from pipelines.instrument_moves import moved_since, twins_since
from pipelines.instruments import derive

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from loaders.database import Connection
    from loaders.instrument_rows import Row
    from pipelines.instrument_facts import Symbol

MOST_TOUCHED = 500
"""Of more symbols than these all of the exchange are derived: to follow each one's past would take as long."""

SIGHTINGS = ("exchange", "symbol", "series", "isin", "ticker", "name", "first_day", "last_day")


@dataclass(frozen=True)
class Derived:
    """How many instruments were written, and since which session figures may be others by it, by exchange."""

    written: int = 0
    moved_since: Mapping[str, date] = field(default_factory=dict)


def derive_touched(connection: Connection, touched: Collection[Symbol]) -> Derived:
    """Derive the instruments of symbols of which facts changed, and of all that they are linked with.

    Where no instrument is there (the tables were emptied) all are derived.
    """
    instrument_rows.lock(connection)
    if instrument_rows.is_empty(connection):
        of: Mapping[str, set[str] | None] = dict.fromkeys(instrument_rows.exchanges(connection))
    else:
        of = {exchange: _component(connection, exchange, symbols) for exchange, symbols in _by_exchange(touched)}
    written = 0
    since: dict[str, list[date | None]] = defaultdict(list)
    for exchange, symbols in of.items():
        stored, wanted = _stored_and_wanted(connection, exchange, symbols)
        new = _ordered(wanted - stored)
        instrument_rows.write(connection, _ordered(stored - wanted), new)
        written += len(new)
        since[exchange].append(moved_since(connection, exchange, stored, wanted))
        since["BSE"].append(twins_since(connection, stored, wanted))
    known = {exchange: [day for day in days if day is not None] for exchange, days in since.items()}
    return Derived(written, {exchange: min(days) for exchange, days in known.items() if days})


def _by_exchange(touched: Iterable[Symbol]) -> Iterable[tuple[str, set[str]]]:
    found: dict[str, set[str]] = defaultdict(set)
    for exchange, symbol in touched:
        found[exchange].add(symbol)
    return found.items()


def _component(connection: Connection, exchange: str, symbols: set[str]) -> set[str] | None:
    if len(symbols) > MOST_TOUCHED:
        return None
    return instrument_rows.linked(connection, exchange, symbols)


def _stored_and_wanted(connection: Connection, exchange: str, symbols: set[str] | None) -> tuple[set[Row], set[Row]]:
    """Return the rows as they are, and as they should be."""
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
    return set(instrument_rows.stored(connection, exchange, symbols)), wanted


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
