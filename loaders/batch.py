"""What a load is given: the rows of one payload, read and checked, and what is known of the payload."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

if TYPE_CHECKING:
    import pandas as pd


NavKey = tuple[date, str]
"""A day and a scheme code."""

Fact = tuple[str | None, ...]
"""What a feed says of a scheme: name_kind, then the columns of `loaders.columns.RAW_FACTS`."""

FactKey = tuple[str, str]
"""A scheme code and a feed."""


@dataclass(frozen=True, order=True, slots=True)
class PayloadRef:
    """A loaded payload's place among all: by when it was fetched, then by feed and digest, so that no two tie."""

    fetched_at: datetime
    feed: str
    sha256: str
    payload_id: int = field(compare=False)
    complete: bool = field(compare=False)
    recorded_at: datetime = field(compare=False)
    content_from: date | None = field(compare=False, default=None)
    content_to: date | None = field(compare=False, default=None)
    is_decision: bool = field(compare=False, default=False)
    slot: str = field(compare=False, default="again")
    url: str = field(compare=False, default="archive")


@dataclass(frozen=True)
class Note:
    """Something odd that is kept: `kind`, the key it is about, and figures."""

    kind: str
    subject: str | None = None
    content_date: date | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """The outcome of one check over a payload; a blocking one that failed changes nothing unless forced."""

    name: str
    passed: bool
    blocking: bool
    detail: str


@dataclass(frozen=True)
class NavBatch:
    """The rows of one payload.

    `navs`: scheme_code (Arrow string), nav_date (Arrow date32), nav (Arrow decimal128(20, 10), ₹), line_no (int64);
    no two rows of one key. `facts`: scheme_code, name_kind and the columns of `RAW_FACTS` as Arrow strings, one row a
    scheme. `rejects`: line_no, raw_line, reason, detail. `withdrawn` are keys whose value is taken back, and
    `fact_decisions` what is put back into a feed's facts by scheme (both of a revert).
    `snapshot`: the feed lists every scheme; `complete`: this payload does, so what it leaves out has vanished.
    `rows_read` counts the payload's rows, `rows_absent` those without a value, `rows_repeated` those that say the same
    twice.
    """

    navs: pd.DataFrame
    facts: pd.DataFrame
    rejects: pd.DataFrame
    layout: str
    rows_read: int
    rows_absent: int
    rows_repeated: int = 0
    snapshot: bool = False
    complete: bool = False
    notes: Sequence[Note] = ()
    withdrawn: Sequence[NavKey] = ()
    fact_decisions: Mapping[str, Mapping[str, Fact | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadContext:
    """Who asked for a load, and how: what the ledger needs besides the rows."""

    dataset: str
    started_at: datetime
    asked_by: str
    parser_version: str
    forced: bool = False
    closes_slot: bool = False
    dry_run: bool = False
    reverts_run_id: int | None = None
    needs_day: date | None = None
    """The day that must be in the content for the slot to be filled; None: whatever came fills it."""
    run_key: UUID = field(default_factory=uuid4)


class Sightings(Protocol):
    """Looks into archived payloads for where a key was seen again: needed when a stretch is split."""

    def navs(self, keys: Collection[NavKey], payloads: Sequence[PayloadRef]) -> dict[NavKey, PayloadRef]:
        """Return for each key the first of the payloads that holds it."""
        ...

    def facts(self, keys: Collection[FactKey], payloads: Sequence[PayloadRef]) -> dict[FactKey, PayloadRef]:
        """Return for each key the first of the payloads that says anything of it."""
        ...


FactEvent = tuple[PayloadRef, str, Fact | None]
"""From a payload on, a feed says this of a scheme; None: its complete files no longer list it."""

SchemeState = tuple[object, ...]
"""The columns of market.scheme after scheme_code and before payload_id."""

DeriveScheme = Callable[[Sequence[FactEvent], Sequence[PayloadRef]], list[tuple[PayloadRef, SchemeState]]]
"""From all facts of one scheme (oldest first) and all payloads, its states over time; pure, neighbours differ."""
