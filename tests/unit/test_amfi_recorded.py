"""AMFI's recorded files: counts and values as NOTES.md beside them has them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from munim.core.errors import ContentRefused, SourceUnavailable
from scrapers import amfi
from tests.unit.amfi_files import ABSENT, RECORDED, amfi_payload

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)

ROWS = {
    "NAVAll_2017-04-13.txt": ("latest-8-prices", 13_661),
    "NAVAll_2025-07-21T031933Z.txt": ("latest-6", 14_163),
    "NAVAll_2025-07-22T031316Z.txt": ("latest-6", 14_168),
    "NAVAll_2025-07-23T031438Z.txt": ("latest-6", 14_184),
    "NAVAll_2025-07-24T031324Z.txt": ("latest-6", 14_190),
    "NAVAll_2025-07-25T031329Z.txt": ("latest-6", 14_191),
    "NAVAll_2026-08-18T023237Z.txt": ("latest-6", 14_277),
    "NAVAll_2026-08-19T023538Z.txt": ("latest-6", 14_280),
    "NAVAll_2026-08-20T023412Z.txt": ("latest-8-plan", 14_283),
    "history_new8col_2026-08-23_EXCERPT.csv": ("history-8-plan", 38),
    "history_old8col_2006-04-02_EXCERPT.csv": ("history-8-prices", 26),
    "history_old8col_2026-06-01_EXCERPT.csv": ("history-8-prices", 23),
}
NEWEST = "NAVAll_2026-08-20T023412Z.txt"
BEFORE_THE_CUT = "NAVAll_2026-08-19T023538Z.txt"
ISSUER_CHARACTERS = 7
"""INF, four characters of the issuer: INF209K."""


def recorded(name: str) -> Payload:
    """A recorded file as a payload, of the feed that its content tells."""
    body = (RECORDED / name).read_bytes()
    return amfi_payload(body, amfi.detect_feed(body))


@cache
def table_of(name: str) -> RawTable:
    """A recorded file's rows, read once."""
    return amfi.parse(recorded(name))


@pytest.mark.parametrize("name", ROWS)
def test_each_file_passes_and_gives_its_layout_and_number_of_rows_and_rejects_nothing(name: str) -> None:
    amfi.check_body(recorded(name))

    table = table_of(name)

    assert (table.layout, len(table.frame), len(table.rejects), table.added_columns) == (*ROWS[name], 0, ())


def test_the_eight_daily_files_of_2025_and_2026_hold_113736_rows() -> None:
    assert sum(len(table_of(name).frame) for name in ROWS if name.startswith("NAVAll_202")) == 113_736


@pytest.mark.parametrize("name", [name for name in ROWS if name.startswith("NAVAll")])
def test_codes_are_unique_and_no_field_has_white_space_around_it(name: str) -> None:
    frame = table_of(name).frame

    assert frame["scheme_code"].is_unique
    for column in frame.columns.drop("line_no"):
        text = frame[column].dropna()
        assert text.equals(text.str.strip())


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_under_a_fund_house_and_a_category(name: str) -> None:
    frame = table_of(name).frame

    assert frame["amc"].str.contains("Mutual Fund").all()
    assert frame["category_heading"].str.fullmatch(r"(Open Ended|Close Ended|Interval Fund) Schemes\(\S.*\S\)").all()


@pytest.mark.parametrize(("name", "issuers", "houses"), [(BEFORE_THE_CUT, 67, 52), (NEWEST, 67, 52)])
def test_carrying_the_fund_house_forward_gives_each_isin_issuer_one_house(name: str, issuers: int, houses: int) -> None:
    frame = table_of(name).frame
    isins = frame["isin_payout_or_growth"]
    has_isin = isins.str.fullmatch("INF[0-9A-Z]{8}[0-9]")

    house_of = frame[has_isin].groupby(isins[has_isin].str[:ISSUER_CHARACTERS])["amc"].agg(["nunique", "first"])

    assert len(house_of) == issuers
    assert house_of["nunique"].max() == 1
    assert house_of["first"].nunique() == houses
    assert house_of.loc["INF209K", "first"] == "Aditya Birla Sun Life Mutual Fund"


def test_the_infrastructure_funds_are_fund_houses_and_no_categories() -> None:
    daily = [name for name in ROWS if name.startswith("NAVAll")]
    houses = {name: set(table_of(name).frame["amc"]) for name in daily}

    assert [name for name in daily if "IL&FS Mutual Fund (IDF)" in houses[name]] == daily
    assert [name for name in daily if "IIFCL Mutual Fund (IDF)" in houses[name]] == ["NAVAll_2017-04-13.txt"]


def test_the_newest_file_has_101_categories_and_nested_parentheses_are_whole() -> None:
    headings = set(table_of(NEWEST).frame["category_heading"])

    assert len(headings) == 101
    assert "Open Ended Schemes(Exchange Traded Funds (ETFs) - ETFs investing overseas)" in headings
    assert "Open Ended Schemes(Fund of Funds Scheme (Domestic) - Fund of Funds Scheme (Domestic))" in headings


def test_a_row_is_the_text_of_its_line() -> None:
    payload = recorded(NEWEST)
    frame = table_of(NEWEST).frame
    sample = frame.iloc[[0, 7_000, len(frame) - 1]]

    lines = amfi.raw_lines(payload, sample["line_no"].tolist())

    for row in sample.to_dict("records"):
        isins = f"{row['isin_payout_or_growth']};{row['isin_reinvestment']}"
        rest = f"{row['name']};{row['plan']};{row['option']};{row['nav']};{row['nav_date']}"
        assert lines[row["line_no"]] == f"{row['scheme_code']};{isins};{rest}"


def test_the_names_of_the_newest_file_are_cut_to_their_base() -> None:
    assert amfi.name_kind(table_of(NEWEST).layout) == "base"
    assert amfi.name_kind(table_of(BEFORE_THE_CUT).layout) == "long"
    assert table_of(NEWEST).frame["name"].nunique() < 3_500
    assert table_of(BEFORE_THE_CUT).frame["name"].nunique() > 14_000


def test_the_recorded_error_bodies_are_no_files() -> None:
    with pytest.raises(ContentRefused, match="says the address is gone; got 146 bytes"):
        amfi.check_body(amfi_payload((RECORDED / "error_http404_nginx.html").read_bytes()))
    with pytest.raises(SourceUnavailable, match="an empty body; got 1 byte;"):
        amfi.check_body(amfi_payload((RECORDED / "error_one_byte_body.txt").read_bytes()))
