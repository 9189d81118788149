"""What was known of one group of one row from when on, whatever the order in which payloads are loaded.

A chain holds stretches of time in which one value was known from feeds of one rank, oldest first. It is what a fold
over all sightings gives: a sighting of a lower rank than what is known says nothing, one of the same value and rank
nothing new. `place` adds one sighting at its place to a chain that keeps no sightings inside its stretches.
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
        """Tell whether two say the same with the same right."""
        return self.cells == other.cells and self.rank == other.rank


Chain = tuple[Stretch, ...]


def fold(sightings: Sequence[Stretch]) -> Chain:
    """Return the chain of sightings that are in the order of their places."""
    chain: list[Stretch] = []
    for sighting in sightings:
        _follow(chain, sighting)
    return tuple(chain)


def place(chain: Chain, sighting: Stretch, resumes: Stretch | None = None) -> Chain:
    """Return the chain with one more sighting.

    `resumes` is the first later sighting that the chain does not show and that the new one lets come forth: see
    `needs_resume`. Of what is known already only the place and the payload count.
    """
    before = [one for one in chain if one.at < sighting.at]
    after = [one for one in chain if one.at > sighting.at]
    known = before[-1] if before else None
    if known is not None and known.says_what(sighting):
        # The same, perhaps loaded later: when it could first be read is the earlier of the two.
        first = min(known.recorded_at, sighting.recorded_at)
        return (*before[:-1], replace(known, recorded_at=first), *after)
    if known is not None and sighting.rank < known.rank:
        return chain
    middle = [sighting]
    if resumes is not None and (not after or resumes.at < after[0].at):
        middle.append(resumes)
    return fold([*before, *middle, *after])


def known_at(chain: Chain, at: int) -> Stretch | None:
    """Return the stretch that was known just before a place."""
    found = None
    for stretch in chain:
        if stretch.at < at:
            found = stretch
    return found


def needs_resume(chain: Chain, sighting: Stretch) -> bool:
    """Tell whether `place` hangs on where the key was seen next: a stretch of the same rank would be split."""
    known = known_at(chain, sighting.at)
    if known is None:
        return sighting.cells is not None
    return known.rank == sighting.rank and known.cells != sighting.cells


def _follow(chain: list[Stretch], sighting: Stretch) -> None:
    known = chain[-1] if chain else None
    if known is None:
        if sighting.cells is not None:
            chain.append(sighting)
    elif known.says_what(sighting):
        chain[-1] = replace(known, recorded_at=min(known.recorded_at, sighting.recorded_at))
    elif sighting.rank >= known.rank:
        chain.append(sighting)
