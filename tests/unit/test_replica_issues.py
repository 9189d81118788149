"""The made year of public issues: how many there are of what, how each goes, and that it is always the same."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from munim.core.clock import IST, ist_date
from munim.core.errors import RequestWrong
from munim.replica.ipo_bids import Bid
from munim.replica.ipo_issue import Issue
from munim.replica.ipo_issues import Issues, made_issues
from munim.replica.ipo_story import bidding_days
from munim.replica.isin import check_digit
from munim.replica.market import Market
from munim.replica.sessions import is_session

SEEDS = (0, 7, 2026)
YEARS = (2024, 2025, 2026, 2027)


@pytest.fixture(scope="module")
def issues() -> Issues:
    return Issues(7, 2026)


def last_terms(issue: Issue) -> tuple[date, date]:
    terms = issue.life.terms[-1]
    assert terms.opens is not None
    assert terms.closes is not None
    return terms.opens, terms.closes


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), IST)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_120_listings_half_of_them_sme_and_five_issues_that_never_list(seed: int, year: int) -> None:
    made = Issues(seed, year).issues()

    listed = Counter(issue.platform for issue in made if issue.life.listed is not None)
    assert listed == {"mainboard": 60, "sme": 60}
    assert Counter(issue.life.ending for issue in made) == {None: 120, "withdrawn": 3, "vanished": 2}
    assert [issue.number for issue in made] == list(range(1, 126))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("year", YEARS)
def test_no_life_leaves_its_year_and_all_its_days_are_sessions(seed: int, year: int) -> None:
    for issue in Issues(seed, year).issues():
        opens, closes = last_terms(issue)
        days = [opens, closes, *(day for day in (issue.life.allotted, issue.life.listed) if day)]

        assert all(is_session(day) and day.year == year for day in days)
        assert ist_date(issue.life.announced_at).year == year
        assert [one.since for one in issue.life.terms] == sorted({one.since for one in issue.life.terms})
        assert issue.life.announced_at == issue.life.terms[0].since <= issue.life.at_exchanges


def test_the_same_seed_and_year_give_the_same_and_others_give_others(issues: Issues) -> None:
    assert Issues(7, 2026).issues() == issues.issues()
    assert Issues(7, 2026).others() == issues.others()
    assert Issues(8, 2026).issues() != issues.issues()
    assert Issues(7, 2027).issues() != issues.issues()
    assert Market(7).issues(2026) is made_issues(7, 2026)


def test_names_and_numbers_are_nobody_elses(issues: Issues) -> None:
    made = issues.issues()
    symbols = [one.ids.symbol for one in made if one.ids.symbol] + [one.symbol for one in issues.others() if one.symbol]

    assert len(set(symbols)) == len(symbols)
    assert len({one.names.company.split()[0] for one in made if not one.names.company.startswith("B.A.G.")}) >= 124
    for name in ("isin", "bse_issue_no", "bse_offer_code", "bse_scrip_code", "chittorgarh", "investorgain"):
        assert len({getattr(one.ids, name) for one in made}) == 125
    assert all(check_digit(one.ids.isin[:-1]) == int(one.ids.isin[-1]) for one in made)
    numbers = {one.ids.bse_issue_no for one in made}
    assert numbers.isdisjoint(one.bse_issue_no for one in issues.others())


def test_four_issuers_are_called_otherwise_by_the_two_exchanges(issues: Issues) -> None:
    def letters(name: str) -> str:
        words = name.upper().replace("LIMITED", "LTD").split()
        return " ".join(words)

    both = [one for one in issues.issues() if len(one.bid_on) == 2]
    assert len([one for one in both if letters(one.names.company) != letters(one.names.bse)]) == 4


def test_twenty_sme_issues_are_bses_and_nses_feeds_know_nothing_of_them(issues: Issues) -> None:
    alone = [one for one in issues.issues() if one.bid_on == ("BSE",)]

    assert len(alone) == 20
    assert {(one.platform, one.ids.symbol) for one in alone} == {("sme", "")}
    assert all(issues.subscription_times(one) == () for one in alone)


def test_one_issue_lists_on_bse_alone_and_one_in_series_be(issues: Issues) -> None:
    made = [one for one in issues.issues() if one.platform == "mainboard"]

    assert [one.listed_on for one in made if not one.told_by_nse] == [("BSE",)]
    assert Counter(one.listing_series for one in made) == {"EQ": len(made) - 1, "BE": 1}


def test_bands_and_dates_change_before_the_opening_and_sizes_shrink_by_the_anchors_part(issues: Issues) -> None:
    bands, opens, closes, sizes = (
        {one.number for one in issues.changed(column)} for column in ("band", "opens", "closes", "size_shares")
    )

    assert (len(bands), len(opens), len(closes - opens)) == (10, 7, 2)
    assert len(sizes) > 90
    for issue in issues.issues():
        first, last = issue.life.terms[0], issue.life.terms[-1]
        if issue.life.ending is None or issue.number in sizes:
            assert first.size_shares - last.size_shares == issue.anchor_shares
        opening, _ = last_terms(issue)
        told = [one for one in issue.life.terms if one.since >= at(opening, 10)]
        assert [one.opens for one in told] == [opening] * len(told)
        assert {(one.band, one.size_shares) for one in told} <= {(last.band, last.size_shares)}


def test_some_issues_are_known_before_their_dates_and_some_have_no_band_at_first(issues: Issues) -> None:
    early = [one for one in issues.issues() if one.life.terms[0].opens is None]
    late = [one for one in issues.issues() if one.life.terms[0].opens is not None and one.life.terms[0].band is None]

    assert len(early) == 12
    assert all(one.life.announced_at < one.life.at_exchanges for one in early)
    assert 10 <= len(late) <= 18


def test_statuses_follow_the_allowed_way_and_all_of_them_occur(issues: Issues) -> None:
    allowed = {
        (None, "announced"), ("announced", "open"), ("open", "closed"), ("closed", "listed"),
        ("announced", "withdrawn"), ("announced", "vanished"), ("open", "withdrawn"), ("open", "vanished"),
    }  # fmt: skip
    moves = set()
    for issue in issues.issues():
        first = at(date(2026, 1, 1), 0)
        states = [issue.status_at(first + timedelta(minutes=30 * step)) for step in range(365 * 48)]
        moves |= {(before, after) for before, after in pairwise(states) if before != after}

    assert moves == allowed


def test_state_at_the_end_of_the_year(issues: Issues) -> None:
    assert issues.state_at(at(date(2026, 1, 1), 0)) == {}
    assert Counter(issues.state_at(at(date(2026, 12, 31), 23)).values()) == {
        "listed": 120, "withdrawn": 3, "vanished": 2
    }  # fmt: skip


def test_an_issue_opens_at_ten_closes_at_five_and_is_listed_from_midnight(issues: Issues) -> None:
    issue = next(one for one in issues.issues() if one.life.listed is not None and len(one.life.terms) == 2)
    opens, closes = last_terms(issue)
    listed = issue.life.listed
    assert listed is not None

    assert [issue.status_at(at(opens, 9, 59)), issue.status_at(at(opens, 10))] == ["announced", "open"]
    assert [issue.status_at(at(closes, 16, 59)), issue.status_at(at(closes, 17))] == ["open", "closed"]
    midnight = at(listed, 0)
    assert [issue.status_at(midnight - timedelta(minutes=1)), issue.status_at(midnight)] == ["closed", "listed"]


def test_listing_is_three_sessions_after_the_last_day_of_bidding(issues: Issues) -> None:
    days = bidding_days(2026)
    for issue in issues.issues():
        if issue.life.listed is not None and issue.life.allotted is not None:
            closes = days.index(last_terms(issue)[1])
            assert (issue.life.allotted, issue.life.listed) == (days[closes + 1], days[closes + 3])


def by_number(rows: tuple[Bid, ...]) -> dict[str | None, Bid]:
    found = {row.sr_no: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_books_are_told_every_hour_from_ten_to_seven_on_bidding_days(issues: Issues) -> None:
    for issue in issues.issues():
        if "NSE" not in issue.bid_on or issue.life.ending is not None:
            continue
        opens, closes = last_terms(issue)
        days = [day for day in bidding_days(2026) if opens <= day <= closes]
        assert issues.subscription_times(issue) == tuple(at(day, hour) for day in days for hour in range(10, 20))
        assert issues.subscription(issue, at(opens, 9, 59)) is None
        first, evening = issues.subscription(issue, at(opens, 10, 30)), issues.subscription(issue, at(opens, 23))
        assert (first.as_of if first else None) == at(opens, 10)
        assert (evening.as_of if evening else None) == at(opens, 19)


def test_rows_add_up_and_bids_never_shrink(issues: Issues) -> None:
    under = {"1": r"1\(.\)", "2.1": r"2\.1\(.\)", "2.2": r"2\.2\(.\)", "2": r"2\.[12]"}
    for issue in issues.issues()[::6]:
        before: dict[str | None, int] = {}
        for hour in issues.subscription_times(issue):
            books = issues.subscription(issue, hour)
            assert books is not None
            for rows in (by_number(books.nse), by_number(books.combined)):
                for number, form in under.items():
                    below = [row for one, row in rows.items() if re.fullmatch(form, one or "")]
                    assert len(below) >= 2
                    assert rows[number].shares_bid == sum(row.shares_bid for row in below)
                groups = [row for one, row in rows.items() if one in {"1", "2", "3", "4"}]
                assert rows[None].shares_bid == sum(row.shares_bid for row in groups)
            now = {one: row.shares_bid for one, row in by_number(books.nse).items()}
            assert all(count >= before.get(one, 0) for one, count in now.items())
            assert all(count % issue.lot_size == 0 for count in now.values())
            before = now


def test_main_board_books_repeat_names_and_offer_what_the_anchors_left(issues: Issues) -> None:
    issue = next(one for one in issues.issues() if one.has_employees)
    books = issues.subscription(issue, issues.subscription_times(issue)[-1])
    assert books is not None
    rows = by_number(books.combined)

    assert list(rows) == [
        "1", "1(a)", "1(b)", "1(c)", "1(d)", "2", "2.1", "2.1(a)", "2.1(b)", "2.1(c)", "2.2", "2.2(a)", "2.2(b)",
        "2.2(c)", "3", "3(a)", "3(b)", "4", "4(a)", "4(b)", None,
    ]  # fmt: skip
    assert Counter(row.category for row in rows.values()).most_common(1) == [("Others", 3)]
    assert rows["3(a)"].category == rows["4(a)"].category == "Cut Off"
    parts = [rows[number].shares_offered for number in ("1", "2", "3", "4")]
    assert sum(part or 0 for part in parts) == rows[None].shares_offered == issue.life.terms[-1].size_shares
    nse = by_number(books.nse)
    assert all(nse[number].shares_bid <= row.shares_bid for number, row in rows.items())


def test_sme_books_lack_the_individuals_where_they_are_combined(issues: Issues) -> None:
    issue = next(one for one in issues.issues() if one.platform == "sme" and one.ids.symbol and one.heat > 1)
    books = issues.subscription(issue, issues.subscription_times(issue)[-1])
    assert books is not None
    nse, combined = by_number(books.nse), by_number(books.combined)

    assert "3" in nse
    assert "3" not in combined
    assert nse[None].shares_bid - nse["3"].shares_bid == combined[None].shares_bid
    assert {row.shares_offered for row in combined.values()} == {0, None}
    assert {row.shares_offered for row in nse.values()} == {None}
    assert nse[None].applications == sum(nse[number].applications or 0 for number in ("1", "2", "3"))


def test_books_end_with_an_issue_that_ends_while_it_is_open(issues: Issues) -> None:
    ended = [one for one in issues.issues() if one.life.ending is not None and one.platform == "sme"]

    assert {one.life.ending for one in ended} == {"withdrawn", "vanished"}
    for issue in ended:
        assert issue.life.ended_at is not None
        assert issues.subscription_times(issue)[-1] < issue.life.ended_at


def test_first_days_are_consistent_and_only_those_of_issues_that_list(issues: Issues) -> None:
    first_days = {one.number: issues.listing(one) for one in issues.issues()}

    assert sum(day is not None for day in first_days.values()) == 120
    for issue in issues.issues():
        day = first_days[issue.number]
        if day is not None:
            band = issue.life.terms[-1].band
            assert band is not None
            assert day.low <= min(day.open, day.close) <= max(day.open, day.close) <= day.high
            assert all(price % Decimal("0.05") == 0 for price in (day.open, day.high, day.low, day.close))
            assert band.low <= day.issue_price <= band.high
            assert day.gain_pct == round(100 * (day.open - day.issue_price) / day.issue_price, 2)
            assert (day.listed, day.exchanges) == (issue.life.listed, issue.listed_on)
    gains = [day.gain_pct for day in first_days.values() if day is not None]
    assert min(gains) < 0 < max(gains)


def test_premiums_are_of_a_minute_that_has_passed_and_some_are_none_or_negative(issues: Issues) -> None:
    seen = Counter[str]()
    for issue in issues.issues():
        opens, _ = last_terms(issue)
        for hour in (0, 9, 15, 22):
            said = issues.gmp(issue, at(opens, hour))
            if said is None:
                assert issue.is_gone(at(opens, hour))
                continue
            assert said.as_of is None or at(opens, hour) - timedelta(days=1) < said.as_of <= at(opens, hour)
            assert said.as_of is None or issues.gmp(issue, said.as_of) == said
            seen["none" if said.premium is None else "below" if said.premium < 0 else "above"] += 1
            assert (said.premium is None) == (said.gain_pct is None)

    assert seen["none"] > seen["below"] > 0
    assert seen["above"] > seen["below"]


def test_premiums_stop_at_the_listing_and_rows_a_week_later(issues: Issues) -> None:
    issue = next(one for one in issues.issues() if one.life.listed is not None)
    listed = issue.life.listed
    assert listed is not None

    said = [issues.gmp(issue, at(listed + timedelta(days=days), 20)) for days in (0, 7, 8)]
    assert said[0] == said[1] is not None
    assert said[2] is None
    assert issues.gmp(issue, issue.life.announced_at - timedelta(minutes=1)) is None


def test_there_is_one_of_every_trap(issues: Issues) -> None:
    kinds = Counter(one.kind for one in issues.others())

    assert kinds == {"fpo": 3, "rights": 6, "debt": 8, "invit": 2, "ofs": 2, "earlier": 3}
    assert {one.bse_flag for one in issues.others()} == {"FPO", "RI", "DPI", "INVIT", "OFS", ""}
    assert {one.series for one in issues.others() if one.series} == {"EQ", "DEBT", "IV", "SME"}


def test_an_issue_is_found_by_its_number_and_its_symbol(issues: Issues) -> None:
    issue = next(one for one in issues.issues() if one.ids.symbol)

    assert issues.issue(issue.number) is issues.by_symbol(issue.ids.symbol) is issue
    assert issues.by_symbol("") is None
    assert issues.by_symbol("NOSUCH") is None
    with pytest.raises(RequestWrong, match="no issue 126"):
        issues.issue(126)
