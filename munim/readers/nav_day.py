"""The NAVs of a whole day, of all schemes, as they were known at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from loaders.database import Connection

_SAID = """
SELECT scheme_code, trim_scale(nav), payload_id, NULL::integer, NULL::timestamptz
FROM market.nav WHERE nav_date = %(day)s
UNION ALL
SELECT scheme_code, trim_scale(nav), payload_id, superseded_by, NULL
FROM market.nav_revision WHERE nav_date = %(day)s
UNION ALL
SELECT scheme_code, NULL, payload_id, NULL, recorded_at
FROM etl.nav_recorded WHERE nav_date = %(day)s
"""

_PAYLOADS = """
SELECT payload_id, recorded_at FROM etl.payload WHERE payload_id = ANY (%(numbers)s) AND fetched_at <= %(at)s
ORDER BY fetched_at, feed, sha256
"""


class KnownNav(NamedTuple):
    """A scheme's NAV of a day as it was known, in ₹."""

    scheme_code: str
    nav: Decimal
    payload_id: int


_Said = tuple[str, "Decimal | None", int, "int | None", "datetime | None"]


def day_as_of(connection: Connection, day: date, at: datetime) -> list[KnownNav]:
    """Return the NAVs of a day, of all schemes, as they were known at a time, by code: no look-ahead.

    Of each scheme the value of the newest payload among those that were known by then, unless it had been withdrawn.
    """
    rows = cast("list[_Said]", connection.execute(_SAID, {"day": day}).fetchall())
    told = [row for row in rows if row[4] is None]
    earlier = {(code, payload_id): recorded_at for code, _, payload_id, _, recorded_at in rows if recorded_at}
    numbers = {row[2] for row in told} | {row[3] for row in told if row[3] is not None}
    asked = {"numbers": sorted(numbers), "at": at}
    known = {
        payload_id: (rank, recorded_at <= at)
        for rank, (payload_id, recorded_at) in enumerate(
            cast("list[tuple[int, datetime]]", connection.execute(_PAYLOADS, asked).fetchall())
        )
    }
    chosen: dict[str, tuple[int, Decimal | None, int]] = {}

    def take(code: str, nav: Decimal | None, payload_id: int) -> None:
        """Keep it where it was known and is newer; of one payload a value goes before the end of the one before."""
        rank, recorded = known.get(payload_id, (-1, False))
        if rank >= 0 and earlier:
            own = earlier.get((code, payload_id))
            recorded = recorded if own is None else own <= at
        if not recorded:
            return
        before = chosen.get(code)
        if before is None or rank > before[0] or (rank == before[0] and before[1] is None):
            chosen[code] = rank, nav, payload_id

    for code, nav, payload_id, superseded_by, _ in told:
        take(code, nav, payload_id)
        if superseded_by is not None:
            take(code, None, superseded_by)
    found = [KnownNav(code, nav, number) for code, (_, nav, number) in chosen.items() if nav is not None]
    return sorted(found, key=lambda one: one.scheme_code)
