"""The built-in replica inside this process, and a place of its own for what comes from it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from munim.cli.doors import open_browser
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from munim.core.clock import Clock
    from munim.core.settings import Settings
    from munim.replica.server import ReplicaServer
    from scrapers.client import Client


def settings_for_made_data(settings: Settings, home: Path) -> Settings:
    """Return settings whose database and archive are in `home`, and nowhere else: made data never mixes with real.

    Raises `RequestWrong` where embedded databases are forbidden.
    """
    if settings.require_external:
        raise RequestWrong(
            "made data goes into an embedded database, and MUNIM_REQUIRE_EXTERNAL forbids one",
            advice="point MUNIM_REPLICA, MUNIM_DATABASE_URL and MUNIM_ARCHIVE at a stand-in and places for made data",
        )
    return settings.model_copy(update={"home": home, "database_url": None, "archive": None, "replica": None})


class MadeSites:
    """Every site, made: a server that starts with the first client and ends with the `with`."""

    def __init__(self, settings: Settings) -> None:
        """Nothing starts yet: a slot that is closed needs no site."""
        self._settings = settings
        self._stack = ExitStack()
        self._server: ReplicaServer | None = None

    def client(self, at: datetime, clock: Clock) -> Client:
        """Return a client of the made sites, which show what they would at an instant."""
        from munim.replica.server import ReplicaServer  # noqa: PLC0415 - numpy, and a second for the population
        from munim.replica.universe import Universe  # noqa: PLC0415
        from scrapers.client import Client, Machine  # noqa: PLC0415
        from scrapers.manners import Manners  # noqa: PLC0415

        if self._server is None:
            self._server = self._stack.enter_context(ReplicaServer(Universe(), at))
        self._server.at = at
        return Client(
            user_agent=self._settings.user_agent,
            clock=clock,
            contact=self._settings.contact,
            replica=self._server.url,
            # Nobody is to be spared: it is this process that answers.
            manners=Manners(interval_s=0, site_intervals_s={}),
            machine=Machine(browser=open_browser(self._settings, clock, self._server.url)),
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server, if it was started."""
        self._stack.close()
