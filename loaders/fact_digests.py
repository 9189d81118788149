"""Digests of what a feed says of its schemes: a daily file differs from the last one in about ten of 14,000.

The schemes of a payload are cut into pieces of some thirty, and each piece has one digest. A piece ends where a
scheme's code says so and not after a number of schemes: one that is new moves the ends of no other piece.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders import arrays
from loaders.code_keys import keys_of
from loaders.columns import RAW_FACTS
from loaders.nav_rows import one_array

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from loaders.code_keys import Places
    from loaders.database import Connection, Cursor

FACT_COLUMNS = ("name_kind", *RAW_FACTS)

DIGEST_BYTES = 16

PIECE_BITS = 5
"""A code ends a piece in one of 2**5 cases."""

_MIX = np.uint64(0x9E3779B97F4A7C15)
"""Knuth's multiplier: the high bits of the product depend on all of the code's."""

_WRITE = """
INSERT INTO etl.scheme_digest (feed, digest, scheme_codes)
SELECT %s, piece.* FROM unnest(%s::bytea[], %s::text[]) AS piece
"""


@dataclass(frozen=True)
class Pieces:
    """Scheme codes, and the pieces that they are cut into: where each begins and ends, and its digest."""

    code: pa.StringArray
    begins: Places
    ends: Places
    digests: list[bytes]

    def rows_of(self, pieces: Collection[int]) -> Places:
        """Return the places of the schemes of some pieces."""
        rows = [np.arange(self.begins[piece], self.ends[piece]) for piece in pieces]
        return np.concatenate(rows) if rows else np.array([], dtype=np.intp)

    def differing(self, kept: set[bytes]) -> list[int]:
        """Return the pieces whose digests are not among those."""
        return [piece for piece, digest in enumerate(self.digests) if digest not in kept]


def of_frame(facts: pd.DataFrame) -> Pieces:
    """Return the pieces of a frame of `NavBatch.facts`."""
    columns = [one_array(pa.array(facts[name])).cast(pa.string()) for name in ("scheme_code", *FACT_COLUMNS)]
    ends = _ends(columns[0])
    begins = np.append(0, ends[:-1]) if len(ends) else ends
    sizes = np.empty((len(facts), len(columns)), dtype=np.int32)
    texts = []
    for place, column in enumerate(columns):
        offsets, text = arrays.text_buffers(column)
        sizes[:, place] = np.diff(offsets)
        if column.null_count:
            sizes[column.is_null().to_numpy(zero_copy_only=False), place] = -1
        texts.append((offsets[begins].tolist(), offsets[ends].tolist(), text))
    digests = [hashlib.sha256(sizes[begin:end].data) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    for starts, stops, text in texts:
        for digest, start, stop in zip(digests, starts, stops, strict=True):
            digest.update(text[start:stop])
    return Pieces(columns[0], begins, ends, [digest.digest()[:DIGEST_BYTES] for digest in digests])


def _ends(codes: pa.StringArray) -> Places:
    """Return where the pieces end."""
    keys = keys_of(codes)
    if keys is None:
        words = codes.dictionary_encode()
        keys = np.array([int.from_bytes(word.encode()[-8:]) for word in words.dictionary.to_pylist()], dtype=np.uint64)
        keys = keys[words.indices.to_numpy()]
    ends = np.flatnonzero((keys * _MIX) >> np.uint64(64 - PIECE_BITS) == 0) + 1
    return ends if not len(codes) or (len(ends) and ends[-1] == len(codes)) else np.append(ends, len(codes))


def ask(connection: Connection, feed: str) -> Cursor:
    """Ask for the kept digests of a feed; `kept_in` reads the answer."""
    return connection.cursor(binary=True).execute("SELECT digest FROM etl.scheme_digest WHERE feed = %s", (feed,))


def kept_in(answer: Cursor | None) -> set[bytes] | None:
    """Return the digests of an answer, or None when there are none to go by."""
    result = answer.pgresult if answer is not None else None
    if result is None or not result.ntuples:
        return None
    return {result.get_value(row, 0) or b"" for row in range(result.ntuples)}


def drop(connection: Connection, feed: str, digests: Collection[bytes]) -> list[str]:
    """Drop some of a feed's digests; return the codes of their schemes."""
    if not digests:
        return []
    gone = connection.execute(
        "DELETE FROM etl.scheme_digest WHERE feed = %s AND digest = ANY (%s) RETURNING scheme_codes",
        (feed, list(digests)),
    ).fetchall()
    return [code for row in gone for code in str(row[0]).split("\n")]


def write(connection: Connection, feed: str, new: Pieces, pieces: Collection[int]) -> None:
    """Keep the digests of some pieces, which are not kept yet."""
    if not pieces:
        return
    codes = ["\n".join(new.code[new.begins[piece] : new.ends[piece]].to_pylist()) for piece in pieces]
    connection.execute(_WRITE, (feed, [new.digests[piece] for piece in pieces], codes))


def forget(connection: Connection) -> None:
    """Drop all digests: the next load of each feed looks at every scheme."""
    connection.execute("DELETE FROM etl.scheme_digest")


def not_among(codes: Collection[str], listed: pa.StringArray) -> list[str]:
    """Return the codes that a payload does not list."""
    if not codes:
        return []
    words = pa.array(list(codes), pa.string())
    absent: list[str] = words.filter(pc.invert(pc.is_in(words, value_set=listed))).to_pylist()
    return absent
