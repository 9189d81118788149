"""NAV rows into market.nav: new ones are added, changed ones leave a revision, the same ones cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from loaders import binary_copy
from loaders.binary_copy import SCALE, Int64s, Rows, Write, copying, decimals, rows_of
from loaders.nav_rows import NavArrays, empty, key_order, match
from loaders.nav_stored import read_stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from loaders.batch import PayloadRef
    from loaders.code_keys import Places
    from loaders.database import Connection
    from loaders.nav_packed import Packed

BULK_ROWS = 1_000
"""From so many new rows on they are put in the key's order first: the index grows at its end."""

EPOCH = date(1970, 1, 1).toordinal()

BEFORE_ALL = np.iinfo(np.int32).min
"""A day before all days."""


WriteRows = Callable[["NavArrays | Ahead"], None]
"""Writes rows whose keys are not there."""

Adding = Callable[[int], "AbstractContextManager[WriteRows]"]
"""Lets a block write rows of a payload whose keys are not there: see `adding`."""

Made = TypeVar("Made")

_REVISE = """
INSERT INTO market.nav_revision (nav_date, scheme_code, nav, payload_id, superseded_by, known_from, known_to)
SELECT date '1970-01-01' + old.day, old.code, old.nav, old.payload_id, %s, was.fetched_at, %s
FROM unnest(%s::int[], %s::text[], %s::numeric[], %s::int[]) AS old (day, code, nav, payload_id)
JOIN etl.payload AS was ON was.payload_id = old.payload_id
"""

_REPLACE = """
UPDATE market.nav AS n SET nav = new.nav, payload_id = %s
FROM unnest(%s::int[], %s::text[], %s::numeric[]) AS new (day, code, nav)
WHERE n.nav_date = date '1970-01-01' + new.day AND n.scheme_code = new.code
  AND n.nav_date BETWEEN '{first}' AND '{last}'
"""


@dataclass(frozen=True)
class NavChange:
    """One row of the difference between a payload and the tables; `old` is None for a new row."""

    nav_date: date
    scheme_code: str
    old: Decimal | None
    new: Decimal | None


@dataclass(frozen=True)
class NavDifference:
    """How a payload differs from the tables: rows to add, rows to replace with what they replace, and counts."""

    new: NavArrays
    changed: NavArrays
    replaced: NavArrays
    unchanged: int

    def of_payload(self, payload_id: int) -> NavDifference:
        """Return it with its rows under a payload's number."""
        new, changed = self.new.of_payload(payload_id), self.changed.of_payload(payload_id)
        return NavDifference(new, changed, self.replaced, self.unchanged)

    def changes(self) -> list[NavChange]:
        """Return every row that would be written, changed ones first, for a person to read."""
        pairs = zip(to_decimals(self.replaced.nav_e10), added_changes(self.changed), strict=True)
        return [*(NavChange(row.nav_date, row.scheme_code, old, row.new) for old, row in pairs),
                *added_changes(self.new)]  # fmt: skip


def added_changes(rows: NavArrays) -> list[NavChange]:
    """Return rows as changes from nothing."""
    values = zip(rows.day, rows.names(), to_decimals(rows.nav_e10), strict=True)
    return [NavChange(to_date(int(day)), code, None, nav) for day, code, nav in values]


@dataclass
class NavCounts:
    """How many rows a load added, replaced and found unchanged."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def unlike(wanted: NavArrays, latest: NavArrays) -> tuple[NavArrays, Places]:
    """Return the rows that the kept newest NAVs don't hold as they are, and those of them to look for in the table.

    Of a day after its scheme's newest there is no row.
    """
    place = wanted.places_in(latest)
    if not len(latest):
        return wanted, np.array([], dtype=np.intp)
    there, kept_day = place >= 0, latest.day[place]
    same = there & (kept_day == wanted.day) & (latest.nav_e10[place] == wanted.nav_e10)
    is_old = there & (kept_day >= wanted.day)
    differs = np.flatnonzero(~same)
    return wanted.take(differs), np.flatnonzero(is_old[differs])


def compare(connection: Connection, rest: NavArrays, old: Places, unchanged: int) -> NavDifference:
    """Compare what `unlike` has left of a payload's rows with the table, where some of it may stand."""
    stored = read_stored(connection, rest.take(old))
    found = match(rest, stored)
    is_changed = np.zeros(len(rest), dtype=bool)
    is_there = found >= 0
    is_changed[is_there] = rest.nav_e10[is_there] != stored.nav_e10[found[is_there]]
    changed = np.flatnonzero(is_changed)
    new = np.flatnonzero(~is_there)
    unchanged += len(rest) - len(new) - len(changed)
    return NavDifference(rest.take(new), rest.take(changed), stored.take(found[changed]), unchanged)


def write_new(  # noqa: PLR0913 - a payload's rows, what they are compared with, and how they are written
    connection: Connection, add: Adding, payload_id: int, read: NavArrays, latest: Packed,
    meanwhile: Callable[[NavDifference], Made], *, ahead: Ahead | None = None,
) -> tuple[NavDifference, Made]:  # fmt: skip
    """Write the rows that are new, of a payload that is newer than everything loaded; return the difference.

    While the server writes rows that are new for certain, the others are compared, and then `meanwhile` is done. `read`
    are all of them, as they were read; those that are ready `ahead` go to the server before these are sorted.
    """
    newest = latest.newest_day(BEFORE_ALL)
    with add(payload_id) as write:
        # Of a day after all that there are no row is there yet.
        if ahead is not None and ahead.newest == newest:
            write(ahead)
            wanted = read.sorted_by_code
        else:
            wanted = read.sorted_by_code
            write(wanted.take(np.flatnonzero(wanted.day > newest)))
        rest, old = unlike(wanted, latest.rows)
        unchanged = len(wanted) - len(rest)
        if not len(old):
            difference = NavDifference(rest, empty(), empty(), unchanged).of_payload(payload_id)
            write(_up_to(newest, difference.new))
            return difference, meanwhile(difference)
    difference = compare(connection, rest, old, unchanged).of_payload(payload_id)
    with add(payload_id) as write:
        write(_up_to(newest, difference.new))
        return difference, meanwhile(difference)


@dataclass(frozen=True)
class Ahead:
    """Rows of days after the newest that is kept, as it seems before the tables are asked; the first piece is made."""

    newest: int
    count: int
    begun: Sequence[Rows]
    read: NavArrays

    def __len__(self) -> int:
        """Return how many rows they are."""
        return self.count

    @classmethod
    def of(cls, read: NavArrays, newest: int) -> Ahead:
        """Make ready what comes first of a payload's rows, which stand as they were read.

        They are sorted later, while the server is at the first ones: these are found without that.
        """
        later = np.flatnonzero(read.day > newest)
        day, first = read.day[later], binary_copy.FIRST_ROWS
        if read.keys is None or len(later) <= first or (day != day[0]).any():
            return cls(newest, len(later), (), read)
        keys = read.keys[later]
        places = np.argpartition(keys, first)[:first]
        places = later[places[np.argsort(keys[places])]]
        return cls(newest, len(later), list(rows_of(read.day, read.keys, read.nav_e10, places)), read)

    def pieces(self) -> Iterator[Rows]:
        """Yield the rows, in the order of the primary key where they are many."""
        yield from self.begun
        yield from _to_copy(self.read.sorted_by_code, self.newest, sum(map(len, self.begun)))


def _to_copy(rows: NavArrays, after: int = BEFORE_ALL, begun: int = 0) -> Iterator[Rows]:
    """Yield the rows of days after one, in the order of the primary key where they are many, after so many of them."""
    places = np.flatnonzero(rows.day > after)
    if len(places) >= BULK_ROWS:
        places = key_order(rows, places)
    return rows_of(rows.day, rows.keys_or_code, rows.nav_e10, places[begun:], is_begun=begun > 0)


def _up_to(day: int, rows: NavArrays) -> NavArrays:
    return rows.take(np.flatnonzero(rows.day <= day))


def apply_changes(connection: Connection, difference: NavDifference, mine: PayloadRef) -> NavCounts:
    """Put changed rows in their place, with their predecessors as revisions; return the counts of the difference."""
    if len(difference.changed):
        _revise(connection, difference.replaced, mine)
        replace(connection, difference.changed, mine.payload_id)
    return NavCounts(len(difference.new), len(difference.changed), difference.unchanged)


def add(connection: Connection, rows: NavArrays, payload_id: int) -> None:
    """Write rows whose keys are not there."""
    with adding(connection, payload_id) as write:
        write(rows)


@contextmanager
def adding(connection: Connection, payload_id: int) -> Iterator[WriteRows]:
    """Let the block write rows whose keys are not there; it goes on while the server is still at them: see `copying`.

    From the first rows on it must not use the connection otherwise.
    """
    with ExitStack() as last:
        into_table: Write | None = None

        def write(rows: NavArrays | Ahead) -> None:
            nonlocal into_table
            if not len(rows):
                return
            if into_table is None:
                into_table = last.enter_context(copying(connection, "market.nav", payload_id))
            written = into_table(rows.pieces() if isinstance(rows, Ahead) else _to_copy(rows))
            if written != len(rows):
                message = f"{written} rows were written and {len(rows)} should have been"
                raise RuntimeError(message)

        yield write


def replace(connection: Connection, rows: NavArrays, payload_id: int) -> None:
    """Give rows that are there another value and payload."""
    first, last = to_date(int(rows.day.min())), to_date(int(rows.day.max()))
    done = connection.execute(
        _REPLACE.format(first=first, last=last),
        (payload_id, rows.day.tolist(), rows.names(), to_decimals(rows.nav_e10)),
    )
    if done.rowcount != len(rows):
        message = f"{done.rowcount} rows were replaced and {len(rows)} should have been"
        raise RuntimeError(message)


def to_decimals(nav_e10: Int64s) -> list[Decimal]:
    """Return NAVs as decimals, with as many digits after the point as a COPY writes: equal rows look equal."""
    return [
        Decimal(value // 10 ** (SCALE - shown)).scaleb(-shown)
        for value, shown in zip(nav_e10.tolist(), decimals(nav_e10).tolist(), strict=True)
    ]


def to_date(day: int) -> date:
    """Return the date of a day counted from 1970-01-01."""
    return date.fromordinal(day + EPOCH)


def _revise(connection: Connection, replaced: NavArrays, mine: PayloadRef) -> None:
    connection.execute(
        _REVISE,
        (
            mine.payload_id, mine.fetched_at, replaced.day.tolist(), replaced.names(),
            to_decimals(replaced.nav_e10), replaced.payload_id.tolist(),
        ),
    )  # fmt: skip
