"""The archive in an object store. Imports obstore (50 ms), so it is imported only for a URL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import obstore
import obstore.store
from obstore.exceptions import AlreadyExistsError, BaseError

from munim.core.errors import RequestWrong
from scrapers.archive_errors import ArchiveUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import ObjectStore

READERS = 16
"""Requests at once to an object store: a manifest is small, and the wait for it is what costs."""


def open_remote(url: str) -> RemoteStore:
    """Return the store at a URL; raise `RequestWrong` when it can't be understood or lacks settings (an account)."""
    try:
        return RemoteStore(obstore.store.from_url(url))
    except (BaseError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise RequestWrong(f"the archive's URL {url.partition('?')[0]} can't be used: {reason}") from error


class RemoteStore:
    """A bucket, or a folder in one. A put is whole or not at all by the stores' own promise."""

    def __init__(self, store: ObjectStore) -> None:
        """Take an obstore store."""
        self._store = store

    def create(self, path: str, body: bytes) -> bool:
        """Write a file that isn't there; return False, and change nothing, when it is."""
        try:
            with _naming_remote_failures(path):
                obstore.put(self._store, path, body, mode="create")
        except AlreadyExistsError:
            return False
        return True

    def replace(self, path: str, body: bytes) -> None:
        """Write a file in place of the one that is there."""
        with _naming_remote_failures(path):
            obstore.put(self._store, path, body)

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None when there is none."""
        with _naming_remote_failures(path):
            try:
                return bytes(obstore.get(self._store, path).bytes())
            except FileNotFoundError:
                return None

    def paths(self, folder: str) -> list[str]:
        """Return the sorted paths of all whole files under a folder, at any depth."""
        with _naming_remote_failures(folder):
            return sorted(found["path"] for page in obstore.list(self._store, folder) for found in page)

    def read_all(self, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield each path with its bytes, in the order given."""
        with ThreadPoolExecutor(READERS) as readers:
            yield from zip(paths, readers.map(self.read, paths), strict=True)


@contextmanager
def _naming_remote_failures(path: str) -> Iterator[None]:
    try:
        yield
    except AlreadyExistsError:
        raise
    except (BaseError, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise ArchiveUnavailable(f"the archive's object store failed at {path}: {reason}") from error
