"""Names of issuers, spelt one way, and how alike two of them are."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

LEGAL_WORDS: Final = frozenset({"limited", "ltd", "private", "pvt", "the", "ipo", "fpo", "sme", "company", "co", "and"})
"""Words that one source writes and another leaves out."""

ABBREVIATED: Final = {
    "tech": "technologies", "technology": "technologies", "inds": "industries", "intl": "international",
    "engg": "engineering", "mfg": "manufacturing", "corp": "corporation", "pharma": "pharmaceuticals",
    "infra": "infrastructure", "svcs": "services", "ent": "enterprises", "bros": "brothers",
}  # fmt: skip
"""Words that BSE's and the report sites' names cut short: `Software Tech Ltd` is `Software Technologies Limited`."""

_WORD: Final = re.compile(r"[a-z0-9]+")
_BRACKETED: Final = re.compile(r"\((?:formerly|erstwhile|earlier)\b[^()]*\)", re.IGNORECASE)
_COUNTRY: Final = re.compile(r"\(\s*india\s*\)", re.IGNORECASE)

EQUAL: Final = 1.0
WRITTEN_OUT: Final = 0.97
"""`Software Tech Ltd` and `Software Technologies Limited`; `Orient Cables (India)` and `Orient Cables`."""
BEGINS_ALIKE: Final = 0.92
"""`Jinkushal Industries` and `Anand Rathi Share` are what ipowatch has of longer names."""
BEGINS_OTHERWISE: Final = 0.8
ONLY_ALIKE: Final = 0.91
"""The most for names of which neither is the other's: one letter may tell two companies apart (Shree, Shri)."""
DISTINCT_CHARACTERS: Final = 6
"""A beginning that is shorter (`Om`, `Hero`, `GK`) is that of many."""


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """Return a name's words in small letters, without punctuation, legal forms and what it was called before."""
    lowered = _BRACKETED.sub(" ", name.casefold()).replace("'", "").replace("’", "")
    return tuple(word for word in _WORD.findall(lowered) if word not in LEGAL_WORDS)


@lru_cache(maxsize=65_536)
def written_out(name: str) -> tuple[str, ...]:
    """Return a name's words, those that are cut short written out, without a country in brackets."""
    return tuple(ABBREVIATED.get(word, word) for word in words(_COUNTRY.sub(" ", name)))


def plain_name(name: str) -> str:
    """Return a name as an id: `Shah Investor's Home Limited` is `shah-investors-home`."""
    return "-".join(words(name))


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1; the same whichever comes first.

    1 where they have the same letters (`B.A.G. Convergence`, `BAG Convergence Limited`); a little less where they have
    them once words are written out; less again where the shorter is the beginning of the longer, word by word; else the
    share of letters that they have in common in order, a fifth less where their first three differ.
    """
    first, second = sorted((words(one), words(other)), key=lambda found: (len(found), found))
    joined, longer = "".join(first), "".join(second)
    if not joined or not longer:
        return 0.0
    if joined == longer:
        return EQUAL
    if "".join(written_out(one)) == "".join(written_out(other)):
        return WRITTEN_OUT
    if second[: len(first)] == first and len(joined) >= DISTINCT_CHARACTERS:
        return BEGINS_ALIKE
    left, right = sorted((joined, longer))
    ratio = SequenceMatcher(None, left, right, autojunk=False).ratio()
    # `Green Asia Impex` and `Asia Green Impex` have most of their letters in common.
    return min(ratio, ONLY_ALIKE) if joined[:3] == longer[:3] else ratio * BEGINS_OTHERWISE
