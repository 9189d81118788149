"""History of each data set that has some, as a new user asks for it: equity through the layouts' boundary, flows, NAVs.

Once without a worker (`--watch`), and once by a worker in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from munim.core.clock import IST
from munim.replica.equity_prices import session_prices
from munim.replica.server import ReplicaServer
from munim.replica.sessions import sessions
from munim.replica.universe import Universe
from scrapers.bhavcopy import BSE_LEGACY, BSE_UDIFF, NSE_FULL, NSE_LEGACY, NSE_UDIFF
from tests.commands import Ended, munim, munim_here

SEED = 7
AT = datetime(2026, 8, 21, 9, 0, tzinfo=IST)
BOUNDARY = ("--from-date", "2024-07-04", "--to-date", "2024-07-09")
"""Thursday to Tuesday: the last two sessions of the legacy layouts, a weekend, and the first two of UDiFF."""
BUDGET = ("--from-date", "2026-01-31", "--to-date", "2026-02-02")
"""A Saturday, the Sunday of the budget, which trades, and a Monday."""

Command = Callable[..., Ended]
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def replica() -> Iterator[ReplicaServer]:
    with ReplicaServer(Universe(SEED, 60), AT) as running:
        yield running


@pytest.fixture
def settings(database_url: str, tmp_path: Path, replica: ReplicaServer) -> dict[str, str]:
    return {
        "MUNIM_DATABASE_URL": database_url,
        "MUNIM_ARCHIVE": str(tmp_path / "archive"),
        "MUNIM_HOME": str(tmp_path / "home"),
        "MUNIM_REPLICA": replica.url,
        "MUNIM_CONTACT": "desk@example.org",
        "MUNIM_CHROMIUM": str(tmp_path / "none"),
    }


@pytest.fixture
def command(settings: dict[str, str]) -> Command:
    return lambda *arguments: munim_here(*arguments, settings=settings)


def test_equity_backfills_through_the_boundary_of_2024_without_a_seam(command: Command, connection: Connection) -> None:
    assert command("run", "calendar").code == 0

    ended = command("backfill", "create", "equity", *BOUNDARY, "--watch")

    assert ended.code == 0, ended.err
    # Of the weekend only sec_bhavdata_full could have something: the legacy files end before it, UDiFF's begin after.
    assert "backfill 1 has ended: 12 done, 2 empty; " in ended.out
    days = sessions(date(2024, 7, 4), date(2024, 7, 9))
    assert [day.day for day in days] == [4, 5, 8, 9]
    stored = connection.execute(
        "SELECT exchange, trade_date, count(*), sum(volume) FROM market.equity_eod GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    made = {day: session_prices(SEED, day) for day in days}
    assert stored[4:] == [("NSE", day, len(made[day].traded), int(made[day].volume.sum())) for day in days]
    assert [row[:2] for row in stored[:4]] == [("BSE", day) for day in days]
    # A slot that is tried again may come after sec_bhavdata_full of the same day: nothing is restated by that.
    assert connection.execute("SELECT count(*) FROM market.equity_eod_revision").fetchone() == (0,)
    values = connection.execute(
        "SELECT trade_date, sum(value_inr), count(value_inr) = count(*), "
        "bool_and(abs(value_inr - coalesce(turnover_lakh, 0) * 100000) <= 500) "
        "FROM market.equity_eod WHERE exchange = 'NSE' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert values == [(day, Decimal(int(made[day].value.sum())) / 100, True, True) for day in days]

    feeds = connection.execute(
        "SELECT trade_date, value.feed, delivery.feed, isin.feed, isin.feed = coalesce(label.feed, isin.feed), "
        "bool_and(price.feed IN (value.feed, delivery.feed)), count(*) > 1000, count(isin) = count(*), "
        "count(delivered_quantity) > 1000 FROM market.equity_eod "
        "LEFT JOIN etl.payload AS price ON price.payload_id = price_payload_id "
        "LEFT JOIN etl.payload AS value ON value.payload_id = value_payload_id "
        "LEFT JOIN etl.payload AS delivery ON delivery.payload_id = delivery_payload_id "
        "LEFT JOIN etl.payload AS isin ON isin.payload_id = isin_payload_id "
        "LEFT JOIN etl.payload AS label ON label.payload_id = label_payload_id "
        "WHERE exchange = 'NSE' AND series = 'EQ' GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1000 ORDER BY 1"
    ).fetchall()
    assert feeds == [
        (day, layout, NSE_FULL, layout, True, True, True, True, True)
        for day, layout in zip(days, [NSE_LEGACY] * 2 + [NSE_UDIFF] * 2, strict=True)
    ]
    breaks = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE previous_close = before) FROM (SELECT previous_close, trade_date, "
        "lag(close) OVER (PARTITION BY symbol, series ORDER BY trade_date) AS before, "
        "lag(trade_date) OVER (PARTITION BY symbol, series ORDER BY trade_date) AS day_before "
        "FROM market.equity_eod WHERE exchange = 'NSE') AS row WHERE trade_date = '2024-07-08' "
        "AND day_before = '2024-07-05'"
    ).fetchone()
    assert breaks is not None
    assert breaks[0] == breaks[1]
    assert int(str(breaks[0])) > 1000
    assert connection.execute(
        "SELECT DISTINCT exchange, trade_date, date_from, payload.feed FROM market.equity_eod JOIN etl.payload "
        "AS payload ON payload_id = price_payload_id WHERE exchange = 'BSE' ORDER BY 2"
    ).fetchall() == [
        *(("BSE", day, "name", BSE_LEGACY) for day in days[:2]),
        *(("BSE", day, "content", BSE_UDIFF) for day in days[2:]),
    ]


def test_a_weekend_session_is_found_by_a_worker_and_coverage_counts_it(
    settings: dict[str, str], command: Command, connection: Connection
) -> None:
    assert command("run", "calendar").code == 0
    planned = command("backfill", "create", "equity", *BUDGET)
    assert planned.code == 0, planned.err
    # Udiff and deliveries of NSE, UDiFF of BSE; the legacy layouts had ended.
    assert "9 slots to fetch" in planned.out

    worker = munim("worker", "--until-empty", "--queues", "equity", settings=settings)

    assert worker.code == 0, worker.err
    states = connection.execute(
        "SELECT first_day, state, count(*) FROM etl.backfill_slot GROUP BY 1, 2 ORDER BY 1"
    ).fetchall()
    assert states == [
        (date(2026, 1, 31), "empty", 3), (date(2026, 2, 1), "done", 3), (date(2026, 2, 2), "done", 3),
    ]  # fmt: skip
    proven = "SELECT DISTINCT session_date FROM etl.proven_session WHERE session_date < '2026-02-02'"
    assert connection.execute(proven).fetchall() == [(date(2026, 2, 1),)]
    covered = command("coverage", "equity", "--from", "2026-01-31", "--to", "2026-02-02", "-o", "json").answer
    udiff = next(one for one in covered if one["feed"] == NSE_UDIFF)
    assert [(month["month"], month["due"], month["there"]) for month in udiff["months"]] == [(1, 0, 0), (2, 2, 2)]
    assert udiff["command"] is None
    again = command("backfill", "create", "equity", *BUDGET, "--watch")
    assert "0 slots to fetch, 9 more that others asked for" in again.out


def test_the_screener_is_computed_over_what_a_backfill_brought(command: Command, connection: Connection) -> None:
    assert command("run", "calendar").code == 0
    assert command("backfill", "create", "equity", "--feed", NSE_UDIFF, *BUDGET, "--watch").code == 0
    assert command("screener", "compute").out.strip() == "NSE: 2 sessions"
    rows = connection.execute(
        "SELECT count(*), count(return_1d_pct), count(return_1w_pct) FROM market.screener WHERE as_of_date = %s",
        (date(2026, 2, 2),),
    ).fetchone()
    assert rows is not None
    assert min(int(str(rows[0])), int(str(rows[1]))) > 1000
    assert rows[2] == 0, "a week of history is not there"


def test_positions_and_navs_backfill_by_a_worker_too(
    settings: dict[str, str], command: Command, connection: Connection
) -> None:
    assert command("run", "calendar").code == 0
    span = ("--from-date", "2026-08-13", "--to-date", "2026-08-18")
    assert command("backfill", "create", "flows", "--feed", "nse.participant_oi", *span).code == 0
    assert command("backfill", "create", "nav", *span).code == 0

    worker = munim("worker", "--until-empty", "--queues", "flows,nav", settings=settings)

    assert worker.code == 0, worker.err
    days = [date(2026, 8, day) for day in (13, 14, 17, 18)]
    assert connection.execute(
        "SELECT trade_date, count(*) FROM market.participant_oi GROUP BY 1 ORDER BY 1"
    ).fetchall() == [(day, 5) for day in days]
    found = connection.execute("SELECT nav_date, count(*) > 40 FROM market.nav GROUP BY 1 ORDER BY 1").fetchall()
    assert [day for day, many in found if many] == days
    assert connection.execute("SELECT DISTINCT state FROM etl.backfill_slot").fetchall() == [("done",)]
