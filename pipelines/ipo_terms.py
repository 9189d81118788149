"""Terms of an issue that all sources say alike: its days of bidding, and prices that contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal

from loaders.batch import Note
from pipelines.ipo_dates import read_date
from pipelines.ipo_rows import Row
from pipelines.ipo_values import Band


def bidding_days(
    row: Row, accepted: Collection[int] = (), reader: Callable[[str | None], date | None] = read_date
) -> tuple[date | None, date | None]:
    """Return the first and the last day of bidding; neither, and put aside, when it ends before it begins.

    `accepted` are lines of which a person has accepted that it does; `reader` reads a day as the source writes it.
    """
    opens, closes = row.read(reader, "open_date"), row.read(reader, "close_date")
    if opens is not None and closes is not None and closes < opens and row.line_no not in accepted:
        row.refuse("dates_inverted", f"open_date {opens}, close_date {closes}: bidding ends before it begins")
        return None, None
    return opens, closes


def note_odd_price(row: Row, subject: str, band: Band | None, final: Decimal | None) -> None:
    """Note a final price outside the band: RUCHISOYA has 34 and 615 to 650, NMC01 125 and Rs.1000."""
    if band is not None and final is not None and not band.low <= final <= band.high:
        detail = {"final_price": str(final), "band": f"{band.low} to {band.high}"}
        row.notes.append(Note("price_outside_band", subject, detail=detail))
