"""How well a scheme's names fit the words that were asked for; pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from math import log
from typing import TYPE_CHECKING, Final

from munim.readers.scheme_words import FILLERS, Wanted, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEGINNING: Final = 0.9
_MISSPELT: Final = 0.85
_ALIKE: Final = 0.75
"""How alike two spellings must be (difflib's ratio) to be taken for one word."""

_SHORTEST_BEGINNING: Final = 3
_SHORTEST_MISSPELT: Final = 4

_STRUCTURE: Final = FILLERS | {"direct", "regular", "growth", "idcw", "dividend", "payout", "reinvestment", "bonus"}


@dataclass(frozen=True)
class Term:
    """A word that was asked for: the words of names that may be it, how surely each part is, and what it tells."""

    words: tuple[str, ...]
    sureness: Mapping[str, float]
    weight: float


@dataclass(frozen=True)
class Asked:
    """What was asked for, made comparable."""

    wanted: Wanted
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Row:
    """A scheme with the name that brought it; see `scheme_search.sql`."""

    scheme_code: str
    name: str | None
    long_name: str | None
    base_name: str | None
    amc: str | None
    category: str | None
    plan: str | None
    plan_class: str | None
    option: str | None
    payout_frequency: str | None
    isin: str | None
    vanished: bool
    former_name: str | None
    former_amc: str | None


def ask_words(wanted: Wanted, known: Mapping[str, int]) -> Asked:
    """Return the terms of a query over the words that names have, each with in how many schemes it stands."""
    by_part: dict[str, list[str]] = {}
    for word in known:
        for part in parts(word):
            by_part.setdefault(part, []).append(word)
    terms = tuple(_term(word, by_part, known) for word in wanted.terms)
    return Asked(wanted, terms if any(term.words for term in terms) else ())


def _term(asked: str, by_part: Mapping[str, list[str]], known: Mapping[str, int]) -> Term:
    sureness: dict[str, float] = {}
    if asked in by_part:
        sureness[asked] = 1.0
    elif not asked.isdigit():
        if len(asked) >= _SHORTEST_BEGINNING:
            sureness = {part: _BEGINNING for part in by_part if part.startswith(asked)}
        if not sureness and len(asked) >= _SHORTEST_MISSPELT:
            sureness = dict.fromkeys(get_close_matches(asked, by_part, 8, _ALIKE), _MISSPELT)
    words = {word for part in sureness for word in by_part[part]}
    schemes = sum(known[word] for word in words)
    return Term(tuple(sorted(words)), sureness, log(25_000 / (schemes + 25)))


def score(row: Row, asked: Asked) -> Decimal:
    """Return how well a scheme fits, from 0 to 1 in thousandths."""
    is_former, name, everything = _named(row)
    total = sum(term.weight for term in asked.terms)
    covered = sum(term.weight * max((sure for part, sure in term.sureness.items() if part in everything), default=0.0)
                  for term in asked.terms)  # fmt: skip
    points = 0.80 * covered / total + 0.08 * _closeness(name or "", asked)
    points += _structure(row, asked.wanted)
    points -= 0.04 * row.vanished + 0.02 * is_former
    return Decimal(max(0, min(1000, round(points * 1000)))) / 1000


def fits_wholly(row: Row, asked: Asked) -> bool:
    """Tell whether a scheme has every word as it was asked for, and the plan, option and payout that were."""
    _, _, everything = _named(row)
    option = None if row.option is None else row.option.partition("_")[0]
    pairs = (
        (row.plan, asked.wanted.plan),
        (option, asked.wanted.option),
        (row.payout_frequency, asked.wanted.frequency),
    )
    return all(wanted in {None, stored} for stored, wanted in pairs) and all(
        any(sure >= 1 and part in everything for part, sure in term.sureness.items()) for term in asked.terms
    )


def _named(row: Row) -> tuple[bool, str | None, set[str]]:
    """Return whether a former name brought the row, the name that did, and all parts of names that go with it."""
    is_former = row.former_name not in {None, row.long_name, row.base_name}
    name = row.former_name if is_former else row.base_name or row.long_name
    everything = {
        *parts(name or ""),
        *parts((row.former_amc if is_former else row.amc) or ""),
        *(() if is_former else parts(row.long_name or "")),
    }
    return is_former, name, everything


def _closeness(name: str, asked: Asked) -> float:
    """Return which share of a name's own words was asked for."""
    own = {part for part in parts(name) if part not in _STRUCTURE}
    if not own:
        return 0.0
    meant = {part for term in asked.terms for part in term.sureness}
    return len(own & meant) / len(own)


def _structure(row: Row, wanted: Wanted) -> float:
    """Return up to 0.12 for plan, option and payout as they were asked for, less than nothing for others."""
    points = _agreement(row.plan, wanted.plan, 0.04)
    option = None if row.option is None else row.option.partition("_")[0]
    points += _agreement(option, wanted.option, 0.04)
    points += 0.005 * (wanted.option is None and option == "growth")
    if wanted.frequency is not None:
        points += _agreement(row.payout_frequency, wanted.frequency, 0.03)
    elif row.payout_frequency is not None:
        points -= 0.01
    if row.plan_class is not None and row.plan_class.partition("_")[0] not in wanted.terms:
        points -= 0.02
    own = set(parts(row.base_name or ""))
    return points + 0.01 * bool((wanted.maybe & own) - {"direct", "regular"})


def _agreement(stored: str | None, wanted: str | None, worth: float) -> float:
    if wanted is None:
        return worth
    if stored is None:
        return 0.0
    return worth if stored == wanted else -2 * worth
