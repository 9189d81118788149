"""The made population: who is there on 2025-07-16, who comes after, who ends, who vanishes, who moves to new headings.

Counts are per 14,000 schemes and 370 days, as measured on 371 of AMFI's daily files (2025-07-16 to 2026-08-22).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random
from typing import Final

from munim.replica.families import NEVER, Family, Namer, Share, category_of, shares_of
from munim.replica.taxonomy import CATEGORIES, DEAD, NEW_ONLY, Category
from munim.replica.timeline import FIRST_DAY, day_number, is_business, to_date

CHURN_FROM: Final = day_number(date(2025, 7, 16))
CHURN_TO: Final = day_number(date(2031, 12, 31))
MOVES_FROM: Final = day_number(date(2026, 6, 1))
CUT_DAY: Final = day_number(date(2026, 8, 20))
DIRECT_FROM: Final = day_number(date(2013, 1, 1))

_PERIOD: Final = 370
_NEW, _VANISHED_DEAD, _VANISHED_LIVING, _ENDED = 835, 490, 211, 165
_DEAD_DATES: Final = 868
_ZERO_DEAD, _ZERO_LIVING = 130, 111
# Rows of one file by the year of their date, less those of the running year.
_DEAD_YEARS: Final = {
    2008: 1, 2012: 5, 2013: 5, 2014: 18, 2015: 127, 2016: 297, 2017: 794, 2018: 636, 2019: 515, 2020: 839, 2021: 952,
    2022: 1176, 2023: 262, 2024: 129, 2025: 110,
}  # fmt: skip


def populate(seed: int, schemes: int) -> list[Family]:
    """Return every family of a universe that has `schemes` schemes on file on 2025-07-16."""
    random = Random(seed)
    namer = Namer(random)
    scale = schemes / 14_000
    dead = list(_dead(random, namer, scale))
    living = list(_living(random, namer, schemes - _size(dead)))
    _give_debt_fund(living[-1], namer)
    _mark_zero(random, dead, living, scale)
    _end(random, living, scale)
    _vanish(random, dead, _VANISHED_DEAD * scale / _PERIOD)
    _vanish(random, [one for one in living if one.last_day == NEVER], _VANISHED_LIVING * scale / _PERIOD)
    new = list(_newcomers(random, namer, scale))
    _move_headings(random, living + new)
    return dead + living + new


def _size(families: Iterable[Family]) -> int:
    return sum(len(family.shares) for family in families)


def _give_debt_fund(family: Family, namer: Namer) -> None:
    """Give the AMC whose name ends in parentheses its one fund."""
    family.amc, family.base = namer.debt_fund_house, "K&N Infrastructure Debt Fund Series 1-A"


def _dead(random: Random, namer: Namer, scale: float) -> Iterator[Family]:
    dates = _dead_dates(random, max(20, round(_DEAD_DATES * scale)))
    given = 0
    for (structure, label), count in DEAD.items():
        category = category_of(structure, label)
        for shares in _until(random, category, round(count * scale)):
            # Each date once, then the rest on a few days on which many plans matured together.
            last = dates[given] if given < len(dates) else dates[int(len(dates) * random.random() ** 3)]
            given += 1
            amc, base = namer.family(category)
            segregated = category.kind in ("debt", "liquid")
            base = (
                f"{base} (Segregated - {random.randint(1, 28):02d}{random.randint(1, 12):02d}2020)"
                if segregated
                else base
            )
            first = max(day_number(FIRST_DAY), last - random.randint(84, 1900))
            yield Family(amc, category, base, shares, first, last)


def _dead_dates(random: Random, count: int) -> list[int]:
    total = sum(_DEAD_YEARS.values())
    days: list[int] = []
    for year, rows in _DEAD_YEARS.items():
        first = day_number(date(year, 1, 1))
        length = 180 if year == 2025 else 365
        possible = [number for number in range(first, first + length) if is_business(to_date(number))]
        days += random.sample(possible, min(len(possible), max(1, round(count * rows / total))))
    random.shuffle(days)
    return days


def _living(random: Random, namer: Namer, count: int) -> Iterator[Family]:
    weights = sum(category.weight for category in CATEGORIES)
    left = count
    for category in CATEGORIES:
        wanted = min(left, max(1, round(count * category.weight / weights)))
        if category is CATEGORIES[-1]:
            wanted = left
        for shares in _until(random, category, wanted):
            left -= len(shares)
            amc, base = namer.family(category)
            yield Family(amc, category, base, shares, _launch(random))


def _until(random: Random, category: Category, count: int) -> Iterator[list[Share]]:
    """Yield families' shares until `count` schemes are there, the last one cut to fit."""
    left = count
    while left > 0:
        shares = shares_of(random, category.kind)[:left]
        left -= len(shares)
        yield shares


def _launch(random: Random) -> int:
    """Return a first day: a sixth are older than AMFI's history, many began with the direct plans or lately."""
    if random.random() < 0.16:
        return day_number(FIRST_DAY)
    spans = (
        (day_number(FIRST_DAY), DIRECT_FROM),
        (DIRECT_FROM, day_number(date(2019, 1, 1))),
        (day_number(date(2019, 1, 1)), CHURN_FROM - 3),
    )
    return random.randint(*random.choice(spans))


def _mark_zero(random: Random, dead: list[Family], living: list[Family], scale: float) -> None:
    """Mark families whose NAV is zero: segregated portfolios that nothing is expected from."""
    for families, wanted in ((dead, _ZERO_DEAD * scale), (living, _ZERO_LIVING * scale)):
        pool = [one for one in families if one.category.kind in ("debt", "closed")]
        random.shuffle(pool)
        marked = 0
        while pool and marked < wanted:
            family = pool.pop()
            marked += len(family.shares)
            family.zero = True
            if "Segregated" not in family.base:
                family.base += " (Segregated - 06032020)"


def _end(random: Random, living: list[Family], scale: float) -> None:
    """Give living families, closed ones first, the day of their last NAV; they stay on file."""
    pool = [one for one in living if not one.zero and one.category.kind != "single"]
    random.shuffle(pool)
    pool.sort(key=lambda family: family.category.kind != "closed")
    for family, day in _paced(pool, _ENDED * scale / _PERIOD):
        family.last_day = _business_before(day)


def _vanish(random: Random, pool: list[Family], rate: float) -> None:
    """Take families off the file for good, in clumps as AMFI does."""
    random.shuffle(pool)
    for family, day in _paced(pool, rate):
        family.vanish_day = day + -day % 5
        family.last_day = min(family.last_day, _business_before(family.vanish_day))


def _paced(pool: list[Family], rate: float) -> Iterator[tuple[Family, int]]:
    """Yield families with days so that `rate` schemes a day are reached."""
    gone = 0
    for family in pool:
        gone += len(family.shares)
        day = CHURN_FROM + 1 + int(gone / rate)
        if day > CHURN_TO:
            return
        yield family, day


def _newcomers(random: Random, namer: Namer, scale: float) -> Iterator[Family]:
    rate = _NEW * scale / _PERIOD
    for category in NEW_ONLY:
        amc, base = namer.family(category)
        yield Family(amc, category, base, shares_of(random, category.kind), CUT_DAY - 30)
    kinds = [one for one in CATEGORIES if one.kind != "single"]
    weights = [one.weight * (4 if one.kind == "closed" else 1) for one in kinds]
    come = 0
    while (day := CHURN_FROM + int(come / rate)) <= CHURN_TO:
        category = random.choices(kinds, weights)[0]
        shares = shares_of(random, category.kind)
        come += len(shares)
        amc, base = namer.family(category)
        last = _business_before(day + random.randint(100, 1900)) if category.kind == "closed" else NEVER
        yield Family(amc, category, base, shares, day, last)


def _move_headings(random: Random, families: list[Family]) -> None:
    """Move families to the new taxonomy: at least one under each new heading before the cut, half of them ever."""
    seen: dict[Category, int] = {}
    for family in families:
        successors = family.category.successors
        if not successors or family.last_day < CUT_DAY:
            continue
        number = seen[family.category] = seen.get(family.category, -1) + 1
        family.heading = successors[number % len(successors)]
        draw = random.random()
        if number < len(successors) or draw < 0.22:
            family.heading_day = random.randint(MOVES_FROM, CUT_DAY - 1)
        elif draw < 0.5:
            family.heading_day = random.randint(CUT_DAY, CUT_DAY + 700)


def _business_before(day: int) -> int:
    return next(number for number in range(day - 1, day - 30, -1) if is_business(to_date(number)))
