"""Holidays and sessions: what the data set keeps, and how lists of either become its rows."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from loaders.batch import Note
from loaders.keyed_batch import Group, KeyedBatch, KeyedRows, KeyedTable, Scope
from munim.core.calendar import listed_years
from munim.core.clock import ist_date
from munim.core.errors import ContentRefused
from pipelines import calendar_checks
from pipelines.nav_values import read_date
from scrapers import nse_calendar
from scrapers.nse_calendar_feeds import SEGMENTS
from scrapers.nse_calendar_table import raw_lines
from scrapers.raw import REJECT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.keyed_batch import Cell
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

HOLIDAY_KEY = ("exchange", "list_type", "segment", "holiday_date")
HOLIDAY_COLUMNS = ("description", "morning_session", "evening_session")

HOLIDAY = KeyedTable(
    name="holiday",
    # Trading and clearing are kept apart by a column of their own, NSE's own parameter `type`: segments keep NSE's
    # names, and 19-Feb-2026 is no clearing of the very segment CM that traded on it.
    # NSE's running number is left out: a day that is added in mid-year moves those of all days behind it, which would
    # be a revision of each. The weekday is checked and left out: the date has it.
    key=HOLIDAY_KEY,
    groups=(
        Group(
            "holiday",
            HOLIDAY_COLUMNS,
            # Bare dates don't say why: they fill in where NSE's own list is not at hand.
            {nse_calendar.HOLIDAYS_TRADING: 2, nse_calendar.HOLIDAYS_CLEARING: 2, nse_calendar.HOLIDAY_DATES: 1},
        ),
    ),
    day="holiday_date",
    withdraws=True,
)

SESSION = KeyedTable(
    name="listed_session",
    # Whether a session was normal, special or Muhurat is not kept here: no list of days and no bhavcopy says it. It
    # follows from the day and the holidays (munim.core.calendar, etl.session_kind).
    key=("exchange", "session_date"),
    groups=(Group("proof", ("proof",), {nse_calendar.TRADING_DAYS: 1}),),
    day="session_date",
)

TABLES = (HOLIDAY, SESSION)

RENAMED_SEGMENTS = {"CBM": "GOPAL"}
"""Between two fetches of the list of 2025 (the same 23 days): one segment, under the name that it has now."""

ACCEPTABLE = ("weekday_contradicts",)
"""Reasons that are a judgement: a person may accept such a row. The others can't be read at all."""

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""fromisoformat alone takes 20240122 and 2024-W04-1 too."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def normalise(raw: RawTable, payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return the holidays or the sessions of a payload, and the rows that are refused; pure.

    `accepted` are lines that a person has accepted although a judgement of `ACCEPTABLE` is against them.
    Raises `ContentRefused` when not one row can be read.
    """
    days = [read_day(cell) for cell in _cells(raw, "tradingDate")]
    reason = _reasons(raw, payload, days, accepted)
    of_sessions = payload.feed == nse_calendar.TRADING_DAYS
    table = SESSION if of_sessions else HOLIDAY
    rows = _typed(_session_cells(raw, days) if of_sessions else _holiday_cells(raw, days), table.day)
    rows["line_no"] = raw.frame["line_no"].to_numpy()
    fine = reason == ""
    repeated = np.zeros(len(rows), dtype=bool)
    repeated[fine] = rows[fine].duplicated([*table.key, *table.columns]).to_numpy()
    conflicting = np.zeros(len(rows), dtype=bool)
    # The first stays: were both left out, a day that is surely listed would be taken for a session.
    conflicting[fine & ~repeated] = rows[fine & ~repeated].duplicated(list(table.key)).to_numpy()
    reason[conflicting] = "conflicting_duplicate"
    kept = rows[fine & ~repeated & ~conflicting].reset_index(drop=True)
    if not len(kept):
        raise ContentRefused(
            f"not one of {len(rows)} rows can be read",
            feed=payload.feed,
            slot=payload.slot,
            kept="nothing was written, the raw bytes are kept",
        )
    complete = () if of_sessions or (reason != "").any() else _complete(kept)
    listed = sorted(kept[table.day])
    return KeyedBatch(
        rows=(KeyedRows(table.name, table.groups[0].name, kept, complete),),
        rejects=_rejects(raw, reason),
        layout=raw.layout,
        rows_read=len(rows),
        span=(listed[0], listed[-1]),
        rows_repeated=int(repeated.sum()),
        notes=_notes(raw, kept, complete, of_sessions=of_sessions),
        checks=calendar_checks.of_sessions(listed) if of_sessions else calendar_checks.of_holidays(kept, payload.feed),
    )


def read_day(cell: str | None) -> date | None:
    """Read one date of the form DD-Mon-YYYY or YYYY-MM-DD; None when it is neither, or is no day of any calendar."""
    if cell is None or not cell.isascii():
        return None
    try:
        return date.fromisoformat(cell) if _ISO_DATE.fullmatch(cell) else read_date(cell)
    except ValueError:
        return None


def _reasons(
    raw: RawTable, payload: Payload, days: list[date | None], accepted: Collection[int]
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return for each row why it is refused, or nothing."""
    fetched_on = ist_date(payload.fetched_at)
    of_sessions = payload.feed == nse_calendar.TRADING_DAYS
    reason = np.full(len(days), "", dtype=object)
    cells = zip(days, _cells(raw, "weekDay"), _cells(raw, "segment"), raw.frame["line_no"], strict=True)
    for place, (day, weekday, segment, line_no) in enumerate(cells):
        if day is None:
            reason[place] = "bad_date"
        elif of_sessions and day > fetched_on:
            reason[place] = "future_session"
        elif not of_sessions and not segment:
            reason[place] = "no_segment"
        elif weekday and weekday.lower() != WEEKDAYS[day.weekday()] and line_no not in accepted:
            reason[place] = "weekday_contradicts"
    return reason


_DETAILS = {
    "bad_date": "no date",
    "future_session": "a session after the fetch",
    "no_segment": "a holiday of no segment",
    "weekday_contradicts": "the date is another day of the week",
    "conflicting_duplicate": "the same day stands here again with other words",
}


def _holiday_cells(raw: RawTable, days: list[date | None]) -> dict[str, list[Cell]]:
    cells: dict[str, list[Cell]] = {
        "exchange": [*_cells(raw, "exchange")],
        "list_type": [*_cells(raw, "list_type")],
        "segment": [segment and RENAMED_SEGMENTS.get(segment, segment) for segment in _cells(raw, "segment")],
        "holiday_date": [*days],
    }
    for name in HOLIDAY_COLUMNS:
        cells[name] = [" ".join(cell.split()) or None if cell else None for cell in _cells(raw, name)]
    return cells


def _session_cells(raw: RawTable, days: list[date | None]) -> dict[str, list[Cell]]:
    return {"exchange": [*_cells(raw, "exchange")], "session_date": [*days], "proof": ["list"] * len(days)}


def _complete(kept: pd.DataFrame) -> tuple[Scope, ...]:
    """Return the years of each segment that are listed whole: what such a list lacks is withdrawn."""
    scopes = []
    for (exchange, list_type, segment), rows in kept.groupby(["exchange", "list_type", "segment"], sort=False):
        equals = {"exchange": str(exchange), "list_type": str(list_type), "segment": str(segment)}
        scopes += [
            Scope(equals, ("holiday_date", date(year, 1, 1), date(year, 12, 31)))
            for year in sorted(listed_years(rows["holiday_date"]))
        ]
    return tuple(scopes)


def _notes(raw: RawTable, kept: pd.DataFrame, complete: tuple[Scope, ...], *, of_sessions: bool) -> list[Note]:
    notes = [Note("added_column", detail={"column": name}) for name in raw.added_columns]
    if of_sessions:
        return notes
    said = dict.fromkeys(segment for segment in _cells(raw, "segment") if segment)
    notes += [Note("renamed_segment", name, detail={"now": RENAMED_SEGMENTS[name]}) for name in said
              if name in RENAMED_SEGMENTS]  # fmt: skip
    notes += [Note("new_segment", name) for name in said if name not in SEGMENTS]
    whole = {scope.equals["segment"] for scope in complete}
    counts = kept.groupby("segment", sort=False).size()
    return notes + [
        Note("list_in_part", str(segment), detail={"days": int(days)})
        for segment, days in counts.items()
        if segment not in whole
    ]


def _typed(cells: dict[str, list[Cell]], day: str | None) -> pd.DataFrame:
    """Return columns as Arrow strings, and the day as an Arrow date."""
    types = {name: pa.date32() if name == day else pa.string() for name in cells}
    return pd.DataFrame(
        {name: pd.Series(pa.array(cells[name], of), dtype=pd.ArrowDtype(of)) for name, of in types.items()}
    )


def _rejects(raw: RawTable, reason: np.ndarray[tuple[int], np.dtype[np.object_]]) -> pd.DataFrame:
    bad = np.flatnonzero(reason != "")
    if not len(bad):
        return raw.rejects
    lines, dates = raw_lines(raw), _cells(raw, "tradingDate")
    numbers = raw.frame["line_no"].to_numpy()[bad]
    rows = [
        (int(number), lines[int(number)], reason[place], f"tradingDate {dates[place]!r}: {_DETAILS[reason[place]]}")
        for place, number in zip(bad, numbers, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(REJECT_COLUMNS))


def _cells(raw: RawTable, name: str) -> list[str | None]:
    return [cell if isinstance(cell, str) else None for cell in raw.frame[name].tolist()]
