"""Reading amounts, rates, contracts and labels: exact, strict, and nothing through a float."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flows_values import (
    FLOW_CLASSES,
    Unreadable,
    adds_up,
    class_of,
    read_amount,
    read_count,
    read_rate,
)

AMOUNTS = {
    "16951.95": "16951.95",
    "16,951.95": "16951.95",
    "1,16,951.95": "116951.95",
    "1,116,951.95": "1116951.95",
    "42957.1": "42957.1",
    "-2584.97": "-2584.97",
    "-715.0": "-715",
    "0.00": "0",
    "-0.00": "0",
    "(193.61)": "-193.61",
    "(0.00)": "0",
    " 12 ": "12",
    "1.5000": "1.5",
    "999999999999.99": "999999999999.99",
}
UNREADABLE = (
    "1.234",
    "1e5",
    "1,2,3",
    "12,34",
    ",123",
    "(-1.00)",
    "(1.00",
    "--1",
    "+1",
    ".5",
    "5.",
    "inf",
    "१०.५",
    "0x10",
    "12 34",
    "₹12",
    "1234567890123",
)
ABSENT = (None, "", " ", "-", "N.A.", "NaN", "null")


@pytest.mark.parametrize(("cell", "amount"), AMOUNTS.items())
def test_an_amount_is_read_exactly(cell: str, amount: str) -> None:
    assert read_amount(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", UNREADABLE)
def test_what_is_no_plain_amount_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable, match="no amount with at most two decimals"):
        read_amount(cell)


@pytest.mark.parametrize("cell", ABSENT)
def test_an_absent_cell_is_none_and_never_zero(cell: str | None) -> None:
    assert read_amount(cell) is None
    assert read_count(cell) is None
    assert read_rate(cell) is None


@given(st.decimals(min_value=-(10**12) + 1, max_value=10**12 - 1, places=2))
def test_any_amount_comes_back_from_each_way_of_writing_it(amount: Decimal) -> None:
    bare = f"{abs(amount):.2f}"
    in_parentheses = f"({bare})" if amount < 0 else bare

    assert read_amount(f"{amount:.2f}") == amount
    assert read_amount(f"{amount:,.2f}") == amount
    assert read_amount(in_parentheses) == amount


@given(st.text())
def test_no_text_at_all_gives_anything_but_a_value_none_or_unreadable(text: str) -> None:
    for read in (read_amount, read_rate, read_count):
        try:
            value = read(text)
        except Unreadable:
            continue
        assert value is None or isinstance(value, Decimal | int)


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_any_count_comes_back(count: int) -> None:
    assert read_count(str(count)) == count
    assert read_count(f"{count:,}") == count


@pytest.mark.parametrize("cell", ["-1", "1.0", "1e3", "(5)", "٣"])
def test_contracts_are_whole_and_not_negative(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_count(cell)


@pytest.mark.parametrize(
    ("cell", "rate"), {" Rs.95.2047": "95.2047", "95.2": "95.2", "Rs 95": "95", "₹95.20470": "95.2047"}.items()
)
def test_a_rate_is_read_exactly(cell: str, rate: str) -> None:
    assert read_rate(cell) == Decimal(rate)


@pytest.mark.parametrize("cell", ["USD 95", "95.20471", "-95", "Rs."])
def test_what_is_no_rate_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_rate(cell)


@pytest.mark.parametrize("label", ["FII/FPI *", "FII/FPI", "FII **", "FII", "FPI", " fii/fpi ***"])
def test_foreign_investors_are_known_by_the_beginning_of_their_label(label: str) -> None:
    assert class_of(label, FLOW_CLASSES) == "fii_fpi"


@pytest.mark.parametrize("label", ["DII **", "DII", "dii*"])
def test_domestic_institutions_are_known_by_the_beginning_of_their_label(label: str) -> None:
    assert class_of(label, FLOW_CLASSES) == "dii"


@pytest.mark.parametrize("label", ["", None, "Retail", "NON-FII", "* FII", "FIIX", "Diigo"])
def test_any_other_label_is_nobody(label: str | None) -> None:
    assert class_of(label, FLOW_CLASSES) is None


def test_net_may_be_a_paisa_of_a_crore_off_and_no_more() -> None:
    assert adds_up(Decimal("3.00"), Decimal("1.00"), Decimal("2.01"))
    assert not adds_up(Decimal("3.00"), Decimal("1.00"), Decimal("2.02"))
