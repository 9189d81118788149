"""Scheme codes as words: of a window of history there are too many, or some are too long, to be numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from loaders.code_keys import Places


class Codes:
    """Distinct scheme codes; what was looked up is kept, since a load asks for the same several times."""

    def __init__(self, names: pa.StringArray) -> None:
        """Take codes of which no two are the same."""
        self.names = names
        self._found: dict[int, tuple[pa.StringArray, Places]] = {}

    def places_in(self, others: pa.StringArray) -> Places:
        """Return for each code its place among others, of which no two are the same either, or -1."""
        found = self._found.get(id(others))
        if found is None:
            found = others, pc.index_in(self.names, value_set=others).fill_null(-1).to_numpy()
            self._found[id(others)] = found
        return found[1]

    @cached_property
    def rank(self) -> Places:
        """The place of each code in the order of the primary key."""
        rank = np.empty(len(self.names), dtype=np.intp)
        rank[pc.sort_indices(self.names).to_numpy()] = np.arange(len(rank))
        return rank


@dataclass(frozen=True)
class TakenCodes:
    """Codes at some places among others; the text is copied when it is asked for, and mostly its numbers do."""

    among: pa.StringArray
    places: Places

    @classmethod
    def of(cls, codes: pa.StringArray | TakenCodes, places: Places) -> TakenCodes:
        """Return the codes at these places."""
        return cls(codes.among, codes.places[places]) if isinstance(codes, TakenCodes) else cls(codes, places)

    def text(self) -> pa.StringArray:
        """Return them as an array of their own."""
        return self.among.take(pa.array(self.places))
