"""Which of the sources' ids are one issue; pure, and the same whatever the order in which facts come.

Two ids are joined by what a person says, then by the same symbol, then by the same ISIN, each only while their dates
are near: a company offers further under the symbol and the ISIN of its IPO. Then by a score of cleaned name and dates,
never of the name alone. What scores too little, or fits two, stays apart and is listed for a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from pipelines.ipo_match import DOUBTFUL, ONE_ISSUE, How, Link, Member, Pair, Said, may_be_one, pair_of, scored, sure

if TYPE_CHECKING:
    from loaders.keyed_batch import Cell


@dataclass(frozen=True)
class Assignment:
    """Groups of members that are one issue each; the links that join them; and pairs for a person to look at.

    Groups and members are sorted, a group by its first member: numbers are given by the database.
    """

    groups: tuple[tuple[Member, ...], ...]
    links: tuple[Link, ...]
    doubtful: tuple[Link, ...]


def merged(facts: Iterable[tuple[Member, Mapping[str, Cell]]]) -> list[Said]:
    """Return what is said of each member, from its feeds' facts, the newest last; an absent value says nothing.

    A fact has the columns of `ipo_tables.FACT_COLUMNS`.
    """
    known: dict[Member, dict[str, Cell]] = defaultdict(dict)
    for member, fact in facts:
        known[member] |= {name: value for name, value in fact.items() if value is not None}
    return [
        Said(
            member,
            company=_text(values.get("company")),
            symbol=_text(values.get("symbol")),
            isin=_text(values.get("isin")),
            platform=_text(values.get("platform")),
            security_kind=_text(values.get("security_kind")),
            open_date=_day(values.get("open_date")),
            close_date=_day(values.get("close_date")),
        )
        for member, values in sorted(known.items())
    ]


def assign(said: Collection[Said], links: Collection[Pair] = (), unlinks: Collection[Pair] = ()) -> Assignment:
    """Return which members are one issue.

    `links` and `unlinks` are people's; both hold for groups: whoever is unlinked from one of a group's members joins
    none of it, unless a person links them. Of one pair that is in both the unlink holds. Raises ValueError for two
    that have the same member.
    """
    issues = {one.member: one for one in said}
    if len(issues) != len(said):
        raise ValueError("a member stands twice")
    apart = {pair_of(*pair) for pair in unlinks}
    likely = scored(issues)
    candidates = [*_candidates(issues, {pair_of(*pair) for pair in links} - apart), *sure(likely)]
    groups = _Groups(issues, apart)
    kept = [link for link in sorted(candidates, key=_strength) if groups.join(link)]
    joined = {pair for group in groups.members() for pair in combinations(group, 2)}
    # What a source or a person tells apart is no question any more.
    doubtful = [link for link in likely if link.pair not in joined and groups.may_be_asked(link)]
    # Of two members the strongest reason alone.
    reasons = {link.pair: link for link in sorted(kept, key=_strength, reverse=True)}
    return Assignment(
        groups.members(),
        tuple(sorted(reasons.values(), key=lambda link: link.pair)),
        tuple(sorted((link for link in doubtful if link.score >= DOUBTFUL), key=_strength)),
    )


def _strength(link: Link) -> tuple[int, Decimal, Pair]:
    return (("person", "symbol", "isin", "score").index(link.how), -link.score, link.pair)


def _candidates(issues: Mapping[Member, Said], linked: Collection[Pair]) -> Iterator[Link]:
    """Yield every reason to join two members."""
    for pair in linked:
        if pair[0] in issues and pair[1] in issues:
            yield Link(pair, "person", Decimal(1))
    by: dict[tuple[How, str], list[Member]] = defaultdict(list)
    for member, one in issues.items():
        if one.symbol:
            by["symbol", one.symbol].append(member)
        if one.isin:
            by["isin", one.isin].append(member)
    for (how, _), members in by.items():
        dated = [member for member in members if issues[member].open_date is not None]
        for pair in combinations(sorted(members), 2):
            one, other = issues[pair[0]], issues[pair[1]]
            # One without dates joins where there is no choice.
            undated = one.open_date is None or other.open_date is None
            if may_be_one(one, other) and (not undated or _are_near(issues, dated)):
                yield Link(pair, how, Decimal(1))


def _are_near(issues: Mapping[Member, Said], dated: Collection[Member]) -> bool:
    days = [day for member in dated if (day := issues[member].open_date) is not None]
    return not days or max(days) - min(days) <= ONE_ISSUE


@dataclass
class _Groups:
    """Members that are being joined; a join that a rule forbids is not made."""

    issues: Mapping[Member, Said]
    apart: Collection[Pair]
    group_of: dict[Member, set[Member]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.group_of = {member: {member} for member in self.issues}

    def join(self, link: Link) -> bool:
        """Join the groups of two members; return whether they are one now."""
        one, other = (self.group_of[member] for member in link.pair)
        if one is other:
            return True
        if link.how != "person" and not self._may_join(one, other, link.how):
            return False
        one |= other
        for member in other:
            self.group_of[member] = one
        return True

    def may_be_asked(self, link: Link) -> bool:
        """Tell whether nothing says that two members, or those that each is joined to, are two issues."""
        one, other = (self.group_of[member] for member in link.pair)
        return self._may_join(one, other, "score")

    def members(self) -> tuple[tuple[Member, ...], ...]:
        """Return the groups, sorted."""
        distinct = {id(group): group for group in self.group_of.values()}
        return tuple(sorted(tuple(sorted(group)) for group in distinct.values()))

    def _may_join(self, one: Collection[Member], other: Collection[Member], how: How) -> bool:
        for left in one:
            for right in other:
                if pair_of(left, right) in self.apart or not may_be_one(self.issues[left], self.issues[right]):
                    return False
                # A source tells its own issues apart: a likeness of names doesn't know better.
                if how == "score" and left[0] == right[0]:
                    return False
        return True


def _text(value: Cell) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: Cell) -> date | None:
    return value if isinstance(value, date) else None
