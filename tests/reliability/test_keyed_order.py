"""Keyed tables are a pure function of the set of payloads: any order of loading, reverts in between, and a rebuild."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import keyed_changes
from loaders.database import Database
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from pipelines.decisions import revert
from pipelines.rebuild import rebuild
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.archive import Archive
from tests.reliability import made_keyed
from tests.reliability.keyed_content import Content, content, oracle, recorded, times_alone
from tests.reliability.made_keyed import BEST, FIRST_FETCH, LIST, MADE, OTHER, TABLES, Body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

    from scrapers.client import Client

DAYS = (date(2026, 1, 5), date(2026, 1, 6))
SYMBOLS = ("INFY", "TCS")
SEGMENTS = ("CM", "FO")


@dataclass
class Clock:
    at: datetime = FIRST_FETCH

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def _no_client() -> Client:
    message = "nothing is fetched"
    raise AssertionError(message)


@dataclass
class Place:
    """Empty made tables and a new archive."""

    url: str
    opened: psycopg.Connection[tuple[object, ...]]
    folder: Path
    clock: Clock = field(default_factory=Clock)
    runs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.opened.execute(
            "TRUNCATE market.made_list, market.made_list_revision, market.made_price, market.made_price_revision, "
            "etl.payload, etl.run, etl.quarantine, etl.quality_note"
        )
        archive = Archive.open(tempfile.mkdtemp(dir=self.folder), "replica", self.clock)
        database = Database("replica", self.clock, url=self.url)
        self.tools = Tools(database, archive, self.clock, _no_client, "a test")

    def load(self, payload: Payload) -> str:
        self.clock.at = max(self.clock.at, payload.fetched_at)
        report = load_payload(MADE, payload, self.tools, context(self.tools, MADE.name, Options()))
        if report.status == "success":
            self.runs.append(report.run_id)
        return report.status

    def revert(self, number: int) -> None:
        if self.runs:
            # Where no value of the run still stands there is nothing to take back.
            with suppress(RequestWrong):
                self.runs.append(revert(MADE, self.runs[number % len(self.runs)], self.tools).run_id)

    def payloads(self) -> list[Payload]:
        archive = self.tools.archive
        return [archive.payload(manifest) for manifest in archive.manifests()]

    def content(self) -> Content:
        return content(self.opened, TABLES)

    def recorded(self) -> Content:
        return recorded(self.opened, TABLES)


@st.composite
def bodies(draw: st.DrawFn) -> list[Body]:
    made = []
    for minute in range(draw(st.integers(2, 7))):
        feed = draw(st.sampled_from([LIST, BEST, OTHER]))
        if feed == LIST:
            keys = st.tuples(st.sampled_from(SEGMENTS), st.sampled_from(DAYS))
            entries = draw(st.dictionaries(keys, st.sampled_from(["Holi", "Diwali"]), max_size=3))
            complete = tuple(draw(st.sets(st.sampled_from(SEGMENTS), min_size=0 if entries else 1)))
            made.append(Body(feed, minute, entries, complete))
        else:
            priced = st.tuples(st.sampled_from(DAYS), st.sampled_from(SYMBOLS))
            cells = st.tuples(st.sampled_from(["1.5", "22"]), st.sampled_from([None, "40", "41.25"]))
            made.append(Body(feed, minute, prices=draw(st.dictionaries(priced, cells, min_size=1, max_size=4))))
    return made


@pytest.fixture(params=[keyed_changes.BULK_ROWS, 1], ids=["row by row", "all at once"])
def made(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, psycopg.Connection[tuple[object, ...]], Path]]:
    monkeypatch.setattr(keyed_changes, "BULK_ROWS", request.param)
    with made_keyed.made_tables(database_url) as opened:
        yield database_url, opened, tmp_path


def _check(made: tuple[str, psycopg.Connection[tuple[object, ...]], Path], files: list[Body], order: list[int],
           reverts: dict[int, int]) -> None:  # fmt: skip
    place = Place(*made)
    for step, number in enumerate(order):
        place.load(files[number].payload())
        if step in reverts:
            place.revert(reverts[step])
    shuffled = place.content()
    assert times_alone(shuffled) == oracle(place.payloads(), TABLES, made_keyed.read)
    recorded = place.recorded()
    rebuild(MADE, place.tools)
    assert place.content() == shuffled
    assert place.recorded() == recorded
    again = Place(*made)
    for payload in place.payloads():
        again.load(payload)
    assert again.content() == shuffled


ORDERED = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@ORDERED
@given(files=bodies(), data=st.data())
def test_rows_and_revisions_do_not_depend_on_the_order(
    made: tuple[str, psycopg.Connection[tuple[object, ...]], Path], files: list[Body], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(files))))
    reverts = data.draw(st.dictionaries(st.integers(0, len(files) - 1), st.integers(0, 6), max_size=2))
    _check(made, files, order, reverts)
