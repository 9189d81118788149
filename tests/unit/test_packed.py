"""The newest NAVs of all schemes as one row packs them, and new schemes put in their places among them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from loaders.arrays import pack_text, unpack_text
from loaders.nav_latest import advanced
from loaders.nav_rows import NavArrays

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
