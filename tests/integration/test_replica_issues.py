"""The replica's public issues over HTTP: NSE's handshake, BSE's referer, the report sites' calls, and each fault."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest

from munim.core.clock import IST
from munim.replica import ipo_bse, ipo_nse, ipo_reports
from munim.replica.faults import FAULTS, FLOW_FAULTS, ISSUE_FAULTS, Fault
from munim.replica.ipo_detail import detail
from munim.replica.ipo_issues import Issues
from munim.replica.market import Market
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe

AT = datetime(2026, 5, 20, 12, 20, tzinfo=IST)
NSE = "/www.nseindia.com"
PAGE = f"{NSE}/market-data/all-upcoming-issues-ipo"
CURRENT = f"{NSE}/api/ipo-current-issue"
UPCOMING = f"{NSE}/api/all-upcoming-issues?category=ipo"
PAST = f"{NSE}/api/public-past-issues"
BSE = "/api.bseindia.com/BseIndiaAPI/api/GetPublicIssue_par_updated/w?flag=1"
BSE_REFERER = {"Referer": "https://www.bseindia.com/"}
CHITTORGARH = "/webnodejs.chittorgarh.com/cloud/report/data-read/82/1/5/2026/2026-27/0/all/0"
INVESTORGAIN = "/webnodejs.investorgain.com/cloud/report/data-read/331/1/5/2026/2026-27/0/all"
CHITTORGARH_PAGE = "/www.chittorgarh.com/report/ipo-in-india-list-main-board-sme/82/"


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(5, 50)


@pytest.fixture(scope="module")
def issues(universe: Universe) -> Issues:
    return Market(universe.seed).issues(2026)


@pytest.fixture
def server(universe: Universe) -> Iterator[ReplicaServer]:
    with ReplicaServer(universe, AT) as running:
        yield running


@pytest.fixture
def client(server: ReplicaServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=5) as running:
        yield running


@pytest.fixture
def warm(client: httpx.Client) -> httpx.Client:
    client.get(PAGE)
    return client


def test_nses_lists_want_the_cookies_that_their_page_sets(client: httpx.Client, issues: Issues) -> None:
    assert [client.get(path).status_code for path in (CURRENT, UPCOMING, PAST)] == [401, 401, 401]
    assert client.get(PAGE).status_code == 200

    for path, page in ((CURRENT, ipo_nse.current), (UPCOMING, ipo_nse.upcoming), (PAST, ipo_nse.past)):
        answer = client.get(path)
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.json() == page(issues, AT) != []


def test_only_ipos_are_among_the_issues_to_come(warm: httpx.Client) -> None:
    assert warm.get(f"{NSE}/api/all-upcoming-issues", params={"category": "debt"}).json() == []


def test_details_are_asked_for_by_symbol_and_series(warm: httpx.Client, issues: Issues) -> None:
    issue = next(one for one in issues.issues() if one.status_at(AT) == "open" and one.ids.symbol)
    asked = {"symbol": issue.ids.symbol, "series": issue.series}

    answer = warm.get(f"{NSE}/api/ipo-detail", params=asked).json()

    assert answer == detail(issues, issue.ids.symbol, issue.series, AT)
    category = warm.get(f"{NSE}/api/ipo-active-category", params={"symbol": issue.ids.symbol}).json()
    assert category == answer["activeCat"]
    assert category["updateTime"] == "Updated as on 20-May-2026 12:00:00"
    assert warm.get(f"{NSE}/api/ipo-detail", params={"symbol": "NOSUCH"}).json()["bidDetails"] == []


def test_bse_gives_a_page_that_says_404_to_whoever_does_not_come_from_it(client: httpx.Client, issues: Issues) -> None:
    bare = client.get(BSE)
    answer = client.get(BSE, headers=BSE_REFERER)
    again = client.get(BSE)

    assert (bare.status_code, again.status_code) == (200, 200)
    assert "404" in bare.text
    assert bare.content == again.content
    assert answer.json() == {"Table": ipo_bse.public_issues(issues, AT)}


def test_bses_list_is_cut_by_flag_and_by_status(client: httpx.Client) -> None:
    rows = client.get(BSE, headers=BSE_REFERER).json()["Table"]
    live = client.get(f"{BSE}&status=L&ir_flag=IPO", headers=BSE_REFERER).json()["Table"]

    assert live == [row for row in rows if (row["Status"], row["IR_flag"]) == ("L", "IPO")]


def test_the_reports_are_asked_for_by_month_and_financial_year(client: httpx.Client, issues: Issues) -> None:
    listed, premiums = client.get(CHITTORGARH).json(), client.get(INVESTORGAIN).json()

    assert listed == {"msg": 1, "sSearchWhere": "", "reportTableData": ipo_reports.chittorgarh(issues, AT)}
    assert premiums["reportTableData"] == ipo_reports.investorgain(issues, AT)
    sme = client.get(INVESTORGAIN.replace("/0/all", "/0/sme")).json()["reportTableData"]
    assert {row["~IPO_Category"] for row in sme} == {"SME"}
    assert client.get(f"{INVESTORGAIN}?search=&v=07-18").json() == premiums


@pytest.mark.parametrize("asked", ["1/100/2025/2025-26", "1/3/2026/2026-27", "1/13/2026/2026-27", "1/5/9999/9999-00"])
def test_a_call_that_is_not_right_is_told_so_in_json(client: httpx.Client, asked: str) -> None:
    path = re.sub(r"1/5/2026/2026-27", asked, INVESTORGAIN)
    month, year = asked.split("/")[1:3]

    assert client.get(path).json() == {"msg": -1, "error": f"Invalid API Call{year}-{month}-01"}


def test_a_path_of_a_report_that_is_no_call_is_not_found(client: httpx.Client) -> None:
    assert client.get(f"{INVESTORGAIN}/and/more").status_code == 404
    assert client.get("/webnodejs.investorgain.com/cloud/report/data-read/999/1").status_code == 404


def test_the_reports_pages_carry_the_same_rows_for_a_script_to_draw(client: httpx.Client, issues: Issues) -> None:
    page = client.get(CHITTORGARH_PAGE).text
    rows = re.findall(r'<script id="report_rows" type="application/json">(.*?)</script>', page)

    assert [json.loads(one) for one in rows] == [ipo_reports.chittorgarh(issues, AT)]
    assert "<table id='report_table'>" in page


def test_the_year_follows_the_replicas_time(server: ReplicaServer, warm: httpx.Client, universe: Universe) -> None:
    server.at = AT.replace(year=2025)
    warm.get(PAGE)

    rows = warm.get(UPCOMING).json()
    assert rows == ipo_nse.upcoming(Market(universe.seed).issues(2025), server.at)
    assert [row["sr_no"] for row in rows] == list(range(1, len(rows) + 1))


def test_fault_empty_list(server: ReplicaServer, warm: httpx.Client) -> None:
    server.fault = Fault("empty-list")

    assert [warm.get(path).json() for path in (CURRENT, UPCOMING, PAST)] == [[], [], []]
    assert warm.get(BSE, headers=BSE_REFERER).json() == {"Table": []}
    assert warm.get(CHITTORGARH).json()["reportTableData"] == []
    # Details are no list.
    assert warm.get(f"{NSE}/api/ipo-detail", params={"symbol": "NOSUCH"}).json()["companyName"] is None


def test_fault_empty_object_is_nses_alone(server: ReplicaServer, warm: httpx.Client) -> None:
    server.fault = Fault("empty-object")

    assert [warm.get(path).json() for path in (CURRENT, UPCOMING, PAST)] == [{}, {}, {}]
    assert warm.get(BSE, headers=BSE_REFERER).json()["Table"]


def test_fault_half_list_leaves_every_second_row(server: ReplicaServer, warm: httpx.Client) -> None:
    whole = [warm.get(PAST).json(), warm.get(INVESTORGAIN).json()["reportTableData"]]
    server.fault = Fault("half-list")

    half = [warm.get(PAST).json(), warm.get(INVESTORGAIN).json()["reportTableData"]]
    assert half == [rows[::2] for rows in whole]


def test_fault_report_refused_spares_the_page(server: ReplicaServer, client: httpx.Client) -> None:
    server.fault = Fault("report-refused")

    for path in (CHITTORGARH, INVESTORGAIN):
        assert client.get(path).json() == {"msg": -1, "error": "Invalid API Call2026-5-01"}
    assert "report_rows" in client.get(CHITTORGARH_PAGE).text


def test_faults_of_any_site_and_of_nse_show_at_the_issues_too(server: ReplicaServer, warm: httpx.Client) -> None:
    server.fault = Fault("html")
    for path in (CURRENT, BSE, CHITTORGARH):
        answer = warm.get(path, headers=BSE_REFERER)
        assert (answer.status_code, answer.content.startswith(b"<!DOCTYPE html>")) == (200, True)
    server.fault = Fault("blocked")
    assert [warm.get(path).status_code for path in (CURRENT, PAGE, CHITTORGARH)] == [403, 403, 200]
    server.fault = Fault("unauthorised", times=1)
    assert [warm.get(CURRENT).status_code for _ in range(2)] == [401, 200]


def test_every_fault_of_issues_has_a_line_of_help_and_a_name_of_its_own() -> None:
    assert all(line and "\n" not in line for line in ISSUE_FAULTS.values())
    assert not set(ISSUE_FAULTS) & {*FAULTS, *FLOW_FAULTS}
