"""How patient and how careful a client is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SITE_INTERVALS_S = {"nsearchives.nseindia.com": 0.5}
"""Two requests a second for NSE's archive, which has a file a session; with one for its API that makes three."""


@dataclass(frozen=True)
class Manners:
    """The limits that a client keeps, with those that suit AMFI.

    `interval_s` is the least time between two requests to one site, `site_intervals_s` other figures for
    some sites. Requests to AMFI can hang, hence the read time-out of 45 s and three attempts; `total_timeout_s`
    ends a body that trickles. A Retry-After longer than `longest_wait_s` is not waited for.
    """

    interval_s: float = 1.0
    site_intervals_s: Mapping[str, float] = field(default_factory=lambda: dict(SITE_INTERVALS_S))
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 45.0
    total_timeout_s: float = 600.0
    attempts: int = 3
    longest_wait_s: float = 120.0
    max_bytes: int = 64 * 1024 * 1024
    max_redirects: int = 5

    def interval_of(self, site: str) -> float:
        """Return the least time between two requests to a site, in seconds."""
        return self.site_intervals_s.get(site, self.interval_s)
