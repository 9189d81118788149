"""Codes as numbers, and rows that carry them: the same codes, in the same order, written as the same bytes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.binary_copy import nav_bytes
from loaders.code_keys import keys_of, lengths_of
from loaders.nav_rows import NavArrays

codes = st.text(st.characters(codec="utf-8", min_codepoint=1), min_size=1, max_size=8).filter(
    lambda code: len(code.encode()) <= 8
)


@given(st.lists(codes, min_size=1, unique=True), st.lists(codes, max_size=2))
def test_numbers_stand_in_the_order_of_the_codes_bytes(words: list[str], before: list[str]) -> None:
    keys = keys_of(pa.array([*before, *words]).slice(len(before)))
    assert keys is not None
    by_number = [words[place] for place in np.argsort(keys)]
    assert by_number == sorted(words, key=str.encode)
    assert lengths_of(keys).tolist() == [len(word.encode()) for word in words]


def test_a_code_of_nine_bytes_has_no_number() -> None:
    assert keys_of(pa.array(["100027", "123456789"])) is None


def test_no_codes_are_no_numbers() -> None:
    keys = keys_of(pa.array([], pa.string()))
    assert keys is not None
    assert lengths_of(keys).tolist() == []


@pytest.mark.parametrize("words", [["100027", "100028", "154321"], ["100027", "SIF-120", "9", "SIF-1"]])
def test_rows_are_written_the_same_by_their_numbers(words: list[str]) -> None:
    text = pa.array(words)
    numbers = keys_of(text)
    assert numbers is not None
    day = np.arange(20_000, 20_000 + len(words), dtype=np.int32)
    nav_e10 = np.array([123_4567_000_000, 0, 10_0000_0001_00, 5][: len(words)], dtype=np.int64)
    by_text = b"".join(nav_bytes(day, text, nav_e10, 7))
    assert b"".join(nav_bytes(day, numbers, nav_e10, 7)) == by_text
    assert all(word.encode() in by_text for word in words)


def test_taken_rows_have_the_codes_of_their_places() -> None:
    numbers = np.arange(4, dtype=np.int32)
    rows = NavArrays(numbers, pa.array(["d", "c", "b", "a"]), numbers.astype(np.int64), numbers)
    some = rows.take(np.array([3, 1, 0])).take(np.array([2, 0]))
    assert some.code.to_pylist() == ["d", "a"]
    assert some.day.tolist() == [0, 3]
    assert some.of_payload(9).code.to_pylist() == ["d", "a"]
    assert some.of_payload(9).payload_id.tolist() == [9, 9]
