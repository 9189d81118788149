"""What can be wrong with the archive, by what to do about it."""

from __future__ import annotations

from munim.core.errors import ContentRefused, MunimError


class ArchiveUnavailable(MunimError):
    """The archive can't be reached, read or written: the same run may work later."""

    kind = "archive"


class ObjectMissing(ContentRefused):
    """The archive has no bytes of this digest: it was copied in part, or files were taken out of it."""

    kind = "archive_missing"


class ObjectCorrupt(ContentRefused):
    """What the archive holds isn't what was put there: the bytes don't have their digest, or a record can't be read."""

    kind = "archive_corrupt"
