"""Spellings of the words with which fund houses tell plan and option, made one.

AMFI prints what each fund house typed: 339 spellings in the Option column of 2026-08-20 alone,
and misspellings in the long names of every year. This file knows how words are spelt; what they
mean is read in `scheme_attributes`.
"""

import re
from typing import Final

# SEBI/HO/IMD/DF3/CIR/P/2020/194 (5 Oct 2020) renamed "dividend" to "Income Distribution cum
# Capital Withdrawal" from 1 Apr 2021; names of older dates, and some today, say dividend.
# SBI's 153665 says "Income Cum Distribution Capital Withdrawal", its 153556 leaves out "Capital".
_IDCW_IN_FULL: Final = r"income (?:distribution cum|cum distribution)(?: capital)? withdrawal"

_SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "idcw": ("idcws", "idwc", "icdw", "dcw"),
    "dividend": (
        *("div", "dividen", "divided", "divdend", "diviend", "diviedend", "dividned"),
        *("dividedn", "divinded"),
    ),
    "growth": ("growrth", "gorwth", "gwoth", "gr"),
    "direct": ("dierct",),
    "regular": ("reg", "reglar", "regulat", "regualr", "indirect"),  # Indiabulls, 4 in 2017
    "plan": ("paln", "pan", "pln"),
    "option": ("optio", "optioni", "optioin", "opotion", "otion", "opton", "opiton", "opt"),
    "payout": ("ayout", "payouout"),
    "reinvestment": (
        *("reinvest", "reinvst", "reinvt", "rein", "reinvesment", "reinvetsment"),
        "reinvestmetn",
    ),
    "daily": ("dly",),
    "weekly": ("weekkly", "wkly"),
    "fortnightly": ("fortnighty", "fortnighly", "fornightly"),
    "monthly": ("mtly", "mthl", "mly"),
    "quarterly": ("quaterly", "quartely", "quarerly", "quartelry", "qtrly", "qrtly"),
    "halfyearly": ("semiannual",),
    "annual": ("annually", "annunal", "annaul", "yearly", "yearlly"),
    "institutional": (
        *("inst", "insti", "instn", "instittutional", "institiutional", "insititutional"),
        "instutional",
    ),
    "unclaimed": ("unlcaimed", "unclamied"),
    "flexi": ("fexli",),
    "periodic": ("peiodic",),
    "withdrawal": ("wthdrawal", "withdrwal"),
    # Two words written as one (seen 1 to 4 times each).
    "growth option": ("growthoption",),
    "monthly dividend": ("monthlydividend",),
    "quarterly dividend": ("quarterlydividend",),
    "direct plan": ("directplan",),
    "regular plan": ("regularplan",),
    "annual dividend": ("annualdividend",),
    "idcw payout": ("idcwpayout",),
    "idcw option": ("idcwoption",),
    "cum capital": ("cumcapital",),
}
_WORDS: Final = {variant: word for word, variants in _SPELLINGS.items() for variant in variants}

# After the single words are right: phrases that are one word to us.
_PHRASES: Final = {
    "half annual": "halfyearly",  # "half yearly", whose second word is "annual" by now
    "half year": "halfyearly",
    "semi annual": "halfyearly",
    "bi monthly": "bimonthly",
    "fort nightly": "fortnightly",
    "ad hoc": "adhoc",
    "re investment": "reinvestment",
    "pay out": "payout",
    "p f": "pf",
    "i e f": "ief",
}
_PHRASE: Final = re.compile(rf"\b(?:({_IDCW_IN_FULL})|{'|'.join(_PHRASES)})\b")
_LAST_WORDS: Final = frozenset({phrase.split()[-1] for phrase in _PHRASES} | {"withdrawal"})

# What a scheme was called before, with the old plan and option in it: 263 names say
# "(Formerly Known as ...)" and 31 "(erstwhile ...)". Eight never close the parenthesis; they
# are left as they are, for there the plan and option stand inside it.
_FORMER_NAME: Final = re.compile(r"\(\s*(?:formerly|erstwhile|earlier)\b[^()]*(?:\([^()]*\)[^()]*)*\)")
_WORD: Final = re.compile(r"[a-z0-9]+")


def label_words(text: str) -> str:
    """Return the text's words in lower case, spelt one way, separated by one space each.

    Former names in parentheses are dropped; punctuation, tabs and repeated blanks vanish.
    `Weekkly IDCW (Reinvestment)` becomes `weekly idcw reinvestment`.
    """
    lowered = text.lower()
    if "(" in lowered:
        lowered = _FORMER_NAME.sub(" ", lowered)
    words = [_WORDS.get(word, word) for word in _WORD.findall(lowered)]
    joined = " ".join(words)
    return joined if _LAST_WORDS.isdisjoint(words) else _PHRASE.sub(_one_word, joined)


def _one_word(found: re.Match[str]) -> str:
    return "idcw" if found[1] else _PHRASES[found[0]]
