"""The file behind the newest row of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from munim.readers.answer import Source

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection

_RUN = "SELECT run_id FROM etl.payload WHERE feed = %s AND fetched_at = %s AND sha256 = %s"


class Traced(Protocol):
    """A row that says which bytes it came from."""

    @property
    def known_from(self) -> datetime:
        """When the bytes were fetched."""

    @property
    def feed(self) -> str:
        """The feed that they came by."""

    @property
    def url(self) -> str:
        """Their address."""

    @property
    def sha256(self) -> str:
        """Their digest."""


def source_of(connection: Connection, row: Traced | None) -> Source | None:
    """Return the file behind a row, with the run that loaded it; None for no row."""
    if row is None:
        return None
    found = connection.execute(_RUN, (row.feed, row.known_from, row.sha256)).fetchone()
    return Source(row.url, row.sha256, row.known_from, int(str(found[0])) if found else None)
