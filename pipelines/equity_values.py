"""Reading the cells of the exchanges' files: exact decimals, counts, dates and ISINs; what is not plain is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.nav_rows import one_array

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

PRICE_TYPE = pa.decimal128(18, 4)
VALUE_TYPE = pa.decimal128(24, 4)
PERCENT_TYPE = pa.decimal128(9, 4)

ABSENT = ("", "-")

_COUNT = r"^\d{1,18}(\.0+)?$"
_ISIN = r"^[A-Z]{2}[A-Z0-9]{9}[0-9]$"
_ISIN_LENGTH = 12

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_WORDY = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DIGITS = re.compile(r"(\d{2})-(\d{2})-(\d{4})")
FIRST_SHORT_YEAR = 70
"""`08-Jan-02` is of 2002, `03-MAY-95` would be of 1995: NSE began in 1994, its companies' listings at BSE earlier."""

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Cells:
    """A column's values, NULL where there is none, and which cells hold something that can't be read."""

    values: pa.Array
    unreadable: Flags


def strings(column: pd.Series) -> pa.StringArray:
    """Return a column as Arrow strings, "" where it is missing."""
    return pc.fill_null(one_array(pa.array(column, from_pandas=True)).cast(pa.string()), "")


def read_numbers(cells: pa.StringArray, kind: pa.DataType) -> Cells:
    """Read a column of decimals or of int64, as its type says."""
    return read_counts(cells) if kind == pa.int64() else read_decimals(cells, kind)


def read_decimals(cells: pa.StringArray, kind: pa.Decimal128Type) -> Cells:
    """Read numbers exactly: `23270.6`, `.23`, `-0.4`; `-` and blank are NULL. Nothing goes through a float.

    A number with more decimals than the type's scale, a thousands separator or an exponent is unreadable: nothing is
    rounded.
    """
    number = rf"^-?(\d{{1,{kind.precision - kind.scale}}}(\.\d{{0,{kind.scale}}}0*)?|\.\d{{1,{kind.scale}}}0*)$"
    plain, unreadable = _told(cells, number)
    kept = pc.if_else(plain, cells, pa.scalar(None, pa.string()))
    # Arrow reads neither a bare point in front nor one behind, nor more decimals than the scale, be they zeros.
    if pc.any(pc.match_substring_regex(kept, rf"^-?\.|\.$|\.\d{{{kind.scale + 1}}}")).as_py():
        kept = pc.replace_substring_regex(kept, r"^(-?)\.", r"\10.")
        kept = pc.replace_substring_regex(kept, rf"(\.\d{{{kind.scale}}})0+$", r"\1")
        kept = pc.replace_substring_regex(kept, r"\.$", "")
    return Cells(kept.cast(kind), unreadable)


def read_counts(cells: pa.StringArray) -> Cells:
    """Read counts as int64: the largest quantity recorded is 3,048,578,949. `-` and blank are NULL.

    `754.0` is 754: so a table writes it that was once printed again by pandas.
    """
    plain, unreadable = _told(cells, _COUNT)
    kept = pc.if_else(plain, cells, pa.scalar(None, pa.string()))
    if pc.any(pc.match_substring(kept, ".")).as_py():
        kept = pc.replace_substring_regex(kept, r"\.0+$", "")
    return Cells(kept.cast(pa.int64()), unreadable)


def read_isins(cells: pa.StringArray) -> Cells:
    """Read ISINs whose form and check digit are right (ISO 6166); `-` and blank are NULL, others unreadable."""
    formed, unreadable = _told(cells, _ISIN)
    places = np.flatnonzero(formed.to_numpy(zero_copy_only=False))
    right = np.zeros(len(cells), dtype=bool)
    if len(places):
        text = "".join(cells.take(pa.array(places)).to_pylist()).encode()
        right[places] = _check_digits(np.frombuffer(text, np.uint8).reshape(-1, _ISIN_LENGTH).astype(np.int64))
    unreadable |= formed.to_numpy(zero_copy_only=False) & ~right
    return Cells(pc.if_else(pa.array(right), cells, pa.scalar(None, pa.string())), unreadable)


def read_dates(cells: pa.StringArray) -> Cells:
    """Read dates in any of the ways of `read_date`; `-` and blank are NULL. Each distinct cell is read once."""
    coded = cells.dictionary_encode()
    words = coded.dictionary.to_pylist()
    days = [read_date(word) for word in words]
    odd = np.array([day is None and word not in ABSENT for day, word in zip(days, words, strict=True)], dtype=bool)
    codes = coded.indices.to_numpy()
    return Cells(pa.array(days, pa.date32()).take(coded.indices), odd[codes] if len(odd) else odd)


def read_date(cell: str) -> date | None:
    """Read `08-JUL-2024`, `3-Nov-1994`, `15-May-26`, `2024-07-08` or `17-09-2026`; None when it is none of them."""
    if found := _WORDY.fullmatch(cell):
        day, word, year = found.groups()
        month = _MONTHS.get(word.lower(), 0)
    elif found := _ISO.fullmatch(cell):
        year, month, day = found[1], int(found[2]), found[3]
    elif found := _DIGITS.fullmatch(cell):
        day, month, year = found[1], int(found[2]), found[3]
    else:
        return None
    try:
        return date(_whole_year(year), month, int(day))
    except ValueError:
        return None


def _whole_year(year: str) -> int:
    number = int(year)
    if len(year) > 2:  # noqa: PLR2004 - two digits
        return number
    return number + (1900 if number >= FIRST_SHORT_YEAR else 2000)


def _told(cells: pa.StringArray, form: str) -> tuple[pa.BooleanArray, Flags]:
    """Tell which cells have a form, and which neither have it nor are absent."""
    plain = pc.match_substring_regex(cells, form)
    absent = pc.is_in(cells, value_set=pa.array(ABSENT))
    return plain, pc.invert(pc.or_(plain, absent)).to_numpy(zero_copy_only=False).copy()


def _check_digits(characters: npt.NDArray[np.int64]) -> Flags:
    """Tell which rows of 12 characters pass Luhn's test, a letter read as two digits (A = 10)."""
    is_letter = characters >= ord("A")
    number = np.where(is_letter, characters - ord("A") + 10, characters - ord("0"))
    widths = np.where(is_letter, 2, 1)
    # How many digits stand to the right of each character's last one: every second digit is doubled.
    behind = widths[:, ::-1].cumsum(axis=1)[:, ::-1] - widths
    doubled = behind % 2 == 1
    units, tens = number % 10, number // 10
    total = np.where(doubled, _twice(units), units) + np.where(doubled, tens, _twice(tens))
    passes: Flags = total.sum(axis=1) % 10 == 0
    return passes


def _twice(digits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return twice each digit, its own digits added."""
    doubled = 2 * digits
    return np.where(doubled > 9, doubled - 9, doubled)  # noqa: PLR2004 - the largest digit
