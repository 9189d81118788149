"""The facts that instruments are made from, as typed records: sightings, masters, changed symbols and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

Symbol = tuple[str, str]
"""An exchange, and what it calls a security."""

SHARES_OF_NSE = frozenset(("EQ", "BE", "BZ", "BL", "IL", "SM", "ST", "SZ", "RR", "IV", "T0"))
"""Series of NSE that trade one and the same security under one ISIN. Others (bonds N*, preference P*, warrants W*)
stand under the symbol of the company too, with an ISIN of their own."""

SERIES_ORDER = ("EQ", "BE", "BZ", "SM", "ST", "SZ", "RR", "IV")
"""Which series of NSE a security's figures are of, where it trades in several. No bonds, no T+0."""

LATE_CHANGE = timedelta(days=31)


@dataclass(frozen=True)
class Sighting:
    """From a day on files wrote a symbol so; a master is of a single day.

    `last_day` counts where two symbols share an ISIN, and for nothing else, not even the order: did the one that had it
    before have it no more when the other began? A session that does not change that answer touches no instrument.
    """

    exchange: str
    symbol: str
    series: str | None
    isin: str | None
    ticker: str | None
    name: str | None
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Change:
    """From this day on the security has the new symbol."""

    exchange: str
    old_symbol: str
    new_symbol: str
    changed_on: date
    name: str | None = None


@dataclass(frozen=True)
class NameChange:
    """From this day on the company has the new name."""

    exchange: str
    symbol: str
    old_name: str | None
    new_name: str
    changed_on: date


@dataclass(frozen=True)
class Facts:
    """All facts; sightings by symbol, of one security each, in order of days."""

    sightings: Mapping[Symbol, Sequence[Sighting]]
    listed: Mapping[Symbol, tuple[str | None, date | None]]
    changes: Sequence[Change]
    names: Mapping[Symbol, Sequence[NameChange]]


def facts_of(
    sightings: pd.DataFrame, listings: pd.DataFrame, symbol_changes: pd.DataFrame, name_changes: pd.DataFrame
) -> Facts:
    """Return the frames of `instruments.derive` as facts."""
    seen = [_record(Sighting, row) for row in _rows(sightings)]
    listed: dict[Symbol, tuple[str | None, date | None]] = {}
    for row in _rows(listings):
        symbol = (row["exchange"], row["symbol"])
        listed[symbol] = (row["name"], row["listing_date"])
        day = {"first_day": row["seen_on"], "last_day": row["seen_on"], "ticker": None}
        seen.append(_record(Sighting, row | day))
    by_symbol: dict[Symbol, list[Sighting]] = defaultdict(list)
    for one in seen:
        by_symbol[one.exchange, one.symbol].append(one)
    # A few rows of symbolchange.csv change a symbol into itself.
    changes = [_record(Change, row) for row in _rows(symbol_changes) if row["old_symbol"] != row["new_symbol"]]
    one_security = {symbol: _one_security(found) for symbol, found in by_symbol.items()}
    names: dict[Symbol, list[NameChange]] = defaultdict(list)
    for row in _rows(name_changes):
        names[row["exchange"], row["symbol"]].append(_record(NameChange, row))
    return Facts(one_security, listed, [*changes, *_by_isin(one_security, changes)], names)


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in frame.to_dict("records"):
        yield {str(name): None if pd.isna(value) else value for name, value in row.items()}


def _record(kind: type[Any], row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one maker for all records
    return kind(**{name: row[name] for name in kind.__dataclass_fields__ if name in row})


def _one_security(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Keep the sightings of the symbol's shares; where it has none, of the series that was seen first."""
    found = sorted(sightings, key=lambda one: (one.first_day, one.series or ""))
    if found[0].exchange != "NSE":
        return found
    shares = [one for one in found if one.series in SHARES_OF_NSE]
    if shares:
        return shares
    return [one for one in found if one.series == found[0].series]


def _by_isin(sightings: Mapping[Symbol, Sequence[Sighting]], listed: Sequence[Change]) -> list[Change]:
    """Return changes that no list has: an ISIN that left a symbol for another, with no day in common."""
    spans: dict[tuple[str, str], dict[str, Sighting]] = defaultdict(dict)
    for found in sightings.values():
        for one in found:
            if one.isin is not None:
                symbols = spans[one.exchange, one.isin]
                known = symbols.get(one.symbol, one)
                first, last = min(known.first_day, one.first_day), max(known.last_day, one.last_day)
                symbols[one.symbol] = replace(one, first_day=first, last_day=last)
    left = defaultdict(list)
    for change in listed:
        left[change.exchange, change.old_symbol].append(change.changed_on)
    changes = []
    for (exchange, _), symbols in spans.items():
        for old, new in pairwise(sorted(symbols.values(), key=lambda one: (one.first_day, one.symbol))):
            is_listed = any(old.first_day < on <= new.first_day + LATE_CHANGE for on in left[exchange, old.symbol])
            if old.last_day < new.first_day and not is_listed:
                changes.append(Change(exchange, old.symbol, new.symbol, new.first_day))
    return changes
