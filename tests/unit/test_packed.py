"""The newest NAVs of all schemes as two rows pack them, and new schemes put in their places among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from loaders.arrays import pack_int4, pack_int8, pack_text, unpack_text
from loaders.nav_latest import advanced
from loaders.nav_packed import PUBLISHING, RESTING, RESTING_DAYS, Packed, PackedRow, Statement
from loaders.nav_rows import NavArrays, by_code

if TYPE_CHECKING:
    from collections.abc import Sequence

words = st.text("12S-", min_size=1, max_size=10)
Newest = dict[str, tuple[int, int, int]]


@given(st.lists(words, min_size=1))
@example(["100027", "100028", "SIF-1"])
@example(["12345", "12", "34", "12345"])
def test_packed_words_are_unpacked_as_they_were(packed: list[str]) -> None:
    unpacked = unpack_text(pack_text(pa.array(packed)).encode())
    unpacked.validate(full=True)
    assert unpacked.to_pylist() == packed


def test_nothing_packed_is_no_words() -> None:
    assert unpack_text(b"").to_pylist() == []


def arrays(rows: list[tuple[str, int, int, int]]) -> NavArrays:
    code, day, nav, payload = zip(*rows, strict=True) if rows else ((), (), (), ())
    return NavArrays(
        np.array(day, dtype=np.int32), pa.array(code, pa.string()), np.array(nav, dtype=np.int64),
        np.array(payload, dtype=np.int32),
    )  # fmt: skip


def newest_in(rows: NavArrays) -> Newest:
    values = zip(rows.day.tolist(), rows.nav_e10.tolist(), rows.payload_id.tolist(), strict=True)
    return dict(zip(rows.code.to_pylist(), values, strict=True))


@given(st.dictionaries(words, st.integers(0, 9), max_size=12), st.dictionaries(words, st.integers(0, 9), max_size=12))
def test_what_is_written_stands_in_its_place_where_it_is_not_older(kept: dict[str, int], new: dict[str, int]) -> None:
    latest = arrays([(code, day, day, 1) for code, day in sorted(kept.items())])
    now = advanced(latest, arrays([(code, day, day, 2) for code, day in sorted(new.items())]))

    expected: Newest = {code: (day, day, 1) for code, day in kept.items()}
    expected |= {code: (day, day, 2) for code, day in new.items() if day >= kept.get(code, 0)}
    assert newest_in(now) == expected
    assert now.code.to_pylist() == sorted(expected)


Row = tuple[bytes | None, bytes | None, bytes | None, bytes | None]
Rows = dict[int, Row]
"""What stands in the two rows."""

NO_ROW: Row = (None, None, None, None)

LONG_AGO, LATELY, TODAY = 20_000, 20_690, 20_700


def packed(rows: Rows) -> Packed:
    return Packed(PackedRow(*rows.get(PUBLISHING, NO_ROW)), PackedRow(*rows.get(RESTING, NO_ROW)))


def keep(rows: Rows, statements: Sequence[Statement]) -> set[int]:
    """Do as the statements say; return the rows that they write."""
    touched = set[int]()
    for query, parameters in statements:
        values = [value for value in parameters if isinstance(value, bytes)]
        (row,) = (value for value in parameters if isinstance(value, int))
        code = [value.encode() for value in parameters if isinstance(value, str)]
        assert bool(code) == query.strip().startswith("INSERT")
        day, nav_e10, payload_id = values
        rows[row] = (code[0] if code else rows[row][0], day, nav_e10, payload_id)
        touched.add(row)
    return touched


def in_row(rows: Rows, row: int) -> Newest:
    return newest_in(PackedRow(*rows[row]).navs)


def load(rows: Rows, payload: int, navs: dict[str, int]) -> set[int]:
    """Load NAVs of schemes by their days; return the rows that this writes."""
    before = packed(rows)
    written = arrays([(code, day, 7 * day, payload) for code, day in sorted(navs.items())])
    return keep(rows, before.followed_by(advanced(before.rows, written)).statements)


def in_one_row(navs: NavArrays) -> Row:
    code = pack_text(navs.code).encode()
    return code, pack_int4(navs.day), pack_int8(navs.nav_e10), pack_int4(navs.payload_id)


@given(
    st.lists(st.dictionaries(words, st.sampled_from([LONG_AGO, LATELY - 60, LATELY, TODAY])), max_size=5),
    st.booleans(),
)
def test_the_two_rows_hold_what_was_loaded(loads: list[dict[str, int]], is_of_one_row: bool) -> None:
    rows: Rows = {}
    expected: Newest = {}
    for number, navs in enumerate(loads, start=1):
        if is_of_one_row and number == 2:
            # As an earlier version left it.
            rows = {PUBLISHING: in_one_row(by_code(packed(rows).rows))}
        load(rows, number, navs)
        expected |= {
            code: (day, 7 * day, number) for code, day in navs.items() if day >= expected.get(code, (0, 0, 0))[0]
        }
        now = packed(rows)
        assert newest_in(now.rows) == expected
        assert sorted(now.rows.code.to_pylist()) == sorted(expected)
        assert now.newest_day(-1) == max((day for day, _, _ in expected.values()), default=-1)


def schemes(count: int, *, of: int) -> dict[str, int]:
    return {f"{of + number}": LATELY for number in range(count)}


def test_a_daily_file_leaves_those_alone_that_publish_no_more() -> None:
    rows: Rows = {}
    ended = dict.fromkeys(schemes(40, of=100_000), LONG_AGO)
    load(rows, 1, {**ended, **schemes(60, of=200_000)})
    resting = rows[RESTING]
    assert newest_in(PackedRow(*resting).navs) == dict.fromkeys(ended, (LONG_AGO, 7 * LONG_AGO, 1))

    touched = load(rows, 2, {**dict.fromkeys(schemes(60, of=200_000), TODAY), "300000": TODAY})

    assert touched == {PUBLISHING}
    assert rows[RESTING] == resting
    assert load(rows, 3, {}) == set()


def test_a_scheme_that_publishes_again_goes_back_to_those_that_do() -> None:
    rows: Rows = {}
    ended = dict.fromkeys(schemes(20, of=100_000), LONG_AGO)
    load(rows, 1, {**ended, **schemes(60, of=200_000)})
    assert set(in_row(rows, RESTING)) == set(ended)

    assert load(rows, 2, {"100002": TODAY}) == {PUBLISHING, RESTING}

    assert set(in_row(rows, RESTING)) == set(ended) - {"100002"}
    assert in_row(rows, PUBLISHING)["100002"] == (TODAY, 7 * TODAY, 2)


def test_schemes_that_stop_are_set_apart_once_they_are_many() -> None:
    rows: Rows = {}
    load(rows, 1, schemes(16, of=200_000))
    later = LATELY + RESTING_DAYS + 1
    load(rows, 2, dict.fromkeys(schemes(14, of=200_000), later))
    assert RESTING not in rows

    assert load(rows, 3, dict.fromkeys(schemes(13, of=200_000), later + 1)) == {PUBLISHING}
    assert load(rows, 4, dict.fromkeys(schemes(13, of=200_000), later + RESTING_DAYS + 1)) == {PUBLISHING, RESTING}

    assert set(in_row(rows, RESTING)) == {"200013", "200014", "200015"}


def test_a_single_nav_of_a_day_to_come_lets_no_other_scheme_rest() -> None:
    rows: Rows = {}
    load(rows, 1, {**schemes(150, of=200_000), "300000": LATELY + 400})

    assert load(rows, 2, dict.fromkeys(schemes(150, of=200_000), TODAY)) == {PUBLISHING}
    assert RESTING not in rows
