"""What hangs on equity's rows, in the transaction that writes them: sightings, instruments, the screener's days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from loaders import equity_sightings, screener_days, screener_rows
from pipelines.equity_tables import CORPORATE_ACTION, EQUITY_EOD, LISTING, NAME_CHANGE, SYMBOL_CHANGE
from pipelines.instrument_derive import Derived, derive_touched
from pipelines.screener import days_that_need
from pipelines.screener_compute import compute_if_next

if TYPE_CHECKING:
    from loaders.database import Connection
    from loaders.keyed_changes import Changes
    from pipelines.instrument_facts import Symbol

EXCHANGES = ("NSE", "BSE")
FOREVER = date(2200, 1, 1)

SYMBOLS_AT = {LISTING.name: (2,), SYMBOL_CHANGE.name: (1, 2), NAME_CHANGE.name: (1,)}
"""Where the keys of the lists have symbols."""


def after_bhavcopy(connection: Connection, changes: Mapping[str, Changes], payload_id: int) -> Mapping[str, object]:
    """Take in what a bhavcopy's rows say of symbols, and derive the instruments that this touches."""
    found = changes.get(EQUITY_EOD.name)
    if found is None or not found.keys:
        return {}
    touched: set[Symbol] = set()
    sessions = sessions_of(found)
    for exchange, day in sessions:
        touched |= {(exchange, symbol) for symbol in equity_sightings.see_session(connection, exchange, day)}
    for exchange, symbols in _to_see_again(connection, found, payload_id).items():
        equity_sightings.see_again(connection, exchange, symbols)
        touched |= {(exchange, symbol) for symbol in symbols}
    derived = derive_touched(connection, touched)
    _mark_moved(connection, derived)
    counts = {"instruments": derived.written, "screener": _screen(connection, sessions)}
    return {name: count for name, count in counts.items() if count}


def after_lists(connection: Connection, changes: Mapping[str, Changes], payload_id: int) -> Mapping[str, object]:  # noqa: ARG001
    """Derive the instruments that a list's rows are about."""
    touched: set[Symbol] = set()
    for table, places in SYMBOLS_AT.items():
        if (found := changes.get(table)) is not None:
            touched |= {(str(key[0]), str(key[place])) for key in found.keys for place in places}
    derived = derive_touched(connection, touched)
    _mark_moved(connection, derived)
    return {"instruments": derived.written} if derived.written else {}


def after_actions(connection: Connection, changes: Mapping[str, Changes], payload_id: int) -> Mapping[str, object]:  # noqa: ARG001
    """Mark what an action that was told late makes stale of the screener: all since its ex-date."""
    found = changes.get(CORPORATE_ACTION.name)
    if found is None or not found.keys:
        return {}
    others = set().union(*found.replaced.values())
    first = screener_rows.first_adjusting(connection, found.keys, others)
    if first is None:
        return {}
    screener_rows.lock(connection)
    stale = sum(screener_rows.mark_stale(connection, exchange, [(first, FOREVER)]) for exchange in EXCHANGES)
    return {"screener_stale": stale} if stale else {}


def rederive(connection: Connection) -> None:
    """Derive what was emptied and nothing has derived since."""
    derive_touched(connection, ())


def sessions_of(found: Changes) -> list[tuple[str, date]]:
    """Return the sessions of which rows were written, by exchange and day."""
    sessions = {(key[0], key[1]) for key in found.keys}
    return sorted((str(exchange), day) for exchange, day in sessions if isinstance(day, date))


def _screen(connection: Connection, sessions: Sequence[tuple[str, date]]) -> int:
    """Mark what hangs on sessions' rows as stale, and compute a session that is the newest; return its rows."""
    screener_rows.lock(connection)
    rows = 0
    for exchange, day in sessions:
        screener_days.forget(connection, exchange, [day])
        screener_rows.drop_if_gone(connection, exchange, day)
        screener_rows.mark_stale(connection, exchange, days_that_need(day))
        rows += compute_if_next(connection, exchange, day)
    return rows


def _mark_moved(connection: Connection, derived: Derived) -> None:
    for exchange, first in derived.moved_since.items():
        screener_rows.lock(connection)
        screener_rows.mark_stale(connection, exchange, [(first, FOREVER)])


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
