"""FII/DII and FPI flows and participants' open interest: what the tables are, and how payloads become their rows.

Light: the catalogue imports this at start, so what is heavy is imported when a payload has to be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders.keyed_batch import Group, KeyedTable
from scrapers import nsdl, nse

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import ModuleType

    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

IMPORT = "import.flows"
"""The feed of histories that analysts already have."""

FII_DII = KeyedTable(
    name="fii_dii",
    key=("trade_date", "investor_class", "scope", "source"),
    groups=(
        Group(
            "figures",
            ("buy_inr_crore", "sell_inr_crore", "net_inr_crore", "basis", "label"),
            # Their keys differ by source: neither feed ever speaks of the other's rows.
            {nse.FII_DII: 0, IMPORT: 0},
        ),
    ),
    day="trade_date",
)

INSTRUMENTS = (
    "future_index",
    "future_stock",
    "option_index_call",
    "option_index_put",
    "option_stock_call",
    "option_stock_put",
)
SIDES = tuple(f"{instrument}_{side}_contracts" for instrument in INSTRUMENTS for side in ("long", "short"))
"""The twelve columns of positions."""

TOTALS = ("total_long_contracts", "total_short_contracts")

PARTICIPANT_OI = KeyedTable(
    name="participant_oi",
    key=("trade_date", "client_type"),
    groups=(Group("positions", (*SIDES, *TOTALS), {nse.PARTICIPANT_OI: 0}),),
    day="trade_date",
)

FPI_FLOW = KeyedTable(
    name="fpi_flow",
    key=("reporting_date", "asset_class", "route"),
    groups=(
        Group(
            "figures",
            (
                "gross_purchases_inr_crore",
                "gross_sales_inr_crore",
                "net_inr_crore",
                "net_usd_million",
                "inr_per_usd",
            ),
            # One report, shown at two addresses: what was fetched later holds.
            {nsdl.FPI_LATEST: 0, nsdl.FPI_ARCHIVE: 0},
        ),
    ),
    day="reporting_date",
)


TABLES = (FII_DII, PARTICIPANT_OI, FPI_FLOW)


def read(payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return the rows of a payload of any of the feeds, its body checked; `accepted` are lines that a person accepted.

    An import is read here without what the database knows: see `flows_import.read`. Raises as the feed's `check_body`
    and `normalise`.
    """
    if payload.feed == IMPORT:
        from pipelines import flows_import  # noqa: PLC0415 - pandas costs a second

        return flows_import.read(payload, accepted)
    site = _site(payload.feed)
    site.check_body(payload)
    return normalise(site.parse(payload), payload, accepted)


def normalise(raw: RawTable, payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:  # noqa: ARG001
    """Return the rows of a payload that is parsed; pure. Raises `ContentRefused`: see the feed's own `normalise`."""
    from pipelines import flows_fii_dii, flows_fpi, flows_participant_oi  # noqa: PLC0415 - pandas costs a second

    of_feed = {
        nse.FII_DII: flows_fii_dii.normalise,
        nse.PARTICIPANT_OI: flows_participant_oi.normalise,
        nsdl.FPI_LATEST: flows_fpi.normalise,
        nsdl.FPI_ARCHIVE: flows_fpi.normalise,
    }
    return of_feed[payload.feed](raw, payload)


def detect_feed(body: bytes) -> str:
    """Return the feed that a file comes from by its content; raise `ContentRefused` when it is none of flows'.

    NSDL's page of one day is `nsdl.fpi_latest`'s, whichever of the two addresses it was saved from.
    """
    return nsdl.FPI_LATEST if nsdl.is_report(body) else nse.detect_feed(body)


def _site(feed: str) -> ModuleType:
    return nsdl if feed in nsdl.FEEDS else nse
