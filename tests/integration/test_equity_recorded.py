"""The recorded bhavcopies of both exchanges in the tables: nothing lost, nothing of another day, no seam, no jump."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from munim.readers.calendar import load_calendar
from pipelines.calendar_set import CALENDAR
from pipelines.decisions import revert
from pipelines.equity_set import EQUITY
from pipelines.ingest import ingest, plan
from pipelines.rebuild import rebuild
from pipelines.screener_compute import compute_pending
from tests.integration.equity_loads import (
    BOUNDARY,
    FOLDERS,
    LATER,
    boundary,
    files_of,
    load,
    load_actions,
    load_lists,
)
from tests.unit.equity_files import STALE, day_of, rows_of_text, sum_of

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

    from pipelines.tools import Tools
    from tests.conftest import SetClock

    Connection = psycopg.Connection[tuple[object, ...]]

VERSIONS = """
SELECT md5(string_agg(row.version, '' ORDER BY row.version)) FROM (
    SELECT 'eod' || xmin || ctid || exchange || trade_date || symbol || series AS version FROM market.equity_eod
    UNION ALL SELECT 'revision' || xmin || ctid || exchange || symbol FROM market.equity_eod_revision
    UNION ALL SELECT 'instrument' || xmin || ctid || exchange || symbol FROM market.instrument
    UNION ALL SELECT 'sighting' || xmin || ctid || exchange || symbol FROM etl.equity_sighting
    UNION ALL SELECT 'quarantine' || xmin || ctid || quarantine_id FROM etl.quarantine
    UNION ALL SELECT 'payload' || xmin || ctid || payload_id FROM etl.payload
) AS row
"""
CONTENT = """
SELECT eod.exchange, eod.trade_date, eod.symbol, eod.series, eod.open, eod.high, eod.low, eod.close, eod.last,
       eod.previous_close, eod.volume, eod.trades, eod.date_from, price.sha256, eod.value_inr,
       value.sha256, eod.average_price, eod.turnover_lakh, average.sha256, eod.delivered_quantity, eod.delivery_pct,
       delivery.sha256, eod.isin, isin.sha256, eod.ticker, eod.name, label.sha256
FROM market.equity_eod AS eod
LEFT JOIN etl.payload AS price ON price.payload_id = price_payload_id
LEFT JOIN etl.payload AS value ON value.payload_id = value_payload_id
LEFT JOIN etl.payload AS average ON average.payload_id = average_payload_id
LEFT JOIN etl.payload AS delivery ON delivery.payload_id = delivery_payload_id
LEFT JOIN etl.payload AS isin ON isin.payload_id = isin_payload_id
LEFT JOIN etl.payload AS label ON label.payload_id = label_payload_id
ORDER BY 1, 2, 3, 4
"""
INSTRUMENTS = "SELECT * FROM market.instrument ORDER BY exchange, symbol, valid_from"


@pytest.fixture(autouse=True)
def _after_the_last_file(clock: SetClock) -> None:
    clock.at = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def is_embedded(database_url: str) -> bool:
    """Whether it is the server that everything is loaded into; the others get a part."""
    return "munim-" in database_url and "/embedded/" in database_url


def test_every_recorded_file_loads_in_order_of_date_and_again_nothing_changes(
    recorded: Path, tools: Tools, connection: Connection, is_embedded: bool
) -> None:
    paths = files_of(recorded, *FOLDERS) if is_embedded else boundary(recorded, date(2024, 7, 3), date(2024, 7, 8))
    stale = {f"{BOUNDARY}/{name}" for name in STALE}

    done = load(tools, paths)

    assert {name for name, status in done.items() if status == "refused"} == stale & done.keys()
    assert set(done.values()) == {"success", "refused"}
    names = [
        f"{path.parent.name}/{path.name}" for path in paths if path.name not in STALE or path.parent.name != BOUNDARY
    ]
    if is_embedded:
        assert (len(paths), len(names)) == (86, 83)
    for exchange, of_exchange in (("BSE", "bse"), ("NSE", "nse")):
        stored = connection.execute(
            "SELECT trade_date, count(*), sum(volume), sum(value_inr) FROM agent.equity_eod WHERE exchange = %s "
            "GROUP BY trade_date ORDER BY trade_date", (exchange,)
        ).fetchall()  # fmt: skip
        assert stored == sorted(_sums(name) for name in names if name.startswith(of_exchange))
    assert connection.execute("SELECT count(*) FROM etl.quarantine").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM market.equity_eod_revision").fetchone() == (0,)

    before = connection.execute(VERSIONS).fetchone()
    again = load(tools, paths)
    assert {status for name, status in again.items() if name not in stale} == {"repeat"}
    assert connection.execute(VERSIONS).fetchone() == before


def _sums(name: str) -> tuple[date, int, Decimal, Decimal]:
    rows = rows_of_text(name)
    value = sum_of(rows, "TURNOVER_LACS", "TOTTRDVAL", "NET_TURNOV")
    scale = 100_000 if "TURNOVER_LACS" in rows[0] else 1
    return (day_of(name.rpartition("/")[2]), len(rows), sum_of(rows, "TOTTRDQTY", "TTL_TRD_QNTY", "NO_OF_SHRS"),
            value * scale)  # fmt: skip


def test_the_sessions_are_the_1710_recorded_ones_and_every_weekday_without_a_file_is_explained(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    lists = [path for path in sorted((recorded / "calendar").iterdir()) if path.suffix in {".csv", ".json", ".txt"}]
    days = next(path for path in lists if path.suffix == ".txt").read_text().split()
    good = [path for path in lists if not any(one in path.name for one in ("037f3fb", "9bc6841", "eb48d3b"))]
    first, last = date(2024, 6, 24), date(2024, 7, 19)

    load(tools, boundary(recorded, first, last))

    proven = "SELECT session_date FROM market.session WHERE exchange = 'NSE' ORDER BY 1"
    by_files = [day for (day,) in connection.execute(proven).fetchall()]
    recorded_days = {date.fromisoformat(day) for day in days}
    assert by_files == sorted(day for day in recorded_days if first <= day <= last)
    assert connection.execute("SELECT DISTINCT proof FROM market.session").fetchall() == [("bhavcopy",)]

    list(ingest(CALENDAR, plan(CALENDAR, good, fetched_at=LATER), tools))
    everything = {day for (day,) in connection.execute(proven).fetchall()}
    assert len(everything) == len(recorded_days) == 1710
    assert everything == recorded_days
    calendar = load_calendar(connection)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    without = [day for day in span if day.weekday() < 5 and day not in by_files]
    assert without == [date(2024, 7, 17)]
    assert [calendar.explanation(day) for day in without] == ["holiday"], "a list of bare dates has it"
    assert calendar.missing(first, last) == []


def test_the_boundary_of_2024_leaves_no_seam(recorded: Path, tools: Tools, connection: Connection) -> None:
    first, last = date(2024, 7, 1), date(2024, 7, 10)
    load(tools, [*boundary(recorded, first, last), *files_of(recorded, "udiff_samples/nse_udiff_20240708_trimmed.csv")])

    layouts = connection.execute(
        "SELECT DISTINCT layout FROM etl.payload WHERE dataset = 'equity' ORDER BY 1"
    ).fetchall()
    assert layouts == [("nse-full",), ("nse-legacy-isin-delivery",), ("nse-udiff",)]
    rows = connection.execute(
        "SELECT trade_date, previous_close, close, delivered_quantity, isin FROM market.equity_eod "
        "WHERE (exchange, symbol, series) = ('NSE', 'TCS', 'EQ') ORDER BY trade_date"
    ).fetchall()
    assert len(rows) == 8
    assert [row[1] for row in rows[1:]] == [row[2] for row in rows[:-1]]
    assert all(row[3] is not None for row in rows)
    # The legacy files to the 3rd have the ISIN, sec_bhavdata_full has none, and UDiFF's of the 8th fills it in.
    assert {day for day, _, _, _, isin in rows if isin == "INE467B01029"} == {
        date(2024, 7, 1), date(2024, 7, 2), date(2024, 7, 3), date(2024, 7, 8),
    }  # fmt: skip
    checks = connection.execute(
        "SELECT one->>'detail' FROM etl.run, jsonb_array_elements(checks) AS one "
        "WHERE one->>'name' = 'previous_close' AND NOT (one->>'passed')::boolean"
    ).fetchall()
    assert checks == []


def test_a_missing_session_is_named(recorded: Path, tools: Tools, connection: Connection) -> None:
    load(
        tools, [path for path in boundary(recorded, date(2024, 6, 3), date(2024, 6, 5)) if path.name != "04JUN2024.csv"]
    )

    found = connection.execute(
        "SELECT one->>'detail', (one->>'blocking')::boolean FROM etl.run, jsonb_array_elements(checks) AS one "
        "WHERE one->>'name' = 'previous_close' AND NOT (one->>'passed')::boolean"
    ).fetchall()
    assert len(found) == 1
    detail, blocking = found[0]
    assert str(detail).endswith(
        "the session before 2024-06-05, after 2024-06-03, is missing (by the calendar: 2024-06-04)"
    )
    assert blocking is False
    assert connection.execute(
        "SELECT content_date FROM etl.quality_note WHERE kind = 'session_missing'"
    ).fetchall() == [(date(2024, 6, 5),)]


def test_a_split_day_has_a_jump_in_the_raw_series_and_none_in_the_adjusted(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    window = (date(2024, 7, 1), date(2024, 7, 31))
    load(tools, boundary(recorded, date(2024, 7, 3), date(2024, 7, 12)))
    split = "Face Value Split (Sub-Division) - From Rs 10/- Per Share To {} Per Share"
    load_actions(
        tools,
        ("REMSONSIND", date(2024, 7, 5), split.format("Rs 2/-")),
        ("PGEL", date(2024, 7, 10), split.format("Re 1/-")),
        window=window,
    )

    for symbol, ex_date, factor in (("REMSONSIND", date(2024, 7, 5), 5), ("PGEL", date(2024, 7, 10), 10)):
        raw = connection.execute(
            "SELECT trade_date, close FROM market.equity_eod WHERE (exchange, symbol) = ('NSE', %s) ORDER BY 1",
            (symbol,),
        ).fetchall()
        adjusted = connection.execute(
            "SELECT trade_date, close, factor, era FROM market.adjusted_eod('NSE', %s)", (symbol,)
        ).fetchall()
        assert [row[0] for row in adjusted] == [row[0] for row in raw]
        assert {row[3] for row in adjusted} == {0}
        assert _largest_move([row[1] for row in raw]) > Decimal("0.7")
        assert _largest_move([row[1] for row in adjusted]) < Decimal("0.25")
        for (day, close), (_, now, by, _) in zip(raw, adjusted, strict=True):
            assert isinstance(day, date)
            assert by == (1 if day >= ex_date else Decimal(1) / factor)
            assert now == round(Decimal(str(close)) * Decimal(str(by)), 4)

    # As it was known before the list was: no action.
    unadjusted = connection.execute(
        "SELECT DISTINCT factor FROM market.adjusted_eod('NSE', 'PGEL', at => %s)", (LATER - timedelta(days=1),)
    ).fetchall()
    assert unadjusted == [(1,)]


def _largest_move(closes: list[object]) -> Decimal:
    values = [Decimal(str(close)) for close in closes]
    return max(abs(after / before - 1) for before, after in pairwise(values))


def test_renamed_symbols_resolve_through_lists_and_through_isins_alone(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    load(tools, boundary(recorded, date(2024, 6, 5), date(2024, 6, 10)))

    # No list yet: the ISIN left MCDOWELL-N for UNITDSPR.
    assert _current(connection, "MCDOWELL-N", date(2024, 6, 5)) == "UNITDSPR"
    load(tools, boundary(recorded, date(2024, 7, 3), date(2024, 7, 9)))
    # sec_bhavdata_full has no ISIN: here the list is needed.
    assert _current(connection, "IBREALEST", date(2024, 7, 4)) == "IBREALEST"
    load_lists(tools, recorded, "symbolchange.csv", "namechange.csv", "EQUITY_L.csv")
    for old, new in (("IBREALEST", "EMBDL"), ("MCDOWELL-N", "UNITDSPR"), ("AEGISCHEM", "AEGISLOG")):
        assert _current(connection, old, date(2024, 6, 5)) == new
    series = connection.execute(
        "SELECT trade_date, symbol, close FROM market.adjusted_eod('NSE', 'EMBDL') ORDER BY 1"
    ).fetchall()
    assert [(row[0].day, row[1]) for row in series][-4:] == [  # type: ignore[attr-defined]
        (4, "IBREALEST"), (5, "IBREALEST"), (8, "EMBDL"), (9, "EMBDL"),
    ]  # fmt: skip
    assert connection.execute(
        "SELECT symbol, valid_to, next_symbol, current_symbol FROM market.instrument WHERE symbol = 'IBREALEST' "
        "ORDER BY valid_from DESC LIMIT 1"
    ).fetchone() == ("IBREALEST", date(2024, 7, 7), "EMBDL", "EMBDL")


def _current(connection: Connection, symbol: str, day: date) -> object:
    row = connection.execute("SELECT etl.current_symbol('NSE', %s, %s)", (symbol, day)).fetchone()
    return row[0] if row else None


def test_rows_and_instruments_do_not_depend_on_the_order_and_a_rebuild_makes_the_same(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    paths = [
        *boundary(recorded, date(2024, 7, 3), date(2024, 7, 8)),
        *files_of(recorded, "udiff_samples", "bse_eq_legacy/27JUN2024.csv", "bse_eq_legacy/28JUN2024.csv"),
    ]
    load(tools, paths)
    content = connection.execute(CONTENT).fetchall()
    instruments = connection.execute(INSTRUMENTS).fetchall()
    assert len(content) > 15_000

    rebuild(EQUITY, tools)
    assert connection.execute(CONTENT).fetchall() == content
    assert connection.execute(INSTRUMENTS).fetchall() == instruments

    connection.execute(
        "TRUNCATE market.equity_eod, market.equity_eod_revision, market.instrument, etl.equity_sighting, etl.payload, "
        "etl.run, etl.quarantine, etl.quality_note"
    )
    random.Random(3).shuffle(paths)
    for path in paths:
        load(tools, [path])
    assert connection.execute(CONTENT).fetchall() == content
    assert connection.execute(INSTRUMENTS).fetchall() == instruments


def test_a_run_that_is_taken_back_leaves_what_was_before_it(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    load(tools, boundary(recorded, date(2024, 7, 4), date(2024, 7, 5)))
    before = connection.execute(INSTRUMENTS).fetchall()
    sessions = "SELECT trade_date FROM etl.equity_session ORDER BY 1"
    ((_, report),) = ingest(EQUITY, plan(EQUITY, boundary(recorded, date(2024, 7, 8), date(2024, 7, 8))), tools)
    monday = "SELECT count(*), sum(volume) FROM market.equity_eod WHERE trade_date = '2024-07-08'"
    assert connection.execute(sessions).fetchall() == [(date(2024, 7, day),) for day in (4, 5, 8)]
    screened = "SELECT as_of_date, count(*) FROM market.screener GROUP BY 1 ORDER BY 1"
    compute_pending(tools)
    figures = connection.execute(screened).fetchall()
    assert [day for day, _ in figures] == [date(2024, 7, day) for day in (4, 5, 8)]

    revert(EQUITY, report.run_id, tools)

    assert connection.execute(monday).fetchone() == (0, None)
    assert connection.execute(sessions).fetchall() == [(date(2024, 7, day),) for day in (4, 5)]
    assert connection.execute(INSTRUMENTS).fetchall() == before
    assert connection.execute(screened).fetchall() == figures[:2]
    assert dict(compute_pending(tools)) == {}

    # From the archive alone, without the ledger of then, it is the same.
    connection.execute("TRUNCATE etl.run, etl.payload")
    rebuild(EQUITY, tools)
    assert connection.execute(sessions).fetchall() == [(date(2024, 7, day),) for day in (4, 5)]
    assert connection.execute(monday).fetchone() == (0, None)


def test_what_was_taken_back_by_mistake_comes_back_with_its_session(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    load(tools, boundary(recorded, date(2024, 7, 5), date(2024, 7, 5)))
    ((_, report),) = ingest(EQUITY, plan(EQUITY, boundary(recorded, date(2024, 7, 8), date(2024, 7, 8))), tools)
    rows = "SELECT trade_date, symbol, series, close FROM market.equity_eod ORDER BY 1, 2, 3"
    before = connection.execute(rows).fetchall()
    taken_back = revert(EQUITY, report.run_id, tools)
    sessions = "SELECT trade_date FROM etl.equity_session ORDER BY 1"
    assert connection.execute(sessions).fetchall() == [(date(2024, 7, 5),)]

    revert(EQUITY, taken_back.run_id, tools)

    assert connection.execute(rows).fetchall() == before
    assert connection.execute(sessions).fetchall() == [(date(2024, 7, 5),), (date(2024, 7, 8),)]
    assert connection.execute(
        "SELECT count(*) FROM etl.feed_day WHERE (feed, day) = ('nse.bhavcopy_full', '2024-07-08')"
    ).fetchone() == (1,)
