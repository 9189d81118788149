"""The made exchanges over HTTP, fetched and loaded as the real ones: files by date, splits, renames, stale files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from munim.core.clock import IST
from munim.core.errors import NotYetPublished
from munim.replica.equity_population import Security, made_sessions, securities
from munim.replica.equity_prices import session_prices
from munim.replica.faults import Fault
from munim.replica.server import ReplicaServer
from munim.replica.sessions import is_session, special_sessions
from munim.replica.universe import Universe
from pipelines.equity_set import CORPORATE_ACTIONS, EQUITY, INDEX_MEMBERS, INSTRUMENTS
from pipelines.run import run
from scrapers import nse_lists
from scrapers.bhavcopy import BSE_LEGACY, BSE_UDIFF, NSE_FULL, NSE_LEGACY, NSE_UDIFF
from scrapers.client import Client
from scrapers.manners import Manners

if TYPE_CHECKING:
    import psycopg

    from pipelines.dataset import DataSet
    from pipelines.tools import Tools
    from tests.conftest import SetClock

    Connection = psycopg.Connection[tuple[object, ...]]
    Ask = Callable[..., str]

SEED = 5
THURSDAY = date(2026, 8, 20)


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(SEED, 50)


@pytest.fixture
def server(universe: Universe) -> Iterator[ReplicaServer]:
    with ReplicaServer(universe, datetime(2026, 8, 20, 20, tzinfo=IST)) as running:
        yield running


@pytest.fixture
def ask(server: ReplicaServer, tools: Tools, clock: SetClock) -> Ask:
    """Run a slot of a feed at an instant, as `munim run` does."""

    def client() -> Client:
        return Client(
            user_agent="munim-tests", clock=clock, replica=server.url,
            manners=Manners(interval_s=0, site_intervals_s={}),
        )  # fmt: skip

    def run_slot(dataset: DataSet, feed: str, slot: str, day: date, at: time = time(20)) -> str:
        server.at = datetime.combine(day, at, IST)
        clock.at = server.at
        return run(dataset, feed, slot, replace(tools, client=client)).status

    return run_slot


def one_that(fits: Callable[[Security], bool]) -> Security:
    return next(one for one in securities(SEED) if fits(one))


def day_around(day: date, away: int) -> date:
    days = made_sessions()
    return days[days.index(day) + away]


@pytest.mark.parametrize(
    ("feed", "day"),
    [
        (NSE_UDIFF, THURSDAY), (NSE_FULL, THURSDAY), (BSE_UDIFF, THURSDAY), (NSE_LEGACY, date(2024, 7, 5)),
        (BSE_LEGACY, date(2024, 7, 5)), (NSE_FULL, date(2016, 3, 1)), (NSE_LEGACY, date(2016, 3, 1)),
    ],
)  # fmt: skip
def test_a_session_s_file_loads_whole(ask: Ask, connection: Connection, feed: str, day: date) -> None:
    assert ask(EQUITY, feed, day.isoformat(), day) == "success"

    prices = session_prices(SEED, day)
    assert len(prices.traded) > 1800
    row = connection.execute(
        "SELECT count(*), sum(volume) FROM market.equity_eod WHERE trade_date = %s", (day,)
    ).fetchone()
    assert row == (len(prices.traded), int(prices.volume.sum()))
    assert connection.execute("SELECT count(*) FROM etl.quarantine").fetchone() == (0,)


def test_the_files_of_one_session_fill_one_row_and_agree(ask: Ask, connection: Connection) -> None:
    assert ask(EQUITY, NSE_UDIFF, THURSDAY.isoformat(), THURSDAY, time(18)) == "success"
    assert ask(EQUITY, NSE_FULL, THURSDAY.isoformat(), THURSDAY, time(20)) == "success"

    first = one_that(lambda one: one.series == "EQ" and one.listed_on < THURSDAY and one.number % 10 != 9)
    row = connection.execute(
        "SELECT isin, delivered_quantity IS NOT NULL, average_price IS NOT NULL, name IS NOT NULL "
        "FROM market.equity_eod WHERE trade_date = %s AND symbol = %s", (THURSDAY, first.symbol_on(THURSDAY))
    ).fetchone()  # fmt: skip
    assert row == (first.isin_on(THURSDAY), True, True, True)
    assert connection.execute("SELECT count(*) FROM market.equity_eod_revision").fetchone() == (0,)


def test_a_file_is_there_when_it_is_published_and_a_closed_day_has_none_or_the_session_before(
    ask: Ask, connection: Connection, clock: SetClock
) -> None:
    with pytest.raises(NotYetPublished):
        ask(EQUITY, NSE_UDIFF, THURSDAY.isoformat(), THURSDAY, time(17))
    closed = [day for number in range(60) if not is_session(day := THURSDAY - timedelta(days=number))]
    said = []
    for day in closed[:12]:
        with pytest.raises(NotYetPublished) as refused:
            ask(EQUITY, NSE_FULL, day.isoformat(), THURSDAY)
        said.append("there is no file" in str(refused.value))
    # Most are 404, and some serve the session before: neither is ever loaded.
    assert {True, False} == set(said)
    assert connection.execute("SELECT count(*) FROM market.equity_eod").fetchone() == (0,)


def test_a_special_session_on_a_closed_day_is_found_by_its_file(ask: Ask, connection: Connection) -> None:
    muhurat = next(day for day in sorted(special_sessions(2025)))

    assert ask(EQUITY, NSE_UDIFF, muhurat.isoformat(), muhurat) == "success"
    assert connection.execute("SELECT session_date, proof FROM etl.proven_session").fetchall() == [
        (muhurat, "bhavcopy")
    ]


def test_a_stale_file_on_a_session_leaves_the_slot_open(
    ask: Ask, server: ReplicaServer, connection: Connection
) -> None:
    server.fault = Fault("stale", times=1)
    with pytest.raises(NotYetPublished, match="holds the session of 2026-08-19"):
        ask(EQUITY, NSE_UDIFF, THURSDAY.isoformat(), THURSDAY)
    assert ask(EQUITY, NSE_UDIFF, THURSDAY.isoformat(), THURSDAY) == "success"


def test_splits_are_told_before_their_day_and_take_the_jump_out(ask: Ask, connection: Connection) -> None:
    split = one_that(
        lambda one: one.series == "EQ" and one.number % 10 != 9 and one.former_symbol is None
        and any(change.after >= 5 and date(2024, 8, 1) < change.ex_date < date(2026, 6, 1) for change in one.changes)
        and len(one.changes) == 1 and one.listed_on < date(2024, 1, 1)
    )  # fmt: skip
    ex_date = split.changes[0].ex_date
    before = day_around(ex_date, -1)
    for day in (before, ex_date):
        assert ask(EQUITY, NSE_UDIFF, day.isoformat(), day) == "success"
    assert ask(CORPORATE_ACTIONS, "nse.corporate_actions", before.isoformat(), ex_date) == "success"

    raw, adjusted = (
        [Decimal(str(close)) for (close,) in connection.execute(query, (split.symbol,)).fetchall()]
        for query in (
            "SELECT close FROM market.equity_eod WHERE exchange = 'NSE' AND symbol = %s ORDER BY trade_date",
            "SELECT close FROM market.adjusted_eod('NSE', %s) ORDER BY trade_date",
        )
    )
    assert raw[1] / raw[0] < Decimal("0.3")
    assert Decimal("0.85") < adjusted[1] / adjusted[0] < Decimal("1.15")
    assert connection.execute(
        "SELECT current_isin FROM market.instrument WHERE symbol = %s LIMIT 1", (split.symbol,)
    ).fetchone() == (split.isin_on(ex_date),)


def test_renamed_symbols_resolve_and_lists_load(ask: Ask, connection: Connection) -> None:
    renamed = one_that(
        lambda one: one.renamed_on is not None and date(2024, 8, 1) < one.renamed_on < date(2026, 6, 1)
        and one.series == "EQ" and one.number % 10 != 9
    )  # fmt: skip
    assert renamed.renamed_on is not None
    for day in (day_around(renamed.renamed_on, -1), renamed.renamed_on):
        assert ask(EQUITY, NSE_UDIFF, day.isoformat(), day) == "success"
    for feed in (*nse_lists.LISTINGS, nse_lists.SYMBOL_CHANGES, nse_lists.NAME_CHANGES):
        assert ask(INSTRUMENTS, feed, "2026-08-20T07:30:00+05:30", THURSDAY) == "success"
    for feed in nse_lists.INDEX_FILES:
        assert ask(INDEX_MEMBERS, feed, "2026-08-20T07:50:00+05:30", THURSDAY) == "success"

    assert connection.execute(
        "SELECT etl.current_symbol('NSE', %s, %s)", (renamed.former_symbol, renamed.renamed_on - timedelta(days=1))
    ).fetchone() == (renamed.symbol,)
    assert connection.execute(
        "SELECT count(*), count(valid_to) FROM market.index_span WHERE index_name = 'Nifty 50'"
    ).fetchone() == (50, 0)


def test_the_same_seed_gives_the_same_bytes_and_a_previous_close_is_the_last_close() -> None:
    from munim.replica.equity_files import full, legacy, udiff

    prices = session_prices(SEED, THURSDAY)
    session_prices.cache_clear()
    again = session_prices(SEED, THURSDAY)
    before = session_prices(SEED, date(2026, 8, 19))

    assert [full(prices), udiff(prices, "NSE"), legacy(prices)] == [full(again), udiff(again, "NSE"), legacy(again)]
    closes = dict(zip([one.number for one in before.traded], before.close.tolist(), strict=True))
    pairs = zip(prices.traded, prices.previous_close.tolist(), strict=True)
    known = [(close, closes[one.number]) for one, close in pairs if one.number in closes]
    assert len(known) > 1800
    assert all(now == then for now, then in known)
    assert ((prices.low <= prices.close) & (prices.close <= prices.high)).all()
