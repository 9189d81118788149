"""When the keys of market.nav, or the schemes, last changed: what the freshness of NAVs is judged by.

Restated values change nothing of it. Readers judge anew when this has changed and not after every load; see
`munim.readers.asked.standing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loaders.database import Connection

_CHANGED = """
INSERT INTO etl.nav_keys (changed_in) VALUES (pg_current_xact_id()::text::bigint)
ON CONFLICT (one) DO UPDATE SET changed_in = excluded.changed_in
"""


def changed(connection: Connection) -> None:
    """Say that this transaction changes keys or schemes. Call it after them, under the data set's lock."""
    connection.execute(_CHANGED)
