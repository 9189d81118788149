"""Codes as numbers, and rows that carry them: the same codes, in the same order, written as the same bytes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loaders.arrays import pack_text
from loaders.binary_copy import nav_bytes
from loaders.code_keys import keys_of, lengths_of, names_of, pack_keys, text_of, unpack_keys
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


@given(st.lists(codes.filter(lambda code: "\n" not in code), min_size=1))
@example(["100027", "100028", "SIF-1", "SIF-120"])
@example(["12345", "12", "34", "12345"])
@example(["9", "100027"])
def test_numbers_are_packed_and_read_as_their_codes_are(words: list[str]) -> None:
    text = pa.array(words)
    keys = keys_of(text)
    assert keys is not None
    assert names_of(keys) == words
    assert text_of(keys).to_pylist() == words
    text_of(keys).validate(full=True)
    packed = pack_keys(keys)
    assert packed.decode() == pack_text(text)
    unpacked = unpack_keys(packed)
    assert unpacked is not None
    assert unpacked.tolist() == keys.tolist()


@pytest.mark.parametrize("words", [["123456789"], ["100027", "123456789"], ["123456789", "100027"]])
def test_packed_codes_of_which_one_is_too_long_have_no_numbers(words: list[str]) -> None:
    assert unpack_keys("\n".join(words).encode()) is None


def test_nothing_packed_is_no_numbers() -> None:
    keys = unpack_keys(b"")
    assert keys is not None
    assert (keys.tolist(), pack_keys(keys), text_of(keys).to_pylist(), names_of(keys)) == ([], b"", [], [])


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


def test_rows_in_several_pieces_are_written_as_in_one() -> None:
    count = 3_000
    codes = pa.array([f"{100_000 + number}" if number % 7 else f"SIF-{number}" for number in range(count)])
    day = np.arange(20_000, 20_000 + count, dtype=np.int32)
    nav_e10 = np.arange(count, dtype=np.int64) * 10**10 * 7 + np.arange(count) % 3 * 10**2
    whole = b"".join(nav_bytes(day, codes, nav_e10, 7))
    one_by_one = [
        b"".join(nav_bytes(day[place : place + 1], codes[place : place + 1], nav_e10[place : place + 1], 7))
        for place in range(count)
    ]
    head, tail = one_by_one[0][:19], one_by_one[0][-2:]
    assert (whole[:19], whole[-2:]) == (head, tail)
    assert len(whole) == 21 + sum(len(row) - 21 for row in one_by_one)
    assert all(row[19:-2] in whole for row in one_by_one[:: count // 60])


def test_taken_rows_have_the_codes_of_their_places() -> None:
    numbers = np.arange(4, dtype=np.int32)
    rows = NavArrays(numbers, pa.array(["d", "c", "b", "a"]), numbers.astype(np.int64), numbers)
    some = rows.take(np.array([3, 1, 0])).take(np.array([2, 0]))
    assert some.code.to_pylist() == ["d", "a"]
    assert some.day.tolist() == [0, 3]
    assert some.of_payload(9).code.to_pylist() == ["d", "a"]
    assert some.of_payload(9).payload_id.tolist() == [9, 9]
