"""The made exchanges' securities: symbols that change, ISINs that change with splits, listings, series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from munim.replica.draws import Draws
from munim.replica.ipo_words import TRADES
from munim.replica.isin import check_digit
from munim.replica.sessions import sessions

FIRST_SESSION: Final = date(2014, 1, 1)
LAST_SESSION: Final = date(2031, 12, 31)
"""Prices are made between these days."""

SECURITIES: Final = 2_500
_HEADS: Final = ("Aditi", "Bharat", "Chandra", "Deccan", "Eastern", "Flora", "Ganga", "Hind", "Indo", "Jaya", "Kaveri",
                 "Lakshmi", "Malwa", "Narmada", "Orient", "Prabhat", "Rajdhani", "Sagar", "Tapti", "Udaya", "Vindhya",
                 "Western", "Yamuna", "Zenith")  # fmt: skip
_SPLITS: Final = ((10, 5), (10, 2), (10, 1), (5, 1), (2, 1))
"""Face values before and after, ₹."""
_BONUSES: Final = ((1, 1), (2, 1), (1, 2), (3, 1))
"""New shares for shares held."""


@dataclass(frozen=True)
class Change:
    """A split or a bonus: from `ex_date` on there are `after` shares where there were `before`.

    `face_values` are those before and after a split, ₹; None of a bonus.
    """

    ex_date: date
    subject: str
    after: int
    before: int
    face_values: tuple[int, int] | None = None


@dataclass(frozen=True)
class Security:
    """A made security; `former_symbol` is what it was called before `renamed_on`, None where it never was."""

    number: int
    symbol: str
    former_symbol: str | None
    renamed_on: date | None
    name: str
    series: str
    listed_on: date
    changes: tuple[Change, ...]

    @property
    def scrip_code(self) -> str:
        """BSE's code."""
        return str(500_000 + self.number)

    def symbol_on(self, day: date) -> str:
        """Return what it is called on a day."""
        if self.former_symbol is not None and self.renamed_on is not None and day < self.renamed_on:
            return self.former_symbol
        return self.symbol

    def isin_on(self, day: date) -> str:
        """Return its ISIN on a day: a split makes a new one."""
        splits = sum(one.ex_date <= day for one in self.changes if one.face_values is not None)
        body = f"INE{_letters(self.number)}01{splits + 1:03d}"[:11]
        return f"{body}{check_digit(body)}"

    def face_value_on(self, day: date) -> int:
        """Return its face value on a day, ₹."""
        value = 10
        for one in self.changes:
            if one.face_values is not None:
                value = one.face_values[one.ex_date <= day]
        return value


@cache
def made_sessions() -> tuple[date, ...]:
    """Return all sessions that have prices, in order."""
    return tuple(sessions(FIRST_SESSION, LAST_SESSION))


@cache
def securities(seed: int, count: int = SECURITIES) -> tuple[Security, ...]:
    """Return the securities of a seed; the first ones are the largest."""
    draws = Draws(seed)
    taken: set[str] = set()
    return tuple(_security(draws, number, taken) for number in range(count))


def _security(draws: Draws, number: int, taken: set[str]) -> Security:
    head = _HEADS[number % len(_HEADS)]
    trade = TRADES[int(draws.unit("trade", number) * len(TRADES))].replace("&", "and")
    symbol = _symbol(f"{head}{trade}", number, taken)
    renamed = draws.unit("renamed", number) < 0.08
    former = _symbol(f"{head[:4]}{trade[::-1]}", number, taken) if renamed else None
    return Security(
        number,
        symbol,
        former,
        _day(draws, "renamed-on", number) if renamed else None,
        f"{head} {trade} {number} Limited",
        _series(draws.unit("series", number)),
        _day(draws, "listed", number, until=0.9) if draws.unit("late", number) < 0.2 else FIRST_SESSION,
        _changes(draws, number),
    )


def _series(share: float) -> str:
    """Four in five are of EQ; BE is not settled in netted quantities, SM is of small companies, N1 a bond."""
    for series, until in (("EQ", 0.8), ("BE", 0.88), ("SM", 0.97), ("N1", 0.99)):
        if share < until:
            return series
    return "GB"


def _changes(draws: Draws, number: int) -> tuple[Change, ...]:
    """One in four splits once, one in five gives a bonus, of those years."""
    found = []
    if draws.unit("splits", number) < 0.25:
        old, new = _SPLITS[int(draws.unit("split", number) * len(_SPLITS))]
        to = f"{'Re' if new == 1 else 'Rs'} {new}/-"
        subject = f"Face Value Split (Sub-Division) - From Rs {old}/- Per Share To {to} Per Share"
        found.append(Change(_day(draws, "split-on", number), subject, old // new, 1, (old, new)))
    if draws.unit("bonuses", number) < 0.2:
        new, held = _BONUSES[int(draws.unit("bonus", number) * len(_BONUSES))]
        found.append(Change(_day(draws, "bonus-on", number), f"Bonus {new}:{held}", new + held, held))
    return tuple(sorted(found, key=lambda one: (one.ex_date, one.subject)))


def _day(draws: Draws, what: str, number: int, until: float = 1.0) -> date:
    days = made_sessions()
    return days[int(draws.between(0.02, until, what, number) * (len(days) - 1))]


def _symbol(words: str, number: int, taken: set[str]) -> str:
    letters = "".join(letter for letter in words.upper() if letter.isalpha())[:7]
    symbol = letters if letters not in taken else f"{letters[:6]}{number}"
    taken.add(symbol)
    return symbol


def _letters(number: int) -> str:
    """Return three digits and a letter of an issuer, as NSDL gives them."""
    return f"{number % 1000:03d}{chr(ord('A') + number // 1000 % 26)}"
