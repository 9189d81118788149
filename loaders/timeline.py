"""What was known of one key from when on, whatever the order in which payloads are loaded.

A chain holds the stretches of time in which one value was known, oldest first; two neighbours never hold the same
value. It is a pure function of the set of sightings (payload, value): `place` adds one sighting at its place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

V = TypeVar("V", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Stretch(Generic[V]):
    """From payload `payload_id` (at place `rank` among all payloads) on, `value` was known; None: nothing was."""

    rank: int
    value: V | None
    payload_id: int


def place(chain: Sequence[Stretch[V]], sighting: Stretch[V], resumes: Stretch[V] | None = None) -> list[Stretch[V]]:
    """Return the chain with one more sighting.

    `resumes` is the first later sighting of the key, if any payload after this one holds it: inside a stretch the
    chain keeps no sightings, so when a stretch is split the caller looks up where its value was seen again.
    Its value is not used: within the stretch it is the stretch's.
    """
    ranks = [stretch.rank for stretch in chain]
    index = bisect_left(ranks, sighting.rank)
    before, after = list(chain[:index]), list(chain[index:])
    known = before[-1].value if before else None
    if sighting.value == known:
        return list(chain)
    middle = [sighting]
    if resumes is not None and (not after or resumes.rank < after[0].rank):
        middle.append(Stretch(resumes.rank, known, resumes.payload_id))
    return _collapse([*before, *middle, *after])


def needs_resume(chain: Sequence[Stretch[V]], sighting: Stretch[V]) -> bool:
    """Tell whether `place` would split a stretch, so that it matters where the key was seen next."""
    return known_at(chain, sighting.rank) != sighting.value


def known_at(chain: Sequence[Stretch[V]], rank: int) -> V | None:
    """Return the value that was known just before a place."""
    index = bisect_left([stretch.rank for stretch in chain], rank)
    return chain[index - 1].value if index else None


def _collapse(chain: Sequence[Stretch[V]]) -> list[Stretch[V]]:
    kept: list[Stretch[V]] = []
    for stretch in chain:
        if stretch.value != (kept[-1].value if kept else None):
            kept.append(stretch)
    return kept
