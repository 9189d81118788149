"""Digests of what a feed says of each scheme: a daily file differs from the last one in about ten of 14,000."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from loaders import arrays
from loaders.columns import RAW_FACTS
from loaders.nav_rows import one_array

if TYPE_CHECKING:
    from loaders.binary_copy import Int64s
    from loaders.database import Connection, Cursor

FACT_COLUMNS = ("name_kind", *RAW_FACTS)

_SEPARATOR, _BLANK = "\x1f", "\x00"


@dataclass(frozen=True)
class Digests:
    """Scheme codes and, in the same order, a 64-bit digest of what a feed says of each."""

    code: pa.StringArray
    digest: Int64s


def of_frame(facts: pd.DataFrame) -> Digests:
    """Return the digests of a frame of `NavBatch.facts`."""
    columns = [one_array(pa.array(facts[name])).cast(pa.string()) for name in FACT_COLUMNS]
    joined = pc.binary_join_element_wise(*columns, _SEPARATOR, null_handling="replace", null_replacement=_BLANK)
    words = one_array(joined).to_numpy(zero_copy_only=False)
    digest = pd.util.hash_array(words, categorize=False).view(np.int64)
    return Digests(one_array(pa.array(facts["scheme_code"])).cast(pa.string()), digest)


def ask(connection: Connection, feed: str) -> Cursor:
    """Ask for the kept digests of a feed; `kept_in` reads the answer."""
    query = "SELECT scheme_code, digest FROM etl.scheme_digest WHERE feed = %s"
    return connection.cursor(binary=True).execute(query, (feed,))


def kept_in(answer: Cursor | None) -> Digests | None:
    """Return the digests of an answer, or None when there are none to go by."""
    result = answer.pgresult if answer is not None else None
    if result is None or not result.ntuples:
        return None
    return Digests(arrays.unpack_text(result.get_value(0, 0) or b""), arrays.unpack_int8(result.get_value(0, 1) or b""))


def write(connection: Connection, feed: str, kept: Digests | None, new: Digests, *, complete: bool) -> None:
    """Keep a feed's digests; codes that an incomplete payload does not hold keep theirs."""
    if kept is not None and not complete:
        others = np.flatnonzero(~pc.is_in(kept.code, value_set=new.code).to_numpy(zero_copy_only=False))
        new = Digests(
            pa.concat_arrays([new.code, kept.code.take(pa.array(others))]),
            np.concatenate([new.digest, kept.digest[others]]),
        )
    if kept is not None and kept.code.equals(new.code):
        if np.array_equal(kept.digest, new.digest):
            return
        connection.execute(
            "UPDATE etl.scheme_digest SET digest = %s WHERE feed = %s", (arrays.pack_int8(new.digest), feed)
        )
        return
    connection.execute(
        "INSERT INTO etl.scheme_digest (feed, scheme_code, digest) VALUES (%s, %s, %s) "
        "ON CONFLICT (feed) DO UPDATE SET scheme_code = excluded.scheme_code, digest = excluded.digest",
        (feed, arrays.pack_text(new.code), arrays.pack_int8(new.digest)),
    )


def forget(connection: Connection) -> None:
    """Drop all digests: the next load of each feed looks at every scheme."""
    connection.execute("DELETE FROM etl.scheme_digest")


def differing(kept: Digests | None, new: Digests) -> tuple[list[str], list[str]]:
    """Return the codes whose digest is new or differs, and the kept codes that are not among the new."""
    if kept is None:
        return new.code.to_pylist(), []
    place = pc.index_in(new.code, value_set=kept.code).fill_null(-1).to_numpy()
    same = place >= 0
    if len(kept.digest):
        same &= kept.digest[place] == new.digest
    gone = pc.invert(pc.is_in(kept.code, value_set=new.code))
    return new.code.filter(pa.array(~same)).to_pylist(), kept.code.filter(gone).to_pylist()
