"""Emptying the NAV tables to make them again, and keeping what the archive does not know: when rows were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders import nav_keys
from loaders.scheme_rows import STATE_COLUMNS, TOLD_COLUMNS

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

PayloadKey = tuple[str, "datetime", str]
"""Feed, fetched_at and digest: what names a payload in any database."""

Recorded = dict[PayloadKey, tuple["datetime", int]]
"""When each payload was recorded, and by which run."""

_STATE = ", ".join(f'"{name}"' for name in STATE_COLUMNS)
_TOLD = ", ".join(f'"{name}"' for name in TOLD_COLUMNS)

_EMPTY = """
CREATE TEMPORARY TABLE was_payload ON COMMIT DROP AS
    SELECT payload_id, feed, fetched_at, sha256 FROM etl.payload WHERE dataset = 'nav';
CREATE TEMPORARY TABLE was_recorded ON COMMIT DROP AS
    SELECT nav_date, scheme_code, feed, fetched_at, sha256, recorded_at
    FROM etl.nav_recorded JOIN was_payload USING (payload_id);
CREATE TEMPORARY TABLE was_scheme ON COMMIT DROP AS
    SELECT scheme_recorded.*, feed, fetched_at, sha256
    FROM etl.scheme_recorded JOIN was_payload USING (payload_id);
CREATE TEMPORARY TABLE was_replayed ON COMMIT DROP AS
    SELECT quarantine.*, feed, fetched_at, sha256
    FROM etl.quarantine JOIN was_payload USING (payload_id) WHERE status = 'replayed';
TRUNCATE market.nav, market.nav_revision, market.scheme, market.scheme_revision,
         etl.scheme_fact, etl.nav_latest_packed, etl.scheme_digest, etl.nav_recorded, etl.scheme_recorded;
DELETE FROM etl.quarantine WHERE dataset = 'nav';
DELETE FROM etl.quality_note WHERE dataset = 'nav';
DELETE FROM etl.payload WHERE dataset = 'nav';
"""

_RESTORE_SCHEMES = f"""
-- What market.scheme said, it said: a rebuild changes it from now on alone, and where it comes to something else.
TRUNCATE etl.scheme_recorded;
INSERT INTO etl.scheme_recorded (scheme_code, recorded_no, recorded_at, payload_id, {_STATE})
    OVERRIDING SYSTEM VALUE
    SELECT scheme_code, recorded_no, was.recorded_at, payload.payload_id, {_STATE}
    FROM was_scheme AS was JOIN etl.payload AS payload USING (feed, fetched_at, sha256);
"""  # noqa: S608 - the columns are a constant

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

_RECORD_OTHERS = f"""
INSERT INTO etl.scheme_recorded (scheme_code, recorded_at, payload_id, {_STATE})
SELECT scheme_code, greatest(%s, payload.fetched_at), payload_id, {_STATE}
FROM market.scheme AS scheme JOIN etl.payload AS payload USING (payload_id)
WHERE ROW ({_TOLD}) IS DISTINCT FROM (
    SELECT ROW ({_TOLD}) FROM etl.scheme_recorded AS recorded
    WHERE recorded.scheme_code = scheme.scheme_code ORDER BY recorded_no DESC LIMIT 1)
"""  # noqa: S608 - the columns are a constant


def empty(connection: Connection) -> Recorded:
    """Empty the NAV tables in the caller's transaction; return when each payload was recorded, and by which run."""
    rows = connection.execute(
        "SELECT feed, fetched_at, sha256, recorded_at, run_id FROM etl.payload WHERE dataset = 'nav'"
    ).fetchall()
    connection.execute(_EMPTY)
    nav_keys.changed(connection)
    return {(feed, fetched_at, sha256): (recorded_at, run_id) for feed, fetched_at, sha256, recorded_at, run_id in rows}  # type: ignore[misc]


def restore(connection: Connection, at: datetime) -> None:
    """Give the ledger the new numbers of its payloads, and back what was known of when values were recorded.

    Of schemes of which the tables say something else than before they do so from `at` on.
    """
    connection.execute(_RESTORE_SCHEMES)
    connection.execute(_RESTORE)
    connection.execute(_RECORD_OTHERS, (at,))


def count(connection: Connection) -> tuple[int, int, int]:
    """Return how many NAVs, schemes and NAV revisions there are."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM market.nav), (SELECT count(*) FROM market.scheme), "
        "(SELECT count(*) FROM market.nav_revision)"
    ).fetchone()
    navs, schemes, revisions = row if row is not None else (0, 0, 0)
    return int(str(navs)), int(str(schemes)), int(str(revisions))
