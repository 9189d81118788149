"""Previous closes against the last stored closes: which share breaks, and which session that says is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pipelines import equity
from pipelines.previous_close import Continuity, continuity
from tests.unit.equity_files import LEGACY_HEADER, LEGACY_ROW, parse, payload

FRIDAY, SATURDAY, MONDAY = date(2024, 7, 5), date(2024, 7, 6), date(2024, 7, 8)


def found(stored: dict[str, tuple[date, Decimal]], *, series: str = "EQ") -> Continuity | None:
    """Ten securities of Monday whose previous close is 101, against stored closes."""
    rows = [LEGACY_ROW.replace("TCS", f"S{number}").replace(",EQ,", f",{series},") for number in range(10)]
    made = payload("\n".join((LEGACY_HEADER, *rows)) + "\n", "08JUL2024.csv")
    return continuity(equity.normalise(parse(made), made), stored)


def stored(day: date, close: str, count: int = 10) -> dict[str, tuple[date, Decimal]]:
    return {f"S{number}": (day, Decimal(close)) for number in range(count)}


def test_the_same_closes_are_no_break() -> None:
    assert found(stored(FRIDAY, "101.00")) == Continuity(MONDAY, 10, 0, FRIDAY)


def test_breaks_in_most_rows_name_the_missing_session() -> None:
    one = found(stored(FRIDAY, "99") | stored(FRIDAY, "101", 4))

    assert one is not None
    assert (one.share, one.session_missing) == (Decimal("0.6"), True)
    assert "6 of 10 previous closes of 2024-07-08 are not the closes of 2024-07-05" in one.check().detail


def test_a_few_breaks_are_listings_and_splits() -> None:
    one = found(stored(FRIDAY, "101") | stored(FRIDAY, "505", 2))

    assert one is not None
    assert (one.broken, one.session_missing, one.check().passed) == (2, False, True)


def test_only_closes_of_the_newest_session_before_are_compared() -> None:
    one = found(stored(FRIDAY, "7") | stored(SATURDAY, "101", 6))
    later = found(stored(MONDAY, "7"))

    assert one == Continuity(MONDAY, 6, 0, SATURDAY)
    assert later == Continuity(MONDAY, 0, 0, None)
    assert not later.session_missing


def test_other_series_are_not_compared_and_too_few_rows_say_nothing() -> None:
    other, few = found(stored(FRIDAY, "7"), series="BE"), found(stored(FRIDAY, "7", 4))

    assert other is not None
    assert other.compared == 0
    assert few is not None
    assert (few.broken, few.session_missing) == (4, False)
