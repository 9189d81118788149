"""Many rows of a payload that is newer than all that is loaded, in one COPY or one statement.

It does what `keyed_changes` does row by row: a test holds the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders.arrow_text import array_literal, csv_text, where_present
from loaders.keyed_bulk_sql import load_statement
from loaders.keyed_columns import Key, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pyarrow as pa

    from loaders.batch import PayloadRef
    from loaders.database import Connection
    from loaders.keyed_batch import KeyedTable, Scope
    from loaders.keyed_whole import WholeRows

MOST_DAYS = 64
"""Of more days than these nobody looks whether they are all without a row: a history is loaded row by row then."""


Deeds = dict[Key, str]
"""What was done to a group of rows: new, changed, moved (the same, from another payload now), outranked, withdrawn,
kept (not withdrawn for its higher rank)."""


def is_clear(connection: Connection, table: KeyedTable, rows: WholeRows, *, revised: bool) -> bool:
    """Tell whether nothing is known of the days that rows are about, or `revised` was; False where it can't be told."""
    if table.day is None or table.withdraws:
        return False
    leading = table.key[: table.key.index(table.day) + 1]
    values = [rows.key[name].unique().to_pylist() for name in leading]
    if any(len(one) > MOST_DAYS for one in values):
        return False
    stored = [f"market.{table.name}", *([f"market.{table.name}_revision"] if revised else [])]
    condition = " AND ".join(f"{name} = ANY (%s)" for name in leading)
    queries = [f"EXISTS (SELECT FROM {name} WHERE {condition})" for name in stored]
    row = connection.execute("SELECT " + " OR ".join(queries), values * len(stored)).fetchone()
    return row == (False,)


def add_all(
    connection: Connection, shapes: Sequence[Shape], rows: WholeRows, payload_id: int, recorded_at: datetime
) -> None:
    """Write rows of which nothing is known, by COPY."""
    table = shapes[0].table
    names, columns = [*table.key], rows.key_text()
    for shape, group in zip(shapes, rows.groups, strict=True):
        names += [*shape.group.columns, shape.payload, shape.recorded]
        columns += [*group.columns, where_present(str(payload_id), group.present),
                    where_present(recorded_at.isoformat(), group.present)]  # fmt: skip
    statement = f"COPY market.{table.name} ({', '.join(names)}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(csv_text(columns))


def merge(
    connection: Connection, shapes: Sequence[Shape], rows: WholeRows, scopes: Sequence[Scope], mine: PayloadRef
) -> list[Deeds]:
    """Compare rows with what stands, and write what is new or another, with its revisions.

    Returns for each group what was done; of the keys that it leaves out nothing had to be done.
    """
    statement, values = load_statement(shapes, scopes, mine)
    given = {f"given_{place}": array_literal(column) for place, column in enumerate(_given(rows))}
    found = connection.execute(statement, {**given, **values}, prepare=False).fetchall()
    wide = len(shapes[0].table.key)
    return [
        {row[:wide]: str(row[wide + place]) for row in found if row[wide + place] is not None}
        for place in range(len(shapes))
    ]


def _given(rows: WholeRows) -> list[pa.StringArray]:
    """Return the columns in the order of the statement: the key, then of each group whether it is there and its own."""
    columns = rows.key_text()
    for group in rows.groups:
        columns += [where_present("t", group.present), *group.columns]
    return columns
