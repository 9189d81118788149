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
from loaders.keyed_chain import Stretch, fold
from loaders.keyed_columns import tuples
from loaders.keyed_rows import rows_of
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from pipelines.decisions import revert
from pipelines.rebuild import rebuild
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.archive import Archive
from tests.reliability import made_keyed
from tests.reliability.made_keyed import BEST, FIRST_FETCH, LIST, MADE, OTHER, TABLES, Body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

    from scrapers.client import Client

DAYS = (date(2026, 1, 5), date(2026, 1, 6))
SYMBOLS = ("INFY", "TCS")
SEGMENTS = ("CM", "FO")

Content = dict[str, set[tuple[object, ...]]]


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
        """All rows and revisions, payloads named by fetch time and digest in place of numbers."""
        found: Content = {}
        numbers = "(SELECT fetched_at::text || feed || sha256 FROM etl.payload WHERE payload_id = t.{})"
        for table in TABLES:
            for group in table.groups:
                prefix = f"{group.name}_" if len(table.groups) > 1 else ""
                gone = numbers.format("withdrawn_by") if table.withdraws else "NULL"
                cells = ", ".join((*table.key, *group.columns))
                found[f"{table.name}.{group.name}"] = set(self.opened.execute(
                    f"SELECT {cells}, {numbers.format(prefix + 'payload_id')}, {gone} "
                    f"FROM market.{table.name} AS t WHERE {prefix}payload_id IS NOT NULL"
                ).fetchall())  # fmt: skip
                where = f"WHERE column_group = '{group.name}'" if prefix else ""
                found[f"{table.name}.{group.name} revised"] = set(self.opened.execute(
                    f"SELECT {cells}, {numbers.format('payload_id')}, {numbers.format('superseded_by')} "
                    f"FROM market.{table.name}_revision AS t {where}"
                ).fetchall())  # fmt: skip
        return found

    def recorded(self) -> Content:
        return {
            table.name: set(self.opened.execute(
                f"SELECT {', '.join(table.key)}, " + ", ".join(
                    f"{group.name}_recorded_at" if len(table.groups) > 1 else "recorded_at" for group in table.groups
                ) + f" FROM market.{table.name}"
            ).fetchall())
            for table in TABLES
        }  # fmt: skip


def oracle(payloads: list[Payload]) -> Content:
    """The content that a fold over all payloads, sorted, gives: told from what they say, not from the tables."""
    ordered = sorted(payloads, key=lambda one: (one.fetched_at, one.feed, one.sha256))
    name = [f"{one.fetched_at.strftime('%Y-%m-%d %H:%M:%S')}" for one in ordered]
    found: Content = {}
    batches = [made_keyed.read(one, ()) for one in ordered]
    for table in TABLES:
        for group in table.groups:
            sightings: dict[tuple[object, ...], list[Stretch]] = {}
            for place, (payload, batch) in enumerate(zip(ordered, batches, strict=True)):
                rank = group.rank.get(payload.feed.removeprefix("munim.revert."), 0)
                said: dict[tuple[object, ...], tuple[object, ...] | None] = {}
                for part in batch.rows:
                    if (part.table, part.group) != (table.name, group.name):
                        continue
                    for scope in part.complete:
                        said |= {key: None for key in sightings if key[0] == scope.equals["segment"]}
                    said |= dict.fromkeys(part.withdrawn)
                    said |= dict(zip(tuples(part.frame, table.key), tuples(part.frame, group.columns), strict=True))
                for key, cells in said.items():
                    stretch = Stretch(place, rank, cells, place, FIRST_FETCH)
                    sightings.setdefault(key, []).append(stretch)
            rows, revised = set(), set()
            for key, seen in sightings.items():
                current, revisions = rows_of(fold(seen), withdraws=table.withdraws)
                if current is not None:
                    gone = None if current.withdrawn_by is None else name[current.withdrawn_by]
                    rows.add((*key, *current.cells, name[current.payload_id], gone))
                revised |= {(*key, *row.cells, name[row.payload_id], name[row.superseded_by]) for row in revisions}
            found[f"{table.name}.{group.name}"] = rows
            found[f"{table.name}.{group.name} revised"] = revised
    return found


def _times_alone(content: Content) -> Content:
    """Name payloads by their fetch time alone: the oracle knows them so."""
    return {
        part: {tuple(cell[:19] if isinstance(cell, str) and cell[:2] == "20" else cell for cell in row) for row in rows}
        for part, rows in content.items()
    }


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
    assert _times_alone(shuffled) == oracle(place.payloads())
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
