"""Where the archive's files are: a local folder or an object store, with the same few verbs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scrapers.local_store import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator


class Store(Protocol):
    """Files by path (`a/b/c`); each is written whole or not at all."""

    def create(self, path: str, body: bytes) -> bool:
        """Write a file that isn't there; return False, and change nothing, when it is."""

    def replace(self, path: str, body: bytes) -> None:
        """Write a file in place of the one that is there."""

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None when there is none."""

    def paths(self, folder: str) -> list[str]:
        """Return the sorted paths of all whole files under a folder, at any depth."""

    def read_all(self, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield each path with its bytes, in the order given."""


def open_store(location: str) -> Store:
    """Return the store at a local path, or at an object-store URL (s3://, gs://, az://; memory:/// in tests).

    Raises `RequestWrong` when the URL can't be understood or lacks settings (an account).
    """
    if "://" not in location or location.startswith("file://"):
        return LocalStore(Path(location.removeprefix("file://")).expanduser())
    from scrapers.remote_store import open_remote  # noqa: PLC0415 - obstore costs 50 ms; a folder needs none of it

    return open_remote(location)
