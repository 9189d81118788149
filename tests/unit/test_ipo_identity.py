"""Which ids are one issue: by symbol, by ISIN, by a score of name and dates, and by what people say; in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ipo_identity import assign, merged
from pipelines.ipo_match import Member, Said, score
from pipelines.ipo_names import likeness, plain_name
from tests.unit.ipo_files import read_recorded, rows

OPENS, CLOSES = date(2026, 9, 25), date(2026, 9, 29)
NSE = Said(("nse", "ORIENTCABL@2026"), "Orient Cables (India) Limited", "ORIENTCABL", None, "mainboard", "ipo",
           OPENS, CLOSES)  # fmt: skip
BSE = Said(("bse", "8001"), "ORIENT CABLES (INDIA) LTD", None, None, "mainboard", "ipo", OPENS, CLOSES)
GMP = Said(("ipowatch", "orient-cables"), "Orient Cables", None, None, "mainboard", "ipo", OPENS, CLOSES)


def groups(*said: Said) -> set[frozenset[Member]]:
    return {frozenset(group) for group in assign(said).groups}


def test_one_issue_of_three_sources_is_one_group_with_its_scores() -> None:
    found = assign([NSE, BSE, GMP])

    assert found.groups == (tuple(sorted([NSE.member, BSE.member, GMP.member])),)
    assert {link.pair: (link.how, link.score) for link in found.links} == {
        (BSE.member, NSE.member): ("score", Decimal("1.0000")),
        (BSE.member, GMP.member): ("score", Decimal("0.9820")),
        (GMP.member, NSE.member): ("score", Decimal("0.9820")),
    }
    assert found.doubtful == ()


def test_a_symbol_comes_before_an_isin_and_that_before_a_score() -> None:
    report = replace(GMP, member=("chittorgarh", "7"), symbol="ORIENTCABL", isin="INE002A01018")
    other = replace(BSE, isin="INE002A01018")

    found = {link.pair: link.how for link in assign([NSE, report, other]).links}

    assert found[("chittorgarh", "7"), NSE.member] == "symbol"
    assert found[BSE.member, ("chittorgarh", "7")] == "isin"


def test_a_further_offer_under_the_same_symbol_and_isin_is_another_issue() -> None:
    first = replace(NSE, member=("nse", "IDEA@2007"), symbol="IDEA", isin="INE669E01016", open_date=date(2007, 2, 12))
    again = replace(first, member=("nse", "IDEA@2024"), open_date=date(2024, 4, 18), security_kind="fpo")

    assert groups(first, again) == {frozenset({first.member}), frozenset({again.member})}


def test_an_issue_put_off_into_another_year_stays_one() -> None:
    before = replace(NSE, member=("nse", "ACME@2025"), symbol="ACME", open_date=date(2025, 12, 29))
    after = replace(before, member=("nse", "ACME@2026"), open_date=date(2026, 1, 12))

    assert len(groups(before, after)) == 1


def test_bids_without_dates_join_their_symbol_where_there_is_no_choice() -> None:
    bids = Said(("nse", "IDEA@2026"), symbol="IDEA")
    first = replace(NSE, member=("nse", "IDEA@2007"), symbol="IDEA", open_date=date(2007, 2, 12))
    again = replace(NSE, member=("nse", "IDEA@2024"), symbol="IDEA", open_date=date(2024, 4, 18))

    assert groups(bids, again) == {frozenset({bids.member, again.member})}
    assert frozenset({bids.member}) in groups(bids, first, again)


def test_never_by_the_name_alone() -> None:
    dateless = replace(GMP, open_date=None, close_date=None)
    found = assign([NSE, dateless])

    assert len(found.groups) == 2
    assert [(link.pair, link.score < Decimal("0.85")) for link in found.doubtful] == [
        ((dateless.member, NSE.member), True)
    ]


def test_what_scores_too_little_stays_apart_and_is_listed() -> None:
    moved = replace(BSE, open_date=OPENS + timedelta(days=2), close_date=CLOSES + timedelta(days=2))
    found = assign([NSE, moved])

    assert (len(found.groups), [link.pair for link in found.doubtful]) == (2, [(moved.member, NSE.member)])


def test_what_fits_two_is_left_to_a_person() -> None:
    twin = replace(BSE, member=("bse", "8002"))
    found = assign([NSE, BSE, twin])

    assert len(found.groups) == 3
    assert [link.pair for link in found.doubtful] == [(BSE.member, NSE.member), (twin.member, NSE.member)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shree Ganesh Industries Limited", "Shri Ganesh Industries Limited"),
        ("Sunrise Foods Limited", "Sunrise Foods Exports Limited"),
        ("Hindustan Polyfilms Limited", "Hindustan Polymers Limited"),
        ("Sai Krishna Infra Projects Limited", "Sai Krishna Infra Products Limited"),
    ],
)
@pytest.mark.parametrize("source", ["bse", "chittorgarh", "investorgain"])
def test_twins_of_like_names_and_the_same_days_stay_apart_and_are_listed(one: str, other: str, source: str) -> None:
    first = replace(NSE, member=("nse", "ONE@2026"), symbol="ONE", company=one)
    twin = replace(BSE, member=(source, "1"), company=other)
    found = assign([first, twin])

    assert (len(found.groups), found.links) == (2, ())
    assert [link.pair for link in found.doubtful] == [tuple(sorted([first.member, twin.member]))]


def test_a_report_site_that_tells_twins_apart_keeps_each_with_its_exchange() -> None:
    first = replace(NSE, member=("nse", "SUNRISE@2026"), symbol="SUNRISE", company="Sunrise Foods Limited")
    twin = replace(BSE, company="SUNRISE FOODS EXPORTS LTD")
    reports = [
        replace(BSE, member=("chittorgarh", "1"), company="Sunrise Foods Ltd."),
        replace(BSE, member=("chittorgarh", "2"), company="Sunrise Foods Exports Ltd."),
    ]

    assert groups(first, twin, *reports) == {
        frozenset({first.member, ("chittorgarh", "1")}), frozenset({twin.member, ("chittorgarh", "2")})
    }  # fmt: skip
    assert assign([first, twin, *reports]).doubtful == (), "what a source tells apart is no question"


def test_twins_are_joined_once_a_symbol_or_an_isin_says_so_and_kept_apart_where_it_denies_it() -> None:
    first = replace(NSE, company="Shree Ganesh Industries Limited")
    near = replace(BSE, member=("chittorgarh", "7"), company="Shri Ganesh Industries Ltd.")
    same_name = replace(near, company=first.company)

    assert len(groups(first, replace(near, symbol=first.symbol))) == 1
    assert len(groups(replace(first, isin="INE002A01018"), replace(near, isin="INE002A01018"))) == 1
    assert len(groups(first, replace(same_name, symbol="OTHER"))) == 2
    assert len(groups(first, same_name)) == 1


def test_a_site_that_cuts_names_short_joins_on_both_days_alone() -> None:
    cut = replace(GMP, member=("ipowatch", "anand-rathi-share"), company="Anand Rathi Share")
    whole = replace(NSE, company="Anand Rathi Share and Stock Brokers Limited")

    assert len(groups(whole, cut)) == 1
    assert len(groups(whole, replace(cut, close_date=CLOSES + timedelta(days=1)))) == 2
    assert len(groups(whole, replace(cut, member=("investorgain", "9")))) == 2


def test_other_platforms_and_kinds_speak_against_a_match() -> None:
    assert score(NSE, replace(BSE, platform="sme")) < Decimal("0.85")
    assert score(NSE, replace(BSE, security_kind="rights")) == 0
    assert score(NSE, replace(BSE, security_kind="fpo")) > Decimal("0.85")


def test_a_source_tells_its_own_issues_apart() -> None:
    twin = replace(NSE, member=("nse", "ORIENTCAB2@2026"), symbol="ORIENTCAB2")

    assert len(groups(NSE, twin)) == 2
    assert len(groups(NSE, twin, GMP)) == 3


def test_a_person_links_what_nothing_else_does_and_unlinks_what_a_score_joined() -> None:
    odd = replace(GMP, company="Something Else", open_date=None, close_date=None)

    linked = assign([NSE, odd], links=[(NSE.member, odd.member)])
    unlinked = assign([NSE, BSE], unlinks=[(NSE.member, BSE.member)])
    both = assign([NSE, BSE], links=[(BSE.member, NSE.member)], unlinks=[(NSE.member, BSE.member)])

    assert (len(linked.groups), [link.how for link in linked.links]) == (1, ["person"])
    for found in (unlinked, both):
        assert (len(found.groups), found.links, found.doubtful) == (2, (), ())


def test_who_is_unlinked_from_one_of_a_group_joins_none_of_it() -> None:
    found = assign([NSE, BSE, GMP], unlinks=[(GMP.member, NSE.member)])

    assert {frozenset(group) for group in found.groups} == {
        frozenset({NSE.member, BSE.member}), frozenset({GMP.member})
    }  # fmt: skip


def test_a_link_to_what_is_not_there_is_nothing() -> None:
    assert assign([NSE], links=[(NSE.member, ("bse", "1"))]).groups == ((NSE.member,),)


def test_the_same_member_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        assign([NSE, NSE])


def test_facts_of_one_member_are_merged_and_what_is_absent_says_nothing() -> None:
    member = ("nse", "ACME@2026")
    upcoming = {"company": "Acme Limited", "symbol": "ACME", "open_date": OPENS, "isin": None}
    detail = {"company": "Acme Widgets Limited", "symbol": None, "open_date": None, "isin": "INE002A01018"}

    (said,) = merged([(member, upcoming), (member, detail)])

    assert said == Said(member, "Acme Widgets Limited", "ACME", "INE002A01018", open_date=OPENS)


NAMES = ("Orient Cables Limited", "Orient Cables (India) Ltd", "Orient Ceramics", "Acme", "Acme Widgets", "Zeta Foods")


@st.composite
def said_by_sources(draw: st.DrawFn) -> list[Said]:
    members = draw(st.lists(st.tuples(st.sampled_from(["nse", "bse", "gmp"]), st.sampled_from("12345")), unique=True,
                            max_size=9))  # fmt: skip
    days = st.none() | st.sampled_from([OPENS, OPENS + timedelta(days=1), OPENS + timedelta(days=900)])
    return [
        Said(member, draw(st.sampled_from(NAMES)), draw(st.none() | st.sampled_from(["ACME", "ORIENT"])),
             draw(st.none() | st.sampled_from(["INE002A01018"])), "mainboard", "ipo", draw(days), draw(days))
        for member in members
    ]  # fmt: skip


@given(said_by_sources(), st.randoms(use_true_random=False), st.data())
def test_groups_do_not_hang_on_the_order_in_which_facts_come(
    said: list[Said], chance: object, data: st.DataObject
) -> None:
    members = [one.member for one in said]
    pairs = (
        st.lists(st.tuples(st.sampled_from(members), st.sampled_from(members)), max_size=3) if members else st.just([])
    )
    links = [pair for pair in data.draw(pairs) if pair[0] != pair[1]]
    unlinks = [pair for pair in data.draw(pairs) if pair[0] != pair[1]]
    shuffled = data.draw(st.permutations(said))

    found = assign(said, links, unlinks)

    assert assign(shuffled, links[::-1], unlinks[::-1]) == found
    assert sorted(member for group in found.groups for member in group) == sorted(members)
    dates = {one.member: one.open_date for one in said}
    if not links:
        for group in found.groups:
            days = [day for member in group if (day := dates[member]) is not None]
            assert not days or max(days) - min(days) <= timedelta(days=180)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_the_same_both_ways_and_between_0_and_1(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("B.A.G. Convergence Limited", "BAG Convergence", True),
        ("R.K.Fashion Accessories Ltd.", "RK Fashion Accessories Limited", True),
        ("Anand Rathi Share", "Anand Rathi Share and Stock Brokers Limited", True),
        ("Shah Investor's Home Limited", "Shah Investors Home", True),
        ("DUDANI RETAIL LIMITED", "Dudani Retail Ltd", True),
        ("Acme Limited (formerly known as Old Acme Private Limited)", "Acme", True),
        ("Om Freight Forwarders", "Om Metallogic", False),
        ("Hero Motors", "Hero Fincorp", False),
        ("Green Asia Impex Limited", "Asia Green Impex Limited", False),
        ("Om", "Om Freight Forwarders", False),
        ("", "Acme", False),
    ],
)
def test_names_of_one_issuer_are_alike_and_others_are_not(one: str, other: str, alike: bool) -> None:
    assert (likeness(one, other) >= 0.9) is alike
    if not alike:
        assert likeness(one, other) < 0.75


def test_a_name_as_an_id_is_plain() -> None:
    assert plain_name("Shah Investor's Home Limited") == "shah-investors-home"
    assert plain_name("Ltd.") == ""


def test_each_of_nses_issues_of_september_2025_is_found_in_the_grey_market_and_none_is_doubtful(recorded: Path) -> None:
    at = datetime(2025, 9, 26, 4, 0, tzinfo=UTC)
    names = ("nse_upcoming_ipos_2025-09-24.json", "nse_current_ipos_2025-09-24.json",
             "ipowatch_test_gmp_scraping_2025-09-26.json")  # fmt: skip
    facts = [
        ((str(row["source"]), str(row["source_id"])), row)
        for name in names for row in rows(read_recorded(recorded / "ipo" / name, at), "ipo_fact")
    ]  # fmt: skip
    found = assign(merged(facts))

    pairs = {other[1]: one[1] for one, other in (link.pair for link in found.links)}
    assert len(pairs) == 19
    assert (pairs["STYL@2025"], pairs["ARSSBL@2025"]) == ("seshaasai-technologies", "anand-rathi-share")
    assert (len(found.groups), found.doubtful) == (72, ())


def test_orient_cables_of_nse_and_bse_is_one_issue(recorded: Path) -> None:
    names = ("nse_ipo_current_issue_2026-09-28.json", "bse_public_issues_2026-09-29.json")
    facts = [
        ((str(row["source"]), str(row["source_id"])), row)
        for name in names for row in rows(read_recorded(recorded / "ipo" / name), "ipo_fact")
    ]  # fmt: skip
    for order in permutations([facts[:5], facts[5:12], facts[12:]]):
        found = assign(merged([fact for part in order for fact in part]))

        assert [link.pair for link in found.links] == [(("bse", "8001"), ("nse", "ORIENTCABL@2026"))]
