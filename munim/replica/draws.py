"""Numbers drawn for a key: the same for the same seed and key, with no state and without numpy."""

from __future__ import annotations

from datetime import date
from hashlib import blake2b
from typing import Final

Key = str | int | date
_SCALE: Final = 2.0**-64


class Draws:
    """All the chance of one seed."""

    def __init__(self, seed: int) -> None:
        """Start from a seed."""
        self._seed = str(seed)

    def unit(self, *key: Key) -> float:
        """Return a number in [0, 1)."""
        text = "|".join((self._seed, *map(str, key)))
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") * _SCALE

    def between(self, low: float, high: float, *key: Key) -> float:
        """Return a number in [low, high)."""
        return low + (high - low) * self.unit(*key)

    def spread(self, *key: Key) -> float:
        """Return a number around 0, mostly within 1, that rarely is far out: the sum of three even ones."""
        return sum(self.unit(*key, part) for part in range(3)) * 2 - 3

    def wave(self, day: date, days: int, *key: Key) -> float:
        """Return a number in [0, 1) that moves slowly: from one drawn value to the next in so many days."""
        number, rest = divmod(day.toordinal(), days)
        start, end = (self.unit(*key, days, number + step) for step in (0, 1))
        return start + (end - start) * rest / days
