"""A chain is the fold of its sightings, in whatever order they are placed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.keyed_chain import Chain, Placing, Stretch, fold

START = datetime(2026, 8, 20, tzinfo=UTC)


def seen(at: int, cells: str | None, rank: int = 0) -> Stretch:
    return Stretch(at, rank, None if cells is None else (cells,), at, START + timedelta(days=at))


def test_a_value_is_known_until_another_one_of_no_lower_rank() -> None:
    chain = fold([seen(1, "a"), seen(2, "a"), seen(3, "b", 1), seen(4, "c"), seen(5, None, 1)])
    assert [(one.at, one.cells) for one in chain] == [(1, ("a",)), (3, ("b",)), (5, None)]


def test_what_was_never_known_is_not_withdrawn() -> None:
    assert fold([seen(1, None)]) == ()


def test_a_value_confirmed_by_a_higher_feed_is_known_from_there_with_its_right() -> None:
    chain = fold([seen(1, "a"), seen(2, "a", 1), seen(3, "b")])
    assert [(one.at, one.rank, one.cells) for one in chain] == [(1, 0, ("a",)), (2, 1, ("a",))]


def test_after_a_withdrawal_a_feed_of_any_rank_may_speak() -> None:
    chain = fold([seen(1, "a", 1), seen(2, "b"), seen(3, None, 1), seen(4, "c")])
    assert [(one.at, one.cells) for one in chain] == [(1, ("a",)), (3, None), (4, ("c",))]


def test_the_same_value_seen_earlier_and_loaded_later_keeps_when_it_could_first_be_read() -> None:
    late = Stretch(1, 0, ("a",), 1, START + timedelta(days=90))
    placing = Placing(fold([seen(2, "a")]), late)
    placing.see(seen(2, "a"))
    (only,) = placing.chain()
    assert (only.at, only.payload_id, only.recorded_at) == (1, 1, START + timedelta(days=2))


@st.composite
def _sightings(draw: st.DrawFn) -> list[Stretch]:
    ranks = draw(st.sampled_from([(0,), (0, 1), (0, 1, 2)]))
    values = st.sampled_from(["a", "b", None])
    count = draw(st.integers(1, 9))
    return [seen(at, draw(values), draw(st.sampled_from(ranks))) for at in range(count)]


@settings(max_examples=500)
@given(_sightings(), st.randoms(use_true_random=False))
def test_any_order_of_placing_gives_the_fold(sightings: list[Stretch], random: object) -> None:
    order = list(sightings)
    random.shuffle(order)  # type: ignore[attr-defined]
    chain: Chain = ()
    placed: list[Stretch] = []
    for sighting in order:
        placing = Placing(chain, sighting)
        for later in sorted((one for one in placed if one.at > sighting.at), key=lambda one: one.at):
            if not placing.settled:
                placing.see(later)
        chain = placing.chain()
        placed.append(sighting)
        assert chain == fold(sorted(placed, key=lambda one: one.at))
