"""market.ipo_source and market.ipo_doubtful: which issue each source's id is, and what a person has to look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, LiteralString

from loaders.columns_ipo import FACT_COLUMNS, SAID
from loaders.ipo_facts import Member

if TYPE_CHECKING:
    from loaders.database import Connection
    from loaders.keyed_batch import Cell

SAID_COLUMNS = tuple(column.name for column in FACT_COLUMNS if column.name in SAID)
"""The columns of what a source says, in the table's order."""

_NAMES = ", ".join(
    ("source", "source_id", "ipo_id", "own_ipo_id", "joined_by", "score", "joined_to", *SAID_COLUMNS, "payload_id")
)

DoubtfulPair = tuple[Member, Member, Decimal]
"""Two ids, the smaller first, and how sure it is that they are one issue."""


@dataclass(frozen=True)
class SourceRow:
    """A source's id: the issue that it is and why, what the source says of it, and the payload that first told of it.

    `said` are the values of `SAID_COLUMNS`; `joined_to` is SOURCE:ID.
    """

    member: Member
    ipo_id: int
    own_ipo_id: int
    joined_by: str | None
    score: Decimal | None
    joined_to: str | None
    said: tuple[Cell, ...]
    payload_id: int


def read_sources(connection: Connection) -> dict[Member, SourceRow]:
    """Return all ids that are known."""
    return _read(connection, f"SELECT {_NAMES} FROM market.ipo_source", ())  # noqa: S608 - our own columns


def members_of(connection: Connection, issues: Collection[int]) -> dict[Member, SourceRow]:
    """Return the ids of these issues."""
    return _read(
        connection,
        f"SELECT {_NAMES} FROM market.ipo_source WHERE ipo_id = ANY (%s)",  # noqa: S608
        (sorted(issues),),
    )


def write_sources(connection: Connection, stored: Mapping[Member, SourceRow], wanted: Iterable[SourceRow]) -> None:
    """Write the ids that differ from what is stored; an id that is known never goes."""
    moved = [row for row in wanted if stored.get(row.member) != row]
    if not moved:
        return
    replaced = [row.member for row in moved if row.member in stored]
    if replaced:
        connection.execute(
            "DELETE FROM market.ipo_source USING unnest(%s::text[], %s::text[]) AS moved (of_source, of_id) "
            "WHERE source = moved.of_source AND source_id = moved.of_id",
            ([source for source, _ in replaced], [one for _, one in replaced]),
        )
    with connection.cursor() as cursor, cursor.copy(f"COPY market.ipo_source ({_NAMES}) FROM STDIN") as copy:
        for row in moved:
            copy.write_row((
                *row.member, row.ipo_id, row.own_ipo_id, row.joined_by, row.score, row.joined_to, *row.said,
                row.payload_id,
            ))  # fmt: skip


def read_links(connection: Connection) -> dict[str, list[tuple[Member, Member]]]:
    """Return the pairs that people have decided about, by their verdict: link or unlink."""
    found: dict[str, list[tuple[Member, Member]]] = {"link": [], "unlink": []}
    rows = connection.execute(
        "SELECT verdict, source, source_id, other_source, other_source_id FROM market.ipo_link ORDER BY 2, 3, 4, 5"
    ).fetchall()
    for verdict, *ids in rows:
        one, other = (str(ids[0]), str(ids[1])), (str(ids[2]), str(ids[3]))
        found[str(verdict)].append((one, other))
    return found


def write_doubtful(connection: Connection, pairs: Sequence[DoubtfulPair]) -> None:
    """Make the list of doubtful pairs this one."""
    wanted = {(*one, *other, score) for one, other, score in pairs}
    stored = set(
        connection.execute(
            "SELECT source, source_id, other_source, other_source_id, score FROM market.ipo_doubtful"
        ).fetchall()
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM market.ipo_doubtful WHERE (source, source_id, other_source, other_source_id, score) "
            "= (%s, %s, %s, %s, %s)",
            sorted(stored - wanted),
        )
        cursor.executemany("INSERT INTO market.ipo_doubtful VALUES (%s, %s, %s, %s, %s)", sorted(wanted - stored))


def _read(connection: Connection, query: LiteralString, values: tuple[object, ...]) -> dict[Member, SourceRow]:
    found = {}
    for source, source_id, ipo_id, own_ipo_id, joined_by, score, joined_to, *said, payload_id in connection.execute(
        query, values
    ).fetchall():
        member = str(source), str(source_id)
        row: tuple[Any, ...] = (member, ipo_id, own_ipo_id, joined_by, score, joined_to, tuple(said), payload_id)
        found[member] = SourceRow(*row)
    return found
