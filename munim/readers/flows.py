"""FII/DII and FPI flows and participants' positions: as last published, or as they were known at a time.

Figures of different sources, scopes or bases are never added or compared as one: each row says its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from munim.core.calendar import Standing, days_between
from munim.core.clock import ist_date
from munim.core.errors import RequestWrong
from munim.readers.calendar import load_calendar
from munim.readers.keyed_as_of import ALL_DAYS, NOW, Days, Kept, Known, Traced, rows_known
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from loaders.database import Connection

CLASSES = ("fii_fpi", "dii")

_FII_DII = Kept("fii_dii", ("trade_date", "investor_class", "scope", "source"), "trade_date")
_POSITIONS = Kept("participant_oi", ("trade_date", "client_type"), "trade_date")
_FPI = Kept("fpi_flow", ("reporting_date", "asset_class", "route"), "reporting_date")


_PROVISIONAL_AND_FINAL = """
SELECT trade_date, source, reporting_date, provisional_net_inr_crore, final_net_inr_crore, difference_inr_crore
FROM agent.fii_provisional_and_final
WHERE trade_date BETWEEN %(first)s AND %(last)s
ORDER BY trade_date, source
"""


@dataclass(frozen=True, kw_only=True)
class FiiDii(Traced):
    """What one class of institutions bought and sold in a session, ₹ crore and exact, by who says it on which basis.

    `buy_inr_crore` and `sell_inr_crore` are None where the source gave the net alone.
    """

    trade_date: date
    investor_class: str
    scope: str
    source: str
    basis: str
    buy_inr_crore: Decimal | None
    sell_inr_crore: Decimal | None
    net_inr_crore: Decimal
    label: str | None


@dataclass(frozen=True, kw_only=True)
class Positions(Traced):
    """Open positions in NSE's equity derivatives of one kind of participant at the end of a session, in contracts."""

    trade_date: date
    client_type: str
    future_index_long_contracts: int
    future_index_short_contracts: int
    future_stock_long_contracts: int
    future_stock_short_contracts: int
    option_index_call_long_contracts: int
    option_index_call_short_contracts: int
    option_index_put_long_contracts: int
    option_index_put_short_contracts: int
    option_stock_call_long_contracts: int
    option_stock_call_short_contracts: int
    option_stock_put_long_contracts: int
    option_stock_put_short_contracts: int
    total_long_contracts: int
    total_short_contracts: int


@dataclass(frozen=True, kw_only=True)
class FpiFlow(Traced):
    """What foreign portfolio investors bought and sold as NSDL reports it on a day: of trades up to the day before."""

    reporting_date: date
    asset_class: str
    route: str
    gross_purchases_inr_crore: Decimal | None
    gross_sales_inr_crore: Decimal | None
    net_inr_crore: Decimal
    net_usd_million: Decimal | None
    inr_per_usd: Decimal | None


@dataclass(frozen=True)
class NetSum:
    """The net of one class over so many sessions, ₹ crore, as one source says it on one basis.

    `sessions` is how many were asked for, `missing` those without figures of this source: the sum is of the others.
    """

    investor_class: str
    scope: str
    source: str
    basis: str
    first_session: date
    last_session: date
    sessions: int
    missing: tuple[date, ...]
    net_inr_crore: Decimal


@dataclass(frozen=True)
class Comparison:
    """A session's provisional FII/FPI net and the final one of NSDL's report of the next, ₹ crore: neither corrects."""

    trade_date: date
    source: str
    reporting_date: date
    provisional_net_inr_crore: Decimal
    final_net_inr_crore: Decimal
    difference_inr_crore: Decimal


def fii_dii(
    connection: Connection,
    days: Days = ALL_DAYS,
    known: Known = NOW,
    *,
    investor_class: str | None = None,
    source: str | None = None,
) -> list[FiiDii]:
    """Return the figures of some sessions, by day, class, scope and source."""
    found = rows_known(connection, _FII_DII, FiiDii, days, known)
    return [one for one in found if investor_class in {None, one.investor_class} and source in {None, one.source}]


def positions(
    connection: Connection, days: Days = ALL_DAYS, known: Known = NOW, *, client_type: str | None = None
) -> list[Positions]:
    """Return the positions of some sessions, by day and kind of participant; `total` as NSE adds them up."""
    found = rows_known(connection, _POSITIONS, Positions, days, known)
    return [one for one in found if client_type in {None, one.client_type}]


def fpi(
    connection: Connection, days: Days = ALL_DAYS, known: Known = NOW, *, asset_class: str | None = None
) -> list[FpiFlow]:
    """Return NSDL's reports of some days, by day, kind of asset and way in."""
    found = rows_known(connection, _FPI, FpiFlow, days, known)
    return [one for one in found if asset_class in {None, one.asset_class}]


def net_over_sessions(
    connection: Connection, sessions: int, until: date | None = None, known: Known = NOW, *, source: str | None = None
) -> list[NetSum]:
    """Return the sum of each class's net over the last sessions up to a day; without one, to the newest with figures.

    The sessions are the exchange's, as the calendar was known: one without figures is said to be missing, and none
    further back takes its place. A weekday of which no list of holidays says anything counts as a session.
    """
    if sessions < 1:
        raise RequestWrong(f"a sum over {sessions} sessions is none", advice="give 1 or more")
    last = _last_day(connection, until, known)
    if last is None:
        return []
    found = fii_dii(connection, (date.min, last), known, source=source)
    if until is None and found:
        last = max(one.trade_date for one in found)
    counted = _sessions_up_to(connection, last, sessions, known)
    if not counted:
        return []
    of_sessions: dict[tuple[str, str, str, str], list[FiiDii]] = defaultdict(list)
    among = set(counted)
    for one in found:
        if one.trade_date in among:
            of_sessions[one.investor_class, one.scope, one.source, one.basis].append(one)
    return [_sum(key, rows, counted) for key, rows in sorted(of_sessions.items(), key=_foreign_first)]


def provisional_and_final(connection: Connection, days: Days = ALL_DAYS) -> list[Comparison]:
    """Return, for each session of which both are there, the exchanges' provisional FII/FPI net and NSDL's final one."""
    return fetch(connection, Comparison, _PROVISIONAL_AND_FINAL, {"first": days[0], "last": days[1]})


def _last_day(connection: Connection, until: date | None, known: Known) -> date | None:
    if until is not None:
        return until
    row = connection.execute("SELECT max(trade_date) FROM market.fii_dii").fetchone()
    newest = row[0] if row is not None and isinstance(row[0], date) else None
    if newest is None or known.at is None:
        return newest
    return min(newest, ist_date(known.at))


def _sessions_up_to(connection: Connection, last: date, count: int, known: Known) -> list[date]:
    """Return the last sessions up to a day, oldest first."""
    calendar = load_calendar(connection, at=known.at)
    # Twice as many days hold them, and a fortnight's holidays.
    first = date.fromordinal(max(last.toordinal() - 2 * count - 15, date.min.toordinal()))
    days = [day for day in days_between(first, last) if calendar.standing(day) is not Standing.CLOSED]
    return days[-count:]


def _sum(key: tuple[str, str, str, str], rows: Sequence[FiiDii], counted: Sequence[date]) -> NetSum:
    there = {one.trade_date for one in rows}
    return NetSum(
        *key,
        first_session=counted[0],
        last_session=counted[-1],
        sessions=len(counted),
        missing=tuple(day for day in counted if day not in there),
        net_inr_crore=sum((one.net_inr_crore for one in rows), Decimal(0)),
    )


def _foreign_first(item: tuple[tuple[str, str, str, str], Sequence[FiiDii]]) -> tuple[int, tuple[str, ...]]:
    investor_class = item[0][0]
    return CLASSES.index(investor_class) if investor_class in CLASSES else len(CLASSES), item[0][1:]
