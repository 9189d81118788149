"""Whether what the tables say of themselves holds: each check counts what it finds wrong, whatever tables there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from psycopg.sql import Composed

    from loaders.database import Connection

# Every column that names a payload: payload_id, figures_payload_id, superseded_by, withdrawn_by. Partitions are read
# through their table.
_NAMES_PAYLOAD = """
SELECT namespace.nspname AS schema, class.relname AS table, attribute.attname AS column
FROM pg_attribute AS attribute
JOIN pg_class AS class ON class.oid = attribute.attrelid
JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE namespace.nspname IN ('market', 'etl') AND class.relkind IN ('r', 'p') AND NOT class.relispartition
  AND attribute.attnum > 0 AND NOT attribute.attisdropped AND attribute.atttypid IN ('int4'::regtype, 'int8'::regtype)
  AND (attribute.attname ~ '(^|_)payload_id$' OR attribute.attname IN ('superseded_by', 'withdrawn_by'))
  AND NOT (namespace.nspname = 'etl' AND class.relname = 'payload')
ORDER BY 1, 2, attribute.attnum
"""

_HAS_TIMES = """
SELECT namespace.nspname AS schema, class.relname AS table, attribute.attname AS column
FROM pg_attribute AS attribute
JOIN pg_class AS class ON class.oid = attribute.attrelid
JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE namespace.nspname = 'market' AND class.relkind IN ('r', 'p') AND NOT class.relispartition
  AND attribute.attname = 'known_to' AND NOT attribute.attisdropped
ORDER BY 1, 2
"""

_UNKNOWN_PAYLOAD = """
SELECT count(*)::integer AS wrong, min(rows.{column})::text AS example FROM {table} AS rows
WHERE rows.{column} IS NOT NULL
  AND NOT EXISTS (SELECT FROM etl.payload AS payload WHERE payload.payload_id = rows.{column})
"""

_ENDS_BEFORE_IT_BEGINS = """
SELECT count(*)::integer AS wrong, min(to_jsonb(rows)::text) AS example FROM {table} AS rows
WHERE rows.known_to < rows.known_from
"""

_NOT_THE_PAYLOADS_TIME = """
SELECT count(*)::integer AS wrong, min(to_jsonb(rows)::text) AS example
FROM {table} AS rows JOIN etl.payload AS payload USING (payload_id)
WHERE rows.known_from <> payload.fetched_at
"""

_KEPT_LATEST = """
SELECT count(*)::integer AS wrong, min(coalesce(kept.scheme_code, newest.scheme_code)) AS example
FROM market.nav_latest AS kept
FULL JOIN (
    SELECT DISTINCT ON (scheme_code) scheme_code, nav_date, nav, payload_id
    FROM market.nav ORDER BY scheme_code, nav_date DESC
) AS newest USING (scheme_code)
WHERE (kept.nav_date, kept.nav, kept.payload_id) IS DISTINCT FROM (newest.nav_date, newest.nav, newest.payload_id)
"""

_FILLED_WITHOUT_PAYLOAD = """
SELECT count(*)::integer AS wrong, min(run_id)::text AS example FROM etl.run WHERE closes_slot AND payload_id IS NULL
"""

_UNKNOWN_RUN = """
SELECT count(*)::integer AS wrong, min(payload_id)::text AS example FROM etl.payload AS payload
WHERE NOT EXISTS (SELECT FROM etl.run AS run WHERE run.run_id = payload.run_id)
"""


@dataclass(frozen=True)
class Check:
    """A thing that must hold of a table, and of how many rows it does not; `example` is one of these."""

    table: str
    must_hold: str
    wrong: int
    example: str | None


def consistency(connection: Connection) -> list[Check]:
    """Return every check with what it found. It reads the tables whole: seconds for a year, a minute for all of NAV."""
    found = [
        _found(connection, place, f"{place.column} is a payload that is known", _UNKNOWN_PAYLOAD)
        for place in fetch(connection, _Place, _NAMES_PAYLOAD)
    ]
    for place in fetch(connection, _Place, _HAS_TIMES):
        found += [
            _found(connection, place, "known_to is not before known_from", _ENDS_BEFORE_IT_BEGINS),
            _found(connection, place, "known_from is its payload's fetched_at", _NOT_THE_PAYLOADS_TIME),
        ]
    nav, run, payload = _Place("market", "nav_latest", ""), _Place("etl", "run", ""), _Place("etl", "payload", "")
    return [
        *found,
        _found(connection, nav, "the kept newest NAVs are the newest of market.nav", _KEPT_LATEST),
        _found(connection, run, "a run that filled its slot names its payload", _FILLED_WITHOUT_PAYLOAD),
        _found(connection, payload, "run_id is a run that is known", _UNKNOWN_RUN),
    ]


@dataclass(frozen=True)
class _Place:
    schema: str
    table: str
    column: str


@dataclass(frozen=True)
class _Count:
    wrong: int
    example: str | None


def _found(connection: Connection, place: _Place, must_hold: str, query: LiteralString) -> Check:
    from psycopg.rows import class_row  # noqa: PLC0415 - the driver comes with the first question

    with connection.cursor(row_factory=class_row(_Count)) as cursor:
        count = cursor.execute(_composed(query, place)).fetchone()
    if count is None:
        message = "a count gave no row"
        raise RuntimeError(message)
    return Check(f"{place.schema}.{place.table}", must_hold, count.wrong, count.example)


def _composed(query: LiteralString, place: _Place) -> Composed:
    from psycopg import sql  # noqa: PLC0415 - the driver comes with the first question

    # The names come from the catalogue of the database.
    return sql.SQL(query).format(table=sql.Identifier(place.schema, place.table), column=sql.Identifier(place.column))
