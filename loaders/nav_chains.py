"""A payload that takes its place in the past: what was known of each NAV, put together again around it.

A payload that is fetched earlier and loaded later, or one that withdraws values, can't go by the current row alone.
The rows and revisions that come out are those that any other order of loading gives.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loaders import nav_latest
from loaders.nav_rows import NAV_TYPE, NavArrays, concat, match, scaled
from loaders.nav_stored import read_stored
from loaders.timeline import Stretch, known_at, place
from loaders.upsert import EPOCH, NavChange, NavCounts, add, added_changes, to_date, to_decimals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from loaders.batch import NavKey, PayloadRef, Sightings
    from loaders.database import Connection
    from loaders.payloads import Placement

NavChain = list[Stretch[Decimal]]

_RECORDED_LATER = """
INSERT INTO etl.nav_recorded (nav_date, scheme_code, payload_id, recorded_at)
SELECT date '1970-01-01' + row.day, row.code, %s, %s FROM unnest(%s::int[], %s::text[]) AS row (day, code)
ON CONFLICT DO NOTHING
"""

_FORGET_RECORDED = """
-- What was refused at first and read later stays: its payload may begin a stretch again.
DELETE FROM etl.nav_recorded AS r USING etl.payload AS p
WHERE r.nav_date = %s AND r.scheme_code = %s AND r.payload_id = %s
  AND p.payload_id = r.payload_id AND r.recorded_at < p.recorded_at
"""

_REVISIONS = """
SELECT r.nav_date, r.scheme_code, r.nav, r.payload_id, r.superseded_by
FROM unnest(%s::date[], %s::text[]) AS wanted (nav_date, scheme_code)
JOIN market.nav_revision AS r USING (nav_date, scheme_code)
"""

_RECORDED = """
SELECT r.nav_date, r.scheme_code, r.payload_id, r.recorded_at
FROM unnest(%s::date[], %s::text[]) AS wanted (nav_date, scheme_code)
JOIN etl.nav_recorded AS r USING (nav_date, scheme_code)
"""


def load_into_past(
    connection: Connection, wanted: NavArrays, withdrawn: Sequence[NavKey], where: Placement, sightings: Sightings
) -> tuple[NavCounts, NavArrays, list[NavChange]]:
    """Load the rows of a payload that is not the newest, or that withdraws values.

    Returns the counts, the rows of market.nav that were written, and the same as changes.
    """
    stored = read_stored(connection, wanted)
    found = match(wanted, stored)
    there = found >= 0
    rank = np.array([where.ranks[int(number)] for number in stored.payload_id[found[there]]], dtype=np.int64)
    settled = np.zeros(len(wanted), dtype=bool)
    settled[there] = (stored.nav_e10[found[there]] == wanted.nav_e10[there]) & (
        rank < where.ranks[where.mine.payload_id]
    )
    revised = _revised(connection, wanted, there)
    fresh = ~there & ~revised & (not any(ref.is_decision for ref in where.later))
    rows = np.flatnonzero(fresh)
    add(connection, wanted.take(rows), where.mine.payload_id)
    hard = np.flatnonzero(~settled & ~fresh)
    values: dict[NavKey, Decimal | None] = dict.fromkeys(withdrawn)
    values |= dict(zip(_keys(wanted.take(hard)), to_decimals(wanted.nav_e10[hard]), strict=True))
    counts, moved, moves = _load_hard(connection, values, where, sightings)
    written = concat([wanted.take(rows), _current_rows(moved)])
    _keep_latest(connection, written, moved)
    counts.new += len(rows)
    counts.unchanged += int(settled.sum())
    return counts, written, [*moves, *added_changes(wanted.take(rows))]


def recorded_later(connection: Connection, rows: NavArrays, payload_id: int, at: datetime) -> None:
    """Keep that these rows could be read only from now on, and not when their payload was loaded."""
    connection.execute(_RECORDED_LATER, (payload_id, at, rows.day.tolist(), rows.names()))


def _revised(connection: Connection, wanted: NavArrays, there: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell for each wanted row without a stored one whether it has revisions."""
    revised = np.zeros(len(wanted), dtype=bool)
    missing = np.flatnonzero(~there)
    if len(missing):
        keys = _keys(wanted.take(missing))
        dates, codes = zip(*keys, strict=True)
        have = {(row[0], row[1]) for row in connection.execute(_REVISIONS, (list(dates), list(codes))).fetchall()}
        revised[missing] = [key in have for key in keys]
    return revised


def _load_hard(
    connection: Connection, values: Mapping[NavKey, Decimal | None], where: Placement, sightings: Sightings
) -> tuple[NavCounts, dict[NavKey, NavChain], list[NavChange]]:
    counts = NavCounts()
    if not values:
        return counts, {}, []
    before = read_chains(connection, list(values), where)
    mine = where.mine
    rank = where.ranks[mine.payload_id]
    differing = {key for key, value in values.items() if known_at(before[key], rank) != value}
    resumes = _resumes(differing, before, where, sightings)
    after = {
        key: place(before[key], Stretch(rank, values[key], mine.payload_id), resumes.get(key)) for key in differing
    }
    moved = {key for key in differing if after[key] != before[key]}
    write_chains(connection, {key: before[key] for key in moved}, after, where)
    for key in values:
        _count(counts, before[key], after.get(key, before[key]))
    return counts, {key: after[key] for key in moved}, [_change(key, before[key], after[key]) for key in moved]


def _change(key: NavKey, before: NavChain, after: NavChain) -> NavChange:
    old, new = _rows(before)[0], _rows(after)[0]
    return NavChange(*key, old[0] if old is not None else None, new[0] if new is not None else None)


def _current_rows(moved: Mapping[NavKey, NavChain]) -> NavArrays:
    """Return the rows of market.nav that chains end in; those that end withdrawn have none."""
    current = {key: row for key, chain in moved.items() if (row := _rows(chain)[0]) is not None}
    keys = _arrays(list(current))
    return NavArrays(
        keys.day,
        keys.code,
        scaled(pa.array([row[0] for row in current.values()], NAV_TYPE)),
        np.array([row[1] for row in current.values()], dtype=np.int32),
    )


def _keep_latest(connection: Connection, written: NavArrays, moved: Mapping[NavKey, NavChain]) -> None:
    """Take what was written into the kept newest NAVs; look again where the newest one was withdrawn."""
    latest = nav_latest.read_latest(connection)
    nav_latest.advance(connection, latest, written)
    newest = dict(zip(latest.names(), latest.day.tolist(), strict=True))
    gone = {
        code
        for (day, code), chain in moved.items()
        if _rows(chain)[0] is None and newest.get(code) == day.toordinal() - EPOCH
    }
    nav_latest.refresh(connection, gone)


def _count(counts: NavCounts, before: NavChain, after: NavChain) -> None:
    """A row is new when nothing was known of it, changed when a stretch was added, unchanged otherwise."""
    if not before and after:
        counts.new += 1
    elif len(after) > len(before) or (after and before and after[-1].value != before[-1].value):
        counts.changed += 1
    else:
        counts.unchanged += 1


def _resumes(
    keys: Collection[NavKey], chains: Mapping[NavKey, NavChain], where: Placement, sightings: Sightings
) -> dict[NavKey, Stretch[Decimal]]:
    """Find where each key was seen next, in the archived payloads."""
    rank = where.ranks[where.mine.payload_id]
    # While nothing was known of a key no payload held it, but for a decision that withdrew it.
    unknown = {key for key in keys if known_at(chains[key], rank) is None}
    seen = {
        **_sightings(unknown, [ref for ref in where.later if ref.is_decision], sightings),
        **_sightings(set(keys) - unknown, where.later, sightings),
    }
    return {key: Stretch(where.ranks[ref.payload_id], None, ref.payload_id) for key, ref in seen.items()}


def _sightings(keys: set[NavKey], payloads: Sequence[PayloadRef], sightings: Sightings) -> dict[NavKey, PayloadRef]:
    return sightings.navs(keys, payloads) if keys and payloads else {}


def read_chains(connection: Connection, keys: Sequence[NavKey], where: Placement) -> dict[NavKey, NavChain]:
    """Return what was known of each key over time, from market.nav and its revisions."""
    dates, codes = [key[0] for key in keys], [key[1] for key in keys]
    known: dict[NavKey, list[tuple[Decimal, int, int | None]]] = defaultdict(list)
    for day, code, nav, payload_id, superseded_by in connection.execute(_REVISIONS, (dates, codes)).fetchall():
        known[day, code].append((nav, payload_id, superseded_by))  # type: ignore[index, arg-type]
    current = read_stored(connection, _arrays(keys))
    for key, nav, number in zip(_keys(current), to_decimals(current.nav_e10), current.payload_id, strict=True):
        known[key].append((nav, int(number), None))
    return {key: _chain(known.get(key, []), where.ranks) for key in keys}


def _chain(known: Sequence[tuple[Decimal, int, int | None]], ranks: Mapping[int, int]) -> NavChain:
    chain: NavChain = []
    closed_by: int | None = None
    for nav, payload_id, superseded_by in sorted(known, key=lambda row: ranks[row[1]]):
        if closed_by is not None and closed_by != payload_id:
            chain.append(Stretch(ranks[closed_by], None, closed_by))
        chain.append(Stretch(ranks[payload_id], nav, payload_id))
        closed_by = superseded_by
    if closed_by is not None:
        chain.append(Stretch(ranks[closed_by], None, closed_by))
    return chain


def write_chains(
    connection: Connection, before: Mapping[NavKey, NavChain], after: Mapping[NavKey, NavChain], where: Placement
) -> None:
    """Make market.nav and its revisions say what the chains say, touching only what differs."""
    if not before:
        return
    fetched_at = {ref.payload_id: ref.fetched_at for ref in where.ordered}
    gone_rows, new_rows = [], []
    gone_revisions, new_revisions = [], []
    for key, chain in before.items():
        old_row, old_revisions = _rows(chain)
        row, revisions = _rows(after[key])
        if row != old_row:
            gone_rows += [key] if old_row is not None else []
            new_rows += [(*key, *row)] if row is not None else []
        gone_revisions += [(*key, number) for _, number, _ in old_revisions - revisions]
        new_revisions += [
            (*key, nav, number, closed, fetched_at[number], fetched_at[closed])
            for nav, number, closed in revisions - old_revisions
        ]
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM market.nav_revision WHERE nav_date = %s AND scheme_code = %s "
                           "AND payload_id = %s", gone_revisions)  # fmt: skip
        cursor.executemany("DELETE FROM market.nav WHERE nav_date = %s AND scheme_code = %s", gone_rows)
        cursor.executemany("INSERT INTO market.nav (nav_date, scheme_code, nav, payload_id) VALUES (%s, %s, %s, %s)",
                           new_rows)  # fmt: skip
        cursor.executemany("INSERT INTO market.nav_revision (nav_date, scheme_code, nav, payload_id, superseded_by, "
                           "known_from, known_to) VALUES (%s, %s, %s, %s, %s, %s, %s)", new_revisions)  # fmt: skip
    _keep_recorded(connection, before, after, where)


def _rows(chain: NavChain) -> tuple[tuple[Decimal, int] | None, set[tuple[Decimal, int, int]]]:
    """Return a chain's current row and its revisions (nav, payload, closing payload)."""
    revisions = {
        (stretch.value, stretch.payload_id, following.payload_id)
        for stretch, following in pairwise(chain)
        if stretch.value is not None
    }
    last = chain[-1] if chain else None
    return ((last.value, last.payload_id) if last is not None and last.value is not None else None), revisions


def _keep_recorded(
    connection: Connection, before: Mapping[NavKey, NavChain], after: Mapping[NavKey, NavChain], where: Placement
) -> None:
    """Where a stretch now begins at a payload that was loaded later, keep when its value could first be read."""
    loaded = {ref.payload_id: ref.recorded_at for ref in where.ordered}
    dates, codes = [key[0] for key in before], [key[1] for key in before]
    kept: dict[NavKey, dict[int, datetime]] = defaultdict(dict)
    for day, code, number, recorded_at in connection.execute(_RECORDED, (dates, codes)).fetchall():
        kept[day, code][number] = recorded_at  # type: ignore[index, assignment]
    gone, new = [], []
    for key, chain in before.items():
        starts = {stretch.payload_id for stretch in after[key]}
        for stretch in chain:
            if stretch.payload_id in starts:
                continue
            gone.append((*key, stretch.payload_id))
            owner = _owner(after[key], stretch)
            if owner is not None:
                recorded_at = kept[key].get(stretch.payload_id, loaded[stretch.payload_id])
                new.append((*key, owner, recorded_at))
    with connection.cursor() as cursor:
        cursor.executemany(_FORGET_RECORDED, gone)
        cursor.executemany("INSERT INTO etl.nav_recorded (nav_date, scheme_code, payload_id, recorded_at) "
                           "VALUES (%s, %s, %s, %s) ON CONFLICT (nav_date, scheme_code, payload_id) DO UPDATE "
                           "SET recorded_at = least(nav_recorded.recorded_at, excluded.recorded_at)", new)  # fmt: skip


def _owner(chain: NavChain, merged: Stretch[Decimal]) -> int | None:
    """Return the payload whose stretch took in a stretch that no longer begins for itself."""
    covering = [stretch for stretch in chain if stretch.rank <= merged.rank]
    if not covering or merged.value is None or covering[-1].value != merged.value:
        return None
    return covering[-1].payload_id


def _keys(rows: NavArrays) -> list[NavKey]:
    return [(to_date(int(day)), code) for day, code in zip(rows.day, rows.names(), strict=True)]


def _arrays(keys: Sequence[NavKey]) -> NavArrays:
    day: list[date] = [key[0] for key in keys]
    return NavArrays(
        np.array([value.toordinal() - EPOCH for value in day], dtype=np.int32),
        pa.array([key[1] for key in keys], pa.string()),
        scaled(pa.array([Decimal(0)] * len(keys), NAV_TYPE)),
        np.zeros(len(keys), dtype=np.int32),
    )
