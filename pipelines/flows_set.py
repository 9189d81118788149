"""The data set `flows`: its feeds, and how their payloads are read. Light, for the catalogue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

from munim.core.errors import RequestWrong
from pipelines import flows
from pipelines.dataset import DataSet, Feed, Past, window
from scrapers import nsdl, nse

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from pipelines.way import Way
    from scrapers.client import Client

ONE_DAY = timedelta(days=1)
ONE_MONTH = timedelta(days=31)


def _fetch_participant_oi(client: Client, slot: str) -> Payload:
    return nse.fetch_participant_oi(client, window(slot)[0], slot)


def _fetch_fpi_archive(client: Client, slot: str) -> Payload:
    # One answer has the month up to the day that was asked for.
    return nsdl.fetch_fpi_archive(client, window(slot)[1], slot)


def _fetch_nothing(_client: Client, slot: str) -> NoReturn:
    raise RequestWrong("a history that somebody has is served by no site", slot=slot, advice="use `munim import flows`")


def _read(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    if payload.origin == "revert":
        from pipelines import keyed_reverts  # noqa: PLC0415 - pandas costs a second

        return keyed_reverts.read(payload, flows.TABLES)
    return flows.read(payload, accepted)


def _way(dataset: DataSet) -> Way:
    from pipelines.keyed_way import KeyedWay  # noqa: PLC0415

    return KeyedWay(dataset, flows.TABLES)


FLOWS = DataSet(
    name="flows",
    feeds=(
        Feed(nse.FII_DII, "dates", nse.fetch_fii_dii, longest=ONE_DAY, serves="newest"),
        Feed(
            nse.PARTICIPANT_OI,
            "dates",
            _fetch_participant_oi,
            longest=ONE_DAY,
            past=Past("day", "nse_sessions", nse.ARCHIVE_SITE),
        ),
        Feed(nsdl.FPI_LATEST, "dates", nsdl.fetch_fpi_latest, longest=ONE_DAY, serves="newest"),
        Feed(
            nsdl.FPI_ARCHIVE,
            "dates",
            _fetch_fpi_archive,
            longest=ONE_MONTH,
            # A browser asks for the form with all that it draws, then posts it.
            past=Past("month", "nse_settlement", nsdl.SITE, fills=nsdl.FPI_LATEST, requests=2, needs_browser=True),
        ),
        Feed(flows.IMPORT, "file", _fetch_nothing),
    ),
    detect=flows.detect_feed,
    read=_read,
    way_of=_way,
)
