"""Days and NAVs as Python's own, from the numbers that they are kept as: what was made once is given again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

MOST = 100_000
"""So many are remembered: some 270 years of days; and the NAVs of all schemes, several times over."""

_EPOCH = date(1970, 1, 1).toordinal()
_E10 = Decimal("1e-10")


class _Dates(dict[int, date]):
    def __missing__(self, day: int) -> date:
        if len(self) >= MOST:
            self.clear()
        self[day] = made = date.fromordinal(_EPOCH + day)
        return made


class _Navs(dict[int, Decimal]):
    def __missing__(self, nav_e10: int) -> Decimal:
        if len(self) >= MOST:
            self.clear()
        self[nav_e10] = made = Decimal(nav_e10) * _E10
        return made


dates = _Dates()
"""The date of a number of days since 1970-01-01."""

navs = _Navs()
"""The NAV of a number of ten-billionths; with ten decimals, zeros or not. From question to question most stay."""
