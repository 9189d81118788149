"""NSDL's replica over HTTP and in a real browser: the latest report, and the archive that only a browser can read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime

import httpx
import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from munim.core.clock import IST
from munim.replica.faults import Fault
from munim.replica.fpi_figures import add_up, reporting_dates
from munim.replica.market import Market
from munim.replica.nsdl_pages import DATE_ASKED, DATE_SHOWN, FLAG, MESSAGE, NO_DATE, NO_REPORT, RESULT, SUBMIT
from munim.replica.nsdl_report import report_element, zeroed
from munim.replica.nse_files import nse_date
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe

EVENING = datetime(2026, 8, 20, 20, 0, tzinfo=IST)
LATEST = "/www.fpi.nsdl.co.in/web/Reports/Latest.aspx"
ARCHIVE = "/www.fpi.nsdl.co.in/web/Reports/Archive.aspx"
ASKED = date(2026, 8, 12)
WAIT = 20


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


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("there is no Chromium with its driver here")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    running = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield running
    finally:
        running.quit()


def ask(browser: webdriver.Chrome, server: ReplicaServer, day: str) -> None:
    browser.get(f"{server.url}{ARCHIVE}")
    set_date = "for (const id of [arguments[0], arguments[1]]) document.getElementById(id).value = arguments[2];"
    browser.execute_script(set_date, DATE_SHOWN, DATE_ASKED, day)
    browser.find_element(By.ID, SUBMIT).click()


def drawn(browser: webdriver.Chrome, element: str = RESULT) -> str:
    """The text of an element once a script has drawn it."""
    waiting = WebDriverWait(browser, WAIT, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
    return waiting.until(lambda driver: driver.find_element(By.ID, element).text)


def test_the_latest_report_is_in_its_page(server: ReplicaServer, client: httpx.Client, market: Market) -> None:
    answer = client.get(LATEST)
    server.at = datetime(2026, 8, 20, 18, 59, tzinfo=IST)
    early = client.get(LATEST)

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert report_element(market.fpi(date(2026, 8, 20), EVENING)) in answer.text
    assert report_element(market.fpi(date(2026, 8, 19), EVENING)) in early.text


def test_the_archive_is_a_form_for_whoever_runs_no_script(client: httpx.Client) -> None:
    form = client.get(ARCHIVE)
    state = re.search(r'id="__VIEWSTATE" value="([^"]*)"', form.text)
    assert state is not None
    fields = {"__EVENTTARGET": SUBMIT, "__VIEWSTATE": state[1], DATE_SHOWN: "12-Aug-2026", DATE_ASKED: "12-Aug-2026"}

    guessed = client.post(ARCHIVE, data=fields)
    filled = client.post(ARCHIVE, data={**fields, FLAG: state[1][::-1]})

    assert guessed.text == form.text
    assert all(f'id="{name}"' in form.text for name in (DATE_SHOWN, DATE_ASKED, FLAG, SUBMIT))
    assert f'window.alert("{NO_DATE}")' in form.text
    assert f'id="{RESULT}"' not in filled.text
    assert "Daily Trends" not in filled.text
    assert "window.atob" in filled.text


@pytest.mark.browser
def test_a_browser_gets_the_reports_of_a_month_up_to_the_date_that_it_asks_for(
    browser: webdriver.Chrome, server: ReplicaServer, market: Market
) -> None:
    ask(browser, server, "12-Aug-2026")
    text = drawn(browser)
    days = reporting_dates(date(2026, 8, 1), ASKED)

    assert text.count("Daily Trends in FPI Investments upto 12-Aug-2026") == 1
    for day in days:
        report = market.fpi(day, EVENING)
        row = report.rows[0]
        assert f"{nse_date(day)} Equity Stock Exchange {row.purchases} {row.sales}" in text
        assert f"Rs.{report.rate}" in text
    assert "13-Aug-2026" not in text
    assert "31-Jul-2026" not in text
    total = add_up([market.fpi(day, EVENING) for day in days])[0]
    assert f"Total for August Equity Stock Exchange {total.purchases} {total.sales}" in text
    assert "Total for 2026 Equity" in text
    assert "Grand Total Till August 12, 2026 Equity" in text


@pytest.mark.browser
def test_a_date_to_come_gives_the_days_that_are_out(browser: webdriver.Chrome, server: ReplicaServer) -> None:
    ask(browser, server, "31-Aug-2026")
    text = drawn(browser)

    assert "upto 31-Aug-2026" in text
    assert "20-Aug-2026 Equity" in text
    assert "21-Aug-2026 Equity" not in text


@pytest.mark.browser
def test_a_month_without_a_report_is_said(browser: webdriver.Chrome, server: ReplicaServer) -> None:
    for day in ("01-Aug-2026", "30-Sep-2026", "30-Jun-1999"):
        ask(browser, server, day)
        assert drawn(browser, MESSAGE) == NO_REPORT
        assert not browser.find_elements(By.ID, RESULT)


@pytest.mark.browser
def test_no_date_is_an_alert_and_no_request_and_a_wrong_one_leads_to_the_login(
    browser: webdriver.Chrome, server: ReplicaServer
) -> None:
    ask(browser, server, "")
    assert browser.switch_to.alert.text == NO_DATE
    browser.switch_to.alert.accept()
    assert [entry.method for entry in server.log if "Archive" in entry.path] == ["GET"]

    ask(browser, server, "31-Feb-2026")
    WebDriverWait(browser, WAIT).until(lambda driver: "NSDL : Login" in driver.title)


@pytest.mark.browser
def test_fault_other_date_shows_other_reports_under_the_date_asked_for(
    browser: webdriver.Chrome, server: ReplicaServer
) -> None:
    server.fault = Fault("other-date", times=1)
    ask(browser, server, "12-Aug-2026")
    text = drawn(browser)

    assert "Daily Trends in FPI Investments upto 11-Aug-2026" in text
    assert "12-Aug-2026" not in text
    assert browser.find_element(By.ID, DATE_SHOWN).get_attribute("value") == "12-Aug-2026"
    ask(browser, server, "12-Aug-2026")
    assert "upto 12-Aug-2026" in drawn(browser)


@pytest.mark.browser
def test_fault_stale_leaves_the_newest_day_out_under_the_right_title(
    browser: webdriver.Chrome, server: ReplicaServer
) -> None:
    server.fault = Fault("stale")
    ask(browser, server, "12-Aug-2026")
    text = drawn(browser)

    assert "Daily Trends in FPI Investments upto 12-Aug-2026" in text
    assert "11-Aug-2026 Equity" in text
    assert "12-Aug-2026 Equity" not in text


@pytest.mark.browser
def test_fault_never_drawn_leaves_the_page_without_a_result(browser: webdriver.Chrome, server: ReplicaServer) -> None:
    server.fault = Fault("never-drawn")
    ask(browser, server, "12-Aug-2026")
    shown = f'id="{DATE_SHOWN}" value="12-Aug-2026"'
    WebDriverWait(browser, WAIT).until(lambda driver: shown in driver.page_source)

    assert "window.atob" not in browser.page_source


@pytest.mark.browser
def test_cookies_set_by_a_script_reach_a_browser_alone(
    browser: webdriver.Chrome, server: ReplicaServer, client: httpx.Client
) -> None:
    server.fault = Fault("cookies-by-script")
    client.get("/www.nseindia.com/")
    browser.get(f"{server.url}/www.nseindia.com/reports/fii-dii")
    got = {one["name"]: one["value"] for one in browser.get_cookies()}
    server.fault = None

    assert client.get("/www.nseindia.com/api/fiidiiTradeReact").status_code == 401
    assert set(got) >= {"nsit", "nseappid"}
    client.cookies.update(got)
    assert client.get("/www.nseindia.com/api/fiidiiTradeReact").status_code == 200


def test_faults_stale_and_silent_zeros(server: ReplicaServer, client: httpx.Client, market: Market) -> None:
    server.fault = Fault("stale")
    stale = client.get(LATEST).text
    server.fault = Fault("silent-zeros")
    zeros = client.get(LATEST).text

    assert report_element(market.fpi(date(2026, 8, 19), EVENING)) in stale
    assert report_element(zeroed(market.fpi(date(2026, 8, 20), EVENING))) in zeros


def test_a_post_is_logged_and_a_fault_of_posts_alone_spares_the_form(
    server: ReplicaServer, client: httpx.Client
) -> None:
    server.fault = Fault("other-date", times=1)
    client.get(ARCHIVE)
    client.post(ARCHIVE, data={DATE_ASKED: "12-Aug-2026"})

    assert [(entry.method, entry.status, entry.fault) for entry in server.log] == [
        ("GET", 200, None),
        ("POST", 200, "other-date"),
    ]
