"""Lists of the exchange that change: an action that is called off, members who leave an index and come back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from munim.core.payload import Payload
from pipelines.equity_set import CORPORATE_ACTIONS, EQUITY, INDEX_MEMBERS
from pipelines.run import load_payload
from pipelines.screener_compute import compute_pending
from pipelines.tools import Options, Tools, context
from tests.unit.equity_files import LEGACY_HEADER

if TYPE_CHECKING:
    import psycopg

    from pipelines.dataset import DataSet

    Connection = psycopg.Connection[tuple[object, ...]]

EX_DATE = date(2024, 7, 5)
WINDOW = "2024-07-01..2024-07-31"
SPLIT = {"symbol": "TCS", "subject": "Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share"}
DIVIDEND = {"symbol": "INFY", "subject": "Dividend - Rs 10 Per Share"}
MEMBERS = "Company Name,Industry,Symbol,Series,ISIN Code\n"
ISINS = {"TCS": "INE467B01029", "INFY": "INE009A01021", "WIPRO": "INE075A01022"}


def load(tools: Tools, dataset: DataSet, payload: Payload) -> None:
    report = load_payload(dataset, payload, tools, context(tools, dataset.name, Options()))
    assert report.status == "success"


def session(tools: Tools, day: date, close: str) -> None:
    row = f"TCS,EQ,{close},{close},{close},{close},{close},500,1000,104000.25,{day:%d-%b-%Y},12,INE467B01029,"
    body = f"{LEGACY_HEADER}\n{row.upper()}\n".encode()
    at = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
    load(tools, EQUITY, Payload("nse.bhavcopy_legacy", day.isoformat(), "https://made", at, body, "fetch"))


def actions(tools: Tools, at: datetime, *listed: dict[str, str]) -> None:
    """Load a list of July's actions as it was fetched at a time: it is complete."""
    said = {"series": "EQ", "exDate": "05-Jul-2024", "recDate": "-", "comp": None, "faceVal": "10"}
    body = json.dumps([{**said, **one} for one in listed]).encode()
    load(tools, CORPORATE_ACTIONS, Payload("nse.corporate_actions", WINDOW, "https://made", at, body, "fetch"))


def members(tools: Tools, at: datetime, *symbols: str) -> None:
    rows = "".join(f"{symbol} Limited,Services,{symbol},EQ,{ISINS[symbol]}\n" for symbol in symbols)
    payload = Payload("nse.index_nifty50", at.isoformat(), "https://made/ind_nifty50list.csv", at, b"", "fetch")
    load(tools, INDEX_MEMBERS, replace(payload, body=(MEMBERS + rows).encode()))


def test_an_action_that_a_newer_complete_list_lacks_is_withdrawn_and_adjusts_nothing(
    tools: Tools, connection: Connection
) -> None:
    for day, close in ((date(2024, 7, 4), "500"), (EX_DATE, "100")):
        session(tools, day, close)
    first = datetime(2024, 7, 6, tzinfo=UTC)
    actions(tools, first, SPLIT, DIVIDEND)
    series = "SELECT close, factor FROM market.adjusted_eod('NSE', 'TCS')"
    returned = "SELECT return_1d_pct FROM market.screener WHERE as_of_date = '2024-07-05' AND symbol = 'TCS'"
    assert connection.execute(series).fetchall() == [(100, Decimal("0.2")), (100, 1)]
    assert compute_pending(tools) == {"NSE": 2}
    assert connection.execute(returned).fetchone() == (0,)

    actions(tools, first + timedelta(days=1), DIVIDEND)

    assert connection.execute(
        "SELECT symbol, withdrawn_by IS NOT NULL FROM market.corporate_action ORDER BY 1"
    ).fetchall() == [("INFY", False), ("TCS", True)]
    assert connection.execute("SELECT symbol FROM agent.corporate_action").fetchall() == [("INFY",)]
    assert connection.execute(series).fetchall() == [(500, 1), (100, 1)]
    stale = connection.execute("SELECT as_of_date FROM etl.screener_session WHERE stale").fetchall()
    assert stale == [(EX_DATE,)], "the session before the ex-date is as it was"
    assert compute_pending(tools) == {"NSE": 1}
    assert connection.execute(returned).fetchone() == (-80,)
    # As it was known on the evening of the first list, the split stood.
    then = "SELECT factor FROM market.adjusted_eod('NSE', 'TCS', at => %s, source_time => true)"
    assert connection.execute(then, (first,)).fetchall() == [(Decimal("0.2"),), (1,)]

    actions(tools, first + timedelta(days=2), SPLIT, DIVIDEND)
    assert connection.execute(series).fetchall() == [(100, Decimal("0.2")), (100, 1)]


def test_a_file_that_somebody_had_withdraws_nothing(tools: Tools, connection: Connection) -> None:
    first = datetime(2024, 7, 6, tzinfo=UTC)
    actions(tools, first, SPLIT, DIVIDEND)
    other = {**DIVIDEND, "series": "EQ", "exDate": "05-Jul-2024", "recDate": "-", "comp": None, "faceVal": "10"}
    at = first + timedelta(days=1)
    body = json.dumps([other]).encode()
    load(tools, CORPORATE_ACTIONS, Payload("nse.corporate_actions", at.isoformat(), "file:a.json", at, body, "file"))

    assert connection.execute("SELECT count(*) FROM agent.corporate_action").fetchone() == (2,)


def test_members_of_an_index_leave_it_and_come_back_with_their_days(tools: Tools, connection: Connection) -> None:
    for day, symbols in ((1, ("TCS", "INFY")), (8, ("TCS", "WIPRO")), (15, ("TCS", "INFY", "WIPRO"))):
        members(tools, datetime(2026, 3, day, 3, tzinfo=UTC), *symbols)

    spans = connection.execute(
        "SELECT symbol, valid_from, valid_to FROM market.index_span WHERE index_name = 'Nifty 50' ORDER BY 1, 2"
    ).fetchall()
    assert spans == [
        ("INFY", date(2026, 3, 1), date(2026, 3, 7)),
        ("INFY", date(2026, 3, 15), None),
        ("TCS", date(2026, 3, 1), None),
        ("WIPRO", date(2026, 3, 8), None),
    ]
