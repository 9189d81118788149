"""PostgreSQL arrays from numpy and Arrow, and back, without a Python object an element.

psycopg's own way builds 14,000 objects for each array of a daily file: 30 ms, where this takes less than one.
The format of a one-dimensional array: dimensions, a flag for NULLs, the element's type, length, lower bound; then
each element with its size in front.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

if TYPE_CHECKING:
    import numpy.typing as npt

    from loaders.binary_copy import Int32s, Int64s
    from loaders.database import Connection

_HEADER = struct.Struct("!iiIii")
_INT4, _INT8, _TEXT = 23, 20, 25


class Int4Array(bytes):
    """An integer[] in binary form."""


class Int8Array(bytes):
    """A bigint[] in binary form."""


class TextArray(bytes):
    """A text[] in binary form."""


class _Int4ArrayDumper(Dumper):
    format = Format.BINARY
    oid = 1007

    def dump(self, obj: bytes) -> Buffer:
        return bytes(obj)


class _Int8ArrayDumper(_Int4ArrayDumper):
    oid = 1016


class _TextArrayDumper(_Int4ArrayDumper):
    oid = 1009


def register(connection: Connection) -> None:
    """Let a connection take these arrays as parameters."""
    connection.adapters.register_dumper(Int4Array, _Int4ArrayDumper)
    connection.adapters.register_dumper(Int8Array, _Int8ArrayDumper)
    connection.adapters.register_dumper(TextArray, _TextArrayDumper)


def int4_array(values: Int32s) -> Int4Array:
    """Return an integer[] for a parameter."""
    return Int4Array(_numbers(values, _INT4, ">i4"))


def int8_array(values: Int64s) -> Int8Array:
    """Return a bigint[] for a parameter."""
    return Int8Array(_numbers(values, _INT8, ">i8"))


def text_buffers(values: pa.StringArray) -> tuple[Int32s, memoryview]:
    """Return where each element's bytes begin in an array's text (and, last, where they end), and that text."""
    _, offset_buffer, text_buffer = values.buffers()
    if offset_buffer is None or not len(values):
        return np.zeros(len(values) + 1, dtype=np.int32), memoryview(b"")
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[values.offset : values.offset + len(values) + 1]
    return offsets, memoryview(text_buffer) if text_buffer is not None else memoryview(b"")


def text_array(values: pa.StringArray) -> TextArray:
    """Return a text[] without NULLs for a parameter."""
    if not len(values):
        return TextArray(_HEADER.pack(0, 0, _TEXT, 0, 1)[:12])
    offsets, octets = text_buffers(values)
    text = np.frombuffer(octets, dtype=np.uint8)[offsets[0] : offsets[-1]]
    sizes = np.diff(offsets)
    starts = (offsets[:-1] - offsets[0]) + 4 * np.arange(len(values))
    body = np.empty(len(text) + 4 * len(values), dtype=np.uint8)
    is_size = np.zeros(len(body), dtype=bool)
    is_size[(starts[:, None] + np.arange(4)).ravel()] = True
    body[is_size] = sizes.astype(">i4").view(np.uint8)
    body[~is_size] = text
    return TextArray(_HEADER.pack(1, 0, _TEXT, len(values), 1) + body.tobytes())


def read_int4(array: bytes | None) -> Int32s:
    """Return the elements of an integer[] that came in binary form."""
    return _read(array, ">i4").astype(np.int32)


def read_int8(array: bytes | None) -> Int64s:
    """Return the elements of a bigint[] that came in binary form."""
    return _read(array, ">i8").astype(np.int64)


def read_text(array: bytes | None) -> pa.StringArray:
    """Return the elements of a text[] without NULLs that came in binary form."""
    if array is None or len(array) <= _HEADER.size:
        return pa.array([], pa.string())
    (count,) = struct.unpack_from("!i", array, 12)
    first = struct.unpack_from("!i", array, _HEADER.size)[0]
    if len(array) == _HEADER.size + count * (4 + first):
        elements = np.frombuffer(array, dtype=[("size", ">i4"), ("text", f"S{first}")], offset=_HEADER.size)
        if (elements["size"] == first).all():
            offsets = np.arange(0, (count + 1) * first, max(first, 1), dtype=np.int32)[: count + 1]
            return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(elements["text"].tobytes()))
    words, at = [], _HEADER.size
    for _ in range(count):
        (size,) = struct.unpack_from("!i", array, at)
        words.append(array[at + 4 : at + 4 + size].decode())
        at += 4 + size
    return pa.array(words, pa.string())


def pack_int4(values: Int32s) -> bytes:
    """Return numbers as bytes, four each, the high one first."""
    return values.astype(">i4").tobytes()


def pack_int8(values: Int64s) -> bytes:
    """Return numbers as bytes, eight each, the high one first."""
    return values.astype(">i8").tobytes()


def unpack_int4(packed: bytes) -> Int32s:
    """Return the numbers that were packed."""
    return np.frombuffer(packed, dtype=">i4").astype(np.int32)


def unpack_int8(packed: bytes) -> Int64s:
    """Return the numbers that were packed."""
    return np.frombuffer(packed, dtype=">i8").astype(np.int64)


def pack_text(words: pa.StringArray) -> str:
    """Return words as one text, a line each; no word may be empty or have a line end."""
    together = pa.ListArray.from_arrays(pa.array([0, len(words)], pa.int32()), words)
    return str(pc.binary_join(together, "\n")[0].as_py() or "")


def unpack_text(packed: bytes) -> pa.StringArray:
    """Return the words that were packed, from their bytes."""
    if not packed:
        return pa.array([], pa.string())
    octets = np.frombuffer(packed + b"\n", dtype=np.uint8)
    count, length = lines_of_one_length(octets, max(packed.find(b"\n"), 1))
    # Whole words are copied, not their bytes one after the other.
    text = np.ndarray((count,), f"V{length}", octets, strides=(length + 1,)).copy().view(np.uint8)
    offsets = np.arange(0, (count + 1) * length, length, dtype=np.int32)
    if (rest := octets[count * (length + 1) :]).size:
        ends = np.flatnonzero(rest == ord("\n"))
        offsets = np.concatenate([offsets, (text.size + ends - np.arange(len(ends))).astype(np.int32)])
        text = np.concatenate([text, rest[rest != ord("\n")]])
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(text))


def lines_of_one_length(octets: npt.NDArray[np.uint8], length: int) -> tuple[int, int]:
    """Return how many lines there are before the first whose word has another length, and the length.

    All of AMFI's codes but some at the end have six digits: they need no look at where each line ends.
    """
    rows = octets[: octets.size // (length + 1) * (length + 1)].reshape(-1, length + 1)
    other = np.flatnonzero(rows[:, length] != ord("\n"))
    rows = rows[: other[0]] if len(other) else rows
    # Two short words may end where one of this length would.
    return (len(rows) if np.count_nonzero(rows == ord("\n")) == len(rows) else 0), length


def _numbers(values: npt.NDArray[np.signedinteger], element: int, kind: str) -> bytes:
    if not len(values):
        return _HEADER.pack(0, 0, element, 0, 1)[:12]
    width = int(kind[-1])
    body = np.empty(len(values), dtype=[("size", ">i4"), ("value", kind)])
    body["size"], body["value"] = width, values
    return _HEADER.pack(1, 0, element, len(values), 1) + body.tobytes()


def _read(array: bytes | None, kind: str) -> npt.NDArray[np.signedinteger]:
    if array is None or len(array) <= _HEADER.size:
        return np.array([], dtype=kind)
    elements = np.frombuffer(array, dtype=[("size", ">i4"), ("value", kind)], offset=_HEADER.size)
    return elements["value"]
