"""`market.equity_eod`, the exchanges' lists, and corporate actions, with their revisions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, Numeric, Text

from loaders.table_parts import CODE, INSTANT
from loaders.tables_keyed import keyed_pair


def _price(name: str, what: str) -> Column[Any]:
    return Column(name, Numeric, comment=f"{what}, ₹, not adjusted; NULL: the source did not say.")


EXCHANGE = Column("exchange", CODE, comment="Exchange: NSE or BSE.")

equity_eod, equity_eod_revision = keyed_pair(
    "equity_eod",
    [
        EXCHANGE,
        Column("trade_date", Date, comment="Session (Asia/Kolkata), from the content; see date_from."),
        Column("symbol", CODE, comment="What the exchange called it that day: NSE's symbol, BSE's scrip code."),
        Column("series", CODE, comment="NSE's series (EQ, BE, SM, N1, …), BSE's group (A, B, X, …)."),
    ],
    {
        "price": [
            _price("open", "First price"),
            _price("high", "Highest price"),
            _price("low", "Lowest price"),
            _price("close", "Closing price"),
            _price("last", "Last traded price"),
            _price("previous_close", "Close of the session before, as the exchange gives it"),
            Column("volume", BigInteger, comment="Securities traded."),
            Column("trades", BigInteger, comment="Trades; NULL: NSE's files did not say it until 21-Jun-2011."),
            Column("date_from", Text,
                   comment="Where the session's day stands: content, or name for BSE's legacy file without a date."),
        ],
        "value": [
            Column("value_inr", Numeric,
                   comment="Value traded, ₹, as exact as the exchange tells it; NULL: not said, see turnover_lakh."),
        ],
        "average": [
            _price("average_price", "Average price of the day's trades"),
            Column("turnover_lakh", Numeric,
                   comment="Value traded in lakhs (₹ 100,000), rounded to ₹ 1,000; NULL: not said, or under ₹ 500."),
        ],
        "delivery": [
            Column("delivered_quantity", BigInteger,
                   comment="Securities delivered; NULL: not said, as for all of series BE and BZ."),
            Column("delivery_pct", Numeric, comment="Delivered in per cent of volume, as published; NULL: not said."),
        ],
        "isin": [Column("isin", CODE, comment="ISIN that day, check digit verified; NULL: the layout has none.")],
        "label": [
            Column("ticker", CODE, comment="BSE's ticker; NULL: the layout has none."),
            Column("name", Text, comment="Name as the file writes it; NULL: the layout has none."),
        ],
    },
    "What each security did in a session, as its exchange publishes it (bhavcopy); never adjusted.",
)  # fmt: skip

listing, listing_revision = keyed_pair(
    "listing",
    [
        EXCHANGE,
        Column("list_name", CODE, comment="Feed of the list that has it: nse.equity_list and so on."),
        Column("symbol", CODE, comment="Symbol in that list."),
        Column("series", CODE, comment="Series in that list; EQ for ETFs, whose list has none."),
    ],
    {
        "facts": [
            Column("name", Text, comment="Name of the company or security; NULL: the list did not say."),
            Column("isin", CODE, comment="ISIN, check digit verified; NULL: none or junk."),
            Column("listing_date", Date, comment="First day of listing; NULL: the list did not say."),
            Column("face_value_inr", Numeric, comment="Face value, ₹; NULL: the list did not say."),
            Column("paid_up_value_inr", Numeric, comment="Paid-up value, ₹; NULL: the list did not say."),
            Column("market_lot", BigInteger, comment="Securities in a lot; NULL: the list did not say."),
        ]
    },
    "What an exchange's masters list, each list for itself.",
    withdraws=True,
)

symbol_change, symbol_change_revision = keyed_pair(
    "symbol_change",
    [
        EXCHANGE,
        Column("old_symbol", CODE, comment="Symbol until the day before."),
        Column("new_symbol", CODE, comment="Symbol from that day on."),
        Column("changed_on", Date, comment="First day of the new symbol."),
    ],
    {"facts": [Column("name", Text, comment="Name of the company in the list of changes; NULL: blank there.")]},
    "Symbols that changed, as the exchange lists them.",
)

name_change, name_change_revision = keyed_pair(
    "name_change",
    [
        EXCHANGE,
        Column("symbol", CODE, comment="Symbol of the company."),
        Column("changed_on", Date, comment="First day of the new name."),
        Column("new_name", Text(collation="C"), comment="Name from that day on."),
    ],
    {"facts": [Column("old_name", Text, comment="Name until the day before; NULL: not said.")]},
    "Names of companies that changed, as the exchange lists them.",
)

index_member, index_member_revision = keyed_pair(
    "index_member",
    [
        Column("index_name", CODE, comment="Index: Nifty 50, Nifty 500 and so on."),
        Column("symbol", CODE, comment="Symbol of the member."),
    ],
    {
        "facts": [
            Column("name", Text, comment="Name of the company, spelled as the index list does; NULL: not said."),
            Column("industry", Text, comment="Industry in the list's words; NULL: not said."),
            Column("series", CODE, comment="Series; NULL: not said."),
            Column("isin", CODE, comment="ISIN, check digit verified; NULL: none or junk."),
        ]
    },
    "Who is in an index by the newest list; market.index_span says from when to when.",
    withdraws=True,
)

corporate_action, corporate_action_revision = keyed_pair(
    "corporate_action",
    [
        EXCHANGE,
        Column("symbol", CODE, comment="Symbol at the time of the list."),
        Column("series", CODE, comment="Series that it is listed for; one action is listed for each."),
        Column("ex_date", Date, comment="First session that trades without the right."),
        Column("subject", Text(collation="C"), comment="The exchange's own words, white space normalised."),
    ],
    {
        "facts": [
            Column("kind", Text, nullable=False,
                   comment="split, bonus, dividend, rights, demerger, … as read from the subject; other: unread."),
            Column("ratio_numerator", BigInteger, comment="First number of the ratio in the subject; NULL: none."),
            Column("ratio_denominator", BigInteger, comment="Second number of the ratio in the subject; NULL: none."),
            Column("amount_inr", Numeric, comment="Amount for a share or unit, ₹; NULL: none is named."),
            Column("shares_after", BigInteger,
                   comment="Shares that come out of shares_before; both 1: the price needs no adjusting for a count. "
                           "NULL: what it does to the price is not told (a demerger)."),
            Column("shares_before", BigInteger, comment="Shares that go in; NULL as shares_after."),
            Column("record_date", Date, comment="Record date; NULL: not said."),
            Column("book_closure_start", Date, comment="First day of the closing of the books; NULL: not said."),
            Column("book_closure_end", Date, comment="Last day of it; NULL: not said."),
            Column("broadcast_at", INSTANT, comment="When the exchange told it; NULL: not said."),
            Column("face_value_inr", Numeric, comment="Face value, ₹; NULL: not said."),
            Column("isin", CODE, comment="ISIN, check digit verified; NULL: none or junk."),
            Column("company", Text, comment="Name of the company; NULL: not said."),
        ]
    },
    "Splits, bonuses, dividends and the like, with what they make of a price; withdrawn where a newer list lacks them.",
    withdraws=True,
)  # fmt: skip
