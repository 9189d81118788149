"""What an HTTP answer that is no 200 means: the right kind of error for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from munim.core.errors import ContentRefused, MunimError, SourceBlocked, SourceUnavailable

BLOCKED = frozenset({401, 403, 421, 451})
GONE = frozenset({404, 410})
WORTH_RETRYING = frozenset({408, 425, 429})
SERVER_ERRORS = range(500, 600)


@dataclass(frozen=True)
class Declined:
    """An answer that is no 200, for an asker who was ready for it: its status, where it leads, what it would raise."""

    status: int
    location: str | None
    error: MunimError


class SourceAsksToWait(SourceUnavailable):
    """The source asks to come back later than we wait for it; not retried within the run.

    `come_back_at` is when, in UTC.
    """

    come_back_at: datetime

    def __init__(self, what: str, come_back_at: datetime, *, feed: str, slot: str) -> None:
        """Build the message with the time to come back."""
        self.come_back_at = come_back_at
        super().__init__(what, feed=feed, slot=slot, advice=f"come back at {come_back_at:%Y-%m-%d %H:%M:%S} UTC")


def is_worth_retrying(status: int) -> bool:
    """Return whether the same request may get another answer soon."""
    return status in WORTH_RETRYING or status in SERVER_ERRORS


def error_of(status: int, what: str, *, feed: str, slot: str) -> MunimError:
    """Return the error for an HTTP status that is no 200; `what` says what was asked and got."""
    if is_worth_retrying(status):
        return SourceUnavailable(what, feed=feed, slot=slot, advice="try again later")
    if status in BLOCKED:
        return SourceBlocked(
            what,
            feed=feed,
            slot=slot,
            advice="the site refuses this machine: wait, or get the file by hand and use `munim ingest`",
        )
    advice = "the address is gone: the site has moved it" if status in GONE else "the site no longer answers as it did"
    return ContentRefused(what, feed=feed, slot=slot, advice=advice)


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Return how long a Retry-After asks to wait (never negative), or None where there is none that can be read.

    Both forms of RFC 9110 section 10.2.3: seconds, and an HTTP date.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text), timedelta.max // timedelta(seconds=1) // 1000))
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return max(instant - now, timedelta(0))
