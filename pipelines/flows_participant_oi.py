"""NSE's open interest by kind of participant: five rows of one session, each of twelve positions and two totals."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from loaders.batch import Check, Note
from loaders.keyed_batch import KeyedBatch, KeyedRows
from pipelines import flows_values as values
from pipelines.flows import INSTRUMENTS, PARTICIPANT_OI, SIDES, TOTALS
from pipelines.flows_notes import added_columns, refused
from pipelines.nav_values import read_date

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

COLUMN_TYPES = {
    "trade_date": pa.date32(),
    "client_type": pa.string(),
    **{name: pa.int64() for name in (*SIDES, *TOTALS)},
    "line_no": pa.int64(),
}
"""The columns of a frame of market.participant_oi."""

PARTICIPANTS = ("client", "dii", "fii", "pro")
TOTAL = "total"
TOTAL_TOLERANCE = 2
"""TOTAL is 1 or 2 off the sum of the four in 57 of 155 files of 2021, and Pro's own totals by 1 in two of 102."""

Positions = dict[str, int]

_DAY_IN_NAME = re.compile(r"fao_participant_oi_(\d{8})\.csv")


def normalise(raw: RawTable, payload: Payload) -> KeyedBatch:
    """Return the positions of the four kinds of participants and their total; pure.

    Raises `ContentRefused` where one is missing or stands twice, where a cell can't be read, where all is zero, and
    where the content's date is not the one that was asked for. Blocking checks: each row's totals are the sums of its
    positions, and TOTAL is the sum of the four, both within 2 contracts (what they are off is noted).
    """
    rows: dict[str, tuple[int, Positions]] = {}
    for line_no, row in values.rows_of(raw.frame):
        client_type = values.class_of(row["client_type"], values.PARTICIPANTS)
        if client_type is None or client_type in rows:
            raise refused(f"a row of {row['client_type']!r}, which is unknown or stands twice", payload)
        rows[client_type] = (line_no, _positions(row, payload))
    missing = [one for one in (*PARTICIPANTS, TOTAL) if one not in rows]
    if missing:
        raise refused(f"no row of {' and '.join(missing)}", payload)
    if not any(any(positions.values()) for _, positions in rows.values()):
        raise refused("all zeros: a failed fetch, not a session", payload)
    day, notes = _day(str(raw.frame["as_on"].iloc[0]), payload)
    wrong_rows = {one: off for one, (_, positions) in rows.items() if (off := _off_row(positions))}
    notes += [Note("total_off", one, day, off) for one, off in wrong_rows.items()]
    off = _off_total({one: positions for one, (_, positions) in rows.items()})
    if off:
        notes.append(Note("sum_off", TOTAL, day, off))
    frame = values.typed_frame(
        COLUMN_TYPES,
        [
            (day, one, *(positions[name] for name in (*SIDES, *TOTALS)), line_no)
            for one, (line_no, positions) in rows.items()
        ],
    )
    return KeyedBatch(
        rows=(KeyedRows(PARTICIPANT_OI.name, "positions", frame),),
        rejects=raw.rejects,
        layout=raw.layout,
        rows_read=len(raw.frame) + len(raw.rejects),
        span=(day, day),
        modal=day,
        notes=[*added_columns(raw), *notes],
        checks=[_rows_add_up(wrong_rows), _total_adds_up(off)],
    )


def _positions(row: dict[str, str | None], payload: Payload) -> Positions:
    positions = {}
    for name in (*SIDES, *TOTALS):
        try:
            count = values.read_count(row[name])
        except values.Unreadable as error:
            raise refused(f"{row['client_type']}, {name}: {error}", payload) from error
        if count is None:
            raise refused(f"{row['client_type']} without {name}", payload)
        positions[name] = count
    return positions


def _day(as_on: str, payload: Payload) -> tuple[date, list[Note]]:
    """Return the content's date, and a note where the file's name had to give the year.

    The file of 08-Jun-2021 says `Jun 08` alone. Day and month are the content's in any case.
    """
    named = _named_day(payload)
    whole = as_on if re.search(r"-\d{4}$", as_on) else f"{as_on}-{named.year}" if named else as_on
    day = read_date(whole)
    if day is None:
        raise refused(f"no whole date in its first line ({as_on!r}), nor one in its name", payload)
    if named is not None and day != named:
        raise refused(f"the positions of {day} where those of {named} are due", payload)
    return day, [Note("year_from_name", None, day, {"said": as_on})] if whole != as_on else []


def _named_day(payload: Payload) -> date | None:
    """Return the date that was asked for: that of the slot, else that of the file's name; None when neither has one."""
    try:
        return date.fromisoformat(payload.slot)
    except ValueError:
        found = _DAY_IN_NAME.search(payload.url)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%d%m%Y").date()  # noqa: DTZ007 - a date in a name has no time zone
    except ValueError:
        return None


def _off_row(positions: Positions) -> dict[str, int]:
    """Return by how many contracts a row's totals are off the sum of its positions, where they are."""
    sums = {side: sum(positions[f"{one}_{side}_contracts"] for one in INSTRUMENTS) for side in ("long", "short")}
    off = {f"total_{side}_contracts": positions[f"total_{side}_contracts"] - of for side, of in sums.items()}
    return {name: contracts for name, contracts in off.items() if contracts}


def _rows_add_up(wrong: dict[str, dict[str, int]]) -> Check:
    far = [
        f"{one} {name} is off by {by}"
        for one, off in wrong.items()
        for name, by in off.items()
        # TOTAL adds up columns of which each may be off.
        if abs(by) > TOTAL_TOLERANCE * (len(INSTRUMENTS) if one == TOTAL else 1)
    ]
    detail = "; ".join(far) or f"positions sum to each row's totals within {TOTAL_TOLERANCE} contracts"
    return Check("rows_add_up", passed=not far, blocking=True, detail=detail)


def _off_total(rows: dict[str, Positions]) -> dict[str, int]:
    """Return by how many contracts each column of TOTAL is off the sum of the four, where it is."""
    off = {name: rows[TOTAL][name] - sum(rows[one][name] for one in PARTICIPANTS) for name in (*SIDES, *TOTALS)}
    return {name: contracts for name, contracts in off.items() if contracts}


def _total_adds_up(off: dict[str, int]) -> Check:
    wrong = [f"{name} is off by {by}" for name, by in off.items() if abs(by) > TOTAL_TOLERANCE]
    detail = "; ".join(wrong) or f"TOTAL is the sum of the four within {TOTAL_TOLERANCE} contracts"
    return Check("total_adds_up", passed=not wrong, blocking=True, detail=detail)
