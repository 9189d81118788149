"""NSE's `ind_close_all`: the levels of all indices on a day; `-` is missing, `.23` a number, the date DD-MM-YYYY."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from munim.core.payload import Payload
    from scrapers.raw import RawTable

INDEX_CLOSE: Final = "nse.index_close"

COLUMNS = (
    *("index_name", "trade_date", "open", "high", "low", "close", "change_points", "change_pct"),
    *("volume", "turnover_inr_crore", "price_to_earnings", "price_to_book", "dividend_yield_pct"),
)

TITLES: Final[Mapping[str, str | None]] = {
    "indexname": "index_name",
    "indexdate": "trade_date",
    "openindexvalue": "open",
    "highindexvalue": "high",
    "lowindexvalue": "low",
    "closingindexvalue": "close",
    "pointschange": "change_points",
    "change%": "change_pct",
    "volume": "volume",
    "turnoverrscr": "turnover_inr_crore",
    "pe": "price_to_earnings",
    "pb": "price_to_book",
    "divyield": "dividend_yield_pct",
}


def parse(text: bytes, payload: Payload) -> RawTable:
    """Return the rows as strings: line_no and `COLUMNS`."""
    from scrapers import csv_table  # noqa: PLC0415 - pandas costs a second, and to tell a file needs none

    return csv_table.read(text, csv_table.Table("nse-index-close", TITLES, COLUMNS), payload)
