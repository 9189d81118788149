"""Recorded public issues in the database: loaded in order of time, again, in any order, made again, taken back."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from loaders.database import Database
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from munim.readers import ipo as readers
from pipelines import ipo_links
from pipelines.decisions import revert
from pipelines.ingest import ingest, plan
from pipelines.ipo_set import IPO
from pipelines.rebuild import rebuild
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.archive import Archive
from scrapers.client import Client
from tests.conftest import RECORDED, SetClock
from tests.integration.ipo_tables import content, empty, versions

Connection = psycopg.Connection[tuple[object, ...]]

MARCH_2024 = datetime(2024, 3, 28, 12, 0, tzinfo=UTC)
NOW = datetime(2026, 9, 30, 6, 0, tzinfo=UTC)
ORIENT_NSE, ORIENT_GMP = ("nse", "ORIENTCABL@2026"), ("ipowatch", "orient-cables")


def payloads() -> list[Payload]:
    return list(plan(IPO, sorted((RECORDED / "ipo").glob("*.json")), fetched_at=MARCH_2024))


def load(tools: Tools, *some: Payload) -> list[str]:
    return [report.status for _, report in ingest(IPO, some, tools)]


@dataclass(frozen=True)
class Loaded:
    """A database and an archive that hold every recorded file: each test has copies of them."""

    name: str
    archive: Path
    payloads: list[Payload]


@pytest.fixture(scope="module")
def template(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    if not RECORDED.is_dir():
        pytest.skip(f"the recorded files are not here ({RECORDED.name} beside the checkout)")
    folder, name, clock = tmp_path_factory.mktemp("ipo") / "archive", f"ipo_{os.getpid()}", SetClock(NOW)
    with psycopg.connect(server_url, autocommit=True) as opened:
        opened.execute(f"CREATE DATABASE {name} TEMPLATE munim_template")
    database = Database("replica", clock, url=server_url.replace("/postgres?", f"/{name}?"))
    tools = Tools(database, Archive.open(str(folder), "replica", clock), clock, _no_client, "a test")
    found = payloads()
    assert set(load(tools, *found)) == {"success"}
    return Loaded(name, folder, found)


@pytest.fixture
def database_url(server_url: str, template: Loaded) -> Iterator[str]:
    name = f"{template.name}_copy"
    with psycopg.connect(server_url, autocommit=True) as opened:
        opened.execute(f"CREATE DATABASE {name} TEMPLATE {template.name}")
        yield server_url.replace("/postgres?", f"/{name}?")
        opened.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def archive(template: Loaded, tmp_path: Path, clock: SetClock) -> Archive:
    clock.at = NOW + timedelta(hours=1)
    shutil.copytree(template.archive, tmp_path / "archive")
    return Archive.open(str(tmp_path / "archive"), "replica", clock)


@pytest.fixture
def loaded(template: Loaded) -> list[Payload]:
    return template.payloads


def _no_client() -> Client:
    message = "nothing is fetched"
    raise AssertionError(message)


def states(connection: Connection, key: str) -> list[tuple[object, ...]]:
    issue = readers.find_issue(connection, key)
    return [(one.status, one.known_from, one.url) for one in readers.life(connection, issue.ipo_id)]


def rows_of(connection: Connection, query: str, *values: object) -> list[tuple[object, ...]]:
    return connection.execute(query, values).fetchall()


def test_all_files_load_in_order_of_time_and_again_without_a_change(
    loaded: list[Payload], tools: Tools, connection: Connection
) -> None:
    before = versions(connection)

    assert len(loaded) == 14
    assert set(load(tools, *loaded)) == {"repeat"}
    assert versions(connection) == before
    assert rows_of(connection, "SELECT count(*) FROM etl.quarantine") == [(0,)]
    assert {name: len(rows) for name, rows in before.items() if rows} == {
        "ipo": 105, "ipo_revision": 57, "ipo_source": 125, "ipo_doubtful": 2, "ipo_fact": 150,
        "ipo_subscription": 92, "ipo_gmp": 76,
    }  # fmt: skip


def test_the_same_bytes_fetched_again_are_a_snapshot_of_their_own(
    loaded: list[Payload], tools: Tools, connection: Connection
) -> None:
    current = next(one for one in loaded if one.url.endswith("nse_ipo_current_issue_2026-09-28.json"))
    an_hour_later = current.fetched_at + timedelta(hours=1)
    again = Payload(current.feed, "x", current.url, an_hour_later, current.body, "file")
    load(tools, again)

    assert rows_of(
        connection,
        "SELECT as_of, shares_bid, times, as_of_from FROM market.ipo_subscription "
        "WHERE source_id = 'MONEYVIEW@2026' ORDER BY as_of",
    ) == [
        (current.fetched_at, 16951424805, Decimal("72.90177378330662"), "fetch"),
        (an_hour_later, 16951424805, Decimal("72.90177378330662"), "fetch"),
    ]


def test_numbers_are_those_of_the_files(loaded: list[Payload], connection: Connection) -> None:
    terms = (
        "SELECT price_band_low, price_band_high, issue_size_shares, open_date, close_date, status FROM agent.ipo "
        "WHERE symbol = %s"
    )
    bids = (
        "SELECT shares_offered, shares_bid, times, applications FROM agent.ipo_subscription "
        "WHERE symbol = %s AND book = %s AND sr_no = %s"
    )
    # Written `Rs.200 to Rs.210`, `4340100`.
    assert rows_of(connection, terms, "SRM") == [(200, 210, 4340100, date(2024, 3, 26), date(2024, 3, 28), "closed")]
    # Written `Rs.208 to Rs.219`, `39392343`; `RS.76 to RS.81`, `2904000`.
    assert rows_of(connection, terms, "PACEDIGITK")[0][:3] == (208, 219, 39392343)
    assert rows_of(connection, terms, "MPEL")[0][:3] == (76, 81, 2904000)
    # Written `1.6951424805E10`, `232524175`.
    assert rows_of(connection, bids, "MONEYVIEW", "nse", "TOTAL") == [
        (232524175, 16951424805, Decimal("72.90177378330662"), None)
    ]
    assert rows_of(connection, bids, "SOLARWORLD", "combined", "1") == [
        (4414414, 77826, Decimal("0.017629973083630127"), None)
    ]
    # The SME platform's combined book leaves the individuals out; NSE's own has them, and repeats names.
    assert rows_of(connection, bids, "BMISL", "combined", "TOTAL") == [(0, 788400, 0, None)]
    assert rows_of(connection, bids, "BMISL", "nse", "3") == [(None, 2716800, None, 1132)]
    assert (None, 3505200, None, 1245) in rows_of(connection, bids, "BMISL", "nse", "TOTAL")
    assert rows_of(
        connection,
        "SELECT count(*), count(DISTINCT category) FROM agent.ipo_subscription "
        "WHERE symbol = 'BMISL' AND book = 'nse' AND as_of_from = 'content'",
    ) == [(16, 12)]
    # Written `"    99"`; SONA is in the segment BE, and listed all the same.
    assert rows_of(
        connection, "SELECT issue_price, listing_date, from_source FROM agent.ipo_listing WHERE symbol = 'SONA'"
    ) == [(99, date(2026, 9, 24), "source")]
    assert rows_of(
        connection, "SELECT gmp_inr, price, estimated_gain_pct, unofficial FROM agent.ipo_gmp "
        "WHERE company ILIKE %s AND as_of < '2025-09-28'", "Atlanta%"
    ) == [(117, 754, Decimal("15.51"), True)]  # fmt: skip


def test_what_is_no_ipo_is_kept_and_out_of_the_views(loaded: list[Payload], connection: Connection) -> None:
    assert rows_of(
        connection, "SELECT company, security_kind FROM market.ipo WHERE security_kind <> 'ipo' ORDER BY 1"
    ) == [
        ("DUDANI RETAIL LIMITED", "fpo"),
        ("Edelweiss Financial Services Limited", "debt"),
        ("MANOJ JEWELLERS LTD", "rights"),
    ]
    assert rows_of(connection, "SELECT count(*) FROM agent.ipo") == [(102,)]
    assert rows_of(connection, "SELECT company FROM agent.ipo WHERE company ~* 'dudani|edelweiss|manoj'") == []
    assert {one.security_kind for one in readers.issues(connection, kind=None)} == {"ipo", "fpo", "debt", "rights"}


def test_two_sources_one_issue_and_a_changed_size_is_a_revision(
    loaded: list[Payload], tools: Tools, connection: Connection
) -> None:
    orient = readers.find_issue(connection, "orient cables india")
    assert [(one.source_id, one.joined_by) for one in readers.source_ids(connection, orient.ipo_id)] == [
        ("nse:ORIENTCABL@2026", "score"),
        ("bse:8001", "score"),
    ]
    assert (orient.is_on_nse, orient.is_on_bse, orient.price_band_high) == (True, True, Decimal(272))

    # The anchors' part of PACEDIGITK was taken out on the way: 39,392,343 on the 24th, 27,606,555 on the 29th.
    upcoming = next(one for one in loaded if one.url.endswith("nse_upcoming_ipos_2025-09-24.json"))
    body = upcoming.body.replace(b"39392343", b"27606555")
    later = Payload(upcoming.feed, "x", "file:later.json", datetime(2025, 9, 29, 6, tzinfo=UTC), body, "file")
    load(tools, later)
    pace = readers.find_issue(connection, "PACEDIGITK")
    sizes = [(one.issue_size_shares, one.known_from) for one in readers.life(connection, pace.ipo_id)]
    assert sizes[0] == (39392343, upcoming.fetched_at)
    assert (27606555, later.fetched_at) in sizes
    assert pace.issue_size_shares == 27606555
    before = readers.find_issue(connection, "PACEDIGITK", datetime(2025, 9, 28, tzinfo=UTC), source_time=True)
    assert before.issue_size_shares == 39392343


def test_a_status_follows_the_dates_and_what_was_known_then_is_asked_for(
    loaded: list[Payload], connection: Connection
) -> None:
    def on(day: int, *, source_time: bool = True) -> dict[str | None, str | None]:
        at = datetime(2026, 9, day, 23, 0, tzinfo=UTC)
        return {one.symbol: one.status for one in readers.issues(connection, at=at, source_time=source_time)}

    assert (on(28)["MONEYVIEW"], on(28)["ACEVECTOR"], on(28)["VNL"]) == ("closed", "open", "announced")
    assert (on(29)["ACEVECTOR"], on(29)["SRIT"], on(29)["VNL"]) == ("closed", "open", "announced")
    assert on(28, source_time=False) == {}, "nothing was here then"
    assert [one.symbol for one in readers.issues(connection, status="listed")] == [
        "AXIOMGAS", "SPECTRAA", "SONA", "KHERIAAUTO", "THEJO"
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_loading_gives_the_same_rows(
    loaded: list[Payload], tools: Tools, connection: Connection, seed: int
) -> None:
    in_order = content(connection)
    empty(connection)
    shuffled = random.Random(seed).sample(loaded, len(loaded))
    load(tools, *shuffled)

    assert content(connection) == in_order


@pytest.mark.parametrize("seed", range(2))
def test_any_order_gives_the_same_rows_with_what_people_decided_in_between(
    loaded: list[Payload], tools: Tools, connection: Connection, seed: int
) -> None:
    chosen = random.Random(100 + seed)
    runs = [int(str(row[0])) for row in rows_of(connection, "SELECT run_id FROM etl.run ORDER BY 1")]
    ipo_links.decide(IPO, "link", ORIENT_NSE, ORIENT_GMP, tools)
    for run_id in chosen.sample(runs, 3):
        with suppress(RequestWrong):
            revert(IPO, run_id, tools)
    ipo_links.decide(IPO, "unlink", ORIENT_NSE, ("bse", "8001"), tools)
    known = [tools.archive.payload(manifest) for manifest in tools.archive.manifests()]
    before = content(connection)
    empty(connection)
    load(tools, *chosen.sample(known, len(known)))

    assert len(known) > len(loaded) + 2
    assert content(connection) == before


def test_a_rebuild_gives_the_same_rows_and_obeys_what_people_decided(
    loaded: list[Payload], tools: Tools, connection: Connection
) -> None:
    ipo_links.decide(IPO, "unlink", ("bse", "8001"), ORIENT_NSE, tools)
    ipo_links.decide(IPO, "link", ORIENT_NSE, ORIENT_GMP, tools)
    before = content(connection)
    recorded_at = rows_of(connection, "SELECT ipo_id, recorded_at FROM market.ipo ORDER BY 1")
    report = rebuild(IPO, tools)

    assert report.payloads == 16
    assert content(connection) == before
    assert rows_of(connection, "SELECT ipo_id, recorded_at FROM market.ipo ORDER BY 1") == recorded_at


def test_a_link_joins_two_and_an_unlink_parts_them_and_the_last_word_holds(
    loaded: list[Payload], tools: Tools, connection: Connection
) -> None:
    def joined() -> tuple[list[str], int]:
        found = readers.find_issue(connection, "nse:ORIENTCABL@2026")
        return [one.source_id for one in readers.source_ids(connection, found.ipo_id)], found.ipo_id

    assert [one.one for one in readers.doubtful(connection)] == ["bse:8001", "ipowatch:orient-cables"]
    alone, number = joined()
    assert "ipowatch:orient-cables" not in alone

    ipo_links.decide(IPO, "link", ORIENT_GMP, ORIENT_NSE, tools)
    together, earlier = joined()
    assert together == ["ipowatch:orient-cables", "nse:ORIENTCABL@2026", "bse:8001"]
    assert earlier == readers.find_issue(connection, "ipowatch:orient-cables").ipo_id
    assert readers.doubtful(connection) == []
    # The number that it had alone still finds it.
    assert readers.find_issue(connection, str(number)).ipo_id == earlier

    ipo_links.decide(IPO, "unlink", ORIENT_NSE, ORIENT_GMP, tools)
    assert joined() == (alone, number)
    assert rows_of(connection, "SELECT verdict, decided_by FROM market.ipo_link") == [("unlink", "a test")]
    # A decision is a run like any other, and is taken back like any other.
    run_id = ipo_links.decide(IPO, "link", ORIENT_NSE, ORIENT_GMP, tools).run_id
    assert len(joined()[0]) == 3
    revert(IPO, run_id, tools)
    assert joined() == (alone, number)
    with pytest.raises(RequestWrong, match="is one id"):
        ipo_links.decide(IPO, "link", ORIENT_NSE, ORIENT_NSE, tools)


def test_a_reverted_run_leaves_all_as_it_was(loaded: list[Payload], tools: Tools, connection: Connection) -> None:
    empty(connection)
    load(tools, *(one for one in loaded if one.feed.startswith("nse.ipo_") and "2025" in one.url))
    known = {"SRM", "SOLARWORLD", "PACEDIGITK"} & {one.symbol for one in readers.issues(connection)}
    before = {row[0]: row for row in rows_of(connection, "SELECT symbol, company, status, close_date FROM market.ipo")}
    wrong = next(one for one in loaded if one.url.endswith("nse_all_upcoming_issues_ipo_2026-09-28.json"))
    started = context(tools, IPO.name, Options())
    run_id = load_payload(IPO, wrong, tools, started).run_id
    assert readers.find_issue(connection, "VNL").status == "announced"
    revert(IPO, run_id, tools)

    assert known == {"SOLARWORLD", "PACEDIGITK"}
    after = rows_of(connection, "SELECT symbol, company, status, close_date FROM market.ipo WHERE status IS NOT NULL")
    assert {row[0]: row[3] for row in after} == {symbol: row[3] for symbol, row in before.items()}
    # What was said of it is taken back, and that it was said is kept.
    taken = rows_of(connection, "SELECT status, company FROM market.ipo_revision WHERE symbol = 'VNL'")
    assert taken == [("announced", "Vishal Nirmiti Limited")]
    everything = content(connection)
    load(tools, *loaded)
    grown = content(connection)
    rebuild(IPO, tools)
    assert content(connection) == grown != everything
