"""NSE's holiday lists of the current year, by segment: `api/holiday-master`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from munim.core.clock import IST, ist_date
from munim.replica.nse_files import nse_date
from munim.replica.sessions import clearing_holidays, exchange_holidays

Row = dict[str, str | int | None]

KINDS: Final = ("trading", "clearing")

_BANKING: Final = ("GOPAL", "CD", "IRD", "NDM", "NTRP")
"""Segments that are closed on the banks' days too: 23 rows in 2025, where the exchange's own had 18."""
_SEGMENTS: Final = ("GOPAL", "CD", "CM", "CMOT", "COM", "FO", "IRD", "MF", "NDM", "NTRP", "SLBS")
_RENAMED_AT: Final = datetime(2025, 6, 1, tzinfo=IST)
"""Segment CBM became GOPAL between two fetches of the list of 2025; the day is not known."""
_SESSIONS_SINCE: Final = 2024
"""Rows of 2023 say nothing of morning and evening."""
_NEVER_EVENING: Final = ("Good Friday", "Independence Day", "Mahatma Gandhi Jayanti", "Diwali Laxmi Pujan", "Christmas")
"""Days on which commodities are not traded in the evening either."""
_NEW_YEAR: Final = "New year"


def holiday_lists(kind: str, at: datetime) -> dict[str, list[Row]]:
    """Return rows of tradingDate, weekDay, description, morning_session, evening_session and Sr_no by segment.

    The kind is one of `KINDS`; the list is that of an instant's year as it stands then. Morning and evening are null,
    but for commodities on weekdays.
    """
    year = ist_date(at).year
    exchange, clearing = exchange_holidays(year, at), clearing_holidays(year, at)
    lists: dict[str, list[Row]] = {}
    for segment in _SEGMENTS:
        name = "CBM" if segment == "GOPAL" and at < _RENAMED_AT else segment
        days = clearing if kind == "clearing" or segment in _BANKING else exchange
        if segment == "COM":
            days = {date(year, 1, 1): _NEW_YEAR, **days}
        lists[name] = _rows(segment, days)
    return dict(sorted(lists.items(), key=_place))


def _place(item: tuple[str, object]) -> tuple[bool, str]:
    # CBM was first by name, and GOPAL kept its place.
    return item[0] != "GOPAL", item[0]


def _rows(segment: str, days: Mapping[date, str]) -> list[Row]:
    rows: list[Row] = []
    for number, (day, description) in enumerate(days.items(), start=1):
        row: Row = {"tradingDate": nse_date(day), "weekDay": f"{day:%A}", "description": description}
        if day.year >= _SESSIONS_SINCE:
            morning, evening = _commodity_sessions(day, description) if segment == "COM" else (None, None)
            row |= {"morning_session": morning, "evening_session": evening}
        rows.append(row | {"Sr_no": number})
    return rows


def _commodity_sessions(day: date, description: str) -> tuple[str | None, str | None]:
    if day.weekday() >= 5:
        return None, None
    if description == _NEW_YEAR:
        return "Open", "Closed"
    closed = any(name in description for name in _NEVER_EVENING)
    return "Closed", "Closed" if closed else "Open"
