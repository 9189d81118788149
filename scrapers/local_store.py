"""The archive in a folder: a file is whole on disk before it has its name."""

from __future__ import annotations

import errno
import os
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scrapers.archive_errors import ArchiveUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPORARY = ".tmp-"
"""How the name of a file begins that isn't whole yet; no listing shows one."""

NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV})
"""What `link` fails with on file systems that have none (some network and FUSE mounts)."""


class LocalStore:
    """A folder. A file gets its name only when its bytes are on disk, so a kill leaves the old state or the new."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is made when the first file is."""
        self._root = root

    def create(self, path: str, body: bytes) -> bool:
        """Write a file that isn't there; return False, and change nothing, when it is."""
        target = self._root / path
        with _naming_failures(target):
            if target.exists():
                return False
            temporary = _write_aside(target, body)
            try:
                return _link(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)
                _sync_folder(target.parent)

    def replace(self, path: str, body: bytes) -> None:
        """Write a file in place of the one that is there."""
        target = self._root / path
        with _naming_failures(target):
            _write_aside(target, body).replace(target)
            _sync_folder(target.parent)

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None when there is none."""
        target = self._root / path
        with _naming_failures(target):
            try:
                return target.read_bytes()
            except FileNotFoundError:
                return None

    def paths(self, folder: str) -> list[str]:
        """Return the sorted paths of all whole files under a folder, at any depth."""
        with _naming_failures(self._root / folder):
            found = [
                Path(parent, name).relative_to(self._root).as_posix()
                for parent, _, names in os.walk(self._root / folder)
                for name in names
                if not name.startswith(TEMPORARY)
            ]
        return sorted(found)

    def read_all(self, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield each path with its bytes, in the order given."""
        return ((path, self.read(path)) for path in paths)


def _write_aside(target: Path, body: bytes) -> Path:
    """Write the bytes to disk beside the target, under a name that listings leave out."""
    _make_folder(target.parent)
    temporary = target.parent / f"{TEMPORARY}{uuid.uuid4().hex}"
    try:
        with temporary.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        # On a full disk each try would else leave a part behind.
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _link(temporary: Path, target: Path) -> bool:
    """Give the file its name unless another has taken it; that is one step of the file system."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        # Atomic too, but the last of two writers wins: the same bytes, or nearly the same stamp.
        temporary.replace(target)
    return True


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they outlive a loss of power."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _naming_failures(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveUnavailable(
            f"the archive can't be used at {target}: {error.strerror or error}",
            advice="check the folder's rights and the free space, or set MUNIM_ARCHIVE",
        ) from error
