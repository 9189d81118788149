"""Reading the cells of the exchanges' files: exactly, or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.equity_values import PRICE_TYPE, read_counts, read_date, read_dates, read_decimals, read_isins
from pipelines.isin import clean_isin

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@given(st.decimals(-(10**13), 10**13, allow_nan=False, allow_infinity=False, places=4))
def test_a_number_is_read_exactly_however_many_zeros_end_it(number: Decimal) -> None:
    plain = f"{number:f}"
    short = plain.rstrip("0")
    cells = read_decimals(pa.array([plain, short, plain + "00"]), PRICE_TYPE)

    assert cells.values.to_pylist() == [number] * 3
    assert not cells.unreadable.any()


@given(st.text(max_size=12))
def test_a_cell_is_a_number_or_absent_or_unreadable_and_never_two_of_them(text: str) -> None:
    cells = read_decimals(pa.array([text]), PRICE_TYPE)
    value = cells.values.to_pylist()[0]

    if value is not None:
        assert Decimal(text) == value
        assert not cells.unreadable[0]
    else:
        assert cells.unreadable[0] == (text not in {"", "-"})


def test_points_in_front_and_behind_are_numbers_and_what_would_be_rounded_is_not() -> None:
    texts = [".23", "-.42", "10.", "-0.4", "1.23450", "1.23456", "1e5", "1,000", "--", "+1", " 1", "٣", "."]
    cells = read_decimals(pa.array(texts), PRICE_TYPE)

    numbers = ["0.23", "-0.42", "10", "-0.4", "1.2345"]
    assert cells.values.to_pylist() == [Decimal(number) for number in numbers] + [None] * 8
    assert cells.unreadable.tolist() == [False] * 5 + [True] * 8


@given(st.integers(0, 10**18 - 1))
def test_a_count_is_read_whole_also_as_pandas_prints_it(count: int) -> None:
    assert read_counts(pa.array([str(count), f"{count}.0", "-", ""])).values.to_pylist() == [count, count, None, None]


def test_a_part_of_a_share_is_no_count() -> None:
    cells = read_counts(pa.array(["1.5", "-3", "1e3", "9" * 19]))

    assert cells.unreadable.all()
    assert cells.values.null_count == 4


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_a_date_is_read_in_every_way_in_which_the_exchanges_write_it(day: date) -> None:
    word = MONTHS[day.month - 1]
    texts = [
        f"{day.day}-{word.upper()}-{day.year}",
        f"{day.day:02}-{word}-{day.year}",
        f"{day.day:02}-{word}-{day.year % 100:02}",
        day.isoformat(),
        f"{day:%d-%m-%Y}",
    ]

    assert [read_date(text) for text in texts] == [day] * 5


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_absent_or_unreadable(text: str) -> None:
    cells = read_dates(pa.array([text]))

    assert cells.unreadable[0] == (cells.values.null_count == 1 and text not in {"", "-"})


@pytest.mark.parametrize("text", ["31-FEB-2024", "00-JAN-2024", "01-XXX-2024", "2024-13-01", "01/02/2024", "20240708"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_date(text) is None


@given(st.lists(st.from_regex(r"\A(IN|US|ZZ)[A-Z0-9]{9}[0-9]\Z") | st.text(max_size=13), max_size=6))
def test_isins_are_judged_as_one_by_one(texts: list[str]) -> None:
    cells = read_isins(pa.array(texts, pa.string()))

    for text, isin, unreadable in zip(texts, cells.values.to_pylist(), cells.unreadable, strict=True):
        one, note = clean_isin(text)
        expected = one if note is None and text == one else None
        assert isin == expected
        assert unreadable == (expected is None and text not in {"", "-"})


def test_known_isins_pass_and_a_wrong_check_digit_does_not() -> None:
    texts = ["INE467B01029", "INF204KB14I2", "US0378331005", "IN0020140060", "INE467B01028"]

    assert read_isins(pa.array(texts)).values.to_pylist() == [*texts[:4], None]
