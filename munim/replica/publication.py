"""What is out at an instant: which schemes are on file, and the newest day of each that has appeared."""

from __future__ import annotations

from typing import Final

import numpy as np

from munim.replica.hashing import I64, Bools, salted, unit
from munim.replica.schemes import Schemes
from munim.replica.timeline import DAY, business, published_at

_IST_OFFSET: Final = 19_800
_AHEAD, _BACK = 2, 15
"""Days around an instant between which publication has to be looked at; before them all is out."""
_FORWARD_SHARE: Final = 0.5
_SLOW_SHARE: Final = 0.65
"""Of overseas funds: those whose NAV waits for markets that close in India's night."""
_FORWARD, _SLOW = 201, 202


def ist_day(second: int) -> int:
    """Return the day number in India at a second."""
    return (second + _IST_OFFSET) // DAY


class Publication:
    """When each scheme's NAVs appear. `rows` index schemes; rows and days broadcast."""

    def __init__(self, schemes: Schemes) -> None:
        """Work out which schemes publish on every day, before the day, or late in the morning."""
        self._schemes = schemes
        self.every_day = np.array([kind == "liquid" for kind in schemes.kind])
        self.forward = self.every_day & (unit(salted(schemes.hash, _FORWARD)) < _FORWARD_SHARE)
        overseas = np.array([kind == "overseas" for kind in schemes.kind])
        metal = np.array(["Gold and Silver Fund of" in base for base in schemes.base.to_pylist()])
        self.slow = (overseas & (unit(salted(schemes.hash, _SLOW)) < _SLOW_SHARE)) | metal

    def has_nav(self, rows: I64, days: I64) -> Bools:
        """Return whether there is a NAV of each scheme for each day at all, published by now or not."""
        alive = (days >= self._schemes.first_day[rows]) & (days <= self._schemes.last_day[rows])
        exists: Bools = alive & (business(days) | self.every_day[rows])
        return exists

    def visible(self, rows: I64, days: I64, second: int) -> Bools:
        """Return whether there is a NAV of each scheme for each day, and it is out."""
        exists = self.has_nav(rows, days)
        if int(days.max()) < ist_day(second) - _BACK:
            return exists
        schemes = self._schemes
        return exists & (published_at(schemes.hash[rows], self.slow[rows], self.forward[rows], days) <= second)

    def listed(self, second: int) -> I64:
        """Return the schemes that have begun and not vanished, in the order of their codes."""
        today = ist_day(second)
        begun = self._schemes.first_day <= today + _AHEAD
        return np.flatnonzero(begun & (self._schemes.vanish_day > today))

    def latest_days(self, second: int) -> tuple[I64, I64]:
        """Return the schemes that the file has at an instant, and the newest day of each."""
        rows = self.listed(second)
        today = ist_day(second)
        last = self._schemes.last_day[rows]
        newest = np.where(last < today - _BACK, last, 0)
        open_rows = np.flatnonzero(newest == 0)
        for day in range(today + _AHEAD, today - _BACK - 1, -1):
            out = self.visible(rows[open_rows], np.array([day]), second)
            newest[open_rows[out]] = day
            open_rows = open_rows[~out]
        found = newest > 0
        return rows[found], newest[found]
