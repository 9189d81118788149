"""NSE's replica over HTTP: the handshake, what is out when, files by date, and each fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import httpx
import pytest

from munim.core.clock import IST
from munim.replica.faults import FAULTS, FLOW_FAULTS, Fault
from munim.replica.flow_figures import restated_at
from munim.replica.handshake import CookieLife
from munim.replica.market import Market
from munim.replica.nse import nse_routes
from munim.replica.nse_files import participant_oi_body
from munim.replica.nse_holidays import holiday_lists
from munim.replica.server import ReplicaServer
from munim.replica.sessions import sessions
from munim.replica.universe import Universe

EVENING = datetime(2026, 8, 20, 20, 0, tzinfo=IST)
TODAY, BEFORE = date(2026, 8, 20), date(2026, 8, 19)
HOME = "/www.nseindia.com/"
PAGE = "/www.nseindia.com/reports/fii-dii"
API = "/www.nseindia.com/api/fiidiiTradeReact"
ARCHIVE = "/nsearchives.nseindia.com/content/nsccl/fao_participant_oi_{day:%d%m%Y}.csv"
SATURDAY = date(2026, 8, 22)


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(5, 50)


@pytest.fixture
def server(universe: Universe) -> Iterator[ReplicaServer]:
    with ReplicaServer(universe, EVENING) as running:
        yield running


@pytest.fixture
def client(server: ReplicaServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=5) as running:
        yield running


@pytest.fixture
def market(universe: Universe) -> Market:
    return Market(universe.seed)


def figures(body: bytes) -> dict[str, tuple[str, ...]]:
    return {
        one["category"]: (one["date"], one["buyValue"], one["sellValue"], one["netValue"]) for one in json.loads(body)
    }


def dates(body: bytes) -> set[str]:
    return {one["date"] for one in json.loads(body)}


@pytest.mark.parametrize("page", [HOME, PAGE])
def test_the_api_is_401_until_a_page_has_set_its_cookies(client: httpx.Client, page: str) -> None:
    refused = client.get(API)
    warm_up = client.get(page)
    answer = client.get(API)

    assert refused.status_code == 401
    assert warm_up.status_code == 200
    assert len(warm_up.headers.get_list("Set-Cookie")) == 2
    assert {"nsit", "nseappid"} == set(client.cookies)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert [one["category"] for one in answer.json()] == ["DII", "FII/FPI"]


def test_one_client_s_cookies_open_nothing_for_another(server: ReplicaServer, client: httpx.Client) -> None:
    client.get(HOME)

    assert client.get(API).status_code == 200
    assert httpx.get(f"{server.url}{API}").status_code == 401
    assert httpx.get(f"{server.url}{API}", headers={"Cookie": "nsit=made; nseappid=up"}).status_code == 401
    assert client.get(API).status_code == 200


def test_cookies_are_good_for_so_many_uses(universe: Universe, market: Market) -> None:
    routes = nse_routes(market, CookieLife(uses=2))
    with ReplicaServer(universe, EVENING, routes=routes) as server, httpx.Client(base_url=server.url) as client:
        client.get(HOME)
        assert [client.get(API).status_code for _ in range(3)] == [200, 200, 401]
        client.get(HOME)
        assert client.get(API).status_code == 200


def test_cookies_are_good_for_so_long(universe: Universe, market: Market) -> None:
    routes = nse_routes(market, CookieLife(seconds=60))
    with ReplicaServer(universe, EVENING, routes=routes) as server, httpx.Client(base_url=server.url) as client:
        client.get(HOME)
        server.at = EVENING + timedelta(seconds=59)
        assert client.get(API).status_code == 200
        server.at = EVENING + timedelta(seconds=60)
        assert client.get(API).status_code == 401


def test_the_first_cookies_of_a_seed_are_always_the_same(universe: Universe) -> None:
    seen = set()
    for _ in range(2):
        with ReplicaServer(universe, EVENING) as server:
            seen.add(tuple(httpx.get(f"{server.url}{HOME}").headers.get_list("Set-Cookie")))

    assert len(seen) == 1


def test_before_half_past_six_the_api_has_the_session_before(
    server: ReplicaServer, client: httpx.Client, market: Market
) -> None:
    client.get(HOME)
    server.at = datetime(2026, 8, 20, 18, 29, tzinfo=IST)
    early = client.get(API).content
    server.at = datetime(2026, 8, 20, 18, 30, tzinfo=IST)
    client.get(HOME)
    late = client.get(API).content

    assert dates(early) == {"19-Aug-2026"}
    assert dates(late) == {"20-Aug-2026"}
    assert float(figures(late)["FII/FPI"][1]) == float(market.fii_dii(TODAY)["FII/FPI"].buy)


def test_a_restated_session_has_other_figures_later_in_the_evening(
    server: ReplicaServer, client: httpx.Client, market: Market
) -> None:
    day = next(day for day in sessions(date(2026, 1, 1), TODAY) if market.is_restated(day))
    seen = []
    for at in (restated_at(day) - timedelta(minutes=1), restated_at(day)):
        server.at = at
        client.get(HOME)
        seen.append(figures(client.get(API).content))

    assert seen[0]["DII"] == seen[1]["DII"]
    assert seen[0]["FII/FPI"][0] == seen[1]["FII/FPI"][0]
    assert seen[0]["FII/FPI"][1] != seen[1]["FII/FPI"][1]


def test_labels_have_stars_in_2021(server: ReplicaServer, client: httpx.Client) -> None:
    server.at = datetime(2021, 12, 7, 20, tzinfo=IST)
    client.get(HOME)

    assert list(figures(client.get(API).content)) == ["DII **", "FII/FPI *"]


def test_the_archive_has_a_file_a_session_and_redirects_for_other_days(client: httpx.Client, market: Market) -> None:
    file = client.get(ARCHIVE.format(day=TODAY))
    weekend = client.get(ARCHIVE.format(day=SATURDAY - timedelta(days=7)))
    followed = client.get(ARCHIVE.format(day=SATURDAY - timedelta(days=7)), follow_redirects=True)

    assert file.status_code == 200
    assert file.content == participant_oi_body(market.draws, TODAY, market.participant_oi(TODAY))
    assert (weekend.status_code, weekend.content) == (302, b"")
    assert (followed.status_code, followed.content[:9]) == (200, b"<!DOCTYPE")


def test_a_sessions_file_is_not_there_before_its_evening(server: ReplicaServer, client: httpx.Client) -> None:
    path = ARCHIVE.format(day=TODAY)
    statuses = []
    for hour, minute in ((0, 1), (19, 29), (19, 30)):
        server.at = datetime(2026, 8, 20, hour, minute, tzinfo=IST)
        statuses.append(client.get(path).status_code)

    assert statuses == [302, 302, 200]
    assert client.get(ARCHIVE.format(day=date(2026, 8, 21))).status_code == 302


@pytest.mark.parametrize("name", ["fao_participant_oi_2026.csv", "fao_participant_oi_31022026.csv", "other.csv"])
def test_a_name_that_is_no_file_is_a_missing_one(client: httpx.Client, name: str) -> None:
    assert client.get(f"/nsearchives.nseindia.com/content/nsccl/{name}").status_code == 302


def test_the_archive_is_stable_for_2500_days(server: ReplicaServer, client: httpx.Client) -> None:
    days = [EVENING.date() - timedelta(days=number) for number in range(2_500)]
    first = [client.get(ARCHIVE.format(day=day)) for day in days[::100]]
    server.at = EVENING + timedelta(days=300)
    later = [client.get(ARCHIVE.format(day=day)) for day in days[::100]]

    assert [one.content for one in first] == [one.content for one in later]
    assert {one.status_code for one in first} == {200, 302}


def test_unknown_paths_of_nse_are_404(client: httpx.Client) -> None:
    assert client.get("/www.nseindia.com/elsewhere").status_code == 404
    assert client.get("/nsearchives.nseindia.com/content/elsewhere.csv").status_code == 404


@pytest.fixture
def warm(client: httpx.Client) -> httpx.Client:
    client.get(HOME)
    return client


def test_fault_blocked_is_a_403_without_cookies(server: ReplicaServer, client: httpx.Client) -> None:
    server.fault = Fault("blocked")

    for path in (HOME, API, ARCHIVE.format(day=TODAY)):
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (403, None)
        assert "Access Denied" in answer.text


def test_fault_blocked_with_cookies_still_lets_the_api_be_asked(server: ReplicaServer, client: httpx.Client) -> None:
    server.fault = Fault("blocked-with-cookies", times=1)

    warm_up = client.get(PAGE)

    assert warm_up.status_code == 403
    assert "Access Denied" in warm_up.text
    assert client.get(API).status_code == 200


def test_fault_unauthorised_refuses_good_cookies_and_spares_the_page(server: ReplicaServer, warm: httpx.Client) -> None:
    server.fault = Fault("unauthorised", times=2)

    assert warm.get(HOME).status_code == 200
    assert [warm.get(API).status_code for _ in range(3)] == [401, 401, 200]


def test_fault_stale_is_the_session_before(server: ReplicaServer, warm: httpx.Client, market: Market) -> None:
    server.fault = Fault("stale")

    assert dates(warm.get(API).content) == {"19-Aug-2026"}
    file = warm.get(ARCHIVE.format(day=TODAY)).content
    assert file == participant_oi_body(market.draws, BEFORE, market.participant_oi(BEFORE))


def test_fault_silent_zeros_keeps_the_form(server: ReplicaServer, warm: httpx.Client) -> None:
    good = warm.get(API).json()
    server.fault = Fault("silent-zeros")
    zeros = warm.get(API).json()
    file = warm.get(ARCHIVE.format(day=TODAY)).text.split("\r\n")

    assert [(one["category"], one["date"]) for one in zeros] == [(one["category"], one["date"]) for one in good]
    assert {one[name] for one in zeros for name in ("buyValue", "sellValue", "netValue")} == {"0"}
    assert file[2:-1] == [f"{name}{',0' * 14}" for name in ("Client", "DII", "FII", "Pro", "TOTAL")]


@pytest.mark.parametrize(
    ("fault", "labels"),
    [
        ("old-labels", ["DII **", "FII/FPI *"]),
        ("renamed-labels", ["Domestic Institutions", "Foreign Portfolio Inv."]),
        ("one-class", ["FII/FPI"]),
    ],
)
def test_faults_of_the_labels(server: ReplicaServer, warm: httpx.Client, fault: str, labels: list[str]) -> None:
    good = list(figures(warm.get(API).content).values())
    server.fault = Fault(fault)

    changed = figures(warm.get(API).content)

    assert list(changed) == labels
    assert set(changed.values()) <= set(good)


def test_fault_missing_404_is_for_days_without_a_file(server: ReplicaServer, client: httpx.Client) -> None:
    server.fault = Fault("missing-404")

    assert client.get(ARCHIVE.format(day=SATURDAY - timedelta(days=7))).status_code == 404
    assert client.get(ARCHIVE.format(day=TODAY)).status_code == 200


def test_fault_misdirected_and_those_of_any_site_show_at_nse_too(server: ReplicaServer, warm: httpx.Client) -> None:
    statuses = {}
    for name in ("misdirected", "forbidden", "unavailable", "too-many"):
        server.fault = Fault(name)
        statuses[name] = warm.get(API).status_code
    server.fault = Fault("hanging")

    assert statuses == {"misdirected": 421, "forbidden": 403, "unavailable": 503, "too-many": 429}
    with pytest.raises(httpx.ReadTimeout):
        warm.get(API, timeout=0.3)


def test_every_fault_of_flows_has_a_line_of_help_and_a_name_of_its_own() -> None:
    assert all(line and "\n" not in line for line in FLOW_FAULTS.values())
    assert not set(FAULTS) & set(FLOW_FAULTS)


def test_holiday_lists_want_cookies_and_a_kind(client: httpx.Client) -> None:
    holidays = "/www.nseindia.com/api/holiday-master"
    assert client.get(holidays, params={"type": "trading"}).status_code == 401
    client.get(HOME)

    assert client.get(holidays, params={"type": "trading"}).json() == holiday_lists("trading", EVENING)
    assert client.get(holidays, params={"type": "clearing"}).json() == holiday_lists("clearing", EVENING)
    assert client.get(holidays).status_code == 404


def test_fault_doubled_list_has_every_row_twice(server: ReplicaServer, warm: httpx.Client) -> None:
    server.fault = Fault("doubled-list")

    lists = warm.get("/www.nseindia.com/api/holiday-master", params={"type": "trading"}).json()

    assert lists["CM"] == holiday_lists("trading", EVENING)["CM"] * 2
