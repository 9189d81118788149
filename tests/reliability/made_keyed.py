"""A made keyed data set: a list that withdraws what it no longer has, and prices that two feeds supply."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pandas as pd
import psycopg
import pyarrow as pa
from sqlalchemy import Column, Date, MetaData, Numeric, Text, create_engine

from loaders.keyed_batch import Group, KeyedBatch, KeyedRows, KeyedTable, Scope
from loaders.schema import sqlalchemy_url
from loaders.tables_keyed import keyed_pair
from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from pipelines import keyed_reverts
from pipelines.dataset import DataSet, Feed
from pipelines.keyed_way import KeyedWay
from scrapers.raw import REJECT_COLUMNS

LIST, BEST, OTHER = "made.list", "made.best", "made.other"

LISTED = KeyedTable(
    "made_list",
    key=("segment", "listed_on"),
    groups=(Group("entry", ("words",), {LIST: 0}),),
    day="listed_on",
    withdraws=True,
)
PRICED = KeyedTable(
    "made_price",
    key=("trade_date", "symbol"),
    groups=(
        Group("price", ("close_inr", "volume"), {BEST: 1, OTHER: 0}),
        Group("delivery", ("delivered_pct",), {OTHER: 0}),
    ),
    day="trade_date",
)
TABLES = (LISTED, PRICED)
FIRST_FETCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Body:
    """What a made payload says: entries by (segment, day) with the segments that it lists completely, and prices."""

    feed: str
    minute: int
    entries: dict[tuple[str, date], str] = field(default_factory=dict)
    complete: tuple[str, ...] = ()
    prices: dict[tuple[date, str], tuple[str, str | None]] = field(default_factory=dict)

    def payload(self) -> Payload:
        """Return it as bytes; a price is text, with what was delivered."""
        said = {
            "minute": self.minute,
            "entries": [[segment, day.isoformat(), words] for (segment, day), words in self.entries.items()],
            "complete": list(self.complete),
            "prices": [[day.isoformat(), symbol, *cells] for (day, symbol), cells in self.prices.items()],
        }
        at = FIRST_FETCH + timedelta(minutes=self.minute)
        return Payload(self.feed, at.isoformat(), "file:made", at, json.dumps(said).encode(), "file")


YEAR = ("listed_on", date(2026, 1, 1), date(2026, 12, 31))


def read(payload: Payload, accepted: Collection[int]) -> KeyedBatch:
    """Return what a made payload says as a keyed batch; a price of `x` is refused unless its line is accepted."""
    if payload.origin == "revert":
        return keyed_reverts.read(payload, TABLES)
    said = json.loads(payload.body)
    if not said["entries"] and not said["prices"] and not said["complete"]:
        raise ContentRefused("nothing at all", feed=payload.feed, slot=payload.slot)
    numbered = list(enumerate(said["prices"], start=1))
    bad = [(line, row) for line, row in numbered if row[2].startswith("x") and line not in accepted]
    prices = [(line, row) for line, row in numbered if (line, row) not in bad]
    parts = []
    if payload.feed == LIST:
        parts.append(
            KeyedRows(
                "made_list", "entry",
                _frame(
                    segment=pa.array([row[0] for row in said["entries"]], pa.string()),
                    listed_on=pa.array([date.fromisoformat(row[1]) for row in said["entries"]], pa.date32()),
                    words=pa.array([row[2] for row in said["entries"]], pa.string()),
                ),
                complete=tuple(Scope({"segment": segment}, YEAR) for segment in said["complete"]),
            )
        )  # fmt: skip
    if prices:
        parts += _priced(prices, payload.feed)
    days = [date.fromisoformat(row[1 if payload.feed == LIST else 0]) for row in said["entries"] + said["prices"]]
    days += [date(2026, 1, 1), date(2026, 12, 31)] if said["complete"] else []
    rejects = [(line, json.dumps(row), "bad_price", f"close {row[2]!r}: no price") for line, row in bad]
    return KeyedBatch(
        rows=tuple(parts),
        rejects=pd.DataFrame(rejects, columns=list(REJECT_COLUMNS)),
        layout="made",
        rows_read=len(said["entries"]) + len(said["prices"]),
        span=(min(days), max(days)),
    )


def _priced(prices: list[tuple[int, list[str]]], feed: str) -> Iterator[KeyedRows]:
    def keys(rows: list[tuple[int, list[str]]]) -> dict[str, pa.Array]:
        return {
            "line_no": pa.array([line for line, _ in rows], pa.int64()),
            "trade_date": pa.array([date.fromisoformat(row[0]) for _, row in rows], pa.date32()),
            "symbol": pa.array([row[1] for _, row in rows], pa.string()),
        }

    close = pa.array([Decimal(row[2].lstrip("x")) for _, row in prices], pa.decimal128(20, 6))
    yield KeyedRows("made_price", "price", _frame(**keys(prices), close_inr=close,
                                                  volume=pa.array([len(row[2]) for _, row in prices])))  # fmt: skip
    delivered = [(line, row) for line, row in prices if row[3]]
    if feed == OTHER and delivered:
        share = pa.array([Decimal(row[3]) for _, row in delivered], pa.decimal128(20, 6))
        yield KeyedRows("made_price", "delivery", _frame(**keys(delivered), delivered_pct=share))


def _frame(**columns: pa.Array) -> pd.DataFrame:
    if "line_no" not in columns:
        columns["line_no"] = pa.array(range(1, 1 + len(next(iter(columns.values())))), pa.int64())
    return pd.DataFrame({name: pd.Series(array, dtype=pd.ArrowDtype(array.type)) for name, array in columns.items()})


def _no_fetch(*_of: object) -> Payload:
    message = "made payloads are handed over"
    raise AssertionError(message)


MADE = DataSet(
    "made",
    tuple(Feed(name, "instant", _no_fetch) for name in (LIST, BEST, OTHER)),
    detect=lambda _body: LIST,
    read=read,
    way_of=lambda dataset: KeyedWay(dataset, TABLES),
)


@contextmanager
def made_tables(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Make the tables in a test's own database; yield a connection to look at them with."""
    made = MetaData()
    keyed_pair(
        "made_list",
        [Column("segment", Text, comment="Segment."), Column("listed_on", Date, comment="Day.")],
        {"entry": [Column("words", Text, nullable=False, comment="Words.")]},
        "A list.", withdraws=True, into=made,
    )  # fmt: skip
    keyed_pair(
        "made_price",
        [Column("trade_date", Date, comment="Day."), Column("symbol", Text, comment="Symbol.")],
        {
            "price": [Column("close_inr", Numeric, comment="Close."), Column("volume", Numeric, comment="Volume.")],
            "delivery": [Column("delivered_pct", Numeric, comment="Delivered.")],
        },
        "Prices.", into=made,
    )  # fmt: skip
    engine = create_engine(sqlalchemy_url(url))
    made.create_all(engine)
    engine.dispose()
    with psycopg.connect(url, autocommit=True) as opened:
        yield opened
