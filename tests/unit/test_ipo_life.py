"""An issue's life: its status by dates, words and lists, and its one row from all sources' facts over time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.batch import PayloadRef
from munim.core.clock import IST
from pipelines.ipo_derive import STATE_COLUMNS, Event, Life, derive
from pipelines.ipo_identity import assign, merged
from pipelines.ipo_state import MOVES, Known, Status, conflict, moved, status_at, word_of
from tests.unit.ipo_files import read_recorded, rows

OPENS, CLOSES, LISTS = date(2026, 9, 23), date(2026, 9, 25), date(2026, 9, 30)
FACT = {"company": "Acme Limited", "symbol": "ACME", "security_kind": "ipo", "open_date": OPENS, "close_date": CLOSES}


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=IST).astimezone(UTC)


def ref(when: datetime, feed: str = "nse.ipo_upcoming", *, is_decision: bool = False) -> PayloadRef:
    return PayloadRef(when, feed, "0", 0, complete=True, recorded_at=when, is_decision=is_decision)


def event(when: datetime, fact: Mapping[str, object] | None, feed: str = "nse.ipo_upcoming") -> Event:
    source = feed.partition(".")[0]
    return Event(ref(when, feed), source, {"nse": "ACME@2026"}.get(source, "8001"), feed, fact)


def known(*words: str, opens: date | None = OPENS, closes: date | None = CLOSES, lists: date | None = None,
          shown: bool = True) -> Known:  # fmt: skip
    return Known(opens, closes, lists, words, shown)


def statuses(life: Life) -> list[tuple[datetime, str]]:
    place = STATE_COLUMNS.index("status")
    found = [(one.fetched_at, str(state[place])) for one, state in life.states]
    return [found[0], *(after for before, after in pairwise(found) if before[1] != after[1])] if found else []


def last(life: Life, column: str) -> object:
    return life.states[-1][1][STATE_COLUMNS.index(column)]


@pytest.mark.parametrize(
    ("when", "status"),
    [(at(22), "announced"), (at(23, 9, 59), "announced"), (at(23, 10), "open"), (at(25, 16, 59), "open"),
     (at(25, 17), "closed"), (at(29, 23), "closed"), (at(30, 0), "listed")],
)  # fmt: skip
def test_a_status_follows_the_dates(when: datetime, status: str) -> None:
    assert status_at(known(lists=LISTS), when) == status


@pytest.mark.parametrize(
    ("what", "when", "status"),
    [
        (known("withdrawn"), at(24), "withdrawn"),
        (known("closed"), at(25, 16), "closed"),
        (known(shown=False), at(22), "vanished"),
        (known(shown=False), at(24), "vanished"),
        # Lists drop an issue on the evening of its last day.
        (known(shown=False), at(25, 16), "closed"),
        (known(shown=False), at(28), "closed"),
        (known(opens=None, closes=None), at(24), "announced"),
        (known("active", opens=None, closes=None), at(24), "open"),
        (known(opens=None, closes=None, shown=False), at(24), "vanished"),
    ],
)
def test_words_and_lists_count_too(what: Known, when: datetime, status: str) -> None:
    assert status_at(what, when) == status


def test_each_source_has_its_own_words() -> None:
    assert (word_of("nse", "Active"), word_of("bse", "L"), word_of("bse", "F")) == ("active", "live", "forthcoming")
    assert (word_of("investorgain", "C"), word_of("investorgain", "L"), word_of("nse", None)) == ("closed", "l", None)


def test_a_word_that_contradicts_the_dates_is_told_but_not_on_the_same_evening() -> None:
    assert conflict(known("active"), at(25, 22)) is None
    assert conflict(known("active"), at(26)) == "said to be open after it closed on 2026-09-25"
    assert conflict(known("active"), at(22)) == "said to be open before it opens on 2026-09-23"
    assert conflict(known("closed"), at(24)) == "said to be closed before it closes on 2026-09-25"


def test_moves_go_forward_and_back_from_vanished_alone() -> None:
    assert set(MOVES) == set(get_args(Status))
    assert moved(None, "closed") == ("closed", True)
    assert moved("announced", "open") == ("open", True)
    assert moved("vanished", "announced") == ("announced", True)
    assert moved("closed", "open") == ("open", True)
    assert moved("open", "announced") == ("open", False)
    assert moved("listed", "announced") == ("listed", False)
    assert moved("withdrawn", "open") == ("withdrawn", False)


def test_the_clock_ends_no_vanishing() -> None:
    ends: tuple[Status, ...] = ("announced", "open", "closed", "listed")
    for to in ends:
        assert moved("vanished", to, shown_again=False) == ("vanished", False)
        assert moved("vanished", to, shown_again=True) == (to, True)
    assert moved("vanished", "withdrawn", shown_again=False) == ("withdrawn", True)


def test_a_vanished_issue_stays_so_when_its_days_pass_and_that_is_told() -> None:
    looks = [ref(at(day, 18)) for day in range(20, 31)]
    life = derive([event(at(20), FACT), event(at(21), None), event(at(21, 13), FACT, "chittorgarh.ipo_list")], looks)

    assert statuses(life) == [(at(20), "announced"), (at(21), "vanished")]
    assert [(one.fetched_at, note.kind, note.detail["what"]) for one, note in life.notes] == [
        (at(25, 18), "status_move_refused", "vanished to closed")
    ]


def test_a_report_site_brings_no_vanished_issue_back_and_its_exchanges_list_of_the_past_does() -> None:
    dropped = [event(at(20), FACT), event(at(21), None)]
    listed = FACT | {"listing_date": LISTS}
    by_report = derive([*dropped, event(at(30), listed, "chittorgarh.ipo_list")], [])
    by_exchange = derive([*dropped, event(at(30), listed, "nse.ipo_past")], [])

    assert statuses(by_report)[-1] == (at(21), "vanished")
    assert [note.detail["what"] for _, note in by_report.notes] == ["vanished to listed"]
    assert (statuses(by_exchange)[-1], by_exchange.notes) == ((at(30), "listed"), [])


def test_a_revert_of_the_list_that_dropped_an_issue_brings_it_back() -> None:
    decision = Event(ref(at(22), "munim.revert", is_decision=True), "nse", "ACME@2026", "nse.ipo_upcoming", FACT)

    assert statuses(derive([event(at(20), FACT), event(at(21), None), decision], []))[-1] == (at(22), "announced")


def test_the_day_that_investorgain_expects_lists_nothing() -> None:
    planned = FACT | {"listing_date": LISTS, "source_status": "C"}
    life = derive(
        [event(at(20), FACT, "nse.ipo_past"), event(at(26), planned, "investorgain.gmp"),
         event(at(30), planned | {"source_status": "L"}, "investorgain.gmp")], [ref(at(30, 18))],
    )  # fmt: skip

    assert (last(life, "status"), last(life, "listing_date")) == ("closed", None)


def test_a_day_of_listing_that_is_told_before_it_comes_is_a_plan() -> None:
    planned = FACT | {"listing_date": LISTS}
    told = [event(at(26), planned, "chittorgarh.ipo_list")]
    paid = event(at(30, 20), planned | {"final_price": 134}, "chittorgarh.ipo_list")
    waiting, listed = derive(told, [ref(at(30, 18))]), derive([*told, paid], [])

    assert (last(waiting, "status"), last(waiting, "listing_date")) == ("closed", LISTS)
    assert statuses(listed)[-1] == (at(30, 20), "listed")


def test_a_whole_life_from_announced_to_listed() -> None:
    looks = [at(day, 18) for day in range(20, 31)]
    life = derive(
        [
            event(at(20), FACT | {"price_band_low": 126, "price_band_high": 134}),
            event(at(26), None),
            event(at(26), FACT, "nse.ipo_past"),
            event(at(30), FACT | {"listing_date": LISTS, "final_price": 134}, "nse.ipo_past"),
        ],
        [ref(when) for when in looks],
    )

    assert statuses(life) == [(at(20), "announced"), (at(23, 18), "open"), (at(25, 18), "closed"), (at(30), "listed")]
    # What the past list doesn't say was said before.
    assert (last(life, "price_band_high"), last(life, "final_price")) == (134, 134)
    assert (last(life, "first_seen_at"), last(life, "vanished_at"), life.turns_at) == (at(20), None, None)
    assert life.notes == []


def test_a_date_that_passes_turns_the_status_at_the_first_payload_from_then_on() -> None:
    announced = derive([event(at(20), FACT)], [ref(at(20))])
    later = derive([event(at(20), FACT)], [ref(at(20)), ref(at(23, 9)), ref(at(23, 11), "bse.public_issues")])

    assert (statuses(announced), announced.turns_at) == ([(at(20), "announced")], at(23, 10))
    assert (statuses(later), later.turns_at) == ([(at(20), "announced"), (at(23, 11), "open")], at(25, 17))


def test_dates_put_off_while_announced_are_a_revision_and_no_odd_move() -> None:
    moved_on = FACT | {"open_date": date(2026, 9, 28), "close_date": date(2026, 9, 30)}
    life = derive([event(at(20), FACT), event(at(22), moved_on)], [ref(at(24))])

    assert (statuses(life), last(life, "open_date"), life.notes) == ([(at(20), "announced")], date(2026, 9, 28), [])


def test_an_issue_that_all_lists_drop_without_a_word_has_vanished_and_may_come_back() -> None:
    life = derive([event(at(20), FACT), event(at(21), None), event(at(22), FACT)], [])

    assert statuses(life) == [(at(20), "announced"), (at(21), "vanished"), (at(22), "announced")]
    vanished = life.states[1][1][STATE_COLUMNS.index("vanished_at")]
    assert (vanished, last(life, "vanished_at"), last(life, "company")) == (at(21), None, "Acme Limited")


def test_an_issue_that_another_exchange_still_lists_has_not_vanished() -> None:
    both = [event(at(20), FACT), event(at(20, 13), FACT, "bse.public_issues"), event(at(21), None)]

    assert statuses(derive(both, [])) == [(at(20), "announced")]
    assert statuses(derive([*both, event(at(22), None, "bse.public_issues")], []))[-1] == (at(22), "vanished")


def test_an_issue_that_no_complete_list_ever_had_cannot_vanish() -> None:
    life = derive([event(at(20), FACT, "investorgain.gmp")], [ref(at(22))])

    assert statuses(life) == [(at(20), "announced")]


def test_a_withdrawal_is_final_and_what_comes_after_it_is_told() -> None:
    life = derive(
        [event(at(20), FACT), event(at(21), FACT | {"source_status": "Withdrawn"}), event(at(23, 11), FACT)], []
    )

    assert statuses(life)[-1] == (at(21), "withdrawn")
    assert [(one.fetched_at, note.kind, note.detail["what"]) for one, note in life.notes] == [
        (at(23, 11), "status_move_refused", "withdrawn to open")
    ]


def test_a_listed_issue_stays_listed_and_a_later_date_is_told() -> None:
    listed = FACT | {"listing_date": LISTS}
    life = derive(
        [event(at(30), listed, "nse.ipo_past"),
         event(at(30, 13), FACT | {"listing_date": date(2026, 10, 5)}, "nse.ipo_past")], []
    )  # fmt: skip

    assert (statuses(life), [note.kind for _, note in life.notes]) == ([(at(30), "listed")], ["status_move_refused"])


def test_bidding_extended_on_its_last_evening_opens_again() -> None:
    longer = FACT | {"close_date": date(2026, 9, 28)}
    life = derive([event(at(24), FACT), event(at(25, 20), longer)], [ref(at(25, 18))])

    assert [status for _, status in statuses(life)] == ["open", "closed", "open"]
    assert life.notes == []


def test_ruchisoyas_listing_of_2003_does_not_list_its_offer_of_2022() -> None:
    fact = FACT | {"security_kind": "fpo", "listing_date": date(2003, 1, 2)}
    life = derive([event(at(24), fact, "nse.ipo_past")], [])

    assert (last(life, "listing_date"), last(life, "status"), last(life, "security_kind")) == (None, "open", "fpo")


def test_sources_have_an_order_and_within_one_the_newest_value_counts() -> None:
    life = derive(
        [
            event(at(20), FACT | {"price_band_high": 134, "is_on_nse": True}),
            event(at(21), {"company": "ACME LTD", "price_band_high": 999, "face_value": 10, "is_on_bse": True},
                  "bse.public_issues"),
            event(at(21, 13), {"price_band_high": 140}, "nse.ipo_detail"),
            event(at(22), {"isin": "INE002A01018", "allotment_date": date(2026, 9, 28), "is_on_nse": False},
                  "chittorgarh.ipo_list"),
        ],
        [],
    )  # fmt: skip

    names = ("company", "price_band_high", "face_value", "isin", "is_on_nse", "is_on_bse")
    assert tuple(last(life, name) for name in names) == ("Acme Limited", 140, 10, "INE002A01018", True, True)
    assert len(life.states) == 4


def test_a_source_that_knows_kinds_outranks_one_that_does_not() -> None:
    """NSE's open issues call a further offer EQ like any other."""
    life = derive([event(at(20), FACT), event(at(20, 13), FACT | {"security_kind": "fpo"}, "bse.public_issues")], [])

    assert last(life, "security_kind") == "fpo"


def test_a_revert_takes_back_what_a_line_had_said() -> None:
    wrong = FACT | {"price_band_high": 1, "final_price": 1}
    decision = Event(ref(at(22), "munim.revert", is_decision=True), "nse", "ACME@2026", "nse.ipo_upcoming", FACT)
    life = derive([event(at(20), FACT), event(at(21), wrong), decision], [])

    assert (last(life, "price_band_high"), last(life, "final_price"), last(life, "status")) == (None, None, "announced")


def test_no_facts_are_no_life() -> None:
    assert derive([], [ref(at(20))]) == Life([], [], None)


FACTS = st.fixed_dictionaries(
    {"company": st.just("Acme")},
    optional={
        "open_date": st.sampled_from([OPENS, OPENS + timedelta(days=2)]),
        "close_date": st.sampled_from([CLOSES, CLOSES + timedelta(days=3)]),
        "listing_date": st.sampled_from([LISTS, date(2003, 1, 2)]),
        "source_status": st.sampled_from(["Active", "Forthcoming", "Closed", "Withdrawn"]),
    },
)
FEEDS = ("nse.ipo_current", "nse.ipo_upcoming", "nse.ipo_past", "bse.public_issues", "investorgain.gmp")
HOURS = st.integers(0, 24 * 14)


@given(
    st.lists(st.tuples(HOURS, st.sampled_from(FEEDS), st.none() | FACTS), max_size=8,
             unique_by=lambda one: (one[0], one[1])),
    st.lists(HOURS, max_size=8), st.data(),
)  # fmt: skip
def test_a_life_hangs_on_what_came_and_not_on_the_order_of_loading(
    said: list[tuple[int, str, dict[str, object] | None]], looks: list[int], data: st.DataObject
) -> None:
    events = [event(at(19) + timedelta(hours=hours), fact, feed) for hours, feed, fact in said]
    payloads = [ref(at(19) + timedelta(hours=hours), "nse.ipo_detail") for hours in looks]

    life = derive(events, payloads)

    assert derive(data.draw(st.permutations(events)), data.draw(st.permutations(payloads))) == life
    assert all(before[1] != after[1] for before, after in pairwise(life.states))
    assert [one for one, _ in life.states] == sorted(one for one, _ in life.states)
    moves = pairwise(status for _, status in statuses(life))
    assert all(after in MOVES[before] for before, after in moves)  # type: ignore[index]


def test_the_recorded_lists_of_september_2026_put_each_issue_in_its_state(recorded: Path) -> None:
    names = {
        "nse_all_upcoming_issues_ipo_2026-09-28.json": at(28, 17, 30),
        "nse_ipo_current_issue_2026-09-28.json": at(28, 17, 31),
        "nse_public_past_issues_2026-09-28_trimmed.json": at(28, 17, 32),
        "bse_public_issues_2026-09-29.json": at(29, 10, 30),
    }
    events = [
        Event(ref(when, str(row["feed"])), str(row["source"]), str(row["source_id"]), str(row["feed"]), row)
        for name, when in names.items()
        for row in rows(read_recorded(recorded / "ipo" / name, when), "ipo_fact")
    ]
    groups = assign(merged(((one.source, one.source_id), one.fact or {}) for one in events)).groups
    lives = {
        group[-1][1]: derive(
            [one for one in events if (one.source, one.source_id) in group], [one.ref for one in events]
        )
        for group in groups
    }

    found = {issue: last(life, "status") for issue, life in lives.items()}
    assert found["SONA@2026"] == found["AXIOMGAS@2026"] == found["THEJO@2012"] == "listed"
    assert found["NSE@2026"] == found["VARMORA@2026"] == found["MONEYVIEW@2026"] == "closed"
    assert found["ORIENTCABL@2026"] == found["SHAHINVEST@2026"] == found["8006"] == "open"
    assert found["VNL@2026"] == found["8023"] == "announced"
    assert last(lives["ORIENTCABL@2026"], "face_value") == 1
    assert [note for life in lives.values() for note in life.notes] == []
    assert len(lives) == 31
