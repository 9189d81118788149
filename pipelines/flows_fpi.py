"""NSDL's report of FPI investments: the routes of each class, whose sub-totals and totals add up.

Sub-totals and totals are checked and not kept: who sums a day's rows gets its total, and not three times that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from loaders.batch import Check
from loaders.keyed_batch import KeyedBatch, KeyedRows
from munim.core.clock import ist_date
from munim.core.errors import NotYetPublished, RequestWrong
from pipelines import flows_values as values
from pipelines.dataset import window
from pipelines.flows import FPI_FLOW
from pipelines.flows_notes import added_columns, refused
from pipelines.nav_values import read_date
from scrapers import nsdl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from munim.core.payload import Payload
    from scrapers.raw import RawTable

COLUMN_TYPES = {
    "reporting_date": pa.date32(),
    "asset_class": pa.string(),
    "route": pa.string(),
    "gross_purchases_inr_crore": values.CRORE_TYPE,
    "gross_sales_inr_crore": values.CRORE_TYPE,
    "net_inr_crore": values.CRORE_TYPE,
    "net_usd_million": values.CRORE_TYPE,
    "inr_per_usd": values.RATE_TYPE,
    "line_no": pa.int64(),
}
"""The columns of a frame of market.fpi_flow."""

Amounts = tuple[Decimal, Decimal, Decimal, Decimal]
"""Gross purchases, gross sales and net in ₹ crore, and net in US$ million."""

AMOUNT_NAMES = ("gross purchases", "gross sales", "net", "net US$")
ROUNDING = Decimal("0.01")
"""Each figure of a sum is rounded to two decimals; NSDL's sums were exact in the report of 26-May-2026."""

MILLIONS_A_CRORE = 10


@dataclass(frozen=True)
class _Row:
    line_no: int
    day: date
    kind: str
    asset_class: str
    route: str
    amounts: Amounts
    rate: Decimal | None


def normalise(raw: RawTable, payload: Payload) -> KeyedBatch:
    """Return the routes of every day of a report; pure.

    `asset_class` and `route` are the report's own words in small letters (`debt_general_limit`,
    `primary_market_and_others`). Raises `ContentRefused` for cells that can't be read, keys that stand twice, a day of
    zeros and days other than those asked for, and `NotYetPublished` where the archive has no report of the day asked
    for. Blocking checks: purchases less sales are net, and routes sum to sub-totals, and those to totals. That net in
    US$ is net in ₹ at the rate is a warning.
    """
    rows = [_row(line_no, cells, payload) for line_no, cells in values.rows_of(raw.frame)]
    days = sorted({row.day for row in rows})
    _refuse_other_days(days, raw, payload)
    routes = [row for row in rows if row.kind == "route"]
    _refuse_twice(routes, payload)
    zeros = [day for day in days if not any(any(row.amounts[:2]) for row in rows if row.day == day)]
    if zeros:
        raise refused(f"all zeros for {zeros[0]}: a failed fetch, not a day's report", payload)
    frame = values.typed_frame(
        COLUMN_TYPES,
        [(row.day, row.asset_class, row.route, *row.amounts, row.rate, row.line_no) for row in routes],
    )
    return KeyedBatch(
        rows=(KeyedRows(FPI_FLOW.name, "figures", frame),),
        rejects=raw.rejects,
        layout=raw.layout,
        rows_read=len(raw.frame) + len(raw.rejects),
        span=(days[0], days[-1]),
        modal=days[-1],
        notes=added_columns(raw),
        checks=[_net_check(rows), _sums_check(days, rows), _dollars_check(rows)],
    )


def slug(words: str) -> str:
    """Return words in small letters with `_` between them: `Primary market & others`, `primary_market_and_others`."""
    return re.sub(r"[^a-z0-9]+", "_", words.casefold().replace("&", " and ")).strip("_")


def _row(line_no: int, cells: dict[str, str | None], payload: Payload) -> _Row:
    day = read_date(cells["reporting_date"] or "")
    if day is None:
        raise refused(f"a reporting date that is none: {cells['reporting_date']!r}", payload)
    amounts = []
    for name in ("gross_purchases", "gross_sales", "net", "net_usd"):
        try:
            amount = values.read_amount(cells[name])
        except values.Unreadable as error:
            raise refused(f"row {line_no}, {name}: {error}", payload) from error
        if amount is None:
            raise refused(f"row {line_no} without {name}", payload)
        amounts.append(amount)
    try:
        rate = values.read_rate(cells["rate"])
    except values.Unreadable as error:
        raise refused(f"row {line_no}: {error}", payload) from error
    purchases, sales, net, dollars = amounts
    asset_class, route = slug(cells["asset_class"] or ""), slug(cells["route"] or "")
    return _Row(line_no, day, cells["kind"] or "", asset_class, route, (purchases, sales, net, dollars), rate)


def _refuse_other_days(days: Sequence[date], raw: RawTable, payload: Payload) -> None:
    newest = days[-1]
    if newest > ist_date(payload.fetched_at):
        raise refused(f"a report of {newest}, which was still to come when it was fetched", payload)
    titled = read_date(str(raw.frame["titled"].iloc[0]))
    if titled is not None and newest > titled:
        raise refused(f"rows of {newest} under the title of {titled}", payload)
    asked = _asked(payload)
    if asked is None:
        return
    first, last = asked
    if newest > last or newest < first.replace(day=1) or (titled or last) != last:
        raise refused(f"reports up to {titled or newest} where {payload.slot} was asked for", payload)
    if first not in days and first == last:
        raise NotYetPublished(
            f"NSDL's archive has reports up to {newest}, and none of {first}",
            feed=payload.feed,
            slot=payload.slot,
            advice="ask again later; there is none for a weekend or a holiday",
        )


def _asked(payload: Payload) -> tuple[date, date] | None:
    """Return the days that the archive was asked for; None for a file, and for bytes that are read again."""
    if payload.feed != nsdl.FPI_ARCHIVE or payload.origin == "file":
        return None
    try:
        return window(payload.slot)
    except RequestWrong:
        return None


def _refuse_twice(routes: Iterable[_Row], payload: Payload) -> None:
    seen = set()
    for row in routes:
        key = (row.day, row.asset_class, row.route)
        if key in seen or not row.asset_class or not row.route:
            raise refused(f"row {row.line_no} ({' '.join(map(str, key))}) without a class or route, or twice", payload)
        seen.add(key)


def _net_check(rows: Sequence[_Row]) -> Check:
    wrong = [
        f"row {row.line_no}: {row.amounts[0]} - {row.amounts[1]} is not {row.amounts[2]}"
        for row in rows
        if not values.adds_up(*row.amounts[:3])
    ]
    return _check("net_adds_up", wrong, "purchases less sales are net in every row")


def _sums_check(days: Sequence[date], rows: Sequence[_Row]) -> Check:
    """Compare each sub-total with its routes, and each day's total with its sub-totals."""
    wrong: list[str] = []
    for day in days:
        of_day = [row for row in rows if row.day == day]
        totals = [row for row in of_day if row.kind == "total"]
        subtotals = {row.asset_class: row for row in of_day if row.kind == "subtotal"}
        routes: dict[str, list[_Row]] = defaultdict(list)
        for row in of_day:
            if row.kind == "route":
                routes[row.asset_class].append(row)
        for asset_class in {**routes, **subtotals}:
            said = [subtotals[asset_class]] if asset_class in subtotals else []
            wrong += _off(f"{day} {asset_class}", routes[asset_class], said)
        wrong += _off(f"{day} total", list(subtotals.values()), totals)
    return _check("sums_add_up", wrong, f"sub-totals and totals add up for {len(days)} day{'s'[: len(days) != 1]}")


def _off(what: str, parts: Sequence[_Row], said: Sequence[_Row]) -> list[str]:
    """Return in which figures the sum of some rows is not what the one row of their sum says."""
    if len(said) != 1 or not parts:
        return [f"{what}: {len(said)} rows of a sum over {len(parts)} rows"]
    return [
        f"{what} {name}: {total} is not {said[0].amounts[at]}"
        for at, name in enumerate(AMOUNT_NAMES)
        if abs((total := sum((part.amounts[at] for part in parts), Decimal(0))) - said[0].amounts[at])
        > ROUNDING * len(parts)
    ]


def _dollars_check(rows: Sequence[_Row]) -> Check:
    wrong = [
        f"row {row.line_no}: {row.amounts[2]} crore at {row.rate} are not US$ {row.amounts[3]} million"
        for row in rows
        if row.kind == "route"
        and row.rate
        and abs(row.amounts[2] * MILLIONS_A_CRORE / row.rate - row.amounts[3]) > 2 * ROUNDING
    ]
    return _check("dollars_fit_rate", wrong, "net in US$ is net in ₹ at the rate", blocking=False)


def _check(name: str, wrong: Sequence[str], fine: str, *, blocking: bool = True) -> Check:
    return Check(name, passed=not wrong, blocking=blocking, detail="; ".join(wrong[:5]) or fine)
