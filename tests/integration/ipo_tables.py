"""The tables of public issues without what depends on the order of loading: a payload is named by fetch and digest."""

from __future__ import annotations

from typing import Final

import psycopg

from loaders.columns_ipo import (
    BIDS_COLUMNS,
    BIDS_KEY,
    FACT_COLUMNS,
    FACT_KEY,
    GMP_COLUMNS,
    GMP_KEY,
    LINK_COLUMNS,
    LINK_KEY,
    STATE_COLUMNS,
    Column,
    names,
)

Connection = psycopg.Connection[tuple[object, ...]]
Content = dict[str, list[tuple[object, ...]]]

_NAME = "(SELECT fetched_at::text || ' ' || feed || ' ' || sha256 FROM etl.payload WHERE payload_id = t.{})"
_MINE = _NAME.format("payload_id")
_ENDED = f"{_MINE}, {_NAME.format('superseded_by')}, known_from, known_to"

KEYED: Final = {
    "ipo_fact": (*FACT_KEY, *FACT_COLUMNS),
    "ipo_subscription": (*BIDS_KEY, *BIDS_COLUMNS),
    "ipo_gmp": (*GMP_KEY, *GMP_COLUMNS),
    "ipo_link": (*LINK_KEY, *LINK_COLUMNS),
}

TABLES: Final = (
    *KEYED, *(f"{name}_revision" for name in KEYED), "ipo", "ipo_revision", "ipo_source", "ipo_doubtful"
)  # fmt: skip


def _cells(columns: tuple[Column, ...]) -> str:
    # As text: identical rows look identical, decimals included.
    return ", ".join(f"t.{name}::text" for name in names(columns))


def _queries() -> dict[str, str]:
    queries = {}
    for name, columns in KEYED.items():
        gone = f", {_NAME.format('withdrawn_by')}" if name == "ipo_fact" else ""
        queries[name] = f"SELECT {_cells(columns)}, {_MINE}{gone} FROM market.{name} AS t"
        queries[f"{name}_revision"] = f"SELECT {_cells(columns)}, {_ENDED} FROM market.{name}_revision AS t"
    state = f"t.ipo_id, {_cells(STATE_COLUMNS)}"
    queries["ipo"] = f"SELECT {state}, {_MINE} FROM market.ipo AS t"
    queries["ipo_revision"] = f"SELECT {state}, {_ENDED} FROM market.ipo_revision AS t"
    said = "company, symbol, isin, platform, security_kind, open_date, close_date"
    queries["ipo_source"] = (
        f"SELECT source, source_id, ipo_id, own_ipo_id, joined_by, score, joined_to, {said}, {_MINE} "
        "FROM market.ipo_source AS t"
    )
    queries["ipo_doubtful"] = (
        "SELECT source, source_id, other_source, other_source_id, score FROM market.ipo_doubtful AS t"
    )
    return queries


_QUERIES: Final = _queries()


def content(connection: Connection) -> Content:
    """Every row of every table, sorted."""
    return {name: sorted(connection.execute(query).fetchall(), key=repr) for name, query in _QUERIES.items()}


def versions(connection: Connection) -> Content:
    """Every row with its row version: a load that changes nothing leaves it as it is."""
    return {
        name: sorted(connection.execute(f"SELECT xmin::text, ctid::text, t.* FROM market.{name} AS t").fetchall(),
                     key=repr)
        for name in TABLES
    }  # fmt: skip


def empty(connection: Connection) -> None:
    """Take out all rows, the ledger's too."""
    connection.execute(
        f"TRUNCATE {', '.join(f'market.{name}' for name in TABLES)}, etl.payload, etl.run, etl.quarantine, "
        "etl.quality_note"
    )
