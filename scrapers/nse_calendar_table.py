"""Lists of holidays and of trading days as tables of strings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from munim.core.errors import ContentRefused
from scrapers.nse_calendar_body import BYTE_ORDER_MARK, read_master
from scrapers.nse_calendar_feeds import HOLIDAY_DATES, HOLIDAYS_CLEARING, MASTERS, read_name
from scrapers.raw import RawTable

if TYPE_CHECKING:
    from munim.core.payload import Payload

ROW_COLUMNS = ("tradingDate", "weekDay", "description", "morning_session", "evening_session", "Sr_no")
COLUMNS = ("exchange", "list_type", "segment", *ROW_COLUMNS)
TEXT = pd.StringDtype("pyarrow", na_value=np.nan)

WITH_SESSIONS = "holiday_master"
WITHOUT_SESSIONS = "holiday_master_2023"
"""Rows of 2023 have no keys morning_session and evening_session."""

DATES = "dates"


def parse(payload: Payload) -> RawTable:
    """Return the rows of a body that `check_body` has passed, as the source wrote them, without white space around.

    `frame`: line_no (int64) and exchange, list_type (`trading` or `clearing`), segment, tradingDate, weekDay,
    description, morning_session, evening_session, Sr_no (pandas `str`; NaN where the source says null or has no such
    column). The first three are what feed or file name say where the content doesn't. `line_no` is the number of the
    row in the document (1-based): NSE sends its JSON as one line. Of trading days only exchange and tradingDate stand.
    Raises `ContentRefused` for a list of bare dates whose name doesn't say of which exchange and segment it is.
    """
    return _parse_master(payload) if payload.feed in MASTERS else _parse_dates(payload)


def raw_lines(raw: RawTable) -> dict[int, str]:
    """Return each row by its number, as it is to be shown: NSE's as JSON, with its segment."""
    rows = raw.frame.to_dict("records")
    if raw.layout == DATES:
        return {int(row["line_no"]): str(row["tradingDate"]) for row in rows}
    kept = ("segment", *ROW_COLUMNS)
    return {
        int(row["line_no"]): json.dumps({name: row[name] for name in kept if isinstance(row[name], str)})
        for row in rows
    }


def _parse_master(payload: Payload) -> RawTable:
    list_type = "clearing" if payload.feed == HOLIDAYS_CLEARING else "trading"
    rows = [(segment, row) for segment, listed in read_master(payload) for row in listed]
    known = set(ROW_COLUMNS)
    added = dict.fromkeys(name for _, row in rows for name in row if name not in known)
    has_sessions = any("morning_session" in row or "evening_session" in row for _, row in rows)
    columns: dict[str, list[str | None]] = {
        "exchange": ["NSE"] * len(rows),
        "list_type": [list_type] * len(rows),
        "segment": [segment.strip() for segment, _ in rows],
    }
    columns |= {name: [_text(row.get(name)) for _, row in rows] for name in ROW_COLUMNS}
    return RawTable(
        _frame(columns, np.arange(1, len(rows) + 1)), WITH_SESSIONS if has_sessions else WITHOUT_SESSIONS, tuple(added)
    )


def _parse_dates(payload: Payload) -> RawTable:
    named = read_name(payload.url)
    of_holidays = payload.feed == HOLIDAY_DATES
    if named.exchange is None or (of_holidays and named.segment is None):
        due = "exchange and segment" if of_holidays else "exchange"
        raise ContentRefused(
            f"{payload.url} holds bare dates, and its name doesn't say of which {due} they are",
            feed=payload.feed,
            slot=payload.slot,
            advice="name it so: nse_FO_holiday_dates_….csv, nse_trading_days_….txt",
        )
    try:
        lines = payload.body.removeprefix(BYTE_ORDER_MARK).decode().splitlines()
    except UnicodeDecodeError as error:
        raise ContentRefused("bytes that are no UTF-8", feed=payload.feed, slot=payload.slot) from error
    inked = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
    columns: dict[str, list[str | None]] = {"exchange": [named.exchange] * len(inked)}
    if of_holidays:
        columns["list_type"] = [named.list_type or "trading"] * len(inked)
        columns["segment"] = [named.segment] * len(inked)
    columns["tradingDate"] = [line for _, line in inked]
    return RawTable(_frame(columns, np.array([number for number, _ in inked], np.int64)), DATES)


def _frame(columns: dict[str, list[str | None]], line_no: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pd.DataFrame:
    absent: list[str | None] = [None] * len(line_no)
    frame = pd.DataFrame({name: pd.array(columns.get(name, absent), dtype=TEXT) for name in COLUMNS})
    frame.insert(0, "line_no", line_no.astype(np.int64))
    return frame


def _text(cell: object) -> str | None:
    """Return a cell as text; a number as its digits, null as nothing."""
    if cell is None:
        return None
    return cell.strip() if isinstance(cell, str) else json.dumps(cell)
