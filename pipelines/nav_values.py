"""Reading the three cells of a NAV row that are not names: code, date and NAV. Strict: what is not plain is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.arrays import text_buffers

if TYPE_CHECKING:
    import numpy.typing as npt

SCALE, WHOLE_DIGITS = 10, 8
NAV_TYPE = pa.decimal128(20, SCALE)

ABSENT = ("", "-", "N.A.", "N.A", "NA", "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "NULL")
"""What AMFI writes where there is no NAV: N.A. (1-18 a file until 2025-10-01, 67 in 2017), the others in history."""

OLDEST_DATE = date(1964, 7, 1)
"""UTI's first scheme, the oldest in India: an earlier date is a misreading."""

FEWEST_DIGITS, MOST_DIGITS = 4, 9
_OTHER_CODE = r"^[A-Z]{2,6}-\d{1,6}$"
_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}


@dataclass(frozen=True)
class NavCells:
    """NAVs as decimal128(20, 10), NULL where there is none; and which cells are absent, negative or unreadable."""

    nav: pa.Decimal128Array
    absent: npt.NDArray[np.bool_]
    negative: npt.NDArray[np.bool_]
    unreadable: npt.NDArray[np.bool_]


def read_navs(cells: pa.StringArray) -> NavCells:
    """Read NAV cells exactly: `107.2402`, `10.` and `.1234` are numbers; nothing goes through a float."""
    cells = pc.fill_null(cells, "")
    nav_e10, plain = _read_plain(cells)
    absent, negative, unreadable = (np.zeros(len(cells), dtype=bool) for _ in range(3))
    # Nearly every cell is plain: only the odd ones are looked at further.
    odd = np.flatnonzero(~plain)
    if len(odd):
        words = cells.take(pa.array(odd))
        absent[odd] = _flags(pc.is_in(pc.utf8_upper(words), value_set=pa.array(ABSENT)))
        negative[odd] = _flags(pc.match_substring_regex(words, r"^-(\d+\.?\d*|\.\d+)$"))
        unreadable[odd] = ~absent[odd] & ~negative[odd]
    return NavCells(_decimals(nav_e10, plain), absent, negative, unreadable)


def _read_plain(cells: pa.StringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return numbers times 10^10, and which cells are plain: up to 8 digits, and up to 10 more after a point.

    All cells are read at once, digit place by digit place: a regular expression and a cast cost three times as much.
    """
    offsets, octets = text_buffers(cells)
    begins, ends = offsets[:-1].astype(np.int64), offsets[1:].astype(np.int64)
    # Two bytes more, so that one may look behind the last cell.
    text = np.concatenate([np.frombuffer(octets, dtype=np.uint8), np.zeros(2, dtype=np.uint8)])
    is_point = text == ord(".")
    points_before = np.zeros(len(text) + 1, dtype=np.int32)
    np.cumsum(is_point.view(np.uint8), dtype=np.int32, out=points_before[1:])
    points = points_before[ends] - points_before[begins]
    places = np.append(np.flatnonzero(is_point), 0)
    point = np.where(points == 1, places[np.minimum(points_before[begins], len(places) - 1)], ends)
    whole, fraction = point - begins, np.maximum(ends - point - 1, 0)
    plain = (points <= 1) & (whole <= WHOLE_DIGITS) & (fraction <= SCALE) & (whole + fraction > 0)
    plain[_rows_with(_no_digits(text) & ~is_point, offsets)] = False
    numbers = np.zeros(len(cells), dtype=np.int64)
    whole[~plain] = fraction[~plain] = 0
    for place in range(int(whole.max(initial=0))):
        digit = text[np.maximum(point - 1 - place, 0)] - ord("0")
        digit[whole <= place] = 0
        numbers += digit * np.int64(10 ** (SCALE + place))
    for place in range(int(fraction.max(initial=0))):
        digit = text[np.minimum(point + 1 + place, len(text) - 1)] - ord("0")
        digit[fraction <= place] = 0
        numbers += digit * np.int64(10 ** (SCALE - 1 - place))
    return numbers, plain


def _no_digits(text: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    return text - ord("0") > ord("9") - ord("0")


def _rows_with(odd: npt.NDArray[np.bool_], offsets: npt.NDArray[np.int32]) -> npt.NDArray[np.intp]:
    """Return the rows that have one of the odd bytes, of which there are few; `offsets` say where rows begin."""
    places = np.flatnonzero(odd[: offsets[-1]])
    rows: npt.NDArray[np.intp] = np.searchsorted(offsets, places[places >= offsets[0]], side="right") - 1
    return rows


def _decimals(nav_e10: npt.NDArray[np.int64], there: npt.NDArray[np.bool_]) -> pa.Decimal128Array:
    """Return numbers as decimals: of the two halves of each the high one is 0."""
    halves = np.zeros((len(nav_e10), 2), dtype=np.int64)
    halves[:, 0] = nav_e10
    valid = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Decimal128Array.from_buffers(NAV_TYPE, len(nav_e10), [valid, pa.py_buffer(halves)])


def read_dates(cells: pa.StringArray) -> pa.Date32Array:
    """Read dates such as `19-Aug-2026`; NULL where a cell is not one. Each distinct cell is read once."""
    coded = pc.fill_null(cells, "").dictionary_encode()
    distinct = pa.array([read_date(cell) for cell in coded.dictionary.to_pylist()], pa.date32())
    return distinct.take(coded.indices)


@lru_cache(maxsize=32_768)
def read_date(cell: str) -> date | None:
    """Read one date of the form DD-Mon-YYYY; None when it is not one, or is no day of any calendar."""
    found = _DATE.fullmatch(cell)
    if found is None:
        return None
    day, month, year = found.groups()
    number = _MONTHS.get(month.lower())
    if number is None:
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def good_codes(cells: pa.StringArray) -> npt.NDArray[np.bool_]:
    """Tell which cells are scheme codes: digits, or a prefix and a number such as SIF-120."""
    cells = pc.fill_null(cells, "")
    offsets, octets = text_buffers(cells)
    sizes = np.diff(offsets)
    good = (sizes >= FEWEST_DIGITS) & (sizes <= MOST_DIGITS)
    # Nearly every code is digits alone: only the others are held against the pattern.
    odd = np.unique(_rows_with(_no_digits(np.frombuffer(octets, dtype=np.uint8)), offsets))
    if len(odd):
        good[odd] = _flags(pc.match_substring_regex(cells.take(pa.array(odd)), _OTHER_CODE))
    return good


def _flags(values: pa.BooleanArray) -> npt.NDArray[np.bool_]:
    flags: npt.NDArray[np.bool_] = values.to_numpy(zero_copy_only=False)
    return flags
