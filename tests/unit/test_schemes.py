"""A scheme's states over time, derived from what the feeds said of it: names, gaps, vanishing and coming back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.batch import Fact, FactEvent, PayloadRef
from loaders.scheme_rows import STATE_COLUMNS
from pipelines.schemes import derive, describe

LATEST, HISTORY = "amfi.latest", "amfi.history"
START = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)
CATEGORY = "Open Ended Schemes(Debt Scheme - Liquid Fund)"
LONG_NAME = "Made Liquid Fund - Direct Plan - Growth"
BASE_NAME = "Made Liquid Fund"


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def ref(day: int, feed: str = LATEST, *, complete: bool = True) -> PayloadRef:
    return PayloadRef(at(day), feed, f"{day:064}", day, complete and feed == LATEST, at(day))


def long_fact(name: str = LONG_NAME, isin: str | None = None) -> Fact:
    return ("long", "Made Mutual Fund", CATEGORY, name, None, None, isin, None)


def base_fact(plan: str | None = "Direct Plan", option: str | None = "Growth") -> Fact:
    return ("base", "Made Mutual Fund", CATEGORY, BASE_NAME, plan, option, None, None)


def history_fact(name: str, plan: str | None = None, option: str | None = None) -> Fact:
    return ("long", "Made AMC", None, name, plan, option, None, None)


def states(
    events: Sequence[FactEvent], payloads: Sequence[PayloadRef] | None = None
) -> list[tuple[int, dict[str, object]]]:
    """Each state as (day of its payload, values by column)."""
    derived = derive(events, payloads or [event[0] for event in events])
    return [(who.payload_id, dict(zip(STATE_COLUMNS, state, strict=True))) for who, state in derived]


def last(
    events: Sequence[FactEvent], *columns: str, payloads: Sequence[PayloadRef] | None = None
) -> tuple[object, ...]:
    state = states(events, payloads)[-1][1]
    return tuple(state[column] for column in columns)


def test_a_scheme_that_was_never_spoken_of_has_no_state() -> None:
    assert states([]) == []


def test_the_first_file_that_lists_a_scheme_gives_its_first_state() -> None:
    (day, state), *rest = states([(ref(1), LATEST, long_fact(isin="INF209KA12Z1"))])

    assert (day, rest) == (1, [])
    assert state == {
        "amc": "Made Mutual Fund",
        "category": CATEGORY,
        "structure": "open_ended",
        "asset_class": "debt",
        "sub_category": "liquid",
        "long_name": LONG_NAME,
        "base_name": None,
        "plan": "direct",
        "plan_source": "name",
        "plan_class": None,
        "option": "growth",
        "option_source": "name",
        "payout_frequency": None,
        "isin_payout_or_growth": "INF209KA12Z1",
        "isin_reinvestment": None,
        "conflict": False,
        "conflict_detail": None,
        "first_seen_at": at(1),
        "last_seen_at": None,
        "vanished_at": None,
    }


def test_the_day_the_names_were_cut_keeps_the_long_name_and_adds_the_base() -> None:
    found = states([(ref(1), LATEST, long_fact()), (ref(2), LATEST, base_fact())])

    assert [(day, state["long_name"], state["base_name"]) for day, state in found] == [
        (1, LONG_NAME, None),
        (2, LONG_NAME, BASE_NAME),
    ]
    assert found[1][1]["plan_source"] == "column"


def test_blank_columns_after_the_cut_leave_plan_and_option_to_the_long_name() -> None:
    events = [(ref(1), LATEST, long_fact()), (ref(2), LATEST, base_fact(plan=None, option=None))]

    assert last(events, "plan", "plan_source", "option", "option_source") == ("direct", "name", "growth", "name")


def test_a_scheme_that_is_new_after_the_cut_has_no_long_name() -> None:
    assert last([(ref(1), LATEST, base_fact())], "long_name", "base_name", "plan") == (None, BASE_NAME, "direct")


def test_history_gives_the_long_name_that_latest_no_longer_says() -> None:
    events = [
        (ref(1), LATEST, base_fact(plan=None, option=None)),
        (ref(2, HISTORY), HISTORY, history_fact("Made Liquid Fund-Direct-Growth")),
    ]

    assert last(events, "long_name", "base_name", "plan", "amc") == (
        "Made Liquid Fund-Direct-Growth",
        BASE_NAME,
        "direct",
        "Made Mutual Fund",
    )


def test_a_newer_long_name_of_history_replaces_that_from_before_the_cut() -> None:
    events = [
        (ref(1), LATEST, long_fact()),
        (ref(2), LATEST, base_fact()),
        (ref(3, HISTORY), HISTORY, history_fact("Renamed Liquid Fund-Direct-Growth")),
    ]

    assert last(events, "long_name") == ("Renamed Liquid Fund-Direct-Growth",)


def test_the_long_name_that_latest_says_now_counts_before_that_of_history() -> None:
    events = [
        (ref(1), LATEST, long_fact()),
        (ref(2, HISTORY), HISTORY, history_fact("Another Name-Direct-Growth")),
    ]

    assert [day for day, _ in states(events)] == [1]


def test_the_columns_that_latest_fills_count_before_those_of_history() -> None:
    events = [
        (ref(1), LATEST, base_fact(plan="Regular Plan", option="IDCW")),
        (ref(2, HISTORY), HISTORY, history_fact("Made Liquid Fund", "Direct Plan", "Growth")),
    ]

    assert last(events, "plan", "option") == ("regular", "idcw")


def test_a_scheme_of_history_alone_is_known_and_was_never_seen_nor_vanished() -> None:
    events = [(ref(1, HISTORY), HISTORY, history_fact("Old Fund-Growth"))]

    wanted = ("amc", "long_name", "option", "first_seen_at", "last_seen_at", "vanished_at")
    assert last(events, *wanted) == ("Made AMC", "Old Fund-Growth", "growth", None, None, None)


def test_what_latest_supplies_replaces_what_history_had_filled() -> None:
    events = [
        (ref(1, HISTORY), HISTORY, history_fact("Old Fund-Growth")),
        (ref(2), LATEST, long_fact()),
    ]

    assert last(events, "amc", "category", "long_name", "first_seen_at") == (
        "Made Mutual Fund",
        CATEGORY,
        LONG_NAME,
        at(2),
    )


def test_a_scheme_that_vanishes_keeps_its_words_and_says_when_it_was_last_seen() -> None:
    events = [(ref(1), LATEST, long_fact()), (ref(4), LATEST, None)]
    payloads = [ref(0), ref(1), ref(2), ref(3, HISTORY), ref(4), ref(5)]

    wanted = ("long_name", "first_seen_at", "last_seen_at", "vanished_at")
    assert last(events, *wanted, payloads=payloads) == (LONG_NAME, at(1), at(2), at(4))


def test_a_scheme_that_comes_back_is_seen_again_since_the_first_time() -> None:
    events = [(ref(1), LATEST, long_fact()), (ref(2), LATEST, None), (ref(3), LATEST, long_fact())]

    seen = [(day, state["first_seen_at"], state["last_seen_at"], state["vanished_at"]) for day, state in states(events)]

    assert seen == [(1, at(1), None, None), (2, at(1), at(1), at(2)), (3, at(1), None, None)]


def test_a_file_that_was_forced_in_lists_a_scheme_without_being_the_last_complete_one_that_did() -> None:
    forced = ref(2, complete=False)
    payloads = [ref(0), forced, ref(3)]

    seen_only_there = last(
        [(forced, LATEST, long_fact()), (ref(3), LATEST, None)], "last_seen_at", "vanished_at", payloads=payloads
    )
    # The complete file of day 0 did not list it, whatever was loaded since.
    assert seen_only_there == (None, at(3))


def test_a_change_of_words_in_a_forced_file_leaves_the_complete_one_before_as_the_last_that_listed_it() -> None:
    forced = ref(2, complete=False)
    events = [
        (ref(1), LATEST, long_fact()),
        (forced, LATEST, long_fact("Renamed")),
        (ref(3), LATEST, None),
    ]

    assert last(events, "last_seen_at", payloads=[ref(1), forced, ref(3)]) == (at(1),)


def test_a_scheme_that_came_back_in_a_forced_file_alone_was_last_listed_before_it_vanished() -> None:
    forced = ref(3, complete=False)
    events = [
        (ref(1), LATEST, long_fact()),
        (ref(2), LATEST, None),
        (forced, LATEST, long_fact()),
        (ref(4), LATEST, None),
    ]

    assert last(events, "last_seen_at", payloads=[ref(1), ref(2), forced, ref(4)]) == (at(1),)


def test_a_fact_that_changes_no_column_makes_no_state() -> None:
    # An ISIN that is junk is NULL, whatever the junk is.
    events = [(ref(1), LATEST, long_fact()), (ref(2), LATEST, long_fact(isin="Redeemed"))]

    assert [day for day, _ in states(events)] == [1]


EVENTS = st.lists(
    st.sampled_from(
        [
            (LATEST, long_fact()),
            (LATEST, long_fact("Renamed Fund - Direct")),
            (LATEST, base_fact()),
            (LATEST, base_fact(plan=None)),
            (LATEST, None),
            (HISTORY, history_fact("Old Fund-Growth")),
            (HISTORY, history_fact("Made Liquid Fund", "Direct Plan", "Growth")),
        ]
    ),
    max_size=8,
)


@given(EVENTS)
def test_neighbouring_states_differ_and_a_state_knows_nothing_of_what_comes_later(
    said: list[tuple[str, Fact | None]],
) -> None:
    # A chain of facts never begins with a scheme that is no longer listed.
    events = [(ref(day, feed), feed, fact) for day, (feed, fact) in enumerate(said)]
    payloads = [event[0] for event in events]

    found = derive(events, payloads)

    assert all(old != new for (_, old), (_, new) in pairwise(found))
    for count in range(len(events)):
        assert derive(events[:count], payloads) == [one for one in found if one[0].payload_id < count]


@pytest.mark.parametrize(
    ("fact", "kinds"),
    [
        (long_fact(), []),
        (long_fact(isin="Redeemed"), ["isin_form"]),
        (long_fact(isin="INF209KA12Z2"), ["isin_check_digit"]),
        (("long", None, "Open Ended Schemes(Wine)", "Fund", None, None, None, "x"), ["isin_form", "unknown_category"]),
    ],
)
def test_what_is_odd_about_a_fact_is_noted(fact: Fact, kinds: list[str]) -> None:
    notes = describe("100001", fact)

    assert [note.kind for note in notes] == kinds
    assert {note.subject for note in notes} <= {"100001"}
