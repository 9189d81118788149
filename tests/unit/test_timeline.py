"""The chain of what was known of a key: the same whatever the order in which its sightings come."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.timeline import Stretch, known_at, needs_resume, place

Chain = list[Stretch[str]]
Sighting = tuple[int, str | None]

VALUES = st.sampled_from(["a", "b", "c", None])
"""Few, so that a value comes back after another (A, B, A) in most examples; None: the value is taken back."""


@st.composite
def sightings_in_some_order(draw: st.DrawFn) -> list[Sighting]:
    values = draw(st.lists(VALUES, max_size=9))
    return draw(st.permutations(list(enumerate(values))))


def stretch(rank: int, value: str | None) -> Stretch[str]:
    return Stretch(rank, value, payload_id=100 + rank)


def chain_of_sorted(sightings: Sequence[Sighting]) -> Chain:
    """What the chain is by its definition: the sorted sightings, without those that say what was known already."""
    chain: Chain = []
    for rank, value in sorted(sightings, key=lambda sighting: sighting[0]):
        if value != (chain[-1].value if chain else None):
            chain.append(stretch(rank, value))
    return chain


def first_later(sightings: Sequence[Sighting], rank: int) -> Stretch[str] | None:
    later = [other for other, _ in sightings if other > rank]
    return stretch(min(later), None) if later else None


@given(sightings_in_some_order())
def test_in_any_order_the_chain_is_that_of_the_sorted_sightings(sightings: list[Sighting]) -> None:
    chain: Chain = []
    for count, (rank, value) in enumerate(sightings, start=1):
        chain = place(chain, stretch(rank, value), first_later(sightings[:count], rank))

        assert chain == chain_of_sorted(sightings[:count])


@given(sightings_in_some_order(), st.data())
def test_a_sighting_that_comes_again_changes_nothing(sightings: list[Sighting], data: st.DataObject) -> None:
    chain = chain_of_sorted(sightings)
    if not sightings:
        return
    rank, value = data.draw(st.sampled_from(sightings))

    assert place(chain, stretch(rank, value), first_later(sightings, rank)) == chain


@given(sightings_in_some_order())
def test_where_no_resume_is_needed_the_one_that_is_given_makes_no_difference(sightings: list[Sighting]) -> None:
    *loaded, (rank, value) = sightings or [(0, None)]
    chain = chain_of_sorted(loaded)
    sighting = stretch(rank, value)

    if not needs_resume(chain, sighting):
        assert place(chain, sighting, first_later(loaded, rank)) == place(chain, sighting) == chain


@given(sightings_in_some_order(), st.integers(-1, 9))
def test_known_at_is_the_value_of_the_last_sighting_before(sightings: list[Sighting], rank: int) -> None:
    before = [value for other, value in sorted(sightings, key=lambda sighting: sighting[0]) if other < rank]

    assert known_at(chain_of_sorted(sightings), rank) == (before[-1] if before else None)


def test_a_value_inside_a_stretch_splits_it_where_the_stretch_was_seen_again() -> None:
    chain = place([stretch(1, "a")], stretch(2, "b"), resumes=stretch(5, None))

    assert chain == [stretch(1, "a"), stretch(2, "b"), stretch(5, "a")]


def test_a_value_after_which_the_stretch_was_not_seen_again_ends_it() -> None:
    assert place([stretch(1, "a")], stretch(2, "b")) == [stretch(1, "a"), stretch(2, "b")]


def test_an_earlier_sighting_of_a_value_takes_over_the_beginning_of_its_stretch() -> None:
    assert place([stretch(3, "a")], stretch(1, "a"), resumes=stretch(3, None)) == [stretch(1, "a")]


def test_what_is_taken_back_is_unknown_until_it_is_seen_again() -> None:
    withdrawn = place([stretch(1, "a")], stretch(2, None))

    assert withdrawn == [stretch(1, "a"), stretch(2, None)]
    assert place(withdrawn, stretch(3, "a")) == [stretch(1, "a"), stretch(2, None), stretch(3, "a")]


@pytest.mark.parametrize("chain", [[], [stretch(1, "a"), stretch(2, None)]])
def test_taking_back_what_is_not_known_says_nothing(chain: Chain) -> None:
    assert place(chain, stretch(3, None)) == chain
