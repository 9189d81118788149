"""Reading a NAV row's code, date and NAV: exact, strict, and the same on a machine of any language."""

from __future__ import annotations

import calendar
import importlib
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import nav_values

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NUMBERS = {
    "107.2402": "107.2402",
    "10.": "10",
    ".1234": "0.1234",
    "10": "10",
    "0": "0",
    "0.0000": "0",
    "007.5": "7.5",
    "12345678.1234567891": "12345678.1234567891",
    ".0000000001": "0.0000000001",
    "99999999.9999999999": "99999999.9999999999",
}
ABSENT = ("", "-", "N.A.", "n.a.", "N.A", "NA", "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "NULL", "null")
NEGATIVE = ("-1", "-10.5000", "-.5", "-0", "-10.")
UNREADABLE = (
    "123456789",  # nine digits before the point: no NAV was ever near, and the sum would not fit
    "1.12345678901",  # eleven decimals would have to be cut
    "1,234.50",
    "1.2.3",
    ".",
    "+1",
    "1e5",
    "1E-3",
    "nan",
    "inf",
    "10 ",
    "10\n",
    "१०.५",
    "--1",
    "₹10",
    "0x10",
    "N.A. ",
)


def read(cells: list[str | None]) -> list[Decimal | None]:
    navs: list[Decimal | None] = nav_values.read_navs(pa.array(cells, pa.string())).nav.to_pylist()
    return navs


@pytest.mark.parametrize(("cell", "value"), NUMBERS.items())
def test_a_plain_number_is_read_exactly(cell: str, value: str) -> None:
    # Alone and among others: the column is read in another way when any cell has a bare point.
    assert read([cell]) == [Decimal(value)]
    assert read(["1.5", cell, ".5", "5."]) == [Decimal("1.5"), Decimal(value), Decimal("0.5"), Decimal(5)]


@pytest.mark.parametrize(
    ("cells", "flag"), [(ABSENT, "absent"), (NEGATIVE, "negative"), (UNREADABLE, "unreadable"), (NUMBERS, None)]
)
def test_a_cell_is_a_number_or_exactly_one_of_absent_negative_unreadable(cells: list[str], flag: str | None) -> None:
    found = nav_values.read_navs(pa.array(list(cells), pa.string()))

    for name in ("absent", "negative", "unreadable"):
        said = dict(zip(cells, getattr(found, name).tolist(), strict=True))
        assert said == dict.fromkeys(cells, name == flag)
    assert found.nav.null_count == (0 if flag is None else len(cells))


def test_a_missing_cell_is_absent() -> None:
    assert nav_values.read_navs(pa.array([None], pa.string())).absent.tolist() == [True]


def test_no_cells_are_no_navs() -> None:
    assert read([]) == []


@given(st.lists(st.decimals(0, 99_999_999, places=10) | st.decimals(0, 5000, places=4), max_size=20))
def test_every_number_that_amfi_can_write_is_read_as_it_is_written(values: list[Decimal]) -> None:
    assert read([f"{value:f}" for value in values]) == values


@given(st.text(alphabet="0123456789.-eE+,#N/A ", max_size=14))
def test_what_is_read_as_a_number_has_the_decimal_value_of_its_text(cell: str) -> None:
    (value,) = read([cell])

    if value is not None:
        assert value == Decimal(cell)
        assert set(cell) <= set("0123456789.")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("19-Aug-2026", date(2026, 8, 19)),
        ("1-Jan-2025", date(2025, 1, 1)),
        ("29-Feb-2024", date(2024, 2, 29)),
        ("31-DEC-2008", date(2008, 12, 31)),
        ("31-dec-2008", date(2008, 12, 31)),
    ],
)
def test_a_date_is_day_month_and_year(cell: str, day: date) -> None:
    assert nav_values.read_date(cell) == day


@pytest.mark.parametrize(
    "cell",
    [
        "31-Feb-2025",
        "29-Feb-2025",
        "31-Apr-2025",
        "00-Jan-2025",
        "32-Jan-2025",
        "01-Foo-2025",
        "01-Mai-2025",
        "01-01-2025",
        "2025-01-01",
        "01-Jan-25",
        "01-Jan-0000",
        "01-January-2025",
        "01/Jan/2025",
        " 01-Jan-2025",
        "01-Jan-2025 ",
        "01-Jan-2025\n",
        "N.A.",
        "-",
        "",
    ],
)
def test_what_is_no_day_of_the_calendar_is_no_date(cell: str) -> None:
    assert nav_values.read_date(cell) is None


def test_dates_of_a_column_keep_their_places_and_null_is_no_date() -> None:
    cells = ["19-Aug-2026", None, "31-Feb-2026", "18-Aug-2026", "19-Aug-2026"]

    found = nav_values.read_dates(pa.array(cells, pa.string())).to_pylist()

    assert found == [date(2026, 8, 19), None, None, date(2026, 8, 18), date(2026, 8, 19)]


@given(st.dates(date(1964, 7, 1), date(2099, 12, 31)))
def test_every_date_is_read_back(day: date) -> None:
    assert nav_values.read_date(f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}") == day


def test_months_are_amfis_whatever_the_language_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a German locale has it: there %b is Mai, Okt and Dez, and neither May nor Oct."""
    german = ("", "Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
    strptime = importlib.import_module("_strptime")
    monkeypatch.setattr(calendar, "month_abbr", german)
    monkeypatch.setattr(strptime, "_TimeRE_cache", strptime.TimeRE())
    monkeypatch.setattr(strptime, "_regex_cache", {})
    assert datetime.strptime("07-Mai-2026 +0530", "%d-%b-%Y %z").month == 5

    found = [nav_values.read_date(f"07-{month}-2026") for month in MONTHS]

    assert found == [date(2026, number, 7) for number in range(1, 13)]


@pytest.mark.parametrize("code", ["1001", "119551", "123456789", "SIF-120", "SIF-1", "AB-1", "ABCDEF-123456"])
def test_a_code_is_digits_or_a_prefix_and_a_number(code: str) -> None:
    assert nav_values.good_codes(pa.array([code])).tolist() == [True]


@pytest.mark.parametrize(
    "code",
    ["", "119", "1234567890", "sif-120", "SIF120", "SIF-", "-120", "S-1", "SIF-1234567", "119551 ", "11955A", "११९५५१"],
)
def test_anything_else_is_no_code(code: str) -> None:
    assert nav_values.good_codes(pa.array([code])).tolist() == [False]


def test_a_missing_code_is_no_code() -> None:
    assert nav_values.good_codes(pa.array([None], pa.string())).tolist() == [False]
