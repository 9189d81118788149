"""How much is in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date

    from loaders.database import Connection

_HOLDINGS = """
SELECT name, rows, content_from, content_to
FROM (
    SELECT 1 AS place, 'market.nav' AS name, count(*) AS rows, min(nav_date) AS content_from,
           max(nav_date) AS content_to FROM market.nav
    UNION ALL SELECT 2, 'market.nav_revision', count(*), min(nav_date), max(nav_date) FROM market.nav_revision
    UNION ALL SELECT 3, 'market.scheme', count(*), NULL, NULL FROM market.scheme
    UNION ALL SELECT 4, 'market.scheme_revision', count(*), NULL, NULL FROM market.scheme_revision
    UNION ALL SELECT 5, 'etl.payload', count(*), min(content_from), max(content_to) FROM etl.payload
    UNION ALL SELECT 6, 'etl.run', count(*), NULL, NULL FROM etl.run
    UNION ALL SELECT 7, 'etl.quarantine (open)', count(*), NULL, NULL FROM etl.quarantine WHERE status = 'open'
    UNION ALL SELECT 8, 'etl.quality_note', count(*), min(content_date), max(content_date) FROM etl.quality_note
) AS held ORDER BY place
"""


@dataclass(frozen=True)
class Holding:
    """A table's rows, and the oldest and newest date that they are about; None where rows have no date."""

    name: str
    rows: int
    content_from: date | None
    content_to: date | None


def holdings(connection: Connection) -> list[Holding]:
    """Return what each table holds."""
    return fetch(connection, Holding, _HOLDINGS)
