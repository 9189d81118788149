"""What a scheme is called: its long names, and its cells in the plan and option columns."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from munim.replica.families import Family, Share
from munim.replica.words import GROWTH_CELLS, IDCW_CELLS, LONG_NAMES, MISSPELT, SHORT_OPTIONS


class Label(NamedTuple):
    """Names and cells of one scheme; the plan and option cells exist from the cut of 2026-08-20 on."""

    long_name: str
    renamed: str
    plan: str
    option: str


class House:
    """How one AMC writes: drawn once, so that its schemes look alike."""

    def __init__(self, random: Random) -> None:
        """Draw the house's styles."""
        self.pattern = random.choice(LONG_NAMES)
        self.next_pattern = random.choice(LONG_NAMES)
        self.option = random.choice(SHORT_OPTIONS)
        self.growth_cell = random.choice(GROWTH_CELLS)
        self.idcw_cells = random.sample(IDCW_CELLS, 3)
        self.names_regular = random.random() < 0.8


def label(random: Random, house: House, family: Family, share: Share, *, blank: bool) -> Label:
    """Return the names and cells of one scheme."""
    return Label(
        _long_name(house.pattern, house, family, share),
        _long_name(house.next_pattern, house, family, share),
        "" if blank or share.plan == "" else f"{share.plan} Plan",
        "" if blank or family.category.kind == "etf" else _cell(random, house, share),
    )


def contradict(label_: Label) -> Label:
    """Return the label with a plan column that says the other plan than the long name (14 codes in AMFI's file)."""
    other = {"Direct Plan": "Regular Plan", "Regular Plan": "Direct Plan"}
    return label_._replace(plan=other.get(label_.plan, label_.plan))


def _long_name(pattern: str, house: House, family: Family, share: Share) -> str:
    if family.category.kind == "etf":
        return family.base
    option = _option_words(house, share)
    plan = share.plan
    if plan == "" or (plan == "Regular" and not house.names_regular):
        return f"{family.base} - {option}"
    return pattern.format(base=family.base, plan=plan, PLAN=plan.upper(), option=option, OPTION=option.upper())


def _option_words(house: House, share: Share) -> str:
    if share.option == "growth":
        return "Growth"
    if share.option == "bonus":
        return "Bonus Option"
    if share.option == "unclaimed":
        return f"Unclaimed {share.frequency}"
    words = f"{share.frequency} {house.option}".strip()
    return {"payout": f"{words} Payout", "reinvest": f"{words} Reinvestment"}.get(share.payout, words)


def _cell(random: Random, house: House, share: Share) -> str:
    if share.option == "growth":
        return house.growth_cell
    if share.option != "idcw":
        return _option_words(house, share)
    pattern = random.choice(house.idcw_cells)
    cell = pattern.format(f=share.frequency, F=share.frequency.upper()).strip().replace("  ", " ")
    return MISSPELT.get(cell, cell) if random.random() < 0.05 else cell
