"""NSE's handshake by what is asked and what comes back; the network is made, with and without a stand-in's address."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import httpx
import pytest
import stamina

from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from scrapers import nse
from scrapers.client import Client, Machine
from scrapers.manners import Manners
from tests.unit.flow_files import FII_DII, PARTICIPANT_OI

NOW = datetime(2026, 5, 19, 14, 0, tzinfo=UTC)
PAGE, API = "/reports/fii-dii", "/api/fiidiiTradeReact"
REPLICA = "http://127.0.0.1:9999/base"


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


class Site:
    """NSE as it is: cookies from a page, an API that wants them, and how each of the two goes wrong on demand."""

    def __init__(self) -> None:
        self.page_status = 200
        self.page_cookies = True
        self.good_cookie: Callable[[str], bool] = lambda value: value == f"c{self.visits}"
        self.api_status: int | None = None
        self.api_without_cookies = 401
        self.visits = 0
        self.asked: list[tuple[str, httpx.Headers]] = []
        self.host = ""
        self.client = client_of(self)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if str(request.url).startswith(REPLICA):
            _, self.host, path = path.removeprefix("/base").split("/", 2)
            path = f"/{path}"
        self.asked.append((path, request.headers))
        return self.page() if path == PAGE else self.api(request)

    def page(self) -> httpx.Response:
        self.visits += 1
        headers = [("Content-Type", "text/html")]
        if self.page_cookies:
            headers += [
                ("Set-Cookie", f"nsit=c{self.visits}; Path=/; HttpOnly; Secure"),
                ("Set-Cookie", "bm_sv=edge; Domain=.nseindia.com; Path=/; Max-Age=7200; Secure"),
            ]
        return httpx.Response(self.page_status, headers=headers, text="<html>Access Denied</html>")

    def api(self, request: httpx.Request) -> httpx.Response:
        cookies = dict(one.split("=", 1) for one in request.headers.get("cookie", "=").split("; "))
        if self.api_status is not None:
            return httpx.Response(self.api_status, text="no")
        if not self.good_cookie(cookies.get("nsit", "")):
            return httpx.Response(self.api_without_cookies, text="<html>Unauthorized</html>")
        body = importlib.import_module("brotli").compress(FII_DII.encode())
        headers = {"Content-Type": "application/json", "Content-Encoding": "br"}
        return httpx.Response(200, headers=headers, content=body)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture(params=[None, REPLICA], ids=["live", "replica"])
def site(request: pytest.FixtureRequest) -> Site:
    made = Site()
    made.client = client_of(made, request.param)
    return made


def client_of(
    answers: Callable[[httpx.Request], httpx.Response], replica: str | None = None, browser: object = None
) -> Client:
    machine = Machine(transport=httpx.MockTransport(answers), browser=browser)  # type: ignore[arg-type]
    manners = Manners(interval_s=0, site_intervals_s={}, attempts=2)
    return Client(user_agent="munim-test", clock=lambda: NOW, replica=replica, manners=manners, machine=machine)


def fetch(site: Site) -> bytes:
    return nse.fetch_fii_dii(site.client, "slot").body


def error(site: Site) -> MunimError:
    with pytest.raises(MunimError) as failure:
        fetch(site)
    return failure.value


def test_the_page_is_visited_for_its_cookies_and_a_brotli_body_is_read(site: Site) -> None:
    assert fetch(site) == FII_DII.encode()

    assert site.paths == [PAGE, API]
    assert "cookie" not in site.asked[0][1]
    assert set(site.asked[1][1]["cookie"].split("; ")) == {"nsit=c1", "bm_sv=edge"}
    assert "br" in site.asked[1][1]["accept-encoding"].split(", ")
    assert site.asked[1][1]["user-agent"] == "munim-test"


def test_the_payload_has_the_real_address(site: Site) -> None:
    payload = nse.fetch_fii_dii(site.client, "slot")

    assert (payload.url, payload.feed, payload.fetched_at) == (nse.FII_DII_URL, nse.FII_DII, NOW)


def test_a_403_of_the_page_sets_cookies_that_are_used(site: Site) -> None:
    site.page_status = 403

    assert fetch(site) == FII_DII.encode()
    assert site.paths == [PAGE, API]


def test_a_session_is_kept_for_the_next_call(site: Site) -> None:
    fetch(site)
    fetch(site)

    assert site.paths == [PAGE, API, API]


@pytest.mark.parametrize("refusal", [401, 403])
def test_a_session_that_is_refused_is_renewed_once(site: Site, refusal: int) -> None:
    fetch(site)
    site.good_cookie = lambda value: value == "c2"
    site.api_without_cookies = refusal

    assert fetch(site) == FII_DII.encode()
    assert site.paths == [PAGE, API, API, PAGE, API]
    assert "cookie" not in site.asked[3][1]


@pytest.mark.parametrize(("refusal", "meaning"), [(401, "cookies of this session"), (403, "NSE's gateway refuses")])
def test_what_is_refused_after_a_renewal_is_a_refusal_that_says_what_can_be_done(
    site: Site, refusal: int, meaning: str
) -> None:
    site.api_status = refusal

    refused = error(site)

    assert type(refused) is SourceBlocked
    assert site.paths == [PAGE, API, PAGE, API]
    for words in (f"answered {refusal}", meaning, "`munim ingest`", "MUNIM_CHROMEDRIVER"):
        assert words in str(refused)


def test_a_wrong_server_is_told_apart_and_not_asked_again(site: Site) -> None:
    site.api_status = 421

    refused = error(site)

    assert type(refused) is SourceBlocked
    assert "answered 421" in str(refused)
    assert "wrong server for this connection" in str(refused)
    assert site.paths == [PAGE, API]


def test_a_page_that_sets_no_cookies_is_not_visited_twice(site: Site) -> None:
    site.page_status, site.page_cookies = 403, False

    assert "its page set no cookies" in str(error(site))
    assert site.paths == [PAGE, API]


def test_an_api_that_answers_without_cookies_is_fine(site: Site) -> None:
    site.page_cookies = False
    site.good_cookie = lambda value: not value

    assert fetch(site) == FII_DII.encode()


@pytest.mark.parametrize("status", [500, 503])
def test_a_broken_server_is_unavailable_and_no_refusal(site: Site, status: int) -> None:
    site.api_status = status

    assert type(error(site)) is SourceUnavailable


def test_an_address_that_is_gone_is_content_refused(site: Site) -> None:
    site.api_status = 404

    assert type(error(site)) is ContentRefused


def test_a_time_out_is_no_refusal_and_says_that_nse_lets_requests_hang() -> None:
    def hang(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    with pytest.raises(SourceUnavailable, match=r"timed out \(ReadTimeout\).*hang.*munim ingest"):
        nse.fetch_fii_dii(client_of(hang), "slot")


def test_cookies_of_one_site_do_not_go_to_another_although_a_stand_in_has_one_address() -> None:
    site = Site()
    client = client_of(site, REPLICA)
    nse.fetch_fii_dii(client, "slot")

    client.ask("https://www.amfiindia.com/api/x", feed="amfi.latest", slot="s", ready_for=frozenset({401}))
    assert "cookie" not in site.asked[-1][1]
    client.ask("https://nsearchives.nseindia.com/x", feed="nse.x", slot="s", ready_for=frozenset({401}))
    assert site.asked[-1][1]["cookie"] == "bm_sv=edge"


class MadeBrowser:
    """Gives cookies as a browser does that was let in."""

    def cookies(self, page: str, *, feed: str, slot: str) -> dict[str, str]:
        assert page == nse.FII_DII_PAGE
        return {"nsit": "from-browser"}


def test_a_browser_gets_the_cookies_where_plain_http_can_not() -> None:
    site = Site()
    site.good_cookie = lambda value: value == "from-browser"

    payload = nse.fetch_fii_dii(client_of(site, browser=MadeBrowser()), "slot")

    assert payload.body == FII_DII.encode()
    assert site.paths == [PAGE, API, PAGE, API, API]


def test_cookies_of_a_browser_that_are_refused_too_are_a_refusal() -> None:
    site = Site()
    site.api_status = 403

    with pytest.raises(SourceBlocked) as failure:
        nse.fetch_fii_dii(client_of(site, browser=MadeBrowser()), "slot")

    assert "MUNIM_CHROMEDRIVER" not in str(failure.value)
    assert "munim ingest" in str(failure.value)


def archive(status: int, location: str | None = None, body: str = "") -> Callable[[httpx.Request], httpx.Response]:
    headers = {"Location": location} if location else {}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "moved.nseindia.com":
            return httpx.Response(200, text=PARTICIPANT_OI)
        return httpx.Response(status, headers=headers, text=body)

    return answer


DAY = date(2021, 2, 1)


def test_a_days_file_is_fetched_by_its_date_without_a_handshake() -> None:
    payload = nse.fetch_participant_oi(client_of(archive(200, body=PARTICIPANT_OI)), DAY, "2021-02-01")

    assert payload.body == PARTICIPANT_OI.encode()
    assert payload.url == "https://nsearchives.nseindia.com/content/nsccl/fao_participant_oi_01022021.csv"


@pytest.mark.parametrize(
    ("status", "location"), [(404, None), (302, "https://www.nseindia.com/404"), (302, "/error.html"), (301, "/")]
)
def test_a_day_without_a_file_is_told_as_that(status: int, location: str | None) -> None:
    page = "<html>Resource not found</html>"

    with pytest.raises(NotYetPublished, match=f"NSE has no file for 2021-02-01: .* answered {status}"):
        nse.fetch_participant_oi(client_of(archive(status, location, page)), DAY, "2021-02-01")


def test_a_redirect_to_the_same_files_new_place_is_followed() -> None:
    moved = "https://moved.nseindia.com/x/fao_participant_oi_01022021.csv"

    payload = nse.fetch_participant_oi(client_of(archive(301, moved)), DAY, "2021-02-01")

    assert (payload.url, payload.body) == (moved, PARTICIPANT_OI.encode())


def test_an_archive_that_refuses_us_is_blocked_and_not_a_missing_day() -> None:
    with pytest.raises(SourceBlocked):
        nse.fetch_participant_oi(client_of(archive(403, body="<html>Access Denied</html>")), DAY, "2021-02-01")


def test_nses_hosts_get_three_requests_a_second_at_most() -> None:
    manners = Manners()
    www = manners.site_intervals_s.get("www.nseindia.com", manners.interval_s)

    assert 1 / www + 1 / manners.site_intervals_s["nsearchives.nseindia.com"] <= 3
