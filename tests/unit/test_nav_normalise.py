"""AMFI's rows as NAVs, facts and refused rows: what is kept, what is absent, and what is refused with which reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from loaders.batch import NavBatch
from munim.core.errors import ContentRefused
from pipelines.nav import normalise
from scrapers import amfi
from tests.reliability.made_files import Layout, Row, body, payload

DAY = date(2026, 8, 19)
FETCHED_AT = datetime(2026, 8, 20, 2, 34, tzinfo=UTC)
GOOD = Row("100001", "10.5", DAY)


def batch_of(
    rows: list[Row], layout: Layout = "latest-6", *, fetched_at: datetime = FETCHED_AT, accepted: tuple[int, ...] = ()
) -> NavBatch:
    feed = "amfi.history" if layout.startswith("history") else "amfi.latest"
    made = payload(body(rows, layout), fetched_at, feed)
    return normalise(amfi.parse(made), made, accepted)


def navs_of(batch: NavBatch) -> dict[tuple[str, date], Decimal]:
    navs = batch.navs
    return dict(zip(zip(navs["scheme_code"], navs["nav_date"], strict=True), navs["nav"], strict=True))


def reasons_of(batch: NavBatch) -> dict[int, str]:
    return dict(zip(batch.rejects["line_no"], batch.rejects["reason"], strict=True))


def test_a_row_is_a_nav_and_a_fact_of_its_scheme() -> None:
    batch = batch_of([Row("100001", "10.5", DAY, name="A Fund - Direct", isin="INF209KA12Z1")])

    assert navs_of(batch) == {("100001", DAY): Decimal("10.5")}
    assert batch.facts.iloc[0].to_dict() == {
        "scheme_code": "100001",
        "name_kind": "long",
        "amc": "Made Mutual Fund",
        "category": "Open Ended Schemes(Debt Scheme - Liquid Fund)",
        "name": "A Fund - Direct",
        "plan": None,
        "option": None,
        "isin_payout_or_growth": "INF209KA12Z1",
        "isin_reinvestment": None,
    }
    assert (batch.rows_read, batch.rows_absent, len(batch.rejects), batch.layout) == (1, 0, 0, "latest-6")


def test_the_layout_with_plan_and_option_cuts_names_to_their_base() -> None:
    batch = batch_of([Row("100001", "10.5", DAY, name="A Fund", plan="Direct Plan", option="Growth")], "latest-8-plan")

    fact = batch.facts.iloc[0]
    assert (fact["name_kind"], fact["name"], fact["plan"], fact["option"]) == (
        "base",
        "A Fund",
        "Direct Plan",
        "Growth",
    )


@pytest.mark.parametrize("layout", ["latest-8-prices", "history-8-prices"])
def test_the_nav_is_read_by_its_title_and_never_a_price(layout: Layout) -> None:
    assert navs_of(batch_of([GOOD], layout)) == {("100001", DAY): Decimal("10.5")}


def test_only_the_latest_file_is_complete() -> None:
    assert batch_of([GOOD]).complete
    assert not batch_of([GOOD], "history-8-prices").complete


@pytest.mark.parametrize("nav", ["N.A.", "-", "", "#N/A", "#DIV/0!"])
def test_a_row_without_a_nav_is_absent_and_still_tells_of_its_scheme(nav: str) -> None:
    batch = batch_of([GOOD, Row("100002", nav, DAY)])

    assert navs_of(batch) == {("100001", DAY): Decimal("10.5")}
    assert (batch.rows_read, batch.rows_absent, len(batch.rejects)) == (2, 1, 0)
    assert batch.facts["scheme_code"].to_list() == ["100001", "100002"]


@pytest.mark.parametrize("day", ["", "-", "31-Feb-2026", date(2027, 12, 28), date(1960, 1, 1)])
def test_a_row_without_a_nav_is_absent_whatever_stands_for_its_date(day: date | str) -> None:
    batch = batch_of([GOOD, Row("100002", "N.A.", day), Row("100003", "5", day)])

    assert batch.rows_absent == 1
    assert list(reasons_of(batch)) == [9]


def test_zero_is_a_nav_like_any_other() -> None:
    batch = batch_of([Row("100001", "0.0000", DAY)])

    assert navs_of(batch) == {("100001", DAY): Decimal(0)}
    assert batch.notes == []


@pytest.mark.parametrize(
    ("row", "reason", "detail"),
    [
        (Row("12", "10", DAY), "bad_code", "scheme_code '12': no scheme code"),
        (Row("sif-1", "10", DAY), "bad_code", "scheme_code 'sif-1': no scheme code"),
        (Row("100002", "-10.5", DAY), "negative_nav", "nav '-10.5': a negative NAV"),
        (Row("100002", "1,000.5", DAY), "bad_nav", "nav '1,000.5': no NAV"),
        (Row("100002", "123456789", DAY), "bad_nav", "nav '123456789': no NAV"),
        (Row("100002", "10", "31-Feb-2026"), "bad_date", "nav_date '31-Feb-2026': no date"),
        (
            Row("100002", "10", date(1964, 6, 30)),
            "date_too_old",
            "nav_date '30-Jun-1964': a date before there were mutual funds",
        ),
        (
            Row("100002", "10", "28-Dec-2027"),
            "future_date",
            "nav_date '28-Dec-2027': a date more than 7 days after the fetch",
        ),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_reason_and_the_others_are_kept(
    row: Row, reason: str, detail: str
) -> None:
    batch = batch_of([GOOD, row])

    assert navs_of(batch) == {("100001", DAY): Decimal("10.5")}
    cells = row.cells()
    line = f"{row.code};-;-;{row.name};{row.nav};{cells['day']}"
    assert batch.rejects.to_dict("records") == [{"line_no": 8, "raw_line": line, "reason": reason, "detail": detail}]


def test_a_sif_code_is_a_code() -> None:
    batch = batch_of([Row("SIF-120", "10.5", DAY)])

    assert navs_of(batch) == {("SIF-120", DAY): Decimal("10.5")}
    assert batch.facts["scheme_code"].to_list() == ["SIF-120"]


def test_a_row_with_a_bad_code_tells_of_no_scheme() -> None:
    assert batch_of([GOOD, Row("12", "10", DAY)]).facts["scheme_code"].to_list() == ["100001"]


@pytest.mark.parametrize(
    ("fetched_at", "last_good"),
    [
        # 18:29 UTC is a minute before midnight in India, 18:30 is the next day there.
        (datetime(2026, 8, 20, 18, 29, tzinfo=UTC), date(2026, 8, 27)),
        (datetime(2026, 8, 20, 18, 30, tzinfo=UTC), date(2026, 8, 28)),
    ],
)
def test_dates_up_to_seven_days_after_the_day_of_the_fetch_in_india_are_kept(
    fetched_at: datetime, last_good: date
) -> None:
    rows = [Row("100001", "1", last_good), Row("100002", "2", last_good + timedelta(days=1))]

    batch = batch_of(rows, fetched_at=fetched_at)

    assert navs_of(batch) == {("100001", last_good): Decimal(1)}
    assert reasons_of(batch) == {8: "future_date"}


def test_a_line_that_a_person_accepted_is_kept_where_only_a_judgement_was_against_it() -> None:
    rows = [
        Row("100001", "-10.5", DAY),
        Row("100002", "7", date(2027, 1, 1)),
        Row("100003", "8", date(1960, 1, 1)),
        Row("100004", "-.5", DAY),
        Row("100005", "x", DAY),
        Row("12", "9", DAY),
        Row("100006", "9", "31-Feb-2026"),
    ]

    batch = batch_of(rows, accepted=(7, 8, 9, 11, 12, 13))

    assert navs_of(batch) == {
        ("100001", DAY): Decimal("-10.5"),
        ("100002", date(2027, 1, 1)): Decimal(7),
        ("100003", date(1960, 1, 1)): Decimal(8),
    }
    # Line 10 was not accepted; the last three can't be read, whatever anybody decides.
    assert reasons_of(batch) == {10: "negative_nav", 11: "bad_nav", 12: "bad_code", 13: "bad_date"}


def test_an_accepted_row_that_is_absent_is_absent() -> None:
    assert batch_of([GOOD, Row("100002", "N.A.", DAY)], accepted=(8,)).rows_absent == 1


def test_the_same_row_twice_counts_once() -> None:
    batch = batch_of([GOOD, Row("100001", "10.50", DAY), Row("100001", "10.5", DAY)])

    assert navs_of(batch) == {("100001", DAY): Decimal("10.5")}
    assert (batch.rows_read, batch.rows_repeated, len(batch.rejects)) == (3, 2, 0)


def test_two_navs_for_one_scheme_and_day_refuse_every_row_that_speaks_of_them() -> None:
    rows = [GOOD, Row("100002", "7", DAY), Row("100001", "10.6", DAY), Row("100001", "10.5", DAY)]

    batch = batch_of(rows)

    assert navs_of(batch) == {("100002", DAY): Decimal(7)}
    assert reasons_of(batch) == dict.fromkeys((7, 9, 10), "conflicting_duplicate")
    assert batch.rows_repeated == 0


def test_two_days_of_one_scheme_and_a_row_without_a_nav_contradict_nothing() -> None:
    rows = [GOOD, Row("100001", "10.6", date(2026, 8, 18)), Row("100001", "N.A.", DAY)]

    batch = batch_of(rows, "history-8-prices")

    assert navs_of(batch) == {("100001", DAY): Decimal("10.5"), ("100001", date(2026, 8, 18)): Decimal("10.6")}
    assert len(batch.rejects) == 0


def test_a_refused_row_contradicts_nothing() -> None:
    batch = batch_of([GOOD, Row("100001", "-7", DAY)])

    assert navs_of(batch) == {("100001", DAY): Decimal("10.5")}
    assert reasons_of(batch) == {8: "negative_nav"}


def test_of_two_rows_of_a_scheme_the_later_one_tells_of_it() -> None:
    rows = [Row("100001", "1", date(2026, 8, 18), name="Old"), Row("100001", "2", DAY, name="New")]

    assert batch_of(rows, "history-8-prices").facts["name"].to_list() == ["New"]


def test_a_line_with_another_number_of_fields_is_refused() -> None:
    made = payload(body([GOOD]) + b"100002;too;few\r\n100003;-;-;Fund;5;19-Aug-2026\r\n", FETCHED_AT)

    batch = normalise(amfi.parse(made), made)

    assert navs_of(batch) == {("100001", DAY): Decimal("10.5"), ("100003", DAY): Decimal(5)}
    assert reasons_of(batch) == {8: "field_count"}
    assert batch.rows_read == 3


def test_a_file_without_any_row_is_refused() -> None:
    with pytest.raises(ContentRefused, match=r"amfi\.latest .* no rows at all; the raw bytes are kept"):
        batch_of([])
