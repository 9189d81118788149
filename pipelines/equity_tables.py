"""The tables that equity files fill: keys, groups of columns, and which feed goes before which."""

from __future__ import annotations

from loaders.keyed_batch import Group, KeyedTable
from scrapers import nse_actions, nse_lists
from scrapers.bhavcopy import BSE_LEGACY, BSE_UDIFF, NSE_FULL, NSE_LEGACY, NSE_UDIFF

PRICE_COLUMNS = (*("open", "high", "low", "close", "last", "previous_close", "volume", "trades", "date_from"),)

EQUITY_EOD = KeyedTable(
    name="equity_eod",
    key=("exchange", "trade_date", "symbol", "series"),
    day="trade_date",
    groups=(
        # NSE's files of a day agree: whichever came first, the others say nothing new. BSE's legacy one has no date
        # inside and whole rupees alone.
        Group("price", PRICE_COLUMNS, {NSE_UDIFF: 1, NSE_LEGACY: 1, NSE_FULL: 1, BSE_UDIFF: 3, BSE_LEGACY: 2}),
        Group("value", ("value_inr",), {NSE_UDIFF: 1, NSE_LEGACY: 1, BSE_UDIFF: 3, BSE_LEGACY: 2}),
        Group("average", ("average_price", "turnover_lakh"), {NSE_FULL: 1}),
        Group("delivery", ("delivered_quantity", "delivery_pct"), {NSE_FULL: 2, NSE_LEGACY: 1}),
        Group("isin", ("isin",), {NSE_UDIFF: 1, NSE_LEGACY: 1, BSE_UDIFF: 1}),
        Group("label", ("ticker", "name"), {NSE_UDIFF: 2, BSE_UDIFF: 2, BSE_LEGACY: 1}),
    ),
)
"""Prices in ₹, `volume` and `delivered_quantity` in securities. `date_from` is "content", or "name" for BSE's legacy
file, which has no date inside. `value_inr` is as exact as its exchange tells it; what sec_bhavdata_full says of it, in
lakhs with two decimals, has a column of its own: it is no restatement of the other, whichever comes first. `label` is
how the exchange writes the security that day: BSE's ticker stands nowhere else."""

LISTING = KeyedTable(
    name="listing",
    key=("exchange", "list_name", "symbol", "series"),
    groups=(
        Group(
            "facts",
            ("name", "isin", "listing_date", "face_value_inr", "paid_up_value_inr", "market_lot"),
            dict.fromkeys(nse_lists.LISTINGS, 1),
        ),
    ),
    withdraws=True,
)
"""What a master lists now; `list_name` is its feed. ETFs' list has no series: they are of EQ."""

SYMBOL_CHANGE = KeyedTable(
    name="symbol_change",
    key=("exchange", "old_symbol", "new_symbol", "changed_on"),
    groups=(Group("facts", ("name",), {nse_lists.SYMBOL_CHANGES: 1}),),
)

NAME_CHANGE = KeyedTable(
    name="name_change",
    key=("exchange", "symbol", "changed_on", "new_name"),
    groups=(Group("facts", ("old_name",), {nse_lists.NAME_CHANGES: 1}),),
)

INDEX_MEMBER = KeyedTable(
    name="index_member",
    key=("index_name", "symbol"),
    groups=(Group("facts", ("name", "industry", "series", "isin"), dict.fromkeys(nse_lists.INDEX_FILES, 1)),),
    withdraws=True,
)
"""Who is in an index. The lists have no date: since when is the day of the first list in a row that has the symbol,
which the revisions know (`index_members.spans`)."""

CORPORATE_ACTION = KeyedTable(
    name="corporate_action",
    key=("exchange", "symbol", "series", "ex_date", "subject"),
    day="ex_date",
    groups=(
        Group(
            "facts",
            (
                *("kind", "ratio_numerator", "ratio_denominator", "amount_inr", "shares_after", "shares_before"),
                *("record_date", "book_closure_start", "book_closure_end", "broadcast_at"),
                *("face_value_inr", "isin", "company"),
            ),
            {nse_actions.CORPORATE_ACTIONS: 1},
        ),
    ),
    withdraws=True,
)
"""`kind`, the ratio and `amount_inr` as `action_subjects.Action` has them. `shares_after` ordinary shares come out of
`shares_before` by split, consolidation and bonus, exactly: a price before the ex-date is adjusted by their quotient.
1 and 1 where none of these is named; NULL where one is and can't be read, and for demergers and the like, which change
the price by what their subject doesn't say."""

INSTRUMENT_TABLES = (LISTING, SYMBOL_CHANGE, NAME_CHANGE)

TABLES = {
    "equity": (EQUITY_EOD,),
    "instruments": INSTRUMENT_TABLES,
    "index_members": (INDEX_MEMBER,),
    "corporate_actions": (CORPORATE_ACTION,),
}
"""The tables of each data set. `market.instrument` and `market.screener` are derived from them."""

DERIVED = {
    "equity": (
        *("market.instrument", "market.screener"),
        *("etl.equity_sighting", "etl.screener_session", "etl.screener_day"),
    ),
    "instruments": ("market.instrument",),
}
"""The tables that are filled from those of a data set, and emptied with them."""
