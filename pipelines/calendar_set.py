"""The data set `calendar`: its feeds, and how their payloads are read. Light, for the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.dataset import DataSet, Feed
from scrapers import nse_calendar

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from pipelines.way import Way


def _read(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    from pipelines import calendar, keyed_reverts  # noqa: PLC0415 - pandas costs a second, and known bytes need none

    if payload.origin == "revert":
        return keyed_reverts.read(payload, calendar.TABLES)
    nse_calendar.check_body(payload)
    return calendar.normalise(nse_calendar.parse(payload), payload, accepted)


def _way(dataset: DataSet) -> Way:
    from pipelines.calendar import TABLES  # noqa: PLC0415
    from pipelines.calendar_judge import judge  # noqa: PLC0415
    from pipelines.keyed_way import KeyedWay  # noqa: PLC0415

    return KeyedWay(dataset, TABLES, judge)


CALENDAR = DataSet(
    name="calendar",
    feeds=(
        Feed(nse_calendar.HOLIDAYS_TRADING, "instant", nse_calendar.fetch_trading),
        Feed(nse_calendar.HOLIDAYS_CLEARING, "instant", nse_calendar.fetch_clearing),
        Feed(nse_calendar.HOLIDAY_DATES, "file", nse_calendar.fetch_nothing),
        Feed(nse_calendar.TRADING_DAYS, "file", nse_calendar.fetch_nothing),
    ),
    detect=nse_calendar.detect_feed,
    read=_read,
    way_of=_way,
)
