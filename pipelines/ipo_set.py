"""The data set `ipo`: its feeds, and how their payloads are read. Light, for the catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from munim.core.clock import ist_date
from munim.core.errors import RequestWrong
from pipelines import ipo
from pipelines.dataset import DataSet, Feed
from pipelines.ipo_tables import LINKS
from scrapers import bse_ipo, gmp, nse_ipo

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.database import Connection
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from pipelines.way import Way
    from scrapers.client import Client


def _details(session: Connection, slot: str) -> list[tuple[str, str]]:
    """Return the slots of the details of the issues that NSE's list shows open on a slot's day."""
    from munim.readers.ipo_open import open_on_nse  # noqa: PLC0415 - the driver comes with the first question

    day = ist_date(datetime.fromisoformat(slot))
    return [
        (nse_ipo.DETAIL, nse_ipo.detail_slot(slot, symbol, "SME" if is_sme else "EQ"))
        for symbol, is_sme in open_on_nse(session, day)
    ]


def _rests(session: Connection, slot: str) -> str | None:
    from pipelines.ipo_rest import rests  # noqa: PLC0415 - the driver comes with the first question

    return rests(session, slot)


def _fetch_nothing(client: Client, slot: str) -> NoReturn:  # noqa: ARG001 - a feed's fetch takes both
    raise RequestWrong("no site serves this", slot=slot, advice="use `munim ingest ipo FILE`")


def _read(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    if payload.origin == "revert":
        from pipelines import keyed_reverts  # noqa: PLC0415 - pandas costs a second

        return keyed_reverts.read(payload, ipo.TABLES)
    if payload.feed == LINKS:
        from pipelines import ipo_links  # noqa: PLC0415

        return ipo_links.read(payload)
    return ipo.read(payload, accepted)


def _way(dataset: DataSet) -> Way:
    from pipelines.ipo_way import way  # noqa: PLC0415

    return way(dataset)


IPO = DataSet(
    name="ipo",
    feeds=(
        Feed(nse_ipo.CURRENT, "instant", nse_ipo.fetch_current, follow=_details, rests=_rests),
        Feed(nse_ipo.UPCOMING, "instant", nse_ipo.fetch_upcoming),
        Feed(nse_ipo.PAST, "instant", nse_ipo.fetch_past),
        Feed(nse_ipo.DETAIL, "follow", nse_ipo.fetch_detail),
        Feed(bse_ipo.PUBLIC_ISSUES, "instant", bse_ipo.fetch_public_issues),
        Feed(gmp.CHITTORGARH, "instant", gmp.fetch_chittorgarh),
        Feed(gmp.INVESTORGAIN, "instant", gmp.fetch_investorgain),
        Feed(gmp.IPOWATCH, "file", _fetch_nothing),
        Feed(nse_ipo.CATEGORY, "file", _fetch_nothing),
        Feed(LINKS, "file", _fetch_nothing),
    ),
    detect=ipo.detect_feed,
    read=_read,
    way_of=_way,
    hangs_on_fetch=True,
)
