"""What a load of a keyed table tells of what it did."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from loaders.batch import PayloadRef
    from loaders.keyed_chain import Cells
    from loaders.keyed_columns import Key, Shape


class Sightings(Protocol):
    """Looks into archived payloads for where a key was seen again."""

    def said(
        self, table: str, group: str, keys: Collection[Key], refs: Sequence[PayloadRef]
    ) -> Iterator[tuple[PayloadRef, Mapping[Key, Cells | None]]]:
        """Yield for each payload, in order, what it says of the keys; None: it withdraws one.

        `keys` may shrink meanwhile.
        """
        ...


@dataclass(frozen=True)
class RowChange:
    """One row that a load writes, for a person to read: `old` is None for a new row, `new` for a withdrawn one."""

    table: str
    key: Key
    old: Mapping[str, object] | None
    new: Mapping[str, object] | None


@dataclass(frozen=True)
class Changes:
    """How many rows a load changed, found unchanged, withdrew, or left to a feed of a higher rank; and which it wrote.

    `keys` are those of all rows that are written, and of those whose past alone is another now; `added` those of which
    a group was not known before; `replaced` has, by group, those whose values are others now, or gone. `rows` is for a
    person who asked what would change; where many rows are written at once it is empty.
    """

    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    outranked: int = 0
    rows: list[RowChange] = field(default_factory=list, repr=False)
    keys: set[Key] = field(default_factory=set, repr=False)
    added: set[Key] = field(default_factory=set, repr=False)
    replaced: Mapping[str, set[Key]] = field(default_factory=dict, repr=False)
    fresh: tuple[Shape, Mapping[Key, Cells]] | None = field(default=None, repr=False)
    """Values of which nothing stood, still to be written: together with those of the table's other groups."""

    @property
    def new(self) -> int:
        """How many rows were added; one that is new in two groups counts once."""
        return len(self.added)

    def joined(self, other: Changes) -> Changes:
        """Return the changes of two groups of one table."""
        return Changes(
            self.changed + other.changed, max(self.unchanged, other.unchanged), self.withdrawn + other.withdrawn,
            self.outranked + other.outranked, [*self.rows, *other.rows], self.keys | other.keys,
            self.added | other.added, {**self.replaced, **other.replaced},
        )  # fmt: skip
