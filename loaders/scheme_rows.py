"""market.scheme and its revisions, made to say what the facts of the feeds derive to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from loaders.columns import SCHEME_FACTS
from loaders.fact_digests import FACT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from loaders.batch import DeriveScheme, FactEvent, PayloadRef, SchemeState
    from loaders.database import Connection
    from loaders.payloads import Placement

STATE_COLUMNS = (*(name for name, _ in SCHEME_FACTS), "conflict", "conflict_detail", "first_seen_at", "last_seen_at",
                 "vanished_at")  # fmt: skip
"""The columns of a scheme's state, in the order of `SchemeState`."""

_FIRST_SEEN = STATE_COLUMNS.index("first_seen_at")

TOLD_COLUMNS = (*STATE_COLUMNS[:_FIRST_SEEN], *STATE_COLUMNS[_FIRST_SEEN + 1 :])
"""Those by which a state is another one: older files, loaded late, put back when it was first seen and no more."""

_STATE = ", ".join(f'"{name}"' for name in STATE_COLUMNS)
_FACTS = f"""
SELECT scheme_code, payload_id, feed, listed, {", ".join(FACT_COLUMNS)}
FROM etl.scheme_fact WHERE scheme_code = ANY (%s::text[])
"""  # noqa: S608 - the columns are a constant


@dataclass(frozen=True)
class SchemeCounts:
    """How many schemes a load added and changed, and how many vanished by it."""

    new: int = 0
    changed: int = 0
    vanished: int = 0

    @property
    def any(self) -> bool:
        """Whether the load changed any scheme."""
        return self.new > 0 or self.changed > 0


def rewrite(
    connection: Connection, codes: Collection[str], where: Placement, derive: DeriveScheme, recorded_at: datetime
) -> SchemeCounts:
    """Derive the states of these schemes from their facts, and write what differs from the tables."""
    if not codes:
        return SchemeCounts()
    wanted = sorted(codes)
    by_payload = {ref.payload_id: ref for ref in where.ordered}
    events = _events(connection, wanted, by_payload)
    stored, revisions = _stored(connection, wanted)
    changes = _Changes()
    for code in wanted:
        states = derive(events.get(code, []), where.ordered)
        _add_current(changes, code, stored.get(code), states)
        _add_revisions(changes, code, revisions.get(code, {}), states)
    _write(connection, changes, recorded_at)
    return SchemeCounts(len(changes.new), len(changes.changed), changes.vanished)


class _Changes:
    """Rows to write, collected over all schemes."""

    def __init__(self) -> None:
        self.new: list[tuple[object, ...]] = []
        self.changed: list[tuple[object, ...]] = []
        self.recorded: list[tuple[Any, ...]] = []
        self.gone_revisions: list[tuple[str, int]] = []
        self.new_revisions: list[tuple[object, ...]] = []
        self.vanished = 0


def _events(
    connection: Connection, codes: list[str], by_payload: Mapping[int, PayloadRef]
) -> dict[str, list[FactEvent]]:
    events: dict[str, list[FactEvent]] = defaultdict(list)
    for code, payload_id, feed, listed, *fact in connection.execute(_FACTS, (codes,)).fetchall():
        events[str(code)].append((by_payload[payload_id], str(feed), tuple(fact) if listed else None))  # type: ignore[index, arg-type]
    for of_scheme in events.values():
        of_scheme.sort(key=lambda event: event[0])
    return events


def _stored(
    connection: Connection, codes: list[str]
) -> tuple[dict[str, tuple[SchemeState, int]], dict[str, dict[int, tuple[SchemeState, int]]]]:
    rows = connection.execute(
        f"SELECT scheme_code, payload_id, {_STATE} FROM market.scheme WHERE scheme_code = ANY (%s)",  # noqa: S608  # type: ignore[arg-type]
        (codes,),
    ).fetchall()
    current = {str(code): (tuple(state), int(str(payload_id))) for code, payload_id, *state in rows}
    revisions: dict[str, dict[int, tuple[SchemeState, int]]] = defaultdict(dict)
    rows = connection.execute(
        f"SELECT scheme_code, payload_id, superseded_by, {_STATE} "  # noqa: S608  # type: ignore[arg-type]
        "FROM market.scheme_revision WHERE scheme_code = ANY (%s)",
        (codes,),
    ).fetchall()
    for code, payload_id, superseded_by, *state in rows:
        revisions[str(code)][int(str(payload_id))] = (tuple(state), int(str(superseded_by)))
    return current, revisions


def _add_current(
    changes: _Changes, code: str, stored: tuple[SchemeState, int] | None, states: list[tuple[PayloadRef, SchemeState]]
) -> None:
    ref, state = states[-1]
    if stored == (state, ref.payload_id):
        return
    row = (code, *state, ref.payload_id)
    (changes.new if stored is None else changes.changed).append(row)
    if stored is None or _told(stored[0]) != _told(state):
        # An older file that says the same, and takes the place of the one that stood, is no news.
        changes.recorded.append((*row, ref.fetched_at))
    was_gone = stored is not None and stored[0][-1] is not None
    changes.vanished += state[-1] is not None and not was_gone


def _told(state: SchemeState) -> SchemeState:
    """Return a state's `TOLD_COLUMNS`."""
    return (*state[:_FIRST_SEEN], *state[_FIRST_SEEN + 1 :])


def _add_revisions(
    changes: _Changes,
    code: str,
    stored: Mapping[int, tuple[SchemeState, int]],
    states: list[tuple[PayloadRef, SchemeState]],
) -> None:
    wanted = {
        ref.payload_id: (state, following.payload_id, ref.fetched_at, following.fetched_at)
        for (ref, state), (following, _) in pairwise(states)
    }
    for payload_id, (state, superseded_by) in stored.items():
        if payload_id not in wanted or wanted[payload_id][:2] != (state, superseded_by):
            changes.gone_revisions.append((code, payload_id))
    for payload_id, (state, superseded_by, known_from, known_to) in wanted.items():
        if stored.get(payload_id) != (state, superseded_by):
            changes.new_revisions.append((code, *state, payload_id, superseded_by, known_from, known_to))


def _write(connection: Connection, changes: _Changes, recorded_at: datetime) -> None:
    if changes.changed:
        # Away and back by COPY: on the day that AMFI renamed 14,280 schemes that took a tenth of as many UPDATEs.
        codes = [row[0] for row in changes.changed]
        connection.execute("DELETE FROM market.scheme WHERE scheme_code = ANY (%s)", (codes,))
    _copy(connection, f"market.scheme (scheme_code, {_STATE}, payload_id)", changes.new + changes.changed)
    # What market.scheme says from now on.
    # By the later of the two times, as all that is known: a clock may be some minutes behind the one of the fetch.
    recorded = [(*row, max(recorded_at, fetched_at)) for *row, fetched_at in changes.recorded]
    _copy(connection, f"etl.scheme_recorded (scheme_code, {_STATE}, payload_id, recorded_at)", recorded)
    if changes.gone_revisions:
        gone_codes, payload_ids = zip(*changes.gone_revisions, strict=True)
        connection.execute(
            "DELETE FROM market.scheme_revision USING unnest(%s::text[], %s::int[]) AS gone (code, payload) "
            "WHERE scheme_code = gone.code AND payload_id = gone.payload",
            (list(gone_codes), list(payload_ids)),
        )
    columns = f"scheme_code, {_STATE}, payload_id, superseded_by, known_from, known_to"
    _copy(connection, f"market.scheme_revision ({columns})", changes.new_revisions)


def _copy(connection: Connection, target: str, rows: Sequence[tuple[object, ...]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
