"""Schemes by loose words: `ppfas flexi direct gr`. Candidates, never a pick: a tie is for the asker to settle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, LiteralString

from munim.readers.rows import fetch
from munim.readers.scheme_match import Asked, Row, ask_words, fits_wholly, score
from munim.readers.scheme_words import read_words

if TYPE_CHECKING:
    from decimal import Decimal

    from loaders.database import Connection

_TERMS = 8
"""How many words of a name the query weighs; more than that are left to the scoring."""


@dataclass(frozen=True)
class Candidate:
    """A scheme that may be meant. `score` goes from 0 to 1, in thousandths; equal scores are a tie.

    `name` is the long name, or the base name where there is no long one; `former_name` is the one that was matched,
    where it is not today's. `isin` is that of the payout or growth option, else of the reinvestment option.
    """

    scheme_code: str
    name: str | None
    amc: str | None
    category: str | None
    plan: str | None
    option: str | None
    payout_frequency: str | None
    isin: str | None
    status: Literal["active", "vanished"]
    former_name: str | None
    score: Decimal


def search(connection: Connection, words: str, limit: int = 5) -> list[Candidate]:
    """Return the schemes that loose words may mean, the likeliest first; none where no word is in any name.

    Abbreviations, misspellings, any order and former names are understood; plan, option and payout are compared with
    the columns that AMFI has for them. Where one scheme alone has every word as it was asked for, it is returned
    alone. Else nothing is picked: of schemes that fit alike all are returned, up to `limit`.
    """
    asked = ask_words(read_words(words), _known_words(connection))
    if not asked.terms:
        return []
    best: dict[str, Candidate] = {}
    whole: set[str] = set()
    for row in fetch(connection, Row, _query(), _parameters(asked)):
        candidate = _candidate(row, score(row, asked))
        before = best.get(row.scheme_code)
        if before is None or candidate.score > before.score:
            best[row.scheme_code] = candidate
        if fits_wholly(row, asked):
            whole.add(row.scheme_code)
    if len(whole) == 1:
        return [best[code] for code in whole]
    return sorted(best.values(), key=_order)[:limit]


def _known_words(connection: Connection) -> dict[str, int]:
    """Return the words of names, each with how many schemes have it."""
    rows = connection.execute("SELECT word, schemes FROM etl.scheme_word").fetchall()
    return {str(word): int(str(schemes)) for word, schemes in rows}


def _parameters(asked: Asked) -> dict[str, object]:
    terms = sorted((term for term in asked.terms if term.words), key=lambda term: -term.weight)[:_TERMS]
    return {
        "words": [" ".join(term.words) for term in terms],
        "weights": [term.weight for term in terms],
        "plan": asked.wanted.plan,
        "option": asked.wanted.option or "growth",
    }


def _candidate(row: Row, points: Decimal) -> Candidate:
    return Candidate(
        row.scheme_code, row.name, row.amc, row.category, row.plan, row.option, row.payout_frequency, row.isin,
        "vanished" if row.vanished else "active", row.former_name, points,
    )  # fmt: skip


def _order(candidate: Candidate) -> tuple[object, ...]:
    return (-candidate.score, candidate.status == "vanished", candidate.name or "", candidate.scheme_code)


@cache
def _query() -> LiteralString:
    return files("munim.readers").joinpath("scheme_search.sql").read_text(encoding="utf-8")
