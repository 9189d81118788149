"""The newest NAV of every scheme, from the rows in which they are packed: quicker than the server unpacks them."""

from __future__ import annotations

import struct
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, cast

from munim.core.collecting import collector_rests
from munim.readers.exact import dates, navs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loaders.database import Connection

_PACKED = """
SELECT scheme_code, nav_date, nav_e10, payload_id FROM etl.nav_latest_packed WHERE scheme_code <> '' ORDER BY block
"""


class NewestNav(NamedTuple):
    """A scheme's newest NAV, in ₹ a unit and exact, the day that it is of, and the payload that established it."""

    scheme_code: str
    nav_date: date
    nav: Decimal
    payload_id: int


NewestRow = tuple[str, date, Decimal, int]
"""The same as a plain row: a class of one's own costs half as much again where there are fourteen thousand."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One row as it is packed: codes in order, days since 1970-01-01, ₹ times 10,000,000,000, payloads."""

    codes: list[str]
    days: tuple[int, ...]
    navs_e10: tuple[int, ...]
    payload_ids: tuple[int, ...]

    def of(self, scheme_code: str) -> NewestNav | None:
        place = bisect_left(self.codes, scheme_code)
        if place == len(self.codes) or self.codes[place] != scheme_code:
            return None
        nav = _trimmed(navs[self.navs_e10[place]])
        return NewestNav(scheme_code, dates[self.days[place]], nav, self.payload_ids[place])

    def all(self) -> Iterator[NewestRow]:
        # Thousands are made in one go, without a call of Python's for each.
        days, values = map(dates.__getitem__, self.days), map(navs.__getitem__, self.navs_e10)
        return zip(self.codes, days, values, self.payload_ids, strict=True)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest NAVs as they are packed: those of schemes that publish, and of those that publish no more."""

    parts: tuple[_Part, ...]

    def of(self, scheme_code: str) -> NewestNav | None:
        """Return a scheme's newest NAV, None where it has none."""
        return next((nav for part in self.parts if (nav := part.of(scheme_code)) is not None), None)

    def all(self) -> list[NewestRow]:
        """Return them all, by code; the NAVs have ten decimals, zeros or not."""
        with collector_rests():
            rows = [row for part in self.parts for row in part.all()]
            rows.sort(key=itemgetter(0))
            return rows


def newest(connection: Connection) -> Newest:
    """Return the newest NAV of every scheme that has one, listed or not: what `market.nav_latest` says."""
    rows = connection.cursor(binary=True).execute(_PACKED).fetchall()
    return Newest(
        tuple(
            _Part(str(codes).split("\n"), _numbers("i", days), _numbers("q", navs_e10), _numbers("i", payload_ids))
            for codes, days, navs_e10, payload_ids in rows
        )
    )


def newest_navs(connection: Connection) -> list[NewestRow]:
    """Return the newest NAV of every scheme that has one, listed or not, by code: what `market.nav_latest` says.

    Each as a plain row: code, day, NAV in ₹ a unit, number of the payload.
    """
    return newest(connection).all()


def _trimmed(nav: Decimal) -> Decimal:
    """Return a number without the zeros at the end of its decimals."""
    return Decimal(f"{nav:f}".rstrip("0").rstrip("."))


def _numbers(kind: str, packed: object) -> tuple[int, ...]:
    """Return packed numbers, which have the high byte first."""
    octets = cast("bytes", packed)
    return struct.unpack(f">{len(octets) // struct.calcsize(f'>{kind}')}{kind}", octets)
