"""A real browser, for what only a browser can ask: which one, and how long it may take. Imports no Selenium.

It says that it is driven, as browsers that are driven do: nothing is hidden or changed, and a refusal stays one.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from scrapers.replica_address import Addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from munim.core.clock import Clock
    from scrapers.browser_session import Page

DEBIANS_DRIVER = Path("/usr/bin/chromedriver")
DEBIANS_CHROMIUM = Path("/usr/bin/chromium")


@dataclass(frozen=True)
class Browser:
    """Chromium with its driver, started anew for each use, headless and with an empty profile.

    `driver` and `binary` are paths; nothing is ever downloaded in their place. `replica` is the base URL of a
    stand-in for every site. A page may load for `page_load_s`; what a script is waited for may take `wait_s`; after
    `deadline_s` driver, browser and all that they started are killed, whatever they are at.
    """

    driver: Path
    binary: Path
    clock: Clock
    replica: str | None = None
    page_load_s: float = 30.0
    wait_s: float = 20.0
    deadline_s: float = 120.0

    @contextmanager
    def open(self, *, feed: str, slot: str) -> Iterator[Page]:
        """Start the browser, and stop it at the end without leaving a process or a file behind.

        Raises `RequestWrong` when driver or browser can't be started, and `SourceUnavailable` for whatever fails in
        the `with` by Selenium's word: a page that doesn't load, a deadline that has passed.
        """
        self._check(feed, slot)
        from scrapers.browser_session import browsing  # noqa: PLC0415 - selenium costs half a second

        with browsing(self, feed=feed, slot=slot) as page:
            yield page

    def cookies(self, url: str, *, feed: str, slot: str) -> dict[str, str]:
        """Return the cookies that a page gives a browser, by name; empty where it gives none. Raises as `open`."""
        with self.open(feed=feed, slot=slot) as page:
            page.visit(url)
            return page.cookies()

    @property
    def addresses(self) -> Addresses:
        """Real addresses and those that are asked."""
        return Addresses(self.replica)

    def _check(self, feed: str, slot: str) -> None:
        for path, variable in ((self.driver, "MUNIM_CHROMEDRIVER"), (self.binary, "MUNIM_CHROMIUM")):
            if not path.is_file():
                raise RequestWrong(
                    f"there is no file {path}",
                    feed=feed,
                    slot=slot,
                    advice=f"install Chromium with its driver (Debian: chromium, chromium-driver), or set {variable}",
                )
