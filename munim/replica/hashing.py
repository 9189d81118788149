"""Random access to randomness: a value for any pair of numbers, with no state, the same on every machine."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Bools = NDArray[np.bool_]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_UNIT: Final = 2.0**-53


def mix(x: U64) -> U64:
    """Return the finaliser of splitmix64 of each element (Steele, Lea and Flood, 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def pair(left: U64, right: I64) -> U64:
    """Return one hash for each pair, broadcast."""
    return mix(left ^ (right.astype(np.uint64) * _GOLDEN))


def salted(left: U64, salt: int) -> U64:
    """Return another hash of the same things, for another use."""
    return mix(left + np.uint64(salt * 0x632BE59BD9B4E019 % 2**64))


def unit(bits: U64) -> F64:
    """Return a number in [0, 1) for each hash."""
    return (bits >> np.uint64(11)).astype(np.float64) * _UNIT
