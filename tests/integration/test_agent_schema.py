"""What agents read in the database: all of it is explained, and what was known at a time is what the readers say."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, LiteralString

import pytest

from munim.core.payload import Payload
from munim.readers import calendar, equity, flows, freshness, nav
from munim.readers.instruments import find_security
from munim.readers.keyed_as_of import ALL_DAYS, Known
from pipelines.catalogue import NAV
from pipelines.decisions import revert
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.integration.equity_loads import boundary, load_actions
from tests.integration.equity_loads import load as load_bhavcopies
from tests.integration.flows_made import QUIET, load_fii_dii

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from loaders.database import Connection
    from tests.conftest import SetClock

UNCOMMENTED = """
SELECT table_name || coalesce('.' || column_name, '') FROM information_schema.columns
WHERE table_schema = 'agent'
  AND (col_description(to_regclass(format('agent.%I', table_name)), ordinal_position) IS NULL
       OR obj_description(to_regclass(format('agent.%I', table_name)), 'pg_class') IS NULL)
UNION ALL
SELECT routine.proname FROM pg_proc AS routine
WHERE routine.pronamespace = 'agent'::regnamespace AND obj_description(routine.oid, 'pg_proc') IS NULL
"""

UNGUARDED = """
SELECT proname FROM pg_proc
WHERE pronamespace = 'agent'::regnamespace
  AND NOT (prosecdef AND proconfig @> ARRAY['search_path=pg_catalog, pg_temp'] AND provolatile = 's')
"""

UNTRACED = """
SELECT view.table_name FROM information_schema.tables AS view
WHERE table_schema = 'agent' AND NOT (table_name = ANY (%s)) AND NOT (
    SELECT array_agg(column_name::text) @> ARRAY['basis', 'known_from', 'recorded_at', 'feed', 'url', 'sha256']
    FROM information_schema.columns AS its WHERE its.table_schema = 'agent' AND its.table_name = view.table_name
)
"""

NOT_OF_FACTS = ["freshness", "run", "change", "source_file", "index_span", "ipo_listing"]
"""Views about the loads themselves, and two that say in a comment why they are put together from several files."""

MONDAY = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
HEADINGS = "\n \nOpen Ended Schemes(Equity Scheme - ELSS)\n \nAxis Mutual Fund\n \n"
CODES = ("120503", "120502", "120501")
SPLIT = "Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share"
WAYS = [(source_time, reconstructed) for source_time in (False, True) for reconstructed in (False, True)]


def test_every_view_column_and_function_says_what_it_holds(connection: Connection) -> None:
    assert connection.execute(UNCOMMENTED).fetchall() == []
    (count,) = connection.execute("SELECT count(*) FROM information_schema.views WHERE table_schema = 'agent'")
    assert count == (31,)


def test_functions_run_as_their_owner_and_look_up_nothing_by_a_path(connection: Connection) -> None:
    assert connection.execute(UNGUARDED).fetchall() == []


def test_every_row_of_a_fact_has_its_basis_its_time_and_its_source(connection: Connection) -> None:
    assert connection.execute(UNTRACED, (NOT_OF_FACTS,)).fetchall() == []


def _load(tools: Tools, clock: SetClock, at: datetime, *rows: tuple[str, str, str], recorded: datetime) -> int:
    lines = "\n".join(f"{code};-;-;Axis ELSS Fund {code} - Growth;{value};{day}" for code, value, day in rows)
    clock.at = recorded
    payload = Payload(
        "amfi.latest", at.isoformat(), "file:made", at, (HEADER + HEADINGS + lines + "\n").encode(), "file"
    )
    return load_payload(NAV, payload, tools, context(tools, NAV.name, Options())).run_id


def _asked(connection: Connection, query: LiteralString, values: Sequence[object]) -> list[tuple[object, ...]]:
    return connection.execute(query, list(values)).fetchall()


def _rows(found: Sequence[Any], query_columns: Sequence[str]) -> list[tuple[object, ...]]:
    return [tuple(getattr(one, name) for name in query_columns) for one in found]


def _columns(kind: type) -> list[str]:
    return [field.name for field in fields(kind)]


@pytest.fixture
def navs(tools: Tools, clock: SetClock) -> None:
    """A restated value, one that was loaded late, one of long ago, and a load that was taken back."""
    _load(tools, clock, MONDAY, (CODES[0], "10", "14-Aug-2026"), (CODES[1], "20", "14-Aug-2026"), recorded=MONDAY)
    _load(tools, clock, MONDAY + DAY, (CODES[0], "10.5", "14-Aug-2026"), (CODES[1], "21", "17-Aug-2026"),
          recorded=MONDAY + 3 * DAY)  # fmt: skip
    rows = ((CODES[0], "9.125", "20-Aug-2026"), (CODES[1], "22", "20-Aug-2026"), (CODES[2], "7", "02-Mar-2026"))
    run_id = _load(tools, clock, MONDAY + 4 * DAY, *rows, recorded=MONDAY + 4 * DAY)
    clock.at = MONDAY + 6 * DAY
    revert(NAV, run_id, tools)


@pytest.mark.usefixtures("navs")
@pytest.mark.parametrize(("source_time", "reconstructed"), WAYS)
def test_navs_as_of_are_those_of_the_reader(connection: Connection, *, source_time: bool, reconstructed: bool) -> None:
    seen = set()
    for hours in range(-24, 24 * 9, 12):
        at = MONDAY + timedelta(hours=hours)
        for code in CODES:
            expected = nav.series_as_of(
                connection, code, at, source_time=source_time, include_reconstructed=reconstructed
            )
            query = "SELECT * FROM agent.nav_series_as_of(%s, '-infinity', 'infinity', %s, %s, %s)"
            found = _asked(connection, query, (code, at, source_time, reconstructed))
            assert found == _rows(expected, nav.NavValue._fields)
            for day in (date(2026, 8, 14), date(2026, 8, 18), date(2026, 3, 2)):
                last = [row for row in found if day - timedelta(days=45) <= row[0] <= day][-1:]  # type: ignore[operator]
                asked = (code, day, at, source_time, reconstructed)
                assert _asked(connection, "SELECT * FROM agent.nav_as_of(%s, %s, %s, %s, %s)", asked) == last
                whole = _asked(connection, "SELECT * FROM agent.navs_of_day_as_of(%s, %s, %s, %s)", asked[1:])
                assert [row[1:] for row in whole if row[0] == code] == [row[1:] for row in found if row[0] == day]
            seen |= {row[1] for row in found}
    assert {str(value) for value in seen} >= {"10", "10.5", "20", "21", "9.125"}


@pytest.mark.usefixtures("navs")
def test_a_time_that_is_left_out_is_now_and_later_times_show_nothing_early(connection: Connection) -> None:
    now = "SELECT nav_date, nav::text FROM agent.nav_as_of('120503', '2026-08-18')"
    assert connection.execute(now).fetchall() == [(date(2026, 8, 14), "10.5")]
    then = "SELECT nav::text FROM agent.nav_as_of('120503', '2026-08-18', '2026-08-19 03:00Z')"
    assert connection.execute(then).fetchall() == [("10",)]
    names = "SELECT name, plan FROM agent.scheme_as_of('120503', %s)"
    assert connection.execute(names, (MONDAY - DAY,)).fetchall() == []
    assert connection.execute(names, (MONDAY + DAY,)).fetchall() == [("Axis ELSS Fund 120503 - Growth", None)]


@pytest.mark.parametrize(("source_time", "reconstructed"), WAYS)
def test_flows_as_of_are_those_of_the_reader(
    tools: Tools, clock: SetClock, connection: Connection, *, source_time: bool, reconstructed: bool
) -> None:
    evening = datetime(2026, 8, 17, 13, 45, tzinfo=UTC)
    clock.at = evening
    load_fii_dii(tools, "17-Aug-2026", evening)
    clock.at = evening + 3 * DAY
    load_fii_dii(tools, "17-Aug-2026", evening + DAY, (QUIET[0], ("17907.55", "20365.05", "-2457.50")))
    clock.at = evening + 30 * DAY
    load_fii_dii(tools, "18-Aug-2026", evening + 30 * DAY)
    counts = []
    for hours in (-1, 1, 25, 73, 24 * 20, 24 * 31):
        at = evening + timedelta(hours=hours)
        expected = flows.fii_dii(connection, ALL_DAYS, Known(at, source_time, reconstructed))
        query = (
            "SELECT imported, known_from, recorded_at, reconstructed, feed, url, sha256, trade_date, investor_class, "
            "scope, source, basis, buy_inr_crore, sell_inr_crore, net_inr_crore, label "
            "FROM agent.flows_as_of('-infinity', 'infinity', %s, %s, %s)"
        )
        assert _asked(connection, query, (at, source_time, reconstructed)) == _rows(expected, _columns(flows.FiiDii))
        counts.append(len(expected))
    assert counts == [0, 2, 2, 4 if reconstructed else 2, 4 if reconstructed else 2, 4]


@pytest.mark.parametrize("source_time", [False, True])
def test_equity_as_of_is_that_of_the_reader_raw_and_adjusted(
    recorded: Path, tools: Tools, clock: SetClock, connection: Connection, *, source_time: bool
) -> None:
    clock.at = datetime(2026, 10, 1, tzinfo=UTC)
    load_bhavcopies(tools, boundary(recorded, date(2024, 7, 3), date(2024, 7, 9)))
    load_actions(tools, ("REMSONSIND", date(2024, 7, 5), SPLIT), window=(date(2024, 7, 1), date(2024, 7, 31)))
    security = find_security(connection, "REMSONSIND")
    counts = []
    for at in (datetime(2024, 7, 5, tzinfo=UTC), datetime(2024, 7, 8, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)):
        known = Known(at, source_time)
        rows = equity.series(connection, security, ALL_DAYS, known)
        asked = (security.exchange, security.symbol, at, source_time)
        names = [name for name in _columns(equity.EquityDay) if name not in {"factor", "era"}]
        query = "SELECT * FROM agent.equity_as_of(%s, %s, '-infinity', 'infinity', %s, %s)"
        assert _asked(connection, query, asked) == _rows(rows, names)
        query = (
            "SELECT trade_date, open, high, low, close, volume, delivered_quantity, factor, era "
            "FROM agent.equity_adjusted_as_of(%s, %s, '-infinity', 'infinity', %s, %s)"
        )
        names = ["trade_date", "open", "high", "low", "close", "volume", "delivered_quantity", "factor", "era"]
        assert _asked(connection, query, asked) == _rows(equity.adjusted(connection, security, rows, known), names)
        counts.append(len(rows))
    assert counts == ([2, 3, 5] if source_time else [0, 0, 5])


def test_freshness_and_the_calendar_are_those_of_the_readers(
    tools: Tools, clock: SetClock, connection: Connection
) -> None:
    _load(tools, clock, MONDAY, (CODES[0], "10", "14-Aug-2026"), recorded=MONDAY)
    expected = [
        (one.dataset, one.feed, one.newest_content, one.due_content, one.status)
        for one in freshness.freshness_at(connection, MONDAY + DAY)
    ]
    query = "SELECT dataset, feed, latest, due, status FROM agent.freshness_at(%s) ORDER BY dataset, feed"
    assert _asked(connection, query, (MONDAY + DAY,)) == expected
    assert ("nav", "amfi.latest", date(2026, 8, 14)) in [row[:3] for row in expected]
    day = calendar.day(connection, date(2026, 8, 16))
    standing = "SELECT standing FROM agent.calendar('NSE', '2026-08-16', '2026-08-16')"
    assert connection.execute(standing).fetchall() == [(day.standing.value,)]
