"""Keeping the screener's figures up with what was loaded late: asked often, and cheap where nothing waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders import screener_rows
from loaders.retry import with_retries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.tools import Tools


def compute_what_waits(tools: Tools) -> Mapping[str, int]:
    """Compute the sessions that have no figures or stale ones; return how many of each exchange, empty for none.

    Pandas is imported only where there is something to compute. Raises as `compute_pending`.
    """
    if not with_retries(tools.database, screener_rows.pending):
        return {}
    from pipelines.screener_compute import compute_pending  # noqa: PLC0415 - brings pandas

    return compute_pending(tools)
