"""What was known of one group of one row from when on, whatever the order in which payloads are loaded.

A chain holds stretches of time in which one value was known from feeds of one rank, oldest first. It is what a fold
over all sightings gives: a sighting of a lower rank than what is known says nothing, one of the same value and rank
nothing new; after a withdrawal any feed may speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loaders.keyed_batch import Cell

Cells = tuple["Cell", ...]
"""The values of a group's columns; None in place of them: withdrawn."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a payload on, at place `at` among all, these values were known from a feed of this rank.

    `cells` None: withdrawn. `recorded_at` is when they could first be read here.
    """

    at: int
    rank: int
    cells: Cells | None
    payload_id: int
    recorded_at: datetime

    def says_what(self, other: Stretch) -> bool:
        """Tell whether two say the same with the same right; what is withdrawn is withdrawn, whoever says it."""
        return self.cells == other.cells and (self.rank == other.rank or self.cells is None)

    def outranks(self, other: Stretch) -> bool:
        """Tell whether the other says nothing against this one; a withdrawn value leaves the place to any feed."""
        return self.cells is not None and self.rank > other.rank


Chain = tuple[Stretch, ...]


def fold(sightings: Sequence[Stretch]) -> Chain:
    """Return the chain of sightings that are in the order of their places."""
    chain: list[Stretch] = []
    for sighting in sightings:
        _follow(chain, sighting)
    return tuple(chain)


def known_at(chain: Chain, at: int) -> Stretch | None:
    """Return the stretch that was known just before a place."""
    found = None
    for stretch in chain:
        if stretch.at < at:
            found = stretch
    return found


class Placing:
    """One more sighting on its way into a chain.

    What the chain does not show may come forth by it: a sighting that said nothing new, or was outranked. So it has to
    be shown, in order, what later payloads said of the key, until it is `settled`: from there on all is as it was.
    """

    def __init__(self, chain: Chain, sighting: Stretch) -> None:
        """Take the chain and the sighting."""
        self._old = chain
        self._new = list(fold([*(one for one in chain if one.at < sighting.at), sighting]))
        self._coming = [one for one in chain if one.at > sighting.at]
        self.settled = False
        self._settle_at(sighting.at)

    def see(self, sighting: Stretch) -> None:
        """Take in what the next later payload said of the key; None cells: it withdrew it."""
        self._advance(sighting.at)
        if not self.settled:
            _follow(self._new, sighting)
            self._settle_at(sighting.at)

    def chain(self) -> Chain:
        """Return the chain when all that came later was seen, or it is settled."""
        if not self.settled:
            self._advance(None)
        return tuple(self._new)

    def _advance(self, at: int | None) -> None:
        """Take in what the chain showed before a place; of that place itself the payload is going to tell."""
        while not self.settled and self._coming and (at is None or self._coming[0].at < at):
            stretch = self._coming.pop(0)
            _follow(self._new, stretch)
            self._settle_at(stretch.at)

    def _settle_at(self, at: int) -> None:
        """Where the same is known as was known there before, the rest is as it was."""
        was = known_at(self._old, at + 1)
        now = self._new[-1] if self._new else None
        same = was is now if was is None or now is None else was.says_what(now)
        if same:
            self.settled = True
            self._new += [one for one in self._coming if one.at > at]


def _follow(chain: list[Stretch], sighting: Stretch) -> None:
    known = chain[-1] if chain else None
    if known is None:
        if sighting.cells is not None:
            chain.append(sighting)
    elif known.says_what(sighting):
        # The same, perhaps loaded later: when it could first be read is the earlier of the two.
        chain[-1] = replace(known, recorded_at=min(known.recorded_at, sighting.recorded_at))
    elif not known.outranks(sighting):
        chain.append(sighting)
