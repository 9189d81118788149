"""Real addresses, and the ones that are asked when a stand-in takes every site's place."""

from __future__ import annotations

from dataclasses import dataclass

WEB = ("http", "https")


@dataclass(frozen=True)
class Addresses:
    """Maps `https://HOST/path?query` to `{replica}/HOST/path?query` and back; without a replica, to itself."""

    replica: str | None = None

    def to_ask(self, real: str) -> str:
        """Return the address to request in place of a real one."""
        if self.replica is None:
            return real
        return f"{self._base}/{real.partition('://')[2]}"

    def to_record(self, asked: str) -> str:
        """Return the real address of one that was requested, or that a redirect gave."""
        if self.replica is None or not asked.startswith(f"{self._base}/"):
            return asked
        return "https://" + asked[len(self._base) + 1 :]

    @property
    def _base(self) -> str:
        return (self.replica or "").rstrip("/")
