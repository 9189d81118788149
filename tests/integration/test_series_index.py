"""A scheme's NAVs of years: the same with the index of closed years and without it, and who has that index."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

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
    """NAVs of five years, in a connection in autocommit."""
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


@pytest.mark.parametrize("lost", [(), (2022,), (2023, 2025), (2022, 2023, 2024, 2025)])
def test_a_series_is_the_same_whichever_years_have_the_index(loaded: Opened, lost: tuple[int, ...]) -> None:
    expected = [(day, Decimal(f"1{place}.5")) for place, day in enumerate(DAYS)]
    cover_closed_years(loaded, 2026)
    for year in lost:
        loaded.execute(f"DROP INDEX market.nav_y{year}_series")

    for first, last in product([date.min, *DAYS], [*DAYS, date.max]):
        assert told(loaded, first, last) == [one for one in expected if first <= one[0] <= last]


def test_years_that_are_made_later_are_read_too(loaded: Opened, tools: Tools, clock: SetClock) -> None:
    """Which years there are is remembered by the connection."""
    cover_closed_years(loaded, 2026)
    expected = told(loaded)
    clock.at += timedelta(days=900)
    later = [date(2010, 5, 3), date(2021, 7, 1), date(2028, 1, 3)]
    rows = [Row(CODE, f"{place}.25", day, name=f"Fund {CODE} - Growth") for place, day in enumerate(later)]
    history = payload(body(rows, "history-8-plan"), clock.at, "amfi.history")
    load_payload(NAV, history, tools, context(tools, NAV.name, Options()))

    added = [(day, Decimal(f"{place}.25")) for place, day in enumerate(later)]
    assert told(loaded) == sorted([*expected, *added])


def test_a_role_that_may_read_the_table_alone_and_no_year_by_its_name_reads_the_same(loaded: Opened) -> None:
    cover_closed_years(loaded, 2026)
    expected = told(loaded)
    with loaded.transaction(force_rollback=True):
        loaded.execute("CREATE ROLE reads_the_parents")
        loaded.execute("GRANT USAGE ON SCHEMA market, etl TO reads_the_parents")
        loaded.execute(
            "GRANT SELECT ON market.nav, market.nav_y2023, etl.payload, etl.nav_recorded TO reads_the_parents"
        )
        nav_series._remembered.clear()
        loaded.execute("SET LOCAL ROLE reads_the_parents")
        assert told(loaded) == expected
    nav_series._remembered.clear()
