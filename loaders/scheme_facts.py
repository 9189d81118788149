"""What each feed said of each scheme, from when on: chains of facts, kept like the chains of NAVs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from loaders import fact_digests
from loaders.fact_digests import FACT_COLUMNS, Pieces
from loaders.nav_rows import one_array
from loaders.timeline import Stretch, known_at, place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from loaders.batch import Fact, FactKey, PayloadRef, Sightings
    from loaders.database import Connection
    from loaders.payloads import Placement

FactChain = list[Stretch[tuple[str | None, ...]]]

_READ = f"""
SELECT scheme_code, payload_id, listed, {", ".join(FACT_COLUMNS)} FROM etl.scheme_fact
WHERE feed = %s AND (%s::text[] IS NULL OR scheme_code = ANY (%s::text[]))
"""  # noqa: S608 - the columns are a constant

_VANISHED_AT = "SELECT scheme_code FROM etl.scheme_fact WHERE feed = %s AND payload_id = ANY (%s) AND NOT listed"


@dataclass
class FactChanges:
    """Schemes whose facts moved: all whose state is to be derived again, what is said now, and what was changed."""

    codes: set[str] = field(default_factory=set)
    columns: Counter[str] = field(default_factory=Counter)
    relabelled: int = 0
    said: dict[str, Fact] = field(default_factory=dict)


def load_facts(  # noqa: PLR0913 - what is said, where, and what is known already
    connection: Connection,
    facts: pd.DataFrame,
    feed: str,
    where: Placement,
    sightings: Sightings,
    *,
    kept: set[bytes] | None,
    is_snapshot: bool,
    complete: bool,
) -> FactChanges:
    """Load what a payload says of its schemes; a complete one also says which are no longer listed.

    `kept` are the feed's digests, of which nothing is made unless the payload is the newest.
    """
    new = fact_digests.of_frame(facts)
    pieces = new.differing(kept if kept is not None and where.is_newest else set())
    gone: list[str] = []
    if not where.is_newest or (is_snapshot and not complete):
        # Of what an incomplete file leaves out nobody could say later whether a file before it had it.
        fact_digests.forget(connection)
    else:
        gone = fact_digests.drop(connection, feed, (kept or set()).difference(new.digests))
        fact_digests.write(connection, feed, new, pieces)
    if complete and (kept is None or not where.is_newest):
        gone = _codes_of(connection, feed)
    values: dict[str, Fact | None] = _values(facts, new, pieces)
    if complete:
        values |= dict.fromkeys(fact_digests.not_among(gone, new.code))
    changes = place_facts(connection, feed, values, where, sightings)
    if complete:
        changes.codes |= _seen_later(connection, feed, where)
    return changes


def _values(facts: pd.DataFrame, new: Pieces, pieces: Sequence[int]) -> dict[str, Fact | None]:
    """Return what is said of each scheme of some pieces."""
    rows = pa.array(new.rows_of(pieces))
    columns = [one_array(pa.array(facts[name])).take(rows).to_pylist() for name in FACT_COLUMNS]
    return dict(zip(new.code.take(rows).to_pylist(), zip(*columns, strict=True), strict=True))


def place_facts(
    connection: Connection,
    feed: str,
    values: Mapping[str, Fact | None],
    where: Placement,
    sightings: Sightings,
) -> FactChanges:
    """Put a payload's facts into the chains of its schemes; None: it says that the scheme is not listed."""
    changes = FactChanges()
    if not values:
        return changes
    before = read_chains(connection, feed, list(values), where.ranks)
    rank = where.ranks[where.mine.payload_id]
    differing = [code for code, value in values.items() if known_at(before.get(code, []), rank) != value]
    resumes = _resumes(feed, differing, where, sightings)
    after = {}
    for code in differing:
        chain = before.get(code, [])
        resume = resumes.get(code)
        again: Stretch[Fact] | None = None
        if resume is not None:
            again = Stretch(where.ranks[resume.payload_id], None, resume.payload_id)
        after[code] = place(chain, Stretch(rank, values[code], where.mine.payload_id), again)
        _tell(changes, code, known_at(chain, rank), values[code])
    _write_chains(connection, feed, {code: before.get(code, []) for code in differing}, after)
    changes.codes = set(differing)
    return changes


def _tell(changes: FactChanges, code: str, old: Fact | None, new: Fact | None) -> None:
    if new is not None:
        changes.said[code] = new
    if old is None or new is None:
        return
    changes.relabelled += 1
    changes.columns.update(name for name, a, b in zip(FACT_COLUMNS, old, new, strict=True) if a != b)


def _resumes(feed: str, codes: Sequence[str], where: Placement, sightings: Sightings) -> dict[str, PayloadRef]:
    """Find where each scheme was spoken of next: a complete payload speaks of every scheme."""
    later = [ref for ref in where.later if ref.feed == feed or ref.is_decision]
    if not codes or not later:
        return {}
    complete = next((ref for ref in later if ref.complete), None)
    others = later[: later.index(complete)] if complete is not None else later
    keys: set[FactKey] = {(code, feed) for code in codes}
    seen = {code: ref for (code, _), ref in (sightings.facts(keys, others) if others else {}).items()}
    if complete is not None:
        seen = {code: seen.get(code, complete) for code in codes}
    return seen


def read_chains(
    connection: Connection, feed: str, codes: list[str] | None, ranks: Mapping[int, int]
) -> dict[str, FactChain]:
    """Return the chains of a feed's schemes; those of which nothing is known are left out."""
    chains: dict[str, FactChain] = defaultdict(list)
    for code, payload_id, listed, *fact in connection.execute(_READ, (feed, codes, codes)).fetchall():
        value = tuple(fact) if listed else None
        chains[code].append(Stretch(ranks[payload_id], value, payload_id))  # type: ignore[index, arg-type]
    for chain in chains.values():
        chain.sort(key=lambda stretch: stretch.rank)
    return chains


def _write_chains(
    connection: Connection, feed: str, before: Mapping[str, FactChain], after: Mapping[str, FactChain]
) -> None:
    gone, new = [], []
    for code, chain in after.items():
        old = {(stretch.payload_id, stretch.value) for stretch in before[code]}
        now = {(stretch.payload_id, stretch.value) for stretch in chain}
        gone += [(code, feed, payload_id) for payload_id, _ in old - now]
        new += [(code, feed, payload_id, value) for payload_id, value in now - old]
    nothing = (None,) * len(FACT_COLUMNS)
    with connection.cursor() as cursor:
        if gone:
            cursor.executemany(
                "DELETE FROM etl.scheme_fact WHERE scheme_code = %s AND feed = %s AND payload_id = %s", gone
            )
        if not new:
            return
        columns = ", ".join(("scheme_code", "feed", "payload_id", "listed", *FACT_COLUMNS))
        with cursor.copy(f"COPY etl.scheme_fact ({columns}) FROM STDIN") as copy:
            for code, name, payload_id, value in new:
                copy.write_row((code, name, payload_id, value is not None, *(value or nothing)))


def _codes_of(connection: Connection, feed: str) -> list[str]:
    rows = connection.execute("SELECT DISTINCT scheme_code FROM etl.scheme_fact WHERE feed = %s", (feed,)).fetchall()
    return [str(row[0]) for row in rows]


def _seen_later(connection: Connection, feed: str, where: Placement) -> set[str]:
    """Return the schemes that vanished up to the next complete payload: this one may be the last that listed them."""
    following: list[int] = []
    for ref in where.later:
        if ref.is_decision or (ref.feed == feed and ref.complete):
            following.append(ref.payload_id)
        if ref.feed == feed and ref.complete:
            break
    if not following:
        return set()
    return {str(row[0]) for row in connection.execute(_VANISHED_AT, (feed, following)).fetchall()}
