"""Reading the numbers, prices and bands of public issues: each form that was seen, exactly, and nothing guessed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ipo_text import capped, clean_text
from pipelines.ipo_values import (
    Band,
    Unreadable,
    read_band,
    read_count,
    read_crore,
    read_decimal,
    read_gmp,
    read_issue_amount,
    read_lot,
    read_percent,
    read_price,
    read_times,
)

BANDS = {
    "Rs.100 to Rs.105": ("100", "105"),
    "RS.76 to RS.81": ("76", "81"),
    "Rs 426 to Rs 428": ("426", "428"),
    "Rs. 258 to Rs. 272 per Equity Share": ("258", "272"),
    "Rs.104 to Rs.110 per equity share": ("104", "110"),
    "258.00 - 272.00": ("258.00", "272.00"),
    "258.00-272.00": ("258.00", "272.00"),
    "98.00 to 103.00": ("98", "103"),
    "Rs.1700 to Rs.1785": ("1700", "1785"),
    "₹1,700 to ₹1,785": ("1700", "1785"),
    "402": ("402", "402"),
    "Rs.1000": ("1000", "1000"),
    "29.00": ("29", "29"),
    "    99": ("99", "99"),
}


@pytest.mark.parametrize(("raw", "ends"), BANDS.items())
def test_a_band_is_read_in_every_form_that_was_seen(raw: str, ends: tuple[str, str]) -> None:
    assert read_band(raw) == Band(Decimal(ends[0]), Decimal(ends[1]))


@pytest.mark.parametrize("raw", [None, "", "-", "--", " - ", "TBA", "NA", "₹-", "Rs.", "null"])
@pytest.mark.parametrize(
    "reader", [read_band, read_price, read_gmp, read_percent, read_lot, read_crore, read_issue_amount]
)
def test_what_says_that_there_is_nothing_is_none(reader: Callable[[str | None], object], raw: str | None) -> None:
    assert reader(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "Rs.105 to Rs.100",
        "Rs. 0.77 Thousand to Rs. 0.81 Thousand per Equity Share",
        "100 to 105 to 110",
        "Rs.0",
        "0 to 10",
        "10,000,001",
        "1.23456",
        "-5",
        "price not fixed",
        "₹१००",
        "1e2",
        "100 -",
    ],
)
def test_what_is_no_band_is_not_guessed(raw: str) -> None:
    with pytest.raises(Unreadable):
        read_band(raw)


COUNTS = {
    "4340100": 4340100,
    "4340100.0": 4340100,
    "1.6951424805E10": 16951424805,
    "3.1249999E7": 31249999,
    "2.34E7": 23400000,
    "2.32524175e8": 232524175,
    "6,62,77,860": 66277860,
    "66,277,860": 66277860,
    "2,75,68,530": 27568530,
    "34,00,000": 3400000,
    "99,999": 99999,
    "    99": 99,
    "0": 0,
    "0.0": 0,
}


@pytest.mark.parametrize(("raw", "count"), COUNTS.items())
def test_a_count_is_read_in_every_form_that_was_seen(raw: str, count: int) -> None:
    assert read_count(raw) == count


@pytest.mark.parametrize("raw", [None, "", "-", "  "])
def test_a_missing_count_is_none_and_never_zero(raw: str | None) -> None:
    assert read_count(raw) is None


@pytest.mark.parametrize(
    "raw", ["1.5", "1.5E0", "1,23", "12,34", ",123", "1,2345", "-1", "+1", "1E99", "1E999999999", "nan", "inf", "0x10",
            "1 2", "१२", "9223372036854775808", "No. of shares bid for"],
)  # fmt: skip
def test_what_is_no_whole_number_is_no_count(raw: str) -> None:
    with pytest.raises(Unreadable):
        read_count(raw)


def test_times_are_kept_to_the_last_figure() -> None:
    assert read_times("0.017629973083630127") == Decimal("0.017629973083630127")
    assert read_times("72.90177378330662") == Decimal("72.90177378330662")
    assert read_times("1.2E-4") == Decimal("0.00012")
    assert read_times("92.36x") == Decimal("92.36")
    assert read_times("") is None
    for raw in ("12345678901234.123456789012345678901234E-4", "123456789012345", "0." + "0" * 24 + "1"):
        with pytest.raises(Unreadable):
            read_times(raw)


@pytest.mark.parametrize(
    ("raw", "price"),
    [("₹299", "299"), ("    99", "99"), ("Rs.10 per Equity Share", "10"), ("Re. 1 per Equity Share", "1"), ("1.0", "1"),
     ("Rs.10/-", "10"), ("34", "34")],
)  # fmt: skip
def test_a_price_is_read_in_every_form_that_was_seen(raw: str, price: str) -> None:
    assert read_price(raw) == Decimal(price)


@pytest.mark.parametrize(
    ("raw", "gmp"),
    [("₹25", "25"), ("₹117", "117"), ("₹-3", "-3"), ("&#8377;<b>110</b> (10.33%)", "110"),
     ("&#8377;<b>-3</b> (-2.22%)", "-3"), ("25.0", "25"), ("₹7.5", "7.5"), ("₹0", "0"),
     ("<b>₹12</b> (4.80%) 10 ↓ / 15 ↑", "12")],
)  # fmt: skip
def test_a_grey_market_premium_may_be_negative(raw: str, gmp: str) -> None:
    assert read_gmp(raw) == Decimal(gmp)


@pytest.mark.parametrize("raw", ["₹-", "₹--", "&#8377;<b>--</b> (0.00%)", "₹- (-%)", "-"])
def test_a_premium_that_nobody_deals_in_is_none_and_not_zero(raw: str) -> None:
    assert read_gmp(raw) is None


@pytest.mark.parametrize("raw", ["₹25-30", "10.33%", "about 20", "₹2 5"])
def test_what_is_no_premium_is_not_guessed(raw: str) -> None:
    with pytest.raises(Unreadable):
        read_gmp(raw)


def test_percentages_keep_their_sign() -> None:
    assert read_percent("16.33%") == Decimal("16.33")
    assert read_percent("-4.5%") == Decimal("-4.5")
    assert read_percent("10.33") == Decimal("10.33")
    assert read_percent("-%") is None


@pytest.mark.parametrize(
    ("raw", "lot"),
    [("1600", 1600), ("1200 Equity Shares", 1200), ("55 Equity Shares and in multiples thereof", 55),
     ("Minimum 110 Equity shares and in multiples thereof", 110), ("1,200", 1200)],
)  # fmt: skip
def test_a_lot_is_the_number_of_shares_in_the_sentence(raw: str, lot: int) -> None:
    assert read_lot(raw) == lot


@pytest.mark.parametrize("raw", ["0", "some shares", "1200 or 2400 shares"])
def test_what_is_no_lot_is_not_guessed(raw: str) -> None:
    with pytest.raises(Unreadable):
        read_lot(raw)


def test_crores_become_rupees() -> None:
    assert read_crore("36.89") == 368_900_000
    assert read_crore("&#8377;451.00 Cr") == 4_510_000_000


def test_the_rupees_of_an_issue_are_the_sum_outside_the_parentheses() -> None:
    said = (
        '"Initial Public offer comprising of Fresh issue aggregating up to Rs. 3,200 million and Offer for Sale '
        'aggregating up to Rs. 2,320 million (including Anchor investor portion of 60,88,233 Equity shares)"'
    )

    assert read_issue_amount(said) == 5_520_000_000


@pytest.mark.parametrize(
    "said",
    [
        "Fresh Issue of up to 34,00,000 Equity Shares and Offer for sale of up to 4,58,000 Equity Shares",
        "Fresh issue of up to Rs. 500 million and Offer for Sale of up to 1,00,000 Equity Shares",
        "an issue of a size that is not told",
    ],
)
def test_an_issue_that_is_not_told_in_rupees_alone_has_no_rupees(said: str) -> None:
    assert read_issue_amount(said) is None


@given(st.integers(0, 2**63 - 1))
def test_every_count_is_read_back_in_each_way_of_writing_it(count: int) -> None:
    assert read_count(str(count) if count < 10**18 else f"{count:,}") == count
    assert read_count(f"{count:,}") == count
    assert read_count(indian(count)) == count


@given(st.integers(1, 99_999_999), st.integers(0, 9))
def test_a_count_in_scientific_notation_is_exact(figures: int, exponent: int) -> None:
    assert read_count(f"{figures}E{exponent}") == figures * 10**exponent


@given(st.text(alphabet="0123456789.,-eE+ ", max_size=16))
def test_what_is_read_as_a_number_has_the_value_of_its_text(cell: str) -> None:
    try:
        number = read_decimal(cell)
    except Unreadable:
        return
    if number is not None:
        assert number == Decimal(cell.replace(",", "").strip())


@given(
    st.decimals("0.05", 9_999_999, places=2), st.decimals("0.05", 9_999_999, places=2),
    st.sampled_from(["Rs.{} to Rs.{}", "RS.{} to RS.{}", "Rs. {} to Rs. {} per Equity Share", "{} - {}", "₹{} – ₹{}"]),
)  # fmt: skip
def test_every_band_is_read_back(one: Decimal, other: Decimal, form: str) -> None:
    low, high = sorted((one, other))

    assert read_band(form.format(low, high)) == (low, high)


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(cell: str) -> None:
    for reader in (read_band, read_price, read_gmp, read_percent, read_lot, read_crore, read_issue_amount, read_times):
        try:
            reader(cell)
        except Unreadable:
            continue


@given(st.text(max_size=60) | st.text(alphabet="<>&;/abltgmp#38 \n\t", max_size=60))
def test_cleaning_text_again_changes_nothing_and_leaves_no_control_characters(raw: str) -> None:
    text = clean_text(raw)

    assert clean_text(text) == text
    assert text is None or (text.isprintable() and text == text.strip())


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (
            "<a href=https://www.sebi.gov.in/x.do?a=yes&intmId=43 target=new>Mobile APP for UPI</a>",
            "Mobile APP for UPI",
        ),
        ("&lt;script&gt;alert(1)&lt;/script&gt; Limited", "alert(1) Limited"),
        ("&amp;lt;b&amp;gt;Acme&amp;lt;/b&amp;gt;", "Acme"),
        ("Shah Investor&#39;s Home Limited", "Shah Investor's Home Limited"),
        ("M &amp; B\tEngineering\r\nLimited", "M & B Engineering Limited"),
        ("Ac\u200bme\x00 \u202eLimited", "Acme Limited"),
        ("Acme <img src=x onerror=alert(1)", "Acme"),
        ("3 < 5", "3 < 5"),
        ("<b></b>", None),
        (None, None),
    ],
)
def test_markup_entities_and_control_characters_are_stripped(raw: str | None, text: str | None) -> None:
    assert clean_text(raw) == text


def test_text_from_outside_is_capped() -> None:
    assert capped("x" * 500, 200) == "x" * 200
    assert capped("ab cd", 3) == "ab"
    assert capped(None, 3) is None


def indian(count: int) -> str:
    """Write a count with a comma after the first three figures from the right, and then after every two."""
    figures = str(count)
    head, tail = figures[:-3], figures[-3:]
    pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return ",".join([*pairs, tail])
