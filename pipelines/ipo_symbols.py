"""NSE's symbols, and the ids that are made of them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from pipelines.ipo_text import clean_text
from pipelines.ipo_values import Unreadable, is_absent

SOURCE: Final = "nse"

_SYMBOL: Final = re.compile(r"[A-Z0-9][A-Z0-9&_.-]{0,19}")


def read_symbol(raw: str | None) -> str | None:
    """Read an exchange's symbol, in capitals: SONA, M&M, BAJAJ-AUTO."""
    symbol = (clean_text(raw) or "").upper()
    if is_absent(symbol):
        return None
    if not _SYMBOL.fullmatch(symbol):
        raise Unreadable("no symbol")
    return symbol


def source_id(symbol: str, opens: date | None) -> str:
    """Return NSE's id of an issue: its symbol and the year of its opening, SONA@2026.

    A symbol alone is no issue: a company that offers further (RUCHISOYA) does so under the symbol of its IPO. One that
    is put off into another year gets a second id, which the same symbol and near dates join to the first.
    """
    return symbol if opens is None else f"{symbol}@{opens.year}"
