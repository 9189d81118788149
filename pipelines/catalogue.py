"""The data sets that there are. Light: what is heavy is imported when a payload has to be read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from pipelines import flows
from pipelines.dataset import DataSet, Feed, window
from scrapers import amfi, nsdl, nse, nse_calendar

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.batch import NavBatch
    from loaders.keyed_batch import KeyedBatch
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
    feeds=(Feed(amfi.LATEST, "instant", amfi.fetch_latest), Feed(amfi.HISTORY, "dates", _fetch_history, LAST_NAVS)),
    detect=amfi.detect_feed,
    read=_read_nav,
    way_of=_nav_way,
)


def _read_calendar(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    from pipelines import calendar, keyed_reverts  # noqa: PLC0415

    if payload.origin == "revert":
        return keyed_reverts.read(payload, calendar.TABLES)
    nse_calendar.check_body(payload)
    return calendar.normalise(nse_calendar.parse(payload), payload, accepted)


def _calendar_way(dataset: DataSet) -> Way:
    from pipelines import calendar  # noqa: PLC0415
    from pipelines.keyed_way import KeyedWay  # noqa: PLC0415

    return KeyedWay(dataset, calendar.TABLES)


CALENDAR = DataSet(
    name="calendar",
    feeds=(
        Feed(nse_calendar.HOLIDAYS_TRADING, "instant", nse_calendar.fetch_trading),
        Feed(nse_calendar.HOLIDAYS_CLEARING, "instant", nse_calendar.fetch_clearing),
        Feed(nse_calendar.HOLIDAY_DATES, "file", nse_calendar.fetch_nothing),
        Feed(nse_calendar.TRADING_DAYS, "file", nse_calendar.fetch_nothing),
    ),
    detect=nse_calendar.detect_feed,
    read=_read_calendar,
    way_of=_calendar_way,
)


def _fetch_participant_oi(client: Client, slot: str) -> Payload:
    return nse.fetch_participant_oi(client, window(slot)[0], slot)


def _read_flows(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    if payload.origin == "revert":
        from pipelines import keyed_reverts  # noqa: PLC0415

        return keyed_reverts.read(payload, flows.TABLES)
    return flows.read(payload, accepted)


def _flows_way(dataset: DataSet) -> Way:
    from pipelines.keyed_way import KeyedWay  # noqa: PLC0415

    return KeyedWay(dataset, flows.TABLES)


ONE_DAY = timedelta(days=1)

FLOWS = DataSet(
    name="flows",
    feeds=(
        Feed(nse.FII_DII, "dates", nse.fetch_fii_dii, longest=ONE_DAY, serves="newest"),
        Feed(nse.PARTICIPANT_OI, "dates", _fetch_participant_oi, longest=ONE_DAY),
        Feed(nsdl.FPI_LATEST, "dates", nsdl.fetch_fpi_latest, longest=ONE_DAY, serves="newest"),
    ),
    detect=flows.detect_feed,
    read=_read_flows,
    way_of=_flows_way,
)

DATA_SETS = {dataset.name: dataset for dataset in (NAV, CALENDAR, FLOWS)}


def data_set(name: str) -> DataSet:
    """Return a data set by its name; raises `RequestWrong` that names those there are."""
    if name not in DATA_SETS:
        raise RequestWrong(f"there is no data set {name!r}", advice=f"there is: {', '.join(sorted(DATA_SETS))}")
    return DATA_SETS[name]
