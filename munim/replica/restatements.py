"""Which published NAVs are replaced, and when: on 17 of 370 days, one of them with over 1,500 rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Final

import numpy as np

from munim.replica.timeline import DAY, HOUR, LAST_DAY, day_number, last_business

_FIRST_SUNDAY: Final = day_number(date(2006, 4, 9))
_WEEKS: Final = 53
"""A period of 371 days, as near to the 370 that were measured as whole weeks come."""
_PER_PERIOD: Final = 17
_LARGE: Final = 0.2
"""Share of the schemes with a NAV that day that the one large day of a period replaces: 1,589 rows were seen."""


@dataclass(frozen=True)
class Restatement:
    """From second `seen_from`, a share of the NAVs dated `day` are others."""

    day: int
    seen_from: int
    share: float
    salt: int


@cache
def restatements(seed: int) -> dict[int, Restatement]:
    """Return every restatement by the day whose NAVs it replaces.

    They come on Sunday noon for the Friday before: three mornings' files carry that date, so that whoever reads
    only the daily file can see a value change, as in AMFI's files.
    """
    found = {}
    period = 0
    while _FIRST_SUNDAY + 7 * _WEEKS * (period + 1) < day_number(LAST_DAY):
        random = Random(seed * 7919 + period)
        weeks = random.sample(range(_WEEKS), _PER_PERIOD)
        for number, week in enumerate(weeks):
            sunday = _FIRST_SUNDAY + 7 * (period * _WEEKS + week)
            share = _LARGE if number == 0 else random.randint(3, 40) / 8_700
            day = int(last_business(np.array([sunday]))[0])
            found[day] = Restatement(day, sunday * DAY + 6 * HOUR + HOUR // 2, share, 1000 + sunday)
        period += 1
    return found
