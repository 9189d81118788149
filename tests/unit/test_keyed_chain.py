"""A chain is the fold of its sightings, in whatever order they are placed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loaders.keyed_chain import Chain, Stretch, fold, known_at, needs_resume, place

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


def test_the_same_value_seen_earlier_and_loaded_later_keeps_when_it_could_first_be_read() -> None:
    late = Stretch(1, 0, ("a",), 1, START + timedelta(days=90))
    (only,) = place(fold([seen(2, "a")]), late)
    assert (only.at, only.payload_id, only.recorded_at) == (1, 1, START + timedelta(days=2))


@st.composite
def _sightings(draw: st.DrawFn) -> list[Stretch]:
    ranks = draw(st.sampled_from([(0,), (0, 1), (0, 1, 2)]))
    # Lists that withdraw come from feeds of one rank.
    values = st.sampled_from(["a", "b"] if len(ranks) > 1 else ["a", "b", None])
    count = draw(st.integers(1, 9))
    return [seen(at, draw(values), draw(st.sampled_from(ranks))) for at in range(count)]


@given(_sightings(), st.randoms(use_true_random=False))
def test_any_order_of_placing_gives_the_fold(sightings: list[Stretch], random: object) -> None:
    order = list(sightings)
    random.shuffle(order)  # type: ignore[attr-defined]
    chain: Chain = ()
    placed: list[Stretch] = []
    for sighting in order:
        resumes = _oracle(chain, sighting, placed) if needs_resume(chain, sighting) else None
        chain = place(chain, sighting, resumes)
        placed.append(sighting)
        expected = fold(sorted(placed, key=lambda one: one.at))
        assert [(s.at, s.rank, s.cells, s.payload_id) for s in chain] == [
            (s.at, s.rank, s.cells, s.payload_id) for s in expected
        ]


def _oracle(chain: Chain, sighting: Stretch, placed: list[Stretch]) -> Stretch | None:
    """The first later sighting of the rank that is split, as the archive would tell it."""
    known = known_at(chain, sighting.at)
    rank = known.rank if known is not None else sighting.rank
    later = sorted((one for one in placed if one.at > sighting.at and one.rank == rank), key=lambda one: one.at)
    return later[0] if later else None
