"""The words that people ask for a scheme with, and the parts that names are compared by; pure.

People write `ppfas flexicap dir gr` for Parag Parikh Flexi Cap Fund, direct plan, growth option. What they say of plan,
option and payout is told apart from what they say of the name, since AMFI has those in columns of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_SHORT: Final = {
    "absl": "birla", "bsl": "birla", "baf": "balanced advantage", "boi": "bank india", "dsl": "birla",
    "govt": "government", "gsec": "sec", "iifl": "360 one", "intl": "international", "mosl": "motilal", "ms": "most",
    "nasdaq100": "nasdaq 100", "opps": "opportunities", "phd": "pharma healthcare diagnostics", "ppf": "parikh",
    "ppfas": "parikh", "pru": "prudential", "rob": "robeco", "std": "standard", "yr": "year", "yrs": "year",
}  # fmt: skip
"""What houses and funds are called for short; each becomes a word of the name that tells it from others."""

_PLANS: Final = {"direct": "direct", "dir": "direct", "regular": "regular", "reg": "regular"}
_OPTIONS: Final = {
    "growth": "growth", "gr": "growth", "grth": "growth", "cumulative": "growth", "idcw": "idcw", "icdw": "idcw",
    "dividend": "idcw", "div": "idcw", "payout": "idcw", "reinvestment": "idcw", "reinvest": "idcw", "bonus": "bonus",
}  # fmt: skip
_FREQUENCIES: Final = {
    "daily": "daily", "weekly": "weekly", "fortnightly": "fortnightly", "monthly": "monthly", "quarterly": "quarterly",
    "annual": "annual", "yearly": "annual", "halfyearly": "half_yearly",
}  # fmt: skip
_IN_NAMES: Final = frozenset({"yield", "opportunity"})
"""After dividend these make it a word of the name: Dividend Yield Fund."""

FILLERS: Final = frozenset({
    "fund", "mutual", "mf", "scheme", "plan", "option", "the", "of", "and", "an", "to", "in", "for", "cum", "formerly",
    "erstwhile", "known",
})  # fmt: skip
"""Words that tell no scheme from another."""

_MONTHS: Final = frozenset({
    "january", "february", "march", "april", "june", "july", "august", "september", "sept", "october", "november",
    "december",
})  # fmt: skip
_RUN_TOGETHER: Final = re.compile(
    r"(?:large|mid|small|multi|flexi|micro|mega|blue|chip|cap|white|oak|jio|black|rock){2,}"
)
_PIECE: Final = re.compile(r"large|mid|small|multi|flexi|micro|mega|blue|chip|cap|white|oak|jio|black|rock")
_LETTERS_OR_DIGITS: Final = re.compile(r"[a-z]+|[0-9]+")


@dataclass(frozen=True)
class Wanted:
    """What a query says: words of a name, and of a plan, an option and a payout what it says; None: nothing.

    `maybe` are words that say an option and stand in names as well: Nippon's Growth Mid Cap Fund.
    """

    terms: tuple[str, ...]
    maybe: frozenset[str]
    plan: str | None
    option: str | None
    frequency: str | None


def read_words(words: str) -> Wanted:
    """Return what a query says, its words in any order and spelt anyhow."""
    found = [part for word in _LETTERS_OR_DIGITS_AND_SHORT.findall(words.lower()) for part in _spelt_out(word)]
    terms: list[str] = []
    maybe: set[str] = set()
    said: dict[str, str] = {}
    for word, following in zip(found, [*found[1:], ""], strict=False):
        if word in {"dividend", "div"} and _one(following) in _IN_NAMES:
            terms.append("dividend")
            continue
        for kind, meanings in (("plan", _PLANS), ("option", _OPTIONS), ("frequency", _FREQUENCIES)):
            if word in meanings:
                said.setdefault(kind, meanings[word])
                maybe.add(word)
                break
        else:
            terms.extend(part for part in parts(word) if part not in FILLERS and not _is_lone_letter(part))
    return Wanted(
        tuple(dict.fromkeys(terms)), frozenset(maybe), said.get("plan"), said.get("option"), said.get("frequency")
    )


@lru_cache(maxsize=65_536)
def parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name that are compared: `NIFTY LargeMidcap250` is nifty, large, mid, cap, 250."""
    return tuple(
        part
        for piece in _LETTERS_OR_DIGITS.findall(name.lower())
        for part in (_PIECE.findall(piece) if _RUN_TOGETHER.fullmatch(piece) else (_one(piece),))
    )


_LETTERS_OR_DIGITS_AND_SHORT: Final = re.compile(r"g[ -]sec\b|[a-z0-9]+")


def _spelt_out(word: str) -> list[str]:
    return _SHORT.get(re.sub(r"[ -]", "", word), word).split()


def _one(word: str) -> str:
    """Return the singular of a word, and of a month its three letters."""
    if word in _MONTHS:
        return word[:3]
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - series stays: its plural is the same
        return word if word == "series" else word[:-3] + "y"
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):  # noqa: PLR2004
        return word[:-1]
    return word


def _is_lone_letter(part: str) -> bool:
    return len(part) == 1 and part.isalpha()
