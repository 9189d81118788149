"""What is derived from equity's tables: instruments, the screener, and what was seen and computed of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from loaders.screener_columns import SCREENER_FIGURES, SCREENER_TEXT
from loaders.table_parts import CODE, INSTANT, metadata

instrument = Table(
    "instrument",
    metadata,
    Column("exchange", CODE, nullable=False, comment="Exchange: NSE or BSE."),
    Column("symbol", CODE, nullable=False, comment="NSE's symbol, BSE's scrip code, as it was from valid_from on."),
    Column("valid_from", Date, nullable=False,
           comment="First day of this state; 1990-01-01: nobody gives the symbol a first day."),
    Column("valid_to", Date, comment="Last day of this state; NULL: it holds."),
    Column("isin", CODE, comment="ISIN; NULL: no file has said one by then (NSE's had none until 21-Jun-2011)."),
    Column("name", Text, comment="Name of the company or security; NULL: none was given."),
    Column("ticker", CODE, comment="BSE's ticker; NULL: NSE's, or no file has said one by then."),
    Column("series", CODE,
           comment="NSE: the first of EQ, BE, BZ, SM, … that it traded in by then; BSE: its newest group. NULL: none."),
    Column("listing_date", Date, comment="First day of listing by the masters; NULL: none says it."),
    Column("next_symbol", CODE, comment="What the symbol became the day after valid_to; NULL: it became none."),
    Column("current_symbol", CODE, nullable=False, comment="Today's symbol of the security."),
    Column("current_isin", CODE, comment="Today's ISIN of the security; NULL: none was ever seen."),
    PrimaryKeyConstraint("exchange", "symbol", "valid_from"),
    Index(None, "isin"),
    Index(None, "current_symbol", "exchange"),
    schema="market",
    comment="What each symbol is and was: its states through changed symbols, ISINs and names, derived from "
            "bhavcopies, masters and lists of changes.",
)  # fmt: skip


def _figure(name: str, comment: str) -> Column[Any]:
    kind = CODE if name in SCREENER_TEXT else Numeric()
    return Column(name, kind, nullable=name != "series", comment=comment)


screener = Table(
    "screener",
    metadata,
    Column("exchange", CODE, nullable=False, comment="Exchange: NSE or BSE."),
    Column("symbol", CODE, nullable=False, comment="Symbol on that day."),
    Column("as_of_date", Date, nullable=False, comment="Session that the figures are of."),
    *(_figure(name, comment) for name, comment in SCREENER_FIGURES.items()),
    PrimaryKeyConstraint("exchange", "as_of_date", "symbol"),
    schema="market",
    comment="What a session looked like against its past, adjusted for splits and bonuses; derived.",
)

screener_session = Table(
    "screener_session",
    metadata,
    Column("exchange", CODE, nullable=False, comment="Exchange: NSE or BSE."),
    Column("as_of_date", Date, nullable=False, comment="Session that market.screener has figures of."),
    Column("computed_at", INSTANT, nullable=False, comment="When they were computed last."),
    Column("stale", Boolean, nullable=False,
           comment="True: what they are made of has changed since; `munim screener compute` makes them again."),
    PrimaryKeyConstraint("exchange", "as_of_date"),
    schema="etl",
    comment="Which sessions the screener has been computed for.",
)  # fmt: skip

screener_day = Table(
    "screener_day",
    metadata,
    Column("exchange", CODE, nullable=False, comment="Exchange: NSE or BSE."),
    Column("trade_date", Date, nullable=False, comment="Session."),
    Column("row_count", Integer, nullable=False, comment="How many rows it has."),
    Column("securities", Text, nullable=False, comment="Their symbols and series, a line each, a blank between."),
    Column("figures", LargeBinary, nullable=False,
           comment="Their close, high, low, volume, value_inr, delivered_quantity and delivery_pct, one after the "
                   "other: float64, the little end first, NaN for NULL."),
    PrimaryKeyConstraint("exchange", "trade_date"),
    schema="etl",
    comment="Sessions of market.equity_eod as the screener reads them: a year of them at once. Made again at need.",
)  # fmt: skip

equity_sighting = Table(
    "equity_sighting",
    metadata,
    Column("exchange", CODE, nullable=False, comment="Exchange: NSE or BSE."),
    Column("symbol", CODE, nullable=False, comment="Symbol in the bhavcopy."),
    Column("series", CODE, nullable=False, comment="Series or group in the bhavcopy."),
    Column("kind", Text, CheckConstraint("kind IN ('row', 'isin', 'ticker', 'name')", name="kind"), nullable=False,
           comment="What was seen beside them: isin, ticker or name; row: they themselves."),
    Column("value", Text(collation="C"), nullable=False, comment="The ISIN, ticker or name; blank for row."),
    Column("first_day", Date, nullable=False, comment="First session in which it was seen."),
    PrimaryKeyConstraint("exchange", "symbol", "series", "kind", "value"),
    Index(None, "value", postgresql_where=text("kind = 'isin'")),
    schema="etl",
    comment="What bhavcopies have written beside a symbol, and since when: what market.instrument is derived from.",
)  # fmt: skip
