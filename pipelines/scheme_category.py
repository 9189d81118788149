"""AMFI's section headings, in one taxonomy.

Three spelling families stand side by side in one file: SEBI's categories of 2017
(SEBI/HO/IMD/DF3/CIR/P/2017/114, 6 Oct 2017: `Debt Scheme - Short Duration Fund`), those of 2026
(`Income/Debt Oriented Schemes - Short Term Fund`; 51 headings in July 2025 became 101 by
2026-08-22), and the labels from before (`Income`, `Growth`), still worn by old and closed
schemes. The tables say what joins what; each pair of 2017 and 2026 is also what schemes really
moved between from 2025-07-21 to 2026-08-20 (58 schemes went from Ultra Short Duration to Ultra
Short Term, 56 from Low Duration to Ultra Short to Short Term, and so on).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Structure = Literal["open_ended", "close_ended", "interval"]
AssetClass = Literal["equity", "debt", "hybrid", "solution", "index", "etf", "fof", "life_cycle"]
Taxonomy = Literal["pre_2017", "sebi_2017", "sebi_2026"]


@dataclass(frozen=True, slots=True)
class Category:
    """What a section heading says.

    `sub_category` is None where the label names the asset class alone (`Income`, `Other ETFs`).
    `known` is False where any part of the label is new to us: the rest is still told.
    """

    structure: Structure | None
    asset_class: AssetClass | None
    sub_category: str | None
    known: bool
    taxonomy: Taxonomy | None


_STRUCTURES: Final[dict[str, Structure]] = {
    "open": "open_ended",
    "close": "close_ended",
    "closed": "close_ended",
    "interval": "interval",
}

_GROUPS: Final[dict[str, tuple[Taxonomy, AssetClass | None]]] = {
    "equity scheme": ("sebi_2017", "equity"),
    "debt scheme": ("sebi_2017", "debt"),
    "hybrid scheme": ("sebi_2017", "hybrid"),
    "solution oriented scheme": ("sebi_2017", "solution"),
    "other scheme": ("sebi_2017", None),  # its sub-category tells
    "equity schemes": ("sebi_2026", "equity"),
    "income debt oriented schemes": ("sebi_2026", "debt"),
    "hybrid schemes": ("sebi_2026", "hybrid"),
    "index funds": ("sebi_2026", "index"),
    "exchange traded funds etfs": ("sebi_2026", "etf"),
    "fund of funds scheme domestic": ("sebi_2026", "fof"),
    "overseas fund of funds": ("sebi_2026", "fof"),
    "life cycle funds": ("sebi_2026", "life_cycle"),
    "fund of funds": ("pre_2017", "fof"),
}

# Keys: the label after the dash, without a last word "fund" or "funds".
_SUB_CATEGORIES: Final[dict[AssetClass, dict[str, str]]] = {
    "equity": {
        "contra": "contra",
        "dividend yield": "dividend_yield",
        "elss": "elss",
        "elss tax saver": "elss",
        "flexi cap": "flexi_cap",
        "focused": "focused",
        "large and mid cap": "large_and_mid_cap",
        "large cap": "large_cap",
        "mid cap": "mid_cap",
        "multi cap": "multi_cap",
        # 2017 has one category for both: 20 of its schemes are Sectoral by now, 66 Thematic.
        "sectoral thematic": "sectoral_thematic",
        "sectoral": "sectoral_thematic",
        "thematic": "sectoral_thematic",
        "small cap": "small_cap",
        "value": "value",
    },
    "debt": {
        "overnight": "overnight",
        "liquid": "liquid",
        "ultra short duration": "ultra_short_duration",
        "ultra short term": "ultra_short_duration",
        "low duration": "low_duration",
        "ultra short to short term": "low_duration",
        "money market": "money_market",
        "short duration": "short_duration",
        "short term": "short_duration",
        "medium duration": "medium_duration",
        "medium term": "medium_duration",
        "medium to long duration": "medium_to_long_duration",
        "medium to long term": "medium_to_long_duration",
        "long duration": "long_duration",
        "long term": "long_duration",
        "dynamic bond": "dynamic_bond",
        "dynamic term": "dynamic_bond",
        "corporate bond": "corporate_bond",
        "credit risk": "credit_risk",
        "banking and psu": "banking_and_psu",
        "banking and psu debt": "banking_and_psu",
        "gilt": "gilt",
        "gilt fund with 10 year constant duration": "gilt_10_year_constant",
        "10 year constant maturity gilt": "gilt_10_year_constant",
        "floater": "floater",
        "floating interest rates": "floater",
        "fixed term plan": "fixed_term_plan",
        "other debt scheme": "other_debt",
    },
    "hybrid": {
        "aggressive hybrid": "aggressive_hybrid",
        "arbitrage": "arbitrage",
        "balanced hybrid": "balanced_hybrid",
        "conservative hybrid": "conservative_hybrid",
        "dynamic asset allocation or balanced advantage": "balanced_advantage",
        "balanced advantage fund dynamic asset allocation": "balanced_advantage",
        "equity savings": "equity_savings",
        "multi asset allocation": "multi_asset_allocation",
    },
    "solution": {"childrens": "childrens", "retirement": "retirement"},
    "index": {"equity": "equity_index", "debt": "debt_index", "hybrid": "hybrid_index"},
    "etf": {
        "equity etf": "equity_etf",
        "debt etf": "debt_etf",
        "hybrid etf": "hybrid_etf",
        "gold etf": "gold_etf",
        "silver etf": "silver_etf",
        "other etf": "other_etf",
        "etfs investing overseas": "overseas_etf",
    },
    "fof": {
        "domestic": "fof_domestic",
        "fund of funds scheme domestic": "fof_domestic",
        "overseas": "fof_overseas",
        "fund of funds investing overseas": "fof_overseas",
    },
    "life_cycle": {},  # see _LIFE_CYCLE
}

_OTHER_SCHEMES: Final[dict[str, tuple[AssetClass, str | None]]] = {
    "fof domestic": ("fof", "fof_domestic"),
    "fof overseas": ("fof", "fof_overseas"),
    "gold etf": ("etf", "gold_etf"),
    "index": ("index", None),
    "other etfs": ("etf", None),  # all but gold: debt, equity, overseas and silver in 2026
}

_BEFORE_2017: Final[dict[str, tuple[AssetClass, str | None]]] = {
    "income": ("debt", None),
    "growth": ("equity", None),
    "balanced": ("hybrid", None),
    "liquid": ("debt", "liquid"),
    "gilt": ("debt", "gilt"),
    "money market": ("debt", "money_market"),
    "floating rate": ("debt", "floater"),
    "elss": ("equity", "elss"),
    "gold etfs": ("etf", "gold_etf"),
    "other etfs": ("etf", None),
}

# `Open Ended Schemes(X)` in NAVAll, `Open Ended Schemes ( X )` in history; X may hold
# parentheses itself (8 headings, 298 rows), so the last one of all closes.
_HEADING: Final = re.compile(r"(open|closed?|interval)\b[\w -]*?\bschemes? ?\((.*)\)", re.IGNORECASE)
_LIFE_CYCLE: Final = re.compile(r"life cycle fund with maturity of (\d+) years")
_APOSTROPHES: Final = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")
_NOT_WORDS: Final = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1024)
def canonical_category(heading: str) -> Category:
    """Return the canonical category of a section heading; letter case and blanks are free.

    Never raises: of a label that is not in the tables it tells what it can, with `known` False.
    """
    found = _HEADING.fullmatch(" ".join(heading.split()))
    if found is None:
        return Category(None, None, None, known=False, taxonomy=None)
    structure = _STRUCTURES[found[1].lower()]
    group, dash, label = found[2].partition(" - ")
    if not dash:
        return _before_2017(structure, _key(group))
    return _grouped(structure, _words(group), _key(label))


def _before_2017(structure: Structure, key: str) -> Category:
    if key not in _BEFORE_2017:
        return Category(structure, None, None, known=False, taxonomy=None)
    asset_class, sub_category = _BEFORE_2017[key]
    return Category(structure, asset_class, sub_category, known=True, taxonomy="pre_2017")


def _grouped(structure: Structure, group: str, key: str) -> Category:
    if group not in _GROUPS:
        return Category(structure, None, None, known=False, taxonomy=None)
    taxonomy, asset_class = _GROUPS[group]
    if asset_class is None:
        known = key in _OTHER_SCHEMES
        other_class, other_sub = _OTHER_SCHEMES.get(key, (None, None))
        return Category(structure, other_class, other_sub, known=known, taxonomy=taxonomy)
    sub_category = _sub_category(asset_class, key)
    return Category(structure, asset_class, sub_category, known=sub_category is not None, taxonomy=taxonomy)


def _sub_category(asset_class: AssetClass, key: str) -> str | None:
    if asset_class == "life_cycle" and (found := _LIFE_CYCLE.fullmatch(key)):
        return f"life_cycle_{found[1]}_years"
    return _SUB_CATEGORIES[asset_class].get(key)


def _key(label: str) -> str:
    words = _words(label)
    return words.removesuffix(" funds").removesuffix(" fund")


def _words(label: str) -> str:
    plain = _APOSTROPHES.sub("", label.lower()).replace("&", " and ")
    return _NOT_WORDS.sub(" ", plain).strip()
