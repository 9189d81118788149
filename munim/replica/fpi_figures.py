"""What depositories confirm of FPI trades: purchases, sales and net by asset class and route, and derivatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from munim.core.clock import IST
from munim.replica.draws import Draws
from munim.replica.flow_figures import fii_dii
from munim.replica.sessions import exchange_holidays, session_before

EXCHANGE, PRIMARY, SUB_TOTAL, TOTAL = "Stock Exchange", "Primary market & others", "Sub-total", "Total"
_ROUTES: Final = (EXCHANGE, PRIMARY)
_SCHEMES: Final = ("Equity", "Debt", "Hybrid", "Solution oriented", "Other")
ASSET_CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "Equity": _ROUTES,
    "Debt-General Limit": _ROUTES,
    "Debt-VRR": _ROUTES,
    "Debt-FAR": _ROUTES,
    "Hybrid": _ROUTES,
    "Mutual Funds": tuple(f"{kind} schemes" for kind in _SCHEMES),
    "AIFs": _ROUTES,
}
"""With their routes, in the order of the report of 26-May-2026."""

_LEVELS: Final = {
    # ₹ crore of purchases and of sales on a busy day, and the share of days with any.
    ("Equity", PRIMARY): (900, 0.9),
    ("Debt-General Limit", EXCHANGE): (600, 1.0),
    ("Debt-General Limit", PRIMARY): (120, 0.3),
    ("Debt-VRR", EXCHANGE): (900, 1.0),
    ("Debt-VRR", PRIMARY): (250, 0.8),
    ("Debt-FAR", EXCHANGE): (800, 1.0),
    ("Debt-FAR", PRIMARY): (60, 0.2),
    ("Hybrid", EXCHANGE): (40, 0.95),
    ("Hybrid", PRIMARY): (2, 0.4),
    ("Mutual Funds", "Equity schemes"): (25, 0.9),
    ("Mutual Funds", "Other schemes"): (1, 0.6),
}
_RESTATED: Final = 1 / 50
_RESTATED_AFTER: Final = timedelta(days=5, hours=12)

PRODUCTS: Final = {
    # ₹ crore a contract, contracts bought on an ordinary day, contracts open for each bought.
    "Index Futures": (0.16, 60_000, 5),
    "Index Options": (0.157, 9_000_000, 0.4),
    "Stock Futures": (0.063, 1_500_000, 4),
    "Stock Options": (0.068, 600_000, 2),
    "Interest Rate Futures": (0.019, 300, 4),
    "Currency Futures": (0.0097, 280_000, 4),
    "Currency Options": (0, 0, 0),
    "Commodity Futures": (0.053, 18_000, 1.6),
    "Commodity Options": (0.026, 320_000, 0.4),
}


@dataclass(frozen=True)
class FpiRow:
    """Purchases, sales and net in ₹ crore, net in US$ million, all to two places."""

    asset_class: str
    route: str
    purchases: Decimal
    sales: Decimal
    net: Decimal
    net_usd: Decimal


@dataclass(frozen=True)
class FpiReport:
    """A report, with its sub-totals and, last, the total; `rate` is ₹ for a US$.

    `reporting_date` is the day of the report: the trades on exchanges are those of the session before. `derivatives`
    are contracts and ₹ crore of buys, of sells and of what is open, by product.
    """

    reporting_date: date
    rate: Decimal
    rows: tuple[FpiRow, ...]
    derivatives: dict[str, tuple[Decimal, ...]]


def reporting_dates(first: date, last: date) -> list[date]:
    """Return the reporting dates of a window, both days included, in order."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_reporting_date(day)]


def is_reporting_date(day: date) -> bool:
    """Return whether depositories report on a day: no weekend, no listed holiday, be there a session or not."""
    return day.weekday() < 5 and day not in exchange_holidays(day.year)


def reporting_date_before(day: date) -> date:
    """Return the last reporting date before a day."""
    days = (day - timedelta(days=number) for number in range(1, 15))
    return next(one for one in days if is_reporting_date(one))


def latest_reporting_date(at: datetime, published: time) -> date:
    """Return the date of the newest report that is out at an instant."""
    today = at.astimezone(IST).date()
    if is_reporting_date(today) and at >= datetime.combine(today, published, IST):
        return today
    return reporting_date_before(today)


def fpi(draws: Draws, reporting_date: date, at: datetime | None = None) -> FpiReport:
    """Return a report as it stands at an instant; None is for how it stays."""
    rate = _rounded(Decimal(round(10_000 * (82 + 14 * draws.wave(reporting_date, 250, "rate")))).scaleb(-4), "0.0001")
    restated = is_restated(draws, reporting_date) and (at is None or at >= restated_at(reporting_date))
    rows: list[FpiRow] = []
    for asset_class, routes in ASSET_CLASSES.items():
        own = [_row(draws, reporting_date, (asset_class, route), rate, restated=restated) for route in routes]
        rows += [*own, _sum(own, asset_class, SUB_TOTAL)]
    total = _sum([row for row in rows if row.route != SUB_TOTAL], "", TOTAL)
    return FpiReport(reporting_date, rate, (*rows, total), dict(_derivatives(draws, reporting_date)))


def is_restated(draws: Draws, reporting_date: date) -> bool:
    """Return whether a report is replaced by another at `restated_at`."""
    return draws.unit("fpi restated", reporting_date) < _RESTATED


def restated_at(reporting_date: date) -> datetime:
    """Return the instant at which a report is replaced, if it is: five days later, at noon."""
    return datetime.combine(reporting_date, time(), IST) + _RESTATED_AFTER


def _row(draws: Draws, day: date, key: tuple[str, str], rate: Decimal, *, restated: bool) -> FpiRow:
    if key == ("Equity", EXCHANGE):
        purchases, sales = _confirmed(draws, day)
    else:
        busy, share = _LEVELS.get(key, (0, 0))
        any_today = draws.unit(*key, "any", day) < share
        purchases, sales = (_drawn(draws, busy * any_today, (*key, side, day)) for side in ("buy", "sell"))
    if restated and key == ("Debt-VRR", EXCHANGE):
        purchases += Decimal("40.25")
    net = purchases - sales
    # A crore is ten million.
    return FpiRow(*key, purchases, sales, net, _rounded(net * 10 / rate))


def _confirmed(draws: Draws, day: date) -> tuple[Decimal, Decimal]:
    """Return what custodians confirm of the session before: a quarter less to a twentieth more than provisional.

    Provisional +821.75 for 25-May-2026 was +2115.37 in NSDL's report of the next day.
    """
    provisional = fii_dii(draws, session_before(day))["FII/FPI"]
    part = Decimal(round(1000 * draws.between(0.75, 1.05, "confirmed", day))).scaleb(-3)
    apart = Decimal(round(100 * 900 * draws.spread("apart", day))).scaleb(-2)
    return _rounded(provisional.buy * part + apart), _rounded(provisional.sell * part)


def _drawn(draws: Draws, busy: float, key: tuple[str, str, str, date]) -> Decimal:
    # Small days are many, busy ones few.
    return Decimal(round(100 * busy * draws.unit(*key) ** 2)).scaleb(-2)


def add_up(reports: Sequence[FpiReport], times: int = 1) -> tuple[FpiRow, ...]:
    """Return the sum of reports, row by row, so many times over."""
    rows = []
    for same in zip(*(report.rows for report in reports), strict=True):
        one = _sum(list(same), same[0].asset_class, same[0].route)
        rows.append(FpiRow(one.asset_class, one.route, *(times * number for number in _amounts(one))))
    return tuple(rows)


def _sum(rows: list[FpiRow], asset_class: str, route: str) -> FpiRow:
    columns = zip(*map(_amounts, rows), strict=True)
    return FpiRow(asset_class, route, *(sum(column, Decimal("0.00")) for column in columns))


def _amounts(row: FpiRow) -> tuple[Decimal, ...]:
    return row.purchases, row.sales, row.net, row.net_usd


def _derivatives(draws: Draws, day: date) -> Iterator[tuple[str, tuple[Decimal, ...]]]:
    for product, (crore, contracts, open_share) in PRODUCTS.items():
        buys, sells = (round(contracts * draws.between(0.6, 1.4, product, side, day)) for side in ("buy", "sell"))
        interest = round(contracts * open_share * (0.7 + 0.6 * draws.wave(day, 21, product)))
        yield (
            product,
            tuple(
                _rounded(Decimal(one))
                for count in (buys, sells, interest)
                for one in (count, round(100 * count * crore) / Decimal(100))
            ),
        )


def _rounded(number: Decimal, places: str = "0.01") -> Decimal:
    # Adding nothing makes 0.00 of -0.00.
    return number.quantize(Decimal(places), ROUND_HALF_UP) + Decimal(0)
