"""Emptying the NAV tables to make them again, and keeping what the archive does not know: when rows were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders import nav_keys

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

PayloadKey = tuple[str, "datetime", str]
"""Feed, fetched_at and digest: what names a payload in any database."""

Recorded = dict[PayloadKey, tuple["datetime", int]]
"""When each payload was recorded, and by which run."""

_EMPTY = """
CREATE TEMPORARY TABLE was_payload ON COMMIT DROP AS
    SELECT payload_id, feed, fetched_at, sha256 FROM etl.payload WHERE dataset = 'nav';
CREATE TEMPORARY TABLE was_recorded ON COMMIT DROP AS
    SELECT nav_date, scheme_code, feed, fetched_at, sha256, recorded_at
    FROM etl.nav_recorded JOIN was_payload USING (payload_id);
CREATE TEMPORARY TABLE was_replayed ON COMMIT DROP AS
    SELECT quarantine.*, feed, fetched_at, sha256
    FROM etl.quarantine JOIN was_payload USING (payload_id) WHERE status = 'replayed';
TRUNCATE market.nav, market.nav_revision, market.scheme, market.scheme_revision,
         etl.scheme_fact, etl.nav_latest_block, etl.scheme_digest, etl.nav_recorded;
DELETE FROM etl.quarantine WHERE dataset = 'nav';
DELETE FROM etl.quality_note WHERE dataset = 'nav';
DELETE FROM etl.payload WHERE dataset = 'nav';
"""

_RESTORE = """
INSERT INTO etl.nav_recorded (nav_date, scheme_code, payload_id, recorded_at)
    SELECT was.nav_date, was.scheme_code, payload.payload_id, was.recorded_at
    FROM was_recorded AS was JOIN etl.payload AS payload USING (feed, fetched_at, sha256);
INSERT INTO etl.quarantine (dataset, payload_id, line_no, raw_line, reason, detail, status, resolved_at, resolved_by)
    SELECT was.dataset, payload.payload_id, was.line_no, was.raw_line, was.reason, was.detail, was.status,
           was.resolved_at, was.resolved_by
    FROM was_replayed AS was JOIN etl.payload AS payload USING (feed, fetched_at, sha256)
    ON CONFLICT DO NOTHING;
UPDATE etl.run SET payload_id = payload.payload_id
    FROM was_payload AS was JOIN etl.payload AS payload USING (feed, fetched_at, sha256)
    WHERE run.dataset = 'nav' AND run.payload_id = was.payload_id;
"""


def empty(connection: Connection) -> Recorded:
    """Empty the NAV tables in the caller's transaction; return when each payload was recorded, and by which run."""
    rows = connection.execute(
        "SELECT feed, fetched_at, sha256, recorded_at, run_id FROM etl.payload WHERE dataset = 'nav'"
    ).fetchall()
    connection.execute(_EMPTY)
    nav_keys.changed(connection)
    return {(feed, fetched_at, sha256): (recorded_at, run_id) for feed, fetched_at, sha256, recorded_at, run_id in rows}  # type: ignore[misc]


def restore(connection: Connection) -> None:
    """Give the ledger the new numbers of its payloads, and back what was known of when values were recorded."""
    connection.execute(_RESTORE)


def count(connection: Connection) -> tuple[int, int, int]:
    """Return how many NAVs, schemes and NAV revisions there are."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM market.nav), (SELECT count(*) FROM market.scheme), "
        "(SELECT count(*) FROM market.nav_revision)"
    ).fetchone()
    navs, schemes, revisions = row if row is not None else (0, 0, 0)
    return int(str(navs)), int(str(schemes)), int(str(revisions))
