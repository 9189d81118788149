"""FII/DII figures as they stand, of every source: what an import is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from loaders.database import Connection

_FIGURES = """
SELECT trade_date, investor_class, scope, source, buy_inr_crore, sell_inr_crore, net_inr_crore, basis
FROM market.fii_dii
"""


@dataclass(frozen=True)
class FlowFigures:
    """One class's figures of a session from one source, in ₹ crore; bought and sold are None where only net is said."""

    trade_date: date
    investor_class: str
    scope: str
    source: str
    buy_inr_crore: Decimal | None
    sell_inr_crore: Decimal | None
    net_inr_crore: Decimal
    basis: str


def figures_known(connection: Connection) -> list[FlowFigures]:
    """Return all figures that stand."""
    return fetch(connection, FlowFigures, _FIGURES)
