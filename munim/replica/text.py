"""Numbers and dates as AMFI writes them, many at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from munim.replica.hashing import I64, U8, U32, Bools
from munim.replica.timeline import to_date

_DOT: Final = ord(".")
_FOUR_DIGITS: Final[U8] = np.array(
    [[48 + n // 1000, 48 + n // 100 % 10, 48 + n // 10 % 10, 48 + n % 10] for n in range(10_000)], np.uint8
)
_COLUMNS: Final = np.arange(17, dtype=np.uint8)
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ABSENT_WORDS: Final = ("N.A.", "#DIV/0!", "#N/A", "-")


def nav_text(nav_e8: I64, decimals: I64, *, dotted: Bools, trimmed: Bools) -> pa.StringArray:
    """Return NAVs of 1e-8 rupees as text with so many decimals.

    `dotted` keeps the point of a whole number (`10.`); `trimmed` drops trailing zeros.
    """
    whole = (nav_e8 // 10**8).astype(np.uint32)
    part = (nav_e8 % 10**8).astype(np.uint32)
    digits = _digits(whole, part)
    width = 1 + sum((whole >= 10**power).astype(np.uint8) for power in range(1, 8))
    shown = _trimmed(part, decimals.astype(np.uint8), trimmed)
    end = 8 + shown + ((shown > 0) | dotted)
    keep = ((8 - width)[:, None] <= _COLUMNS) & (end[:, None] > _COLUMNS)
    return _strings(digits[keep], end - (8 - width))


def _digits(whole: U32, part: U32) -> U8:
    out = np.empty((len(whole), 17), np.uint8)
    out[:, 0:4] = _FOUR_DIGITS[whole // 10_000]
    out[:, 4:8] = _FOUR_DIGITS[whole % 10_000]
    out[:, 8] = _DOT
    out[:, 9:13] = _FOUR_DIGITS[part // 10_000]
    out[:, 13:17] = _FOUR_DIGITS[part % 10_000]
    return out


def _trimmed(part: U32, decimals: U8, trimmed: Bools) -> U8:
    few = np.flatnonzero(trimmed)
    shown, digits = decimals[few], part[few]
    for power in range(8, 0, -1):
        shown = np.where((shown == power) & (digits % 10 ** (9 - power) == 0), power - 1, shown)
    out = decimals.copy()
    out[few] = shown
    return out


def _strings(flat: U8, lengths: I64) -> pa.StringArray:
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(flat))


def with_absent(text: pa.StringArray, absent: I64) -> pa.StringArray:
    """Return the texts with the source's words where there is no number (`absent` as in `Values.absent`)."""
    if not absent.any():
        return text
    words = pa.array(["", *ABSENT_WORDS], pa.string()).take(pa.array(absent))
    return pc.if_else(pa.array(absent > 0), words, text)


def date_texts(days: I64) -> list[str]:
    """Return days as `19-Aug-2026`."""
    dates = [to_date(int(day)) for day in days]
    return [f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}" for day in dates]


def as_strings(days: I64) -> pa.StringArray:
    """Return days as `19-Aug-2026`, each distinct one written once."""
    distinct, index = np.unique(days, return_inverse=True)
    return pa.array(date_texts(distinct), pa.string()).take(pa.array(index))
