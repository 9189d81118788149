"""Many files at once: years that hold nothing are filled whole, and what comes of it is what one by one gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from loaders.first_load import YearTables
from munim.core.errors import ContentRefused
from pipelines.catalogue import NAV
from pipelines.ingest import ingest
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.reliability import tables
from tests.reliability.made_files import Row, body, payload

if TYPE_CHECKING:
    from munim.core.payload import Payload

Connection = psycopg.Connection[tuple[object, ...]]

FETCHED = datetime(2026, 8, 10, 3, tzinfo=UTC)
CODES = ("100001", "100002", "SIF-3")


def _window(number: int, first: date, days: int = 3, *, nav: str = "10.5", hours: int | None = None) -> Payload:
    rows = [
        Row(code, f"{nav}{place}", first + timedelta(days=day), name=f"Made Fund {place} - Direct Plan - Growth")
        for place, code in enumerate(CODES)
        for day in range(days)
    ]
    at = FETCHED + timedelta(hours=number if hours is None else hours)
    return payload(body(rows, "history-8-prices"), at, "amfi.history")


def _files() -> list[Payload]:
    """Windows of three years: over a new year, one with days of another, the same bytes again, and a daily file."""
    latest = payload(body([Row("100001", "12", date(2021, 6, 1))]), FETCHED + timedelta(hours=5))
    restated = _window(3, date(2019, 12, 31), nav="11.5")
    return [
        _window(0, date(2019, 6, 1)),
        _window(1, date(2019, 12, 30)),
        _window(2, date(2020, 3, 1)),
        restated,
        payload(restated.body, FETCHED + timedelta(hours=4), "amfi.history"),
        latest,
        _window(6, date(2021, 6, 1)),
        _window(7, date(2022, 1, 1)),
        _window(8, date(2022, 2, 1)),
    ]


@pytest.fixture
def attached(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """The years that were filled whole, as it is done."""
    years: list[set[int]] = []
    attach = YearTables.attach

    def noted(self: YearTables) -> None:
        years.append(set(self.years))
        attach(self)

    monkeypatch.setattr(YearTables, "attach", noted)
    return years


def _one_by_one(tools: Tools, files: list[Payload], connection: Connection) -> tables.Content:
    tables.empty(connection)
    connection.commit()
    for one in files:
        load_payload(NAV, one, tools, context(tools, "nav", Options()))
    return tables.content(connection)


def test_files_loaded_together_give_the_tables_that_one_by_one_gives(
    tools: Tools, connection: Connection, attached: list[set[int]]
) -> None:
    files = _files()
    reports = [(one.fetched_at, report.status) for one, report in ingest(NAV, files, tools)]
    assert reports == [(one.fetched_at, "success") for one in files]
    together = tables.content(connection)
    connection.commit()
    assert attached == [{2019, 2020}, {2022}]
    assert tables.differences(together, _one_by_one(tools, files, connection)) == ""


def test_the_partitions_of_a_first_load_have_the_key(tools: Tools, connection: Connection) -> None:
    list(ingest(NAV, _files(), tools))
    keyed = connection.execute(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'p' "
        "AND conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'market.nav'::regclass) ORDER BY 1"
    ).fetchall()
    assert keyed == [(f"market.nav_y{year}", "PRIMARY KEY (nav_date, scheme_code)") for year in range(2019, 2023)]


def test_a_file_that_is_refused_ends_it_and_those_before_it_are_loaded(tools: Tools, connection: Connection) -> None:
    files = _files()[:3]
    bad = payload(body([Row("100001", "x", date(2020, 5, 1))], "history-8-prices"), FETCHED + timedelta(hours=3),
                  "amfi.history")  # fmt: skip
    with pytest.raises(ContentRefused):
        list(ingest(NAV, [*files, bad, _window(9, date(2020, 6, 1))], tools))
    ended = connection.execute("SELECT status FROM etl.run ORDER BY run_id").fetchall()
    assert ended == [("success",), ("success",), ("success",), ("refused",)]
    assert connection.execute("SELECT count(*) FROM market.nav").fetchone() == (27,)


def test_where_the_connection_is_lost_at_the_end_each_file_goes_the_usual_way(
    tools: Tools, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_self: YearTables) -> None:
        message = "server closed the connection unexpectedly"
        raise psycopg.OperationalError(message)

    monkeypatch.setattr(YearTables, "attach", lost)
    files = _files()
    reports = [report.status for _, report in ingest(NAV, files, tools)]
    assert reports == ["success"] * len(files)
    found = tables.content(connection)
    connection.commit()
    assert tables.differences(found, _one_by_one(tools, files, connection)) == ""


def test_what_breaks_before_the_commit_leaves_nothing(
    tools: Tools, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: YearTables) -> None:
        message = "a fault"
        raise RuntimeError(message)

    monkeypatch.setattr(YearTables, "attach", broken)
    with pytest.raises(RuntimeError, match="a fault"):
        list(ingest(NAV, _files(), tools))
    rows = (
        "SELECT (SELECT count(*) FROM market.nav), (SELECT count(*) FROM etl.payload), (SELECT count(*) FROM etl.run)"
    )
    assert connection.execute(rows).fetchone() == (0, 0, 0)
    made = connection.execute("SELECT relname FROM pg_class WHERE relname ~ '^nav_y[0-9]+$'").fetchall()
    assert made == []


def test_files_that_are_loaded_already_are_repeats(tools: Tools, connection: Connection) -> None:
    files = _files()
    list(ingest(NAV, files, tools))
    before = tables.content(connection)
    connection.commit()
    assert [report.status for _, report in ingest(NAV, files, tools)] == ["repeat"] * len(files)
    assert tables.differences(tables.content(connection), before) == ""
