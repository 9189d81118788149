"""Reading the numbers, prices and bands of public issues as the sources write them: exactly, and strictly.

Each reader returns None where the source says that there is nothing (null, blank, `-`, `TBA`), and raises `Unreadable`
for what is neither: nothing is guessed, and nothing goes through a float.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from pipelines.ipo_text import clean_text

ABSENT: Final = frozenset({"", "-", "--", "na", "n.a.", "n/a", "nil", "null", "none", "tba", "tbd"})
"""What stands where there is nothing: `-` in 8 of 13 past issues, `TBA` in 11 of 72 GMP rows, null in NSE's JSON."""

LARGEST_COUNT: Final = 2**63 - 1
HIGHEST_PRICE: Final = Decimal(10_000_000)
"""Debt is offered at ₹10,00,000 a unit at most; more than ten times that is a misreading."""
LARGEST_EXPONENT: Final = 18
PRICE_DECIMALS: Final = 4
TIMES_DECIMALS: Final = 24
"""A double in its shortest form has 17 figures: `0.017629973083630127`."""
RUPEE_DECIMALS: Final = 9
LARGEST_AMOUNT: Final = Decimal(10**14)
"""A hundred lakh crore, of rupees or of times: what the columns hold, and more than anything that was ever offered."""

_NUMBER: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]{1,18})(?:\.[0-9]{1,24})?"
"""Western (`66,277,860`) and Indian grouping (`6,62,77,860`), or none."""
_PLAIN: Final = re.compile(_NUMBER)
_SCIENTIFIC: Final = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,24})?)[eE]([+-]?[0-9]{1,2})")
_CURRENCY: Final = r"(?:(?:rs|re|inr)\.?|₹)?\s*"
_UNIT: Final = r"(?:\s*/-)?(?:\s*(?:per|each|a)\b(?:\s+equity)?(?:\s+shares?)?)?\.?"
_PRICE: Final = re.compile(rf"{_CURRENCY}({_NUMBER}){_UNIT}", re.IGNORECASE)
_BAND: Final = re.compile(
    rf"{_CURRENCY}({_NUMBER}){_UNIT}\s*(?:to|-|–|—)\s*{_CURRENCY}({_NUMBER}){_UNIT}", re.IGNORECASE
)
_NOTHING: Final = re.compile(rf"{_CURRENCY}-{{0,2}}\s*%?", re.IGNORECASE)
_LOT: Final = re.compile(
    rf"(?:minimum\s+)?({_NUMBER})(?:\s+(?:equity\s+)?(?:shares?|units?))?(?:\s+and\s+(?:in\s+)?multiples?\b.*)?\.?",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(rf"([+-]?)\s*({_NUMBER})\s*%?")
_GMP: Final = re.compile(
    rf"{_CURRENCY}(?:([+-]?)\s*({_NUMBER})|--?)"
    rf"(?:\s*\(\s*(?:[+-]?{_NUMBER}|-)?\s*%\s*\))?"
    rf"(?:\s*[+-]?{_NUMBER}\s*↓\s*/\s*[+-]?{_NUMBER}\s*↑)?",
    re.IGNORECASE,
)
_CRORE: Final = re.compile(rf"{_CURRENCY}({_NUMBER})\s*(?:crores?|cr)?\.?", re.IGNORECASE)
_AMOUNT: Final = re.compile(
    rf"(?:rs\b\.?|₹)\s*({_NUMBER})\s*(millions?|mn|crores?|cr|lakhs?|lacs?|billions?)\b", re.IGNORECASE
)
_TIMES_RUPEES: Final = {"m": 10**6, "c": 10**7, "l": 10**5, "b": 10**9}


class Unreadable(ValueError):
    """A cell that says something which can't be read; the message names what is due there."""


class Band(NamedTuple):
    """A price band in ₹ a share; both ends are equal where one price is offered."""

    low: Decimal
    high: Decimal


def is_absent(raw: str | None) -> bool:
    """Tell whether a cell says that there is nothing."""
    return raw is None or raw.strip().casefold() in ABSENT


def read_decimal(raw: str | None) -> Decimal | None:
    """Read a number that is not negative: `4340100.0`, `1.6951424805E10`, `6,62,77,860`, `"    99"`."""
    if is_absent(raw):
        return None
    text = (raw or "").strip()
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", ""))
    found = _SCIENTIFIC.fullmatch(text)
    if found is None or abs(int(found[2])) > LARGEST_EXPONENT:
        raise Unreadable("no number")
    return Decimal(text)


def read_count(raw: str | None) -> int | None:
    """Read a count of shares or applications: a whole number, however it is written (`3.1249999E7`)."""
    number = read_decimal(raw)
    if number is None:
        return None
    if number != number.to_integral_value() or number > LARGEST_COUNT:
        raise Unreadable("no whole number")
    return int(number)


def read_times(raw: str | None) -> Decimal | None:
    """Read how often an issue or a category is subscribed, as published: `0.017629973083630127`, `1.12`, `92.36x`."""
    number = read_decimal(raw[:-1] if raw is not None and raw.endswith(("x", "X")) else raw)
    return None if number is None else _fitting(number, TIMES_DECIMALS, "no multiple")


def read_price(raw: str | None) -> Decimal | None:
    """Read one price in ₹: `402`, `Rs.1000`, `29.00`, `"    99"`, `₹299`, `Rs.10 per Equity Share`."""
    text = _words(raw)
    if text is None:
        return None
    found = _PRICE.fullmatch(text)
    if found is None:
        raise Unreadable("no price")
    return _price(found[1])


def read_band(raw: str | None) -> Band | None:
    """Read a price band: `Rs.100 to Rs.105`, `RS.76 to RS.81`, `258.00 - 272.00`; one price is a band of its own.

    Raises `Unreadable` for a band whose low end is above its high end.
    """
    text = _words(raw)
    if text is None:
        return None
    found = _BAND.fullmatch(text)
    if found is None:
        price = read_price(raw)
        return None if price is None else Band(price, price)
    band = Band(_price(found[1]), _price(found[2]))
    if band.low > band.high:
        raise Unreadable("no band: its low end is above its high end")
    return band


def read_lot(raw: str | None) -> int | None:
    """Read a lot of shares: `1600`, `1200 Equity Shares`, `55 Equity Shares and in multiples thereof`."""
    text = _words(raw)
    if text is None:
        return None
    found = _LOT.fullmatch(text)
    lot = read_count(found[1]) if found else None
    if not lot:
        raise Unreadable("no lot")
    return lot


def read_percent(raw: str | None) -> Decimal | None:
    """Read a percentage that may be negative: `16.33%`, `-4.5%`, `10.33`; `-%` is none."""
    text = _words(raw)
    if text is None:
        return None
    found = _PERCENT.fullmatch(text)
    if found is None:
        raise Unreadable("no percentage")
    return _signed(found[1], found[2])


def read_gmp(raw: str | None) -> Decimal | None:
    """Read a grey-market premium in ₹, which may be negative: `₹25`, `₹-3`, `&#8377;<b>110</b> (10.33%)`.

    `₹-`, `₹--` and `₹-- (0.00%)` are none: nobody deals in it, which is no premium of 0.
    """
    text = _words(raw)
    if text is None:
        return None
    found = _GMP.fullmatch(text)
    if found is None:
        raise Unreadable("no premium")
    return None if found[2] is None else _signed(found[1] or "", found[2])


def read_crore(raw: str | None) -> Decimal | None:
    """Read an amount in ₹ crore as ₹: `36.89`, `&#8377;451.00 Cr`."""
    text = _words(raw)
    if text is None:
        return None
    found = _CRORE.fullmatch(text)
    if found is None:
        raise Unreadable("no amount in crore")
    return _rupees(found[1], 10**7)


def read_issue_amount(raw: str | None) -> Decimal | None:
    """Read the rupees of NSE's sentence about an issue's size; None where it counts shares, or counts both.

    `Fresh issue aggregating up to Rs. 3,200 million and Offer for Sale aggregating up to Rs. 2,320 million (including
    Anchor investor portion of 60,88,233 Equity shares)` is ₹5,52,00,00,000. What stands in parentheses is part of it.
    """
    text = re.sub(r"\([^()]*\)", " ", _words(raw) or "")
    amounts = list(_AMOUNT.finditer(text))
    rest = _AMOUNT.sub(" ", text)
    if not amounts or re.search(r"\d", rest):
        # A number that is left over may be part of the size: half of it would be a wrong one.
        return None
    return sum((_rupees(one[1], _TIMES_RUPEES[one[2][0].casefold()]) for one in amounts), start=Decimal(0))


def _words(raw: str | None) -> str | None:
    """Return a cell's cleaned text, without quotes around it; None where it says that there is nothing."""
    text = (clean_text(raw) or "").strip('"').strip()
    return None if is_absent(text) or _NOTHING.fullmatch(text) else text


def _price(digits: str) -> Decimal:
    price = Decimal(digits.replace(",", ""))
    if not 0 < price <= HIGHEST_PRICE:
        raise Unreadable("no price that a share can have")
    return _fitting(price, PRICE_DECIMALS, "no price")


def _rupees(digits: str, unit: int) -> Decimal:
    """Return an amount in ₹ from one in lakh, crore, million or billion; exact, for its figures are few enough."""
    amount = _fitting(Decimal(digits.replace(",", "")), RUPEE_DECIMALS, "no amount")
    return _fitting(amount * unit, 2, "no amount")


def _signed(sign: str, digits: str) -> Decimal:
    number = _fitting(Decimal(digits.replace(",", "")), PRICE_DECIMALS, "no amount")
    return -number if sign == "-" else number


def _fitting(number: Decimal, decimals: int, what: str) -> Decimal:
    """Return a number whose decimals its column can hold: rounding it would be another number."""
    # Not normalize(): it rounds to the 28 figures of the context.
    if number >= LARGEST_AMOUNT or len(f"{number:f}".partition(".")[2].rstrip("0")) > decimals:
        raise Unreadable(f"{what} below 10^14 with {decimals} decimals or fewer")
    return number
