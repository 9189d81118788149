"""Pages of the made public issues: the keys, types and forms of the recorded ones, and the truth inside them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from munim.core.clock import IST
from munim.replica import ipo_bse, ipo_nse, ipo_reports
from munim.replica.ipo_detail import active_category, detail
from munim.replica.ipo_forms import grouped, java_double, nse_band
from munim.replica.ipo_issue import Issue
from munim.replica.ipo_issues import Issues

NOONS = [datetime(2026, 1, 2, 12, 30, tzinfo=IST) + timedelta(days=days) for days in range(0, 363, 2)]


@pytest.fixture(scope="module")
def issues() -> Issues:
    return Issues(7, 2026)


@pytest.fixture(scope="module")
def before() -> Issues:
    return Issues(7, 2025)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), IST)


def kinds(rows: list[dict[str, Any]]) -> dict[tuple[str, ...], dict[str, set[type]]]:
    """The orders of keys that rows have, and the types of each key in rows of that order."""
    found: dict[tuple[str, ...], dict[str, set[type]]] = {}
    for row in rows:
        types = found.setdefault(tuple(row), {})
        for name, value in row.items():
            types.setdefault(name, set()).add(type(value))
    return found


def check_shape(made: list[dict[str, Any]], real: list[dict[str, Any]], *, may_be_null: tuple[str, ...] = ()) -> None:
    """Every order of keys that was recorded is made, and no other; types are those that were recorded."""
    forms, recorded_forms = kinds(made), kinds(real)
    assert set(forms) == set(recorded_forms)
    for order, types in forms.items():
        for name, found in types.items():
            allowed = recorded_forms[order][name] | ({type(None)} if name in may_be_null else set())
            assert found <= allowed, name


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def of_days(days: list[datetime], issues: Issues, page: Any) -> list[dict[str, Any]]:
    return [row for noon in days for row in page(issues, noon)]


def test_open_issues_have_the_recorded_shape(issues: Issues, recorded: Path) -> None:
    real = read(recorded / "ipo" / "nse_ipo_current_issue_2026-09-28.json")

    check_shape(of_days(NOONS, issues, ipo_nse.current), real)


def test_issues_to_come_have_the_recorded_shape(issues: Issues, recorded: Path) -> None:
    real = read(recorded / "ipo" / "nse_all_upcoming_issues_ipo_2026-09-28.json")

    check_shape(of_days(NOONS, issues, ipo_nse.upcoming), real, may_be_null=("issuePrice",))


def test_past_issues_have_the_recorded_shape(issues: Issues, recorded: Path) -> None:
    real = read(recorded / "ipo" / "nse_public_past_issues_2026-09-28_trimmed.json")

    check_shape(ipo_nse.past(issues, NOONS[-1]), real)


def test_lists_of_2025_have_the_shapes_of_2025(before: Issues, recorded: Path) -> None:
    days = [noon.replace(year=2025) for noon in NOONS]
    for name, page in (("upcoming", ipo_nse.upcoming), ("current", ipo_nse.current)):
        real = [one["raw_data"] for one in read(recorded / "ipo" / f"nse_{name}_ipos_2025-09-24.json")["data"]]
        made = kinds(of_days(days, before, page))
        # The one row of the SME platform that was to come had its keys in yet another order.
        orders = {frozenset(order) for order in kinds(real)}
        assert {frozenset(order) for order in made} == orders
        assert {order for order in kinds(real) if "lotSize" not in order} <= set(made)


def test_bses_list_has_the_recorded_shape(issues: Issues, recorded: Path) -> None:
    real = read(recorded / "ipo" / "bse_public_issues_2026-09-29.json")

    made = of_days(NOONS, issues, ipo_bse.public_issues)
    check_shape(made, real["Table"])
    assert list(json.loads(ipo_bse.body(made[:1]))) == list(real)
    for name in ("Status", "IR_flag", "eXCHANGE_PLATFORM", "FLAG"):
        assert {row[name] for row in real["Table"]} <= {row[name] for row in made}
    form = re.compile(r"\d+\.\d\d( - \d+\.\d\d)?")
    prices = {row["Price_Band"] for row in [*made, *real["Table"]]}
    assert all(price is None or form.fullmatch(price) for price in prices)


def skeleton(node: Any) -> Any:
    """A node's keys in order and the types of its values; of a list, those of its elements, each once."""
    if isinstance(node, dict):
        priced = all(re.fullmatch(r"\d+", key) for key in node) and node
        return {"PRICE": str} if priced else {key: skeleton(value) for key, value in node.items()}
    if isinstance(node, list):
        shapes = [skeleton(one) for one in node]
        return [shape for place, shape in enumerate(shapes) if shape not in shapes[:place]]
    return type(node)


def orders(node: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(node, dict):
        if not all(key.isdigit() for key in node):
            yield tuple(node)
        for value in node.values():
            yield from orders(value)
    elif isinstance(node, list):
        for one in node:
            yield from orders(one)


def open_sme(issues: Issues) -> tuple[Issue, datetime]:
    issue = next(
        one for one in issues.issues()
        if one.series == "SME" and one.ids.symbol and one.anchor_shares and one.life.ending is None
    )  # fmt: skip
    return issue, issues.subscription_times(issue)[-12]


def test_details_of_an_sme_issue_have_the_recorded_shape(issues: Issues, recorded: Path) -> None:
    real = read(recorded / "ipo" / "nse_ipo_detail_BMISL_SME_2026-09-29.json")
    issue, hour = open_sme(issues)
    made: Any = detail(issues, issue.ids.symbol, "SME", hour)

    assert skeleton(made) == skeleton(real)
    assert next(orders(made)) == next(orders(real))
    assert set(orders(made)) == set(orders(real))
    for book, name in (("bidDetails", "category"), ("bidDetails", "srNo")):
        assert [row[name] for row in made[book]] == [row[name] for row in real[book]]
    combined = [[row["srNo"], row["category"]] for row in made["activeCat"]["dataList"]]
    assert combined == [[row["srNo"], row["category"]] for row in real["activeCat"]["dataList"]]
    titles = [row["title"] for row in real["issueInfo"]["dataList"]]
    assert [row["title"] for row in made["issueInfo"]["dataList"]] == titles
    total = made["activeCat"]["dataList"][-1]
    assert (total["noOfShareOffered"], total["noOfTotalMeant"]) == ("0.0", "0.00")
    assert re.fullmatch(r"\d+\.0", total["noOfSharesBid"])


def test_details_of_a_main_board_issue_have_the_books_that_were_recorded(issues: Issues, recorded: Path) -> None:
    real = read(recorded / "ipo" / "nse_active_category_2025-09-24.json")["data"]["JAINREC"]["raw_data"]
    issue = next(one for one in issues.issues() if one.series == "EQ" and not one.has_employees and not one.life.ending)
    made: Any = detail(issues, issue.ids.symbol, "EQ", issues.subscription_times(issue)[0])

    rows, recorded_rows = made["activeCat"]["dataList"], real["dataList"]
    assert [(row["srNo"], row["category"]) for row in rows] == [(row["srNo"], row["category"]) for row in recorded_rows]
    assert made["activeCat"].keys() == real.keys()
    assert [row["noOfShareOffered"] == "" for row in rows] == [row["noOfShareOffered"] == "" for row in recorded_rows]
    assert made["issueInfo"]["dataList"][0] == {"title": issue.names.nse, "value": ""}
    assert "heading" not in made["issueInfo"]
    assert active_category(issues, issue.ids.symbol, issues.subscription_times(issue)[0]) == made["activeCat"]
    assert list(made["bidDetails"][0]) == ["category", "noOfSharesOffered", "noOfTime", "noOfsharesBid", "srNo"]


def test_books_of_the_details_are_the_truths(issues: Issues) -> None:
    for issue in issues.issues()[::9]:
        for hour in issues.subscription_times(issue)[::7]:
            made: Any = detail(issues, issue.ids.symbol, issue.series, hour + timedelta(minutes=20))
            books = issues.subscription(issue, hour)
            assert books is not None
            bid = "noOfshareBid" if issue.series == "SME" else "noOfsharesBid"
            assert [(row["srNo"], int(float(row[bid]))) for row in made["bidDetails"]] == [
                (row.sr_no, row.shares_bid) for row in books.nse
            ]
            assert [int(float(row["noOfSharesBid"])) for row in made["activeCat"]["dataList"][1:]] == [
                row.shares_bid for row in books.combined
            ]
            assert made["activeCat"]["updateTime"] == f"Updated as on {hour:%d-%b-%Y %H:%M:%S}"
            assert made["demandGraph"]["TOTAL_BIDS"] == str(books.nse[-1].shares_bid)


def test_an_unknown_symbol_or_series_has_empty_details(issues: Issues) -> None:
    issue, hour = open_sme(issues)

    for symbol, series in (("NOSUCH", "EQ"), (issue.ids.symbol, "EQ"), ("", "SME")):
        made: Any = detail(issues, symbol, series, hour)
        assert (made["bidDetails"], made["issueInfo"]["dataList"], made["activeCat"]["dataList"]) == ([], [], [])


def test_details_name_the_isin_once_it_lists(issues: Issues) -> None:
    issue = next(one for one in issues.issues() if one.listing_series == "BE")
    listed = issue.life.listed
    assert listed is not None
    eve: Any = detail(issues, issue.ids.symbol, "EQ", at(listed, 0) - timedelta(minutes=1))
    day: Any = detail(issues, issue.ids.symbol, "EQ", at(listed, 9))

    assert eve["metaInfo"] == {}
    assert (day["metaInfo"]["isin"], day["metaInfo"]["activeSeries"]) == (issue.ids.isin, ["BE"])


def test_the_lists_show_an_issue_as_long_as_it_is_theirs(issues: Issues) -> None:
    issue = next(one for one in issues.issues() if len(one.life.terms) == 2 and one.told_by_nse and one.series == "EQ")
    symbol = issue.ids.symbol
    opens, closes = issue.life.terms[-1].opens, issue.life.terms[-1].closes
    assert opens is not None
    assert closes is not None

    def shown(page: Any, hour: datetime) -> str | None:
        return next((row.get("status", "past") for row in page(issues, hour) if row["symbol"] == symbol), None)

    told = issue.life.at_exchanges
    assert [shown(ipo_nse.upcoming, hour) for hour in (told - timedelta(minutes=1), told, at(opens, 10))] == [
        None, "Forthcoming", "Active"
    ]  # fmt: skip
    assert [shown(ipo_nse.current, hour) for hour in (at(opens, 9, 59), at(opens, 10), at(closes, 23, 59))] == [
        None, "Active", "Active"
    ]  # fmt: skip
    midnight = at(closes, 0) + timedelta(days=1)
    assert [shown(page, midnight) for page in (ipo_nse.upcoming, ipo_nse.current, ipo_nse.past)] == [None, None, "past"]
    assert shown(ipo_nse.past, midnight - timedelta(minutes=1)) is None


def test_what_ends_is_said_to_be_withdrawn_or_is_gone_without_a_word(issues: Issues) -> None:
    for issue in issues.issues():
        if issue.life.ended_at is None:
            continue
        page = ipo_nse.current if issue.series == "SME" else ipo_nse.upcoming
        words = [
            [row["status"] for row in page(issues, issue.life.ended_at + after) if row["symbol"] == issue.ids.symbol]
            for after in (timedelta(minutes=-1), timedelta(0), timedelta(days=5))
        ]
        assert words[0] in [["Active"], ["Forthcoming"]]
        assert page(issues, issue.life.ended_at) != []
        assert words[1:] == [["Withdrawn"] if issue.life.ending == "withdrawn" else [], []]
        assert issue.ids.symbol not in {row["symbol"] for row in ipo_nse.past(issues, NOONS[-1])}
        assert issue.names.bse not in {row["Scrip_Name"] for row in ipo_bse.public_issues(issues, issue.life.ended_at)}


def test_past_issues_have_dashes_at_first_and_one_of_them_for_ever(issues: Issues) -> None:
    last = {row["symbol"]: row for row in ipo_nse.past(issues, at(date(2026, 12, 31), 23))}
    made = [one for one in issues.issues() if one.ids.symbol and one.life.listed is not None]

    assert {row["symbol"] for row in last.values() if row["listingDate"] == "-"} == {
        one.ids.symbol for one in made if not one.told_by_nse
    }
    assert {one.ids.symbol for one in made} <= last.keys()
    for one in made:
        if one.told_by_nse and one.life.listed is not None:
            row = last[one.ids.symbol]
            assert Decimal(str(row["issuePrice"]).strip()) == one.final_price
            assert row["listingDate"] == f"{one.life.listed:%d-%b-%Y}".upper()
            assert row["securityType"] == one.listing_series
            eve = {row["symbol"]: row for row in ipo_nse.past(issues, at(one.life.listed, 17, 59))}[one.ids.symbol]
            assert (eve["listingDate"], eve["issuePrice"]) == ("-", "-")
    assert any(re.fullmatch(r" +\d+", str(row["issuePrice"])) for row in last.values())


def test_bands_are_written_in_every_way(issues: Issues) -> None:
    forms = Counter(
        re.sub(r"\d+(\.\d+)?", "N", str(row["priceRange"])) for row in ipo_nse.past(issues, at(date(2026, 12, 31), 23))
    )

    assert set(forms) == {"Rs.N to Rs.N", "RS.N to RS.N", "Rs N to Rs N", "N", "Rs.N"}
    assert forms.most_common(1)[0][0] == "Rs.N to Rs.N"


def test_names_have_entities_anchors_and_what_nobody_sees(issues: Issues) -> None:
    names = [str(row.get("companyName") or row["company"]) for row in ipo_nse.past(issues, at(date(2026, 12, 31), 23))]

    for sign in ("&amp;", "<a href=", "\u200b", "  "):
        assert any(sign in name for name in names), sign


def test_numbers_of_open_issues_are_doubles_or_whole(issues: Issues) -> None:
    rows = of_days(NOONS, issues, ipo_nse.current)

    offered = Counter(re.sub(r"\d+", "N", row["noOfSharesOffered"]) for row in rows)
    assert set(offered) == {"N", "N.N", "N.NEN"}
    first: list[Any] = [
        detail(issues, one.ids.symbol, "EQ", issues.subscription_times(one)[1])
        for one in issues.issues()
        if one.series == "EQ" and issues.subscription_times(one)
    ]
    assert any("E-" in row["noOfTime"] for one in first for row in one["bidDetails"])


def test_the_traps_stand_in_the_lists(issues: Issues) -> None:
    past = ipo_nse.past(issues, at(date(2026, 12, 31), 23))
    listed = of_days(NOONS, issues, ipo_nse.upcoming)

    assert Counter(row["securityType"] for row in past)["DEBT"] == 2
    assert {"IV", "EQ"} == {row["series"] for row in listed}
    prices = {(row["priceRange"], row["issuePrice"]) for row in past if row["securityType"] == "DEBT"}
    assert prices == {("Rs.1000", "125")}
    old = [row for row in past if row["listingDate"] == "02-Jan-2003"]
    assert [row["issuePrice"] for row in old] == ["34", "34"]


def reports(issues: Issues, hour: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return (
        [dict(row) for row in ipo_reports.chittorgarh(issues, hour)],
        [dict(row) for row in ipo_reports.investorgain(issues, hour)],
    )


def test_reports_have_one_set_of_keys_and_show_what_is_announced(issues: Issues) -> None:
    for noon in NOONS[20::20]:
        listed, premiums = reports(issues, noon)
        states = issues.state_at(noon)
        shown = {number for number, state in states.items() if state not in {"withdrawn", "vanished"}}

        assert len(kinds(listed)) == 1
        assert len(kinds(premiums)) <= 1
        assert {int(re.findall(r"/ipo/[^/]+/(\d+)/", row["Company"])[0]) for row in listed} == {
            issues.issue(number).ids.chittorgarh for number in shown
        }
        assert {row["~id"] for row in premiums} == {
            issues.issue(number).ids.investorgain
            for number in shown
            if issues.gmp(issues.issue(number), noon) is not None
        }


def test_premiums_are_written_in_markup_and_say_their_minute(issues: Issues) -> None:
    by_id = {issue.ids.investorgain: issue for issue in issues.issues()}
    seen = Counter[str]()
    for noon in NOONS:
        for row in reports(issues, noon)[1]:
            said = issues.gmp(by_id[row["~id"]], noon)
            assert said is not None
            premium = "--" if said.premium is None else said.premium
            assert row["GMP"] == f"&#8377;<b>{premium}</b> ({row['~gmp_percent_calc']}%)"
            stamp = "" if said.as_of is None else f"<b>{said.as_of.day}-{said.as_of:%b} {said.as_of.hour}:"
            assert stamp in row["Updated-On"]
            seen[row["~ipo_status1"]] += 1

    assert set(seen) == {"U", "O", "C", "L"}


def test_chittorgarh_names_symbol_isin_and_price_once_it_lists(issues: Issues) -> None:
    listed, _ = reports(issues, at(date(2026, 12, 31), 23))
    by_isin = {row["~isin"]: row for row in listed}

    assert len(by_isin) == 120
    for issue in issues.issues():
        if issue.life.listed is not None and issue.final_price is not None:
            row = by_isin[issue.ids.isin]
            assert row["~nse_symbol"] == (issue.ids.symbol if "NSE" in issue.listed_on else "")
            assert row["Listing Date"] == f"{issue.life.listed:%d-%b-%Y}"
            assert row["Issue Price (Rs.)"] == f"{issue.final_price}.00"
    places = Counter(row["Listing at"] for row in listed)
    assert places == {"BSE, NSE": 59, "BSE": 1, "NSE SME": 40, "BSE SME": 20}


def test_pages_are_the_same_whenever_and_wherever_they_are_made(issues: Issues) -> None:
    again = Issues(7, 2026)
    for noon in NOONS[::30]:
        for page in (ipo_nse.current, ipo_nse.upcoming, ipo_nse.past, ipo_bse.public_issues):
            assert page(again, noon.astimezone(UTC)) == page(issues, noon)
        assert reports(again, noon) == reports(issues, noon)


@given(st.integers(0, 10**12))
def test_a_double_is_written_as_java_does_and_says_the_same(number: int) -> None:
    text = java_double(number)

    assert float(text) == number
    assert re.fullmatch(r"\d\.\d+E\d+" if number >= 10**7 else r"\d+\.0", text)


@given(st.integers(0, 10**12))
def test_indian_grouping_is_of_two_after_the_first_three(count: int) -> None:
    text = grouped(count)

    assert text.replace(",", "") == str(count)
    assert re.fullmatch(r"\d{1,3}|\d{1,2}(,\d\d)*,\d{3}", text)


@pytest.mark.parametrize(
    ("number", "text"),
    [(4_340_100, "4340100.0"), (67_731_930, "6.773193E7"), (16_951_424_805, "1.6951424805E10"), (10**7, "1.0E7"),
     (0.00045, "4.5E-4"), (0.017629973083630127, "0.017629973083630127"), (0, "0.0")],
)  # fmt: skip
def test_doubles_as_recorded(number: float, text: str) -> None:
    assert java_double(number) == text


def test_no_band_is_no_text() -> None:
    assert nse_band(None, 1) is None
