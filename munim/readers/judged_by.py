"""What freshness is judged by: where it is the same, and no time of `etl.judged_until` is over, the judgement holds."""

from __future__ import annotations

from typing import LiteralString, cast

from loaders.database import Connection

COLUMNS: LiteralString = """
(SELECT changed_in FROM etl.nav_keys), (SELECT max(payload_id) FROM etl.payload WHERE dataset <> 'nav')
"""
"""Columns that say it, for a query of anything: the two of `JudgedBy`."""

_JUDGED_BY: LiteralString = f"SELECT {COLUMNS}"

JudgedBy = tuple[int | None, int | None]
"""The last transaction that changed keys of NAVs or schemes, and the newest payload of the other data sets."""


def judged_by(connection: Connection) -> JudgedBy:
    """Return what freshness is judged by now."""
    return cast("JudgedBy", connection.execute(_JUDGED_BY).fetchone())
