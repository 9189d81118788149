"""The data sets that there are. Light: what is heavy is imported when a payload has to be read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from pipelines.calendar_set import CALENDAR
from pipelines.dataset import DataSet, Feed, Past, window
from pipelines.equity_set import CORPORATE_ACTIONS, EQUITY, INDEX_MEMBERS, INSTRUMENTS
from pipelines.flows_set import FLOWS
from pipelines.ipo_set import IPO
from scrapers import amfi

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.batch import NavBatch
    from munim.core.payload import Payload
    from pipelines.way import Way
    from scrapers.client import Client


LAST_NAVS = timedelta(days=1, hours=11)
"""NAVs of day T come until 10:00 on T+1, those of some commodity and overseas funds until 11:00."""


def _fetch_history(client: Client, slot: str) -> Payload:
    first, last = window(slot)
    return amfi.fetch_history(client, first, last, slot)


def _read_nav(payload: Payload, accepted: Collection[int]) -> NavBatch:
    from pipelines import nav, reverts  # noqa: PLC0415 - pandas costs a second, and known bytes need none

    if payload.origin == "revert":
        return reverts.read(payload)
    amfi.check_body(payload)
    return nav.normalise(amfi.parse(payload), payload, accepted)


def _nav_way(dataset: DataSet) -> Way:
    from pipelines.nav_way import NavWay  # noqa: PLC0415

    return NavWay(dataset)


NAV = DataSet(
    name="nav",
    feeds=(
        Feed(amfi.LATEST, "instant", amfi.fetch_latest),
        Feed(
            amfi.HISTORY,
            "dates",
            _fetch_history,
            LAST_NAVS,
            # A weekday with content is one of which a whole latest file was fetched when all its NAVs were out.
            past=Past("window", "weekdays", amfi.SITE, amfi.HISTORY_BEGINS, fills=amfi.LATEST),
        ),
    ),
    detect=amfi.detect_feed,
    read=_read_nav,
    way_of=_nav_way,
)


DATA_SETS = {
    dataset.name: dataset
    for dataset in (NAV, CALENDAR, FLOWS, IPO, EQUITY, INSTRUMENTS, INDEX_MEMBERS, CORPORATE_ACTIONS)
}


def data_set(name: str) -> DataSet:
    """Return a data set by its name; raises `RequestWrong` that names those there are."""
    if name not in DATA_SETS:
        raise RequestWrong(f"there is no data set {name!r}", advice=f"there is: {', '.join(sorted(DATA_SETS))}")
    return DATA_SETS[name]
