"""Histories that an analyst has, through the whole way: kept under their own name, and refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from loaders.database import Database
from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from pipelines.flows_import import Header
from pipelines.flows_set import FLOWS
from pipelines.imports import import_flows
from pipelines.rebuild import rebuild
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock
from tests.integration.asking import asker, rows

if TYPE_CHECKING:
    import psycopg

    from loaders.report import LoadReport

HOUR = timedelta(hours=1)
NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
DAILY = "nse_fii_dii_daily_2026-05_2026-08.csv"
AGAIN = "nse_fii_dii_daily_2026-05-19_2026-08-21_with_fetch_time.csv"
WRONG_DATES = "negative_example_wrong_date_FII_NET.csv"
DAILY_MAP = {"category": "investor_class", "net_value": "net"}
WRONG_MAP = {"Date": "trade_date", "Close": "fii_net"}
GROWW = {f"equity.{one}_{what}": f"{one}_{what}" for one in ("fii", "dii") for what in ("buy", "sell", "net")}

Ask = Callable[[str], list[tuple[object, ...]]]

VERSIONS = "SELECT xmin::text, ctid::text, trade_date, investor_class, source FROM market.fii_dii ORDER BY 3, 4, 5"


@pytest.fixture
def ask(connection: psycopg.Connection[tuple[object, ...]]) -> Ask:
    return lambda query: connection.execute(query).fetchall()


@pytest.fixture
def later(tools: Tools) -> Tools:
    moments = iter(NOW.replace(second=second, minute=minute) for minute in range(60) for second in range(60))

    def clock() -> datetime:
        return next(moments)

    return replace(tools, clock=clock)


def bring(tools: Tools, path: Path, source: str, columns: dict[str, str]) -> LoadReport:
    return import_flows(FLOWS, path, Header(source, columns), tools, Options())


def test_a_recorded_history_gives_64_sessions_and_the_second_recording_no_revision(
    recorded: Path, later: Tools, ask: Ask
) -> None:
    report = bring(later, recorded / "flows" / DAILY, "desk", DAILY_MAP)
    assert (report.counts.new, report.counts.quarantined) == (128, 0)
    assert ask("SELECT count(DISTINCT trade_date), count(*) FROM market.fii_dii") == [(64, 128)]
    before = ask(VERSIONS)
    again = bring(later, recorded / "flows" / DAILY, "desk", DAILY_MAP)
    assert (again.counts.new, again.counts.changed, again.counts.unchanged) == (0, 0, 128)
    assert ask(VERSIONS) == before

    second = bring(later, recorded / "flows" / AGAIN, "desk", {})

    # It has the same 64 sessions and three more.
    assert (second.counts.new, second.counts.changed) == (6, 0)
    assert ask("SELECT count(*) FROM market.fii_dii_revision") == [(0,)]


def test_an_import_stands_beside_nse_and_is_marked(recorded: Path, later: Tools, ask: Ask) -> None:
    body = (recorded / "flows" / "nse_fiidiiTradeReact_19-May-2026.json").read_bytes()
    fetched_at = datetime(2026, 5, 19, 14, tzinfo=UTC)
    nse = Payload("nse.fii_dii", "2026-05-19", "file:made", fetched_at, body, "file")
    load_payload(FLOWS, nse, later, context(later, "flows", Options()))

    bring(later, recorded / "flows" / DAILY, "desk", DAILY_MAP)

    rows = ask(
        "SELECT source, basis, imported, net_inr_crore FROM agent.fii_dii "
        "WHERE trade_date = '2026-05-19' AND investor_class = 'fii_fpi' ORDER BY source"
    )
    assert [row[:3] for row in rows] == [("desk", "imported", True), ("nse", "exchange_provisional", False)]
    assert rows[0][3] == rows[1][3]


def test_rows_of_zeros_are_refused_by_the_zero_rule(recorded: Path, later: Tools, ask: Ask) -> None:
    files = sorted((recorded / "flows" / "groww_daily").glob("*"))
    kept = 0
    for path in files:
        try:
            kept += bring(later, path, "groww", GROWW).counts.new
        except ContentRefused as error:
            assert "all_zero" in str(error)  # noqa: PT017 - some of many files are refused
    assert kept == 2 * 29
    assert ask("SELECT count(DISTINCT trade_date) FROM market.fii_dii WHERE source = 'groww'") == [(29,)]
    assert ask("SELECT count(*) FROM market.fii_dii WHERE net_inr_crore = 0") == [(0,)]


def test_rows_dated_by_the_day_of_the_run_are_refused(recorded: Path, later: Tools, ask: Ask) -> None:
    bring(later, recorded / "flows" / DAILY, "desk", DAILY_MAP)

    with pytest.raises(ContentRefused, match="other_figures"):
        bring(later, recorded / "flows" / WRONG_DATES, "feed", WRONG_MAP)

    assert ask("SELECT count(*) FROM market.fii_dii WHERE source = 'feed'") == [(0,)]


def test_a_rebuild_judges_an_import_by_what_was_known_when_it_was_brought_in(
    later: Tools, ask: Ask, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("trade_date,investor_class,buy,sell,net\n2026-05-19,FII/FPI,10,4,6\n2026-05-19,DII,5,2,3\n")
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(
        "trade_date,investor_class,buy,sell,net\n2026-05-19,FII/FPI,10,3,7\n2026-05-19,DII,5,2,3\n"
        "2026-05-20,FII/FPI,10,3,7\n2026-05-20,DII,5,2,3\n"
    )
    bring(later, mine, "mine", {})
    report = bring(later, theirs, "theirs", {})
    # The figures of the 19th are others than those known: both classes of that session stay out.
    assert (report.counts.new, report.counts.quarantined) == (2, 2)
    rows = "SELECT trade_date, investor_class, source, net_inr_crore FROM market.fii_dii ORDER BY 1, 2, 3"
    before = ask(rows)

    rebuild(FLOWS, later)

    assert ask(rows) == before
    assert before[-1] == (date(2026, 5, 20), "fii_fpi", "theirs", Decimal(7))


def test_the_question_shows_an_import_from_when_it_was_brought_in(
    tools: Tools, clock: SetClock, database: Database, tmp_path: Path
) -> None:
    body = "trade_date,investor_class,buy,sell,net\n2026-08-19,FII/FPI,10,{sell},{net}\n2026-08-19,DII,5,2,3\n"
    mine, restated = tmp_path / "mine.csv", tmp_path / "restated.csv"
    mine.write_text(body.format(sell=4, net=6))
    restated.write_text(body.format(sell=3, net=7))
    clock.at = NOW
    bring(tools, mine, "desk", {})
    clock.at = NOW + 2 * HOUR
    bring(tools, restated, "desk", {})
    clock.at = NOW + 4 * HOUR
    ask = asker(database, clock)

    def known(at: datetime | None) -> list[tuple[object, ...]]:
        asked = {} if at is None else {"known_at": at.isoformat()}
        answer = ask("flows", from_date="2026-08-19", to_date="2026-08-19", **asked)
        columns = ("trade_date", "investor_class", "source", "basis", "net_inr_crore")
        return sorted(tuple(row[name] for name in columns) for row in rows(answer))

    def of_desk(fii: str) -> list[tuple[object, ...]]:
        return [
            ("2026-08-19", "dii", "desk", "imported", "3"),
            ("2026-08-19", "fii_fpi", "desk", "imported", fii),
        ]

    # Of a session of two weeks before: the question says of no earlier time that it was known.
    assert known(NOW - HOUR) == []
    assert known(NOW + HOUR) == of_desk("6")
    assert known(NOW + 3 * HOUR) == known(None) == of_desk("7")
