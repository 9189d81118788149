"""What hangs on equity's rows, in the transaction that writes them: sightings, instruments, the screener's days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from loaders import equity_sightings
from pipelines.equity_tables import EQUITY_EOD, LISTING, NAME_CHANGE, SYMBOL_CHANGE
from pipelines.instrument_derive import derive_touched

if TYPE_CHECKING:
    from loaders.database import Connection
    from loaders.keyed_changes import Changes
    from pipelines.instrument_facts import Symbol

SYMBOLS_AT = {LISTING.name: (2,), SYMBOL_CHANGE.name: (1, 2), NAME_CHANGE.name: (1,)}
"""Where the keys of the lists have symbols."""


def after_bhavcopy(connection: Connection, changes: Mapping[str, Changes], payload_id: int) -> Mapping[str, object]:
    """Take in what a bhavcopy's rows say of symbols, and derive the instruments that this touches."""
    found = changes.get(EQUITY_EOD.name)
    if found is None or not found.keys:
        return {}
    touched: set[Symbol] = set()
    for exchange, day in sessions_of(found):
        touched |= {(exchange, symbol) for symbol in equity_sightings.see_session(connection, exchange, day)}
    for exchange, symbols in _to_see_again(connection, found, payload_id).items():
        equity_sightings.see_again(connection, exchange, symbols)
        touched |= {(exchange, symbol) for symbol in symbols}
    derived = derive_touched(connection, touched)
    return {"instruments": derived.written} if derived.written else {}


def after_lists(connection: Connection, changes: Mapping[str, Changes], payload_id: int) -> Mapping[str, object]:  # noqa: ARG001
    """Derive the instruments that a list's rows are about."""
    touched: set[Symbol] = set()
    for table, places in SYMBOLS_AT.items():
        if (found := changes.get(table)) is not None:
            touched |= {(str(key[0]), str(key[place])) for key in found.keys for place in places}
    derived = derive_touched(connection, touched)
    return {"instruments": derived.written} if derived.written else {}


def rederive(connection: Connection) -> None:
    """Derive what was emptied and nothing has derived since."""
    derive_touched(connection, ())


def sessions_of(found: Changes) -> list[tuple[str, date]]:
    """Return the sessions of which rows were written, by exchange and day."""
    sessions = {(key[0], key[1]) for key in found.keys}
    return sorted((str(exchange), day) for exchange, day in sessions if isinstance(day, date))


def _to_see_again(connection: Connection, found: Changes, payload_id: int) -> Mapping[str, set[str]]:
    """Return the symbols, by exchange, of which something that was seen may not stand any more."""
    row = connection.execute(
        "SELECT origin = 'revert' FROM etl.payload WHERE payload_id = %s", (payload_id,)
    ).fetchone()
    # A price that is another now was seen all the same; a revert may take the whole row away.
    groups = set(found.replaced) if row == (True,) else {"isin", "label"}
    symbols: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for key in found.replaced.get(group, ()):
            symbols[str(key[0])].add(str(key[2]))
    return symbols
