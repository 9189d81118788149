"""What is asked of the exchanges for a day, a list and a window, and how a day without a file is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import httpx
import pytest

from munim.core.errors import NotYetPublished, RequestWrong, SourceBlocked
from munim.core.payload import Payload
from scrapers import bse_equity, nse_equity, nse_lists
from scrapers.client import Client, Machine

NOW = datetime(2024, 7, 8, 13, 0, tzinfo=UTC)
DAY = date(2024, 7, 5)
SLOT = "2024-07-05"

Answer = Callable[[httpx.Request], httpx.Response]


def client_of(answer: Answer) -> Client:
    machine = Machine(sleep=lambda _: None, transport=httpx.MockTransport(answer))
    return Client(user_agent="munim-test", clock=lambda: NOW, machine=machine)


def found(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="body", headers={"Set-Cookie": "nsit=made; path=/"})


FETCHES: list[tuple[Callable[[Client, date, str], Payload], str, str]] = [
    (
        nse_equity.fetch_legacy,
        "nse.bhavcopy_legacy",
        "https://nsearchives.nseindia.com/content/historical/EQUITIES/2024/JUL/cm05JUL2024bhav.csv.zip",
    ),
    (
        nse_equity.fetch_full,
        "nse.bhavcopy_full",
        "https://nsearchives.nseindia.com/products/content/sec_bhavdata_full_05072024.csv",
    ),
    (
        nse_equity.fetch_udiff,
        "nse.bhavcopy_udiff",
        "https://nsearchives.nseindia.com/content/cm/BhavCopy_NSE_CM_0_0_0_20240705_F_0000.csv.zip",
    ),
    (
        nse_equity.fetch_index_close,
        "nse.index_close",
        "https://nsearchives.nseindia.com/content/indices/ind_close_all_05072024.csv",
    ),
    (
        bse_equity.fetch_legacy,
        "bse.bhavcopy_legacy",
        "https://www.bseindia.com/download/BhavCopy/Equity/EQ050724_CSV.ZIP",
    ),
    (
        bse_equity.fetch_udiff,
        "bse.bhavcopy_udiff",
        "https://www.bseindia.com/download/BhavCopy/Equity/BhavCopy_BSE_CM_0_0_0_20240705_F_0000.CSV",
    ),
]


@pytest.mark.parametrize(("fetch", "feed", "url"), FETCHES)
def test_a_days_file_is_asked_for_by_its_name(
    fetch: Callable[[Client, date, str], Payload], feed: str, url: str
) -> None:
    payload = fetch(client_of(found), DAY, SLOT)

    assert (payload.feed, payload.slot, payload.url, payload.body) == (feed, SLOT, url, b"body")


@pytest.mark.parametrize(("fetch", "feed", "url"), FETCHES)
@pytest.mark.parametrize(
    "answer", [httpx.Response(404), httpx.Response(302, headers={"Location": "https://www.bseindia.com/404.html"})]
)
def test_a_day_without_a_file_is_not_yet_published(
    fetch: Callable[[Client, date, str], Payload], feed: str, url: str, answer: httpx.Response
) -> None:
    with pytest.raises(NotYetPublished, match=f"there is no file: GET {url} answered {answer.status_code}"):
        fetch(client_of(lambda _request: answer), DAY, SLOT)


def test_a_file_that_moved_is_followed_and_a_refusal_is_one() -> None:
    def moved(request: httpx.Request) -> httpx.Response:
        if request.url.host == "nsearchives.nseindia.com":
            return httpx.Response(301, headers={"Location": f"https://archives.nseindia.com{request.url.path}"})
        return httpx.Response(200, text="moved")

    assert nse_equity.fetch_full(client_of(moved), DAY, SLOT).body == b"moved"
    with pytest.raises(SourceBlocked):
        nse_equity.fetch_full(client_of(lambda _request: httpx.Response(403)), DAY, SLOT)


@pytest.mark.parametrize(
    ("feed", "path"),
    [
        ("nse.equity_list", "content/equities/EQUITY_L.csv"),
        ("nse.sme_list", "emerge/corporates/content/SME_EQUITY_L.csv"),
        ("nse.symbol_changes", "content/equities/symbolchange.csv"),
        ("nse.index_nifty500", "content/indices/ind_nifty500list.csv"),
    ],
)
def test_a_list_is_asked_for_in_its_folder(feed: str, path: str) -> None:
    payload = nse_equity.fetch_list(client_of(found), feed, "now")

    assert (payload.feed, payload.url) == (feed, f"https://nsearchives.nseindia.com/{path}")


def test_every_list_can_be_asked_for_and_told_by_its_name() -> None:
    assert set(nse_lists.FILES) < set(nse_equity.FEEDS)
    assert len(set(nse_lists.FILES.values())) == len(nse_lists.FILES)


def test_corporate_actions_are_asked_for_by_window_after_a_visit_to_their_page() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return found(request)

    slot = "2026-05-20..2026-05-24"
    payload = nse_equity.fetch_corporate_actions(client_of(answer), date(2026, 5, 20), date(2026, 5, 24), slot)

    api = "https://www.nseindia.com/api/corporates-corporateActions"
    assert asked == [
        "https://www.nseindia.com/companies-listing/corporate-filings-actions",
        f"{api}?index=equities&from_date=20-05-2026&to_date=24-05-2026",
    ]
    assert (payload.feed, payload.slot) == ("nse.corporate_actions", slot)


def test_a_window_that_ends_before_it_begins_is_not_asked_for() -> None:
    with pytest.raises(RequestWrong, match="ends before it begins"):
        nse_equity.fetch_corporate_actions(client_of(found), date(2026, 5, 24), date(2026, 5, 20), "s")
