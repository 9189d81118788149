"""Families of schemes: one base name, its plans and options, and the days on which it begins, ends and vanishes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from munim.replica.taxonomy import CATEGORIES, Category, Kind
from munim.replica.words import AMC_WORDS, IDF_AMC, INDICES, ODD_AMCS, OVERSEAS, ROMAN, SECTORS, WRAPPED

NEVER: Final = 1 << 20
"""A day number after all others."""


@dataclass(frozen=True)
class Share:
    """One scheme of a family: `option` is growth, idcw, bonus or unclaimed; `plan` and `frequency` may be blank."""

    plan: str
    option: str
    frequency: str = ""
    payout: str = "both"


@dataclass
class Family:
    """A fund. Days are day numbers; `vanish_day` is the first on which the file no longer has it."""

    amc: int
    category: Category
    base: str
    shares: list[Share]
    first_day: int
    last_day: int = NEVER
    vanish_day: int = NEVER
    heading_day: int = NEVER
    heading: str = ""
    zero: bool = False


def amc_names() -> list[str]:
    """Return the AMCs in the order of AMFI's files, which ignores case."""
    names = [f"{word} Mutual Fund" for word in AMC_WORDS + ODD_AMCS]
    return sorted([*names, IDF_AMC], key=str.casefold)


class Namer:
    """Gives each family an AMC and a base name that no other has."""

    def __init__(self, random: Random) -> None:
        """Start with no name taken."""
        self._random = random
        self._names = amc_names()
        self._taken: set[str] = set()
        order = [number for number, name in enumerate(self._names) if name != IDF_AMC]
        random.shuffle(order)
        # The first ones are large houses: they come up three times as often.
        self._draw = order[:15] * 3 + order[15:30] * 2 + order[30:]
        self.single = next(number for number in order if self._names[number].startswith("Jasmine"))
        self.debt_fund_house = self._names.index(IDF_AMC)

    def family(self, category: Category) -> tuple[int, str]:
        """Return the AMC and the base name of the next family under a category."""
        amc = self.single if category.kind == "single" else self._random.choice(self._draw)
        brand = self._names[amc].removesuffix(" Mutual Fund")
        for attempt in range(1000):
            base = self._base(brand, category, attempt)
            if base not in self._taken:
                self._taken.add(base)
                return amc, base
            if category.kind != "single" and attempt < 40:
                amc = self._random.choice(self._draw)
                brand = self._names[amc].removesuffix(" Mutual Fund")
        raise AssertionError(f"no name is left for {category.label}")

    def _base(self, brand: str, category: Category, attempt: int) -> str:
        draw = self._random
        if category.kind == "closed":
            return _closed_name(draw, brand, category)
        theme = {
            "Other Scheme - Index Funds": INDICES,
            "Other Scheme - Other  ETFs": INDICES,
            "Other Scheme - FoF Overseas": OVERSEAS,
            "Other Scheme - FoF Domestic": WRAPPED,
            "Equity Scheme - Sectoral/ Thematic": SECTORS,
        }.get(category.label)
        words = [brand, draw.choice(theme), category.stem] if theme else [brand, category.stem]
        if attempt >= 40:
            words.append(f"- Series {ROMAN[attempt % len(ROMAN)]} - Plan {chr(65 + attempt % 26)}")
        return " ".join(words)


def _closed_name(draw: Random, brand: str, category: Category) -> str:
    series, days, plan = draw.randint(1, 320), draw.randint(84, 1900), chr(65 + draw.randint(0, 25))
    return draw.choice(
        (
            f"{brand} {category.stem} - Series {series} - {days} Days Plan {plan}",
            f"{brand} {category.stem} Series {ROMAN[series % 18]}-{ROMAN[days % 18]} ({days} Days)",
            f"{brand} {category.stem}-Series {series}-{days} Days Plan {plan}",
        )
    )


def shares_of(random: Random, kind: Kind) -> list[Share]:
    """Return the plans and options of a new family: one for an ETF, four for most, up to sixteen for liquid funds."""
    if kind == "etf":
        return [Share("", "growth")]
    if kind == "single":
        return [Share(random.choice(("", "Direct")), random.choice(("growth", "idcw")))]
    shares = []
    for plan in ("Direct", "Regular"):
        shares += [Share(plan, "growth")] + [Share(plan, "idcw", *pay) for pay in _payments(random.random, kind)]
    if kind == "liquid" and random.random() < 0.4:
        shares += [Share("", "unclaimed", years) for years in ("IDCW Upto 3 years", "Redemption Beyond 3 years")]
    if kind == "debt" and random.random() < 0.1:
        shares += [Share(plan, "bonus") for plan in ("Direct", "Regular")]
    return shares


def _payments(chance: Callable[[], float], kind: Kind) -> list[tuple[str, str]]:
    if kind == "closed":
        rare = [(name, "payout") for name in ("Quarterly", "Half Yearly") if chance() < 0.35]
        return [("", "payout"), *rare]
    if kind in ("debt", "liquid"):
        reinvested = [("Daily", "reinvest")] if kind == "liquid" or chance() < 0.3 else []
        often = [
            (name, "both") for name in ("Weekly", "Fortnightly", "Monthly", "Quarterly", "Annual") if chance() < 0.5
        ]
        return [("", "both"), *reinvested, *often]
    draw = chance()
    if draw < 0.08:
        return []
    return [("", "payout"), ("", "reinvest")] if draw < 0.2 else [("", "both")]


def category_of(structure: str, label: str) -> Category:
    """Return the category with a heading."""
    return next(one for one in CATEGORIES if one.structure == structure and one.label == label)
