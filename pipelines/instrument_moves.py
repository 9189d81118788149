"""Since when figures hang on other rows, because symbols are another security's than was known."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from loaders import instrument_rows
from loaders.instrument_rows import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from loaders.database import Connection
    from loaders.instrument_rows import Row

_SYMBOL, _FROM, _UNTIL, _CURRENT, _ISIN = (
    COLUMNS.index(name) for name in ("symbol", "valid_from", "valid_to", "current_symbol", "current_isin")
)

Spans = frozenset[tuple[object, object, str]]
"""What a symbol is called today, by its days; of one name alone the days don't matter."""


def moved_since(connection: Connection, exchange: str, before: Iterable[Row], after: Iterable[Row]) -> date | None:
    """Return the first session of an exchange whose figures may be others now; None: none is.

    A symbol that goes over to another security brings its rows and its actions to that one's, and takes them from
    those that it was with. Nothing comes of it before both have begun: of a renaming, the first day of the new name.
    """
    was, now = _spans(before), _spans(after)
    moved = {symbol for symbol in was.keys() | now.keys() if _named(was, symbol) != _named(now, symbol)}
    if not moved:
        return None
    begins = instrument_rows.first_events(connection, exchange, was.keys() | now.keys())
    together: dict[str, set[str]] = defaultdict(set)
    for symbol in begins:
        for name in _names(was, symbol) | _names(now, symbol):
            together[name].add(symbol)
    days: list[date] = []
    for symbol in moved & begins.keys():
        names = _names(was, symbol) | _names(now, symbol)
        peers = set().union(*(together[name] for name in names)) - {symbol}
        days += [max(begins[symbol], begins[peer]) for peer in peers]
        if len(_names(was, symbol)) > 1 or len(_names(now, symbol)) > 1:
            days.append(begins[symbol])  # its own rows part, or come together
    return min(days, default=None)


def twins_since(connection: Connection, before: Iterable[Row], after: Iterable[Row]) -> date | None:
    """Return the first ex-date of NSE's actions that may be others for the shares of other exchanges now: None: none.

    Other exchanges' shares have the actions of the security of NSE with the same ISIN today.
    """
    was, now = _isins(before), _isins(after)
    changed = {symbol for symbol in was.keys() | now.keys() if was.get(symbol) != now.get(symbol)}
    isins = {str(isin) for of in (was, now) for symbol in changed if (isin := of.get(symbol)) is not None}
    members = {str(row[_SYMBOL]) for row in (*before, *after) if row[_CURRENT] in changed}
    return instrument_rows.first_action(connection, changed | members, isins) if changed else None


def _spans(rows: Iterable[Row]) -> Mapping[str, Spans]:
    found: dict[str, set[tuple[object, object, str]]] = defaultdict(set)
    for row in rows:
        found[str(row[_SYMBOL])].add((row[_FROM], row[_UNTIL], str(row[_CURRENT])))
    return {symbol: frozenset(spans) for symbol, spans in found.items()}


def _names(of: Mapping[str, Spans], symbol: str) -> set[str]:
    return {current for _, _, current in of.get(symbol, ())} or {symbol}


def _named(of: Mapping[str, Spans], symbol: str) -> object:
    names = _names(of, symbol)
    return names if len(names) == 1 else of[symbol]


def _isins(rows: Iterable[Row]) -> Mapping[str, object]:
    """Return today's ISIN by today's symbol: that of the last state."""
    ordered = sorted(rows, key=lambda row: (str(row[_SYMBOL]), str(row[_FROM])))
    return {str(row[_CURRENT]): row[_ISIN] for row in ordered}
