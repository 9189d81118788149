"""The data sets of equity: `equity`, `instruments`, `index_members`, `corporate_actions`. Light, for the catalogue."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused
from pipelines.dataset import DataSet, Feed, Past, window
from scrapers import bse_equity, nse_equity, nse_lists
from scrapers.bhavcopy import BSE_LEGACY, BSE_UDIFF, NSE_FULL, NSE_LEGACY, NSE_UDIFF

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from pipelines.way import Way
    from scrapers.client import Client

ONE_DAY = timedelta(days=1)
ONE_YEAR = timedelta(days=366)

ACTIONS_BEFORE, ACTIONS_AHEAD = timedelta(days=14), timedelta(days=60)
"""Actions are told days to weeks ahead of their ex-date; a correction may come after it."""


def _dated(name: str, fetch: Callable[[Client, date, str], Payload], past: Past) -> Feed:
    return Feed(
        name, "dates", lambda client, slot: fetch(client, window(slot)[0], slot), longest=ONE_DAY, past=past
    )  # fmt: skip


def _list(name: str) -> Feed:
    return Feed(name, "instant", lambda client, slot: nse_equity.fetch_list(client, name, slot))


def _fetch_actions(client: Client, slot: str) -> Payload:
    """Fetch a window as it is; a day alone stands for the list as it is read on that day."""
    first, last = window(slot)
    if first == last:
        first, last = first - ACTIONS_BEFORE, last + ACTIONS_AHEAD
    return nse_equity.fetch_corporate_actions(client, first, last, slot)


def _detect(feeds: Collection[str], body: bytes) -> str:
    found = nse_equity.detect_feed(body)
    if found not in feeds:
        raise ContentRefused(f"a file of {found}, which is of another data set")
    return found


def _read_equity(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    from pipelines import equity, equity_tables, keyed_reverts  # noqa: PLC0415 - pandas costs a second

    if payload.origin == "revert":
        return keyed_reverts.read(payload, (equity_tables.EQUITY_EOD,))
    if payload.feed in bse_equity.FEEDS:
        bse_equity.check_body(payload)
        return equity.normalise(bse_equity.parse(payload), payload, accepted)
    nse_equity.check_body(payload)
    return equity.normalise(nse_equity.parse(payload), payload, accepted)


def _read_lists(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    from pipelines import equity_tables, keyed_reverts, listings  # noqa: PLC0415 - pandas costs a second

    if payload.origin == "revert":
        return keyed_reverts.read(payload, (*equity_tables.INSTRUMENT_TABLES, equity_tables.INDEX_MEMBER))
    nse_equity.check_body(payload)
    return listings.normalise(nse_equity.parse(payload), payload, accepted)


def _read_actions(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    from pipelines import corporate_actions, equity_tables, keyed_reverts  # noqa: PLC0415 - pandas costs a second

    if payload.origin == "revert":
        return keyed_reverts.read(payload, (equity_tables.CORPORATE_ACTION,))
    nse_equity.check_body(payload)
    return corporate_actions.normalise(nse_equity.parse(payload), payload, accepted)


def _way(dataset: DataSet) -> Way:
    from pipelines import equity_tables  # noqa: PLC0415
    from pipelines.keyed_way import KeyedWay  # noqa: PLC0415

    return KeyedWay(dataset, equity_tables.TABLES[dataset.name])


def _equity_way(dataset: DataSet) -> Way:
    from pipelines import equity_after, equity_judge, equity_tables  # noqa: PLC0415
    from pipelines.keyed_way import KeyedWay  # noqa: PLC0415

    return KeyedWay(
        dataset,
        equity_tables.TABLES[dataset.name],
        equity_judge.judge,
        equity_after.after_bhavcopy,
        equity_tables.DERIVED[dataset.name],
        equity_after.rederive,
    )


def _actions_way(dataset: DataSet) -> Way:
    from pipelines import equity_after, equity_tables  # noqa: PLC0415
    from pipelines.keyed_way import KeyedWay, no_judgement  # noqa: PLC0415

    return KeyedWay(dataset, equity_tables.TABLES[dataset.name], no_judgement, equity_after.after_actions)


def _instruments_way(dataset: DataSet) -> Way:
    from pipelines import equity_after, equity_tables  # noqa: PLC0415
    from pipelines.keyed_way import KeyedWay, no_judgement  # noqa: PLC0415

    return KeyedWay(
        dataset,
        equity_tables.TABLES[dataset.name],
        no_judgement,
        equity_after.after_lists,
        equity_tables.DERIVED[dataset.name],
        equity_after.rederive,
    )


LAST_LEGACY, FIRST_UDIFF = date(2024, 7, 5), date(2024, 7, 8)
"""Both exchanges served both layouts for half a year before: a history asks for one of a day."""


def _past(site: str, first: date | None = None, last: date | None = None, fills: str | None = None) -> Past:
    """Nine sessions of 2019 to 2026 were on weekends, and Muhurat's are on a listed holiday: only their files tell."""
    return Past("day", "nse_sessions", site, first, last, fills, tries_closed=True)


_NSE, _BSE = nse_equity.ARCHIVES_SITE, bse_equity.SITE
_EQUITY_FEEDS = (
    _dated(NSE_UDIFF, nse_equity.fetch_udiff, _past(_NSE, FIRST_UDIFF)),
    _dated(NSE_LEGACY, nse_equity.fetch_legacy, _past(_NSE, date(1994, 11, 3), LAST_LEGACY, NSE_UDIFF)),
    _dated(NSE_FULL, nse_equity.fetch_full, _past(_NSE)),
    _dated(BSE_UDIFF, bse_equity.fetch_udiff, _past(_BSE, FIRST_UDIFF)),
    _dated(BSE_LEGACY, bse_equity.fetch_legacy, _past(_BSE, None, LAST_LEGACY, BSE_UDIFF)),
)
_INSTRUMENT_FEEDS = (*nse_lists.LISTINGS, nse_lists.SYMBOL_CHANGES, nse_lists.NAME_CHANGES)

EQUITY = DataSet(
    name="equity",
    feeds=_EQUITY_FEEDS,
    detect=partial(_detect, {feed.name for feed in _EQUITY_FEEDS}),
    read=_read_equity,
    way_of=_equity_way,
)
INSTRUMENTS = DataSet(
    name="instruments",
    feeds=tuple(_list(name) for name in _INSTRUMENT_FEEDS),
    detect=partial(_detect, set(_INSTRUMENT_FEEDS)),
    read=_read_lists,
    way_of=_instruments_way,
)
INDEX_MEMBERS = DataSet(
    name="index_members",
    feeds=tuple(_list(name) for name in nse_lists.INDEX_FILES),
    detect=partial(_detect, set(nse_lists.INDEX_FILES)),
    read=_read_lists,
    way_of=_way,
)
CORPORATE_ACTIONS = DataSet(
    name="corporate_actions",
    feeds=(
        Feed(
            nse_equity.CORPORATE_ACTIONS,
            "dates",
            _fetch_actions,
            longest=ONE_YEAR,
            past=Past("window", "daily", nse_equity.ACTIONS_SITE),
        ),
    ),
    detect=partial(_detect, {nse_equity.CORPORATE_ACTIONS}),
    read=_read_actions,
    way_of=_actions_way,
)

DATA_SETS = (EQUITY, INSTRUMENTS, INDEX_MEMBERS, CORPORATE_ACTIONS)
