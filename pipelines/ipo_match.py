"""How sure it is that two of the sources' ids are one issue, by cleaned name and dates; never by the name alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Final, Literal

from pipelines.ipo_names import BEGINS_ALIKE, WRITTEN_OUT, likeness, words

Member = tuple[str, str]
"""A source and its id of an issue."""

Pair = tuple[Member, Member]
"""Two members, the smaller first."""

How = Literal["person", "symbol", "isin", "score"]

THRESHOLD: Final = Decimal("0.85")
DOUBTFUL: Final = Decimal("0.55")
"""From here on a pair that stays apart is listed for a person: two names that are nearly the same, without dates."""

LEAST_LIKENESS: Final = Decimal("0.6")
"""Names that have less in common are two issuers', whatever their dates: many issues open on one day."""

APART: Final = THRESHOLD - Decimal("0.0001")
"""The most that two get which nothing but a likeness joins: of two companies with like names (`Sunrise Foods`, `Sunrise
Foods Exports`; `Shree Ganesh`, `Shri Ganesh`) that offer on the same days, a person or a symbol must say so."""

CUTS_NAMES: Final = frozenset({"ipowatch"})
"""Sources that write the beginning of a name alone, and have no other id than it: `Anand Rathi Share`."""

MARGIN: Final = Decimal("0.05")
"""How much better than the next one a match must be."""

ONE_ISSUE: Final = timedelta(days=180)
"""An issue that is put off opens within half a year; a further offer comes years after the first."""

NAME_SHARE: Final = Decimal("0.6")
DATES_SHARE: Final = Decimal("0.4")
OTHER_PLATFORM: Final = Decimal("0.3")
SLIP: Final = timedelta(days=3)
BEGINNING: Final = 3
"""Names that begin with other letters are compared on issues of the same day alone."""


@dataclass(frozen=True)
class Said:
    """What a source says of one of its ids, all its feeds together."""

    member: Member
    company: str | None = None
    symbol: str | None = None
    isin: str | None = None
    platform: str | None = None
    security_kind: str | None = None
    open_date: date | None = None
    close_date: date | None = None


@dataclass(frozen=True)
class Link:
    """Why two members are, or may be, one issue."""

    pair: Pair
    how: How
    score: Decimal


def pair_of(one: Member, other: Member) -> Pair:
    """Return two members as a pair."""
    return (one, other) if one <= other else (other, one)


def score(one: Said, other: Said) -> Decimal:
    """Return how sure it is that two are one issue, from 0 to 1, by name and dates; 0 where that can't be.

    Without dates on both sides it stays below the threshold: names alone join nothing.
    """
    if not may_be_one(one, other) or one.company is None or other.company is None:
        return Decimal(0)
    name = Decimal(f"{likeness(one.company, other.company):.4f}")
    if name < LEAST_LIKENESS:
        return Decimal(0)
    total = NAME_SHARE * name + DATES_SHARE * (_dates_alike(one, other) or 0)
    if one.platform and other.platform and one.platform != other.platform:
        total -= OTHER_PLATFORM
    if not _is_one_name(one, other) or _ids_differ(one, other):
        total = min(total, APART)
    return max(total, Decimal(0)).quantize(Decimal("0.0001"))


def sure(scored: Collection[Link]) -> Iterator[Link]:
    """Yield the matches above the threshold that are the best of both their members in the other's source, by far."""
    scores: dict[tuple[Member, str], list[Decimal]] = defaultdict(list)
    for link in scored:
        one, other = link.pair
        scores[one, other[0]].append(link.score)
        scores[other, one[0]].append(link.score)
    for link in scored:
        one, other = link.pair
        rivals = (scores[one, other[0]], scores[other, one[0]])
        # Itself is among them.
        if link.score >= THRESHOLD and all(_near_the_best(found, link.score) == 1 for found in rivals):
            yield link


def _near_the_best(scores: Collection[Decimal], mine: Decimal) -> int:
    """Count the scores that are not worse than mine by the margin."""
    return sum(mine - score < MARGIN for score in scores)


def scored(issues: Mapping[Member, Said]) -> list[Link]:
    """Return the scores of pairs of different sources whose names are alike enough, each pair once."""
    blocks: dict[object, list[Member]] = defaultdict(list)
    for member in sorted(issues):
        joined = "".join(words(issues[member].company or ""))
        if joined:
            blocks[joined[:BEGINNING]].append(member)
            blocks[issues[member].open_date or joined].append(member)
    pairs = {pair for members in blocks.values() for pair in combinations(members, 2) if pair[0][0] != pair[1][0]}
    found = ((pair, score(issues[pair[0]], issues[pair[1]])) for pair in sorted(pairs))
    return [Link(pair, "score", value) for pair, value in found if value > 0]


def may_be_one(one: Said, other: Said) -> bool:
    """Tell whether nothing speaks against two being one issue: dates that are far apart, or other kinds."""
    if one.open_date and other.open_date and abs(one.open_date - other.open_date) > ONE_ISSUE:
        return False
    kinds = {one.security_kind, other.security_kind} - {None, "unknown"}
    # NSE's lists don't tell a further offer from an IPO while it is open.
    return len(kinds) <= 1 or kinds == {"ipo", "fpo"}


def _is_one_name(one: Said, other: Said) -> bool:
    """Tell whether two names are one, written out or cut short by a site that does so; else they are like, and no more.

    A name that is cut short must have its days right: both of them.
    """
    alike = likeness(one.company or "", other.company or "")
    if alike >= WRITTEN_OUT:
        return True
    short, long = sorted((one, other), key=lambda said: len(words(said.company or "")))
    days = (short.open_date, short.close_date)
    return (
        alike >= BEGINS_ALIKE
        and short.member[0] in CUTS_NAMES
        and None not in days
        and days == (long.open_date, long.close_date)
    )


def _ids_differ(one: Said, other: Said) -> bool:
    """Tell whether an exchange's symbol or the ISIN says that they are two."""
    pairs = ((one.symbol, other.symbol), (one.isin, other.isin))
    return any(left is not None and right is not None and left != right for left, right in pairs)


def _dates_alike(one: Said, other: Said) -> Decimal | None:
    """Return how alike the days of bidding are, from 0 to 1; None where a side has none."""
    pairs = [(one.open_date, other.open_date), (one.close_date, other.close_date)]
    apart = [abs(left - right) for left, right in pairs if left is not None and right is not None]
    if not apart:
        return None
    if not any(apart):
        return Decimal(1)
    if min(apart) == timedelta(0):
        return Decimal("0.8")
    return Decimal("0.5") if min(apart) <= SLIP else Decimal(0)
