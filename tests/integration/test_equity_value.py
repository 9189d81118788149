"""NSE's two files of a day say one value, in ₹ and rounded to lakhs: neither is a restatement of the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from munim.core.payload import Payload
from munim.readers import equity
from munim.readers.instruments import Security
from munim.readers.keyed_as_of import ALL_DAYS, Known
from munim.replica.equity_files import full, udiff
from munim.replica.equity_prices import session_prices
from pipelines.equity_set import EQUITY
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.bhavcopy import NSE_FULL, NSE_LEGACY, NSE_UDIFF
from tests.unit.equity_files import FULL_HEADER, FULL_ROW, LEGACY_HEADER, LEGACY_ROW

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[object, ...]]

DAY = date(2024, 7, 8)
EVENING = datetime(2024, 7, 8, 13, tzinfo=UTC)
EXACT, ROUNDED = Decimal("104000.25"), Decimal(104_000)
TCS = Security("NSE", "TCS")

REVISIONS = "SELECT column_group, value_inr, turnover_lakh, close FROM market.equity_eod_revision ORDER BY 1"
SHOWN = "SELECT value_inr FROM agent.equity_eod WHERE (exchange, trade_date, symbol) = ('NSE', '2024-07-08', 'TCS')"


@pytest.fixture
def load(tools: Tools) -> Callable[..., None]:
    """Loads files of the day, each a row, in the order given: feed, row, and hours after the evening."""

    def loading(*files: tuple[str, str, int]) -> None:
        for feed, row, hours in files:
            header = FULL_HEADER if feed == NSE_FULL else LEGACY_HEADER
            at = EVENING + timedelta(hours=hours)
            payload = Payload(feed, DAY.isoformat(), "file:made", at, f"{header}\n{row}\n".encode(), "file")
            assert load_payload(EQUITY, payload, tools, context(tools, EQUITY.name, Options())).status == "success"

    return loading


@pytest.mark.parametrize("exact_hours", [0, 2], ids=["exact first", "rounded first"])
@pytest.mark.parametrize("loaded", [(0, 1), (1, 0)], ids=["exact loaded first", "rounded loaded first"])
def test_the_exact_value_holds_and_nothing_is_restated_in_any_order(
    load: Callable[..., None], connection: Connection, exact_hours: int, loaded: tuple[int, int]
) -> None:
    files = ((NSE_LEGACY, LEGACY_ROW, exact_hours), (NSE_FULL, FULL_ROW, 1))

    load(*(files[place] for place in loaded))

    assert connection.execute(REVISIONS).fetchall() == []
    assert connection.execute(SHOWN).fetchall() == [(EXACT,)]
    assert connection.execute("SELECT value_inr, turnover_lakh FROM market.equity_eod").fetchall() == [
        (EXACT, Decimal("1.04"))
    ]


def test_as_of_a_time_the_value_is_what_was_told_by_then(load: Callable[..., None], connection: Connection) -> None:
    load((NSE_FULL, FULL_ROW, 1), (NSE_LEGACY, LEGACY_ROW, 3))

    for hours, value in ((0, None), (2, ROUNDED), (4, EXACT)):
        at = EVENING + timedelta(hours=hours)
        by_reader = equity.series(connection, TCS, ALL_DAYS, Known(at, source_time=True))
        by_function = connection.execute(
            "SELECT value_inr FROM agent.equity_as_of('NSE', 'TCS', %s, %s, %s, true)", (DAY, DAY, at)
        ).fetchall()
        expected = [] if value is None else [value]
        assert [row.value_inr for row in by_reader] == expected
        assert [row for (row,) in by_function] == expected


def test_without_the_exact_file_the_rounded_value_is_shown(load: Callable[..., None], connection: Connection) -> None:
    load((NSE_FULL, FULL_ROW, 1))

    assert connection.execute(SHOWN).fetchall() == [(ROUNDED,)]
    assert connection.execute("SELECT value_inr FROM market.equity_eod").fetchall() == [(None,)]
    assert [row.value_inr for row in equity.series(connection, TCS)] == [ROUNDED]


@pytest.mark.parametrize("backwards", [False, True], ids=["as told", "backwards"])
@pytest.mark.parametrize(
    ("restated", "revisions"),
    [
        ((NSE_LEGACY, LEGACY_ROW.replace("104000.25", "104250.5"), 5), [("value", EXACT, None, None)]),
        ((NSE_FULL, FULL_ROW.replace("1.04,", "1.05,"), 5), [("average", None, Decimal("1.04"), None)]),
        ((NSE_FULL, FULL_ROW.replace("105.50,", "106.50,"), 5), [("price", None, None, Decimal("105.5"))]),
    ],
    ids=["the exact value", "the rounded value", "a price"],
)
def test_what_is_restated_makes_one_revision(
    load: Callable[..., None],
    connection: Connection,
    restated: tuple[str, str, int],
    revisions: list[tuple[object, ...]],
    *,
    backwards: bool,
) -> None:
    files = [(NSE_FULL, FULL_ROW, 1), (NSE_LEGACY, LEGACY_ROW, 2), restated]

    load(*(reversed(files) if backwards else files))

    assert connection.execute(REVISIONS).fetchall() == revisions
    ((value,),) = connection.execute(SHOWN).fetchall()
    assert value == (Decimal("104250.5") if restated[0] == NSE_LEGACY else EXACT)


@pytest.mark.parametrize("backwards", [False, True], ids=["as fetched", "backwards"])
def test_whole_sessions_of_two_files_leave_no_revision(
    tools: Tools, connection: Connection, *, backwards: bool
) -> None:
    prices = session_prices(7, DAY)
    files = [(NSE_FULL, full(prices), 1), (NSE_UDIFF, udiff(prices, "NSE"), 2)]
    for feed, body, hours in reversed(files) if backwards else files:
        at = EVENING + timedelta(hours=hours)
        payload = Payload(feed, DAY.isoformat(), "file:made", at, body, "file")
        assert load_payload(EQUITY, payload, tools, context(tools, EQUITY.name, Options())).status == "success"

    assert connection.execute(
        "SELECT count(*), sum(value_inr), (SELECT count(*) FROM market.equity_eod_revision) FROM market.equity_eod"
    ).fetchall() == [(len(prices.traded), Decimal(int(prices.value.sum())) / 100, 0)]
