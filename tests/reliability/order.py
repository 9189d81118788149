"""Loading a made world in its order, and checking that no order would have made other tables."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
from hypothesis import HealthCheck, settings

from loaders.database import Database
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment
from munim.readers.judged_by import judged_by
from pipelines.catalogue import NAV
from pipelines.decisions import ReplayReport, replay, revert
from pipelines.rebuild import rebuild
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from pipelines.verdicts import accepted_lines
from scrapers.archive import Archive
from scrapers.client import Client
from tests.reliability import oracle, tables
from tests.reliability.made_worlds import CODES, FIRST_FETCH, Load, Revert, World

Connection = psycopg.Connection[tuple[object, ...]]

real_tables = settings(
    deadline=None,
    # The database and the connection are a test's own; every example empties them first.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Clock:
    """Goes on by a second each time that it is asked, and never stands before a payload's fetch."""

    at: datetime = FIRST_FETCH

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Place:
    """An empty database and a new archive, and what was done there."""

    connection: Connection
    tools: Tools
    clock: Clock
    runs: list[int] = field(default_factory=list)
    shown: list[tuple[datetime, dict[tables.NavKey, Decimal]]] = field(default_factory=list)
    """What market.nav showed after each load, and the time just then."""
    told: list[tuple[datetime, tables.Content]] = field(default_factory=list)
    """What agents were told of the schemes after each load, and the time just then."""
    judged: dict[object, tables.Judged] = field(default_factory=dict)
    """What freshness is judged by, by what says that it is the same."""

    def load(self, payload: Payload) -> str:
        self.clock.at = max(self.clock.at, payload.fetched_at)
        report = load_payload(NAV, payload, self.tools, context(self.tools, NAV.name, Options()))
        if report.status == "success":
            self.runs.append(report.run_id)
        self.look()
        return report.status

    def revert(self, number: int) -> None:
        if not self.runs:
            return
        # Where no value of the run still stands there is nothing to take back.
        with suppress(RequestWrong):
            self.runs.append(revert(NAV, self.runs[number % len(self.runs)], self.tools).run_id)
        self.look()

    def accept(self) -> None:
        rows = self.connection.execute("SELECT quarantine_id FROM etl.quarantine WHERE status = 'open'").fetchall()
        numbers = [int(str(row[0])) for row in rows]
        if numbers:
            assert replay(NAV, numbers, self.tools, accept=True) == ReplayReport(len(numbers), 0)
        self.look()

    def accepted(self) -> Mapping[tables.PayloadName, set[int]]:
        """The lines that were accepted, by payload, as the archive keeps them."""
        lines: dict[tables.PayloadName, set[int]] = {}
        for one in self.tools.archive.decisions():
            lines.setdefault((one.fetched_at, one.feed, one.sha256), set()).update(accepted_lines([one]))
        return lines

    def look(self) -> None:
        self.shown.append((self.clock.at, tables.navs(self.connection)))
        self.told.append((self.clock.at, tables.schemes(self.connection, CODES)))
        self.look_at_judged()

    def look_at_judged(self) -> None:
        """Where it is said to be the same it is, and a standing that is remembered is the one that is judged anew."""
        found = tables.judged(self.connection)
        assert self.judged.setdefault(judged_by(self.connection), found) == found
        now = Moment(self.clock.at, None)
        remembered = standing.standing_of(self.connection, standing.NAV, now)
        standing.forget()
        assert standing.standing_of(self.connection, standing.NAV, now) == remembered

    def payloads(self) -> list[Payload]:
        archive = self.tools.archive
        return [archive.payload(manifest) for manifest in archive.manifests()]


@dataclass(frozen=True)
class Places:
    """Makes places on one database, one after the other: each begins empty."""

    url: str
    connection: Connection
    folder: Path

    def empty(self) -> Place:
        tables.empty(self.connection)
        clock = Clock()
        archive = Archive.open(tempfile.mkdtemp(dir=self.folder), "replica", clock)
        database = Database("replica", clock, url=self.url)
        return Place(self.connection, Tools(database, archive, clock, _no_client, "a test"), clock)


def check_that_order_does_not_matter(places: Places, world: World) -> None:
    place = places.empty()
    for action in world.actions:
        if isinstance(action, Load):
            place.load(world.files[action.number].payload())
        elif isinstance(action, Revert):
            place.revert(action.number)
        else:
            place.accept()
    shuffled = tables.content(place.connection)
    _check_oracle(place, world)
    _check_as_of(place)
    _check_rebuild(place, shuffled)
    if not place.accepted():
        # Where rows were accepted their files can't be loaded anew as they were loaded then: only made again.
        _check_sorted(places, place, shuffled)


def _check_oracle(place: Place, world: World) -> None:
    accepted = place.accepted()
    names = {oracle.name_of(file.payload()): file for file in world.files}
    said = {name: oracle.said_by_file(file, accepted.get(name, ())) for name, file in names.items()}
    reverts = [payload for payload in place.payloads() if payload.origin == "revert"]
    said |= {oracle.name_of(payload): oracle.said_by_revert(payload) for payload in reverts}
    assert tables.nav_rows(place.connection) == oracle.nav_rows(said)
    if not reverts:
        assert tables.seen(place.connection) == oracle.seen(world.files)


def _check_as_of(place: Place) -> None:
    """What was shown after each load can be told afterwards, by the rule and by the reader."""
    for at, shown in place.shown:
        assert tables.navs_as_known(place.connection, at) == shown
        of_codes = {key: nav for key, nav in shown.items() if key[1] in CODES}
        assert tables.navs_as_read(place.connection, CODES, at) == of_codes
    for at, told in place.told:
        if why := tables.differences(tables.schemes_as_told(place.connection, CODES, at), told):
            raise AssertionError(f"as of {at}: {why}")


def _check_rebuild(place: Place, shuffled: tables.Content) -> None:
    recorded = tables.recorded(place.connection)

    report = rebuild(NAV, place.tools)

    place.look_at_judged()
    _check_same(place, shuffled)
    if why := tables.differences(tables.recorded(place.connection), recorded):
        raise AssertionError(why)
    assert (report.payloads, report.rows["navs"]) == (len(shuffled["payload"]), len(shuffled["nav"]))
    # And from the archive alone.
    tables.empty(place.connection)
    rebuild(NAV, place.tools)
    _check_same(place, shuffled)


def _check_sorted(places: Places, place: Place, shuffled: tables.Content) -> None:
    ordered = places.empty()
    for payload in place.payloads():
        assert ordered.load(payload) == "success"
    _check_same(ordered, shuffled)


def _check_same(place: Place, wanted: tables.Content) -> None:
    if why := tables.differences(tables.content(place.connection), wanted):
        raise AssertionError(why)


def _no_client() -> Client:
    message = "this test fetches nothing"
    raise AssertionError(message)
