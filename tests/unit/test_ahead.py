"""What a load makes ready before the tables are asked is what it would write after that, as often as it is asked."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loaders.binary_copy
import loaders.upsert
from loaders.binary_copy import Rows
from loaders.nav_rows import NavArrays, key_order
from loaders.partitions import years_missing
from loaders.upsert import Ahead

NEWEST = 20_000
Given = list[tuple[str, int]]

rows = st.lists(
    st.tuples(st.text("12S-", min_size=1, max_size=8), st.integers(NEWEST - 1, NEWEST + 2)),
    max_size=40, unique_by=lambda row: row,
)  # fmt: skip
one_day = st.lists(st.text("12S-", min_size=1, max_size=8), max_size=40, unique=True).map(
    lambda codes: [(code, NEWEST + 1) for code in codes]
)


def arrays(given: Given) -> NavArrays:
    code, day = [row[0] for row in given], [row[1] for row in given]
    return NavArrays(
        np.array(day, dtype=np.int32), pa.array(code, pa.string()), np.arange(len(given), dtype=np.int64) * 10**8,
        np.zeros(len(given), dtype=np.int32),
    )  # fmt: skip


def written(pieces: list[Rows]) -> list[tuple[int, str, bytes]]:
    """Days, codes and NAVs of the rows, in the order in which they are written."""
    return [
        (int(row["date"]), row["code"].tobytes().decode(), row["nav_digits"].tobytes())
        for piece in pieces
        for row in piece
    ]


@pytest.mark.parametrize("bulk", [1, 1_000])
@given(given=rows | one_day)
def test_rows_made_ready_are_those_of_later_days(bulk: int, given: Given) -> None:
    read = arrays(given)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loaders.binary_copy, "FIRST_ROWS", 3)
        patched.setattr(loaders.upsert, "BULK_ROWS", bulk)
        ahead = Ahead.of(read, NEWEST)
        first, again = list(ahead.pieces()), list(ahead.pieces())

    later = read.take(np.flatnonzero(read.day > NEWEST))
    expected = written(list(loaders.binary_copy.rows_of(later.day, later.code, later.nav_e10)))
    assert sorted(written(first)) == sorted(expected)
    assert written(again) == written(first)
    assert len(ahead) == len(expected) == sum(map(len, first))


def test_many_rows_of_one_day_are_written_in_the_order_of_the_key() -> None:
    count = 5_000
    places = np.random.default_rng(7).permutation(count)
    read = arrays([(f"{100_000 + place}", NEWEST + 1 - int(place % 10 == 0)) for place in places.tolist()])

    ahead = Ahead.of(read, NEWEST)

    assert sum(map(len, ahead.begun)) == loaders.binary_copy.FIRST_ROWS
    codes = [code for _, code, _ in written(list(ahead.pieces()))]
    assert codes == [f"{100_000 + place}" for place in range(count) if place % 10]


def test_some_rows_in_the_order_of_the_key() -> None:
    by_code = arrays([("1", 7), ("2", 5), ("3", 7), ("4", 5), ("5", 9)])
    mixed = arrays([("2", 5), ("1", 7), ("4", 5), ("3", 7), ("5", 9)])
    assert key_order(by_code, np.array([0, 1, 3, 4])).tolist() == [1, 3, 0, 4]
    assert key_order(by_code, np.array([1, 3])).tolist() == [1, 3]
    assert key_order(mixed, np.array([0, 1, 3, 4])).tolist() == [0, 1, 3, 4]
    assert key_order(mixed, np.array([1, 2, 4])).tolist() == [2, 1, 4]


@pytest.mark.parametrize(
    ("days", "there", "missing"),
    [
        ([], {2026}, []),
        (["2008-01-01", "2012-12-31"], {2008, 2012}, []),
        (["2008-01-01", "2012-12-31"], {2008}, [2012]),
        (["2007-12-31", "2009-01-01", "2012-06-01"], {2008, 2012}, [2007, 2009]),
    ],
)
def test_only_years_that_rows_are_of_are_missing(days: list[str], there: set[int], missing: list[int]) -> None:
    day = np.array(days, dtype="datetime64[D]").astype(np.int32)
    assert years_missing(day, there) == missing
