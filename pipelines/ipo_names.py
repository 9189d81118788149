"""Names of issuers, spelt one way, and how alike two of them are."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

LEGAL_WORDS: Final = frozenset({"limited", "ltd", "private", "pvt", "the", "ipo", "fpo", "sme", "company", "co", "and"})
"""Words that one source writes and another leaves out."""

_WORD: Final = re.compile(r"[a-z0-9]+")
_BRACKETED: Final = re.compile(r"\((?:formerly|erstwhile|earlier)\b[^()]*\)", re.IGNORECASE)

EQUAL: Final = 1.0
BEGINS_ALIKE: Final = 0.92
"""`Jinkushal Industries` and `Anand Rathi Share` are what ipowatch has of longer names."""
BEGINS_OTHERWISE: Final = 0.8
DISTINCT_CHARACTERS: Final = 6
"""A beginning that is shorter (`Om`, `Hero`, `GK`) is that of many."""


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """Return a name's words in small letters, without punctuation, legal forms and what it was called before."""
    lowered = _BRACKETED.sub(" ", name.casefold()).replace("'", "").replace("’", "")
    return tuple(word for word in _WORD.findall(lowered) if word not in LEGAL_WORDS)


def plain_name(name: str) -> str:
    """Return a name as an id: `Shah Investor's Home Limited` is `shah-investors-home`."""
    return "-".join(words(name))


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1; the same whichever comes first.

    1 where they have the same letters (`B.A.G. Convergence`, `BAG Convergence Limited`); a little less where the
    shorter is the beginning of the longer, word by word; else the share of letters that they have in common in order,
    a fifth less where their first three differ.
    """
    first, second = sorted((words(one), words(other)), key=lambda found: (len(found), found))
    joined, longer = "".join(first), "".join(second)
    if not joined or not longer:
        return 0.0
    if joined == longer:
        return EQUAL
    if second[: len(first)] == first and len(joined) >= DISTINCT_CHARACTERS:
        return BEGINS_ALIKE
    left, right = sorted((joined, longer))
    ratio = SequenceMatcher(None, left, right, autojunk=False).ratio()
    # `Green Asia Impex` and `Asia Green Impex` have most of their letters in common.
    return ratio if joined[:3] == longer[:3] else ratio * BEGINS_OTHERWISE
