"""What bhavcopies wrote beside symbols, and what instruments are made of it, in any order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipelines.equity_set import EQUITY
from pipelines.rebuild import rebuild
from tests.integration.equity_made import ISIN, legacy, load, renamed, take_back

if TYPE_CHECKING:
    import psycopg

    from pipelines.tools import Tools

    Connection = psycopg.Connection[tuple[object, ...]]

FRIDAY, MONDAY, TUESDAY = date(2024, 7, 5), date(2024, 7, 8), date(2024, 7, 9)
INSTRUMENTS = "SELECT symbol, valid_from, valid_to, isin, next_symbol FROM market.instrument ORDER BY 1, 2"
HANDED_ON = [
    ("NEWCO", MONDAY, None, ISIN, None),
    ("OLDCO", FRIDAY, date(2024, 7, 7), ISIN, "NEWCO"),
]
SIDE_BY_SIDE = [("NEWCO", MONDAY, None, ISIN, None), ("OLDCO", FRIDAY, None, ISIN, None)]


def test_an_isin_that_stays_beside_its_first_symbol_was_not_handed_on(tools: Tools, connection: Connection) -> None:
    load(tools, legacy(FRIDAY, 0, "OLDCO"), legacy(MONDAY, 1, "NEWCO"))
    assert connection.execute(INSTRUMENTS).fetchall() == HANDED_ON

    # What is seen is neither new nor earlier: the ISIN was known beside OLDCO.
    load(tools, legacy(MONDAY, 2, "OLDCO"))

    assert connection.execute(INSTRUMENTS).fetchall() == SIDE_BY_SIDE


def test_a_later_session_with_both_symbols_tells_it_too(tools: Tools, connection: Connection) -> None:
    load(tools, legacy(FRIDAY, 0, "OLDCO"), legacy(MONDAY, 1, "NEWCO"), legacy(TUESDAY, 2, "NEWCO", "OLDCO"))

    assert connection.execute(INSTRUMENTS).fetchall() == SIDE_BY_SIDE


def test_a_revert_hands_the_isin_on_again(tools: Tools, connection: Connection) -> None:
    *_, last = load(tools, legacy(FRIDAY, 0, "OLDCO"), legacy(MONDAY, 1, "NEWCO"), legacy(MONDAY, 2, "OLDCO"))

    take_back(tools, last)

    assert connection.execute(INSTRUMENTS).fetchall() == HANDED_ON


FILES = (
    legacy(FRIDAY, 0, "OLDCO"),
    legacy(MONDAY, 1, "TCS", "NEWCO"),
    legacy(MONDAY, 2, "OLDCO"),
    renamed(FRIDAY, 30, "OLDCO", "NEWCO"),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (3, 0, 1, 2), (1, 2, 0, 3), (2, 0, 3, 1)], ids=str)
def test_three_symbols_of_one_isin_are_the_same_instruments_in_any_order(
    tools: Tools, connection: Connection, order: tuple[int, ...]
) -> None:
    load(tools, *(FILES[place] for place in order))
    # By the list OLDCO became NEWCO on Friday; OLDCO traded on: another one's since. Nobody handed the ISIN on.
    expected = [
        ("NEWCO", FRIDAY, date(2024, 7, 7), None, None),
        ("NEWCO", MONDAY, None, ISIN, None),
        ("OLDCO", date(1990, 1, 1), date(2024, 7, 4), None, "NEWCO"),
        ("OLDCO", FRIDAY, None, ISIN, None),
        ("TCS", MONDAY, None, ISIN, None),
    ]
    assert connection.execute(INSTRUMENTS).fetchall() == expected

    rebuild(EQUITY, tools)

    assert connection.execute(INSTRUMENTS).fetchall() == expected
