"""Equity end of day: how a bhavcopy of either exchange becomes rows of `market.equity_eod`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.batch import Check, Note
from loaders.keyed_batch import KeyedBatch, KeyedRows
from pipelines import equity_values as values
from pipelines.equity_session import session_of
from pipelines.equity_tables import EQUITY_EOD
from pipelines.keyed_frames import Refusals, constant, frame_of, rejects_of, stand_twice, wholly_null
from scrapers import csv_table, nse_equity
from scrapers.bhavcopy import BSE_LEGACY, BSE_UDIFF, NSE_FULL, NSE_LEGACY, NSE_UDIFF

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from munim.core.payload import Payload
    from scrapers.raw import RawTable

    Flags = npt.NDArray[np.bool_]
    Columns = dict[str, pa.Array]

ACCEPTABLE = ("high_below_low",)
"""Reasons that are a judgement: a person may accept such a row. The others can't be read at all."""

EXCHANGES = {NSE_UDIFF: "NSE", NSE_LEGACY: "NSE", NSE_FULL: "NSE", BSE_UDIFF: "BSE", BSE_LEGACY: "BSE"}

PRICES = ("open", "high", "low", "close", "last", "previous_close", "average_price")
VALUES = ("value_inr", "turnover_lakh")
COUNTS = ("volume", "trades", "delivered_quantity")

_SYMBOL = r"^[A-Z0-9][A-Z0-9&+._*-]{0,31}$"
_SERIES = r"^[A-Z0-9]{1,4}$"
CASH_SEGMENT = "CM"

SUPPLIES = {
    NSE_LEGACY: ("price", "value", "delivery", "isin"),
    NSE_FULL: ("price", "average", "delivery"),
    NSE_UDIFF: ("price", "value", "isin", "label"),
    BSE_LEGACY: ("price", "value", "label"),
    BSE_UDIFF: ("price", "value", "isin", "label"),
}
"""The groups that each feed supplies, where its layout has their columns."""


def normalise(raw: RawTable, payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return the rows of a bhavcopy by group, and its refused rows; pure.

    A group's frame has the key (exchange and series as the exchange writes it, symbol: for BSE the scrip code),
    trade_date (date32), the group's columns (prices decimal(18, 4) and value_inr decimal(24, 4) in ₹, turnover_lakh
    decimal(24, 4) in ₹ 100,000, counts int64, delivery_pct decimal(9, 4) in per cent) and line_no. A row that has none
    of a group's values is not in it. `accepted` are lines that a person has accepted although a judgement of
    `ACCEPTABLE` is against them.

    Raises as `session_of` (a file of another day, of two days, of none), and `ContentRefused` when no row can be read.
    """
    session = session_of(raw, payload)
    rows = len(raw.frame)
    columns, refusals = _read(raw, payload)
    is_accepted = np.isin(raw.frame["line_no"].to_numpy(), list(accepted))
    _judge(columns, refusals, is_accepted)
    columns = {
        "exchange": constant(EXCHANGES[payload.feed], rows, pa.string()),
        "trade_date": constant(session.day, rows, pa.date32()),
        **columns,
        "date_from": constant(session.date_from, rows, pa.string()),
    }
    repeated = _refuse_contradictions(columns, refusals)
    keep = refusals.fine & ~repeated
    if not keep.any():
        raise session.refused(f"not one of {rows + len(raw.rejects):,} rows that can be read")
    line_no = raw.frame["line_no"].to_numpy()
    bad_lines = line_no[~refusals.fine].tolist()
    lines = csv_table.raw_lines(nse_equity.readable(payload), bad_lines) if bad_lines else {}
    return KeyedBatch(
        rows=_groups(columns, keep, line_no, payload.feed),
        rejects=rejects_of(raw.rejects, refusals.frame(line_no, lines)),
        layout=raw.layout,
        rows_read=rows + len(raw.rejects),
        span=(session.day, session.day),
        modal=session.day,
        rows_repeated=int(repeated.sum()),
        notes=_notes(raw, columns, keep),
        checks=(_readable_check(rows + len(raw.rejects), int(keep.sum() + repeated.sum())),),
    )


def _read(raw: RawTable, payload: Payload) -> tuple[Columns, Refusals]:
    """Read the cells of every column into its type; a cell that can't be read refuses its row."""
    text = {name: values.strings(raw.frame[name]) for name in raw.frame.columns.drop("line_no")}
    refusals = Refusals(len(raw.frame))
    columns: Columns = {"symbol": text["symbol"], "series": text["series"]}
    refusals.add("bad_symbol", ~_matches(text["symbol"], _SYMBOL), text["symbol"], "no symbol")
    refusals.add("bad_series", ~_matches(text["series"], _SERIES), text["series"], "no series")
    if payload.feed in {NSE_UDIFF, BSE_UDIFF}:
        other = ~pc.equal(text["segment"], CASH_SEGMENT).to_numpy(zero_copy_only=False)
        refusals.add("other_segment", other, text["segment"], "not of the cash segment (CM)")
        wrong = ~pc.equal(text["source"], EXCHANGES[payload.feed]).to_numpy(zero_copy_only=False)
        refusals.add("other_exchange", wrong, text["source"], f"not of {EXCHANGES[payload.feed]}")
    kinds = {
        **dict.fromkeys(PRICES, values.PRICE_TYPE),
        **dict.fromkeys(VALUES, values.VALUE_TYPE),
        "delivery_pct": values.PERCENT_TYPE,
        **dict.fromkeys(COUNTS, pa.int64()),
    }
    for name, kind in kinds.items():
        if raw.frame[name].isna().all():  # the layout has no such column
            columns[name] = pa.nulls(len(raw.frame), kind)
            continue
        cells = values.read_numbers(text[name], kind)
        refusals.add("bad_number", cells.unreadable, text[name], f"no number of {name}")
        columns[name] = cells.values
    columns["isin"] = values.read_isins(text["isin"]).values
    for name in ("ticker", "name"):
        columns[name] = pc.if_else(pc.equal(text[name], ""), pa.scalar(None, pa.string()), text[name])
    return _without_idle_zeros(columns), refusals


def _without_idle_zeros(columns: Columns) -> Columns:
    """Turn zeros that say "none" into NULL.

    A last price of 0 stands in all rows of 1995 and in 1 to 4 bonds a day since; a previous close of 0 in all rows of
    NSE's first day, and at BSE for what trades for the first time (138 rows in June 2024). A value of 0 beside a
    volume is less than what it is rounded to (₹ 500 in sec_bhavdata_full, ₹ 1 at BSE).
    """
    for name in (*PRICES, *VALUES):
        cells = columns[name]
        zero = pc.fill_null(pc.equal(cells, pa.scalar(0, cells.type)), False)  # noqa: FBT003
        if name in VALUES:
            zero = pc.and_(zero, pc.fill_null(pc.greater(columns["volume"], 0), False))  # noqa: FBT003
        columns[name] = pc.if_else(zero, pa.scalar(None, cells.type), cells)
    return columns


def _judge(columns: Columns, refusals: Refusals, accepted: Flags) -> None:
    """Refuse rows whose numbers can't be true."""
    for name in (*PRICES, *VALUES, "delivery_pct"):
        negative = _flags(pc.less(columns[name], pa.scalar(0, columns[name].type)))
        refusals.add("negative", negative, columns[name], f"a negative {name}")
    for name in ("close", "volume"):
        refusals.add("no_value", _flags(pc.is_null(columns[name])), columns[name], f"no {name}")
    crossed = _flags(pc.less(columns["high"], columns["low"]))
    refusals.add("high_below_low", crossed & ~accepted, columns["high"], "a high below the low")


def _refuse_contradictions(columns: Columns, refusals: Refusals) -> Flags:
    """Refuse rows of one key that contradict each other; return those that repeat another."""
    key = {name: columns[name] for name in ("symbol", "series")}
    said = {name: columns[name] for name in columns if name not in EQUITY_EOD.key}
    repeated, conflicting = stand_twice(key, said, refusals.fine)
    words = "the same symbol and series stand here again with other values"
    refusals.add("conflicting_duplicate", conflicting, columns["symbol"], words)
    return repeated


def _groups(columns: Columns, keep: Flags, line_no: npt.NDArray[np.int64], feed: str) -> tuple[KeyedRows, ...]:
    groups = []
    for group in EQUITY_EOD.groups:
        present = keep & ~wholly_null([columns[name] for name in group.columns])
        if group.name in SUPPLIES[feed] and present.any():
            wanted = {name: columns[name] for name in (*EQUITY_EOD.key, *group.columns)}
            groups.append(KeyedRows(EQUITY_EOD.name, group.name, frame_of(wanted, present, line_no)))
    return tuple(groups)


def _notes(raw: RawTable, columns: Columns, keep: Flags) -> list[Note]:
    """Say what is odd about the whole file: new columns, prices outside their range, ISINs that are none."""
    notes = [Note("added_column", detail={"column": name}) for name in raw.added_columns]
    outside = np.zeros(len(keep), dtype=bool)
    for name in ("open", "close"):
        outside |= _flags(pc.less(columns[name], columns["low"])) | _flags(pc.greater(columns[name], columns["high"]))
    if count := int((outside & keep).sum()):
        # 111 rows of 1995, and T+0 trades of 2024, whose close is that of the normal series.
        notes.append(Note("price_outside_range", detail={"rows": count}))
    said = raw.frame["isin"].notna() & ~raw.frame["isin"].isin(values.ABSENT)
    if count := int((said.to_numpy() & _flags(pc.is_null(columns["isin"])) & keep).sum()):
        notes.append(Note("isin_unreadable", detail={"rows": count}))
    return notes


def _readable_check(rows: int, readable: int) -> Check:
    """Block a file of which more than one row in a hundred can't be read: its layout has changed."""
    return Check(
        "rows_readable",
        passed=readable * 100 >= rows * 99,
        blocking=True,
        detail=f"{readable:,} of {rows:,} rows can be read",
    )


def _matches(cells: pa.StringArray, form: str) -> Flags:
    return _flags(pc.match_substring_regex(cells, form))


def _flags(cells: pa.BooleanArray) -> Flags:
    flags: Flags = pc.fill_null(cells, False).to_numpy(zero_copy_only=False)  # noqa: FBT003
    return flags
