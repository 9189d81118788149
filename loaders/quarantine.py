"""Rows that were refused, with their raw line and the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    import pandas as pd

    from loaders.database import Connection

_INSERT = """
INSERT INTO etl.quarantine (dataset, payload_id, line_no, raw_line, reason, detail)
SELECT %s, %s, row.* FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS row
ON CONFLICT (payload_id, line_no) DO NOTHING
"""


def write_rejects(connection: Connection, dataset: str, payload_id: int, rejects: pd.DataFrame) -> int:
    """Write a payload's refused rows (line_no, raw_line, reason, detail); return how many."""
    if not len(rejects):
        return 0
    columns = [rejects[name].to_list() for name in ("line_no", "raw_line", "reason", "detail")]
    connection.execute(_INSERT, (dataset, payload_id, *columns))
    return len(rejects)


def mark_replayed(connection: Connection, payload_id: int, lines: Collection[int], by: str, at: datetime) -> int:
    """Mark open rows of a payload as replayed; return how many were open."""
    done = connection.execute(
        "UPDATE etl.quarantine SET status = 'replayed', resolved_at = %s, resolved_by = %s "
        "WHERE payload_id = %s AND line_no = ANY (%s) AND status = 'open'",
        (at, by, payload_id, list(lines)),
    )
    return done.rowcount
