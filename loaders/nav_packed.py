"""The newest NAVs as etl.nav_latest_packed packs them: two rows, since half of all schemes publish no more.

The first one has the schemes that publish, and a daily file changes hardly anything but that; the second one has the
others, and is left alone. Each column is one text or one run of bytes: arrays of PostgreSQL's own cost five times as
much to read and write.

A process that loads file after file, as a backfill does, keeps the two rows in mind, and asks whether they still stand
as it knows them: each row has a version that is made up anew whenever it is written, the number of the transaction that
wrote it tells what wrote it without that, and no two databases make up the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from loaders import arrays
from loaders.code_keys import pack_keys, unpack_keys
from loaders.nav_rows import NavArrays, by_code, concat

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loaders.binary_copy import Int32s
    from loaders.database import Connection, Cursor

Statement = tuple[str, tuple[bytes | str | int, ...]]
"""A statement and its parameters."""

RESTING_DAYS = 30
"""A scheme publishes no more, it seems, whose newest NAV is so many days older than what one in a hundred has: a single
NAV may be of a day that is to come."""

RESTING_SHARE = 1 / 8
"""So large a share of the first row's schemes may publish no more before the two rows are made anew."""

PUBLISHING, RESTING = 1, 2
"""The numbers of the two rows."""

_STATE = "concat_ws(' ', block, version, xmin)"

COLUMNS = "packed.states, " + ", ".join(
    f"convert_to({row}.scheme_code, 'UTF8'), {row}.nav_date, {row}.nav_e10, {row}.payload_id"
    for row in ("publishing", "resting")
)
"""The columns of `Packed.read` in a question that has `ROWS`."""

ROWS = f"""
CROSS JOIN (SELECT ARRAY(SELECT {_STATE} FROM etl.nav_latest_packed ORDER BY block) AS states) AS packed
LEFT JOIN etl.nav_latest_packed AS publishing
    ON publishing.block = {PUBLISHING} AND packed.states IS DISTINCT FROM %(states)s::text[]
LEFT JOIN etl.nav_latest_packed AS resting
    ON resting.block = {RESTING} AND packed.states IS DISTINCT FROM %(states)s::text[]
"""  # noqa: S608 - constants
"""The rows are sent unless they stand as in the parameter `states`: see `Packed.states`."""

_WRITE_ALL = f"""
INSERT INTO etl.nav_latest_packed (block, scheme_code, nav_date, nav_e10, payload_id)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (block) DO UPDATE SET scheme_code = excluded.scheme_code, nav_date = excluded.nav_date,
    nav_e10 = excluded.nav_e10, payload_id = excluded.payload_id, version = excluded.version
RETURNING {_STATE}
"""  # noqa: S608 - constants

_WRITE_VALUES = f"""
UPDATE etl.nav_latest_packed SET nav_date = %s, nav_e10 = %s, payload_id = %s, version = gen_random_uuid()
WHERE block = %s RETURNING {_STATE}
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class PackedRow:
    """One of the two rows as the table has it, NULLs where it has none."""

    code: bytes | None
    day: bytes | None
    nav_e10: bytes | None
    payload_id: bytes | None

    @classmethod
    def holding(cls, navs: NavArrays) -> PackedRow:
        """Return the row that these are packed in, without packing them."""
        row = cls(None, None, None, None)
        row.__dict__.update(days=navs.day, navs=navs)
        return row

    @cached_property
    def days(self) -> Int32s:
        """The days that its NAVs are of."""
        return arrays.unpack_int4(self.day or b"")

    @cached_property
    def navs(self) -> NavArrays:
        """Its NAVs, in the order of their codes."""
        code = self.code or b""
        keys = unpack_keys(code)
        return NavArrays(
            self.days,
            arrays.unpack_text(code) if keys is None else keys,
            arrays.unpack_int8(self.nav_e10 or b""),
            arrays.unpack_int4(self.payload_id or b""),
        )


NO_ROW = PackedRow(None, None, None, None)


@dataclass(frozen=True)
class Packed:
    """The newest NAVs as the table has them; they are unpacked when they are asked for.

    `states` has an element for each row that is there: its number, its version, and the transaction that wrote it.
    """

    publishing: PackedRow = NO_ROW
    resting: PackedRow = NO_ROW
    states: tuple[str, ...] = ()

    @classmethod
    def read(cls, columns: Sequence[object], known: Packed) -> Packed:
        """Return what a row of `COLUMNS` says, asked for with the states of `known`; keep it in mind."""
        states: tuple[str, ...] = tuple(columns[0])  # type: ignore[arg-type]
        if states == known.states:
            return known
        packed = cls(PackedRow(*columns[1:5]), PackedRow(*columns[5:]), states)  # type: ignore[arg-type]
        _mind.packed = packed
        return packed

    def newest_day(self, if_none: int) -> int:
        """Return the newest day that any NAV is of."""
        return max(int(row.days.max(initial=if_none)) for row in (self.publishing, self.resting))

    @cached_property
    def rows(self) -> NavArrays:
        """The newest NAVs: first those that publish, then the others, each in the order of their codes."""
        publishing, resting = self.publishing.navs, self.resting.navs
        together = concat([publishing, resting])
        return NavArrays(
            together.day, together.codes, together.nav_e10, together.payload_id, sorted_up_to=len(publishing)
        )

    def followed_by(self, now: NavArrays) -> Change:
        """Return what keeps the newest NAVs that follow these."""
        if now is self.rows:
            return self.unchanged()
        count = now.sorted_up_to
        # Whatever is written is of the payload that is being loaded: the others are as they were.
        if count is None or not np.array_equal(now.payload_id[count:], self.resting.navs.payload_id):
            return self._followed_anew(now)
        if np.count_nonzero(_are_resting(now.day)[:count]) > RESTING_SHARE * count:
            return self._followed_anew(now)
        publishing = NavArrays(now.day[:count], now.keys_or_code[:count], now.nav_e10[:count], now.payload_id[:count])
        following = Packed(PackedRow.holding(publishing), self.resting)
        following.__dict__["rows"] = now
        if now.has_codes_of(self.rows):
            return Change(self, following, [(_WRITE_VALUES, (*_values(publishing), PUBLISHING))])
        return Change(self, following, [_write(PUBLISHING, publishing)])

    def unchanged(self) -> Change:
        """Return what keeps them as they are: nothing."""
        return Change(self, self, ())

    def _followed_anew(self, now: NavArrays) -> Change:
        publishing, resting = _set_apart(now)
        following = Packed(PackedRow.holding(publishing), PackedRow.holding(resting))
        return Change(self, following, [_write(PUBLISHING, publishing), _write(RESTING, resting)])


@dataclass(frozen=True)
class Change:
    """What leads from the newest NAVs to those that follow: the statements tell the state of each row they write."""

    before: Packed
    following: Packed
    statements: Sequence[Statement]
    _sent: list[Cursor] = field(default_factory=list)

    def send(self, connection: Connection) -> None:
        """Send the statements."""
        self._sent.extend(connection.execute(*statement) for statement in self.statements)

    def remember(self) -> None:
        """Keep in mind what follows, once the statements have their answers.

        Raises RuntimeError where one of them wrote no row. It need not be committed: a row in a state that is rolled
        back is never found again.
        """
        if not self._sent:
            return
        states = dict(_by_number(self.before.states))
        for cursor in self._sent:
            written = [str(state) for (state,) in cursor.fetchall()]
            if len(written) != 1:
                message = f"{len(written)} rows of the packed newest NAVs were written and 1 should have been"
                raise RuntimeError(message)
            states.update(_by_number(written))
        following = self.following
        packed = Packed(following.publishing, following.resting, tuple(states[row] for row in sorted(states)))
        if "rows" in following.__dict__:
            packed.__dict__["rows"] = following.rows
        _mind.packed = packed


def remembered() -> Packed:
    """Return the two rows as this process has seen or written them last."""
    return _mind.packed


class _Mind:
    """The two rows as they are kept in mind; before anything is known of a table, as they are in an empty one."""

    packed = Packed()


_mind = _Mind()


def _by_number(states: Iterable[str]) -> Iterable[tuple[int, str]]:
    return ((int(state.split()[0]), state) for state in states)


def anew(now: NavArrays) -> list[Statement]:
    """Return what writes both rows."""
    publishing, resting = _set_apart(now)
    return [_write(PUBLISHING, publishing), _write(RESTING, resting)]


def _set_apart(now: NavArrays) -> tuple[NavArrays, NavArrays]:
    now = by_code(now)
    resting = _are_resting(now.day)
    return now.take(np.flatnonzero(~resting)), now.take(np.flatnonzero(resting))


def _are_resting(day: Int32s) -> npt.NDArray[np.bool_]:
    few = len(day) // 100 + 1
    newest = np.partition(day, len(day) - few)[len(day) - few] if len(day) else 0
    resting: npt.NDArray[np.bool_] = day < newest - RESTING_DAYS
    return resting


def _write(row: int, navs: NavArrays) -> Statement:
    code = arrays.pack_text(navs.code) if navs.keys is None else pack_keys(navs.keys).decode()
    return _WRITE_ALL, (row, code, *_values(navs))


def _values(navs: NavArrays) -> tuple[bytes, bytes, bytes]:
    return arrays.pack_int4(navs.day), arrays.pack_int8(navs.nav_e10), arrays.pack_int4(navs.payload_id)
