"""The newest NAV of every scheme, from the one row in which they are packed: quicker than the server unpacks it."""

from __future__ import annotations

import sys
from array import array
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from loaders.database import Connection

_BLOCK = "SELECT scheme_code, nav_date, nav_e10, payload_id FROM etl.nav_latest_block WHERE scheme_code <> ''"
_EPOCH = date(1970, 1, 1).toordinal()


class NewestNav(NamedTuple):
    """A scheme's newest NAV, in ₹ a unit and exact, the day that it is of, and the payload that established it."""

    scheme_code: str
    nav_date: date
    nav: Decimal
    payload_id: int


def newest_navs(connection: Connection) -> list[NewestNav]:
    """Return the newest NAV of every scheme that has one, listed or not, by code: what `market.nav_latest` says."""
    row = connection.execute(_BLOCK, binary=True).fetchone()
    if row is None:
        return []
    codes, days, values, payloads = row
    days_of = _numbers("i", days)
    known = {day: date.fromordinal(_EPOCH + day) for day in set(days_of)}
    scale = Decimal("1e-10")
    return list(
        map(
            NewestNav,
            str(codes).split("\n"),
            map(known.__getitem__, days_of),
            (value * scale for value in map(Decimal, _numbers("q", values))),
            _numbers("i", payloads),
        )
    )


def _numbers(kind: str, packed: object) -> array[int]:
    """Return packed numbers, which have the high byte first."""
    numbers: array[int] = array(kind)
    numbers.frombytes(bytes(packed))  # type: ignore[call-overload]
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
