"""Mutual-fund NAVs: what the data set is, and how AMFI's rows become NAVs and facts about schemes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from loaders.arrays import text_buffers
from loaders.batch import NavBatch, Note
from loaders.code_keys import are_distinct, are_distinct_below
from loaders.fact_digests import FACT_COLUMNS
from loaders.nav_rows import one_array
from munim.core.clock import ist_date
from munim.core.errors import ContentRefused
from pipelines import nav_values
from scrapers import amfi
from scrapers.raw import REJECT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from munim.core.payload import Payload
    from scrapers.raw import RawTable

DATES_AHEAD = timedelta(days=7)
"""Liquid and overnight funds publish the NAV of a coming holiday: at most 2 days ahead in 371 files."""

ACCEPTABLE = ("future_date", "negative_nav", "date_too_old")
"""Reasons that are a judgement: a person may accept such a row. The others can't be read at all."""

_EPOCH = date(1970, 1, 1).toordinal()

_DETAILS = {
    "bad_code": ("scheme_code", "no scheme code"),
    "bad_date": ("nav_date", "no date"),
    "date_too_old": ("nav_date", "a date before there were mutual funds"),
    "future_date": ("nav_date", "a date more than 7 days after the fetch"),
    "negative_nav": ("nav", "a negative NAV"),
    "bad_nav": ("nav", "no NAV"),
    "conflicting_duplicate": ("nav", "the same scheme and date stand here again with another NAV"),
}


def normalise(raw: RawTable, payload: Payload, accepted: Collection[int] = ()) -> NavBatch:
    """Return the NAVs, facts and refused rows of a payload; pure.

    `accepted` are lines that a person has accepted although a judgement of `ACCEPTABLE` is against them.
    Raises `ContentRefused` when not one row can be read.
    """
    if not len(raw.frame) and not len(raw.rejects):
        raise ContentRefused("no rows at all", feed=payload.feed, slot=payload.slot, kept="the raw bytes are kept")
    line_no = raw.frame["line_no"].to_numpy()
    codes = _strings(raw.frame["scheme_code"])
    cells = nav_values.read_navs(_strings(raw.frame["nav"]))
    dates = nav_values.read_dates(_strings(raw.frame["nav_date"]))
    good_code = nav_values.good_codes(codes)
    reason = _reasons(payload, good_code, dates, cells, np.isin(line_no, list(accepted)))
    nav = _with_accepted_negatives(cells, _strings(raw.frame["nav"]), reason)
    fine = (reason == "") & ~cells.absent
    repeated, conflicting = _duplicates(codes, dates, nav, fine)
    reason[conflicting] = "conflicting_duplicate"
    keep = np.flatnonzero(fine & ~repeated & ~conflicting)
    navs = pd.DataFrame(
        {
            "scheme_code": _arrow(codes.take(pa.array(keep))),
            "nav_date": _arrow(dates.take(pa.array(keep))),
            "nav": _arrow(nav.take(pa.array(keep))),
            "line_no": line_no[keep],
        }
    )
    if not len(navs) and not cells.absent.any():
        raise ContentRefused(
            f"not one of {len(line_no) + len(raw.rejects)} rows can be read",
            feed=payload.feed,
            slot=payload.slot,
            kept="nothing was written, the raw bytes are kept",
            advice="the layout may have changed: see `munim sources check`",
        )
    facts = _facts(raw, codes, good_code)
    return NavBatch(
        navs=navs,
        facts=facts,
        rejects=_rejects(raw, payload, reason),
        layout=raw.layout,
        rows_read=len(raw.frame) + len(raw.rejects),
        rows_absent=int((cells.absent & (reason == "")).sum()),
        rows_repeated=int(repeated.sum()),
        snapshot=payload.feed == amfi.LATEST,
        # A row whose scheme can't be read may be any scheme's: a file with one does not say who vanished.
        complete=payload.feed == amfi.LATEST and bool(good_code.all()) and not len(raw.rejects),
        notes=[Note("added_column", detail={"column": name}) for name in raw.added_columns],
    )


def _reasons(
    payload: Payload,
    good_code: npt.NDArray[np.bool_],
    dates: pa.Date32Array,
    cells: nav_values.NavCells,
    accepted: npt.NDArray[np.bool_],
) -> npt.NDArray[np.object_]:
    """Return for each row why it is refused, or nothing; the first reason that holds."""
    day = pc.fill_null(dates.cast(pa.int32()), 0).to_numpy(zero_copy_only=False)
    no_date = pc.is_null(dates).to_numpy(zero_copy_only=False)
    last = (ist_date(payload.fetched_at) + DATES_AHEAD).toordinal() - _EPOCH
    oldest = nav_values.OLDEST_DATE.toordinal() - _EPOCH
    reason = np.full(len(good_code), "", dtype=object)
    for word, holds in (
        ("negative_nav", cells.negative & ~accepted),
        ("bad_nav", cells.unreadable),
        # A row without a value says nothing of any date: it is absent, not bad.
        ("future_date", ~no_date & (day > last) & ~accepted & ~cells.absent),
        ("date_too_old", ~no_date & (day < oldest) & ~accepted & ~cells.absent),
        ("bad_date", no_date & ~cells.absent),
        ("bad_code", ~good_code),
    ):
        reason[holds] = word
    return reason


def _with_accepted_negatives(
    cells: nav_values.NavCells, text: pa.StringArray, reason: npt.NDArray[np.object_]
) -> pa.Decimal128Array:
    accepted = cells.negative & (reason == "")
    if not accepted.any():
        return cells.nav
    negative = pc.if_else(pa.array(accepted), text, pa.scalar(None, pa.string())).cast(nav_values.NAV_TYPE)
    return pc.coalesce(cells.nav, negative)


def _duplicates(
    codes: pa.StringArray, dates: pa.Date32Array, nav: pa.Decimal128Array, fine: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell which rows say again what another said (all but the first), and which contradict another (all)."""
    if are_distinct(codes):
        return np.zeros(len(fine), dtype=bool), np.zeros(len(fine), dtype=bool)
    rows = np.flatnonzero(fine)
    coded, day = codes.dictionary_encode(), dates.cast(pa.int32()).dictionary_encode()
    key = _places(coded)[rows] * len(day.dictionary) + _places(day)[rows]
    repeated, conflicting = np.zeros(len(fine), dtype=bool), np.zeros(len(fine), dtype=bool)
    if are_distinct_below(key, len(coded.dictionary) * len(day.dictionary)):
        return repeated, conflicting
    frame = pd.DataFrame({"key": key, "nav": _arrow(nav.take(pa.array(rows)))})
    values = frame.groupby("key")["nav"].transform("nunique").to_numpy()
    conflicting[rows] = values > 1
    repeated[rows] = frame.duplicated("key").to_numpy() & (values == 1)
    return repeated, conflicting


def _places(coded: pa.DictionaryArray) -> npt.NDArray[np.int64]:
    """Return which of the dictionary each row has; the first where it has none."""
    places: npt.NDArray[np.int64] = pc.fill_null(coded.indices, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def _facts(raw: RawTable, codes: pa.StringArray, good_code: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return what the payload says of each scheme; where it says two things, the later row counts."""
    frame, name_kind = raw.frame, amfi.name_kind(raw.layout)
    if raw.last_rows is not None:
        frame = raw.last_rows
        codes = _strings(frame["scheme_code"])
        good_code = nav_values.good_codes(codes)
    rows = _last_rows(codes, good_code)
    taken = pa.array(rows) if len(rows) != len(codes) else None
    codes = codes if taken is None else codes.take(taken)
    kind = pa.DictionaryArray.from_arrays(np.zeros(len(rows), dtype=np.int8), pa.array([name_kind], pa.string()))
    facts = {"scheme_code": _arrow(codes), "name_kind": _arrow(kind.cast(pa.string()))}
    sources = {"category": "category_heading"}
    for name in FACT_COLUMNS[1:]:
        facts[name] = _arrow(_blank_to_null(_strings(frame[sources.get(name, name)], taken)))
    return pd.DataFrame(facts)


def _last_rows(codes: pa.StringArray, good_code: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return the last row of each good code, in their order."""
    if are_distinct(codes):
        return np.flatnonzero(good_code)
    coded = codes.dictionary_encode()
    rows = np.flatnonzero(good_code)
    last = np.full(len(coded.dictionary), -1)
    # Of several rows of a code the one that is written last counts.
    last[_places(coded)[rows]] = rows
    return np.sort(last[last >= 0])


def _blank_to_null(cells: pa.StringArray) -> pa.StringArray:
    # A missing ISIN is `-` in NAVAll and blank in history: both say the same.
    offsets, text = text_buffers(cells)
    sizes = np.diff(offsets)
    absent = sizes == 0
    short = np.flatnonzero(sizes == 1)
    absent[short] = np.frombuffer(text, dtype=np.uint8)[offsets[short]] == ord("-")
    if cells.null_count:
        absent |= cells.is_null().to_numpy(zero_copy_only=False)
    if not absent.any():
        return cells
    # The text stays as it is: a bit for each cell says whether there is one.
    valid = pa.py_buffer(np.packbits(~absent, bitorder="little"))
    return pa.StringArray.from_buffers(len(cells), pa.py_buffer(offsets), pa.py_buffer(text), valid)


def _rejects(raw: RawTable, payload: Payload, reason: npt.NDArray[np.object_]) -> pd.DataFrame:
    bad = np.flatnonzero(reason != "")
    if not len(bad):
        return raw.rejects
    lines = raw.frame["line_no"].to_numpy()[bad]
    text = amfi.raw_lines(payload, [int(line) for line in lines])
    cells = {
        name: _strings(raw.frame[name]).take(pa.array(bad)).to_pylist() for name in ("scheme_code", "nav_date", "nav")
    }
    rows = []
    for place, (line, word) in enumerate(zip(lines, reason[bad], strict=True)):
        column, meaning = _DETAILS[word]
        rows.append((int(line), text[int(line)], word, f"{column} {cells[column][place]!r}: {meaning}"))
    found = pd.DataFrame(rows, columns=list(REJECT_COLUMNS))
    return pd.concat([raw.rejects, found], ignore_index=True) if len(raw.rejects) else found


def _strings(column: pd.Series, rows: pa.Array | None = None) -> pa.StringArray:
    cells = pa.array(column)
    return one_array(cells if rows is None else _take(cells, rows.to_numpy())).cast(pa.string())


def _take(cells: pa.Array | pa.ChunkedArray, rows: npt.NDArray[np.intp]) -> pa.Array | pa.ChunkedArray:
    """Return some rows, which are in order, piece by piece: Arrow would make one array of all pieces first."""
    if not isinstance(cells, pa.ChunkedArray):
        return cells.take(pa.array(rows))
    ends = np.cumsum([len(chunk) for chunk in cells.chunks])
    split = np.split(rows, np.searchsorted(rows, ends))
    begins = ends - [len(chunk) for chunk in cells.chunks]
    parts = zip(cells.chunks, begins, split, strict=False)
    return pa.chunked_array([chunk.take(pa.array(some - begin)) for chunk, begin, some in parts], cells.type)


def _arrow(values: pa.Array) -> pd.Series:
    return pd.Series(values, dtype=pd.ArrowDtype(values.type))
