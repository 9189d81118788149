"""A real Chromium against the replica: what only a browser can ask, and that it leaves nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from munim.core.errors import (
    ContentRefused,
    MunimError,
    NotYetPublished,
    RequestWrong,
    SourceBlocked,
    SourceUnavailable,
)
from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from pipelines import flows
from scrapers import flow_sources, nsdl, nse
from scrapers.browser import DEBIANS_CHROMIUM, DEBIANS_DRIVER, Browser
from scrapers.client import Client, Machine
from scrapers.manners import Manners

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (DEBIANS_DRIVER.exists() and DEBIANS_CHROMIUM.exists()), reason="there is no Chromium here"),
]

AT = datetime(2026, 5, 26, 15, 0, tzinfo=UTC)
TUESDAY = date(2026, 5, 26)


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(5, 50)


@pytest.fixture
def server(universe: Universe) -> Iterator[ReplicaServer]:
    with ReplicaServer(universe, AT) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where browsers have their folders: a process or a folder that bears its path was left behind."""
    # Short, as it is outside of tests: sockets are in it.
    with tempfile.TemporaryDirectory(prefix="m-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def browser(server: ReplicaServer, place: Path) -> Browser:
    return Browser(DEBIANS_DRIVER, DEBIANS_CHROMIUM, lambda: AT, replica=server.url, wait_s=5)


def left_behind(place: Path) -> list[str]:
    """Name the processes and folders of browsers that are still there."""
    mark = str(place).encode()
    processes = [
        (entry / "cmdline").read_bytes().decode()
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and mark in _bytes(entry / "environ") + _bytes(entry / "cmdline")
    ]
    return processes + [one.name for one in place.iterdir()]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def client_of(server: ReplicaServer, browser: Browser | None) -> Client:
    manners = Manners(interval_s=0, site_intervals_s={}, attempts=1)
    return Client(
        user_agent="munim-test", clock=lambda: AT, replica=server.url, manners=manners, machine=Machine(browser=browser)
    )


def archive(server: ReplicaServer, browser: Browser, day: date) -> object:
    with client_of(server, browser) as client:
        return nsdl.fetch_fpi_archive(client, day, day.isoformat())


def test_a_page_gives_its_cookies_and_nothing_is_left(browser: Browser, place: Path) -> None:
    cookies = browser.cookies(nse.FII_DII_PAGE, feed="nse.fii_dii", slot="s")

    assert set(cookies) == {"nsit", "nseappid"}
    assert left_behind(place) == []


def test_cookies_that_a_script_sets_open_the_api_to_plain_http(server: ReplicaServer, browser: Browser) -> None:
    server.fault = Fault("cookies-by-script")
    with client_of(server, None) as client, pytest.raises(SourceBlocked, match="MUNIM_CHROMEDRIVER"):
        nse.fetch_fii_dii(client, "s")

    with client_of(server, browser) as client:
        payload = nse.fetch_fii_dii(client, "s")

    assert flows.read(payload).span == (AT.date(), AT.date())


def test_the_archive_gives_the_month_up_to_the_date_that_was_asked_for(server: ReplicaServer, browser: Browser) -> None:
    with client_of(server, browser) as client:
        payload = nsdl.fetch_fpi_archive(client, TUESDAY, TUESDAY.isoformat())
        again = nsdl.fetch_fpi_archive(client, TUESDAY, TUESDAY.isoformat())

    batch = flows.read(payload)
    assert payload.url == nsdl.ARCHIVE_URL
    assert (batch.modal, len(batch.rejects)) == (TUESDAY, 0)
    assert all(check.passed for check in batch.checks)
    assert again.sha256 == payload.sha256


def test_the_archive_and_the_latest_report_say_the_same_of_a_day(server: ReplicaServer, browser: Browser) -> None:
    with client_of(server, browser) as client:
        latest = flows.read(nsdl.fetch_fpi_latest(client, "s")).rows[0].frame
        day = latest["reporting_date"].iloc[0]
        months = flows.read(nsdl.fetch_fpi_archive(client, day, day.isoformat())).rows[0].frame

    of_day = months[months["reporting_date"] == day].drop(columns="line_no").reset_index(drop=True)
    assert of_day.equals(latest.drop(columns="line_no"))


def test_a_check_of_the_archive_says_what_it_answers(server: ReplicaServer, browser: Browser) -> None:
    with client_of(server, browser) as client:
        assert flow_sources.check_fpi_archive(client, TUESDAY).endswith(" rows, of 26-May-2026")


@pytest.mark.parametrize(
    ("fault", "day", "kind", "why"),
    [
        ("other-date", TUESDAY, ContentRefused, "shows the report of .* where that of 26-May-2026 was asked for"),
        ("never-drawn", TUESDAY, SourceUnavailable, "drew no report of 26-May-2026 in time"),
        ("unavailable", TUESDAY, ContentRefused, "has no button btnSubmit1"),
        (None, date(2026, 6, 26), NotYetPublished, "No records found"),
    ],
)
def test_a_page_that_is_not_of_the_date_is_no_payload(
    server: ReplicaServer, browser: Browser, fault: str | None, day: date, kind: type[MunimError], why: str
) -> None:
    server.fault = Fault(fault) if fault else None

    with pytest.raises(kind, match=why):
        archive(server, replace(browser, wait_s=1.5), day)


def test_a_page_that_hangs_is_given_up_and_nothing_is_left(
    server: ReplicaServer, browser: Browser, place: Path
) -> None:
    server.fault = Fault("hanging")

    with pytest.raises(SourceUnavailable, match=r"did not load in 0\.5 s"):
        browser_with(browser, page_load_s=0.5).cookies(nse.FII_DII_PAGE, feed="f", slot="s")
    assert left_behind(place) == []


def test_whatever_it_is_at_is_ended_at_the_deadline_and_nothing_is_left(
    server: ReplicaServer, browser: Browser, place: Path
) -> None:
    server.fault = Fault("hanging")

    with pytest.raises(SourceUnavailable, match="the browser was stopped after 3 s"):
        browser_with(browser, deadline_s=3).cookies(nse.FII_DII_PAGE, feed="f", slot="s")
    assert left_behind(place) == []


@pytest.mark.long
def test_fifty_pages_that_hang_leave_nothing(server: ReplicaServer, browser: Browser, place: Path) -> None:
    server.fault = Fault("hanging")

    for number in range(50):
        limits = {"page_load_s": 0.3} if number % 2 else {"deadline_s": 1.5}
        with pytest.raises(SourceUnavailable):
            browser_with(browser, **limits).cookies(nse.FII_DII_PAGE, feed="f", slot="s")
        assert left_behind(place) == []


def test_an_interruption_leaves_nothing(browser: Browser, place: Path) -> None:
    def interrupted() -> None:
        with browser.open(feed="f", slot="s") as page:
            page.visit(nse.FII_DII_PAGE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert left_behind(place) == []


def test_it_says_that_it_is_driven(browser: Browser) -> None:
    with browser.open(feed="f", slot="s") as page:
        page.visit(nse.FII_DII_PAGE)

        assert page.run("return navigator.webdriver") is True
        assert "HeadlessChrome" in str(page.run("return navigator.userAgent"))


@pytest.mark.parametrize("script", ["exit 1", "echo broken"])
def test_a_driver_that_does_not_start_is_a_matter_of_settings(
    browser: Browser, tmp_path: Path, place: Path, script: str
) -> None:
    driver = made_driver(tmp_path, script)

    with pytest.raises(RequestWrong, match="can't be started by"):
        replace(browser, driver=driver).cookies(nse.FII_DII_PAGE, feed="f", slot="s")
    assert left_behind(place) == []


def test_a_driver_that_is_no_program_is_a_matter_of_settings(browser: Browser, tmp_path: Path, place: Path) -> None:
    driver = made_driver(tmp_path, "")
    driver.chmod(0o644)

    with pytest.raises(RequestWrong, match=r"can't be started by .*Permission denied"):
        replace(browser, driver=driver).cookies(nse.FII_DII_PAGE, feed="f", slot="s")
    assert left_behind(place) == []


def test_a_driver_that_never_listens_is_ended_at_the_deadline(browser: Browser, tmp_path: Path, place: Path) -> None:
    driver = made_driver(tmp_path, "sleep 300 & setsid sleep 300; wait")

    with pytest.raises(SourceUnavailable, match=r"stopped after 0\.5 s"):
        browser_with(replace(browser, driver=driver), deadline_s=0.5).cookies(nse.FII_DII_PAGE, feed="f", slot="s")
    assert left_behind(place) == []


@pytest.mark.parametrize("missing", ["driver", "binary"])
def test_a_browser_that_is_not_there_is_a_matter_of_settings(browser: Browser, tmp_path: Path, missing: str) -> None:
    with pytest.raises(RequestWrong, match=r"there is no file .* or set MUNIM_CHROM"):
        replace(browser, **{missing: tmp_path / "none"}).cookies(nse.FII_DII_PAGE, feed="f", slot="s")  # type: ignore[arg-type]


def browser_with(browser: Browser, **limits: float) -> Browser:
    return replace(browser, **limits)  # type: ignore[arg-type]


def made_driver(folder: Path, script: str) -> Path:
    driver = folder / "driver"
    driver.write_text(f"#!/bin/sh\n{script}\n")
    driver.chmod(0o755)
    return driver
