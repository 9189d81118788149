"""NSE's lists as facts: what is listed, which symbols and names changed, who is in an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.batch import Note
from loaders.keyed_batch import KeyedBatch, KeyedRows, KeyedTable, Scope
from munim.core.errors import ContentRefused
from pipelines import equity_values as values
from pipelines.equity_tables import INDEX_MEMBER, LISTING, NAME_CHANGE, SYMBOL_CHANGE
from pipelines.keyed_frames import Refusals, constant, frame_of, rejects_of, stand_twice
from scrapers import csv_table, nse_equity, nse_lists

if TYPE_CHECKING:
    from collections.abc import Collection

    from munim.core.payload import Payload
    from scrapers.raw import RawTable

SYMBOL = r"^[A-Z0-9][A-Z0-9&+._*-]{0,31}$"
ETF_SERIES = "EQ"
"""The list of ETFs has no column of series; in bhavcopies all of them are of EQ."""


@dataclass(frozen=True)
class _Plan:
    """How a kind of list is read: its table, the columns with symbols and dates, and those that must be there."""

    table: KeyedTable
    symbols: tuple[str, ...]
    dates: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


_LISTING = _Plan(
    LISTING,
    symbols=("symbol",),
    dates=("listing_date",),
    decimals=("face_value_inr", "paid_up_value_inr"),
    counts=("market_lot",),
    required=("series",),
)
_SYMBOLS = _Plan(SYMBOL_CHANGE, symbols=("old_symbol", "new_symbol"), dates=("changed_on",), required=("changed_on",))
_NAMES = _Plan(NAME_CHANGE, symbols=("symbol",), dates=("changed_on",), required=("changed_on", "new_name"))
_MEMBERS = _Plan(INDEX_MEMBER, symbols=("symbol",))


def normalise(raw: RawTable, payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:  # noqa: ARG001 - no judgements
    """Return the rows of a list of `nse_lists.FILES`, and its refused rows; pure.

    Listings: exchange, list_name (the feed), symbol, series, name, isin, listing_date (date32), face_value_inr and
    paid_up_value_inr (decimal(18, 4)), market_lot (int64). Changed symbols: exchange, old_symbol, new_symbol,
    changed_on, name. Changed names: exchange, symbol, changed_on, new_name, old_name. Members: index_name, symbol,
    name, industry, series, isin. Snapshots without a refused row are complete: what they lack is withdrawn.
    Raises `ContentRefused` when no row can be read.
    """
    plan = _plan(payload.feed)
    raw_rows = len(raw.frame) + len(raw.rejects)
    notes_below = _footnotes(raw)
    columns, refusals, notes = _read(raw, plan, payload, notes_below)
    columns = {**_constants(payload.feed, len(raw.frame)), **columns}
    key = {name: columns[name] for name in plan.table.key}
    said = {name: columns[name] for name in plan.table.columns}
    fine = refusals.fine & ~notes_below
    repeated, conflicting = stand_twice(key, said, fine)
    refusals.add("conflicting_duplicate", conflicting, key[plan.symbols[0]], "stands here again with other facts")
    keep = refusals.fine & ~notes_below & ~repeated
    if not keep.any():
        kept = "nothing was written, the raw bytes are kept"
        what = f"{payload.url} holds not one of {raw_rows:,} rows that can be read"
        raise ContentRefused(what, feed=payload.feed, slot=payload.slot, kept=kept)
    line_no = raw.frame["line_no"].to_numpy()
    lines = csv_table.raw_lines(_utf8_lines(payload), line_no[~refusals.fine].tolist())
    rejects = rejects_of(raw.rejects, refusals.frame(line_no, lines))
    complete = (_scope(payload.feed),) if plan.table.withdraws and not len(rejects) else ()
    frame = frame_of({**key, **said}, keep, line_no)
    return KeyedBatch(
        rows=(KeyedRows(plan.table.name, "facts", frame, complete),),
        rejects=rejects,
        layout=raw.layout,
        rows_read=raw_rows,
        span=None,
        rows_absent=int(notes_below.sum()),
        rows_repeated=int(repeated.sum()),
        notes=[Note("added_column", detail={"column": name}) for name in raw.added_columns] + notes,
    )


def _plan(feed: str) -> _Plan:
    if feed in nse_lists.LISTINGS:
        return _LISTING
    if feed in nse_lists.INDEX_FILES:
        return _MEMBERS
    return {nse_lists.SYMBOL_CHANGES: _SYMBOLS, nse_lists.NAME_CHANGES: _NAMES}[feed]


def _constants(feed: str, rows: int) -> dict[str, pa.Array]:
    if feed in nse_lists.INDEX_FILES:
        return {"index_name": constant(nse_lists.INDEX_FILES[feed][0], rows, pa.string())}
    return {"exchange": constant("NSE", rows, pa.string()), "list_name": constant(feed, rows, pa.string())}


def _scope(feed: str) -> Scope:
    if feed in nse_lists.INDEX_FILES:
        return Scope({"index_name": nse_lists.INDEX_FILES[feed][0]})
    return Scope({"exchange": "NSE", "list_name": feed})


def _footnotes(raw: RawTable) -> values.Flags:
    """Tell which rows are the remarks under a list: "Note : The Market lot is updated …", in no column of its own."""
    first, *others = (values.strings(raw.frame[name]) for name in raw.frame.columns.drop("line_no"))
    alone = pc.match_substring(first, " ")
    for cells in others:
        alone = pc.and_(alone, pc.equal(cells, ""))
    flags: values.Flags = alone.to_numpy(zero_copy_only=False).copy()
    return flags


def _read(
    raw: RawTable, plan: _Plan, payload: Payload, footnotes: values.Flags
) -> tuple[dict[str, pa.Array], Refusals, list[Note]]:
    refusals, notes = Refusals(len(raw.frame)), []
    columns: dict[str, pa.Array] = {}
    for name in raw.frame.columns.drop("line_no"):
        text = values.strings(raw.frame[name])
        if name == "isin":
            cells = values.read_isins(text)
            # An ISIN that is none says nothing of the rest of its row.
            if cells.unreadable.any():
                notes.append(Note("isin_unreadable", detail={"rows": int(cells.unreadable.sum())}))
        else:
            cells = _cells(name, text, plan)
            refusals.add(f"bad_{name}", cells.unreadable & ~footnotes, text, f"no {name.replace('_', ' ')}")
        columns[name] = cells.values
    if payload.feed == nse_lists.ETF_LIST:
        columns["series"] = constant(ETF_SERIES, len(raw.frame), pa.string())
    for name in (*plan.symbols, *plan.required):
        missing = columns[name].is_null().to_numpy(zero_copy_only=False) & ~footnotes
        refusals.add(f"bad_{name}", missing, values.strings(raw.frame[name]), f"no {name.replace('_', ' ')}")
    return columns, refusals, notes


def _cells(name: str, text: pa.StringArray, plan: _Plan) -> values.Cells:
    if name in plan.dates:
        return values.read_dates(text)
    if name in plan.decimals:
        return values.read_decimals(text, values.PRICE_TYPE)
    if name in plan.counts:
        return values.read_counts(text)
    absent = pc.is_in(text, value_set=pa.array(values.ABSENT))
    read = pc.if_else(absent, pa.scalar(None, pa.string()), text)
    if name in plan.symbols:
        odd = pc.invert(pc.match_substring_regex(text, SYMBOL)).to_numpy(zero_copy_only=False)
        return values.Cells(read, odd)
    return values.Cells(read, np.zeros(len(text), dtype=bool))


def _utf8_lines(payload: Payload) -> bytes:
    return nse_lists.utf8(nse_equity.readable(payload))[0]
