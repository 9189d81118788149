"""Lists of holidays and trading days to test with, made and recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.keyed_batch import KeyedBatch
from munim.core.calendar import Calendar, Holiday
from munim.core.payload import Origin, Payload
from pipelines import calendar
from scrapers import nse_calendar

if TYPE_CHECKING:
    import pandas as pd

FETCHED_AT = datetime(2026, 8, 24, 3, 0, tzinfo=UTC)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIXED_2025 = ("26-Jan-2025", "01-May-2025", "15-Aug-2025", "02-Oct-2025", "25-Dec-2025")


def calendar_payload(
    body: str | bytes, feed: str | None = None, name: str = "nse_FO_holidays.csv", *, origin: Origin = "file"
) -> Payload:
    """A payload of a list; the feed is told by its content where none is given."""
    sent = body.encode() if isinstance(body, str) else body
    url = f"file:{name}" if origin == "file" else f"https://www.nseindia.com/api/{name}"
    return Payload(feed or nse_calendar.detect_feed(sent), "2026-08-24", url, FETCHED_AT, sent, origin=origin)


def master(days: Sequence[str], segment: str = "CM", **more: object) -> str:
    """NSE's JSON with these days in one segment."""
    rows = [
        {"tradingDate": day, "weekDay": weekday(day), "description": f"Holiday {number}", "morning_session": None,
         "evening_session": None, "Sr_no": number, **more}
        for number, day in enumerate(days, start=1)
    ]  # fmt: skip
    return json.dumps({segment: rows})


def weekday(day: str) -> str:
    """The English name of a day's weekday; of what is no day, Monday."""
    read = calendar.read_day(day)
    return calendar.WEEKDAYS[read.weekday() if read else 0].title()


def as_listed(day: date) -> str:
    """A day as NSE writes it."""
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"


def read(payload: Payload) -> KeyedBatch:
    """What a payload comes to."""
    nse_calendar.check_body(payload)
    return calendar.normalise(nse_calendar.parse(payload), payload)


def recorded_batches(folder: Path) -> dict[str, KeyedBatch]:
    """Every recorded file by its name."""
    files = sorted([*(folder / "calendar").glob("*.csv"), *(folder / "calendar").glob("*.json"),
                    *(folder / "calendar").glob("*.txt")])  # fmt: skip
    return {path.name: read(calendar_payload(path.read_bytes(), name=path.name)) for path in files}


def passes(batch: KeyedBatch) -> bool:
    return all(check.passed for check in batch.checks if check.blocking)


def calendar_of(batches: Sequence[KeyedBatch]) -> Calendar:
    """The calendar that batches make when none withdraws anything: the union of their lists."""
    holidays: set[Holiday] = set()
    sessions: set[date] = set()
    for batch in batches:
        for rows in batch.rows:
            if rows.table == "listed_session":
                sessions |= set(rows.frame["session_date"])
            else:
                holidays |= {Holiday(*cells) for cells in _holidays(rows.frame)}
    return Calendar(holidays, sessions)


def _holidays(frame: pd.DataFrame) -> Iterator[tuple[date, str, str, str | None]]:
    columns = (frame[name].tolist() for name in ("holiday_date", "segment", "list_type", "description"))
    for day, segment, list_type, description in zip(*columns, strict=True):
        yield day, segment, list_type, description if isinstance(description, str) else None
