"""One use of a browser through Selenium, its failures named."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from selenium.common.exceptions import (
    SessionNotCreatedException,
    TimeoutException,
    UnexpectedAlertPresentException,
    WebDriverException,
)
from selenium.webdriver import ChromeOptions, Remote
from selenium.webdriver.common.proxy import Proxy
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.support.wait import WebDriverWait
from urllib3.exceptions import HTTPError

from munim.core.errors import RequestWrong, SourceUnavailable
from scrapers.browser_process import DriverFailed, DriverProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapers.browser import Browser

FLAGS = (
    "--headless=new",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--no-first-run",
    "--no-default-browser-check",
    "--blink-settings=imagesEnabled=false",
)
POLL_S = 0.05
STATUS = "const [seen] = performance.getEntriesByType('navigation'); return seen ? seen.responseStatus : null"


class Page:
    """What a scraper does in a browser: visit, run a script, wait for one to say something, take the cookies."""

    def __init__(self, driver: Remote, browser: Browser) -> None:
        """Take a running driver."""
        self._driver = driver
        self._browser = browser

    def visit(self, url: str) -> None:
        """Load a real URL's page, or the stand-in's in its place."""
        self._driver.get(self._browser.addresses.to_ask(url))

    def run(self, script: str, *arguments: str) -> object:
        """Return what a script returns."""
        return self._driver.execute_script(script, *arguments)

    def wait_for(self, script: str, *arguments: str) -> object:
        """Return what a script returns as soon as it is something; None when it is nothing until the time is up."""

        def said(_: Remote) -> object:
            # Between two pages there is no document to ask.
            return self._driver.execute_script(script, *arguments) or False

        try:
            return WebDriverWait(
                self._driver, self._browser.wait_s, POLL_S, ignored_exceptions=[WebDriverException]
            ).until(said)
        except TimeoutException:
            return None

    def cookies(self) -> dict[str, str]:
        """Return the page's cookies, waiting a little for one that a script sets."""

        def some(_: Remote) -> list[dict[str, object]]:
            return self._driver.get_cookies()

        try:
            found = WebDriverWait(self._driver, self._browser.wait_s, POLL_S).until(some)
        except TimeoutException:
            return {}
        return {str(cookie["name"]): str(cookie["value"]) for cookie in found}

    @property
    def url(self) -> str:
        """The real URL of the page that is shown."""
        return self._browser.addresses.to_record(self._driver.current_url)

    @property
    def status(self) -> int | None:
        """The HTTP status that the page came with; None where the browser doesn't say."""
        found = self._driver.execute_script(STATUS)
        return found if isinstance(found, int) and found > 0 else None

    @property
    def html(self) -> str:
        """The page as it stands now, with what its scripts have drawn."""
        return str(self._driver.page_source)


@contextmanager
def browsing(browser: Browser, *, feed: str, slot: str) -> Iterator[Page]:
    """Start driver and browser, and end both; see `Browser.open` for what is raised."""
    try:
        started = DriverProcess(browser.driver, browser.deadline_s)
    except DriverFailed as error:
        raise _not_started(browser, error, feed, slot) from error
    with started as process, _naming_failures(browser, process, feed, slot):
        try:
            driver = _start(browser, process)
        except (SessionNotCreatedException, DriverFailed) as error:
            if process.timed_out:
                raise
            raise _not_started(browser, error, feed, slot) from error
        try:
            yield Page(driver, browser)
        finally:
            _quit(driver, process)


def _not_started(browser: Browser, error: Exception, feed: str, slot: str) -> RequestWrong:
    return RequestWrong(
        f"{browser.binary} can't be started by {browser.driver}: {_first_line(error)}",
        feed=feed,
        slot=slot,
        advice="Chromium and its driver must be of one version",
    )


def options_for(binary: Path, profile: Path, *, as_root: bool, direct: bool) -> ChromeOptions:
    """Return how the browser is started."""
    options = ChromeOptions()
    options.binary_location = str(binary)
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={profile}")
    if as_root:
        # Chromium has no sandbox for root, and starts only when told to do without.
        options.add_argument("--no-sandbox")
    if direct:
        # A stand-in is on this machine or beside it: a proxy for the outside can't reach it.
        options.add_argument("--no-proxy-server")
    return options


def _start(browser: Browser, process: DriverProcess) -> Remote:
    options = options_for(
        browser.binary, process.profile, as_root=os.geteuid() == 0, direct=browser.replica is not None
    )
    url = process.url()
    here = ClientConfig(url, proxy=Proxy({"proxyType": "direct"}), timeout=int(browser.deadline_s) + 5)
    driver = Remote(url, options=options, client_config=here)
    driver.set_page_load_timeout(browser.page_load_s)
    driver.set_script_timeout(browser.wait_s)
    return driver


def _quit(driver: Remote, process: DriverProcess) -> None:
    """Let the driver close its browser, unless it is gone; whatever is left is killed after that."""
    if process.timed_out:
        return
    try:
        driver.quit()
    except (WebDriverException, HTTPError, OSError):
        return


@contextmanager
def _naming_failures(browser: Browser, process: DriverProcess, feed: str, slot: str) -> Iterator[None]:
    try:
        yield
    except TimeoutException as error:
        what = f"the browser's page did not load in {browser.page_load_s:g} s"
        raise SourceUnavailable(what, feed=feed, slot=slot, advice="try again later") from error
    except UnexpectedAlertPresentException as error:
        what = f"the page said in a dialogue: {error.alert_text!r}"
        raise SourceUnavailable(what, feed=feed, slot=slot, advice="try again later") from error
    except (WebDriverException, DriverFailed, HTTPError, OSError) as error:
        what = (
            f"the browser was stopped after {browser.deadline_s:g} s"
            if process.timed_out
            else f"the browser failed: {_first_line(error)}"
        )
        raise SourceUnavailable(what, feed=feed, slot=slot, advice="try again later") from error


def _first_line(error: Exception) -> str:
    words = error.msg if isinstance(error, WebDriverException) else str(error)
    return (words or type(error).__name__).partition("\n")[0]
