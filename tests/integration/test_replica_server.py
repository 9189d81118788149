"""The replica over real HTTP: what a client sees of each fault, and that nothing is left when it closes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from munim.core.clock import IST
from munim.replica.answers import Answer
from munim.replica.faults import FAULTS, Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe

AT = datetime(2026, 8, 20, 8, 5, tzinfo=IST)
OLD_PATH = "/www.amfiindia.com/spages/NAVAll.txt"
LATEST = "/portal.amfiindia.com/spages/NAVAll.txt"
HISTORY = "/portal.amfiindia.com/DownloadNAVHistoryReport_Po.aspx"
SOON = 0.3
"""Seconds after which a client of these tests gives up."""


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(5, 700)


@pytest.fixture
def server(universe: Universe) -> Iterator[ReplicaServer]:
    with ReplicaServer(universe, AT) as running:
        yield running


@pytest.fixture
def client(server: ReplicaServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, follow_redirects=True, timeout=5) as running:
        yield running


def codes(body: bytes) -> list[str]:
    return [line.split(";")[0] for line in body.decode().split("\r\n")[1:] if ";" in line]


def test_the_old_address_leads_to_the_file(server: ReplicaServer, client: httpx.Client, universe: Universe) -> None:
    answer = client.get(OLD_PATH)

    assert [one.status_code for one in answer.history] == [302]
    assert answer.history[0].headers["Location"] == f"{server.url}{LATEST}"
    assert str(answer.url) == f"{server.url}{LATEST}"
    assert answer.status_code == 200
    assert answer.content == universe.latest_file(AT)
    assert answer.http_version == "HTTP/1.1"


def test_history_takes_amfis_parameters(client: httpx.Client, universe: Universe) -> None:
    answer = client.get(HISTORY, params={"frmdt": "03-Aug-2026", "todt": "05-Aug-2026"})
    closed = client.get(HISTORY, params={"frmdt": "03-Aug-2026", "todt": "05-Aug-2026", "tp": "2"})

    assert answer.content == universe.history_file(date(2026, 8, 3), date(2026, 8, 5), AT)
    assert b"Close Ended Schemes ( " in closed.content
    assert b"Open Ended Schemes ( " not in closed.content


@pytest.mark.parametrize(
    "params", [{}, {"frmdt": "05-Aug-2026", "todt": "03-Aug-2026"}, {"frmdt": "x", "todt": "31-Feb-2026"}]
)
def test_a_window_that_makes_no_sense_is_the_no_data_page(client: httpx.Client, params: dict[str, str]) -> None:
    answer = client.get(HISTORY, params=params)

    assert answer.status_code == 200
    assert "No data found on the basis of selected parameters" in answer.text


def test_an_unknown_path_is_the_web_servers_404(client: httpx.Client) -> None:
    answer = client.get("/www.amfiindia.com/elsewhere")

    assert answer.status_code == 404
    assert answer.text.startswith("<html>\r\n<head><title>404 Not Found</title></head>")
    assert "nginx" in answer.text


@pytest.mark.parametrize(
    ("name", "status"),
    [("not-found", 404), ("too-many", 429), ("unavailable", 503), ("forbidden", 403)],
)
def test_a_refusal_has_its_status(server: ReplicaServer, client: httpx.Client, name: str, status: int) -> None:
    server.fault = Fault(name, retry_after_s=7)

    answer = client.get(LATEST)

    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("7" if name == "too-many" else None)
    assert answer.text.startswith("<html>")


@pytest.mark.parametrize(
    ("name", "start"),
    [("html", b"<!DOCTYPE html>"), ("no-data", b"<!DOCTYPE html>"), ("empty", b""), ("one-byte", b"\n")],
)
def test_a_wrong_body_comes_with_status_200(
    server: ReplicaServer, client: httpx.Client, name: str, start: bytes
) -> None:
    server.fault = Fault(name)

    answer = client.get(LATEST)

    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert b";" not in answer.content


def test_a_body_cut_short_breaks_the_connection(server: ReplicaServer, client: httpx.Client) -> None:
    server.fault = Fault("cut-short", times=1)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        client.get(LATEST)

    assert client.get(LATEST).status_code == 200


def test_a_cut_row_ends_in_mid_row_under_a_right_length(server: ReplicaServer, client: httpx.Client) -> None:
    server.fault = Fault("cut-row")

    body = client.get(LATEST).content

    last = body.rsplit(b"\r\n", 1)[1]
    assert last.count(b";") == 2
    assert last.endswith(b";")


def test_a_changed_header_has_another_name_and_an_added_column_one_more_cell(
    server: ReplicaServer, client: httpx.Client, universe: Universe
) -> None:
    file = universe.latest_file(AT)
    server.fault = Fault("changed-header")
    changed = client.get(LATEST).content
    server.fault = Fault("added-column")
    added = client.get(LATEST).content

    assert changed == file.replace(b"Net Asset Value", b"NAV per Unit")
    assert {line.count(b";") for line in added.split(b"\r\n") if b";" in line} == {8}
    assert codes(added) == codes(file)


def test_half_the_rows_missing_and_codes_twice(server: ReplicaServer, client: httpx.Client, universe: Universe) -> None:
    all_codes = codes(universe.latest_file(AT))
    server.fault = Fault("missing-rows")
    half = codes(client.get(LATEST).content)
    server.fault = Fault("duplicate-codes")
    twice = client.get(LATEST).content

    assert half == all_codes[::2]
    assert [code for code in all_codes if codes(twice).count(code) == 2] == all_codes[:6]
    rows = [line for line in twice.decode().split("\r\n")[1:] if ";" in line]
    same = [rows[number] == rows[number + 1] for number in range(0, 12, 2)]
    assert same == [True, True, True, False, False, False]


def test_navs_below_zero_and_dates_to_come(server: ReplicaServer, client: httpx.Client) -> None:
    server.fault = Fault("negative-nav")
    negative = client.get(LATEST).text
    server.fault = Fault("future-dates")
    future = client.get(LATEST).text

    assert negative.count(";-10.5000;") == 5
    assert future.count(";28-Dec-2027") == 5


def test_text_in_another_encoding(server: ReplicaServer, client: httpx.Client) -> None:
    server.fault = Fault("mojibake")
    mojibake = client.get(LATEST).content
    server.fault = Fault("not-utf8")
    not_utf8 = client.get(LATEST).content

    assert "Childrenâ€™s Fund" in mojibake.decode()
    assert b"Children\x92s Fund" in not_utf8
    with pytest.raises(UnicodeDecodeError):
        not_utf8.decode()


def test_a_slow_answer_is_the_ordinary_one(server: ReplicaServer, client: httpx.Client, universe: Universe) -> None:
    server.fault = Fault("slow", times=1, latency_ms=int(SOON * 10_000))

    with pytest.raises(httpx.ReadTimeout):
        client.get(LATEST, timeout=SOON)

    server.fault = Fault("slow", times=1, latency_ms=1)
    assert client.get(LATEST).content == universe.latest_file(AT)


def test_a_hanging_request_is_never_answered_and_leaves_no_thread(universe: Universe) -> None:
    before = set(threading.enumerate())
    with ReplicaServer(universe, AT, fault=Fault("hanging")) as server, httpx.Client(base_url=server.url) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(LATEST, timeout=SOON)
        assert [(entry.status, entry.fault) for entry in server.log] == [(None, "hanging")]

    assert set(threading.enumerate()) == before


def test_closing_ends_kept_connections_and_leaves_no_thread(universe: Universe) -> None:
    before = set(threading.enumerate())
    server = ReplicaServer(universe, AT)
    with httpx.Client(base_url=server.url) as client:
        client.get(LATEST)
        server.close()
        with pytest.raises(httpx.TransportError):
            client.get(LATEST)

    assert set(threading.enumerate()) == before


def test_a_fault_lasts_for_its_requests_on_its_paths_and_spares_redirects(
    server: ReplicaServer, client: httpx.Client
) -> None:
    server.fault = Fault("unavailable", times=2, path="NAVAll")
    window = {"frmdt": "03-Aug-2026", "todt": "03-Aug-2026"}

    assert client.get(HISTORY, params=window).status_code == 200
    assert [client.get(OLD_PATH).status_code for _ in range(3)] == [503, 503, 200]
    assert server.fault is None


def test_fault_and_time_can_be_set_over_http(client: httpx.Client, universe: Universe) -> None:
    earlier = AT - timedelta(days=1)

    set_at = client.post("/_replica/at", params={"at": earlier.isoformat()})
    assert set_at.json() == {"at": earlier.isoformat(), "fault": None}
    assert client.get(LATEST).content == universe.latest_file(earlier)

    set_fault = client.post("/_replica/fault", params={"name": "too-many", "times": 1, "retry_after_s": 3})
    assert set_fault.json()["fault"]["retry_after_s"] == 3
    assert client.get(LATEST).headers["Retry-After"] == "3"
    assert client.get(LATEST).status_code == 200

    client.post("/_replica/fault", params={"name": "html"})
    client.post("/_replica/fault", params={"name": "none"})
    assert client.get(LATEST).content == universe.latest_file(earlier)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/_replica/fault", {"name": "typo"}),
        ("/_replica/fault", {}),
        ("/_replica/fault", {"name": "html", "times": "many"}),
        ("/_replica/at", {"at": "2026-08-20T08:05:00"}),
        ("/_replica/at", {"at": "tomorrow"}),
        ("/_replica/elsewhere", {}),
    ],
)
def test_a_wrong_setting_is_400_and_changes_nothing(
    server: ReplicaServer, client: httpx.Client, path: str, params: dict[str, str]
) -> None:
    answer = client.post(path, params=params)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert server.fault is None
    assert server.at == AT


def test_a_time_outside_the_made_years_is_said(server: ReplicaServer, client: httpx.Client) -> None:
    server.at = datetime(2040, 1, 1, tzinfo=IST)

    answer = client.get(LATEST)

    assert answer.status_code == 500
    assert "the replica knows 2006-04-01 to 2036-12-31, not 2040-01-01" in answer.json()["error"]


def test_the_log_tells_each_request_but_not_its_own(server: ReplicaServer, client: httpx.Client) -> None:
    client.get(OLD_PATH)
    server.fault = Fault("forbidden", times=1)
    client.get(LATEST)
    client.get("/nowhere?x=1")

    log = client.get("/_replica/log").json()
    assert [(one["method"], one["path"], one["status"], one["fault"]) for one in log] == [
        ("GET", OLD_PATH, 302, None),
        ("GET", LATEST, 200, None),
        ("GET", LATEST, 403, "forbidden"),
        ("GET", "/nowhere?x=1", 404, None),
    ]
    assert [datetime.fromisoformat(one["at"]).tzinfo for one in log] == [UTC] * 4


def test_a_clock_is_cut_to_the_minute_so_that_the_file_stays_the_same(universe: Universe) -> None:
    ticks = iter(AT + timedelta(seconds=second) for second in range(60))
    with ReplicaServer(universe, lambda: next(ticks)) as server, httpx.Client(base_url=server.url) as client:
        bodies = {client.get(LATEST).content for _ in range(3)}

    assert bodies == {universe.latest_file(AT)}


def test_another_site_is_a_route_more(universe: Universe) -> None:
    routes = {
        "/www.nse.example/hello": lambda request: Answer(200, f"{request.asked('name')} {request.at:%Y}".encode())
    }
    with ReplicaServer(universe, AT, routes=routes) as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/www.nse.example/hello", params={"name": "munim"}).text == "munim 2026"


def test_many_clients_at_once_get_the_same_file(server: ReplicaServer, universe: Universe) -> None:
    bodies: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: bodies.append(httpx.get(f"{server.url}{LATEST}").content)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(bodies) == {universe.latest_file(AT)}
    assert len(bodies) == 8


def test_every_fault_has_a_line_of_help() -> None:
    assert all(line and "\n" not in line for line in FAULTS.values())
