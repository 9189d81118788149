"""Emptying keyed tables to make them again, and keeping what the archive does not know: when rows were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders.keyed_columns import payload_column, recorded_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loaders.database import Connection
    from loaders.emptying import Recorded
    from loaders.keyed_batch import KeyedTable

_KEEP = """
CREATE TEMPORARY TABLE was_payload ON COMMIT DROP AS
    SELECT payload_id, feed, fetched_at, sha256 FROM etl.payload WHERE dataset = '{dataset}';
CREATE TEMPORARY TABLE was_replayed ON COMMIT DROP AS
    SELECT quarantine.*, feed, fetched_at, sha256
    FROM etl.quarantine JOIN was_payload USING (payload_id) WHERE status = 'replayed';
"""

_DELETE = """
DELETE FROM etl.quarantine WHERE dataset = '{dataset}';
DELETE FROM etl.quality_note WHERE dataset = '{dataset}';
DELETE FROM etl.payload WHERE dataset = '{dataset}';
"""

_RESTORE = """
INSERT INTO etl.quarantine (dataset, payload_id, line_no, raw_line, reason, detail, status, resolved_at, resolved_by)
    SELECT was.dataset, payload.payload_id, was.line_no, was.raw_line, was.reason, was.detail, was.status,
           was.resolved_at, was.resolved_by
    FROM was_replayed AS was JOIN etl.payload AS payload USING (feed, fetched_at, sha256)
    ON CONFLICT DO NOTHING;
UPDATE etl.run SET payload_id = payload.payload_id
    FROM was_payload AS was JOIN etl.payload AS payload USING (feed, fetched_at, sha256)
    WHERE run.dataset = '{dataset}' AND run.payload_id = was.payload_id;
"""


def empty(connection: Connection, dataset: str, tables: Sequence[KeyedTable], derived: Sequence[str] = ()) -> Recorded:
    """Empty a data set's tables in the caller's transaction; return when each payload was recorded, by which run."""
    rows = connection.execute(
        "SELECT feed, fetched_at, sha256, recorded_at, run_id FROM etl.payload WHERE dataset = %s", (dataset,)
    ).fetchall()
    connection.execute(_KEEP.format(dataset=dataset))
    for name, table, _, payload, recorded in _parts(tables):
        # A key may have a column of a payload's name: the feed, of the facts of public issues.
        key = ", ".join(f"kept.{column}" for column in table.key)
        connection.execute(
            f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {key}, said.feed AS of_feed, "
            f"said.fetched_at AS of_fetched_at, said.sha256 AS of_sha256, kept.{recorded} AS recorded_at "
            f"FROM market.{_stored(name)} AS kept JOIN was_payload AS said ON said.payload_id = kept.{payload}"
        )
    emptied = [f"market.{table.name}{end}" for table in tables for end in ("", "_revision")]
    connection.execute(f"TRUNCATE {', '.join([*emptied, *derived])}")
    connection.execute(_DELETE.format(dataset=dataset))
    return {(feed, fetched_at, sha256): (recorded_at, run_id) for feed, fetched_at, sha256, recorded_at, run_id in rows}  # type: ignore[misc]


def restore(connection: Connection, dataset: str, tables: Sequence[KeyedTable]) -> None:
    """Give the ledger the new numbers of its payloads, and rows that were replayed later when they were recorded."""
    connection.execute(_RESTORE.format(dataset=dataset))
    for name, table, _, payload, recorded in _parts(tables):
        same = " AND ".join(f"kept.{column} = was.{column}" for column in table.key)
        connection.execute(
            f"UPDATE market.{_stored(name)} AS kept SET {recorded} = was.recorded_at FROM {name} AS was "
            f"JOIN etl.payload AS payload ON (payload.feed, payload.fetched_at, payload.sha256) "
            f"= (was.of_feed, was.of_fetched_at, was.of_sha256) "
            f"WHERE {same} AND kept.{payload} = payload.payload_id AND kept.{recorded} <> was.recorded_at"
        )


def count(connection: Connection, tables: Sequence[KeyedTable]) -> dict[str, int]:
    """Return how many rows each table has, and how many revisions there are of all."""
    counts: dict[str, int] = {}
    revisions = 0
    for table in tables:
        row = connection.execute(
            f"SELECT (SELECT count(*) FROM market.{table.name}), (SELECT count(*) FROM market.{table.name}_revision)"
        ).fetchone()
        counts[table.name] = int(str(row[0])) if row is not None else 0
        revisions += int(str(row[1])) if row is not None else 0
    return {**counts, "revisions": revisions}


def _parts(tables: Sequence[KeyedTable]) -> Iterator[tuple[str, KeyedTable, str, str, str]]:
    """Yield, for each group of each table and its revisions, the temporary table that keeps when it was recorded."""
    for table in tables:
        for group in table.groups:
            of = f"was_{table.name}__{group.name}"
            yield of, table, group.name, payload_column(table, group.name), recorded_column(table, group.name)
        yield f"was_{table.name}_revision__all", table, "", "payload_id", "recorded_at"


def _stored(name: str) -> str:
    return name.removeprefix("was_").partition("__")[0]
