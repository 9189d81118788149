"""What is kept of an import: figures of both classes of a session, said once, and not against what is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.flows_fii_dii import CLASSES, Figures

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

FlowKey = tuple["date", str, str, str]
"""trade_date, investor_class, scope and source: the key of market.fii_dii."""

JUDGEMENTS = ("not_a_session", "other_figures")
"""Reasons that hang on what the database knows."""

UNKNOWN_BASIS = "imported"
"""What is known of figures whose file does not say it: they may be of any."""

ACCEPTABLE = ("net_differs", *JUDGEMENTS)
"""Reasons that are a judgement: a person may accept such a line. The others can't be read, or are no figures."""


@dataclass(frozen=True)
class Known:
    """What the database knows: the exchange's sessions, and figures of market.fii_dii of any source.

    A day between the first and the last of `sessions` that is none of them is no session.
    """

    sessions: AbstractSet[date] = frozenset()
    stored: Mapping[FlowKey, Figures] = field(default_factory=dict)
    bases: Mapping[FlowKey, str] = field(default_factory=dict)
    """The basis of stored figures, where it is known: provisional and final ones differ, and neither corrects."""


@dataclass(frozen=True)
class Candidate:
    """One class's figures of one day, as a line of the file says."""

    line_no: int
    day: date
    investor_class: str
    scope: str
    basis: str
    label: str
    figures: Figures


@dataclass
class Refusals:
    """Why lines are refused: the first reason that was found for each."""

    accepted: Collection[int] = ()
    reasons: dict[int, tuple[str, str]] = field(default_factory=dict)

    def refuse(self, line_no: int, reason: str, detail: str) -> None:
        """Refuse a line, unless a person accepted it although such a judgement is against it."""
        if reason in ACCEPTABLE and line_no in self.accepted:
            return
        self.reasons.setdefault(line_no, (reason, detail))

    def kept(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Return those whose line is not refused."""
        return [one for one in candidates if one.line_no not in self.reasons]


def settle(
    candidates: Sequence[Candidate], source: str, known: Known | None, refusals: Refusals
) -> tuple[list[Candidate], int]:
    """Return what is kept, a candidate a key, and how many said again what another had said.

    Refuses, in this order: days that are no session, figures that are not those which another source has of the
    session, lines that contradict each other, and a class without the other.
    """
    if known is not None:
        _against_known(candidates, source, known, refusals)
    _contradictions(refusals.kept(candidates), refusals)
    first: dict[tuple[date, str, str], Candidate] = {}
    left = refusals.kept(candidates)
    for one in left:
        first.setdefault((one.day, one.investor_class, one.scope), one)
    repeated = len(left) - len(first)
    _halves(left, refusals)
    return refusals.kept(first.values()), repeated


def _against_known(candidates: Sequence[Candidate], source: str, known: Known, refusals: Refusals) -> None:
    """Refuse rows dated by the day of a run: of a day without a session, or with another session's figures.

    So one scraper's file (April to August 2026) had 27 of 42 days under the date of the day after.
    """
    others: dict[tuple[date, str, str], list[tuple[str, str, Figures]]] = defaultdict(list)
    for key, figures in known.stored.items():
        day, investor_class, scope, whose = key
        if whose != source:
            others[day, investor_class, scope].append((whose, known.bases.get(key, UNKNOWN_BASIS), figures))
    first, last = min(known.sessions, default=None), max(known.sessions, default=None)
    for one in candidates:
        if first is not None and last is not None and first <= one.day <= last and one.day not in known.sessions:
            refusals.refuse(one.line_no, "not_a_session", f"{one.day} was no session of the exchange")
        for whose, basis, figures in others[one.day, one.investor_class, one.scope]:
            if _comparable(one.basis, basis) and not _agree(one.figures, figures):
                detail = f"{one.day} {one.investor_class}: net {one.figures.net}, but {whose} has net {figures.net}"
                refusals.refuse(one.line_no, "other_figures", detail)


def _comparable(mine: str, other: str) -> bool:
    return mine == other or UNKNOWN_BASIS in {mine, other}


def _agree(mine: Figures, other: Figures) -> bool:
    pairs = ((mine.buy, other.buy), (mine.sell, other.sell), (mine.net, other.net))
    return all(one == another for one, another in pairs if one is not None and another is not None)


def _contradictions(candidates: Sequence[Candidate], refusals: Refusals) -> None:
    said: dict[tuple[date, str, str], list[Candidate]] = defaultdict(list)
    for one in candidates:
        said[one.day, one.investor_class, one.scope].append(one)
    for same in said.values():
        if len({one.figures for one in same}) > 1:
            for one in same:
                detail = f"{one.day} {one.investor_class} stands here again with other figures"
                refusals.refuse(one.line_no, "conflicting_duplicate", detail)


def _halves(candidates: Sequence[Candidate], refusals: Refusals) -> None:
    """Refuse what is left of a session of which one class is missing, or was refused."""
    classes: dict[tuple[date, str], set[str]] = defaultdict(set)
    for one in candidates:
        classes[one.day, one.scope].add(one.investor_class)
    for one in candidates:
        missing = [name for name in CLASSES if name not in classes[one.day, one.scope]]
        if missing:
            detail = f"{one.day} has no figures of {' and '.join(missing)} that can be kept"
            refusals.refuse(one.line_no, "one_class", detail)
