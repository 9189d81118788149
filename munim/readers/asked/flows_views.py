"""The views of the flows that come by day: what each reads, shows and is ordered by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from munim.readers import flows as readers
from munim.readers.asked import standing
from munim.readers.flows_compared import Compared, compared

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.readers.answer import Cell
    from munim.readers.keyed_as_of import Days, Known, Traced


@dataclass(frozen=True)
class View:
    """A view: how it is read, by which columns its rows are ordered, the day first, and what is shown of them."""

    read: Callable[[Connection, Days, Known], Sequence[Any]]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    unit: str
    basis: str
    feed: str
    cells: Mapping[str, Callable[[Any], Cell]] = field(default_factory=dict)
    traced: Callable[[Any], Traced] = lambda row: row

    def cell(self, row: Any, name: str) -> Cell:  # noqa: ANN401 - a row of this view
        """Return a row's value of a column."""
        found: Cell = self.cells[name](row) if name in self.cells else getattr(row, name)
        return found

    def row(self, row: Any) -> tuple[Cell, ...]:  # noqa: ANN401
        """Return what is shown of a row."""
        return tuple(self.cell(row, name) for name in self.columns)

    def key_of(self, row: Any) -> tuple[str, ...]:  # noqa: ANN401
        """Return what orders the rows."""
        return tuple(str(self.cell(row, name)) for name in self.key)

    def day_of(self, row: Any) -> date:  # noqa: ANN401
        """Return the day that a row is about."""
        day = self.cell(row, self.key[0])
        if not isinstance(day, date):
            message = f"{self.key[0]} is no day"
            raise TypeError(message)
        return day


def _compared(name: str, of: str) -> Callable[[Compared], Cell]:
    def read(row: Compared) -> Cell:
        found: Cell = getattr(getattr(row, of), name)
        return found

    return read


CRORE = "INR crore (10 million)"

VIEWS: Mapping[str, View] = MappingProxyType({
    "by_day": View(
        readers.fii_dii,
        ("trade_date", "investor_class", "scope", "source"),
        ("trade_date", "investor_class", "scope", "source", "basis", "buy_inr_crore", "sell_inr_crore",
         "net_inr_crore"),
        CRORE,
        "each row says its source, scope and basis; never add or compare across them as one",
        standing.FII_DII,
    ),
    "provisional_vs_final": View(
        compared,
        ("trade_date", "source"),
        ("trade_date", "source", "reporting_date", "provisional_net_inr_crore", "final_net_inr_crore",
         "difference_inr_crore"),
        CRORE,
        "provisional: the exchanges' evening figure; final: NSDL's report that speaks of that session alone; neither "
        "corrects the other",
        standing.FPI,
        MappingProxyType({
            "trade_date": _compared("trade_date", "provisional"),
            "source": _compared("source", "provisional"),
            "reporting_date": _compared("reporting_date", "final"),
            "provisional_net_inr_crore": _compared("net_inr_crore", "provisional"),
            "final_net_inr_crore": _compared("net_inr_crore", "final"),
        }),
        lambda row: row.final,
    ),
    "fpi": View(
        readers.fpi,
        ("reporting_date", "asset_class", "route"),
        ("reporting_date", "asset_class", "route", "gross_purchases_inr_crore", "gross_sales_inr_crore",
         "net_inr_crore", "net_usd_million"),
        f"{CRORE}; US$ million",
        "depository_final: NSDL's report of a day, of trades up to the day before",
        standing.FPI,
    ),
    "participant_oi": View(
        readers.positions,
        ("trade_date", "client_type"),
        ("trade_date", "client_type", "future_index_long_contracts", "future_index_short_contracts",
         "future_stock_long_contracts", "future_stock_short_contracts", "option_index_call_long_contracts",
         "option_index_call_short_contracts", "option_index_put_long_contracts", "option_index_put_short_contracts",
         "total_long_contracts", "total_short_contracts"),
        "contracts",
        "open positions in NSE's equity derivatives at the end of the session; client type total as NSE adds it up",
        standing.POSITIONS,
    ),
})  # fmt: skip
