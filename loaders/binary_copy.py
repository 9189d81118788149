"""Arrays to PostgreSQL's binary COPY format without a Python object a value.

The format: https://www.postgresql.org/docs/current/sql-copy.html ("Binary Format").
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from loaders.code_keys import LONGEST, CodeKeys, lengths_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loaders.database import Connection

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]

SCALE = 10
"""Decimals of a NAV that are carried: AMFI writes up to 8."""

POSTGRES_EPOCH_DAY = 10_957
"""2000-01-01 in days since 1970-01-01: PostgreSQL counts dates from there."""

FIRST_ROWS, ROWS_A_PIECE = 512, 16_384
"""While the server writes one piece the client makes the next; the first one is small, so that it soon begins."""

_HEADER = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
_TRAILER = b"\xff\xff"

_DIGITS = 6
_WHOLE_DIGITS = 3


def nav_bytes(nav_day: Int32s, codes: pa.StringArray | CodeKeys, nav_e10: Int64s, payload_id: int) -> Iterator[bytes]:
    """Yield a binary COPY of (nav_date, scheme_code, nav, payload_id), some rows at a time.

    `nav_day` is days since 1970-01-01, `codes` are text or numbers (`loaders.code_keys`), `nav_e10` the NAV times
    10^10; all three of one length. A piece's rows are grouped by the length of their code, since a structured array has
    fields of fixed width.
    """
    begin = _HEADER
    starts = [*range(0, min(FIRST_ROWS, len(nav_day)), FIRST_ROWS), *range(FIRST_ROWS, len(nav_day), ROWS_A_PIECE)]
    for start, end in pairwise([*starts, len(nav_day)]):
        piece = slice(start, end)
        for octets in _piece(nav_day[piece], codes[piece], nav_e10[piece], payload_id):
            yield begin + octets
            begin = b""
    yield begin + _TRAILER


@contextmanager
def copying(  # noqa: PLR0913 - a table, its four columns, and how
    connection: Connection, table: str, nav_day: Int32s, codes: pa.StringArray | CodeKeys, nav_e10: Int64s,
    payload_id: int,
    *, frozen: bool = False,
) -> Iterator[None]:  # fmt: skip
    """Write rows into a table whose columns are (nav_date, scheme_code, nav, payload_id).

    The block runs while the server is still at them; it must not use the connection. `frozen`: the transaction has
    made the table, so its rows need no second visit.
    """
    how = "FORMAT binary, FREEZE" if frozen else "FORMAT binary"
    with connection.cursor() as cursor:
        statement = f"COPY {table} (nav_date, scheme_code, nav, payload_id) FROM STDIN ({how})"
        with cursor.copy(statement) as copy:
            for piece in nav_bytes(nav_day, codes, nav_e10, payload_id):
                copy.write(piece)
            yield


def _piece(
    nav_day: Int32s, codes: pa.StringArray | CodeKeys, nav_e10: Int64s, payload_id: int
) -> Iterator[bytes]:  # fmt: skip
    if isinstance(codes, np.ndarray):
        lengths = lengths_of(codes)
    else:
        lengths = pc.binary_length(codes).to_numpy(zero_copy_only=False)
    if (lengths == lengths[0]).all():
        yield _rows(nav_day, _fixed_width(codes, int(lengths[0])), nav_e10, payload_id).tobytes()
        return
    for length in np.flatnonzero(np.bincount(lengths)):
        rows = np.flatnonzero(lengths == length)
        some = codes[rows] if isinstance(codes, np.ndarray) else codes.take(pa.array(rows))
        yield _rows(nav_day[rows], _fixed_width(some, int(length)), nav_e10[rows], payload_id).tobytes()


def _rows(nav_day: Int32s, codes: npt.NDArray[np.bytes_], nav_e10: Int64s, payload_id: int) -> npt.NDArray[np.void]:
    length = codes.dtype.itemsize
    layout = np.dtype(
        [
            ("fields", ">i2"),
            ("date_size", ">i4"), ("date", ">i4"),
            ("code_size", ">i4"), ("code", f"S{length}"),
            ("nav_size", ">i4"), ("nav_head", ">i2", 4), ("nav_digits", ">i2", _DIGITS),
            ("payload_size", ">i4"), ("payload", ">i4"),
        ]
    )  # fmt: skip
    rows = np.zeros(len(nav_day), dtype=layout)
    rows["fields"] = 4
    rows["date_size"], rows["date"] = 4, nav_day - POSTGRES_EPOCH_DAY
    rows["code_size"], rows["code"] = length, codes
    rows["nav_size"] = 8 + 2 * _DIGITS
    _write_numeric(rows, nav_e10)
    rows["payload_size"], rows["payload"] = 4, payload_id
    return rows


def _write_numeric(rows: npt.NDArray[np.void], nav_e10: Int64s) -> None:
    """Write NAVs as base-10,000 digits: three before the point, three after it; the server trims zeros."""
    # Unsigned, and 32 bits wide where it fits: dividing costs a third.
    magnitude = np.abs(nav_e10).view(np.uint64)
    whole = magnitude // 10**SCALE
    fraction = magnitude - whole * 10**SCALE
    head, digits = rows["nav_head"], rows["nav_digits"]
    head[:, 0], head[:, 1] = _DIGITS, _WHOLE_DIGITS - 1
    head[:, 2] = np.where(nav_e10 < 0, 0x4000, 0)
    head[:, 3] = decimals(nav_e10)
    _write_digits(digits[:, :3], whole.astype(np.uint32), 10**4)
    first = fraction // 10**6
    digits[:, 3] = first
    rest = (fraction - first * 10**6).astype(np.uint32)
    digits[:, 4] = rest // 100
    digits[:, 5] = rest % 100 * 100


def _write_digits(digits: npt.NDArray[np.int16], numbers: npt.NDArray[np.uint32], base: int) -> None:
    """Write numbers into columns of digits, the last one first."""
    for column in reversed(range(digits.shape[1])):
        rest = numbers // base
        digits[:, column] = numbers - rest * base
        numbers = rest


def decimals(nav_e10: Int64s) -> npt.NDArray[np.int16]:
    """Return how many decimals each NAV shows: four as AMFI writes them, more only where they are needed."""
    shown = np.full(len(nav_e10), 4, dtype=np.int16)
    rest = nav_e10 % 10**6 != 0
    if rest.any():
        eight = rest & (nav_e10 % 10**2 == 0)
        shown[rest] = SCALE
        shown[eight] = 8
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
