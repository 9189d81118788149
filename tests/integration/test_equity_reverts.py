"""Taking one file of a session back leaves what other files say of it; without prices there are no figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from loaders import screener_rows
from pipelines.equity_set import EQUITY
from pipelines.rebuild import rebuild
from pipelines.screener_compute import compute_pending
from tests.integration.equity_made import ISIN, full, legacy, load, take_back

if TYPE_CHECKING:
    import psycopg

    from pipelines.tools import Tools

    Connection = psycopg.Connection[tuple[object, ...]]

FRIDAY, MONDAY = date(2024, 7, 5), date(2024, 7, 8)
ROWS = "SELECT close, delivered_quantity, isin FROM market.equity_eod WHERE trade_date = '2024-07-08'"
FIGURES = "SELECT as_of_date FROM market.screener ORDER BY 1"
CLOSE = Decimal("105.5")


@pytest.mark.parametrize("full_first", [True, False], ids=["full was fetched first", "legacy was fetched first"])
@pytest.mark.parametrize("backwards", [False, True], ids=["as fetched", "backwards"])
def test_a_price_that_two_files_say_stands_until_both_are_taken_back(
    tools: Tools, connection: Connection, *, full_first: bool, backwards: bool
) -> None:
    files = [full(MONDAY, 0 if full_first else 2, "TCS"), legacy(MONDAY, 1, "TCS")]
    runs = load(tools, *(reversed(files) if backwards else files))
    of_full, of_legacy = reversed(runs) if backwards else runs

    take_back(tools, of_full)
    assert connection.execute(ROWS).fetchall() == [(CLOSE, None, ISIN)]
    rebuild(EQUITY, tools)
    assert connection.execute(ROWS).fetchall() == [(CLOSE, None, ISIN)]

    back = take_back(tools, of_legacy)
    assert connection.execute(ROWS).fetchall() == []

    take_back(tools, back)
    assert connection.execute(ROWS).fetchall() == [(CLOSE, None, ISIN)]


def test_the_file_of_prices_and_isins_is_taken_back_alone(tools: Tools, connection: Connection) -> None:
    of_legacy, _ = load(tools, legacy(MONDAY, 0, "TCS"), full(MONDAY, 1, "TCS"))

    take_back(tools, of_legacy)

    assert connection.execute(ROWS).fetchall() == [(CLOSE, 600, None)]


def test_what_a_later_file_confirmed_is_not_put_back_to_what_was_before(tools: Tools, connection: Connection) -> None:
    _, restated, _ = load(
        tools,
        legacy(MONDAY, 0, "TCS"),
        full(MONDAY, 1, "TCS", close="106.50"),
        legacy(MONDAY, 2, "TCS", close="106.5"),
    )

    take_back(tools, restated)

    assert connection.execute(ROWS).fetchall() == [(Decimal("106.5"), None, ISIN)]


def test_a_value_that_was_taken_back_is_not_put_back(tools: Tools, connection: Connection) -> None:
    wrong, right = load(tools, legacy(MONDAY, 0, "TCS", close="99"), full(MONDAY, 1, "TCS"))
    take_back(tools, wrong)
    assert connection.execute(ROWS).fetchall() == [(CLOSE, 600, None)]

    take_back(tools, right)

    assert connection.execute(ROWS).fetchall() == []


def test_a_session_without_prices_has_no_figures_and_waits_for_none(tools: Tools, connection: Connection) -> None:
    load(tools, legacy(FRIDAY, 0, "TCS"), legacy(MONDAY, 1, "TCS"))
    assert compute_pending(tools) == {"NSE": 2}
    assert connection.execute(FIGURES).fetchall() == [(FRIDAY,), (MONDAY,)]
    # As a revert may leave it: other groups of the rows stand.
    connection.execute(
        "UPDATE market.equity_eod SET price_payload_id = NULL, close = NULL WHERE trade_date = %s", (MONDAY,)
    )
    assert connection.execute(ROWS).fetchall() == [(None, None, ISIN)]

    assert screener_rows.drop_if_gone(connection, "NSE", MONDAY) == 1

    assert connection.execute(FIGURES).fetchall() == [(FRIDAY,)]
    assert screener_rows.pending(connection) == []
    assert not screener_rows.is_next(connection, "NSE", MONDAY)


def test_a_file_that_is_loaded_after_the_revert_is_next_to_none_without_its_price(
    tools: Tools, connection: Connection
) -> None:
    _, wrong = load(tools, legacy(FRIDAY, 0, "TCS"), full(MONDAY, 1, "TCS"))
    compute_pending(tools)
    take_back(tools, wrong)

    # It was fetched before the revert, which says of that time on that nothing is known of the price.
    load(tools, legacy(MONDAY, 2, "TCS"))

    assert connection.execute(ROWS).fetchall() == [(None, None, ISIN)]
    assert connection.execute(FIGURES).fetchall() == [(FRIDAY,)]
    assert compute_pending(tools) == {}


def test_a_session_that_comes_back_has_its_figures_at_once(tools: Tools, connection: Connection) -> None:
    _, of_monday = load(tools, legacy(FRIDAY, 0, "TCS"), legacy(MONDAY, 1, "TCS"))
    compute_pending(tools)
    back = take_back(tools, of_monday)
    assert connection.execute(FIGURES).fetchall() == [(FRIDAY,)]

    take_back(tools, back)

    assert connection.execute(FIGURES).fetchall() == [(FRIDAY,), (MONDAY,)]
    assert compute_pending(tools) == {}
