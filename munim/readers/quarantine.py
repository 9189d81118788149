"""Rows that were refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from loaders.database import Connection

_ROWS = """
SELECT refused.quarantine_id, refused.dataset, payload.feed, payload.fetched_at, refused.line_no, refused.reason,
       refused.detail, refused.status, refused.raw_line, refused.resolved_at, refused.resolved_by,
       refused.payload_id, payload.url, payload.sha256
FROM etl.quarantine AS refused JOIN etl.payload AS payload USING (payload_id)
WHERE (%(quarantine_id)s::bigint IS NULL OR refused.quarantine_id = %(quarantine_id)s)
  AND (%(status)s::text IS NULL OR refused.status = %(status)s)
ORDER BY refused.quarantine_id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class RefusedRow:
    """A refused row, with its line as the source wrote it and the payload that holds it."""

    quarantine_id: int
    dataset: str
    feed: str
    fetched_at: datetime
    line_no: int
    reason: str
    detail: str
    status: str
    raw_line: str
    resolved_at: datetime | None
    resolved_by: str | None
    payload_id: int
    url: str
    sha256: str


def list_refused(connection: Connection, limit: int, status: str | None = None) -> list[RefusedRow]:
    """Return the newest refused rows, newest first; of one status (open, replayed) where it is given."""
    return fetch(connection, RefusedRow, _ROWS, {"quarantine_id": None, "status": status, "limit": limit})


def show_refused(connection: Connection, quarantine_id: int) -> RefusedRow:
    """Return a refused row. Raises `RequestWrong` for one that is not there."""
    found = fetch(connection, RefusedRow, _ROWS, {"quarantine_id": quarantine_id, "status": None, "limit": 1})
    if not found:
        raise RequestWrong(f"there is no row {quarantine_id} in quarantine", advice="see `munim quarantine list`")
    return found[0]


def open_rows(connection: Connection, quarantine_ids: Collection[int] | None = None) -> Mapping[str, list[int]]:
    """Return the numbers of open rows by data set, all of them or these. Raises `RequestWrong` for one not open."""
    wanted = None if quarantine_ids is None else list(quarantine_ids)
    found = connection.execute(
        "SELECT dataset, quarantine_id FROM etl.quarantine "
        "WHERE status = 'open' AND (%(ids)s::bigint[] IS NULL OR quarantine_id = ANY (%(ids)s)) ORDER BY quarantine_id",
        {"ids": wanted},
    ).fetchall()
    by_dataset: dict[str, list[int]] = defaultdict(list)
    for dataset, number in found:
        by_dataset[str(dataset)].append(int(str(number)))
    absent = set(wanted or ()) - {number for numbers in by_dataset.values() for number in numbers}
    if absent:
        raise RequestWrong(f"no open row {min(absent)} in quarantine", advice="see `munim quarantine list`")
    return by_dataset
