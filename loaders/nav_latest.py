"""The newest NAV of every scheme, kept in one row: what a daily file is compared with first.

Each column is one text or one run of bytes: arrays of PostgreSQL's own cost five times as much to read and write.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders import arrays
from loaders.code_keys import Places, pack_keys, unpack_keys
from loaders.nav_rows import NAV_TYPE, NavArrays, are_as_new, concat, empty, scaled

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.binary_copy import Int32s
    from loaders.database import Connection

Statement = tuple[str, tuple[bytes | str, ...]]
"""A statement and its parameters."""

PACKED = "convert_to({0}.scheme_code, 'UTF8'), {0}.nav_date, {0}.nav_e10, {0}.payload_id"
"""The columns of `Packed`, of the table under a name."""

_READ = f"SELECT {PACKED.format('kept')} FROM etl.nav_latest_block AS kept WHERE block = 1"  # noqa: S608 - constants

_WRITE_ALL = """
INSERT INTO etl.nav_latest_block (block, scheme_code, nav_date, nav_e10, payload_id)
VALUES (1, %s, %s, %s, %s)
ON CONFLICT (block) DO UPDATE SET scheme_code = excluded.scheme_code, nav_date = excluded.nav_date,
    nav_e10 = excluded.nav_e10, payload_id = excluded.payload_id
"""

_WRITE_VALUES = """
UPDATE etl.nav_latest_block SET nav_date = %s, nav_e10 = %s, payload_id = %s WHERE block = 1
"""

_NEWEST_OF = """
-- One pass over the table: looking for each scheme alone would read the whole of it for each that has no NAV left.
SELECT DISTINCT ON (n.scheme_code) n.scheme_code, n.nav_date - date '1970-01-01', n.nav, n.payload_id
FROM market.nav AS n WHERE n.scheme_code = ANY (%s::text[])
ORDER BY n.scheme_code, n.nav_date DESC
"""


@dataclass(frozen=True)
class Packed:
    """The newest NAVs as the table has them, None where it has none; `rows` unpacks them when they are asked for."""

    code: bytes | None
    day: bytes | None
    nav_e10: bytes | None
    payload_id: bytes | None

    @cached_property
    def days(self) -> Int32s:
        """The days that they are of."""
        return arrays.unpack_int4(self.day or b"")

    @cached_property
    def rows(self) -> NavArrays:
        """The newest NAVs, in the order of their codes; a scheme stands once."""
        code = self.code or b""
        keys = unpack_keys(code)
        return NavArrays(
            self.days,
            arrays.unpack_text(code) if keys is None else keys,
            arrays.unpack_int8(self.nav_e10 or b""),
            arrays.unpack_int4(self.payload_id or b""),
        )


def read_latest(connection: Connection) -> NavArrays:
    """Return the newest NAV of every scheme that has one, in the order of their codes; a scheme stands once."""
    row = connection.cursor(binary=True).execute(_READ).fetchone()
    return empty() if row is None else Packed(*row).rows  # type: ignore[arg-type]


def advance(connection: Connection, latest: NavArrays, written: NavArrays) -> None:
    """Take rows that were written into the kept newest NAVs."""
    write(connection, latest, advanced(latest, written))


def advanced(latest: NavArrays, written: NavArrays) -> NavArrays:
    """Return the newest NAVs after rows were written; the very same where they say nothing newer."""
    if not len(written):
        return latest
    place = written.places_in(latest)
    # Of a window of the past hardly a row is newer.
    newer = np.flatnonzero(are_as_new(written, latest))
    if not len(newer):
        return latest
    newest = newer[_last_of_each(written, newer)]
    rows, place = written.take(newest), place[newest]
    added = np.flatnonzero(place < 0)
    if not len(added):
        return _replaced(latest, place, rows)
    known = np.flatnonzero(place >= 0)
    return _inserted(_replaced(latest, place[known], rows.take(known)), by_code(rows.take(added)))


def _replaced(latest: NavArrays, place: Places, rows: NavArrays) -> NavArrays:
    day, nav_e10, payload_id = latest.day.copy(), latest.nav_e10.copy(), latest.payload_id.copy()
    day[place], nav_e10[place], payload_id[place] = rows.day, rows.nav_e10, rows.payload_id
    return NavArrays(day, latest.codes, nav_e10, payload_id)


def _inserted(kept: NavArrays, added: NavArrays) -> NavArrays:
    """Return rows with others put in their places among them; both are in the order of their codes, which differ."""
    together = concat([kept, added])
    if kept.keys is None or added.keys is None:
        return by_code(together)
    # Of two that are sorted the places are found without sorting all.
    order = np.insert(np.arange(len(kept)), np.searchsorted(kept.keys, added.keys), np.arange(len(kept), len(together)))
    return together.take(order)


def write(connection: Connection, latest: NavArrays, now: NavArrays) -> None:
    """Keep the newest NAVs that follow `latest`."""
    todo = statement(latest, now)
    if todo is not None:
        connection.execute(*todo)


def statement(latest: NavArrays, now: NavArrays) -> Statement | None:
    """Return what keeps the newest NAVs that follow `latest`, with its parameters; None where they are the same."""
    if now is latest:
        return None
    values = (arrays.pack_int4(now.day), arrays.pack_int8(now.nav_e10), arrays.pack_int4(now.payload_id))
    if now.has_codes_of(latest):
        return _WRITE_VALUES, values
    code = arrays.pack_text(now.code) if now.keys is None else pack_keys(now.keys).decode()
    return _WRITE_ALL, (code, *values)


def refresh(connection: Connection, codes: Collection[str]) -> None:
    """Read the newest NAV of these schemes again from the table, after rows of the past moved or were withdrawn."""
    if not codes:
        return
    latest = read_latest(connection)
    stays = ~pc.is_in(latest.code, value_set=pa.array(sorted(codes), pa.string())).to_numpy(zero_copy_only=False)
    rows = connection.execute(_NEWEST_OF, (sorted(codes),)).fetchall()
    code, day, nav, payload_id = zip(*rows, strict=True) if rows else ((), (), (), ())
    kept = latest.take(np.flatnonzero(stays))
    write(
        connection,
        latest,
        by_code(
            NavArrays(
                np.concatenate([kept.day, np.array(day, dtype=np.int32)]),
                pa.concat_arrays([kept.code, pa.array(code, pa.string())]),
                np.concatenate([kept.nav_e10, scaled(pa.array(nav, NAV_TYPE))]),
                np.concatenate([kept.payload_id, np.array(payload_id, dtype=np.int32)]),
            )
        ),
    )


def by_code(rows: NavArrays) -> NavArrays:
    """Return the rows in the order of their codes."""
    # Of strings a sort takes ten times as long.
    return rows.take(np.argsort(rows.keys) if rows.keys is not None else pc.sort_indices(rows.code).to_numpy())


def _last_of_each(rows: NavArrays, among: Places) -> Places:
    """Return which of some rows have their code's newest day, as places among these."""
    if rows.is_by_code:
        return np.arange(len(among))
    code = (rows.coded[1] if rows.keys is None else rows.keys)[among]
    order: Places = np.lexsort((rows.day[among], code))
    last: Places = order[np.append(code[order][1:] != code[order][:-1], [True])]
    return last
