"""What each made security does in a session: any session by itself, and its previous close is the last one's close."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from munim.core.errors import RequestWrong
from munim.replica.equity_population import SECURITIES, Security, made_sessions, securities
from munim.replica.hashing import F64, I64, U64, pair, salted, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCALES: Final = ((512, 1.2), (128, 0.5), (32, 0.2), (8, 0.08), (1, 0.02))
"""Periods in sessions of the waves that a price is made of, and how far each goes (of the logarithm)."""


@dataclass(frozen=True)
class SessionPrices:
    """A session's rows, an element a security that trades; prices in paise, `value` in ₹ hundredths."""

    day: date
    traded: Sequence[Security]
    open: I64
    high: I64
    low: I64
    close: I64
    last: I64
    previous_close: I64
    volume: I64
    trades: I64
    delivered: I64

    @property
    def average(self) -> I64:
        """The average price of the day's trades, in paise."""
        return (self.open + self.high + self.low + self.close) // 4

    @property
    def value(self) -> I64:
        """What was traded, in paise."""
        return self.average * self.volume


@lru_cache(maxsize=16)
def session_prices(seed: int, day: date, count: int = SECURITIES) -> SessionPrices:
    """Return a session. Raises `RequestWrong` for a day that is none, or of which no prices are made."""
    days = made_sessions()
    place = bisect_left(days, day)
    if place == len(days) or days[place] != day or place == 0:
        raise RequestWrong(f"{day} is no session of the made exchanges")
    traded = _traded(seed, count, place)
    rows = np.array([one.number for one in traded], dtype=np.int64)
    keys = _keys(seed, rows)
    close = _closes(seed, count, place)[rows]
    before = _closes(seed, count, place - 1)[rows]
    opened = np.maximum(np.round(before * _factor(traded, day) * (0.99 + 0.02 * _draw(keys, place, 1))), 5).astype(
        np.int64
    )
    high = np.maximum(np.maximum(opened, close) + (close * 0.02 * _draw(keys, place, 2)).astype(np.int64), 5)
    low = np.maximum(np.minimum(opened, close) - (close * 0.02 * _draw(keys, place, 3)).astype(np.int64), 5)
    volume = _volumes(keys, place)
    trades = np.maximum(volume // 60, 1)
    delivered = (volume * (0.2 + 0.6 * _draw(keys, place, 5))).astype(np.int64)
    last = np.clip(close + np.round(close * 0.002 * (_draw(keys, place, 6) - 0.5)).astype(np.int64), low, high)
    return SessionPrices(day, traded, opened, high, low, close, last, before, volume, trades, delivered)


def _traded(seed: int, count: int, place: int) -> list[Security]:
    """Return what trades: what is listed, and of one in ten securities on some days only."""
    every = securities(seed, count)
    day = made_sessions()[place]
    draws = _draw(_keys(seed, np.arange(count)), place, 7)
    return [one for one in every if one.listed_on <= day and (one.number % 10 != 9 or draws[one.number] < 0.7)]


@lru_cache(maxsize=32)
def _closes(seed: int, count: int, place: int) -> I64:
    """Return every security's close in paise: a walk of its own, times what later splits make of it.

    A security that did not trade has the close of that day all the same: nobody sees it but as a previous close.
    """
    keys = _keys(seed, np.arange(count))
    logarithm = np.log(_bases(seed, count))
    for number, (period, far) in enumerate(_SCALES):
        node, rest = divmod(place, period)
        begin, end = (unit(pair(salted(keys, 20 + number), np.full(count, node + step))) for step in (0, 1))
        logarithm += far * (begin + (end - begin) * rest / period - 0.5)
    shares = _shares_after(seed, count, made_sessions()[place])
    return np.maximum(np.round(np.exp(logarithm) * shares * 100), 5).astype(np.int64)


def _shares_after(seed: int, count: int, day: date) -> F64:
    """Return today's shares for one of that day: by splits and bonuses that come after it."""
    factors = np.ones(count)
    for number, ex_date, after, before in _all_changes(seed, count):
        if ex_date > day:
            factors[number] *= after / before
    return factors


@cache
def _all_changes(seed: int, count: int) -> tuple[tuple[int, date, int, int], ...]:
    return tuple(
        (one.number, change.ex_date, change.after, change.before)
        for one in securities(seed, count)
        for change in one.changes
    )


def _factor(traded: Sequence[Security], day: date) -> F64:
    """Return what a split or a bonus of that day makes of the price of the day before."""
    factors = np.ones(len(traded))
    for place, one in enumerate(traded):
        for change in one.changes:
            if change.ex_date == day:
                factors[place] *= change.before / change.after
    return factors


@cache
def _bases(seed: int, count: int) -> F64:
    return np.exp(3 + 4 * unit(salted(_keys(seed, np.arange(count)), 11)))


def _volumes(keys: U64, place: int) -> I64:
    """Return volumes, from some hundred to some million; one row in fifty has eight times its usual."""
    usual = np.exp(6 + 8 * unit(salted(keys, 12)))
    today = np.exp(1.2 * (_draw(keys, place, 4) - 0.5))
    spike = np.where(_draw(keys, place, 8) < 0.02, 8.0, 1.0)
    volumes: I64 = np.maximum(usual * today * spike, 1).astype(np.int64)
    return volumes


def _keys(seed: int, numbers: I64) -> U64:
    return pair(np.uint64(seed) * np.ones(len(numbers), dtype=np.uint64), numbers)


def _draw(keys: U64, place: int, salt: int) -> F64:
    return unit(pair(salted(keys, 40 + salt), np.full(len(keys), place)))
