"""The kinds of error, by what the caller should do next, each with its exit code.

A message says what happened, to which feed and slot, what was kept, and what to do.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command ends with; a CronJob's podFailurePolicy is made from these."""

    DONE = 0
    RETRY = 1
    USAGE = 2
    REFUSED = 3
    BLOCKED = 4
    LATE = 5
    NOT_YET = 6


FAULT = 70
"""Exit code of a fault of munim's own (EX_SOFTWARE of sysexits.h): none of `ExitCode`, so that nobody retries it."""


class MunimError(Exception):
    """Something that munim can name went wrong."""

    exit_code: ExitCode = ExitCode.RETRY
    kind: str = "error"

    def __init__(
        self,
        what: str,
        *,
        feed: str | None = None,
        slot: str | None = None,
        kept: str = "the tables keep what they had",
        advice: str | None = None,
    ) -> None:
        """Build the message from what happened, to which feed and slot, what was kept and what to do."""
        self.what = what
        self.feed = feed
        self.slot = slot
        self.kept = kept
        self.advice = advice
        super().__init__(self._message())

    def _message(self) -> str:
        where = " ".join(part for part in (self.feed, f"slot {self.slot}" if self.slot else None) if part)
        parts = [f"{where}: {self.what}" if where else self.what]
        if self.kept:
            parts.append(self.kept)
        if self.advice:
            parts.append(self.advice)
        return "; ".join(parts)


class SourceUnavailable(MunimError):
    """The source can't be reached or is out of order: the same request may work later."""

    exit_code = ExitCode.RETRY
    kind = "unavailable"


class DatabaseUnavailable(MunimError):
    """The database can't be reached, or the connection was lost: the same run may work later."""

    exit_code = ExitCode.RETRY
    kind = "database"


class SourceBlocked(MunimError):
    """The source refused us: back off and tell; munim evades nothing."""

    exit_code = ExitCode.BLOCKED
    kind = "blocked"


class ContentRefused(MunimError):
    """The content is not what it should be: nothing was written, the raw bytes are kept."""

    exit_code = ExitCode.REFUSED
    kind = "refused"


class NotYetPublished(MunimError):
    """The source answers, but what is due is not there yet: the slot stays due."""

    exit_code = ExitCode.NOT_YET
    kind = "not_yet"


class RequestWrong(MunimError):
    """The request or the settings are wrong; no retry will help."""

    exit_code = ExitCode.USAGE
    kind = "usage"

    def __init__(
        self, what: str, *, feed: str | None = None, slot: str | None = None, advice: str | None = None
    ) -> None:
        """Build the message; nothing was touched, so nothing needs saying of what was kept."""
        super().__init__(what, feed=feed, slot=slot, kept="", advice=advice)


class NotFound(RequestWrong):
    """What was asked for is not in the tables."""

    kind = "not_found"


class ContentLate(MunimError):
    """What is due by now is not in the tables."""

    exit_code = ExitCode.LATE
    kind = "late"
