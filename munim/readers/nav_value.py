"""The NAV of a day with when it was known, and the payload that it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal


class NavValue(NamedTuple):
    """The NAV of a day, in ₹ and exact, with when it was known and where it came from.

    `known_from` is when the source first told it, `recorded_at` when it could first be read here; `reconstructed`
    says that it was fetched more than a week after its day, so that nobody knew it then.
    """

    nav_date: date
    nav: Decimal
    known_from: datetime
    recorded_at: datetime
    reconstructed: bool
    feed: str
    url: str
    sha256: str
