"""AMFI's rows by value, in each of the five layouts and in ones that don't exist yet."""

from __future__ import annotations

import pandas as pd
import pytest

from munim.core.errors import ContentRefused, RequestWrong
from scrapers import amfi
from tests.unit.amfi_files import (
    HISTORY_8_PLAN,
    HISTORY_8_PRICES,
    LATEST_6,
    LATEST_6_HEADER,
    LATEST_8_PLAN,
    LATEST_8_PRICES,
    amfi_payload,
)

COLUMNS = [
    "line_no",
    "scheme_code",
    "name",
    "plan",
    "option",
    "isin_payout_or_growth",
    "isin_reinvestment",
    "nav",
    "nav_date",
    "amc",
    "category_heading",
]
NA = None
BANKING = "Open Ended Schemes(Debt Scheme - Banking and PSU Fund)"
GOLD = "Open Ended Schemes(Exchange Traded Funds (ETFs) - Gold ETF)"


def rows_of(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    """The rows as tuples, with None for what is absent."""
    return [tuple(None if pd.isna(value) else value for value in row) for row in frame.itertuples(index=False)]


def test_latest_with_6_columns_gives_its_rows_under_their_headings() -> None:
    table = amfi.parse(amfi_payload(LATEST_6))

    assert table.layout == "latest-6"
    assert table.added_columns == ()
    assert list(table.frame.columns) == COLUMNS
    first = "ABSL Banking & PSU Debt Fund  - DIRECT - IDCW"
    second = "ABSL Banking & PSU Debt Fund  - DIRECT - MONTHLY IDCW"
    absl, axis, ilfs = "Aditya Birla Sun Life Mutual Fund", "Axis Mutual Fund", "IL&FS Mutual Fund (IDF)"
    day = "18-Jul-2025"
    assert rows_of(table.frame) == [
        (7, "119551", first, NA, NA, "INF209KA12Z1", "INF209KA13Z9", "108.1161", day, absl, BANKING),
        (8, "119552", second, NA, NA, "INF209K01YM2", "-", "10.", day, absl, BANKING),
        (12, "SIF-120", "Axis Children’s SIF", NA, NA, "-", "-", "N.A.", "17-Jul-2025", axis, BANKING),
        (16, "120001", "Axis Gold ETF", NA, NA, "INF846K01WP8", "-", ".12345678", day, axis, GOLD),
        (20, "120002", "IL&FS Infra Debt Fund", NA, NA, "INF000000000", "-", "0", day, ilfs, GOLD),
    ]


def test_latest_with_plan_and_option_gives_them_without_tabs_and_keeps_blanks_as_blanks() -> None:
    table = amfi.parse(amfi_payload(LATEST_8_PLAN))

    assert table.layout == "latest-8-plan"
    heading = "Close Ended Schemes(Income/Debt Oriented Schemes - Fixed Term Plan)"
    name, amc, day = "UTI Annual Interval Fund - I", "UTI Mutual Fund", "19-Aug-2026"
    assert rows_of(table.frame) == [
        (7, "106183", name, "Regular Plan", "Growth", "INF789F01FG4", "-", "36.403", day, amc, heading),
        (8, "106186", name, "", "", "INF789F01FE9", "INF789F01FF6", "11.076", day, amc, heading),
    ]


def test_latest_of_2017_gives_the_nav_and_not_the_prices_beside_it() -> None:
    table = amfi.parse(amfi_payload(LATEST_8_PRICES))

    assert table.layout == "latest-8-prices"
    assert table.added_columns == ()
    name, heading = "Axis Children's Gift Fund", "Open Ended Schemes(Balanced)"
    isins = ("INF846K01WS2", "INF846K01WQ6")
    assert rows_of(table.frame) == [
        (7, "135763", name, NA, NA, *isins, "11.3215", "13-Apr-2017", "Axis Mutual Fund", heading)
    ]


def test_history_with_prices_gives_blank_isins_and_words_in_place_of_navs_as_written() -> None:
    table = amfi.parse(amfi_payload(HISTORY_8_PRICES, amfi.HISTORY))

    assert table.layout == "history-8-prices"
    amc, heading = "ICICI Prudential Mutual Fund", "Open Ended Schemes(Income)"
    blended, fmp = "ICICI Prudential Blended Plan B", "ICICI Prudential FMP-Quarterly"
    assert rows_of(table.frame) == [
        (7, "103063", blended, NA, NA, "INF109K01AS1", "", "#DIV/0!", "02-Apr-2006", amc, heading),
        (8, "102680", fmp, NA, NA, "", "", "10.1742", "03-Apr-2006", amc, heading),
    ]


def test_history_with_plan_gives_the_same_heading_as_latest_however_it_is_spaced() -> None:
    table = amfi.parse(amfi_payload(HISTORY_8_PLAN, amfi.HISTORY))

    assert table.layout == "history-8-plan"
    (row,) = rows_of(table.frame)
    assert row[1:5] == ("151850", "Bajaj Finserv Overnight Fund", "Direct Plan", "Fortnightly - IDCW")
    assert row[5:9] == ("INF0QA701235", "INF0QA701201", "1035.0142", "23-Aug-2026")
    assert row[9:] == ("Bajaj Finserv Mutual Fund", GOLD)


@pytest.mark.parametrize("body", [LATEST_6, LATEST_8_PLAN, HISTORY_8_PRICES])
def test_every_column_is_arrow_text_and_the_line_number_a_whole_number(body: str) -> None:
    frame = amfi.parse(amfi_payload(body)).frame

    assert str(frame["line_no"].dtype) == "int64"
    assert {str(frame[name].dtype) for name in COLUMNS[1:]} == {"str"}


@pytest.mark.parametrize(
    ("layout", "kind"),
    [
        ("latest-6", "long"),
        ("latest-8-prices", "long"),
        ("latest-8-plan", "base"),
        ("latest-9-plan-other", "base"),
        ("latest-7-other", "long"),
        ("history-8-prices", "long"),
        ("history-8-plan", "long"),
        ("history-9-plan-other", "long"),
    ],
)
def test_a_name_is_the_base_name_only_in_latest_with_plan_and_option(layout: str, kind: str) -> None:
    assert amfi.name_kind(layout) == kind


@pytest.mark.parametrize(
    ("titles", "added", "layout"),
    [
        ("Plan;Option;Risk-o-meter", ("Risk-o-meter",), "latest-9-plan-other"),
        ("Risk-o-meter", ("Risk-o-meter",), "latest-7-other"),
        ("Option", (), "latest-7-other"),
    ],
)
def test_a_column_that_no_layout_knows_is_told_and_does_no_harm(
    titles: str, added: tuple[str, ...], layout: str
) -> None:
    values = ";".join(f"value {title}" for title in titles.split(";"))
    body = f"{LATEST_6_HEADER};{titles}\n119551;A;B;Name;1.5;19-Aug-2026;{values}\n"

    table = amfi.parse(amfi_payload(body))

    assert (table.added_columns, table.layout) == (added, layout)
    assert rows_of(table.frame)[0][5:9] == ("A", "B", "1.5", "19-Aug-2026")


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("Scheme Code", "scheme_code"),
        ("Scheme Name", "name"),
        ("ISIN Div Payout/ ISIN Growth", "isin_payout_or_growth"),
        ("ISIN Div Reinvestment", "isin_reinvestment"),
        ("Net Asset Value", "nav"),
        ("Date", "nav_date"),
    ],
)
def test_a_missing_required_column_refuses_the_payload_and_names_it(title: str, column: str) -> None:
    body = LATEST_6.replace(title, "Something Else", 1)

    with pytest.raises(
        ContentRefused, match=rf"NAVAll\.txt gave a header that lacks {column}: .*Something Else"
    ) as refusal:
        amfi.parse(amfi_payload(body))

    assert refusal.value.feed == "amfi.latest"
    assert refusal.value.slot == "2026-08-19"


def test_a_column_that_comes_twice_refuses_the_payload() -> None:
    body = f"{LATEST_6_HEADER};NAV Name\n1;A;B;Name;1.5;19-Aug-2026;Long name\n"

    with pytest.raises(ContentRefused, match="header that has name twice"):
        amfi.parse(amfi_payload(body))


def test_lines_with_too_few_or_too_many_fields_are_rejects_with_their_text_and_place() -> None:
    body = (
        f"{LATEST_6_HEADER}\n1;A;B;Name;1.5;19-Aug-2026\n2;A;B;Na;me;1.5;19-Aug-2026\r\n3;A\n4;A;B;Name;2;19-Aug-2026\n"
    )

    table = amfi.parse(amfi_payload(body))

    assert table.frame["scheme_code"].tolist() == ["1", "4"]
    assert table.frame["line_no"].tolist() == [2, 5]
    assert rows_of(table.rejects) == [
        (3, "2;A;B;Na;me;1.5;19-Aug-2026", "field_count", "7 fields where the header has 6"),
        (4, "3;A", "field_count", "2 fields where the header has 6"),
    ]


def test_rows_before_any_heading_have_none() -> None:
    frame = amfi.parse(amfi_payload(f"{LATEST_6_HEADER}\n1;A;B;Name;1.5;19-Aug-2026\n")).frame

    assert frame[["amc", "category_heading"]].isna().to_numpy().all()


@pytest.mark.parametrize(
    ("heading", "stored"),
    [
        ("Open Ended Schemes(Growth)", "Open Ended Schemes(Growth)"),
        ("Open Ended Schemes ( Growth )", "Open Ended Schemes(Growth)"),
        ("  Interval Fund Schemes  (Income)\t", "Interval Fund Schemes(Income)"),
        ("Evergreen Scheme(Something New)", "Evergreen Scheme(Something New)"),
        (
            "Open Ended Schemes(Fund of Funds Scheme (Domestic) - Fund of Funds Scheme (Domestic))",
            "Open Ended Schemes(Fund of Funds Scheme (Domestic) - Fund of Funds Scheme (Domestic))",
        ),
    ],
)
def test_a_category_is_known_by_its_form_and_stored_in_one_spelling(heading: str, stored: str) -> None:
    frame = amfi.parse(amfi_payload(f"{LATEST_6_HEADER}\n{heading}\n1;A;B;Name;1.5;19-Aug-2026\n")).frame

    assert frame["category_heading"].tolist() == [stored]
    assert frame["amc"].isna().all()


def test_a_byte_order_mark_blank_lines_and_a_missing_last_line_end_do_no_harm() -> None:
    body = f"\ufeff\r\n \r\n{LATEST_6_HEADER}\r\n1;A;B;Name;1.5;19-Aug-2026"
    payload = amfi_payload(body)

    amfi.check_body(payload)

    assert rows_of(amfi.parse(payload).frame)[0][:3] == (4, "1", "Name")


def test_a_lone_carriage_return_inside_a_row_ends_no_line() -> None:
    frame = amfi.parse(amfi_payload(f"{LATEST_6_HEADER}\r\n1;A;B;Na\rme;1.5;19-Aug-2026\r\n")).frame

    assert frame["name"].tolist() == ["Na\rme"]


def test_quotes_are_characters_like_others() -> None:
    frame = amfi.parse(amfi_payload(f'{LATEST_6_HEADER}\n1;A;B;"Na;1.5;19-Aug-2026\n2;A;B;me";2.5;19-Aug-2026\n')).frame

    assert frame["name"].tolist() == ['"Na', 'me"']


def test_bytes_that_are_no_utf8_refuse_the_payload() -> None:
    with pytest.raises(ContentRefused, match="no UTF-8"):
        amfi.parse(amfi_payload(LATEST_6.encode().replace("’".encode(), b"\x92")))


def test_headings_and_line_numbers_go_on_over_the_blocks_of_a_long_body(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = amfi.parse(amfi_payload(LATEST_6))

    monkeypatch.setattr("scrapers.amfi_table.BLOCK_BYTES", 10)
    in_blocks = amfi.parse(amfi_payload(LATEST_6))

    pd.testing.assert_frame_equal(in_blocks.frame, whole.frame)


def test_the_raw_line_is_the_one_that_the_source_wrote() -> None:
    payload = amfi_payload(LATEST_8_PLAN.replace("\n", "\r\n"))

    expected = "106183;INF789F01FG4;-;UTI Annual Interval Fund - I;Regular Plan;Growth\t;36.403;19-Aug-2026"
    assert amfi.raw_line(payload, 7) == expected
    assert amfi.raw_lines(payload, [5, 7]) == {5: "UTI Mutual Fund", 7: expected}
    with pytest.raises(RequestWrong, match="no line 99"):
        amfi.raw_line(payload, 99)


@pytest.mark.parametrize(
    ("body", "feed"),
    [
        (LATEST_6, amfi.LATEST),
        (LATEST_8_PLAN, amfi.LATEST),
        (LATEST_8_PRICES, amfi.LATEST),
        (HISTORY_8_PRICES, amfi.HISTORY),
        (HISTORY_8_PLAN, amfi.HISTORY),
    ],
)
def test_the_feed_is_told_by_the_order_of_the_columns(body: str, feed: str) -> None:
    assert amfi.detect_feed(body.encode()) == feed


def test_a_body_of_no_feed_is_told_from_no_header() -> None:
    with pytest.raises(ContentRefused, match="no header of AMFI's"):
        amfi.detect_feed(b"Date,Open,High\n2026-08-19,1,2\n")
