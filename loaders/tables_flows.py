"""`market.fii_dii`, `market.participant_oi` and `market.fpi_flow`, with their revisions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, Numeric, Text

from loaders.table_parts import CODE
from loaders.tables_keyed import keyed_pair


def _crore(name: str, what: str, *, nullable: bool = False) -> Column[Any]:
    nothing = "; NULL: the source did not say" if nullable else ""
    return Column(name, Numeric, nullable=nullable, comment=f"{what} in ₹ crore, exact as published{nothing}.")


fii_dii, fii_dii_revision = keyed_pair(
    "fii_dii",
    [
        Column("trade_date", Date, comment="Session that the figures are of, from the content."),
        Column("investor_class", CODE, comment="fii_fpi (foreign) or dii (domestic institutions)."),
        Column("scope", CODE, comment="Where the trades were: all_exchanges (NSE, BSE and MSEI) or nse alone."),
        Column("source", CODE, comment="Who says it: nse, or the name that an import was given."),
    ],
    {
        "figures": [
            _crore("buy_inr_crore", "Bought", nullable=True),
            _crore("sell_inr_crore", "Sold", nullable=True),
            _crore("net_inr_crore", "Bought less sold"),
            Column("basis", Text, nullable=False,
                   comment="exchange_provisional (of the evening) or depository_final (NSDL, CDSL): never one figure."),
            Column("label", Text, comment="The source's own label of the class; NULL: an import without one."),
        ]
    },
    "What foreign and domestic institutions bought and sold in the cash market in a session, by who says it.",
)  # fmt: skip

_INSTRUMENTS = {
    "future_index": "index futures",
    "future_stock": "stock futures",
    "option_index_call": "index call options",
    "option_index_put": "index put options",
    "option_stock_call": "stock call options",
    "option_stock_put": "stock put options",
}

participant_oi, participant_oi_revision = keyed_pair(
    "participant_oi",
    [
        Column("trade_date", Date, comment="Session at whose end the positions were open."),
        Column("client_type", CODE, comment="client, dii, fii, pro (brokers' own), or total as NSE gives it."),
    ],
    {
        "positions": [
            *(
                Column(f"{name}_{side}_contracts", BigInteger, nullable=False,
                       comment=f"Open {side} {words}, contracts.")
                for name, words in _INSTRUMENTS.items()
                for side in ("long", "short")
            ),
            Column("total_long_contracts", BigInteger, nullable=False,
                   comment="All open long contracts as NSE adds them up; off by 1 or 2 in many files."),
            Column("total_short_contracts", BigInteger, nullable=False,
                   comment="All open short contracts as NSE adds them up; off by 1 or 2 in many files."),
        ]
    },
    "Open interest in NSE's equity derivatives by kind of participant, at the end of a session.",
)  # fmt: skip

fpi_flow, fpi_flow_revision = keyed_pair(
    "fpi_flow",
    [
        Column("reporting_date", Date,
               comment="Day that NSDL reports on: trades up to the day before, as custodians confirmed them. "
                       "No trade date."),
        Column("asset_class", CODE, comment="equity, debt, hybrid and so on, in NSDL's words made canonical."),
        Column("route", CODE, comment="stock_exchange, primary_market and so on, or a sub-total as NSDL names it."),
    ],
    {
        "figures": [
            _crore("gross_purchases_inr_crore", "Gross purchases", nullable=True),
            _crore("gross_sales_inr_crore", "Gross sales", nullable=True),
            _crore("net_inr_crore", "Net investment"),
            Column("net_usd_million", Numeric,
                   comment="Net investment in US$ million, as NSDL converts it; NULL: not said."),
            Column("inr_per_usd", Numeric, comment="₹ for one US$ that NSDL converted at; NULL: not said."),
        ]
    },
    "What foreign portfolio investors bought and sold, by kind of asset and way in, as NSDL reports it.",
)  # fmt: skip
