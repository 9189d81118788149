"""Corporate actions of a security, through all its symbols, as they stand or stood at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.readers.keyed_as_of import ALL_DAYS, Days
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from loaders.database import Connection
    from munim.readers.instruments import Security

_ACTIONS = """
SELECT action.exchange, action.symbol, action.series, action.ex_date, action.subject, action.kind,
       action.ratio_numerator, action.ratio_denominator, action.amount_inr, action.shares_after, action.shares_before,
       action.record_date, withdrawn.fetched_at AS withdrawn_at, payload.fetched_at AS known_from, action.recorded_at,
       payload.feed, payload.url, payload.sha256
FROM market.corporate_action AS action
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN etl.payload AS withdrawn ON withdrawn.payload_id = action.withdrawn_by
WHERE action.exchange = 'NSE' AND action.ex_date BETWEEN %(first)s AND %(last)s
  AND CASE WHEN %(exchange)s = 'NSE'
           THEN etl.current_symbol('NSE', action.symbol, action.ex_date) = %(symbol)s
           ELSE action.symbol IN (SELECT symbol FROM market.instrument
                                  WHERE exchange = 'NSE' AND current_isin = %(isin)s) END
ORDER BY action.ex_date, action.symbol, action.series, action.subject
"""

_COMING = """
SELECT action.exchange, action.symbol, action.series, action.ex_date, action.subject, action.kind,
       action.ratio_numerator, action.ratio_denominator, action.amount_inr, action.shares_after, action.shares_before,
       action.record_date, NULL::timestamptz AS withdrawn_at, payload.fetched_at AS known_from, action.recorded_at,
       payload.feed, payload.url, payload.sha256
FROM market.corporate_action AS action
JOIN etl.payload AS payload USING (payload_id)
WHERE action.withdrawn_by IS NULL AND action.ex_date BETWEEN %(first)s AND %(last)s
ORDER BY action.ex_date, action.symbol, action.series, action.subject
"""


@dataclass(frozen=True)
class CorporateAction:
    """A split, a bonus, a dividend and so on; `withdrawn_at`: a newer complete list lacks it.

    `shares_after` come out of `shares_before`; None: what it does to the price is not told.
    """

    exchange: str
    symbol: str
    series: str
    ex_date: date
    subject: str
    kind: str
    ratio_numerator: int | None
    ratio_denominator: int | None
    amount_inr: Decimal | None
    shares_after: int | None
    shares_before: int | None
    record_date: date | None
    withdrawn_at: datetime | None
    known_from: datetime
    recorded_at: datetime
    feed: str
    url: str
    sha256: str


def actions_of(connection: Connection, security: Security, days: Days = ALL_DAYS) -> list[CorporateAction]:
    """Return the actions of a security with an ex-date from a day to a day, those that were withdrawn too.

    A security of BSE has those of the NSE security with its ISIN: BSE's own list is not among the feeds.
    """
    asked = {
        "exchange": security.exchange, "symbol": security.symbol, "isin": security.isin, "first": days[0],
        "last": days[1],
    }  # fmt: skip
    return fetch(connection, CorporateAction, _ACTIONS, asked)


def actions_between(connection: Connection, days: Days) -> list[CorporateAction]:
    """Return the actions that stand, of all securities, with an ex-date from a day to a day."""
    return fetch(connection, CorporateAction, _COMING, {"first": days[0], "last": days[1]})
