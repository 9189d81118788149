"""Scheme codes as numbers: a daily file's codes are looked up by sorted numbers in a tenth of the time of hashing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from loaders.arrays import text_buffers

if TYPE_CHECKING:
    import pyarrow as pa

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
        words = np.ndarray((len(sizes),), ">u8", padded, strides=(longest,))
        sizes = sizes[:1]
    else:
        words = np.ndarray((len(padded) - LONGEST + 1,), ">u8", padded, strides=(1,))[offsets[:-1] - offsets[0]]
    rest = (8 * (LONGEST - sizes)).astype(np.uint64)
    keys: CodeKeys = words.astype(np.uint64) >> rest << rest
    return keys


def lengths_of(keys: CodeKeys) -> Places:
    """Return how many bytes the code of each number has; none of its bytes is zero."""
    longest = len(int(np.bitwise_or.reduce(keys)).to_bytes(LONGEST, "big").rstrip(b"\x00"))
    last = np.uint64(8 * (LONGEST - max(longest, 1)))
    if (keys >> last & np.uint64(255)).all():
        return np.full(len(keys), longest, dtype=np.intp)
    octets = keys.view(np.uint8).reshape(-1, LONGEST)
    lengths: Places = np.count_nonzero(octets, axis=1)
    return lengths


def find_sorted(wanted: Numbers, among: Numbers) -> Places:
    """Return for each wanted number its place among others, which are sorted and unique, or -1."""
    if not len(among):
        return np.full(len(wanted), -1, dtype=np.intp)
    place = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[place] == wanted, place, -1)


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
