"""Made ISINs in the form that NSDL gives to Indian funds, with the check digit of ISO 6166."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AS_NUMBERS: Final = {ord(letter): str(10 + place) for place, letter in enumerate(ALPHABET[10:])}
_DOUBLED: Final = str.maketrans("0123456789", "0246813579")


def check_digit(body: str) -> int:
    """Return the check digit of the first eleven characters: letters count as 10 to 35, then Luhn."""
    digits = body.translate(_AS_NUMBERS)
    return -(sum(map(int, digits[::-2].translate(_DOUBLED))) + sum(map(int, digits[-2::-2]))) % 10


def issue(issuer: str, serial: int) -> str:
    """Return the ISIN of an issuer's serial-th paper; `issuer` is three characters."""
    low = ALPHABET[serial % 36] + ALPHABET[serial // 36 % 36]
    body = f"INF{issuer}K{serial // 1296 % 100:02d}{low}"
    return f"{body}{check_digit(body)}"
