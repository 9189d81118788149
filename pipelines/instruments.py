"""What a symbol is and was: its history through changed symbols, ISINs and names, and the way to today's.

Pure: everything comes from facts that are kept elsewhere (sightings in bhavcopies, masters, NSE's lists of changes).
Of 3,684 symbols that traded between 2011 and 2024, 426 changed their ISIN (420 for splits and the like, within the
issuer); of 3,722 ISINs, 364 changed their symbol, and no two symbols had one ISIN on one day. symbolchange.csv has
1,029 changes, and 136 of its new symbols were renamed again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from pipelines.instrument_facts import SERIES_ORDER, Facts, NameChange, Sighting, Symbol, facts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

INSTRUMENT_TYPES = {
    "exchange": pa.string(),
    "symbol": pa.string(),
    "valid_from": pa.date32(),
    "valid_to": pa.date32(),
    "isin": pa.string(),
    "name": pa.string(),
    "ticker": pa.string(),
    "series": pa.string(),
    "listing_date": pa.date32(),
    "next_symbol": pa.string(),
    "current_symbol": pa.string(),
    "current_isin": pa.string(),
}
"""Columns of `market.instrument`. `valid_to` is the last day, NULL while it holds; `next_symbol` what the symbol
became the day after, NULL when it became none; `current_symbol` and `current_isin` are today's."""

DAY = timedelta(days=1)
UNKNOWN_DAY = date(1990, 1, 1)
"""`valid_from` of a symbol that nobody gives a first day of: before NSE's first session."""


@dataclass(frozen=True)
class _Life:
    """One security under one symbol: from a day (listed, first seen, or renamed to it) to a day."""

    exchange: str
    symbol: str
    first: date
    last: date | None = None
    next_symbol: str | None = None

    def has(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def derive(
    sightings: pd.DataFrame, listings: pd.DataFrame, symbol_changes: pd.DataFrame, name_changes: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows of `market.instrument` (`INSTRUMENT_TYPES`), one a state of a symbol, in order; pure.

    `sightings`: exchange, symbol, series, isin, ticker, name, first_day, last_day: since when bhavcopies wrote a symbol
    so (NULL: nothing of that), and until when at least. `listings`: exchange, symbol, series, isin, name, listing_date
    and seen_on, the day of the master.
    `symbol_changes`, `name_changes`: as `equity_tables` has them.

    A symbol's states are cut where its ISIN or its name changed. An ISIN holds from the day on which it is first seen;
    before that it is NULL, for the bhavcopies before 22-Jun-2011 have none. A symbol that an ISIN left for another
    one, without a day in common, is renamed too although no list says so.
    """
    facts = facts_of(sightings, listings, symbol_changes, name_changes)
    lives = _lives(facts)
    rows: list[dict[str, object]] = []
    written: set[_Life] = set()
    for chain in _chains(lives):
        # Two symbols may become one (a merger): what comes after is written once.
        rows += _chain_rows(chain, facts, written)
        written |= set(chain)
    rows.sort(key=lambda row: tuple(str(row[name]) for name in ("exchange", "symbol", "valid_from")))
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in INSTRUMENT_TYPES.items()}
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _lives(facts: Facts) -> list[_Life]:
    began, ended = defaultdict(list), defaultdict(list)
    for change in sorted(facts.changes, key=lambda one: one.changed_on):
        began[change.exchange, change.new_symbol].append(change.changed_on)
        ended[change.exchange, change.old_symbol].append((change.changed_on, change.new_symbol))
    symbols = sorted({*facts.sightings, *began, *ended})
    return [life for symbol in symbols for life in _lives_of(symbol, facts, began[symbol], ended[symbol])]


def _lives_of(symbol: Symbol, facts: Facts, began: Sequence[date], ended: Sequence[tuple[date, str]]) -> list[_Life]:
    """Cut a symbol's days at the days on which it began and ended; a symbol may have been another company's before."""
    lives: list[_Life] = []
    begins, ends = sorted(set(began)), sorted(dict(ended).items())
    seen = [one.first_day for one in facts.sightings.get(symbol, ())]
    listing_date = facts.listed.get(symbol, (None, None))[1]
    earliest = min([*seen, *([listing_date] if listing_date and not begins else [])], default=None)
    first_event = min([*begins, *(day for day, _ in ends)], default=None)
    if earliest is not None and (first_event is None or earliest < first_event):
        begins = sorted({earliest, *begins})
    elif ends and (not begins or ends[0][0] < begins[0]):
        begins = [UNKNOWN_DAY, *begins]
    for place, first in enumerate(begins):
        until = begins[place + 1] if place + 1 < len(begins) else date.max
        end = next(((day, new) for day, new in ends if first <= day <= until), None)
        if end is not None:
            ends.remove(end)  # on one day a symbol may end as one company's and begin as another's
            lives.append(_Life(*symbol, first, end[0] - DAY, end[1]))
        else:
            lives.append(_Life(*symbol, first, None if until == date.max else until - DAY))
    again = min((day for day in seen if lives and lives[-1].last is not None and day > lives[-1].last), default=None)
    if again is not None:
        lives.append(_Life(*symbol, again))
    return lives


def _chains(lives: Sequence[_Life]) -> list[list[_Life]]:
    """Return the lives of each security, from its first symbol to today's."""
    starts: Mapping[tuple[str, str, date], _Life] = {(one.exchange, one.symbol, one.first): one for one in lives}
    followers = {}
    for life in lives:
        if life.next_symbol is not None and life.last is not None:
            following = starts.get((life.exchange, life.next_symbol, life.last + DAY))
            if following is not None and following is not life:
                followers[life] = following
    later = set(followers.values())
    chains = []
    for life in lives:
        if life in later:
            continue
        chain = [life]
        while (following := followers.get(chain[-1])) is not None and following not in chain:
            chain.append(following)
        chains.append(chain)
    return chains


def _chain_rows(chain: Sequence[_Life], facts: Facts, written: Collection[_Life]) -> list[dict[str, object]]:
    """Return the states of one security: a row for each stretch of days with one symbol, ISIN, name and ticker.

    Lives that are written already have none here.
    """
    today = chain[-1]
    seen = sorted((one for life in chain for one in _seen_in(life, facts)), key=lambda one: one.first_day)
    changes = {change for life in chain for change in facts.names.get((life.exchange, life.symbol), ())}
    names = sorted(changes, key=lambda change: (change.changed_on, change.new_name))
    listed_name, listing_date = facts.listed.get((today.exchange, today.symbol), (None, None))
    always = {
        "listing_date": listing_date,
        "current_symbol": today.symbol,
        "current_isin": next((one.isin for one in reversed(seen) if one.isin is not None), None),
    }
    rows: list[dict[str, object]] = []
    for life in chain:
        if life in written:
            continue
        cuts = {life.first, *(one.first_day for one in seen), *(change.changed_on for change in names)}
        stretches: list[dict[str, object]] = []
        for day in sorted(cut for cut in cuts if life.has(cut)):
            state = _state(day, seen, names, listed_name)
            if not stretches or any(stretches[-1][name] != state[name] for name in ("isin", "name", "ticker")):
                if stretches:
                    stretches[-1]["valid_to"] = day - DAY
                stretches.append({"valid_from": day, "valid_to": None, **state})
            stretches[-1]["series"] = state["series"]
        symbol = {"exchange": life.exchange, "symbol": life.symbol, "next_symbol": None}
        rows += [{**symbol, **stretch, **always} for stretch in stretches]
        if stretches:
            rows[-1] |= {"valid_to": life.last, "next_symbol": life.next_symbol}
    return rows


def _seen_in(life: _Life, facts: Facts) -> list[Sighting]:
    found = facts.sightings.get((life.exchange, life.symbol), ())
    return [one for one in found if life.has(one.first_day)]


def _state(
    day: date, seen: Sequence[Sighting], names: Sequence[NameChange], listed_name: str | None
) -> dict[str, str | None]:
    """Return what is known of a security on a day: the newest ISIN, ticker and series seen, and its name then."""
    state: dict[str, str | None] = dict.fromkeys(("isin", "ticker", "series", "name"))
    for one in seen:
        if one.first_day <= day:
            said = {"isin": one.isin, "ticker": one.ticker, "name": one.name, "series": one.series}
            if one.exchange == "NSE" and _place(one.series) > _place(state["series"]):
                said["series"] = None  # a security goes to BE and comes back: it is one of EQ
            state |= {column: value for column, value in said.items() if value is not None}
    before = [change.new_name for change in names if change.changed_on <= day]
    after = [change.old_name for change in names if change.changed_on > day]
    name = before[-1] if before else after[0] if after else listed_name
    return state | {"name": name or state["name"]}


def _place(series: str | None) -> int:
    return SERIES_ORDER.index(series) if series in SERIES_ORDER else len(SERIES_ORDER)


@dataclass(frozen=True)
class Resolver:
    """The way from any symbol or ISIN, old or new, to today's."""

    instruments: pd.DataFrame

    def resolve(self, code: str, *, exchange: str | None = None, on: date | None = None) -> tuple[str, str] | None:
        """Return (exchange, symbol) of today for a symbol, ticker or ISIN; None when it was never one.

        Of several the newest counts: a symbol that another company had before is today's company's; `on` asks for who
        had it on a day. NSE goes before BSE where no exchange is said.
        """
        frame = self.instruments
        is_code = (frame["symbol"] == code) | (frame["isin"] == code) | (frame["ticker"] == code)
        found = frame[is_code.fillna(value=False)]
        if exchange is not None:
            found = found[found["exchange"] == exchange]
        if on is not None:
            found = found[(found["valid_from"] <= on) & (found["valid_to"].isna() | (found["valid_to"] >= on))]
        if not len(found):
            return None
        newest = found.sort_values(["exchange", "valid_from"]).to_dict("records")[-1]  # NSE sorts after BSE
        return newest["exchange"], newest["current_symbol"]
