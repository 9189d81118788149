"""The day that a file is asked for, as its slot or its name has it; what is inside may say another."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from munim.core.payload import Payload

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

_SLOT = re.compile(r"\d{4}-\d{2}-\d{2}")

_NAMES = (
    # cm05JUL2024bhav.csv.zip, 05JUL2024.csv
    re.compile(r"(?<!\d)(?P<day>\d{2})(?P<word>[A-Za-z]{3})(?P<year>\d{4})(?!\d)"),
    # 2026-08-03.csv; 2026-08-03T143210Z is when a file was fetched.
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d|T\d)"),
    # BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv.zip
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>\d{2})(?!\d)"),
    # sec_bhavdata_full_04092024.csv, ind_close_all_17092026.csv
    re.compile(r"(?<!\d)(?P<day>\d{2})(?P<month>\d{2})(?P<year>(?:19|20)\d{2})(?!\d)"),
    # EQ030624_CSV.ZIP
    re.compile(r"EQ(?P<day>\d{2})(?P<month>\d{2})(?P<short>\d{2})(?!\d)", re.IGNORECASE),
)


_WHOLE_NAMES = (
    re.compile(r"(cm)?(?P<date>\d{2}[A-Z]{3}\d{4})(bhav)?\.csv(\.zip)?", re.IGNORECASE),
    re.compile(r"sec_bhavdata_full_(?P<date>\d{8})\.csv", re.IGNORECASE),
    re.compile(r"BhavCopy_(NSE|BSE)_CM_0_0_0_(?P<date>\d{8})_F_0000\.csv(\.zip)?", re.IGNORECASE),
    re.compile(r"(?P<date>EQ\d{6})(_CSV)?\.(ZIP|CSV)", re.IGNORECASE),
)
"""The names that the exchanges give bhavcopies, and keepers made of them, from end to end."""


def asked_day(payload: Payload) -> date | None:
    """Return the day that a payload was asked for: its slot when that is a day, else the date in its file's name.

    None when neither says.
    """
    if _SLOT.fullmatch(payload.slot):
        return _day(payload.slot[:4], payload.slot[5:7], payload.slot[8:])
    return day_in_name(payload.url.rpartition("/")[2].removeprefix("file:"))


def day_in_name(name: str) -> date | None:
    """Return the date in a bhavcopy's file name, in any of the ways in which the exchanges and keepers write it."""
    for pattern in _NAMES:
        found = pattern.search(name)
        if found is not None and (day := _named_day(found.groupdict())) is not None:
            return day
    return None


def day_of_bhavcopy(name: str) -> date | None:
    """Return the date in a name that is wholly that of a bhavcopy; None for any other, whatever digits it has."""
    for pattern in _WHOLE_NAMES:
        if (found := pattern.fullmatch(name)) is not None:
            return day_in_name(found["date"])
    return None


def nse_name(day: date) -> str:
    """Return a day as NSE's legacy names have it, `05JUL2024`; strftime's %b would follow the machine's language."""
    return f"{day.day:02}{MONTHS[day.month - 1]}{day.year}"


def _named_day(parts: dict[str, str]) -> date | None:
    word = parts.get("word", "").upper()
    if word and word not in MONTHS:
        return None
    month = parts.get("month") or str(MONTHS.index(word) + 1)
    # BSE writes years in two digits since 2007.
    return _day(parts.get("year") or f"20{parts['short']}", month, parts["day"])


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
