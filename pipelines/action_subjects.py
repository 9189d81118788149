"""The wordings of NSE's corporate actions: which kind an action is, its ratio, its amount, what it does to a share.

A subject may name several: `Bonus 1:1/Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share`.
The kind is that of the first in `KINDS` that it names. Spellings vary (`Fv Splt Frm Rs 10 To Re 1`, `Rights-Eq
1:5@Prem Rs1580`, `Agm/Div-Rs.5/- Per Share`, `Rs 62..50/-`): what is not understood is `other`, or has no figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_NUMBER = r"(\d[\d,]*(?:\.\d+)?|\.\d+)"
_RUPEES = rf"(?:\br[se]|₹)[\s.:-]*{_NUMBER}"
_PER_SHARE = r"\s*(?:/-?)?\s*(?:per\s+(?:equity\s+)?(?:share|sh|unit)\b)?[\s,-]*"

_SPLIT_WORDS = r"spli?t|\bfv\s?spl\b|\bspl\b(?=[\s-]*r[se])|sub\s?-?\s?division|consolidation"
_FACE_VALUES = re.compile(rf"(?:r[se])?[\s.:-]*{_NUMBER}{_PER_SHARE}(?:to|-(?=\s*r[se]))\s*(?:r[se])?[\s.:-]*{_NUMBER}")
_BONUS = re.compile(
    r"\bbon(?:us)?\b(?:\s*-?\s*(?:issue|shares?|equity|of|in|the|ratio)\b)*[\s:.-]*(\d+)\s*:\s*(\d+)(?![\d.])"
)
_OTHER_SECURITY = re.compile(r"\bbon(?:us)?\b.*?(?:ncrps|pref|deb|ncd|dvr|ccps|warrant)")
_RIGHTS = re.compile(
    r"\b(?:rights?|rhts?)\b(?:\s*-?\s*(?:issue|eq|equity|shares?|is|at|of)\b)*[\s:.-]*(\d+)\s*:\s*(\d+(?:\.\d+)?)"
)
_RATIO = re.compile(r"\d+\s*:\s*\d+")
_PREMIUM = re.compile(rf"(?:@|\bat\b)\s*(?:a\s+)?pre?mi?(?:um)?\b\.?\s*(?:of\s+)?(?:r[se])?[\s.:-]*{_NUMBER}")
_AMOUNT = re.compile(_RUPEES)
_MISTYPED_POINT = re.compile(r"(\d)\s?\.{1,2}(\d)")

KINDS = {
    "split": re.compile(_SPLIT_WORDS),
    "bonus": re.compile(r"\bbon(?:us)?\b"),
    "rights": re.compile(r"\b(?:rights?|rhts?)\b"),
    "demerger": re.compile(r"\bde-?\s?merger|spin\s?-?off|hiving off"),
    "capital_reduction": re.compile(r"capital reduction|reduction of (?:share )?capital"),
    "amalgamation": re.compile(r"amalgamation|\bmerger\b|arrangement|\bsch(?:eme)? of a"),
    "buyback": re.compile(r"buy\s?-?\s?back"),
    "distribution": re.compile(r"distribution"),
    "dividend": re.compile(r"dividend|\b(?:int|spl|fin)?div\b|\bdvd\b"),
    "redemption": re.compile(r"redemption|maturity"),
    "interest": re.compile(r"\bint(?:erest)?\b"),
    "meeting": re.compile(r"general meeting|\b[ae]gm\b|court convened|postal ballot"),
}
"""Kinds in the order of precedence, each with the words that tell it. A split whose face value rises is a
`consolidation`; a bonus of another security than shares (NCRPS, debentures) is a `bonus_other`."""


@dataclass(frozen=True)
class Action:
    """What a subject says.

    `ratio`: of a split and a consolidation shares after per share before; of a bonus and rights new shares per share
    held. `amount_inr`: ₹ a share (unit) of dividends (their sum) or a distribution; the premium over the face value of
    rights. `shares`: how many ordinary shares one becomes by split, consolidation and bonus together, for nothing;
    1 for all others; None when one of these is named and its figures can't be read, or a demerger or another change of
    the capital changes the price by what the subject doesn't say. NULL where the subject has no such figure.
    """

    kind: str
    ratio: Fraction | None = None
    amount_inr: Fraction | None = None
    shares: Fraction | None = Fraction(1)


UNKNOWN_EFFECT = ("demerger", "capital_reduction", "amalgamation")
"""These change the price, and the subject doesn't say by what; nor do the prices of rights' days."""


def read_subject(subject: str) -> Action:
    """Return what a subject says; never fails."""
    text = _MISTYPED_POINT.sub(r"\1.\2", " ".join(subject.lower().split()))
    kinds = [kind for kind, words in KINDS.items() if words.search(text)]
    if not kinds:
        return Action("other")
    split = _split(text) if "split" in kinds else None
    bonus = _bonus(text) if "bonus" in kinds else None
    kind = kinds[0]
    ratio = {"split": split, "bonus": bonus and bonus - 1}.get(kind)
    if kind == "split" and ("consolidation" in text if split is None else split < 1):
        kind = "consolidation"
    if kind == "bonus" and _OTHER_SECURITY.search(text):
        return Action("bonus_other", ratio)
    if kind == "rights":
        ratio = _rights(text)
    return Action(kind, ratio, _amount(text, kinds), _shares(kinds, split, bonus))


def _shares(kinds: list[str], split: Fraction | None, bonus: Fraction | None) -> Fraction | None:
    if any(kind in kinds for kind in UNKNOWN_EFFECT):
        return None
    shares = Fraction(1)
    for kind, change in (("split", split), ("bonus", bonus)):
        if kind in kinds:
            if change is None:
                return None
            shares *= change
    return shares


def _split(text: str) -> Fraction | None:
    """Return shares after per share before, of face values such as `From Rs 10/- Per Share To Rs 2/- Per Share`."""
    words = KINDS["split"].search(text)
    found = _FACE_VALUES.search(text, words.start()) if words else None
    if found is None:
        return None
    before, after = _number(found[1]), _number(found[2])
    return before / after if before and after and before != after else None


def _bonus(text: str) -> Fraction | None:
    """Return shares after per share before: `Bonus 1:2` is one new for two held, 3/2."""
    found = _BONUS.search(text)
    if found is None or _OTHER_SECURITY.search(text) or not int(found[1]) or not int(found[2]):
        return None
    return 1 + Fraction(int(found[1]), int(found[2]))


def _rights(text: str) -> Fraction | None:
    """Return new shares per share held; None for two offers in one (`4:25 Fully Paid Up … / 2:25 Partly Paid Up`)."""
    found = _RIGHTS.search(text)
    if found is None or len(_RATIO.findall(text)) > 1:
        return None
    new, held = _number(found[1]), _number(found[2])
    return new / held if new and held else None


def _amount(text: str, kinds: list[str]) -> Fraction | None:
    """Return ₹ a share or unit, of what pays or is paid; the face values of a split are none."""
    if kinds[0] == "rights" and "dividend" not in kinds:
        premium = _PREMIUM.search(text)
        return _number(premium[1]) if premium else None
    if "distribution" in kinds:
        amounts = [_number(found) for found in _AMOUNT.findall(text)]
        consist = text.find("consist")
        begins_with_total = bool(amounts) and (consist < 0 or _first_amount(text) < consist)
        return (amounts[0] if begins_with_total else sum(amounts, Fraction(0))) if amounts else None
    if "dividend" not in kinds:
        return None
    paid = _PREMIUM.sub(" ", text)
    if "split" in kinds:
        words = KINDS["split"].search(paid)
        face_values = _FACE_VALUES.search(paid, words.start()) if words else None
        if face_values is not None:
            paid = f"{paid[: face_values.start()]} {paid[face_values.end() :]}"
    amounts = [_number(found) for found in _AMOUNT.findall(paid)]
    return sum(amounts, Fraction(0)) if amounts else None


def _first_amount(text: str) -> int:
    found = _AMOUNT.search(text)
    return found.start() if found else len(text)


def _number(digits: str) -> Fraction:
    return Fraction(digits.replace(",", ""))
