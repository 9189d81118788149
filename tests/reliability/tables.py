"""The tables' content without what depends on the order of loading: a payload is named by feed, fetch and digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import psycopg

from loaders.scheme_rows import STATE_COLUMNS
from munim.readers.nav import series_as_of

Connection = psycopg.Connection[tuple[object, ...]]
Content = dict[str, list[tuple[object, ...]]]
NavKey = tuple[date, str]
Judged = tuple[frozenset[tuple[object, ...]], frozenset[tuple[object, ...]]]
PayloadName = tuple[datetime, str, str]
"""When it was fetched, its feed and its digest: in this order payloads are older and newer."""

_BY_NAME = "(SELECT feed || ' ' || fetched_at || ' ' || sha256 FROM etl.payload WHERE payload_id = {})"
_BY_DIGEST = "(SELECT feed || ' ' || sha256 FROM etl.payload WHERE payload_id = {})"
_TIMES = ("first_seen_at", "last_seen_at", "vanished_at")
_MINE = _BY_NAME.format("t.payload_id")
_STATES = ", ".join(f't."{column}"' for column in STATE_COLUMNS)


def _queries(payload: str, state: list[str], known: str) -> dict[str, str]:
    mine = payload.format("t.payload_id")
    ended = f"{known}{mine}, {payload.format('t.superseded_by')}"
    states = ", ".join(f't."{column}"' for column in state)
    facts = "name_kind, amc, category, name, plan, option, isin_payout_or_growth, isin_reinvestment"
    return {
        # NAVs as text: identical rows look identical, decimals included.
        "nav": f"SELECT nav_date, scheme_code, nav::text, {mine} FROM market.nav AS t",
        "nav_revision": f"SELECT nav_date, scheme_code, nav::text, {ended} FROM market.nav_revision AS t",
        "nav_latest": f"SELECT nav_date, scheme_code, nav::text, {mine} FROM market.nav_latest AS t",
        "scheme": f"SELECT scheme_code, {states}, {mine} FROM market.scheme AS t",
        "scheme_revision": f"SELECT scheme_code, {states}, {ended} FROM market.scheme_revision AS t",
        "scheme_fact": f"SELECT scheme_code, feed, listed, {facts}, {mine} FROM etl.scheme_fact AS t",
        "quarantine": f"SELECT line_no, raw_line, reason, detail, {mine} FROM etl.quarantine AS t "
        "WHERE status = 'open'",
        "payload": "SELECT feed, sha256, complete, layout, row_count, content_from, content_to, content_modal "
        "FROM etl.payload AS t",
    }


CONTENT: Final = _queries(_BY_NAME, list(STATE_COLUMNS), "known_from, known_to, ")
"""Everything that follows from the payloads; rows of quarantine that were read later are gone from it."""

UNTIMED: Final = _queries(_BY_DIGEST, [name for name in STATE_COLUMNS if name not in _TIMES], "")
"""The same without the times of fetching: what two runs that fetch the same bytes at other times must agree in."""

_RECORDED = {
    "payload": "SELECT fetched_at, feed, sha256, recorded_at FROM etl.payload",
    "nav_recorded": f"SELECT nav_date, scheme_code, recorded_at, {_MINE} FROM etl.nav_recorded AS t",
    "scheme_recorded": "SELECT scheme_code, row_number() OVER (PARTITION BY scheme_code ORDER BY recorded_no), "
    f"recorded_at, {_STATES}, {_MINE} FROM etl.scheme_recorded AS t",
}

_TOLD = (
    "scheme_code, name, amc, category, plan, option, payout_frequency, isin_payout_or_growth, isin_reinvestment, "
    "vanished_at"
)

_EMPTY = """
DELETE FROM market.nav; DELETE FROM market.nav_revision; DELETE FROM market.scheme; DELETE FROM market.scheme_revision;
DELETE FROM etl.scheme_fact; DELETE FROM etl.nav_latest_packed; DELETE FROM etl.scheme_digest;
DELETE FROM etl.nav_recorded; DELETE FROM etl.scheme_recorded; DELETE FROM etl.quarantine;
DELETE FROM etl.quality_note; DELETE FROM etl.payload; DELETE FROM etl.run;
UPDATE etl.nav_keys SET changed_in = pg_current_xact_id()::text::bigint;
ALTER TABLE etl.run ALTER run_id RESTART; ALTER TABLE etl.payload ALTER payload_id RESTART;
"""

_PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'market.nav'::regclass"

_STRETCHES = """
SELECT t.nav_date, t.scheme_code, t.nav, p.fetched_at, p.feed, p.sha256, coalesce(r.recorded_at, p.recorded_at),
       s.fetched_at, s.feed, s.sha256, coalesce(e.recorded_at, s.recorded_at)
FROM (SELECT nav_date, scheme_code, nav, payload_id, NULL::integer AS superseded_by FROM market.nav
      UNION ALL SELECT nav_date, scheme_code, nav, payload_id, superseded_by FROM market.nav_revision) AS t
JOIN etl.payload AS p USING (payload_id)
LEFT JOIN etl.payload AS s ON s.payload_id = t.superseded_by
LEFT JOIN etl.nav_recorded AS r ON (r.nav_date, r.scheme_code, r.payload_id) = (t.nav_date, t.scheme_code, t.payload_id)
LEFT JOIN etl.nav_recorded AS e
    ON (e.nav_date, e.scheme_code, e.payload_id) = (t.nav_date, t.scheme_code, t.superseded_by)
"""


def content(connection: Connection, queries: Mapping[str, str] = CONTENT) -> Content:
    """The rows of all tables at one moment, sorted."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        # A rebuild that was killed may yet commit. To a snapshot of before that, what it truncated would be empty.
        connection.execute("LOCK TABLE market.nav, market.scheme, etl.scheme_recorded IN ACCESS SHARE MODE")
        return {name: sorted(connection.execute(query).fetchall(), key=repr) for name, query in queries.items()}


def differences(found: Content, wanted: Content) -> str:
    """Say which rows are too many and which are missing, table by table; nothing where there are none."""
    lines = []
    for name, rows in wanted.items():
        lines += [f"{name} has, and should not: {row}" for row in found[name] if row not in rows]
        lines += [f"{name} lacks: {row}" for row in rows if row not in found[name]]
    return "\n".join(lines)


def recorded(connection: Connection) -> Content:
    """When payloads were loaded, and when values could first be read where that was another time."""
    return content(connection, _RECORDED)


def runs(connection: Connection) -> list[tuple[str, str | None, bool]]:
    """Status, slot and whether it closed it, of every run in the ledger."""
    rows = connection.execute("SELECT status, slot, closes_slot FROM etl.run ORDER BY run_id").fetchall()
    return [(str(status), None if slot is None else str(slot), bool(closes)) for status, slot, closes in rows]


def empty(connection: Connection) -> None:
    """Take out all rows and partitions, and count from one; faster than TRUNCATE where there are few rows."""
    connection.execute(_EMPTY)
    for (name,) in connection.execute(_PARTITIONS).fetchall():
        connection.execute(f"DROP TABLE {name}")


def navs(connection: Connection) -> dict[NavKey, Decimal]:
    """What the tables show now."""
    rows: list[tuple[Any, ...]] = connection.execute("SELECT nav_date, scheme_code, nav FROM market.nav").fetchall()
    return {(day, code): nav for day, code, nav in rows}


def navs_as_known(connection: Connection, at: datetime) -> dict[NavKey, Decimal]:
    """What the tables showed at a time, by DESIGN's rule, from what they hold now.

    Of a key the value with the latest known_from counts among those that were known and recorded by then; it had
    been withdrawn when a payload that superseded it was known and recorded by then.
    """
    candidates: dict[NavKey, list[tuple[PayloadName, bool, Decimal | None]]] = {}
    rows: list[tuple[Any, ...]] = connection.execute(_STRETCHES).fetchall()
    for day, code, nav, fetched_at, feed, sha256, recorded_at, closed_at, closing_feed, closing_sha256, closed in rows:
        said = candidates.setdefault((day, code), [])
        if max(fetched_at, recorded_at) <= at:
            said.append(((fetched_at, feed, sha256), True, nav))
        if closed_at is not None and max(closed_at, closed) <= at:
            said.append(((closed_at, closing_feed, closing_sha256), False, None))
    # A value that begins where another ended counts before the end of that one.
    newest = {key: max(said, key=lambda one: one[:2])[2] for key, said in candidates.items() if said}
    return {key: nav for key, nav in newest.items() if nav is not None}


def navs_as_read(connection: Connection, codes: Iterable[str], at: datetime) -> dict[NavKey, Decimal]:
    """What the readers say was known of these schemes at a time."""
    return {(value.nav_date, code): value.nav for code in codes for value in series_as_of(connection, code, at)}


def schemes(connection: Connection, codes: Iterable[str]) -> Content:
    """What agents are told of these schemes now."""
    query = f"SELECT {_TOLD} FROM agent.scheme WHERE scheme_code = ANY (%s)"
    return {"scheme": sorted(connection.execute(query, (list(codes),)).fetchall(), key=repr)}


def schemes_as_told(connection: Connection, codes: Iterable[str], at: datetime) -> Content:
    """What agents are told was known of these schemes at a time."""
    query = f"SELECT {_TOLD} FROM agent.scheme_as_of(%s, %s)"
    rows = [row for code in codes for row in connection.execute(query, (code, at)).fetchall()]
    return {"scheme": sorted(rows, key=repr)}


def judged(connection: Connection) -> Judged:
    """What the freshness of NAVs is judged by: which scheme has a NAV of which day, and which are listed and slow."""
    keys = connection.execute("SELECT nav_date, scheme_code FROM market.nav").fetchall()
    schemes = connection.execute(
        "SELECT scheme_code, vanished_at IS NULL, scheme_code IN (SELECT scheme_code FROM etl.slow_scheme) "
        "FROM market.scheme"
    ).fetchall()
    return frozenset(keys), frozenset(schemes)


def nav_rows(connection: Connection) -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    """The rows of market.nav and market.nav_revision, each payload by its name."""
    current = connection.execute(
        "SELECT t.nav_date, t.scheme_code, t.nav, p.fetched_at, p.feed, p.sha256 "
        "FROM market.nav AS t JOIN etl.payload AS p USING (payload_id)"
    ).fetchall()
    revisions = connection.execute(
        "SELECT t.nav_date, t.scheme_code, t.nav, p.fetched_at, p.feed, p.sha256, s.fetched_at, s.feed, s.sha256 "
        "FROM market.nav_revision AS t JOIN etl.payload AS p USING (payload_id) "
        "JOIN etl.payload AS s ON s.payload_id = t.superseded_by"
    ).fetchall()
    return {(*row[:3], row[3:]) for row in current}, {(*row[:3], row[3:6], row[6:]) for row in revisions}


def seen(connection: Connection) -> dict[str, tuple[object, ...]]:
    """When each scheme was first seen, last seen, and when it vanished."""
    rows = connection.execute(
        "SELECT scheme_code, first_seen_at, last_seen_at, vanished_at FROM market.scheme"
    ).fetchall()
    return {str(code): tuple(times) for code, *times in rows}
