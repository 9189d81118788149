"""ISINs: form and check digit (ISO 6166).

An ISIN is a country code of two letters, nine letters or digits, and a check digit. AMFI's two
ISIN columns hold other things too: `-` or blank where there is none, and in every recorded file
of 2025 and 2026 between 10 and 13 cells of junk (`Redeemed`, `HDFCNIVODG`, ISINs with a letter
lost); in 2017 also `NOTAPP`, `#N/A`, the letter O typed for a zero.
"""

import re
from string import ascii_uppercase
from typing import Final, Literal

IsinNote = Literal["isin_form", "isin_check_digit", "isin_lower_case"]

_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_ABSENT: Final = frozenset({"", "-"})
_LETTERS_AS_NUMBERS: Final = {ord(letter): str(number) for number, letter in enumerate(ascii_uppercase, start=10)}
_DOUBLED: Final = str.maketrans("0123456789", "0246813579")  # twice the digit, its own digits added


def clean_isin(raw: str | None) -> tuple[str | None, IsinNote | None]:
    """Return the valid ISIN, or None; and a note on its quality, or None.

    White space around it is dropped. None, blank and `-` are absent: (None, None). What is
    not of the form, or whose check digit is wrong, is (None, "isin_form" or
    "isin_check_digit"). A valid ISIN in lower case is returned in upper case with the note
    "isin_lower_case".
    """
    text = raw.strip() if raw else ""
    if text in _ABSENT:
        return None, None
    isin = text.upper()
    if not text.isascii() or not _ISIN.fullmatch(isin):
        return None, "isin_form"
    if not _has_valid_check_digit(isin):
        return None, "isin_check_digit"
    return isin, None if isin == text else "isin_lower_case"


def _has_valid_check_digit(isin: str) -> bool:
    """Tell whether the ISIN passes Luhn's test, its letters read as numbers (A = 10)."""
    digits = isin.translate(_LETTERS_AS_NUMBERS)
    luhn = digits[::-2] + digits[-2::-2].translate(_DOUBLED)
    return sum(map(int, luhn)) % 10 == 0
