"""ISINs: what is accepted, what is junk, and what is absent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.isin import clean_isin

VALID = [
    "INF209KA12Z1",
    "INF209KA13Z9",
    "INF846K01CU0",
    "INF090I01SM2",
    "INF179KB1HY1",
    "INF109K01EA1",
    "INE002A01018",  # an equity: Reliance Industries
    "US0378331005",  # another country: Apple
    "AU0000XVGZA3",
]


@pytest.mark.parametrize("isin", VALID)
def test_a_valid_isin_is_returned_as_it_is(isin: str) -> None:
    assert clean_isin(isin) == (isin, None)


@pytest.mark.parametrize("raw", [None, "", " ", "-", " - ", "\t", "\u00a0"])
def test_what_is_absent_is_not_junk(raw: str | None) -> None:
    assert clean_isin(raw) == (None, None)


@pytest.mark.parametrize(
    "raw",
    [
        "Redeemed",
        "HDFCNIVODG",
        "NOTAPP",
        "#N/A",
        "NA",
        "---",
        "NF760K01GO7",  # the I lost
        "INF174K1TA2",  # a digit lost
        "INF769K01PB",  # the check digit lost
        "INF78901059",  # a letter lost
        "INF174K01VSI",  # I for 1: the check digit is a digit
        "INF209KA12Z1;",
        "INF 209KA12Z",
        "1NF209KA12Z1",
        "INF209KA12Z\u0661",  # a digit, but of another script
        "\u0130NF209KA12Z1",
    ],
)
def test_junk_is_null_with_a_note_on_its_form(raw: str) -> None:
    assert clean_isin(raw) == (None, "isin_form")


@pytest.mark.parametrize(
    "raw",
    [
        "INF209KA12Z0",
        "INF174KO14K7",  # O for 0 (2017)
        "INF204KO1HK2",  # O for 0 (2017)
        "IINF209KA1X9",  # I typed twice, the rest cut (2017)
        "INF209KA21Z1",  # two neighbours swapped
    ],
)
def test_a_wrong_check_digit_is_null_with_a_note(raw: str) -> None:
    assert clean_isin(raw) == (None, "isin_check_digit")


def test_lower_case_is_accepted_and_noted() -> None:
    assert clean_isin(" inf209ka12z1 ") == ("INF209KA12Z1", "isin_lower_case")


def test_white_space_around_is_dropped_without_a_note() -> None:
    assert clean_isin("\tINF209KA12Z1 ") == ("INF209KA12Z1", None)


def _check_digits(stem: str) -> list[str]:
    return [digit for digit in "0123456789" if clean_isin(stem + digit)[0]]


@given(st.from_regex(r"[A-Z]{2}[A-Z0-9]{9}", fullmatch=True))
def test_exactly_one_check_digit_fits(stem: str) -> None:
    assert len(_check_digits(stem)) == 1


@given(st.from_regex(r"[A-Z]{2}[A-Z0-9]{9}", fullmatch=True), st.integers(2, 10), st.data())
def test_one_wrong_digit_is_always_found(stem: str, place: int, data: st.DataObject) -> None:
    isin = stem + _check_digits(stem)[0]
    kind = "0123456789" if isin[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    other = data.draw(st.sampled_from(kind.replace(isin[place], "")))
    wrong = isin[:place] + other + isin[place + 1 :]
    if kind[0] == "0":
        assert clean_isin(wrong) == (None, "isin_check_digit")
    else:  # two letters may share a sum; Luhn promises digits alone
        assert clean_isin(wrong)[1] in {None, "isin_check_digit"}


@given(st.text(max_size=16))
def test_any_text_is_an_isin_of_the_form_or_none(text: str) -> None:
    isin, note = clean_isin(text)
    assert isin is None or re.fullmatch(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", isin)
    assert (isin is None) or note in {None, "isin_lower_case"}
