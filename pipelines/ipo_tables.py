"""What is kept of public issues: the tables, their keys and groups, and the feeds that fill them.

Light: the catalogue may import it at start.
"""

from __future__ import annotations

from typing import Final

from loaders.columns_ipo import (
    BIDS_COLUMNS,
    BIDS_KEY,
    FACT_COLUMNS,
    FACT_KEY,
    GMP_COLUMNS,
    GMP_KEY,
    LINK_COLUMNS,
    LINK_KEY,
    Column,
    Kind,
    names,
)
from loaders.keyed_batch import Group, KeyedTable
from scrapers import bse_ipo, gmp, nse_ipo

__all__ = [
    "COLUMNS",
    "FACT_COLUMNS",
    "FEEDS",
    "IPO_FACT",
    "IPO_GMP",
    "IPO_LINK",
    "IPO_SUBSCRIPTION",
    "LINKS",
    "Column",
    "Kind",
]

FEEDS: Final = (*nse_ipo.FEEDS, *bse_ipo.FEEDS, *gmp.FEEDS)

LINKS: Final = "munim.ipo_links"
"""The feed of what people decide: which ids are one issue, and which are not."""

# Each feed has lines of its own (the feed, or the book and the site, are in the key): none outranks another.
IPO_FACT: Final = KeyedTable(
    "ipo_fact",
    names(FACT_KEY),
    (Group("fact", names(FACT_COLUMNS), dict.fromkeys(FEEDS, 0)),),
    withdraws=True,
)
IPO_SUBSCRIPTION: Final = KeyedTable(
    "ipo_subscription",
    names(BIDS_KEY),
    (Group("bids", names(BIDS_COLUMNS), dict.fromkeys((nse_ipo.CURRENT, nse_ipo.DETAIL, nse_ipo.CATEGORY), 0)),),
)
IPO_GMP: Final = KeyedTable(
    "ipo_gmp", names(GMP_KEY), (Group("premium", names(GMP_COLUMNS), dict.fromkeys(gmp.PREMIUMS, 0)),)
)
IPO_LINK: Final = KeyedTable("ipo_link", names(LINK_KEY), (Group("verdict", names(LINK_COLUMNS), {LINKS: 0}),))

COLUMNS: Final = {
    IPO_FACT.name: (*FACT_KEY, *FACT_COLUMNS),
    IPO_SUBSCRIPTION.name: (*BIDS_KEY, *BIDS_COLUMNS),
    IPO_GMP.name: (*GMP_KEY, *GMP_COLUMNS),
    IPO_LINK.name: (*LINK_KEY, *LINK_COLUMNS),
}
"""All columns of each table, those of the key first."""
