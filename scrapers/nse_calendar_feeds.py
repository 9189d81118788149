"""The feeds of holidays and trading days, and what a file's name says where its content can't."""

from __future__ import annotations

import re
from dataclasses import dataclass

HOLIDAYS_TRADING = "nse.holidays_trading"
HOLIDAYS_CLEARING = "nse.holidays_clearing"
HOLIDAY_DATES = "list.holiday_dates"
TRADING_DAYS = "list.trading_days"
FEEDS = (HOLIDAYS_TRADING, HOLIDAYS_CLEARING, HOLIDAY_DATES, TRADING_DAYS)

MASTERS = (HOLIDAYS_TRADING, HOLIDAYS_CLEARING)
"""JSON of NSE's, both of one shape: nothing in it says which of the two it is."""

EXCHANGES = frozenset({"NSE", "BSE"})
SEGMENTS = frozenset(
    {"CBM", "CD", "CM", "CMOT", "COM", "FO", "GOPAL", "IRD", "MF", "NDM", "NTRP", "SLBS"}
)  # fmt: skip
"""NSE's segments, 2023 to 2026; CM is equity, FO its derivatives, CD currency, COM commodities."""

LIST_TYPES = frozenset({"trading", "clearing"})

_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Named:
    """What a name says: None where it says nothing, or two things."""

    exchange: str | None
    segment: str | None
    list_type: str | None


def read_name(url: str) -> Named:
    """Read exchange, segment and kind of list from a file's name or an address: `nse_FO_holiday_dates_2024.csv`.

    A list of bare dates says neither exchange nor segment, so its name has to. Segments are written in capitals.
    """
    words = _WORD.findall(url.rpartition("/")[2])
    return Named(
        _only({word.upper() for word in words} & EXCHANGES),
        _only(set(words) & SEGMENTS),
        # `nse_trading_days` is no list of holidays: the word counts with "holiday" alone.
        _only({word.lower() for word in words} & LIST_TYPES) if "holiday" in url.lower() else None,
    )


def _only(words: set[str] | frozenset[str]) -> str | None:
    return next(iter(words)) if len(words) == 1 else None
