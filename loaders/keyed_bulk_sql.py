"""The one statement that compares many rows with what stands and writes what is new: see `keyed_bulk`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders.keyed_columns import REVERT, rank_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loaders.batch import PayloadRef
    from loaders.keyed_batch import Scope
    from loaders.keyed_columns import Shape


def load_statement(
    shapes: Sequence[Shape], scopes: Sequence[Scope], mine: PayloadRef
) -> tuple[str, Mapping[str, object]]:
    """Return the statement, whose parameters `given_0` and on are the columns as arrays, and its other parameters.

    Its rows are a key and what was done to each group of it (None: nothing): new, changed, moved, outranked, withdrawn;
    kept: it should have been withdrawn, and is of a higher rank.
    """
    table = shapes[0].table
    conditions, values = _in_scopes(scopes)
    parts = [
        f"given AS (SELECT * FROM unnest({_arrays(shapes)}) AS given ({_given_names(shapes)}))",
        f"judged AS MATERIALIZED ({_judged(shapes)})",
        *(f"revised_{shape.group.name} AS ({_revised(shape)})" for shape in shapes),
        f"replaced AS ({_replaced(shapes)})",
        f"added AS ({_added(shapes)})",
    ]
    keys = ", ".join(table.key)
    does = ", ".join(_does(shape) for shape in shapes)
    answer = f"SELECT {keys}, {does} FROM judged WHERE {_any(shapes, 'IS NOT NULL')}"
    if conditions:
        parts += [f"lacking AS ({_lacking(shapes[0], conditions)})", f"withdrawn AS ({_withdrawn(shapes[0])})"]
        answer += f" UNION ALL SELECT {keys}, does FROM lacking"
    said = {
        "payload_id": mine.payload_id,
        "recorded_at": mine.recorded_at,
        "fetched_at": mine.fetched_at,
        **{f"rank_{shape.group.name}": rank_of(shape.group, mine.feed) for shape in shapes},
        **values,
    }
    return f"WITH {', '.join(parts)} {answer}", said


def _arrays(shapes: Sequence[Shape]) -> str:
    types = [*shapes[0].key_types]
    for shape in shapes:
        types += ["boolean", *shape.column_types]
    return ", ".join(f"%(given_{place})s::{kind}[]" for place, kind in enumerate(types))


def _given_names(shapes: Sequence[Shape]) -> str:
    names = [*shapes[0].table.key]
    for shape in shapes:
        names += [_here(shape), *shape.group.columns]
    return ", ".join(names)


def _judged(shapes: Sequence[Shape]) -> str:
    """What is to be done to each group of each row that was given."""
    table = shapes[0].table
    does = [_judgement(shape) for shape in shapes]
    joins = [
        f"LEFT JOIN etl.payload AS {_from(shape)} ON {_from(shape)}.payload_id = stored.{shape.payload}"
        for shape in shapes
    ]
    return (
        f"SELECT given.*, stored.{table.key[0]} IS NOT NULL AS stands, {', '.join(does)} "
        f"FROM given LEFT JOIN market.{table.name} AS stored ON {_same_key(table.key, 'stored', 'given')} "
        f"{' '.join(joins)}"
    )


def _judgement(shape: Shape) -> str:
    same = " AND ".join(f"stored.{name} IS NOT DISTINCT FROM given.{name}" for name in shape.group.columns)
    gone = "stored.withdrawn_by IS NOT NULL" if shape.table.withdraws else "false"
    rank = _rank(shape)
    mine = f"%(rank_{shape.group.name})s::integer"
    return (
        f"CASE WHEN given.{_here(shape)} IS NULL THEN NULL "
        f"WHEN stored.{shape.payload} IS NULL THEN 'new' "
        f"WHEN NOT ({gone}) AND {rank} > {mine} THEN CASE WHEN {same} THEN NULL ELSE 'outranked' END "
        f"WHEN NOT ({same}) THEN 'changed' "
        f"WHEN {gone} OR {rank} < {mine} THEN 'moved' END AS {_does(shape)}"
    )


def _rank(shape: Shape) -> str:
    cases = " ".join(f"WHEN '{feed}' THEN {rank}" for feed, rank in shape.group.rank.items())
    feed = f"{_from(shape)}.feed"
    own = f"CASE WHEN starts_with({feed}, '{REVERT}') THEN substr({feed}, {len(REVERT) + 1}) ELSE {feed} END"
    return f"(CASE {own} {cases} ELSE 0 END)"


def _revised(shape: Shape) -> str:
    """Keep what stood of a group; what was withdrawn had ended with that."""
    table = shape.table
    names = [*table.key, *shape.group.columns]
    ended = "coalesce(stored.withdrawn_by, %(payload_id)s)" if table.withdraws else "%(payload_id)s"
    known_to = "coalesce(ending.fetched_at, %(fetched_at)s)" if table.withdraws else "%(fetched_at)s"
    ending = "LEFT JOIN etl.payload AS ending ON ending.payload_id = stored.withdrawn_by " if table.withdraws else ""
    named = (["column_group"], [f"'{shape.group.name}'"]) if len(table.groups) > 1 else ([], [])
    columns = [*names, "payload_id", "superseded_by", "recorded_at", "known_from", "known_to", *named[0]]
    values = [
        *(f"stored.{name}" for name in names), f"stored.{shape.payload}", ended, f"stored.{shape.recorded}",
        "origin.fetched_at", known_to, *named[1],
    ]  # fmt: skip
    return (
        f"INSERT INTO market.{table.name}_revision ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM judged JOIN market.{table.name} AS stored ON {_same_key(table.key, 'stored', 'judged')} "
        f"JOIN etl.payload AS origin ON origin.payload_id = stored.{shape.payload} {ending}"
        f"WHERE judged.{_does(shape)} IN ('changed', 'moved') AND stored.{shape.payload} <> %(payload_id)s"
    )


def _replaced(shapes: Sequence[Shape]) -> str:
    table = shapes[0].table
    sets: list[str] = []
    for shape in shapes:
        writes = f"judged.{_does(shape)} IN ('new', 'changed', 'moved')"
        sets += [
            f"{name} = CASE WHEN {writes} THEN judged.{name} ELSE stored.{name} END" for name in shape.group.columns
        ]
        sets += [
            f"{shape.payload} = CASE WHEN {writes} THEN %(payload_id)s ELSE stored.{shape.payload} END",
            f"{shape.recorded} = CASE WHEN {writes} THEN %(recorded_at)s ELSE stored.{shape.recorded} END",
        ]
    if table.withdraws:
        sets.append("withdrawn_by = NULL")
    return (
        f"UPDATE market.{table.name} AS stored SET {', '.join(sets)} FROM judged "
        f"WHERE judged.stands AND ({_any(shapes, WRITES)}) AND {_same_key(table.key, 'stored', 'judged')}"
    )


def _added(shapes: Sequence[Shape]) -> str:
    table = shapes[0].table
    names, values = [*table.key], [*table.key]
    for shape in shapes:
        names += [*shape.group.columns, shape.payload, shape.recorded]
        values += [
            *shape.group.columns,
            f"CASE WHEN {_here(shape)} THEN %(payload_id)s::integer END",
            f"CASE WHEN {_here(shape)} THEN %(recorded_at)s::timestamptz END",
        ]
    return (
        f"INSERT INTO market.{table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM judged WHERE NOT stands"
    )


def _lacking(shape: Shape, conditions: Sequence[str]) -> str:
    """What stands in what was listed completely and was not given."""
    table = shape.table
    scope = " OR ".join(f"({condition})" for condition in conditions)
    keys = ", ".join(f"stored.{name}" for name in table.key)
    outranked = f"{_rank(shape)} > %(rank_{shape.group.name})s::integer"
    return (
        f"SELECT {keys}, CASE WHEN {outranked} THEN 'kept' ELSE 'withdrawn' END AS does "
        f"FROM market.{table.name} AS stored "
        f"JOIN etl.payload AS {_from(shape)} ON {_from(shape)}.payload_id = stored.{shape.payload} "
        f"WHERE stored.withdrawn_by IS NULL AND ({scope}) "
        f"AND NOT EXISTS (SELECT FROM given WHERE {_same_key(table.key, 'given', 'stored')})"
    )


def _withdrawn(shape: Shape) -> str:
    table = shape.table
    return (
        f"UPDATE market.{table.name} AS stored SET withdrawn_by = %(payload_id)s::integer FROM lacking "
        f"WHERE lacking.does = 'withdrawn' AND {_same_key(table.key, 'stored', 'lacking')}"
    )


def _in_scopes(scopes: Sequence[Scope]) -> tuple[list[str], dict[str, object]]:
    conditions: list[str] = []
    values: dict[str, object] = {}
    for number, scope in enumerate(scopes):
        parts = ["true"]
        for name, value in scope.equals.items():
            parts.append(f"stored.{name} = %(scope_{number}_{name})s")
            values[f"scope_{number}_{name}"] = value
        if scope.within is not None:
            name, first, last = scope.within
            parts.append(f"stored.{name} BETWEEN %(scope_{number}_first)s AND %(scope_{number}_last)s")
            values |= {f"scope_{number}_first": first, f"scope_{number}_last": last}
        conditions.append(" AND ".join(parts))
    return conditions, values


WRITES = "IN ('new', 'changed', 'moved')"


def _any(shapes: Sequence[Shape], condition: str) -> str:
    return " OR ".join(f"{_does(shape)} {condition}" for shape in shapes)


def _same_key(key: Sequence[str], one: str, other: str) -> str:
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in key)


def _here(shape: Shape) -> str:
    return f"{shape.group.name}__here"


def _does(shape: Shape) -> str:
    return f"{shape.group.name}__does"


def _from(shape: Shape) -> str:
    return f"{shape.group.name}__from"
