"""What loads are about while a question is asked: whether its moment is a clean cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

# The lock of `loaders.report.lock`, as pg_locks shows it: of its first key, the 32 bits without a sign.
_LOADS = """
SELECT EXISTS (SELECT FROM (SELECT recorded_at FROM etl.payload ORDER BY payload_id DESC LIMIT 20) AS newest
               WHERE recorded_at > %(at)s) AS recorded_since,
       EXISTS (SELECT FROM pg_locks
               WHERE locktype = 'advisory' AND objsubid = 2 AND granted
                 AND classid::bigint = hashtext('munim load') & 4294967295
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS under_way
"""


@dataclass(frozen=True, slots=True)
class Loads:
    """`recorded_since`: a load that is seen was recorded after the time; `under_way`: one is at work, unseen yet."""

    recorded_since: bool
    under_way: bool


def loads_about(connection: Connection, at: datetime) -> Loads:
    """Return what loads are about at a time, of the moment that the connection sees."""
    (found,) = fetch(connection, Loads, _LOADS, {"at": at})
    return found
