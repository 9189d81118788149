"""The newest NAVs as etl.nav_latest_packed packs them: two rows, since half of all schemes publish no more.

The first one has the schemes that publish, and a daily file changes hardly anything but that; the second one has the
others, and is left alone. Each column is one text or one run of bytes: arrays of PostgreSQL's own cost five times as
much to read and write.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from loaders import arrays
from loaders.code_keys import pack_keys, unpack_keys
from loaders.nav_rows import NavArrays, by_code, concat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.binary_copy import Int32s

Statement = tuple[str, tuple[bytes | str | int, ...]]
"""A statement and its parameters."""

RESTING_DAYS = 30
"""A scheme publishes no more, it seems, whose newest NAV is so many days older than what one in a hundred has: a single
NAV may be of a day that is to come."""

RESTING_SHARE = 1 / 8
"""So large a share of the first row's schemes may publish no more before the two rows are made anew."""

PUBLISHING, RESTING = 1, 2
"""The numbers of the two rows."""

COLUMNS = ", ".join(
    f"convert_to({row}.scheme_code, 'UTF8'), {row}.nav_date, {row}.nav_e10, {row}.payload_id"
    for row in ("publishing", "resting")
)
"""The columns of `Packed` in a question that has `ROWS`."""

ROWS = f"""
LEFT JOIN etl.nav_latest_packed AS publishing ON publishing.block = {PUBLISHING}
LEFT JOIN etl.nav_latest_packed AS resting ON resting.block = {RESTING}
"""

_WRITE_ALL = """
INSERT INTO etl.nav_latest_packed (block, scheme_code, nav_date, nav_e10, payload_id)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (block) DO UPDATE SET scheme_code = excluded.scheme_code, nav_date = excluded.nav_date,
    nav_e10 = excluded.nav_e10, payload_id = excluded.payload_id
"""

_WRITE_VALUES = "UPDATE etl.nav_latest_packed SET nav_date = %s, nav_e10 = %s, payload_id = %s WHERE block = %s"


@dataclass(frozen=True)
class PackedRow:
    """One of the two rows as the table has it, NULLs where it has none."""

    code: bytes | None
    day: bytes | None
    nav_e10: bytes | None
    payload_id: bytes | None

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


@dataclass(frozen=True)
class Packed:
    """The newest NAVs as the table has them; they are unpacked when they are asked for."""

    publishing: PackedRow
    resting: PackedRow

    @classmethod
    def of(cls, columns: Sequence[bytes | None]) -> Packed:
        """Return what a row of `COLUMNS` says."""
        return cls(PackedRow(*columns[:4]), PackedRow(*columns[4:]))

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

    def statements(self, now: NavArrays) -> list[Statement]:
        """Return what keeps the newest NAVs that follow these."""
        if now is self.rows:
            return []
        count = now.sorted_up_to
        # Whatever is written is of the payload that is being loaded: the others are as they were.
        if count is None or not np.array_equal(now.payload_id[count:], self.resting.navs.payload_id):
            return anew(now)
        if np.count_nonzero(_are_resting(now.day)[:count]) > RESTING_SHARE * count:
            return anew(now)
        publishing = NavArrays(now.day[:count], now.keys_or_code[:count], now.nav_e10[:count], now.payload_id[:count])
        if now.has_codes_of(self.rows):
            return [(_WRITE_VALUES, (*_values(publishing), PUBLISHING))]
        return [_write(PUBLISHING, publishing)]


def anew(now: NavArrays) -> list[Statement]:
    """Return what writes both rows."""
    now = by_code(now)
    resting = _are_resting(now.day)
    return [
        _write(PUBLISHING, now.take(np.flatnonzero(~resting))),
        _write(RESTING, now.take(np.flatnonzero(resting))),
    ]


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
