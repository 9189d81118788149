"""What a label (a long name, or AMFI's Plan or Option column) says of plan and option.

A word counts only where it can mean nothing else. The traps, all of them real:

- `Direct Plan - Regular IDCW` (Axis, PGIM: "regular" is the plain IDCW, not the plan).
- `Regular Savings Fund`, `Regular Premium`, `Gilt-Investment Regular`, `PF (Regular)`.
- `Growth Fund`, `High Growth Companies`, `Growth Sectors 15 ETF`: a name, not the option.
- `Dividend Yield Fund`, `Dividend Opportunities`, `Stable Dividend 50 ETF`: likewise.
- `Quarterly Interval Fund - Dividend`: the fund is quarterly, its payout is not.
- `Unclaimed IDCW Plan`: where the money came from; the plan itself grows.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from pipelines.scheme_words import label_words

Plan = Literal["direct", "regular"]
OptionFamily = Literal["growth", "idcw", "bonus"]
PayoutMode = Literal["payout", "reinvestment", "both"]
PlanClass = Literal[
    "super_institutional",
    "institutional_plus",
    "institutional",
    "retail",
    "wholesale",
    "eco",
    "provident_fund",
    "unclaimed",
]
PayoutFrequency = Literal[
    "daily",
    "weekly",
    "fortnightly",
    "monthly",
    "bimonthly",
    "quarterly",
    "half_yearly",
    "annual",
    "maturity",
    "periodic",
    "flexi",
    "discretionary",
]


@dataclass(frozen=True, slots=True)
class Attributes:
    """What one label says; None where it says nothing, or more than one thing."""

    plan: Plan | None = None
    plan_class: PlanClass | None = None
    option: OptionFamily | None = None
    payout_mode: PayoutMode | None = None
    payout_frequency: PayoutFrequency | None = None


_TIMES: Final = r"daily|weekly|fortnightly|monthly|bimonthly|quarterly|halfyearly|annual"
_RHYTHMS: Final = rf"(?:{_TIMES}|maturity|periodic|flexi|discretionary|adhoc)"
_FREQUENCIES: Final[dict[str, PayoutFrequency]] = {
    "daily": "daily",
    "weekly": "weekly",
    "fortnightly": "fortnightly",
    "monthly": "monthly",
    "bimonthly": "bimonthly",
    "quarterly": "quarterly",
    "halfyearly": "half_yearly",
    "annual": "annual",
    "maturity": "maturity",
    "periodic": "periodic",
    "flexi": "flexi",
    "discretionary": "discretionary",
    "adhoc": "discretionary",
}

# "Regular" is the plan only before one of these words, or at the end.
_AFTER_REGULAR: Final = (
    rf"option|sub|growth|cumulative|idcw|dividend|bonus|payout|normal|principal|{_RHYTHMS}"
    r"|retail|institutional|super|premium plan|direct|seg|segregated"
)
_REGULAR: Final = re.compile(
    r"\bregular plan\b"
    rf"|(?<!\binvestment )(?<!\bpf )\bregular(?= (?:{_AFTER_REGULAR})\b|$)"
)
# BOI's `Eco Plan-Regular IDCW`: with another class of plan there, it is the plain IDCW.
_REGULAR_PAYOUT: Final = re.compile(r"\bregular (?:idcw|dividend|bonus)\b")
_REGULAR_PLAN: Final = re.compile(r"\bregular plan\b")

# "Growth" is the option only before one of these words, or at the end.
_AFTER_GROWTH: Final = (
    r"option|plan|direct|regular|retail|institutional|sub|growth|cumulative|payment|pf|bonus|idcw"
    r"|dividend|upto|previously|seg|segregated|\d+ days"
)
_OPTION: Final = re.compile(
    r"\b(?:((?<!\bmanaged solutions )(?<!\bmanaged solutions india )"
    rf"growth(?= (?:{_AFTER_GROWTH})\b|$)|cumulative)"
    r"|(idcw|dividend(?! (?:yield|opportunities|leaders|\d+ (?:etf|index|fund))\b))"
    r"|(bonus|principal units))\b(?: (?P<title>option|plan)\b)?"
)

_OPTION_WORDS: Final = frozenset({"growth", "cumulative", "idcw", "dividend", "bonus", "principal"})

_PAYOUT_WORDS: Final = r"(?:(?:of|and|or|option|payout|reinvestment) )*"
_PAID: Final = r"(?:idcw|dividend|bonus)\b"
_FREQUENCY: Final = re.compile(
    rf"\b({_RHYTHMS}) {_PAYOUT_WORDS}{_PAID}"
    rf"|\b{_PAID}(?: (?:idcw|dividend|option|plan|payout|reinvestment|and))*"
    rf" ({_RHYTHMS})\b(?! (?:interval|income|fund))"
)

_UNCLAIMED: Final = re.compile(
    r"\bunclaimed\b|\b(?:above|below|beyond|greater|less|more|upto|up to)(?: than)?"
    r" (?:3|three) (?:years|yrs)\b"
)
# `Principal Retail Money Manager Fund` and `SBI Magnum Institutional Income Fund` are names.
_CLASS: Final = re.compile(
    r"\b(?:(super institutional)|(institutional plus)|(institutional)(?! income)"
    r"|(retail)(?! money)|(wholesale)|(eco)(?= plan)|(pf|provident fund))\b"
)
_CLASS_WORDS: Final = frozenset(
    {"unclaimed", "years", "yrs", "institutional", "retail", "wholesale", "eco", "pf", "provident"}
)
_CLASSES: Final[tuple[PlanClass, ...]] = (
    "super_institutional",
    "institutional_plus",
    "institutional",
    "retail",
    "wholesale",
    "eco",
    "provident_fund",
)


@lru_cache(maxsize=4096)
def read_attributes(text: str) -> Attributes:
    """Return what the label says of plan, class of plan, option and payout.

    Letter case, punctuation and white space never matter.
    """
    words = label_words(text)
    alone = frozenset(words.split())  # most labels lack most words: a quick way past the patterns
    plan_class = None if alone.isdisjoint(_CLASS_WORDS) else _plan_class(words)
    option = None if alone.isdisjoint(_OPTION_WORDS) else _option(words, plan_class)
    pays_at_times = option in {"idcw", "bonus"} and not alone.isdisjoint(_FREQUENCIES)
    return Attributes(
        plan=_plan(words, alone, plan_class),
        plan_class=plan_class,
        option=option,
        payout_mode=_payout_mode(alone) if option == "idcw" else None,
        payout_frequency=_payout_frequency(words) if pays_at_times else None,
    )


def _plan(words: str, alone: frozenset[str], plan_class: PlanClass | None) -> Plan | None:
    """Direct wins over regular.

    Since 2013 (SEBI CIR/IMD/DF/21/2012) a direct plan must be told apart by name, so the word
    is never idle; "regular" has four other meanings. All 35 active names of 2026-08-19 that
    hold both, and whose Plan column is filled, are direct by that column.
    """
    if "direct" in alone:
        return "direct"
    if "regular" not in alone or not _REGULAR.search(words):
        return None
    if plan_class and _REGULAR_PAYOUT.search(words) and not _REGULAR_PLAN.search(words):
        return None
    return "regular"


def _plan_class(words: str) -> PlanClass | None:
    if _UNCLAIMED.search(words):
        return "unclaimed"
    found = _CLASS.search(words)
    return _CLASSES[(found.lastindex or 1) - 1] if found else None


def _option(words: str, plan_class: PlanClass | None) -> OptionFamily | None:
    """Return the one option that is told.

    Of two, the last, where it is called an option or the other a plan: Nippon's growth plan has
    a growth option and a bonus option (`Growth Plan - Bonus Option`, 52 codes).
    """
    told = [(_family(found), found["title"]) for found in _OPTION.finditer(words)]
    families = {family for family, _ in told}
    if plan_class == "unclaimed":
        return "growth" if "growth" in families else None
    if not told or len(families) == 1:
        return families.pop() if families else None
    last, title = told[-1]
    others = {title for family, title in told if family != last}
    return last if title == "option" or others == {"plan"} else None


def _family(found: re.Match[str]) -> OptionFamily:
    if found[1]:
        return "growth"
    return "idcw" if found[2] else "bonus"


def _payout_mode(alone: frozenset[str]) -> PayoutMode | None:
    if "payout" in alone:
        return "both" if "reinvestment" in alone else "payout"
    return "reinvestment" if "reinvestment" in alone else None


def _payout_frequency(words: str) -> PayoutFrequency | None:
    """Return the frequency that stands beside the payout itself, if only one does."""
    told = {_FREQUENCIES[found[1] or found[2]] for found in _FREQUENCY.finditer(words)}
    return told.pop() if len(told) == 1 else None
