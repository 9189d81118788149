"""What the flows' batches note in one and the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders.batch import Note
from munim.core.errors import ContentRefused

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.raw import RawTable


def added_columns(raw: RawTable) -> list[Note]:
    """Return a note for each column that no layout of ours knows."""
    return [Note("added_column", detail={"column": name}) for name in raw.added_columns]


def refused(what: str, payload: Payload) -> ContentRefused:
    """Return the error for content that is not what it should be."""
    return ContentRefused(
        f"{payload.url} has {what}",
        feed=payload.feed,
        slot=payload.slot,
        kept="nothing was written, the raw bytes are kept",
    )
