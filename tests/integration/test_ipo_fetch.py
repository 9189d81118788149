"""Public issues fetched from the replica: each feed, what follows from a list, refusals, and what is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from munim.core.clock import IST
from munim.core.errors import ContentRefused, RequestWrong, SourceBlocked, SourceUnavailable
from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines.ipo_set import IPO
from pipelines.run import Outcome, run
from pipelines.tools import Options, Tools
from scrapers import bse_ipo, gmp, nse_ipo
from scrapers.client import Client, Machine
from scrapers.manners import Manners
from tests.conftest import SetClock

if TYPE_CHECKING:
    from pipelines.dataset import DataSet

Connection = psycopg.Connection[tuple[object, ...]]

AT = datetime(2026, 3, 18, 12, 0, tzinfo=IST)
SLOT = AT.isoformat()


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(schemes=20)


@contextmanager
def sites(tools: Tools, universe: Universe, fault: Fault | None = None) -> Iterator[tuple[Tools, ReplicaServer]]:
    """Tools whose client asks the replica as it is at noon of a day on which issues are open."""
    with ReplicaServer(universe, AT, fault=fault) as server:
        machine = Machine(transport=httpx.HTTPTransport(verify=False), sleep=lambda _seconds: None)

        def client() -> Client:
            manners = Manners(interval_s=0, attempts=1)
            return Client(user_agent="test", clock=tools.clock, replica=server.url, manners=manners, machine=machine)

        yield replace(tools, client=client), server


@pytest.fixture
def asking(tools: Tools, clock: SetClock, universe: Universe) -> Iterator[tuple[Tools, ReplicaServer]]:
    clock.at = AT
    with sites(tools, universe) as found:
        yield found


def fetched(tools: Tools, feed: str, options: Options | None = None, dataset: DataSet = IPO) -> Outcome:
    return run(dataset, feed, SLOT, tools, options)


@pytest.mark.parametrize(
    "feed",
    [nse_ipo.UPCOMING, nse_ipo.PAST, bse_ipo.PUBLIC_ISSUES, gmp.CHITTORGARH, gmp.INVESTORGAIN],
)
def test_each_list_is_fetched_and_loaded(asking: tuple[Tools, ReplicaServer], feed: str) -> None:
    tools, _ = asking
    outcome = fetched(tools, feed)

    assert (outcome.status, outcome.following) == ("success", ())
    assert outcome.report is not None
    assert outcome.report.counts.new > 0
    assert outcome.report.counts.quarantined == 0


def test_the_list_of_open_issues_leads_to_the_details_of_each_in_one_session(
    asking: tuple[Tools, ReplicaServer], connection: Connection
) -> None:
    tools, server = asking
    outcome = fetched(tools, nse_ipo.CURRENT)
    rows = connection.execute(
        "SELECT symbol, CASE platform WHEN 'sme' THEN 'SME' ELSE 'EQ' END FROM market.ipo_fact "
        "WHERE feed = 'nse.ipo_current' ORDER BY symbol"
    ).fetchall()

    assert len(rows) > 2
    assert [one.slot for one in outcome.following] == [f"{SLOT} {symbol} {series}" for symbol, series in rows]
    assert {(one.feed, one.status) for one in outcome.following} == {(nse_ipo.DETAIL, "success")}
    # Bytes, ledger entry and closed slot are each one's own.
    assert connection.execute("SELECT count(*), count(DISTINCT slot) FROM etl.payload").fetchone() == (
        1 + len(rows), 1 + len(rows)
    )  # fmt: skip
    assert connection.execute("SELECT count(*) FROM etl.run WHERE closes_slot").fetchone() == (1 + len(rows),)
    assert len(tools.archive.manifests()) == 1 + len(rows)
    # One visit for the cookies, and then the API alone.
    assert [entry.path.count("/api/") for entry in server.log] == [0, *[1] * (1 + len(rows))]


def test_what_was_cut_off_between_the_list_and_the_details_is_caught_up(
    asking: tuple[Tools, ReplicaServer], connection: Connection
) -> None:
    tools, _ = asking

    def stop(name: str) -> None:
        if name == "fetch" and connection.execute("SELECT FROM etl.payload").fetchone() is not None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetched(replace(tools, step=stop), nse_ipo.CURRENT)
    again = fetched(tools, nse_ipo.CURRENT)

    assert again.status == "skipped"
    assert {one.status for one in again.following} == {"success"}
    third = fetched(tools, nse_ipo.CURRENT)
    assert {one.status for one in third.following} == {"skipped"}


def test_a_dry_run_asks_for_no_details_and_leaves_nothing(
    asking: tuple[Tools, ReplicaServer], connection: Connection
) -> None:
    tools, _ = asking
    outcome = fetched(tools, nse_ipo.CURRENT, Options(dry_run=True))

    assert (outcome.status, outcome.following) == ("dry_run", ())
    assert connection.execute("SELECT count(*) FROM etl.payload").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM market.ipo").fetchone() == (0,)


def test_details_that_fail_stop_no_other_and_end_the_run_as_failed(
    asking: tuple[Tools, ReplicaServer], connection: Connection
) -> None:
    tools, server = asking
    detail = IPO.feed(nse_ipo.DETAIL)
    broken: list[str] = []

    def fetch(client: Client, slot: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        payload = detail.fetch(client, slot)
        if not broken:
            broken.append(slot)
            return replace(payload, body=b"[]")
        return payload

    feeds = tuple(replace(one, fetch=fetch) if one.name == nse_ipo.DETAIL else one for one in IPO.feeds)
    with pytest.raises(ContentRefused, match=r"nse\.ipo_detail"):
        fetched(tools, nse_ipo.CURRENT, dataset=replace(IPO, feeds=feeds))

    ends = connection.execute("SELECT feed, status, slot = %s FROM etl.run ORDER BY run_id", (broken[0],)).fetchall()
    assert ends[:2] == [(nse_ipo.CURRENT, "success", False), (nse_ipo.DETAIL, "refused", True)]
    assert {one[:2] for one in ends[2:]} == {(nse_ipo.DETAIL, "success")}
    assert server.log


@pytest.mark.parametrize("feed", [bse_ipo.PUBLIC_ISSUES, gmp.CHITTORGARH, gmp.INVESTORGAIN])
def test_a_site_that_refuses_us_says_how_to_get_the_file_by_hand(
    tools: Tools, clock: SetClock, universe: Universe, feed: str
) -> None:
    clock.at = AT
    with sites(tools, universe, Fault("forbidden")) as (asking, _), pytest.raises(SourceBlocked) as failure:
        fetched(asking, feed)

    assert "in a browser" in str(failure.value)
    assert "munim ingest ipo FILE" in str(failure.value)


def test_an_object_without_cookies_and_a_call_that_is_not_taken_are_no_lists(
    tools: Tools, clock: SetClock, universe: Universe, connection: Connection
) -> None:
    clock.at = AT
    with sites(tools, universe, Fault("empty-object")) as (asking, _), pytest.raises(SourceUnavailable):
        fetched(asking, nse_ipo.UPCOMING)
    with sites(tools, universe, Fault("report-refused")) as (asking, _), pytest.raises(ContentRefused, match="Invalid"):
        fetched(asking, gmp.CHITTORGARH)

    assert connection.execute("SELECT count(*) FROM market.ipo_fact").fetchone() == (0,)


def test_an_empty_list_takes_nothing_away(tools: Tools, clock: SetClock, universe: Universe,
                                          connection: Connection) -> None:  # fmt: skip
    clock.at = AT
    with sites(tools, universe) as (asking, _):
        fetched(asking, nse_ipo.UPCOMING)
    before = connection.execute("SELECT ipo_id, status FROM market.ipo ORDER BY 1").fetchall()
    with sites(tools, universe, Fault("empty-list")) as (asking, _):
        fetched(asking, nse_ipo.UPCOMING, Options(again=True))

    assert connection.execute("SELECT ipo_id, status FROM market.ipo ORDER BY 1").fetchall() == before
    assert len(before) > 2


def test_half_a_list_is_refused_and_nothing_is_said_to_have_vanished(
    tools: Tools, clock: SetClock, universe: Universe, connection: Connection
) -> None:
    clock.at = AT
    with sites(tools, universe) as (asking, _):
        fetched(asking, nse_ipo.UPCOMING)
    before = connection.execute("SELECT symbol, status FROM market.ipo ORDER BY 1").fetchall()
    assert len(before) > 1
    with sites(tools, universe, Fault("half-list")) as (asking, _):
        with pytest.raises(ContentRefused, match=r"issues_still_listed.*are missing"):
            fetched(asking, nse_ipo.UPCOMING, Options(again=True))
        assert connection.execute("SELECT symbol, status FROM market.ipo ORDER BY 1").fetchall() == before
        fetched(asking, nse_ipo.UPCOMING, Options(force=True))

    assert ("vanished",) in connection.execute("SELECT DISTINCT status FROM market.ipo").fetchall()


def test_a_slot_that_names_no_issue_is_no_detail_of_one() -> None:
    assert nse_ipo.detail_of(nse_ipo.detail_slot(SLOT, "M&M", "EQ")) == (SLOT, "M&M", "EQ")
    assert nse_ipo.detail_of(f"{SLOT} BMISL SME") == (SLOT, "BMISL", "SME")
    for slot in (SLOT, f"{SLOT} BMISL", f"{SLOT} BMISL IV"):
        with pytest.raises(RequestWrong, match="names no issue"):
            nse_ipo.detail_of(slot)
