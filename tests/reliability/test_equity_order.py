"""Equity's tables, instruments and screener are the same whatever the order of bhavcopies, lists and actions."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import keyed_changes
from munim.core.payload import Payload
from pipelines.equity_set import CORPORATE_ACTIONS, EQUITY, INSTRUMENTS
from pipelines.equity_tables import DERIVED, EQUITY_EOD, TABLES
from pipelines.rebuild import rebuild
from pipelines.screener_compute import compute_pending
from scrapers.bhavcopy import BSE_LEGACY, BSE_UDIFF, NSE_FULL, NSE_LEGACY, NSE_UDIFF
from tests.reliability.keyed_content import oracle, times_alone
from tests.reliability.keyed_place import Place
from tests.unit.equity_files import BSE_HEADER, FULL_HEADER, LEGACY_HEADER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import psycopg

    from pipelines.dataset import DataSet

DAYS = (date(2024, 7, 4), date(2024, 7, 5), date(2024, 7, 8))
"""The last sessions of the legacy layout, and the first that UDiFF alone has."""
SYMBOLS = ("OLDCO", "NEWCO", "TCS")
ISINS = ("INE467B01029", "INE009A01021")
CLOSES = ("105.5", "211", "21.1")
FIRST_FETCH = datetime(2024, 7, 9, tzinfo=UTC)
UDIFF_TITLES = ("TradDt", "BizDt", "Sgmt", "Src", "FinInstrmTp", "FinInstrmId", "ISIN", "TckrSymb", "SctySrs",
                "FinInstrmNm", "OpnPric", "HghPric", "LwPric", "ClsPric", "LastPric", "PrvsClsgPric", "TtlTradgVol",
                "TtlTrfVal", "TtlNbOfTxsExctd")  # fmt: skip
CODES = {symbol: str(500_000 + place) for place, symbol in enumerate(SYMBOLS)}
DERIVED_ROWS = {
    "market.instrument": "SELECT * FROM market.instrument",
    "etl.equity_sighting": "SELECT * FROM etl.equity_sighting",
    "market.screener": "SELECT * FROM market.screener",
    "etl.equity_session": "SELECT exchange, trade_date FROM etl.equity_session",
}
OTHERS = [f"market.{table.name}{end}" for name in ("instruments", "corporate_actions") for table in TABLES[name]
          for end in ("", "_revision")]  # fmt: skip


Rows = dict[str, set[tuple[object, ...]]]


@dataclass(frozen=True)
class File:
    """A bhavcopy of a session: closes and ISINs by symbol."""

    feed: str
    minute: int
    day: date
    rows: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def other(self) -> DataSet | None:
        return None

    def payload(self) -> Payload:
        body = "\n".join((_HEADERS[self.feed], *(_LINES[self.feed](self.day, *row) for row in self._rows())))
        at = FIRST_FETCH + timedelta(minutes=self.minute)
        return Payload(self.feed, self.day.isoformat(), "file:made", at, f"{body}\n".encode(), "file")

    def _rows(self) -> list[tuple[str, str, str]]:
        return [(symbol, *cells) for symbol, cells in self.rows.items()]


@dataclass(frozen=True)
class Other:
    """A list of changed symbols, or of actions: both say the same whenever they come."""

    minute: int
    of: str

    @property
    def other(self) -> DataSet:
        return {one.name: one for one in (INSTRUMENTS, CORPORATE_ACTIONS)}[self.of]

    def payload(self) -> Payload:
        at = FIRST_FETCH + timedelta(minutes=self.minute)
        if self.other is INSTRUMENTS:
            body = f"Old Company,OLDCO,NEWCO,{DAYS[1]:%d-%b-%Y}\n".upper().encode()
            return Payload("nse.symbol_changes", at.isoformat(), "file:symbolchange.csv", at, body, "file")
        subject = "Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share"
        split = {"symbol": "TCS", "series": "EQ", "subject": subject, "exDate": f"{DAYS[2]:%d-%b-%Y}", "recDate": "-",
                 "comp": None, "faceVal": "10"}  # fmt: skip
        slot = f"{DAYS[0]}..{DAYS[2]}"
        return Payload("nse.corporate_actions", slot, "file:a.json", at, json.dumps([split]).encode(), "file")


def _legacy(day: date, symbol: str, close: str, isin: str) -> str:
    return f"{symbol},EQ,{close},300,1,{close},{close},99,1000,104000.25,{day:%d-%b-%Y},12,{isin},".upper()


def _full(day: date, symbol: str, close: str, _isin: str) -> str:
    prices = f"99.00, {close}, 300.00, 1.00, {close}, {close}, 104.00"
    return f"{symbol}, EQ, {day:%d-%b-%Y}, {prices}, 1000, 1.04, 12, 600, 60.00"


def _udiff(day: date, symbol: str, close: str, isin: str, exchange: str = "NSE") -> str:
    series = "EQ" if exchange == "NSE" else "A"
    cells = (day, day, "CM", exchange, "STK", CODES[symbol], isin, symbol, series, f"{symbol} LTD", close, 300, 1,
             close, close, 99, 1000, "104000.25", 12)  # fmt: skip
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _bse(_day: date, symbol: str, close: str, _isin: str) -> str:
    return f"{CODES[symbol]},{symbol} LTD.    ,A ,Q,{close},300.00,1.00,{close},{close},99.00,12,1000,104000.00,"


def _bse_udiff(day: date, symbol: str, close: str, isin: str) -> str:
    return _udiff(day, symbol, close, isin, "BSE")


_HEADERS = {NSE_LEGACY: LEGACY_HEADER, NSE_FULL: FULL_HEADER, NSE_UDIFF: ",".join(UDIFF_TITLES), BSE_LEGACY: BSE_HEADER,
            BSE_UDIFF: ",".join(UDIFF_TITLES)}  # fmt: skip
_LINES = {NSE_LEGACY: _legacy, NSE_FULL: _full, NSE_UDIFF: _udiff, BSE_LEGACY: _bse, BSE_UDIFF: _bse_udiff}


@st.composite
def worlds(draw: st.DrawFn) -> list[File | Other]:
    """Two to seven files, fetched a minute apart; the same session comes several times, restated."""
    files: list[File | Other] = []
    cells = st.tuples(st.sampled_from(CLOSES), st.sampled_from(ISINS))
    for minute in range(draw(st.integers(2, 7))):
        rows = draw(st.dictionaries(st.sampled_from(SYMBOLS), cells, min_size=1))
        files.append(File(draw(st.sampled_from(sorted(_LINES))), minute, draw(st.sampled_from(DAYS)), rows))
    others = draw(st.sets(st.sampled_from(["instruments", "corporate_actions"])))
    return [*files, *(Other(30 + place, name) for place, name in enumerate(sorted(others)))]


@pytest.fixture(params=[keyed_changes.BULK_ROWS, 1], ids=["row by row", "all at once"])
def empty(
    connection: psycopg.Connection[tuple[object, ...]], database_url: str, tmp_path: Path,
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], Place]:  # fmt: skip
    """Makes an empty place, on the same database as the one before it."""
    monkeypatch.setattr(keyed_changes, "BULK_ROWS", request.param)
    emptied = (*DERIVED["equity"], *OTHERS)
    return lambda: Place(database_url, connection, tmp_path, dataset=EQUITY, tables=(EQUITY_EOD,), emptied=emptied)


def _derived(place: Place) -> Rows:
    compute_pending(place.tools)
    return {name: set(place.opened.execute(query).fetchall()) for name, query in DERIVED_ROWS.items()}


def _differences(one: Rows, other: Rows) -> Rows:
    return {name: one[name] ^ other[name] for name in one if one[name] != other[name]}


@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds(), data=st.data())
def test_equity_does_not_depend_on_the_order(
    empty: Callable[[], Place], world: list[File | Other], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(world))
    reverts = data.draw(st.dictionaries(st.integers(0, len(world) - 1), st.integers(0, 6), max_size=2))
    computed = data.draw(st.integers(0, len(world)))

    shuffled = empty()
    for step, one in enumerate(order):
        shuffled.load(one.payload(), one.other)
        if step in reverts:
            shuffled.revert(reverts[step])
        if step == computed:
            # What was computed in between is made again where it must be.
            compute_pending(shuffled.tools)
    rows, derived, recorded = shuffled.content(), _derived(shuffled), shuffled.recorded()
    equity = [one for one in shuffled.payloads() if one.feed.removeprefix("munim.revert.") in SUPPLYING]
    assert times_alone(rows) == oracle(equity, (EQUITY_EOD,), EQUITY.read)

    rebuild(EQUITY, shuffled.tools)
    assert shuffled.content() == rows
    assert shuffled.recorded() == recorded
    assert _differences(_derived(shuffled), derived) == {}

    sorted_again = empty()
    for payload in sorted(shuffled.payloads(), key=lambda one: (one.fetched_at, one.feed, one.sha256)):
        other = OTHER_FEEDS.get(payload.feed)
        sorted_again.load(payload, other)
    assert sorted_again.content() == rows
    assert _differences(_derived(sorted_again), derived) == {}


SUPPLYING = {feed.name for feed in EQUITY.feeds}
OTHER_FEEDS = {feed.name: dataset for dataset in (INSTRUMENTS, CORPORATE_ACTIONS) for feed in dataset.feeds}
