"""Small made bhavcopies of NSE, and NSE's list of changed symbols, loaded one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from munim.core.payload import Payload
from pipelines.decisions import revert
from pipelines.equity_set import EQUITY, INSTRUMENTS
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.bhavcopy import NSE_FULL, NSE_LEGACY
from tests.unit.equity_files import FULL_HEADER, LEGACY_HEADER

if TYPE_CHECKING:
    from pipelines.dataset import DataSet

FIRST_FETCH = datetime(2024, 7, 9, tzinfo=UTC)
ISIN = "INE467B01029"


@dataclass(frozen=True)
class Made:
    """A file, fetched some minutes after `FIRST_FETCH`."""

    feed: str
    day: date
    minute: int
    body: str

    @property
    def payload(self) -> Payload:
        at = FIRST_FETCH + timedelta(minutes=self.minute)
        return Payload(self.feed, self.day.isoformat(), "file:made", at, f"{self.body}\n".encode(), "file")


def legacy(day: date, minute: int, *symbols: str, isin: str = ISIN, close: str = "105.5") -> Made:
    """A file of prices, with ISINs."""
    cells = f"EQ,100,110,95,{close},105,101,1000,104000.25,{day:%d-%b-%Y},12,{isin},".upper()
    return Made(NSE_LEGACY, day, minute, "\n".join([LEGACY_HEADER, *(f"{symbol},{cells}" for symbol in symbols)]))


def full(day: date, minute: int, *symbols: str, close: str = "105.50") -> Made:
    """A file of prices and deliveries, which says the same of prices as `legacy` does."""
    prices = f"101.00, 100.00, 110.00, 95.00, 105.00, {close}, 104.00, 1000, 1.04, 12, 600, 60.00"
    rows = [f"{symbol}, EQ, {day:%d-%b-%Y}, {prices}" for symbol in symbols]
    return Made(NSE_FULL, day, minute, "\n".join([FULL_HEADER, *rows]))


def renamed(day: date, minute: int, old: str, new: str) -> Made:
    """NSE's list of changed symbols, of one change."""
    return Made("nse.symbol_changes", day, minute, f"OLD COMPANY,{old},{new},{day:%d-%b-%Y}".upper())


def load(tools: Tools, *files: Made) -> list[int]:
    """Load files in the order given; return their runs."""
    return [_load(tools, one.payload, INSTRUMENTS if "symbol" in one.feed else EQUITY) for one in files]


def take_back(tools: Tools, run_id: int) -> int:
    """Revert a bhavcopy's run; return the run that does it."""
    return revert(EQUITY, run_id, tools).run_id


def _load(tools: Tools, payload: Payload, dataset: DataSet) -> int:
    report = load_payload(dataset, payload, tools, context(tools, dataset.name, Options()))
    assert report.status == "success"
    return report.run_id
