"""Bytes as received, and what is known about how they came."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

from munim.core.errors import RequestWrong

Origin = Literal["fetch", "browser", "file", "revert", "import", "link"]
"""Where bytes came from: our own request, a page that our browser was shown in place of what was refused, a file that
somebody had, or a decision of ours."""

World = Literal["live", "replica"]
"""Real data or made data; a database and an archive hold one kind and refuse the other."""


@dataclass(frozen=True)
class Payload:
    """One body as received.

    `feed` is `site.feed` (`amfi.latest`); `slot` is the unit of work it was asked for; `fetched_at` is aware.
    `sha256` is of `body`. `redirects` are the URLs that led to `url`.
    """

    feed: str
    slot: str
    url: str
    fetched_at: datetime
    body: bytes = field(repr=False)
    origin: Origin = "fetch"
    redirects: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a naive time: 'newer' and 'older' hang on it."""
        if self.fetched_at.tzinfo is None:
            raise RequestWrong("fetched_at has no time zone", feed=self.feed, slot=self.slot)
        object.__setattr__(self, "fetched_at", self.fetched_at.astimezone(UTC))

    @property
    def was_asked_for(self) -> bool:
        """Whether it is what a site answered us: asked again it may be another."""
        return self.origin in {"fetch", "browser"}

    def without_body(self) -> Payload:
        """Return it with its digest and no bytes, for who has to keep many of them."""
        bare = replace(self, body=b"")
        bare.__dict__["sha256"] = self.sha256
        return bare

    @cached_property
    def sha256(self) -> str:
        """The digest of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()
