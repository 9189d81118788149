"""Reading the three cells of a NAV row that are not names: code, date and NAV. Strict: what is not plain is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy.typing as npt

NAV_TYPE = pa.decimal128(20, 10)

ABSENT = ("", "-", "N.A.", "N.A", "NA", "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "NULL")
"""What AMFI writes where there is no NAV: N.A. (1-18 a file until 2025-10-01, 67 in 2017), the others in history."""

OLDEST_DATE = date(1964, 7, 1)
"""UTI's first scheme, the oldest in India: an earlier date is a misreading."""

_PLAIN_NUMBER = r"^(\d{1,8}(\.\d{0,10})?|\.\d{1,10})$"
_CODE = r"^(\d{4,9}|[A-Z]{2,6}-\d{1,6})$"
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
    plain = _flags(pc.match_substring_regex(cells, _PLAIN_NUMBER))
    absent, negative, unreadable = (np.zeros(len(cells), dtype=bool) for _ in range(3))
    # Nearly every cell is plain: only the odd ones are looked at further.
    odd = np.flatnonzero(~plain)
    if len(odd):
        words = cells.take(pa.array(odd))
        absent[odd] = _flags(pc.is_in(pc.utf8_upper(words), value_set=pa.array(ABSENT)))
        negative[odd] = _flags(pc.match_substring_regex(words, r"^-(\d+\.?\d*|\.\d+)$"))
        unreadable[odd] = ~absent[odd] & ~negative[odd]
        cells = pc.if_else(pa.array(plain), cells, pa.scalar(None, pa.string()))
    # Arrow reads neither a bare point in front nor one behind.
    if pc.any(pc.starts_with(cells, ".")).as_py():
        cells = pc.replace_substring_regex(cells, r"^\.", "0.")
    if pc.any(pc.ends_with(cells, ".")).as_py():
        cells = pc.replace_substring_regex(cells, r"\.$", "")
    return NavCells(cells.cast(NAV_TYPE), absent, negative, unreadable)


def read_dates(cells: pa.StringArray) -> pa.Date32Array:
    """Read dates such as `19-Aug-2026`; NULL where a cell is not one. Each distinct cell is read once."""
    coded = pc.fill_null(cells, "").dictionary_encode()
    distinct = pa.array([read_date(cell) for cell in coded.dictionary.to_pylist()], pa.date32())
    return distinct.take(coded.indices)


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
    return _flags(pc.match_substring_regex(pc.fill_null(cells, ""), _CODE))


def _flags(values: pa.BooleanArray) -> npt.NDArray[np.bool_]:
    flags: npt.NDArray[np.bool_] = values.to_numpy(zero_copy_only=False)
    return flags
