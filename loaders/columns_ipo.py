"""Columns of what is kept of public issues, with what they mean: code and tables share them. Light.

Of every column NULL says that the source doesn't say it.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Kind = Literal["text", "date", "instant", "price", "rupees", "count", "times", "percent", "flag"]
"""`price` in ₹ with 4 decimals, `rupees` with 2, `count` a whole number, `times` exact to 24 decimals."""


class Column(NamedTuple):
    """A column: its name, the kind of what it holds, and what it means; NULL where the source doesn't say."""

    name: str
    kind: Kind
    meaning: str


SOURCE: Final = Column("source", "text", "Site: nse, bse, chittorgarh, investorgain, ipowatch.")
SOURCE_ID: Final = Column(
    "source_id",
    "text",
    "The site's id of the issue: NSE's symbol and the year of opening (SONA@2026: a company may offer again), BSE's "
    "issue number, Chittorgarh's and InvestorGain's id, ipowatch's name in plain letters.",
)
AS_OF_FROM: Final = Column("as_of_from", "text", "content: as_of stands in the payload; fetch: it is the fetch's time.")

FACT_KEY: Final = (SOURCE, SOURCE_ID, Column("feed", "text", "Feed that says so; each has its own line of facts."))
FACT_COLUMNS: Final = (
    Column("company", "text", "The issuer's name as the feed writes it, cleaned of markup, 200 characters at most."),
    Column("platform", "text", "mainboard or sme; NULL where it is neither (debt) or not said."),
    Column("security_kind", "text", "ipo, fpo, rights, debt, invit, reit, ofs, buyback, takeover or unknown."),
    Column("symbol", "text", "The exchange's symbol. Invented ones (ipowatch trackers) are left out."),
    Column("series", "text", "NSE's series or security type: EQ, BE, SME, DEBT and others."),
    Column("bse_scrip_code", "text", "BSE's code: of the offer while it is open, of the share once it is listed."),
    Column("price_band_low", "price", "Lower end of the price band, ₹ a share; equal to the upper of a fixed price."),
    Column("price_band_high", "price", "Upper end of the price band, ₹ a share."),
    Column("final_price", "price", "Price at which shares were allotted, ₹."),
    Column("face_value", "price", "Face value, ₹ a share."),
    Column("lot_size", "count", "Shares in a lot."),
    Column("issue_size_shares", "count", "Shares on offer; NSE takes the anchors' part out on the way."),
    Column("issue_size_inr", "rupees", "Size in ₹, where the source says it in money; with the anchors' part."),
    Column("open_date", "date", "First day of bidding."),
    Column("close_date", "date", "Last day of bidding."),
    Column("allotment_date", "date", "Day on which the basis of allotment is settled."),
    Column("listing_date", "date", "First day of trading, planned or past, as the feed says it."),
    Column("isin", "text", "ISIN with a good check digit."),
    Column("source_status", "text", "The feed's own word: Active, Forthcoming, Closed; L and F of BSE; O, U, C, LN."),
    Column("is_on_nse", "flag", "Whether it is offered through NSE; that says nothing of where it lists."),
    Column("is_on_bse", "flag", "Whether it is offered through BSE."),
)

BIDS_KEY: Final = (
    SOURCE,
    SOURCE_ID,
    Column("book", "text", "nse: bids through NSE; combined: through NSE and BSE."),
    Column("as_of", "instant", "Time that the figures are of."),
    Column("sr_no", "text", "The category's number, 2.1(b), for names repeat; TOTAL for the total."),
)
BIDS_COLUMNS: Final = (
    Column("category", "text", "The category's name. An SME issue's combined book leaves the individuals out."),
    Column("shares_offered", "count", "Shares reserved for the category."),
    Column("shares_bid", "count", "Shares bid for."),
    Column("times", "times", "How often it is subscribed, as published."),
    Column("applications", "count", "Applications."),
    AS_OF_FROM,
)

GMP_KEY: Final = (SOURCE, SOURCE_ID, Column("as_of", "instant", "Time that the premium is of."))
GMP_COLUMNS: Final = (
    Column("company_text", "text", "The issuer's name as the site writes it."),
    Column("gmp_inr", "price", "Grey-market premium, ₹ a share; NULL where nobody deals in it."),
    Column("price", "price", "Issue price that the site reckons with, ₹ a share."),
    Column("estimated_gain_pct", "percent", "Gain on listing that the site reckons, in percent of the price."),
    Column("first_price", "price", "Price at which it opened on its first day, ₹ a share; NULL: the site doesn't say."),
    Column("platform", "text", "mainboard or sme."),
    Column("open_date", "date", "First day of bidding, as the site says it."),
    Column("close_date", "date", "Last day of bidding, as the site says it."),
    Column("unofficial", "flag", "Always true: no exchange knows this market."),
    AS_OF_FROM,
)

LINK_KEY: Final = (
    Column("source", "text", "Site of the first id, which is the smaller of the two."),
    Column("source_id", "text", "That site's id of an issue."),
    Column("other_source", "text", "Site of the other id."),
    Column("other_source_id", "text", "The other site's id of an issue."),
)
LINK_COLUMNS: Final = (
    Column("verdict", "text", "link: both ids are one issue; unlink: they are not, whatever their names say."),
    Column("decided_by", "text", "Who decided it."),
)

SAID: Final = ("company", "symbol", "isin", "platform", "security_kind", "open_date", "close_date")
"""Columns of a fact by which ids of several sites are known as one issue."""

STATE_COLUMNS: Final = (
    *(column for column in FACT_COLUMNS if column.name != "source_status"),
    Column(
        "status",
        "text",
        "announced, open, closed, listed, withdrawn, or vanished: its sources show it no more, without a word. By its "
        "dates it is that of the newest fetch. NULL: all that was said of it was taken back.",
    ),
    Column("first_seen_at", "instant", "Fetch of the first payload that told of it."),
    Column("vanished_at", "instant", "Fetch of the first complete list without it; NULL while it is not vanished."),
)
"""Columns of an issue's state, in the order in which it is derived."""


def names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the columns' names."""
    return tuple(column.name for column in columns)
