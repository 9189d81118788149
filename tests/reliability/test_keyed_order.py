"""Keyed tables are a pure function of the set of payloads: any order of loading, reverts in between, and a rebuild."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import keyed_changes
from pipelines.rebuild import rebuild
from tests.reliability import made_keyed
from tests.reliability.keyed_content import oracle, times_alone
from tests.reliability.keyed_place import Place
from tests.reliability.made_keyed import BEST, LIST, MADE, OTHER, TABLES, Body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

DAYS = (date(2026, 1, 5), date(2026, 1, 6))
SYMBOLS = ("INFY", "TCS")
SEGMENTS = ("CM", "FO")


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
