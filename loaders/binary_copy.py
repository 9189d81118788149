"""Arrays to PostgreSQL's binary COPY format without a Python object a value.

The format: https://www.postgresql.org/docs/current/sql-copy.html ("Binary Format").
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from loaders.code_keys import LONGEST, CodeKeys, Places, lengths_of, one_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loaders.database import Connection

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]

SCALE = 10
"""Decimals of a NAV that are carried: AMFI writes up to 8."""

POSTGRES_EPOCH_DAY = 10_957
"""2000-01-01 in days since 1970-01-01: PostgreSQL counts dates from there."""

FIRST_ROWS, LONGER_BY, ROWS_A_PIECE = 512, 4, 16_384
"""While the server writes one piece the client makes the next; the first one is small, so that it soon begins, and each
further one may be so much longer than the one before as making it is quicker than writing it."""

_HEADER = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
_TRAILER = b"\xff\xff"

_DIGITS = 6
_WHOLE_DIGITS = 3


Rows = npt.NDArray[np.void]
"""Rows as a COPY has them, but for the payload that they are of."""

Write = Callable[["Iterable[Rows]"], int]
"""Writes rows, a piece after the other; returns how many they were."""


def nav_bytes(nav_day: Int32s, codes: pa.StringArray | CodeKeys, nav_e10: Int64s, payload_id: int) -> Iterator[bytes]:
    """Yield a binary COPY of (nav_date, scheme_code, nav, payload_id), some rows at a time."""
    yield _HEADER
    for piece in rows_of(nav_day, codes, nav_e10):
        yield _of_payload(piece, payload_id).tobytes()
    yield _TRAILER


@contextmanager
def copying(connection: Connection, table: str, payload_id: int, *, frozen: bool = False) -> Iterator[Write]:
    """Let the block write rows into a table whose columns are (nav_date, scheme_code, nav, payload_id).

    It goes on while the server is still at them, and must not use the connection otherwise. `frozen`: the transaction
    has made the table, so its rows need no second visit.
    """
    how = "FORMAT binary, FREEZE" if frozen else "FORMAT binary"
    with connection.cursor() as cursor:
        statement = f"COPY {table} (nav_date, scheme_code, nav, payload_id) FROM STDIN ({how})"
        with cursor.copy(statement) as copy:
            copy.write(_HEADER)

            def write(pieces: Iterable[Rows]) -> int:
                count = 0
                for piece in pieces:
                    copy.write(_of_payload(piece, payload_id).view(np.uint8).data)
                    count += len(piece)
                return count

            yield write
            copy.write(_TRAILER)


def rows_of(
    nav_day: Int32s, codes: pa.StringArray | CodeKeys, nav_e10: Int64s, places: Places | None = None,
    *, is_begun: bool = False,
) -> Iterator[Rows]:  # fmt: skip
    """Yield rows, or those at some places, a piece after the other; `is_begun`: some are written already.

    They come as arrays of one length: days since 1970-01-01, codes as text or numbers, and NAVs times 10^10. A piece's
    rows are grouped by the length of their code, since a structured array has fields of fixed width.
    """
    for piece in _pieces(len(nav_day) if places is None else len(places), FIRST_ROWS * (LONGER_BY if is_begun else 1)):
        some = piece if places is None else places[piece]
        is_text = not isinstance(codes, np.ndarray) and places is not None
        yield from _piece(nav_day[some], codes.take(pa.array(some)) if is_text else codes[some], nav_e10[some])


def _of_payload(rows: Rows, payload_id: int) -> Rows:
    rows["payload"] = payload_id
    return rows


def _pieces(count: int, rows: int) -> Iterator[slice]:
    start = 0
    while start < count:
        yield slice(start, min(start + rows, count))
        start, rows = start + rows, min(LONGER_BY * rows, ROWS_A_PIECE)


def _piece(nav_day: Int32s, codes: pa.StringArray | CodeKeys, nav_e10: Int64s) -> Iterator[Rows]:
    if isinstance(codes, np.ndarray):
        length = one_length(codes)
        lengths = np.full(len(codes), length) if length is not None else lengths_of(codes)
    else:
        lengths = pc.binary_length(codes).to_numpy(zero_copy_only=False)
        length = int(lengths[0]) if (lengths == lengths[0]).all() else None
    if length is not None:
        yield _rows(nav_day, _fixed_width(codes, length), nav_e10)
        return
    for one in np.flatnonzero(np.bincount(lengths)):
        rows = np.flatnonzero(lengths == one)
        some = codes[rows] if isinstance(codes, np.ndarray) else codes.take(pa.array(rows))
        yield _rows(nav_day[rows], _fixed_width(some, int(one)), nav_e10[rows])


def _rows(nav_day: Int32s, codes: npt.NDArray[np.bytes_], nav_e10: Int64s) -> Rows:
    one, count = _row_of(codes.dtype.itemsize), len(nav_day)
    # What all rows have in common is copied whole; a field on its own is visited row by row.
    rows = np.frombuffer(bytearray(one.tobytes() * count), dtype=one.dtype)
    rows["date"] = nav_day - POSTGRES_EPOCH_DAY
    rows["code"] = codes
    _write_numeric(rows, nav_e10)
    return rows


@cache
def _row_of(length: int) -> Rows:
    """Return a row of a code of so many bytes, without what it says."""
    layout = np.dtype(
        [
            ("fields", ">i2"),
            ("date_size", ">i4"), ("date", ">i4"),
            ("code_size", ">i4"), ("code", f"S{length}"),
            ("nav_size", ">i4"), ("nav_head", ">i2", 4), ("nav_digits", ">i2", _DIGITS),
            ("payload_size", ">i4"), ("payload", ">i4"),
        ]
    )  # fmt: skip
    row = np.zeros(1, dtype=layout)
    row["fields"] = 4
    row["date_size"], row["code_size"], row["nav_size"], row["payload_size"] = 4, length, 8 + 2 * _DIGITS, 4
    row["nav_head"][:, :2] = _DIGITS, _WHOLE_DIGITS - 1
    return row


def _write_numeric(rows: Rows, nav_e10: Int64s) -> None:
    """Write NAVs as base-10,000 digits: three before the point, three after it; the server trims zeros."""
    # Unsigned, and 32 bits wide where it fits: dividing costs a third.
    magnitude = np.abs(nav_e10).view(np.uint64)
    whole = magnitude // 10**SCALE
    fraction = magnitude - whole * 10**SCALE
    head, digits = rows["nav_head"], rows["nav_digits"]
    negative = nav_e10 < 0
    if negative.any():
        head[:, 2] = np.where(negative, 0x4000, 0)
    _write_digits(digits[:, :3], whole.astype(np.uint32), 10**4)
    first = fraction // 10**6
    digits[:, 3] = first
    rest = (fraction - first * 10**6).astype(np.uint32)
    hundreds = rest // 100
    ones = rest - hundreds * 100
    digits[:, 4] = hundreds
    digits[:, 5] = ones * 100
    head[:, 3] = _shown(rest != 0, ones != 0)


def _write_digits(digits: npt.NDArray[np.int16], numbers: npt.NDArray[np.uint32], base: int) -> None:
    """Write numbers into columns of digits, the last one first."""
    for column in reversed(range(digits.shape[1])):
        rest = numbers // base
        digits[:, column] = numbers - rest * base
        numbers = rest


def decimals(nav_e10: Int64s) -> npt.NDArray[np.int16]:
    """Return how many decimals each NAV shows: four as AMFI writes them, more only where they are needed."""
    return _shown(nav_e10 % 10**6 != 0, nav_e10 % 10**2 != 0)


def _shown(after_four: npt.NDArray[np.bool_], after_eight: npt.NDArray[np.bool_]) -> npt.NDArray[np.int16]:
    """Return how many decimals are shown, of what there is anything after the fourth, and after the eighth."""
    shown = np.full(len(after_four), 4, dtype=np.int16)
    shown[after_four] = 8
    shown[after_eight] = SCALE
    return shown


def _fixed_width(codes: pa.StringArray | CodeKeys, length: int) -> npt.NDArray[np.bytes_]:
    """Return codes of one length as bytes."""
    if isinstance(codes, np.ndarray):
        return codes.astype(">u8").view(f"S{LONGEST}").astype(f"S{length}")
    if isinstance(codes, pa.ChunkedArray):
        codes = codes.combine_chunks()
    offset_type = np.int64 if pa.types.is_large_string(codes.type) else np.int32
    _, offsets, text = codes.buffers()
    start = np.frombuffer(offsets, dtype=offset_type)[codes.offset]
    return np.frombuffer(text, dtype=f"S{length}", count=len(codes), offset=int(start))
