"""The tables are a function of the set of payloads: loaded in any order, they hold the same rows and revisions.

A few worlds each; tests/reliability/test_order_long.py has hundreds.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

import loaders.binary_copy
import loaders.nav_packed
import loaders.nav_stored
import loaders.upsert
from tests.reliability.made_worlds import World, worlds
from tests.reliability.order import Connection, Places, check_that_order_does_not_matter, real_tables

# Shrinking an example takes minutes of loading: longer than a test of `make test` may take.
a_few = settings(real_tables, max_examples=7, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@pytest.fixture
def places(database_url: str, connection: Connection, tmp_path: Path) -> Places:
    return Places(database_url, connection, tmp_path)


@a_few
@given(world=worlds(decisions=False))
def test_payloads_in_any_order_give_the_rows_of_the_sorted_ones(places: Places, world: World) -> None:
    check_that_order_does_not_matter(places, world)


@a_few
@given(world=worlds(decisions=True))
def test_with_runs_taken_back_and_refused_rows_accepted_in_between_too(places: Places, world: World) -> None:
    check_that_order_does_not_matter(places, world)


@a_few
@given(world=worlds(decisions=True))
def test_where_rows_are_many_too(places: Places, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole days are read at once, and rows sorted and sent in pieces: as with a real file, of thousands of rows."""
    monkeypatch.setattr(loaders.nav_stored, "WHOLE_DAY_ROWS", 3)
    monkeypatch.setattr(loaders.upsert, "BULK_ROWS", 3)
    monkeypatch.setattr(loaders.binary_copy, "FIRST_ROWS", 2)
    monkeypatch.setattr(loaders.binary_copy, "ROWS_A_PIECE", 7)
    monkeypatch.setattr(loaders.nav_packed, "RESTING_DAYS", 1)
    monkeypatch.setattr(loaders.nav_packed, "RESTING_SHARE", 0)
    check_that_order_does_not_matter(places, world)
