"""What a data set brings to a load: its checks with what they compare with, and how a failed one ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused

if TYPE_CHECKING:
    from datetime import date

    from loaders.batch import Check, DeriveScheme, Fact, LoadContext, NavBatch, Note, Sightings
    from loaders.database import Connection
    from loaders.nav_rows import NavArrays
    from munim.core.payload import Payload

FILES_COMPARED = 10
"""How many complete files before a payload its checks are given."""

PRECEDING_FILES = """
-- A file that a person forced in is a precedent too: what is forced often enough becomes the usual.
-- A run that was taken back is none.
SELECT row_count, content_modal, fetched_at, sha256 FROM etl.payload
WHERE dataset = %(dataset)s AND feed = %(feed)s AND (fetched_at, sha256) < (%(fetched_at)s, %(sha256)s)
  AND NOT EXISTS (
      SELECT FROM etl.run WHERE run.reverts_run_id = payload.run_id AND run.status = 'success'
  )
ORDER BY fetched_at DESC, sha256 DESC LIMIT %(files)s
"""


@dataclass(frozen=True)
class Precedents:
    """What the checks compare a payload with: the complete files before it, newest first, and the newest NAVs.

    `due_content` is the date whose content was due when the payload was fetched.
    `latest` is empty for a payload that is not the newest: a move is judged when it is news.
    """

    row_counts: tuple[int, ...]
    modal_dates: tuple[date, ...]
    latest: NavArrays
    due_content: date | None = None


Judge = Callable[["NavBatch", "NavArrays", Precedents], "tuple[list[Check], list[Note]]"]
"""The checks of a data set over a payload's rows, with what they note."""


class CheckFailed(ContentRefused):
    """A blocking check failed: the payload may not be what it should be."""

    def __init__(self, what: str, *, feed: str, slot: str, checks: Sequence[Check], advice: str) -> None:
        """Keep the checks for the ledger."""
        super().__init__(what, feed=feed, slot=slot, kept="nothing was written, the raw bytes are kept", advice=advice)
        self.checks = list(checks)


@dataclass(frozen=True)
class Rules:
    """A data set's functions: its checks, how schemes derive from facts, where keys were seen again.

    `describe` tells what is odd about a fact, `flag` what is odd about NAVs that were written.
    """

    judge: Judge
    derive: DeriveScheme
    sightings: Sightings
    describe: Callable[[str, Fact], list[Note]]
    flag: Callable[[NavArrays], list[Note]]


def refuse_failed(checks: Sequence[Check], payload: Payload, context: LoadContext) -> None:
    """Raise `CheckFailed` for blocking checks that failed, unless the run is forced."""
    failed = [check for check in checks if check.blocking and not check.passed]
    if failed and not context.forced:
        raise CheckFailed(
            "; ".join(f"check {check.name} failed: {check.detail}" for check in failed),
            feed=payload.feed,
            slot=payload.slot,
            checks=checks,
            advice="look at the payload, and if it is right run again with --force",
        )


def row_counts_before(connection: Connection, dataset: str, payload: Payload) -> tuple[int, ...]:
    """Return how many rows the payloads of the feed before this one had, newest first."""
    asked = {
        "dataset": dataset, "feed": payload.feed, "fetched_at": payload.fetched_at, "sha256": payload.sha256,
        "files": FILES_COMPARED,
    }  # fmt: skip
    return tuple(row[0] for row in connection.execute(PRECEDING_FILES, asked).fetchall())  # type: ignore[misc]
