"""The feeds of flows against the replica over HTTP: the handshake, and each way in which a site goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import stamina

from munim.core.clock import IST
from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from munim.core.payload import Payload
from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines import flows
from scrapers import flow_sources, nsdl, nse
from scrapers.client import Client
from scrapers.manners import Manners

TUESDAY, SATURDAY = date(2026, 5, 26), date(2026, 5, 23)
EVENING = datetime(2026, 5, 26, 20, 0, tzinfo=IST)
AFTERNOON = datetime(2026, 5, 26, 17, 0, tzinfo=IST)


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(5, 50)


@pytest.fixture
def server(universe: Universe) -> Iterator[ReplicaServer]:
    with stamina.set_testing(True, attempts=2, cap=True), ReplicaServer(universe, EVENING) as running:
        yield running


@pytest.fixture
def client(server: ReplicaServer) -> Iterator[Client]:
    manners = Manners(interval_s=0, site_intervals_s={}, attempts=1, read_timeout_s=1)
    with Client(user_agent="munim-test", clock=server.instant, replica=server.url, manners=manners) as opened:
        yield opened


def paths(server: ReplicaServer) -> list[tuple[str, int | None]]:
    return [(entry.path.rpartition("/")[2], entry.status) for entry in server.log]


def fii_dii(client: Client) -> Payload:
    return nse.fetch_fii_dii(client, "s")


def test_the_handshake_gives_the_days_figures(server: ReplicaServer, client: Client) -> None:
    batch = flows.read(fii_dii(client))

    assert paths(server) == [("fii-dii", 200), ("fiidiiTradeReact", 200)]
    assert batch.span == (TUESDAY, TUESDAY)
    assert all(check.passed for check in batch.checks)


def test_a_403_page_whose_cookies_are_good_is_enough(server: ReplicaServer, client: Client) -> None:
    server.fault = Fault("blocked-with-cookies")

    flows.read(fii_dii(client))

    assert paths(server) == [("fii-dii", 403), ("fiidiiTradeReact", 200)]


def test_cookies_that_have_aged_are_renewed(server: ReplicaServer, client: Client) -> None:
    fii_dii(client)
    server.at = datetime(2026, 5, 26, 21, 0, tzinfo=IST)

    fii_dii(client)

    assert [status for _, status in paths(server)][-3:] == [401, 200, 200]


def test_before_the_evening_the_previous_session_comes_under_its_own_date(
    server: ReplicaServer, client: Client
) -> None:
    server.at = AFTERNOON

    assert flows.read(fii_dii(client)).modal == date(2026, 5, 25)


@pytest.mark.parametrize(
    ("fault", "kind", "why"),
    [
        ("unauthorised", SourceBlocked, "answered 401 .*cookies of this session.*munim ingest"),
        ("blocked", SourceBlocked, "answered 403 .*gateway refuses.*munim ingest"),
        ("misdirected", SourceBlocked, "answered 421 .*wrong server"),
        ("cookies-by-script", SourceBlocked, "a browser can get the cookies"),
        ("hanging", SourceUnavailable, "timed out"),
        ("unavailable", SourceUnavailable, "answered 503"),
        ("cut-short", SourceUnavailable, "cut short"),
        ("html", SourceUnavailable, "an error page with status 200"),
        ("empty", SourceUnavailable, "an empty body"),
        ("renamed-labels", ContentRefused, "no figures of fii_fpi"),
        ("silent-zeros", ContentRefused, "all zeros"),
        ("one-class", ContentRefused, "no figures of dii"),
    ],
)
def test_each_way_in_which_the_api_goes_wrong_is_an_error_of_its_kind(
    server: ReplicaServer, client: Client, fault: str, kind: type[MunimError], why: str
) -> None:
    server.fault = Fault(fault)

    with pytest.raises(kind, match=why):
        flows.read(fii_dii(client))


@pytest.mark.parametrize("fault", ["old-labels", None])
def test_labels_of_both_ages_are_known(server: ReplicaServer, client: Client, fault: str | None) -> None:
    server.fault = Fault(fault) if fault else None

    frame = flows.read(fii_dii(client)).rows[0].frame

    assert sorted(frame["investor_class"]) == ["dii", "fii_fpi"]
    assert sorted(frame["label"]) == (["DII **", "FII/FPI *"] if fault else ["DII", "FII/FPI"])


def test_a_days_positions_are_read(client: Client) -> None:
    batch = flows.read(nse.fetch_participant_oi(client, TUESDAY, "2026-05-26"))

    assert (batch.span, len(batch.rows[0].frame)) == ((TUESDAY, TUESDAY), 5)
    assert all(check.passed for check in batch.checks)


@pytest.mark.parametrize(("fault", "status"), [("missing-404", 404), (None, 302)])
def test_a_day_without_a_file_is_no_page(server: ReplicaServer, client: Client, fault: str | None, status: int) -> None:
    server.fault = Fault(fault) if fault else None

    with pytest.raises(NotYetPublished, match=f"no file for 2026-05-23: .* answered {status}"):
        nse.fetch_participant_oi(client, SATURDAY, "2026-05-23")
    assert [status for _, status in paths(server)] == [status]


@pytest.mark.parametrize(
    ("fault", "why"), [("stale", "of 2026-05-25 where those of 2026-05-26 are due"), ("silent-zeros", "all zeros")]
)
def test_positions_of_another_day_and_zeros_are_refused(
    server: ReplicaServer, client: Client, fault: str, why: str
) -> None:
    server.fault = Fault(fault)

    with pytest.raises(ContentRefused, match=why):
        flows.read(nse.fetch_participant_oi(client, TUESDAY, "2026-05-26"))


def test_the_latest_report_is_read_and_adds_up(client: Client) -> None:
    batch = flows.read(nsdl.fetch_fpi_latest(client, "s"))

    assert batch.span == (TUESDAY, TUESDAY)
    assert all(check.passed for check in batch.checks)


def test_a_report_of_zeros_is_refused(server: ReplicaServer, client: Client) -> None:
    server.fault = Fault("silent-zeros")

    with pytest.raises(ContentRefused, match="all zeros"):
        flows.read(nsdl.fetch_fpi_latest(client, "s"))


def test_a_check_of_the_sources_says_what_they_answer(client: Client) -> None:
    assert flow_sources.check_fii_dii(client).startswith("answers, 2 rows, of 26-May-2026, ")
    assert flow_sources.check_participant_oi(client, date(2026, 5, 24)) == "answers, 5 rows, of 22-May-2026"
    assert flow_sources.check_fpi_latest(client).endswith(" rows, of 26-May-2026")
