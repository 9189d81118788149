"""What follows from the facts of public issues: which ids are one issue, and each issue's states over time.

It runs in the transaction of the load that moved the facts, for the issues that may have moved, and comes to the same
whatever the order of loading: identities are those of all that is known now, states those of what was known then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from loaders import ipo_facts, ipo_rows, ipo_sources, ledger
from loaders.ipo_rows import StateStretch
from loaders.ipo_sources import SAID_COLUMNS, SourceRow
from munim.core.clock import IST
from pipelines.ipo_derive import STATE_COLUMNS, Event, derive
from pipelines.ipo_identity import assign, merged
from pipelines.ipo_match import Said
from pipelines.ipo_numbers import ipo_id_of, written
from pipelines.ipo_state import CLOSES, OPENS
from pipelines.ipo_tables import IPO_FACT, IPO_LINK

if TYPE_CHECKING:
    from loaders.batch import Note, PayloadRef
    from loaders.database import Connection
    from loaders.ipo_facts import FactStretch
    from loaders.ipo_rows import State
    from loaders.keyed_changes import Changes
    from pipelines.ipo_identity import Assignment
    from pipelines.ipo_match import Link, Member

DATASET: Final = "ipo"

Facts = Mapping["Member", Sequence["FactStretch"]]

_STATUS: Final = STATE_COLUMNS.index("status")
_OF_FACTS: Final = slice(0, _STATUS)
_TURNS: Final = (("open_date", OPENS), ("close_date", CLOSES), ("listing_date", time(0)))


def derive_moved(connection: Connection, changes: Mapping[str, Changes], payload_id: int) -> Mapping[str, object]:
    """Derive the issues that a payload's rows may have moved; return how many are new, changed, joined, by name."""
    facts = changes.get(IPO_FACT.name)
    links = changes.get(IPO_LINK.name)
    touched = {(str(key[0]), str(key[1])) for key in facts.keys} if facts is not None else set()
    return _derive(connection, touched, payload_id, links_moved=links is not None and bool(links.keys))


def derive_all(connection: Connection) -> None:
    """Derive every issue again."""
    _derive(connection, set(ipo_sources.read_sources(connection)), None, links_moved=True)


def _derive(
    connection: Connection, touched: set[Member], payload_id: int | None, *, links_moved: bool
) -> dict[str, object]:
    issues = ipo_rows.turning(connection, payload_id) if payload_id is not None else set()
    facts = ipo_facts.read_facts(connection, touched)
    gone: set[int] = set()
    if touched or links_moved:
        moved, gone = _assign(connection, facts, links_moved=links_moved)
        issues |= moved
    issues -= gone
    if not issues and not gone:
        return {}
    members = ipo_sources.members_of(connection, issues)
    more = ipo_facts.read_facts(connection, set(members) - set(facts))
    lives, notes = _lives(connection, members, {**facts, **more})
    counts = ipo_rows.rewrite(connection, lives, gone)
    _write_notes(connection, payload_id, notes)
    found = {"issues_new": counts.new, "issues_changed": counts.changed, "issues_joined": counts.gone}
    return {name: count for name, count in {**found, **counts.statuses}.items() if count}


def _assign(connection: Connection, facts: Facts, *, links_moved: bool) -> tuple[set[int], set[int]]:
    """Give the ids their issues; return the issues to derive again, and those that are no more.

    All ids are compared again only where what tells them apart has moved: that is seldom, and takes time.
    """
    stored = ipo_sources.read_sources(connection)
    said = {one.member: one for one in _said(facts)}
    first = {member: _first(stretches) for member, stretches in facts.items()}
    known = dict(stored)
    for member, one in said.items():
        row = stored.get(member)
        own = ipo_id_of(member)
        values = tuple(getattr(one, name) for name in SAID_COLUMNS)
        if row is None:
            row = SourceRow(member, own, own, None, None, None, values, first[member].payload_id)
        known[member] = replace(row, said=values, payload_id=first[member].payload_id)
    issues = {known[member].ipo_id for member in facts}
    if known == stored and not links_moved:
        return issues, set()
    links = ipo_sources.read_links(connection)
    assignment = assign([_said_of(row) for row in known.values()], links["link"], links["unlink"])
    rows = _rows(connection, known, assignment, first)
    ipo_sources.write_sources(connection, stored, rows.values())
    ipo_sources.write_doubtful(connection, [(*link.pair, link.score) for link in assignment.doubtful])
    before, after = _by_issue(stored), _by_issue(rows)
    issues = {rows[member].ipo_id for member in facts}
    issues |= {number for number, members in after.items() if before.get(number) != members}
    return issues, set(before) - set(after)


def _rows(
    connection: Connection,
    known: Mapping[Member, SourceRow],
    assignment: Assignment,
    first: Mapping[Member, PayloadRef],
) -> dict[Member, SourceRow]:
    """Return the ids with their issues: an issue has the number of the id that was known first."""
    refs = ipo_facts.read_refs(connection, {row.payload_id for row in known.values()})
    reasons: dict[Member, Link] = {}
    for link in sorted(assignment.links, key=lambda link: (_HOW[link.how], -link.score, link.pair)):
        for member in link.pair:
            reasons.setdefault(member, link)
    rows: dict[Member, SourceRow] = {}
    for group in assignment.groups:
        named = min(group, key=lambda member: (first.get(member) or refs[known[member].payload_id], member))
        for member in group:
            rows[member] = _joined(known[member], ipo_id_of(named), reasons.get(member))
    numbers = {group: rows[group[0]].ipo_id for group in assignment.groups}
    if len(set(numbers.values())) != len(numbers):
        message = "two issues came to one number"
        raise RuntimeError(message)
    return rows


_HOW: Final = {"person": 0, "symbol": 1, "isin": 2, "score": 3}


def _joined(row: SourceRow, number: int, link: Link | None) -> SourceRow:
    if link is None:
        return replace(row, ipo_id=number, joined_by=None, score=None, joined_to=None)
    other = link.pair[1] if link.pair[0] == row.member else link.pair[0]
    return replace(row, ipo_id=number, joined_by=link.how, score=link.score, joined_to=written(other))


def _by_issue(rows: Mapping[Member, SourceRow]) -> dict[int, set[Member]]:
    issues: dict[int, set[Member]] = defaultdict(set)
    for member, row in rows.items():
        issues[row.ipo_id].add(member)
    return issues


def _said(facts: Facts) -> list[Said]:
    """Return what is said of each id, without what a revert took back."""
    found: list[tuple[Member, Mapping[str, object]]] = []
    for member, stretches in facts.items():
        lines: dict[str, list[FactStretch]] = defaultdict(list)
        for one in stretches:
            if one.ref.is_decision:
                lines[one.feed].clear()
            lines[one.feed].append(one)
        standing = sorted((one for line in lines.values() for one in line), key=lambda one: (one.ref, one.feed))
        found += [(member, one.fact or {}) for one in standing]
    return merged(found)


def _said_of(row: SourceRow) -> Said:
    return Said(row.member, **dict(zip(SAID_COLUMNS, row.said, strict=True)))  # type: ignore[arg-type]


def _first(stretches: Sequence[FactStretch]) -> PayloadRef:
    return min(one.ref for one in stretches)


def _lives(
    connection: Connection, members: Mapping[Member, SourceRow], facts: Facts
) -> tuple[dict[int, list[StateStretch]], list[tuple[PayloadRef, Note]]]:
    """Return the states of these ids' issues over time, and what was odd."""
    of_issue: dict[int, list[FactStretch]] = defaultdict(list)
    for member, row in members.items():
        of_issue[row.ipo_id] += facts[member]
    points = {point for stretches in of_issue.values() for point in _points(stretches)}
    turns = ipo_facts.first_from(connection, DATASET, points)
    lives: dict[int, list[StateStretch]] = {}
    notes: list[tuple[PayloadRef, Note]] = []
    for number, stretches in of_issue.items():
        life = derive([Event(one.ref, *one.member, one.feed, one.fact) for one in stretches], turns)
        lives[number] = _recorded(life.states, stretches)
        notes += life.notes
    return lives, notes


def _points(stretches: Sequence[FactStretch]) -> Collection[datetime]:
    """Return every instant at which these facts' dates may turn a status."""
    days = ((one.fact[name], hour) for one in stretches if one.fact is not None for name, hour in _TURNS)
    return {datetime.combine(day, hour, IST) for day, hour in days if isinstance(day, date)}


def _recorded(states: Sequence[tuple[PayloadRef, State]], stretches: Sequence[FactStretch]) -> list[StateStretch]:
    """Say of each state since when it can be read: since all that it derives from was loaded, the dates' turns too."""
    said = sorted(((one.ref, one.recorded_at) for one in stretches), reverse=True)
    found: list[StateStretch] = []
    latest: datetime | None = None
    for ref, state in states:
        latest = max(ref.recorded_at, latest or ref.recorded_at)
        while said and said[-1][0] <= ref:
            latest = max(latest, said.pop()[1])
        found.append(StateStretch(ref, _taken_back(state), latest))
    return found


def _taken_back(state: State) -> State:
    """Return a state without a status where nothing is said any more: a revert took all of it back."""
    if any(value is not None for value in state[_OF_FACTS]):
        return state
    return (*state[:_STATUS], None, *state[_STATUS + 1 :])


def _write_notes(connection: Connection, payload_id: int | None, notes: Sequence[tuple[PayloadRef, Note]]) -> None:
    """Note what is odd from this payload on; what was odd before was noted then."""
    mine = [note for ref, note in notes if ref.payload_id == payload_id]
    if not mine or payload_id is None:
        return
    row = connection.execute("SELECT run_id FROM etl.payload WHERE payload_id = %s", (payload_id,)).fetchone()
    if row is not None:
        ledger.write_notes(connection, DATASET, payload_id, int(str(row[0])), mine)
