"""The last NAV up to a day with the file behind it, in one query of a few looks: what is asked most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, LiteralString

from munim.core.clock import IST
from munim.readers import judged_by

if TYPE_CHECKING:
    from decimal import Decimal

    from loaders.database import Connection
    from munim.readers.judged_by import JudgedBy

NEAR_DAYS = 10
"""The last NAV before a day is mostly within these days: each is one look at the key, and of one or two partitions."""

_QUOTE: LiteralString = f"""
SELECT scheme.vanished_at, nav.nav_date, trim_scale(nav.nav), payload.fetched_at, payload.url, payload.sha256,
       payload.run_id, {judged_by.COLUMNS}
FROM market.scheme AS scheme
CROSS JOIN LATERAL (
    SELECT nav_date, nav, payload_id FROM market.nav
    WHERE nav_date = ANY (%(days)s) AND scheme_code = %(code)s ORDER BY nav_date DESC LIMIT 1
) AS nav
JOIN etl.payload AS payload ON payload.payload_id = nav.payload_id
WHERE scheme.scheme_code = %(code)s
"""  # noqa: S608 - the columns are a constant


@dataclass(frozen=True, slots=True)
class Quote:
    """A scheme's last NAV up to a day, in ₹, as last published; `judged_by` is what its freshness is judged by."""

    vanished_at: datetime | None
    nav_date: date
    nav: Decimal
    fetched_at: datetime
    url: str
    sha256: str
    run_id: int
    judged_by: JudgedBy

    @property
    def reconstructed(self) -> bool:
        """Whether it was fetched more than a week after its day, as `agent.nav` says it."""
        return self.fetched_at > datetime.combine(self.nav_date + timedelta(days=8), datetime.min.time(), IST)


def quote(connection: Connection, scheme_code: str, day: date) -> Quote | None:
    """Return the last NAV of a code up to a day; None where none is of the days just before it, or no such code is."""
    days = [day - timedelta(days=back) for back in range(NEAR_DAYS + 1)]
    row = connection.execute(_QUOTE, {"code": scheme_code, "days": days}).fetchone()
    if row is None:
        return None
    *said, keys_changed_in, newest_payload = row
    return Quote(*said, (keys_changed_in, newest_payload))  # type: ignore[arg-type, call-arg]
