"""The newest NAV of every scheme, from the one row in which they are packed: quicker than the server unpacks it."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from loaders.database import Connection

_BLOCK = "SELECT scheme_code, nav_date, nav_e10, payload_id FROM etl.nav_latest_block WHERE scheme_code <> ''"
_EPOCH = date(1970, 1, 1).toordinal()
_E10 = Decimal("1e-10")


class NewestNav(NamedTuple):
    """A scheme's newest NAV, in ₹ a unit and exact, the day that it is of, and the payload that established it."""

    scheme_code: str
    nav_date: date
    nav: Decimal
    payload_id: int


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest NAVs as they are packed: codes in order, days since 1970-01-01, ₹ times 10,000,000,000, payloads."""

    codes: list[str]
    days: array[int]
    navs_e10: array[int]
    payload_ids: array[int]

    def of(self, scheme_code: str) -> NewestNav | None:
        """Return a scheme's newest NAV, None where it has none."""
        place = bisect_left(self.codes, scheme_code)
        if place == len(self.codes) or self.codes[place] != scheme_code:
            return None
        day = date.fromordinal(_EPOCH + self.days[place])
        return NewestNav(scheme_code, day, _trimmed(Decimal(self.navs_e10[place]) * _E10), self.payload_ids[place])

    def all(self) -> list[NewestNav]:
        """Return them all, by code; the NAVs have ten decimals, zeros or not."""
        known = {day: date.fromordinal(_EPOCH + day) for day in set(self.days)}
        days = map(known.__getitem__, self.days)
        navs = map(_E10.__mul__, map(Decimal, self.navs_e10))
        # Thousands are made in one go, without a call of Python's for each.
        return list(map(partial(tuple.__new__, NewestNav), zip(self.codes, days, navs, self.payload_ids, strict=True)))


def newest(connection: Connection) -> Newest:
    """Return the newest NAV of every scheme that has one, listed or not: what `market.nav_latest` says."""
    row = connection.cursor(binary=True).execute(_BLOCK).fetchone()
    if row is None:
        return Newest([], array("i"), array("q"), array("i"))
    codes, days, navs_e10, payload_ids = row
    return Newest(str(codes).split("\n"), _numbers("i", days), _numbers("q", navs_e10), _numbers("i", payload_ids))


def newest_navs(connection: Connection) -> list[NewestNav]:
    """Return the newest NAV of every scheme that has one, listed or not, by code: what `market.nav_latest` says."""
    return newest(connection).all()


def _trimmed(nav: Decimal) -> Decimal:
    """Return a number without the zeros at the end of its decimals."""
    return Decimal(f"{nav:f}".rstrip("0").rstrip("."))


def _numbers(kind: str, packed: object) -> array[int]:
    """Return packed numbers, which have the high byte first."""
    numbers: array[int] = array(kind)
    numbers.frombytes(bytes(packed))  # type: ignore[call-overload]
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
