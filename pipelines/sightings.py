"""Where a key was seen again: read from the archived payloads, which are the truth that the tables derive from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from loaders.batch import FactKey, NavBatch, NavKey, PayloadRef

BATCHES_KEPT = 8

Key = TypeVar("Key")


class ArchiveSightings:
    """Looks for keys in archived payloads, oldest first, reading each one again with today's parser."""

    def __init__(self, read: Callable[[PayloadRef], NavBatch]) -> None:
        """Take the function that reads an archived payload's rows."""
        self._read = lru_cache(maxsize=BATCHES_KEPT)(read)

    def navs(self, keys: Collection[NavKey], payloads: Sequence[PayloadRef]) -> dict[NavKey, PayloadRef]:
        """Return for each key the first of the payloads that holds a value of it, or withdraws it."""
        oldest, newest = min(key[0] for key in keys), max(key[0] for key in keys)
        near = [
            ref for ref in payloads
            if ref.is_decision or (
                ref.content_from is not None and ref.content_to is not None
                and ref.content_from <= newest and ref.content_to >= oldest
            )
        ]  # fmt: skip
        return self._first(keys, near, _nav_keys)

    def facts(self, keys: Collection[FactKey], payloads: Sequence[PayloadRef]) -> dict[FactKey, PayloadRef]:
        """Return for each scheme and feed the first of the payloads that says anything of it."""

        def said(batch: NavBatch, wanted: set[FactKey], ref: PayloadRef) -> set[FactKey]:
            decided = {(code, feed) for feed, values in batch.fact_decisions.items() for code in values}
            listed = set(batch.facts["scheme_code"]) if len(batch.facts) else set()
            return {key for key in wanted if key in decided or (key[1] == ref.feed and key[0] in listed)}

        return self._first(keys, payloads, said)

    def _first(
        self,
        keys: Collection[Key],
        payloads: Sequence[PayloadRef],
        held: Callable[[NavBatch, set[Key], PayloadRef], set[Key]],
    ) -> dict[Key, PayloadRef]:
        wanted = set(keys)
        seen: dict[Key, PayloadRef] = {}
        for ref in payloads:
            if not wanted:
                break
            here = held(self._read(ref), wanted, ref)
            seen |= dict.fromkeys(here, ref)
            wanted -= here
        return seen


def _nav_keys(batch: NavBatch, wanted: set[NavKey], _ref: PayloadRef) -> set[NavKey]:
    codes = {code for _, code in wanted}
    rows = batch.navs[batch.navs["scheme_code"].isin(codes)]
    held = set(zip(rows["nav_date"], rows["scheme_code"], strict=True)) | set(batch.withdrawn)
    return held & wanted
