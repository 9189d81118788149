"""NSE's provisional FII/DII figures: both classes of one session, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from loaders.batch import Check
from loaders.keyed_batch import KeyedBatch, KeyedRows
from munim.core.clock import ist_date
from pipelines import flows_values as values
from pipelines.flows import FII_DII
from pipelines.flows_notes import added_columns, refused
from pipelines.nav_values import read_date
from scrapers import nse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from munim.core.payload import Payload
    from scrapers.raw import RawTable

CLASSES = ("fii_fpi", "dii")
SOURCE = "nse"
SCOPE = "all_exchanges"
BASIS = "exchange_provisional"

COLUMN_TYPES = {
    "trade_date": pa.date32(),
    "investor_class": pa.string(),
    "scope": pa.string(),
    "source": pa.string(),
    "buy_inr_crore": values.CRORE_TYPE,
    "sell_inr_crore": values.CRORE_TYPE,
    "net_inr_crore": values.CRORE_TYPE,
    "basis": pa.string(),
    "label": pa.string(),
    "line_no": pa.int64(),
}
"""The columns of a frame of market.fii_dii."""


@dataclass(frozen=True)
class Figures:
    """One class's figures of one session, in ₹ crore; `buy` and `sell` are both there or both None."""

    buy: Decimal | None
    sell: Decimal | None
    net: Decimal

    @property
    def is_zero(self) -> bool:
        """Whether nothing was bought and nothing sold: a failed fetch, as no class ever did nothing in a session."""
        return not self.buy and not self.sell and not self.net


def normalise(raw: RawTable, payload: Payload) -> KeyedBatch:
    """Return the figures of both classes; pure.

    Raises `ContentRefused` where a class is missing, stands twice or is all zeros, where a cell can't be read, and
    where the two are of different days or of a day that is still to come. A net that isn't buy less sell is a
    blocking check. A category that is none of ours is a refused row.
    """
    rows: dict[str, tuple[int, str, date, Figures]] = {}
    strangers: list[int] = []
    for line_no, row in values.rows_of(raw.frame):
        investor_class = values.class_of(row["category"], values.FLOW_CLASSES)
        if investor_class is None:
            strangers.append(line_no)
            continue
        if investor_class in rows:
            raise refused(f"{investor_class} stands twice", payload)
        figures = _figures(row, payload)
        rows[investor_class] = (line_no, row["category"] or "", _day(row["date"], payload), figures)
    _refuse_half(rows, raw, payload)
    day = _one_day({day for _, _, day, _ in rows.values()}, payload)
    frame = values.typed_frame(
        COLUMN_TYPES,
        [
            (day, one, SCOPE, SOURCE, figures.buy, figures.sell, figures.net, BASIS, label, line_no)
            for one, (line_no, label, _, figures) in rows.items()
        ],
    )
    text = nse.raw_lines(payload, strangers)
    return KeyedBatch(
        rows=(KeyedRows(FII_DII.name, "figures", frame),),
        rejects=values.rejects_frame(
            (line, text[line], "unknown_label", "the category is neither FII/FPI nor DII") for line in strangers
        ),
        layout=raw.layout,
        rows_read=len(raw.frame),
        span=(day, day),
        modal=day,
        notes=added_columns(raw),
        checks=[_adds_up([(one, figures) for one, (*_, figures) in rows.items()])],
    )


def _figures(row: dict[str, str | None], payload: Payload) -> Figures:
    try:
        buy, sell, net = (values.read_amount(row[name]) for name in ("buy_value", "sell_value", "net_value"))
    except values.Unreadable as error:
        raise refused(f"{row['category']}: {error}", payload) from error
    if buy is None or sell is None or net is None:
        raise refused(f"{row['category']} without a buy, sell or net value", payload)
    if buy < 0 or sell < 0:
        raise refused(f"{row['category']} with a negative buy or sell value ({buy}, {sell})", payload)
    return Figures(buy, sell, net)


def _day(cell: str | None, payload: Payload) -> date:
    day = read_date((cell or "").strip())
    if day is None:
        raise refused(f"a date that is none: {cell!r}", payload)
    if day > ist_date(payload.fetched_at):
        raise refused(f"figures of {day}, which was still to come when it was fetched", payload)
    return day


def _one_day(days: set[date], payload: Payload) -> date:
    if len(days) > 1:
        raise refused(f"classes of different days: {', '.join(str(day) for day in sorted(days))}", payload)
    return next(iter(days))


def _refuse_half(rows: dict[str, tuple[int, str, date, Figures]], raw: RawTable, payload: Payload) -> None:
    missing = [one for one in CLASSES if one not in rows]
    if missing:
        said = ", ".join(repr(label) for label in raw.frame["category"].tolist())
        raise refused(f"no figures of {' and '.join(missing)} (categories: {said})", payload)
    zeros = [one for one, (*_, figures) in rows.items() if figures.is_zero]
    if zeros:
        raise refused(f"all zeros for {' and '.join(zeros)}: a failed fetch, not a session", payload)


def _adds_up(rows: Sequence[tuple[str, Figures]]) -> Check:
    wrong = [
        f"{one}: {figures.buy} - {figures.sell} is not {figures.net}"
        for one, figures in rows
        if figures.buy is not None and figures.sell is not None
        if not values.adds_up(figures.buy, figures.sell, figures.net)
    ]
    detail = "; ".join(wrong) or "buy less sell is net for both classes"
    return Check("net_adds_up", passed=not wrong, blocking=True, detail=detail)
