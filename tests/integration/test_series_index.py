"""A scheme's NAVs of years: the same with the index of closed years and without it, and who has that index."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import psycopg
import pytest

from loaders.series_index import COVER_LOCK, cover_closed_years
from munim.core.clock import IST
from munim.readers import nav_series
from munim.readers.nav import series
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock
from tests.reliability.made_files import Row, body, payload

Opened = psycopg.Connection[tuple[object, ...]]

CODE, OTHER = "100001", "100002"
DAYS = [date(2022, 12, 30), date(2023, 1, 2), date(2024, 6, 3), date(2025, 12, 31), date(2026, 1, 1), date(2026, 8, 20)]

INDEXES = """
SELECT substr(relname, 5, 5), indisvalid FROM pg_class JOIN pg_index ON indexrelid = oid
WHERE relname ~ '^nav_y[0-9]{4}_series$' ORDER BY 1
"""


@pytest.fixture
def loaded(tools: Tools, clock: SetClock, connection: Opened) -> Opened:
    """NAVs of five years, in a connection in autocommit; nothing of an earlier test's database is remembered."""
    nav_series._remembered.clear()
    clock.at = datetime(2026, 8, 21, 9, tzinfo=IST)
    rows = [
        Row(code, f"1{place}.5", day, name=f"Fund {code} - Growth")
        for place, day in enumerate(DAYS)
        for code in (CODE, OTHER)
    ]
    history = payload(body(rows, "history-8-plan"), clock.at, "amfi.history")
    load_payload(NAV, history, tools, context(tools, NAV.name, Options()))
    connection.rollback()
    connection.autocommit = True
    return connection


def told(connection: Opened, first: date = date.min, last: date = date.max) -> list[tuple[date, Decimal]]:
    return [(one.nav_date, one.nav) for one in series(connection, CODE, first, last)]


def test_a_series_is_the_same_with_the_index_as_without(loaded: Opened) -> None:
    expected = [(day, Decimal(f"1{place}.5")) for place, day in enumerate(DAYS)]
    assert told(loaded) == expected

    assert cover_closed_years(loaded, 2026) == [2022, 2023, 2024, 2025]

    assert told(loaded) == expected
    assert told(loaded) == expected
    for first, last in ((date(2023, 1, 1), date(2026, 1, 1)), (date(2025, 12, 31), date(2026, 2, 28))):
        assert told(loaded, first, last) == [one for one in expected if first <= one[0] <= last]


def test_a_year_whose_index_was_lost_is_read_all_the_same(loaded: Opened) -> None:
    cover_closed_years(loaded, 2026)
    expected = told(loaded)

    # What is remembered of the years says that they have it.
    loaded.execute("DROP INDEX market.nav_y2024_series")

    assert told(loaded) == expected
    assert cover_closed_years(loaded, 2026) == [2024]


def test_the_year_that_is_being_filled_has_no_index_and_those_that_have_it_are_left_alone(loaded: Opened) -> None:
    cover_closed_years(loaded, 2026)

    assert loaded.execute(INDEXES).fetchall() == [(f"y{year}", True) for year in range(2022, 2026)]
    assert cover_closed_years(loaded, 2026) == []


def test_an_index_that_was_left_half_made_is_made_anew(loaded: Opened) -> None:
    cover_closed_years(loaded, 2026)
    loaded.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'market.nav_y2023_series'::regclass")

    assert cover_closed_years(loaded, 2026) == [2023]
    assert (("y2023", True)) in loaded.execute(INDEXES).fetchall()


def test_where_another_makes_them_nothing_is_waited_for(loaded: Opened, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (COVER_LOCK,))
        assert cover_closed_years(loaded, 2026) == []
    assert loaded.execute(INDEXES).fetchall() == []


@pytest.mark.parametrize(
    ("open_years", "expected"),
    [
        ([], [(False, 2022, 2026)]),
        ([2026], [(False, 2022, 2025), (True, 2026, 2026)]),
        ([2023, 2024, 2026], [(False, 2022, 2022), (True, 2023, 2024), (False, 2025, 2025), (True, 2026, 2026)]),
        ([2019, 2022, 2030], [(True, 2022, 2022), (False, 2023, 2026)]),
        ([2026, 2027], [(False, 2022, 2025), (True, 2026, 2026)]),
    ],
)
def test_the_spans_are_all_of_the_days_together(open_years: list[int], expected: list[tuple[bool, int, int]]) -> None:
    first, last = date(2022, 3, 1), date(2026, 8, 20)

    spans = list(nav_series._spans(open_years, first, last))

    assert [(is_open, begin.year, end.year) for is_open, begin, end in spans] == expected
    assert (spans[0][1], spans[-1][2]) == (first, last)
    assert all(after[1] - before[2] == timedelta(days=1) for before, after in pairwise(spans))
