"""An issue's one row over time, from what all sources' feeds said of it; pure.

Each feed keeps its own line of facts. Of each column the best source's newest value counts that is one: NSE's before
BSE's before the report sites'. What a source no longer says it has still said: a value that is absent removes none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from loaders.batch import Note
from loaders.columns_ipo import STATE_COLUMNS as COLUMNS_OF_STATE
from loaders.columns_ipo import names
from munim.core.clock import ist_date
from pipelines.ipo_state import Known, Status, conflict, moved, status_at, turning_points, word_of
from scrapers import bse_ipo, nse_ipo

if TYPE_CHECKING:
    from loaders.batch import PayloadRef
    from loaders.keyed_batch import Cell

SOURCES: Final = ("nse", "bse", "chittorgarh", "investorgain", "ipowatch")
"""In order of precedence."""

COMPLETE_FEEDS: Final = frozenset({nse_ipo.CURRENT, nse_ipo.UPCOMING, bse_ipo.PUBLIC_ISSUES})
"""Feeds that list every issue of theirs: one that all of them have dropped is shown no more."""

STATE_COLUMNS: Final = names(COLUMNS_OF_STATE)
"""Columns of an issue's state: those of its facts, `status`, the fetch that first told of it, and the one that missed
it (NULL while it is not vanished)."""

IpoState = tuple["Cell", ...]
"""A value for each of `STATE_COLUMNS`."""

Chain = tuple[str, str, str]
"""Source, the source's id, feed."""

_PREFERRED: Final = {"bse_scrip_code": ("chittorgarh", "bse")}
"""BSE's own list has the code of the offer; Chittorgarh has the share's."""

EXCHANGES: Final = frozenset({"nse", "bse"})
"""Sources whose lists an issue vanishes from, and that alone bring it back."""

_EXPECTED_DAYS: Final = {"listing_date": frozenset({"investorgain"})}
"""Columns in which a source writes what it expects: InvestorGain has a day of listing from the last day of bidding on.
It stays in the facts, and is never taken for a listing."""

_ANY_TRUE: Final = frozenset({"is_on_nse", "is_on_bse"})
_WEAK_KINDS: Final = frozenset({"ipo", "unknown", None})
"""Kinds that stand where a source doesn't tell kinds apart."""


@dataclass(frozen=True)
class Event:
    """From a payload on, a feed says this of one of a source's ids; None: its complete list lacks it."""

    ref: PayloadRef
    source: str
    source_id: str
    feed: str
    fact: Mapping[str, Cell] | None

    @property
    def chain(self) -> Chain:
        """The line of facts that it belongs to."""
        return self.source, self.source_id, self.feed


@dataclass(frozen=True)
class Life:
    """An issue's states, oldest first, each from the payload that established it; neighbours differ.

    `notes` are what was odd and when. `turns_at` is when the last state turns by its dates alone: the first payload
    from then on must derive it again.
    """

    states: list[tuple[PayloadRef, IpoState]]
    notes: list[tuple[PayloadRef, Note]]
    turns_at: datetime | None


def derive(events: Sequence[Event], payloads: Sequence[PayloadRef]) -> Life:
    """Return the life of one issue: of the facts of all ids that are its own, in any order.

    `payloads` are all loaded ones: a date that passes turns the status at the first payload from then on.
    """
    ordered = sorted(events, key=lambda event: (event.ref, event.chain))
    refs = sorted(payloads)
    times = [ref.fetched_at for ref in refs]
    steps = [(ref, list(group)) for ref, group in groupby(ordered, key=lambda event: event.ref)]
    life = _Life()
    for place, (ref, group) in enumerate(steps):
        for event in group:
            life.learn(event)
        life.look(ref)
        end = steps[place + 1][0] if place + 1 < len(steps) else None
        turns = {bisect_left(times, point) for point in turning_points(life.known()) if point > ref.fetched_at}
        for later in (refs[turn] for turn in sorted(turns) if turn < len(refs)):
            if end is None or later < end:
                life.look(later)
    seen = max([*times, *(ref.fetched_at for ref, _ in steps)], default=None)
    ahead = [point for point in turning_points(life.known()) if seen is None or point > seen]
    return Life(life.states, life.notes, ahead[0] if ahead else None)


class _Told(NamedTuple):
    """A value, when it was told among all that was, and on which day in India."""

    order: int
    told_on: date
    cell: Cell


@dataclass
class _Life:
    """What has been said up to a payload, and what became of it."""

    said: dict[Chain, dict[str, _Told]] = field(default_factory=dict)
    listing: dict[Chain, bool] = field(default_factory=dict)
    words: dict[Chain, str | None] = field(default_factory=dict)
    states: list[tuple[PayloadRef, IpoState]] = field(default_factory=list)
    notes: list[tuple[PayloadRef, Note]] = field(default_factory=list)
    status: Status | None = None
    first_seen_at: datetime | None = None
    vanished_at: datetime | None = None
    shown_again: bool = False
    told: set[tuple[str, str]] = field(default_factory=set)
    order: int = 0

    def learn(self, event: Event) -> None:
        """Take what a feed says: its words as they are now, of its values those that are one."""
        self.order += 1
        if event.ref.is_decision:
            # A revert puts a line back to what it was: what it had said in between is taken back.
            self.said.pop(event.chain, None)
            self.listing.pop(event.chain, None)
        if event.feed in COMPLETE_FEEDS and not (event.ref.is_decision and event.fact is None):
            self.listing[event.chain] = event.fact is not None
        self.words[event.chain] = word_of(event.source, _text(event.fact, "source_status"))
        if event.fact is None:
            return
        # A revert gives a list back what it had shown; of other feeds it shows nothing anew.
        self.shown_again |= event.source in EXCHANGES and (event.feed in COMPLETE_FEEDS or not event.ref.is_decision)
        self.first_seen_at = self.first_seen_at or event.ref.fetched_at
        values = self.said.setdefault(event.chain, {})
        told_on = ist_date(event.ref.fetched_at)
        values |= {name: _Told(self.order, told_on, cell) for name, cell in event.fact.items() if cell is not None}

    def look(self, ref: PayloadRef) -> None:
        """Establish the state at a payload's fetch, where it is another than before."""
        known = self.known()
        to = status_at(known, ref.fetched_at)
        before = self.status
        self.status, allowed = moved(before, to, shown_again=self.shown_again)
        if not allowed:
            self._tell(ref, "status_move_refused", f"{before} to {to}")
        if self.status != before:
            self.shown_again = False
        if (odd := conflict(known, ref.fetched_at)) is not None:
            self._tell(ref, "status_conflict", odd)
        if self.status != "vanished":
            self.vanished_at = None
        elif before != "vanished":
            self.vanished_at = ref.fetched_at
        values = tuple(self.value(name) for name in STATE_COLUMNS[:-3])
        state = (*values, self.status, self.first_seen_at, self.vanished_at)
        if (self.said or self.states) and (not self.states or self.states[-1][1] != state):
            self.states.append((ref, state))

    def known(self) -> Known:
        """Return what the status hangs on."""
        return Known(
            open_date=_day(self.value("open_date")),
            close_date=_day(self.value("close_date")),
            listing_date=self._listed_on(),
            words=frozenset(word for word in self.words.values() if word is not None),
            shown=any(self.listing.values()) or not self.listing,
        )

    def value(self, column: str) -> Cell:
        """Return a column's value by the precedence of sources."""
        values: list[Cell] = [told.cell for told in self._told(column)]
        if column == "listing_date":
            values = [day for day in values if self._is_of_issue(day)]
        if column == "security_kind":
            values = [kind for kind in values if kind not in _WEAK_KINDS] or sorted(values, key=_is_unknown)
        if column in _ANY_TRUE and True in values:
            return True
        return values[0] if values else None

    def _listed_on(self) -> date | None:
        """Return the day of listing that a source has told when it had come: one told before it is a plan."""
        days = ((_day(told.cell), told.told_on) for told in self._told("listing_date") if self._is_of_issue(told.cell))
        return next((day for day, told_on in days if day is not None and day <= told_on), None)

    def _is_of_issue(self, listed: Cell) -> bool:
        # The listing of shares that were listed before they were offered further is not this issue's.
        opens, day = _day(self.value("open_date")), _day(listed)
        return opens is None or day is None or day >= opens

    def _told(self, column: str) -> Iterator[_Told]:
        """Yield the newest value of each source, the best source's first."""
        first = _PREFERRED.get(column, ())
        expected = _EXPECTED_DAYS.get(column, frozenset())
        for source in (*first, *(one for one in SOURCES if one not in first)):
            if source in expected:
                continue
            found = [said[column] for chain, said in self.said.items() if chain[0] == source and column in said]
            if found:
                yield max(found, key=lambda one: one.order)

    def _tell(self, ref: PayloadRef, kind: str, what: str) -> None:
        """Note something once."""
        if (kind, what) not in self.told:
            self.told.add((kind, what))
            detail = {"what": what, "sources": sorted({f"{source} {one}" for source, one, _ in self.said})}
            self.notes.append((ref, Note(kind, _text_of(self.value("company")), detail=detail)))


def _text(fact: Mapping[str, Cell] | None, name: str) -> str | None:
    return None if fact is None else _text_of(fact.get(name))


def _text_of(value: Cell) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: Cell) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _is_unknown(kind: Cell) -> bool:
    return kind == "unknown"
