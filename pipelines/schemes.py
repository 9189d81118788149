"""A scheme's state over time, from what the feeds said of it; pure.

Two feeds speak of a scheme, and not alike: `latest` lost the long name on 20-Aug-2026, and `history` carries today's
names whatever the date. So each keeps its own line of facts, and this precedence joins them: what `latest` supplies
counts, `history` fills what it doesn't; of two long names the one that `latest` says now, else the newer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from loaders.batch import Note
from pipelines.isin import clean_isin
from pipelines.scheme_category import canonical_category
from pipelines.scheme_names import classify
from scrapers.amfi import HISTORY, LATEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loaders.batch import Fact, FactEvent, PayloadRef, SchemeState

_KIND, _AMC, _CATEGORY, _NAME, _PLAN, _OPTION, _ISIN, _ISIN_REINVESTMENT = range(8)


@dataclass(frozen=True)
class _Known:
    """What has been said of a scheme up to a time."""

    latest: Fact | None = None
    history: Fact | None = None
    long_name: str | None = None
    base_name: str | None = None
    plan: str | None = None
    option: str | None = None
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    vanished_at: datetime | None = None
    listed_from: PayloadRef | None = None
    last_listed_at: datetime | None = None
    unlisted: _Known | None = None


def derive(events: Sequence[FactEvent], payloads: Sequence[PayloadRef]) -> list[tuple[PayloadRef, SchemeState]]:
    """Return a scheme's states, oldest first, each from the payload that established it; neighbours differ.

    A state is a tuple in the order of `loaders.scheme_rows.STATE_COLUMNS`. `events` are the facts of one scheme in the
    order of their payloads; `payloads` are all, to know which complete file was the last to list a scheme.
    """
    states: list[tuple[PayloadRef, SchemeState]] = []
    known = _Known()
    for ref, feed, fact in events:
        known = _learn(known, ref, feed, fact, payloads)
        state = _state(known)
        if not states or states[-1][1] != state:
            states.append((ref, state))
    return states


def _learn(known: _Known, ref: PayloadRef, feed: str, fact: Fact | None, payloads: Sequence[PayloadRef]) -> _Known:
    if feed == LATEST and fact is None and ref.is_decision:
        # A revert, not a file: it is as before the scheme was listed.
        return known.unlisted or known
    if feed == LATEST and fact is None:
        # While a scheme is listed every complete file lists it; one that was forced in is none.
        seen = _last_complete(known.listed_from, ref, payloads) or known.last_listed_at
        return replace(known, listed_from=None, last_listed_at=seen, last_seen_at=seen, vanished_at=ref.fetched_at)
    if fact is None:
        return known
    if feed == LATEST:
        if known.listed_from is None:
            known = replace(known, unlisted=known)
        known = replace(
            known,
            latest=fact,
            first_seen_at=known.first_seen_at or ref.fetched_at,
            last_seen_at=None,
            vanished_at=None,
            listed_from=known.listed_from or ref,
        )
    elif feed == HISTORY:
        known = replace(known, history=fact)
    return _learn_name(known, feed, fact)


def _learn_name(known: _Known, feed: str, fact: Fact) -> _Known:
    latest_is_long = known.latest is not None and known.latest[_KIND] == "long"
    if fact[_KIND] == "base":
        known = replace(known, base_name=fact[_NAME])
    elif feed == LATEST or not latest_is_long:
        known = replace(known, long_name=fact[_NAME])
    has_columns = fact[_PLAN] is not None or fact[_OPTION] is not None or fact[_KIND] == "base"
    latest_has_columns = known.latest is not None and known.latest[_KIND] == "base"
    if has_columns and (feed == LATEST or not latest_has_columns):
        known = replace(known, plan=fact[_PLAN], option=fact[_OPTION])
    return known


def _last_complete(first: PayloadRef | None, ref: PayloadRef, payloads: Sequence[PayloadRef]) -> datetime | None:
    """Return the fetch of the last complete file from `first` on and before `ref`."""
    if first is None:
        return None
    found = [other.fetched_at for other in payloads if first <= other < ref and other.complete and other.feed == LATEST]
    return found[-1] if found else None


def _state(known: _Known) -> SchemeState:
    fact = known.latest or known.history
    if fact is None:
        nothing = (None,) * 15
        return (*nothing, False, None, known.first_seen_at, known.last_seen_at, known.vanished_at)
    heading = fact[_CATEGORY]
    category = canonical_category(heading) if heading else None
    named = classify(known.long_name, known.base_name, known.plan, known.option)
    return (
        fact[_AMC],
        heading,
        category.structure if category else None,
        category.asset_class if category else None,
        category.sub_category if category else None,
        known.long_name,
        known.base_name,
        named.plan,
        named.plan_source,
        named.plan_class,
        named.option,
        named.option_source,
        named.payout_frequency,
        _first_isin(known, _ISIN),
        _first_isin(known, _ISIN_REINVESTMENT),
        named.conflict,
        named.conflict_detail,
        known.first_seen_at,
        known.last_seen_at,
        known.vanished_at,
    )


def _first_isin(known: _Known, place: int) -> str | None:
    """Return the ISIN that `latest` gives, else the one that `history` gives."""
    said = [_isin(fact[place]) for fact in (known.latest, known.history) if fact is not None]
    return next((isin for isin in said if isin is not None), None)


@lru_cache(maxsize=65_536)
def _isin(raw: str | None) -> str | None:
    return clean_isin(raw)[0]


def describe(scheme_code: str, fact: Fact) -> list[Note]:
    """Return what is odd about what a feed says of a scheme now: junk for an ISIN, a category that nobody knows."""
    notes = []
    for column, raw in (("isin_payout_or_growth", fact[_ISIN]), ("isin_reinvestment", fact[_ISIN_REINVESTMENT])):
        why = clean_isin(raw)[1]
        if why is not None:
            notes.append(Note(why, scheme_code, detail={"column": column, "raw": raw}))
    heading = fact[_CATEGORY]
    if heading and not canonical_category(heading).known:
        notes.append(Note("unknown_category", scheme_code, detail={"raw": heading}))
    return notes
