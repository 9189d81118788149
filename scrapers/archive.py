"""The raw store: every payload's bytes before anything is read into them, and what is known about each.

`STAMP.json`                                         whose data this is: live or made
`objects/<sha[:2]>/<sha>.zst`                        bytes as received, by digest, zstd
`manifests/<feed>/<YYYY-MM>/<time>-<sha[:16]>.json`  one for each time that bytes came
`decisions/<time>-<kind>-<id>.json`                  what people decided

Nothing is ever changed or taken out, so a reader needs no lock; the tables can be made again from it alone.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Self

import zstandard

from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from scrapers.archive_errors import ObjectCorrupt, ObjectMissing
from scrapers.archive_records import Decision, Manifest, plain_name
from scrapers.stores import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from munim.core.clock import Clock
    from munim.core.payload import World

__all__ = ["Archive", "Decision", "Manifest"]

STAMP = "STAMP.json"
FOLDERS = ("objects", "manifests", "decisions")
COMPRESSION_LEVEL = 1
"""For a NAVAll of 1.5 MB: 262 kB in 7 ms; level 6 gives 233 kB in 33 ms, which a day's load would feel."""


class Archive:
    """An opened archive. Threads and processes may share one; the same thing put twice is there once."""

    def __init__(self, store: Store) -> None:
        """Take a store whose stamp has been seen; `open` is the way in."""
        self._store = store

    @classmethod
    def open(cls, location: str, world: World, clock: Clock) -> Self:
        """Return the archive at a path or an object-store URL; an empty place is stamped with the world.

        Raises `RequestWrong` when it holds data of the other world, or data and no stamp, or the URL can't be used.
        """
        return cls.in_store(open_store(location), world, clock, name=location)

    @classmethod
    def in_store(cls, store: Store, world: World, clock: Clock, *, name: str = "archive") -> Self:
        """Return the archive in a store that is open already; as `open`."""
        stamp = store.read(STAMP)
        if stamp is None:
            if any(store.paths(folder) for folder in FOLDERS):
                raise RequestWrong(
                    f"the archive {name} holds data and no {STAMP}: nothing tells whether it is live or made data",
                    advice=f'put the stamp back: {{"world": "live"}} or {{"world": "replica"}} in {STAMP}',
                )
            store.create(STAMP, _stamp(world, clock()))
            # Read again: of two that open an empty place at once, one has stamped it.
            stamp = store.read(STAMP) or b""
        found = _world_of(stamp, name)
        if found != world:
            raise RequestWrong(
                f"the archive {name} is stamped {found!r}, and this run has {world!r} data",
                advice="live and made data never mix: give each its own MUNIM_ARCHIVE or MUNIM_HOME",
            )
        return cls(store)

    def put(self, payload: Payload) -> None:
        """Keep a payload: its bytes first, then the manifest, so that a manifest's bytes are always there."""
        manifest = Manifest.of(payload)
        self._put_object(payload)
        self._store.create(manifest.path, manifest.body)

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a digest.

        Raises `ObjectMissing` when there are none, `ObjectCorrupt` when they don't have the digest.
        """
        packed = self._store.read(_object_path(sha256))
        if packed is None:
            raise ObjectMissing(
                f"the archive has no {_object_path(sha256)}",
                kept="",
                advice="put the file back from a copy of the archive",
            )
        body = _unpacked(packed, sha256)
        if body is None:
            raise ObjectCorrupt(
                f"the archive's {_object_path(sha256)} doesn't hold the bytes of its name",
                kept="",
                advice="put the file back from a copy of the archive",
            )
        return body

    def payload(self, manifest: Manifest) -> Payload:
        """Return the payload of a manifest, with its bytes; raises as `get`."""
        body = self.get(manifest.sha256)
        return Payload(
            manifest.feed,
            manifest.slot,
            manifest.url,
            manifest.fetched_at,
            body,
            origin=manifest.origin,
            redirects=manifest.redirects,
        )

    def manifests(self, feeds: Collection[str] | None = None) -> list[Manifest]:
        """Return the manifests of all feeds or of these, sorted by (fetched_at, feed, sha256)."""
        folders = ["manifests"] if feeds is None else [f"manifests/{plain_name(feed)}" for feed in sorted(set(feeds))]
        found = [Manifest.read(path, body) for path, body in self._records(folders)]
        return sorted(found, key=lambda manifest: (manifest.fetched_at, manifest.feed, manifest.sha256))

    def decide(self, decision: Decision) -> None:
        """Keep a decision; one of the same content is there once."""
        self._store.create(decision.path, decision.body)

    def decisions(self) -> list[Decision]:
        """Return all decisions, sorted by (made_at, id)."""
        found = [Decision.read(path, body) for path, body in self._records(["decisions"])]
        return sorted(found, key=lambda decision: (decision.made_at, decision.id))

    def _records(self, folders: list[str]) -> list[tuple[str, bytes]]:
        paths = [path for folder in folders for path in self._store.paths(folder) if path.endswith(".json")]
        return [(path, body) for path, body in self._store.read_all(paths) if body is not None]

    def _put_object(self, payload: Payload) -> None:
        path = _object_path(payload.sha256)
        there = self._store.read(path)
        if there is not None and _unpacked(there, payload.sha256) is not None:
            return
        packed = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL, write_checksum=True).compress(payload.body)
        if there is None:
            self._store.create(path, packed)
        else:
            # A disk's fault is mended while the good bytes are in hand.
            self._store.replace(path, packed)


def _object_path(sha256: str) -> str:
    return f"objects/{sha256[:2]}/{sha256}.zst"


def _unpacked(packed: bytes, sha256: str) -> bytes | None:
    """Return the bytes of an object, or None when they don't have the digest."""
    try:
        body = zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError:
        return None
    return body if hashlib.sha256(body).hexdigest() == sha256 else None


def _stamp(world: World, made_at: datetime) -> bytes:
    return json.dumps({"world": world, "made_at": made_at.isoformat()}).encode() + b"\n"


def _world_of(stamp: bytes, name: str) -> str:
    try:
        return str(json.loads(stamp)["world"])
    except (ValueError, KeyError, TypeError) as error:
        raise RequestWrong(f"the archive {name} has a {STAMP} that can't be read: {stamp[:80]!r}") from error
