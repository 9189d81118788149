"""Where a report site's JSON refuses, a real Chromium reads its page: the same rows, and nothing left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pyarrow as pa
import pytest

from munim.core.clock import IST
from munim.core.errors import ContentRefused, SourceBlocked
from munim.replica.answers import HTML, Answer, Route, error_answer
from munim.replica.faults import Fault
from munim.replica.pages import NSE_BLOCKED
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines import ipo
from pipelines.ingest import ingest, plan
from pipelines.ipo_set import IPO
from pipelines.run import Outcome, run
from pipelines.tools import Options, Tools
from scrapers import gmp
from scrapers.browser import DEBIANS_CHROMIUM, DEBIANS_DRIVER, Browser
from scrapers.client import Client, Machine
from scrapers.manners import Manners
from tests.conftest import SetClock
from tests.integration.test_browser import left_behind

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload

Connection = psycopg.Connection[tuple[object, ...]]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (DEBIANS_DRIVER.exists() and DEBIANS_CHROMIUM.exists()), reason="there is no Chromium here"),
]

AT = datetime(2026, 3, 18, 12, 0, tzinfo=IST)
SLOT = AT.isoformat()
FEEDS = [gmp.CHITTORGARH, gmp.INVESTORGAIN]
FETCH = {gmp.CHITTORGARH: gmp.fetch_chittorgarh, gmp.INVESTORGAIN: gmp.fetch_investorgain}
PAGES = {
    gmp.CHITTORGARH: "https://www.chittorgarh.com/report/ipo-in-india-list-main-board-sme/82/",
    gmp.INVESTORGAIN: "https://www.investorgain.com/report/live-ipo-gmp/331/",
}
ALL_JSON = ("/webnodejs.chittorgarh.com/cloud/report/data-read/82/**",
            "/webnodejs.investorgain.com/cloud/report/data-read/331/**")  # fmt: skip
ISSUES = """
SELECT company, platform, symbol, bse_scrip_code, isin, price_band_low, price_band_high, final_price, issue_size_inr,
       open_date, close_date, listing_date, is_on_nse, is_on_bse, status, first_seen_at
FROM market.ipo ORDER BY ipo_id
"""
NOT_SHOWN = {"symbol", "isin", "bse_scrip_code"}


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(schemes=20)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where browsers have their folders: a process or a folder that bears its path was left behind."""
    with tempfile.TemporaryDirectory(prefix="m-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def refused(_: object) -> Answer:
    return error_answer(HTTPStatus.FORBIDDEN)


def challenged(_: object) -> Answer:
    return Answer(HTTPStatus.OK, NSE_BLOCKED, HTML)


@contextmanager
def site(universe: Universe, fault: Fault | None = None, json: Route | None = None) -> Iterator[ReplicaServer]:
    """Serve the sites; `json` answers in place of both reports' JSON."""
    routes = dict.fromkeys(ALL_JSON, json) if json is not None else None
    with ReplicaServer(universe, AT, fault=fault, routes=routes) as server:
        yield server


def browser_of(server: ReplicaServer) -> Browser:
    return Browser(DEBIANS_DRIVER, DEBIANS_CHROMIUM, lambda: AT, replica=server.url, wait_s=5)


def client_of(server: ReplicaServer, browser: Browser | None) -> Client:
    manners = Manners(interval_s=0, site_intervals_s={}, attempts=3)
    machine = Machine(browser=browser)
    return Client(user_agent="munim-test", clock=lambda: AT, replica=server.url, manners=manners, machine=machine)


def fetched(server: ReplicaServer, feed: str, browser: Browser | None) -> Payload:
    with client_of(server, browser) as client:
        return FETCH[feed](client, SLOT)


def facts(batch: KeyedBatch, table: str, without: Collection[str] = ()) -> dict[str, dict[str, object]]:
    """Return a table's rows by the site's id; where they stand in the payload, and what is `without`, left out."""
    frame = next(rows.frame for rows in batch.rows if rows.table == table)
    rows = pa.Table.from_pandas(frame.drop(columns=["line_no", *without], errors="ignore")).to_pylist()
    return {row["source_id"]: row for row in rows}


@pytest.mark.parametrize("feed", FEEDS)
def test_the_page_gives_the_rows_that_the_json_gives(universe: Universe, place: Path, feed: str) -> None:
    with site(universe) as server:
        by_json = fetched(server, feed, browser_of(server))
        server.fault = Fault("report-forbidden")
        by_page = fetched(server, feed, browser_of(server))
        asked = [
            (entry.path.partition("/report/")[0], entry.status) for entry in server.log if "/report/" in entry.path
        ]

    assert (by_json.origin, by_page.origin, by_page.url) == ("fetch", "browser", PAGES[feed])
    assert by_page.body.startswith(b"<html")
    # One question to each, and none again.
    api, page = asked[0][0], f"/{PAGES[feed].split('/')[2]}"
    assert asked == [(api, 200), (api, 403), (page, 200)]
    from_json, from_page = ipo.read(by_json), ipo.read(by_page)
    assert from_page.layout == f"{feed.replace('.', '-')}-page" != from_json.layout
    assert (from_page.rows_read, len(from_page.rejects)) == (from_json.rows_read, 0)
    without = NOT_SHOWN if feed == gmp.CHITTORGARH else set()
    assert facts(from_page, "ipo_fact", without) == facts(from_json, "ipo_fact", without)
    assert len(facts(from_page, "ipo_fact")) == from_page.rows_read
    assert facts(from_page, "ipo_gmp") == facts(from_json, "ipo_gmp")
    assert [note.kind for note in from_page.notes if note.kind == "read_from_page"] == ["read_from_page"]
    assert left_behind(place) == []


@pytest.mark.parametrize("feed", FEEDS)
def test_a_challenge_in_place_of_the_json_leads_to_the_page_too(universe: Universe, feed: str) -> None:
    with site(universe, json=challenged) as server:
        payload = fetched(server, feed, browser_of(server))
        with pytest.raises(SourceBlocked, match=r"turns us away.*munim ingest ipo FILE.*MUNIM_CHROMEDRIVER"):
            fetched(server, feed, None)

    assert payload.origin == "browser"
    assert ipo.read(payload).rows_read > 10


@pytest.mark.parametrize("feed", FEEDS)
def test_a_page_that_is_refused_too_says_both_refusals_and_what_to_do(
    universe: Universe, place: Path, feed: str
) -> None:
    with site(universe, Fault("forbidden")) as server, pytest.raises(SourceBlocked) as failure:
        fetched(server, feed, browser_of(server))

    words = str(failure.value)
    assert "answered 403 Forbidden" in words
    assert f"{PAGES[feed]} answered 403" in words
    assert f"open {PAGES[feed]} in a browser" in words
    assert "munim ingest ipo FILE" in words
    assert left_behind(place) == []


def test_a_page_that_hangs_is_given_up_at_once_and_nothing_is_left(universe: Universe, place: Path) -> None:
    with site(universe, Fault("hanging", path="/report/live-ipo-gmp"), refused) as server:
        browser = browser_of(server)
        with pytest.raises(SourceBlocked, match=r"answered 403.*did not load in 0\.5 s"):
            fetched(server, gmp.INVESTORGAIN, replace(browser, page_load_s=0.5))
        with pytest.raises(SourceBlocked, match=r"answered 403.*the browser was stopped after 12 s"):
            fetched(server, gmp.INVESTORGAIN, replace(browser, deadline_s=12))

        assert left_behind(place) == []
        # Twelve seconds, so that a slow machine's browser too has asked before it is stopped.
        assert {entry.status for entry in server.log if "live-ipo-gmp" in entry.path} == {None}


def test_a_page_that_draws_no_table_is_no_report(universe: Universe, place: Path) -> None:
    with site(universe, Fault("report-undrawn")) as server:
        browser = replace(browser_of(server), wait_s=1)
        with pytest.raises(SourceBlocked, match=r"answered 403.*drew no report in the browser in time"):
            fetched(server, gmp.CHITTORGARH, browser)

    assert left_behind(place) == []


def test_a_browser_that_can_not_be_started_is_told_beside_the_refusal(universe: Universe, tmp_path: Path) -> None:
    with site(universe, Fault("forbidden")) as server:
        browser = replace(browser_of(server), driver=tmp_path / "none")
        with pytest.raises(SourceBlocked, match=r"answered 403.*there is no file .*none"):
            fetched(server, gmp.CHITTORGARH, browser)


@contextmanager
def asking(tools: Tools, universe: Universe, fault: Fault | None = None, json: Route | None = None) -> Iterator[Tools]:
    with site(universe, fault, json) as server:
        browser = replace(browser_of(server), wait_s=1.5)
        yield replace(tools, client=lambda: client_of(server, browser))


def loaded(tools: Tools, feed: str, options: Options | None = None) -> Outcome:
    return run(IPO, feed, SLOT, tools, options)


def test_a_run_keeps_the_page_says_so_and_takes_nothing_away_that_the_json_told(
    tools: Tools, clock: SetClock, universe: Universe, connection: Connection, tmp_path: Path
) -> None:
    clock.at = AT
    with asking(tools, universe) as by_json:
        loaded(by_json, gmp.CHITTORGARH)
    before = connection.execute(ISSUES).fetchall()
    named = connection.execute("SELECT count(*) FROM market.ipo WHERE isin IS NOT NULL").fetchone()
    with asking(tools, universe, Fault("report-forbidden")) as by_page:
        outcome = loaded(by_page, gmp.CHITTORGARH, Options(again=True))

    assert outcome.status == "success"
    assert connection.execute("SELECT origin, layout, url FROM etl.payload ORDER BY payload_id").fetchall() == [
        ("fetch", "chittorgarh-ipo_list", gmp.report_url(gmp.CHITTORGARH, AT.date())),
        ("browser", "chittorgarh-ipo_list-page", PAGES[gmp.CHITTORGARH]),
    ]
    assert named is not None
    assert named[0] not in {None, 0}
    assert len(before) > 20
    assert connection.execute(ISSUES).fetchall() == before
    manifest = next(one for one in tools.archive.manifests() if one.origin == "browser")
    # The same page, saved by a person, is told by its columns.
    saved = tmp_path / "chittorgarh_2026-03-18T063500Z.html"
    saved.write_bytes(tools.archive.get(manifest.sha256))
    clock.at = AT + timedelta(hours=1)
    (_, report), *_ = ingest(IPO, plan(IPO, [saved]), tools)
    assert (report.status, report.counts.new, report.counts.quarantined) == ("success", 0, 0)
    assert connection.execute(ISSUES).fetchall() == before
    assert connection.execute("SELECT feed, origin FROM etl.payload ORDER BY payload_id DESC LIMIT 1").fetchall() == [
        (gmp.CHITTORGARH, "file")
    ]


def test_a_page_whose_column_is_renamed_is_kept_and_refused_by_name(
    tools: Tools, clock: SetClock, universe: Universe, connection: Connection
) -> None:
    clock.at = AT
    for feed, column in ((gmp.CHITTORGARH, r"Issue Price \(Rs\.\)"), (gmp.INVESTORGAIN, "GMP")):
        with (
            asking(tools, universe, Fault("report-renamed")) as changed,
            pytest.raises(ContentRefused, match=f"without the column {column}"),
        ):
            loaded(changed, feed)

    assert [one.origin for one in tools.archive.manifests()] == ["browser", "browser"]
    assert connection.execute("SELECT count(*) FROM market.ipo_fact").fetchone() == (0,)


def test_a_page_without_a_row_takes_nothing_away_and_is_no_success(
    tools: Tools, clock: SetClock, universe: Universe, connection: Connection
) -> None:
    clock.at = AT
    with (
        asking(tools, universe, Fault("empty-list", path="/report/live-ipo-gmp"), refused) as empty,
        pytest.raises(Exception, match="a report without a row, and without a word that there is none"),
    ):
        loaded(empty, gmp.INVESTORGAIN)

    assert connection.execute("SELECT count(*) FROM market.ipo_fact").fetchone() == (0,)
