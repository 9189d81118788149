"""Scheme codes as numbers: a daily file's codes are looked up by sorted numbers in a tenth of the time of hashing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loaders.arrays import lines_of_one_length, text_buffers

LONGEST = 8
"""Bytes of a code that fit in a number; AMFI's are six digits, or SIF-n."""

MANY = 50_000
"""Up to so many codes, as a daily file has, are told apart by sorted numbers; a window of history has each code twenty
times, and its distinct ones are found sooner by hashing."""

CELLS_A_NUMBER = 64
"""A table of all possible numbers may have so many cells for each: to mark them costs less than to sort."""

CodeKeys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.integer]
Places = npt.NDArray[np.intp]


def keys_of(codes: pa.StringArray) -> CodeKeys | None:
    """Return codes as numbers in whose order the codes stand byte by byte; None when one is too long for that."""
    if not len(codes):
        return np.array([], dtype=np.uint64)
    offsets, octets = text_buffers(codes)
    sizes = np.diff(offsets)
    longest = int(sizes.max())
    if longest > LONGEST:
        return None
    # From each start on eight bytes are read as one number, and what is not of the code is shifted out.
    padded = bytes(octets[offsets[0] : offsets[-1]]) + b"\x00" * LONGEST
    if int(sizes.min()) == longest:
        return _cut(_words_in_line(padded, len(sizes), longest), sizes[:1])
    return _cut(_words_at(padded, offsets[:-1] - offsets[0]), sizes)


def unpack_keys(packed: bytes) -> CodeKeys | None:
    """Return as numbers the codes that were packed, a line each; None when there are too many, or one is too long."""
    if not packed:
        return np.array([], dtype=np.uint64)
    padded = packed + b"\n" + b"\x00" * LONGEST
    octets = np.frombuffer(padded, dtype=np.uint8)[:-LONGEST]
    count, length = lines_of_one_length(octets, max(packed.find(b"\n"), 1))
    done = count * (length + 1)
    ends = done + np.flatnonzero(octets[done:] == ord("\n"))
    starts = np.append(done, ends + 1)[:-1]
    sizes = ends - starts
    if count + len(ends) > MANY or (count and length > LONGEST) or (len(ends) and sizes.max() > LONGEST):
        return None
    first = _cut(_words_in_line(padded, count, length + 1), np.array([length]))
    return np.concatenate([first, _cut(_words_at(padded, starts), sizes)]) if len(ends) else first


def pack_keys(keys: CodeKeys) -> bytes:
    """Return the codes of numbers as one text, a line each."""
    return _octets_of(keys, b"\n")[:-1]


def text_of(keys: CodeKeys) -> pa.StringArray:
    """Return the codes of numbers as text."""
    offsets = np.append(0, np.cumsum(lengths_of(keys))).astype(np.int32)
    text = _octets_of(keys, b"")
    return pa.StringArray.from_buffers(len(keys), pa.py_buffer(offsets), pa.py_buffer(text))


def names_of(keys: CodeKeys) -> list[str]:
    """Return the codes of some numbers as strings."""
    names: list[bytes] = keys.astype(">u8").view(f"S{LONGEST}").tolist()
    return [name.decode() for name in names]


def lengths_of(keys: CodeKeys) -> Places:
    """Return how many bytes the code of each number has; none of its bytes is zero."""
    length = one_length(keys)
    if length is not None:
        return np.full(len(keys), length, dtype=np.intp)
    lengths: Places = np.count_nonzero(keys.view(np.uint8).reshape(-1, LONGEST), axis=1)
    return lengths


def one_length(keys: CodeKeys) -> int | None:
    """Return how many bytes the code of every number has, or None where they differ."""
    longest = len(int(np.bitwise_or.reduce(keys)).to_bytes(LONGEST, "big").rstrip(b"\x00"))
    last = np.uint64(8 * (LONGEST - max(longest, 1)))
    return longest if (keys >> last & np.uint64(255)).all() else None


def find_sorted(wanted: Numbers, among: Numbers) -> Places:
    """Return for each wanted number its place among others, which are sorted and unique, or -1."""
    if not len(among):
        return np.full(len(wanted), -1, dtype=np.intp)
    place = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[place] == wanted, place, -1)


def find_in_two(wanted: Numbers, among: Numbers, first: int) -> Places:
    """Return for each wanted number its place among others, or -1: so many are sorted, and the rest of them is too."""
    place = find_sorted(wanted, among[:first])
    missing = np.flatnonzero(place < 0)
    found = find_sorted(wanted[missing], among[first:])
    place[missing] = np.where(found >= 0, found + first, -1)
    return place


def are_sorted(keys: CodeKeys) -> bool:
    """Tell whether numbers stand in order, each once."""
    return bool((keys[1:] > keys[:-1]).all())


def are_distinct(codes: pa.StringArray) -> bool:
    """Tell whether no code stands twice; False may also mean that there are too many, or one too long, to see it so."""
    if codes.null_count or len(codes) > MANY:
        return False
    keys = keys_of(codes)
    return keys is not None and are_sorted(np.sort(keys))


def are_distinct_below(numbers: npt.NDArray[np.integer], bound: int) -> bool:
    """Tell whether no number stands twice; all are from 0 to below the bound."""
    if bound > CELLS_A_NUMBER * len(numbers):
        return len(np.unique(numbers)) == len(numbers)
    seen = np.zeros(bound, dtype=bool)
    seen[numbers] = True
    return int(np.count_nonzero(seen)) == len(numbers)


def distinct(keys: CodeKeys) -> CodeKeys:
    """Return each number once, in order; numpy's own `unique` takes four times as long over these."""
    ordered = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def _words_in_line(padded: bytes, count: int, stride: int) -> npt.NDArray[np.void]:
    return np.ndarray((count,), ">u8", padded, strides=(stride,))


def _words_at(padded: bytes, starts: Numbers) -> npt.NDArray[np.void]:
    words: npt.NDArray[np.void] = np.ndarray((len(padded) - LONGEST + 1,), ">u8", padded, strides=(1,))[starts]
    return words


def _cut(words: npt.NDArray[np.void], sizes: Numbers) -> CodeKeys:
    rest = (8 * (LONGEST - sizes)).astype(np.uint64)
    keys: CodeKeys = words.astype(np.uint64) >> rest << rest
    return keys


def _octets_of(keys: CodeKeys, ending: bytes) -> bytes:
    length = one_length(keys)
    width = LONGEST if length is None else length
    lines = np.empty((len(keys), width + len(ending)), dtype=np.uint8)
    lines[:, :width] = keys.astype(">u8").view(np.uint8).reshape(-1, LONGEST)[:, :width]
    lines[:, width:] = np.frombuffer(ending, dtype=np.uint8)
    # What a shorter code does not fill is zero, and no code has such a byte.
    return (lines if length is not None else lines[lines != 0]).tobytes()
