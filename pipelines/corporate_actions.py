"""Corporate actions: how NSE's list of a window becomes rows of `market.corporate_action`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.batch import Note
from loaders.keyed_batch import KeyedBatch, KeyedRows, Scope
from munim.core.clock import IST
from munim.core.errors import RequestWrong
from pipelines import equity_values as values
from pipelines.action_subjects import Action, read_subject
from pipelines.dataset import window
from pipelines.equity_tables import CORPORATE_ACTION
from pipelines.keyed_frames import Refusals, constant, frame_of, rejects_of, stand_twice
from scrapers import nse_actions, nse_equity

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from fractions import Fraction

    from loaders.keyed_batch import Span
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

    Columns = dict[str, pa.Array]

EXCHANGE = "NSE"
AMOUNT_TYPE = pa.decimal128(18, 6)
INSTANT_TYPE = pa.timestamp("us", "UTC")
DATES = ("record_date", "book_closure_start", "book_closure_end")
BROADCAST = "%d-%m-%Y %H:%M:%S"


def normalise(raw: RawTable, payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:  # noqa: ARG001 - no judgements
    """Return the rows of a list of corporate actions, and its refused rows; pure.

    The key (exchange, symbol, series, ex_date, subject with single spaces), kind, ratio_numerator, ratio_denominator,
    shares_after and shares_before (int64), amount_inr (decimal(18, 6), ₹ a share or unit), record_date and book
    closure (date32), broadcast_at (UTC), face_value_inr, isin, company, line_no (the place in the list).
    A list for a window that has at least one row and no refused one is complete for it: what it lacks is withdrawn.
    An empty list withdraws nothing; it is noted.
    """
    span = _asked(payload)
    rows = len(raw.frame)
    if not rows:
        return _empty(raw, span)
    columns, refusals = _read(raw)
    columns["exchange"] = constant(EXCHANGE, rows, pa.string())
    columns |= _meanings([read_subject(subject) for subject in columns["subject"].to_pylist()])
    key = {name: columns[name] for name in CORPORATE_ACTION.key}
    said = {name: columns[name] for name in CORPORATE_ACTION.columns}
    repeated, conflicting = stand_twice(key, said, refusals.fine)
    refusals.add(
        "conflicting_duplicate", conflicting, columns["subject"], "the same action stands here with other facts"
    )
    keep = refusals.fine & ~repeated
    line_no = raw.frame["line_no"].to_numpy()
    bad_places = line_no[~refusals.fine].tolist()
    lines = nse_actions.raw_actions(nse_equity.readable(payload), bad_places)
    rejects = rejects_of(raw.rejects, refusals.frame(line_no, lines))
    complete: tuple[Scope, ...] = ()
    if span is not None and not len(rejects):
        complete = (Scope({"exchange": EXCHANGE}, ("ex_date", *span)),)
    days = pc.min_max(columns["ex_date"].filter(pa.array(keep))).as_py()
    return KeyedBatch(
        rows=(KeyedRows(CORPORATE_ACTION.name, "facts", frame_of({**key, **said}, keep, line_no), complete),),
        rejects=rejects,
        layout=raw.layout,
        rows_read=rows,
        span=span or ((days["min"], days["max"]) if keep.any() else None),
        rows_repeated=int(repeated.sum()),
        notes=_notes(raw, columns, keep, span),
    )


def _asked(payload: Payload) -> Span | None:
    """Return the window that was asked for, by the address or the slot; None for a file that somebody had."""
    if (asked := nse_actions.asked_window(payload.url)) is not None:
        return asked
    try:
        return window(payload.slot)
    except RequestWrong:
        return None


def _empty(raw: RawTable, span: Span | None) -> KeyedBatch:
    return KeyedBatch(
        rows=(),
        rejects=raw.rejects,
        layout=raw.layout,
        rows_read=0,
        span=span,
        notes=[Note("empty_list", detail={"window": f"{span[0]}..{span[1]}" if span else None})],
    )


def _read(raw: RawTable) -> tuple[Columns, Refusals]:
    text = {name: values.strings(raw.frame[name]) for name in raw.frame.columns.drop("line_no")}
    refusals = Refusals(len(raw.frame))
    columns: Columns = {}
    for name in ("symbol", "series", "subject"):
        columns[name] = text[name]
        blank = pc.equal(text[name], "").to_numpy(zero_copy_only=False)
        refusals.add(f"bad_{name}", blank, text[name], f"no {name}")
    for name in ("ex_date", *DATES):
        cells = values.read_dates(text[name])
        refusals.add("bad_date", cells.unreadable, text[name], f"no date of {name}")
        columns[name] = cells.values
    absent = columns["ex_date"].is_null().to_numpy(zero_copy_only=False)
    refusals.add("no_ex_date", absent, text["ex_date"], "no ex-date")
    face_value = values.read_decimals(text["face_value_inr"], values.PRICE_TYPE)
    columns["face_value_inr"] = face_value.values
    columns["isin"] = values.read_isins(text["isin"]).values
    columns["company"] = pc.if_else(pc.equal(text["company"], ""), pa.scalar(None, pa.string()), text["company"])
    columns["broadcast_at"] = pa.array([_instant(cell) for cell in text["broadcast_date"].to_pylist()], INSTANT_TYPE)
    return columns, refusals


def _instant(cell: str) -> datetime | None:
    """Return the instant of `15-Jan-2024 10:00:00`, India's time; None when there is none, or it is written else."""
    day, _, time = cell.partition(" ")
    read = values.read_date(day)
    if read is None:
        return None
    try:
        return datetime.strptime(f"{read:%d-%m-%Y} {time or '00:00:00'}", BROADCAST).replace(tzinfo=IST).astimezone(UTC)
    except ValueError:
        return None


def _meanings(actions: Sequence[Action]) -> Columns:
    def whole(parts: list[int | None]) -> pa.Array:
        return pa.array(parts, pa.int64())

    def part(fractions: list[Fraction | None], name: str) -> pa.Array:
        return whole([None if one is None else int(getattr(one, name)) for one in fractions])

    ratios, shares = [action.ratio for action in actions], [action.shares for action in actions]
    return {
        "kind": pa.array([action.kind for action in actions], pa.string()),
        "ratio_numerator": part(ratios, "numerator"),
        "ratio_denominator": part(ratios, "denominator"),
        "amount_inr": pa.array([_exact(action.amount_inr) for action in actions], pa.string()).cast(AMOUNT_TYPE),
        "shares_after": part(shares, "numerator"),
        "shares_before": part(shares, "denominator"),
    }


def _exact(amount: Fraction | None) -> str | None:
    """Write an amount with six decimals; None when it has more, for nothing is rounded."""
    if amount is None:
        return None
    millionths = amount * 10**AMOUNT_TYPE.scale
    if millionths.denominator != 1:
        return None
    whole, rest = divmod(int(millionths), 10**AMOUNT_TYPE.scale)
    return f"{whole}.{rest:06}"


def _notes(raw: RawTable, columns: Columns, keep: values.Flags, span: Span | None) -> list[Note]:
    notes = [Note("added_column", detail={"column": name}) for name in raw.added_columns]
    days = columns["ex_date"].to_pylist()
    for place in np.flatnonzero(keep).tolist():
        kind, symbol = columns["kind"][place].as_py(), columns["symbol"][place].as_py()
        said = {"subject": columns["subject"][place].as_py(), "kind": kind}
        if kind == "other":
            notes.append(Note("unknown_action", symbol, days[place], said))
        elif columns["shares_after"][place].as_py() is None:
            # Adjusted prices of this security stand on what nobody has told yet.
            notes.append(Note("unquantified_action", symbol, days[place], said))
        if span is not None and not span[0] <= days[place] <= span[1]:
            notes.append(Note("outside_window", symbol, days[place], said))
    return notes
