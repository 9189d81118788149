"""Made NAV files in AMFI's layouts: small, and with whatever in their cells a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final, Literal

from munim.core.payload import Origin, Payload

Layout = Literal["latest-6", "latest-8-plan", "latest-8-prices", "history-8-prices", "history-8-plan"]

LATEST_LAYOUTS: Final[tuple[Layout, ...]] = ("latest-6", "latest-8-plan")
"""Until 18-Aug-2026, with plan and option in the name, and since, with columns for them and a shorter name."""

HISTORY_LAYOUTS: Final[tuple[Layout, ...]] = ("history-8-prices", "history-8-plan")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TITLES = {
    "code": "Scheme Code",
    "isin": "ISIN Div Payout/ ISIN Growth",
    "isin_reinvestment": "ISIN Div Reinvestment",
    "name": "Scheme Name",
    "plan": "Plan",
    "option": "Option",
    "nav": "Net Asset Value",
    "price": "Repurchase Price",
    "sale": "Sale Price",
    "day": "Date",
}
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "latest-6": ("code", "isin", "isin_reinvestment", "name", "nav", "day"),
    "latest-8-plan": ("code", "isin", "isin_reinvestment", "name", "plan", "option", "nav", "day"),
    "latest-8-prices": ("code", "isin", "isin_reinvestment", "name", "nav", "price", "sale", "day"),
    "history-8-prices": ("code", "name", "isin", "isin_reinvestment", "nav", "price", "sale", "day"),
    "history-8-plan": ("code", "name", "plan", "option", "isin", "isin_reinvestment", "nav", "day"),
}


@dataclass(frozen=True)
class Row:
    """One row of a file. `nav` and `day` are cells: a NAV may be N.A., and a day given as text stands as it is."""

    code: str
    nav: str
    day: date | str
    name: str = "Made Fund - Direct Plan - Growth"
    plan: str = ""
    option: str = ""
    isin: str = "-"
    isin_reinvestment: str = "-"
    amc: str = "Made Mutual Fund"
    category: str = "Open Ended Schemes(Debt Scheme - Liquid Fund)"

    def cells(self) -> dict[str, str]:
        """The text of each column; prices are not the NAV, so that reading them in its place would show."""
        day = self.day if isinstance(self.day, str) else amfi_date(self.day)
        return {**vars(self), "day": day, "price": "1.1111", "sale": "2.2222"}


def amfi_date(day: date) -> str:
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"


def body(rows: Sequence[Row], layout: Layout = "latest-6") -> bytes:
    """A file with these rows in this order, each run of rows of one category and one AMC under their headings."""
    columns = _COLUMNS[layout]
    lines = [";".join(_TITLES[name] for name in columns)]
    for (category, amc), section in groupby(rows, key=lambda row: (row.category, row.amc)):
        lines += ["", category, "", amc, ""]
        lines += [";".join(cells[name] for name in columns) for cells in (row.cells() for row in section)]
    return ("\r\n".join(lines) + "\r\n").encode()


def payload(content: bytes, fetched_at: datetime, feed: str = "amfi.latest", origin: Origin = "file") -> Payload:
    return Payload(
        feed, fetched_at.isoformat(), f"file:made-{fetched_at:%Y-%m-%dT%H%M%SZ}", fetched_at, content, origin
    )
