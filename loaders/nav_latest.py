"""The newest NAV of every scheme, kept packed: what a daily file is compared with first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders import nav_packed
from loaders.nav_rows import NAV_TYPE, NavArrays, are_as_new, by_code, concat, scaled

if TYPE_CHECKING:
    from collections.abc import Collection

    from loaders.code_keys import Places
    from loaders.database import Connection

_READ = f"SELECT {nav_packed.COLUMNS} FROM (SELECT) AS one {nav_packed.ROWS}"  # noqa: S608 - constants

_NEWEST_OF = """
-- One pass over the table: looking for each scheme alone would read the whole of it for each that has no NAV left.
SELECT DISTINCT ON (n.scheme_code) n.scheme_code, n.nav_date - date '1970-01-01', n.nav, n.payload_id
FROM market.nav AS n WHERE n.scheme_code = ANY (%s::text[])
ORDER BY n.scheme_code, n.nav_date DESC
"""


def read_latest(connection: Connection) -> NavArrays:
    """Return the newest NAV of every scheme that has one, in the order of their codes; a scheme stands once."""
    known = nav_packed.remembered()
    (row,) = connection.cursor(binary=True).execute(_READ, {"states": list(known.states)}).fetchall()
    return by_code(nav_packed.Packed.read(row, known).rows)


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
    return NavArrays(day, latest.codes, nav_e10, payload_id, sorted_up_to=latest.sorted_up_to)


def _inserted(kept: NavArrays, added: NavArrays) -> NavArrays:
    """Return rows with others put in their places among them; these are in the order of their codes, and differ."""
    if kept.keys is None or added.keys is None or not (kept.is_by_code or kept.sorted_up_to is not None):
        return by_code(concat([kept, added]))
    first = kept.sorted_up_to
    place = np.searchsorted(kept.keys[:first], added.keys)
    return NavArrays(
        np.insert(kept.day, place, added.day),
        np.insert(kept.keys, place, added.keys),
        np.insert(kept.nav_e10, place, added.nav_e10),
        np.insert(kept.payload_id, place, added.payload_id),
        sorted_up_to=None if first is None else first + len(added),
    )


def write(connection: Connection, latest: NavArrays, now: NavArrays) -> None:
    """Keep the newest NAVs that follow `latest`, after rows of the past moved."""
    if now is not latest:
        for statement in nav_packed.anew(now):
            connection.execute(*statement)


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


def _last_of_each(rows: NavArrays, among: Places) -> Places:
    """Return which of some rows have their code's newest day, as places among these."""
    if rows.is_by_code:
        return np.arange(len(among))
    code = (rows.coded[1] if rows.keys is None else rows.keys)[among]
    order: Places = np.lexsort((rows.day[among], code))
    last: Places = order[np.append(code[order][1:] != code[order][:-1], [True])]
    return last
