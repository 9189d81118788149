"""The NAV of any scheme on any day, as a closed form: exact, without state, the same however it is asked for."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from munim.replica.hashing import F64, I64, Bools, pair, salted, unit
from munim.replica.population import DIRECT_FROM
from munim.replica.restatements import Restatement, restatements
from munim.replica.schemes import Schemes
from munim.replica.timeline import LAST_DAY, day_number

E8: Final = 10**8
_POWERS: Final = 10 ** np.arange(9, dtype=np.int64)
_DRIFT, _WAVE, _SWING, _NOISE, _BASE, _DECIMALS, _SPLIT, _FORM = range(1, 9)

_YEARLY: Final = {
    "equity": 0.11,
    "fund": 0.11,
    "overseas": 0.12,
    "etf": 0.11,
    "debt": 0.068,
    "single": 0.06,
    "closed": 0.07,
    "liquid": 0.062,
}
_RESTLESS: Final = {
    "equity": 1.0,
    "fund": 0.9,
    "overseas": 1.2,
    "etf": 1.0,
    "debt": 0.05,
    "single": 0.03,
    "closed": 0.04,
    "liquid": 0.0,
}
_SPLITS: Final = ((0.1, 0.010), (0.01, 0.014), (0.72, 0.05))
"""Factor of the NAV, and the share of schemes up to which it applies: two kinds of split, and a fall of commodities."""
_USUAL: Final = 4
"""Decimals of most NAVs; what is given with more is not at par."""
_ABSENT_SHARE: Final = 0.001
_ABSENT_OLD_SHARE: Final = 0.004
_ABSENT_UNTIL: Final = day_number(date(2025, 10, 1))
_OLD_UNTIL: Final = day_number(date(2008, 1, 1))


class Values:
    """NAVs of a universe's schemes, in units of 1e-8 rupees. `rows` index schemes; rows and days broadcast."""

    def __init__(self, seed: int, schemes: Schemes) -> None:
        """Draw each scheme's numbers from its hash."""
        self._schemes = schemes
        self.restatements = restatements(seed)
        restless = np.array([_RESTLESS[kind] for kind in schemes.kind])
        self._drift = np.array([_YEARLY[kind] for kind in schemes.kind]) * (0.7 + 0.6 * self._draw(_DRIFT)) / 365
        self._drift = np.where(schemes.daily, 0.0, self._drift * np.where(schemes.idcw, 0.35, 1.0))
        self._wave = self._draw(_WAVE)
        self._swing = restless * (0.08 + 0.1 * self._draw(_SWING)) * np.where(schemes.daily, 0.0, 1.0)
        self._noise = restless * 0.012 * np.where(schemes.daily, 0.0, 1.0)
        self._base = self._bases()
        self._split_day, self._split = self._splits()
        self.decimals, self.last_decimals = self._precisions()
        form = self._draw(_FORM)
        self.dotted = (form < 0.03) & (self.last_decimals == 0)
        """Schemes whose last NAV is written `10.`."""
        self.trimmed = (form < 0.06) & (self.decimals < 4)
        """Schemes whose NAVs lose their trailing zeros: `551.1`."""
        self._zero = schemes.zero
        self._at_par = (
            np.array([kind == "closed" for kind in schemes.kind]) & schemes.idcw & (self.last_decimals <= _USUAL)
        )

    def first(self, rows: I64, days: I64) -> I64:
        """Return NAVs as first published.

        Additions, multiplications and roundings alone: these give the same bits on every machine and for every
        shape of array, which exp and sin do not promise.
        """
        age = (days - self._schemes.first_day[rows]).astype(np.float64)
        wave = self._wave[rows]
        noise = unit(pair(self._schemes.hash[rows], days)) - 0.5
        growth = self._drift[rows] * age + self._noise[rows] * noise
        growth += self._swing[rows] * (_sine(age / 610 + wave) + 0.35 * _sine(age / 97 + 7 * wave))
        nav = self._base[rows] * _exp(growth)
        nav = np.where(days >= self._split_day[rows], nav * self._split[rows], nav)
        quantum = _POWERS[8 - self.decimals_on(rows, days)]
        scaled = np.rint(nav * (E8 / quantum)).astype(np.int64) * quantum
        at_par = self._at_par[rows] & (days == self._schemes.last_day[rows])
        scaled = np.where(at_par, 10 * E8, scaled)
        return np.where(self._zero[rows], 0, scaled)

    def seen(self, rows: I64, days: I64, second: int) -> I64:
        """Return NAVs as they stand at an instant, as restated where they were by then; one for each pair."""
        nav = self.first(rows, days)
        if not len(nav):
            return nav
        low, high = int(days.min()), int(days.max())
        for day, restatement in self.restatements.items():
            if low <= day <= high and restatement.seen_from <= second:
                at = np.flatnonzero(days == day)
                at = at[self.chosen(restatement, rows[at]) & (nav[at] > 0)]
                nav[at] = self._restated(nav[at], rows[at], days[at], restatement)
        return nav

    def chosen(self, restatement: Restatement, rows: I64) -> Bools:
        """Return whether a restatement is about each scheme."""
        return unit(salted(self._schemes.hash[rows], restatement.salt)) < restatement.share

    def decimals_on(self, rows: I64, days: I64) -> I64:
        """Return how many decimals each NAV is published with; the last NAV of a matured plan has its own."""
        return np.where(days == self._schemes.last_day[rows], self.last_decimals[rows], self.decimals[rows])

    def absent(self, rows: I64, days: I64) -> I64:
        """Return 0 for a number, 1 for `N.A.`, 2 for `#DIV/0!`, 3 for `#N/A`, 4 for `-` (2 to 4 only before 2008)."""
        if int(days.min()) >= _ABSENT_UNTIL:
            return np.zeros(np.broadcast(rows, days).shape, np.int64)
        hashes = self._schemes.hash[rows]
        recent = (unit(salted(hashes, 31)) < _ABSENT_SHARE) & (unit(pair(hashes, days + 9)) < 0.6)
        recent = recent & (days < _ABSENT_UNTIL) & (days < self._schemes.last_day[rows])
        draw = unit(pair(hashes, days + 5))
        old = (draw < _ABSENT_OLD_SHARE) & (days < _OLD_UNTIL)
        return np.where(old, 2 + (draw * 3 / _ABSENT_OLD_SHARE).astype(np.int64), recent.astype(np.int64))

    def _restated(self, nav: I64, rows: I64, days: I64, restatement: Restatement) -> I64:
        quantum = _POWERS[8 - self.decimals_on(rows, days)]
        thousandths = 1 + self._schemes.hash[rows].astype(np.int64) % 4
        steps = 1 + thousandths * (nav // quantum) // 1000
        up = restatement.salt % 2 * 2 - 1
        restated: I64 = nav + steps * quantum * up
        return restated

    def _draw(self, salt: int) -> F64:
        return unit(salted(self._schemes.hash, salt))

    def _bases(self) -> F64:
        kinds = np.array(self._schemes.kind)
        thousand = (kinds == "liquid") | ((kinds == "debt") & (self._draw(_BASE) < 0.3))
        return np.where(thousand, 1000.0, np.where(kinds == "etf", 20 + 180 * self._draw(_BASE), 10.0))

    def _splits(self) -> tuple[I64, F64]:
        draw = self._draw(_SPLIT)
        factor = np.ones(len(draw))
        for value, below in reversed(_SPLITS):
            factor = np.where(draw < below, value, factor)
        spread = self._draw(_SPLIT + 20) * (day_number(LAST_DAY) - DIRECT_FROM)
        return (DIRECT_FROM + spread).astype(np.int64), factor

    def _precisions(self) -> tuple[I64, I64]:
        # One AMC has one way of writing, mostly.
        house = unit(salted((self._schemes.amc + 1).astype(np.uint64), _DECIMALS))
        usual = np.select([house < 0.12, house < 0.27], [3, 2], 4)
        liquid = np.array([kind in ("liquid", "debt") for kind in self._schemes.kind])
        usual = np.where(liquid, 4, usual)
        draw = self._draw(_DECIMALS)
        closed = np.array([kind == "closed" for kind in self._schemes.kind])
        last = np.select([draw < 0.13, draw < 0.2, draw < 0.21, draw < 0.215, draw < 0.216], [0, 8, 7, 6, 5], usual)
        return usual, np.where(closed, last, usual)


def _sine(turns: F64) -> F64:
    """Return a wave of two parabolas for each turn, near enough to a sine."""
    at = 2 * (turns - np.floor(turns)) - 1
    wave: F64 = 4 * at * (1 - np.abs(at))
    return wave


def _exp(x: F64) -> F64:
    """Return (1 + x/1024)**1024, near enough to e**x."""
    y = 1 + x * (1 / 1024)
    for _ in range(10):
        y = y * y
    return y
