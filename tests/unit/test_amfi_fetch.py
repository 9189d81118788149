"""What is asked of AMFI, and the one line that `munim sources check` says of its answers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx
import pytest

from munim.core.errors import NotYetPublished, RequestWrong
from scrapers import amfi
from scrapers.client import Client, Machine
from scrapers.sources import sources
from tests.unit.amfi_files import HISTORY_8_PLAN, LATEST_8_PLAN

NOON = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


class Amfi:
    """A stand-in that answers as AMFI does, and keeps what was asked."""

    def __init__(self, history: str = HISTORY_8_PLAN) -> None:
        self.asked: list[str] = []
        self.history = history

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if request.url.host == "www.amfiindia.com":
            return httpx.Response(302, headers={"Location": "https://portal.amfiindia.com/spages/NAVAll.txt"})
        return httpx.Response(200, text=LATEST_8_PLAN if request.url.path.endswith(".txt") else self.history)

    def client(self) -> Client:
        machine = Machine(sleep=lambda _: None, transport=httpx.MockTransport(self))
        return Client(user_agent="munim-test", clock=lambda: NOON, machine=machine)


def test_latest_is_navall_and_the_redirect_is_recorded() -> None:
    payload = amfi.fetch_latest(Amfi().client(), "2026-11-22T03:00Z")

    assert payload.body == LATEST_8_PLAN.encode()
    assert (payload.feed, payload.slot, payload.origin) == ("amfi.latest", "2026-11-22T03:00Z", "fetch")
    assert payload.url == "https://portal.amfiindia.com/spages/NAVAll.txt"
    assert payload.redirects == ("https://www.amfiindia.com/spages/NAVAll.txt",)
    assert payload.fetched_at == NOON


def test_history_asks_for_its_window_fund_house_and_kind() -> None:
    site = Amfi()

    amfi.fetch_history(site.client(), date(2026, 2, 1), date(2026, 3, 2), "s", amc=53, kind="interval")
    payload = amfi.fetch_history(site.client(), date(2006, 4, 1), date(2006, 4, 1), "s")

    address = "https://portal.amfiindia.com/DownloadNAVHistoryReport_Po.aspx"
    assert site.asked == [
        f"{address}?frmdt=01-Feb-2026&todt=02-Mar-2026&mf=53&tp=3",
        f"{address}?frmdt=01-Apr-2006&todt=01-Apr-2006",
    ]
    assert payload.url == site.asked[1]
    assert payload.feed == "amfi.history"


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (date(2026, 2, 2), date(2026, 2, 1), "ends before it begins"),
        (date(2026, 1, 1), date(2026, 1, 31), "has 31 days; ask for 30 days or fewer"),
        (date(2006, 3, 31), date(2006, 4, 1), "begins on 2006-04-01"),
    ],
)
def test_a_window_that_amfi_does_not_serve_is_not_asked_for(begin: date, end: date, words: str) -> None:
    site = Amfi()

    with pytest.raises(RequestWrong, match=words):
        amfi.fetch_history(site.client(), begin, end, "s")

    assert site.asked == []


def test_the_check_of_the_sources_says_rows_and_newest_date_in_a_line() -> None:
    site = Amfi()

    ours = [source for source in sources(lambda: NOON) if source.feed.startswith("amfi.")]
    verdicts = [(source.feed, source.question, source.ask(site.client())) for source in ours]

    assert verdicts == [
        ("amfi.latest", "the last NAV of every scheme", "answers, 2 rows, newest NAV date 19-Aug-2026"),
        ("amfi.history", "the NAVs of 2026-11-19", "answers, 1 row, newest NAV date 23-Aug-2026"),
    ]
    assert site.asked[-1].endswith("?frmdt=19-Nov-2026&todt=19-Nov-2026")


def test_the_check_of_the_sources_raises_what_the_body_is() -> None:
    site = Amfi(history="<html>No data found on the basis of selected parameters</html>")
    history = sources(lambda: NOON)[1]

    with pytest.raises(NotYetPublished):
        history.ask(site.client())
