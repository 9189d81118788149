"""Screens against a real PostgreSQL: the condition runs, and says what it says in plain words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from loaders.screener_columns import SCREENER_FIGURES, SCREENER_KEY, SCREENER_TEXT
from munim.core.errors import RequestWrong
from munim.readers.screen_language import parse_screen

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[object, ...]]

FIGURES = ("close", "average_50d_inr", "pct_from_52w_high", "delivery_ratio", "volume_ratio")
ROWS = {
    "TCS": ("4000", "3900", "-1.5", "3", "0"),
    "INFY": ("1500", "1600", "-20", "1", "2"),
    "NEW": ("100", None, None, "5", "9"),
}


def symbols_of(connection: Connection, text: str) -> list[object]:
    """The symbols of the made rows that a screen lets through."""
    names = (*SCREENER_KEY, *SCREENER_FIGURES)
    kinds = {name: "text" if name in SCREENER_TEXT else "date" if name == "as_of_date" else "numeric" for name in names}
    columns = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(one), sql.SQL(kinds[one])) for one in names)
    screen = parse_screen(text)
    query = sql.SQL("SELECT symbol FROM made WHERE {} ORDER BY symbol").format(screen.condition)
    with connection.transaction(force_rollback=True):
        connection.execute(sql.SQL("CREATE TEMPORARY TABLE made ({})").format(columns))
        for symbol, figures in ROWS.items():
            numbers = [None if figure is None else Decimal(figure) for figure in figures]
            row = {"exchange": "NSE", "symbol": symbol, "series": "EQ", **dict(zip(FIGURES, numbers, strict=True))}
            named = sql.SQL(", ").join(map(sql.Identifier, row))
            values = sql.SQL(", ").join(map(sql.Placeholder, row))
            connection.execute(sql.SQL("INSERT INTO made ({}) VALUES ({})").format(named, values), row)
        return [symbol for (symbol,) in connection.execute(query, screen.parameters)]


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("pct_from_52w_high > -2 and delivery_ratio > 2", ["TCS"]),
        ("close > average_50d_inr * 1.02", ["TCS"]),
        ("not pct_from_52w_high > -2", ["INFY"]),
        ("average_50d_inr is null or close = 1500", ["INFY", "NEW"]),
        ("close / volume_ratio > 100", ["INFY"]),
        ("series = 'EQ' and symbol in ('TCS', 'NEW')", ["NEW", "TCS"]),
        ("symbol = '%'", []),
        ("1 / 2 = 0.5 and - pct_from_52w_high between 1 and 30", ["INFY", "TCS"]),
        ("close > 1 or close > 2 and delivery_ratio > 100", ["INFY", "NEW", "TCS"]),
    ],
)
def test_a_screen_lets_through_what_it_says(connection: Connection, text: str, symbols: list[str]) -> None:
    assert symbols_of(connection, text) == symbols


HOSTILE = st.sampled_from([
    "'; DROP TABLE market.screener; --", '"; SELECT pg_sleep(9); --', "%(screen_0)s", "%s", "{}", "\\\\", "$1", "/* */",
    "' OR '1'='1", "\u02bc or 1=1", "x' UNION SELECT version() --", "\x00", "\U0001f4b8",
])  # fmt: skip
TEXTS = (HOSTILE | st.text(max_size=12)).map(lambda text: f'"{text}"' if "'" in text else f"'{text}'")
NUMBERS = st.recursive(
    st.sampled_from([*FIGURES, "close", "0", "1", ".5", "2.25", "1_000", "999999999999999999999999999999"]),
    lambda part: (
        st.tuples(part, st.sampled_from("+-*/"), part).map(" ".join).map("({})".format) | part.map("- {}".format)
    ),
    max_leaves=6,
)
TESTS = (
    st.tuples(NUMBERS, st.sampled_from([">", "<=", "=", "!=", "<>", "=="]), NUMBERS).map(" ".join)
    | st.tuples(NUMBERS, NUMBERS, NUMBERS).map(lambda parts: "{} between {} and {}".format(*parts))
    | NUMBERS.map("{} is not null".format)
    | st.tuples(st.sampled_from(["symbol", "series"]), st.sampled_from(["=", "!="]), TEXTS).map(" ".join)
    | st.lists(TEXTS, min_size=1, max_size=3).map(lambda listed: f"symbol in ({', '.join(listed)})")
)
SCREENS = st.recursive(
    TESTS,
    lambda part: (
        st.tuples(part, st.sampled_from(["and", "or", "AND", "Or"]), part).map(" ".join).map("({})".format)
        | part.map("not {}".format)
    ),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SCREENS | st.tuples(SCREENS, HOSTILE).map("".join) | st.text(max_size=60))
def test_whatever_is_written_is_a_screen_that_runs_or_is_refused(connection: Connection, text: str) -> None:
    try:
        found = symbols_of(connection, text)
    except RequestWrong:
        return
    assert set(found) <= set(ROWS)
    assert connection.execute("SELECT count(*) FROM market.screener").fetchone() == (0,)
