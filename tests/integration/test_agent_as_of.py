"""Every `agent.…_as_of`: before the first load nothing, before a restatement the old value, at last what its view says.

Each function has a case here; one that has none fails a test.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, LiteralString

import pytest

from munim.core.payload import Payload
from pipelines.calendar_set import CALENDAR
from pipelines.catalogue import NAV
from pipelines.decisions import revert
from pipelines.equity_set import CORPORATE_ACTIONS, EQUITY
from pipelines.flows_set import FLOWS
from pipelines.ipo_set import IPO
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers import gmp, nsdl, nse, nse_calendar, nse_ipo
from scrapers.bhavcopy import NSE_LEGACY
from tests.integration.equity_loads import actions_body
from tests.integration.flows_made import QUIET, fii_dii_body
from tests.integration.made_answers import GROWTH, growth
from tests.unit.equity_files import LEGACY_HEADER, LEGACY_ROW
from tests.unit.flow_files import PARTICIPANT_OI, fpi_page
from tests.unit.ipo_files import INVESTORGAIN_ROW, NSE_ROW

if TYPE_CHECKING:
    from loaders.database import Connection
    from pipelines.dataset import DataSet
    from tests.conftest import SetClock

MONDAY = datetime(2026, 9, 28, 6, 0, tzinfo=UTC)
DAY, A_TICK = timedelta(days=1), timedelta(microseconds=1)
A_LOAD = timedelta(hours=1)
"""No longer is the time in which a load records what it brings."""

RESTATED_AT, RECORDED_AT, REVERTED_AT = MONDAY + 2 * DAY, MONDAY + 4 * DAY, MONDAY + 6 * DAY
"""What is restated is fetched two days later, and gets here two days after that; then it is taken back."""

FUNCTIONS = """
SELECT DISTINCT proname::text FROM pg_proc WHERE pronamespace = 'agent'::regnamespace AND proname LIKE '%%as\\_of'
"""

COMMON = """
SELECT array_agg(DISTINCT its.column_name::text ORDER BY its.column_name::text)
FROM pg_proc AS routine
CROSS JOIN LATERAL unnest(routine.proargnames, routine.proargmodes) AS told (name, mode)
JOIN information_schema.columns AS its
    ON its.table_schema = 'agent' AND its.table_name = %s AND its.column_name = told.name
WHERE routine.pronamespace = 'agent'::regnamespace AND routine.proname = %s AND told.mode = 't'
"""


@dataclass(frozen=True)
class Case:
    """A function, how it is called, what is loaded, which cell it shows of that, and the view of the present."""

    function: LiteralString
    arguments: LiteralString
    column: LiteralString
    shows: tuple[str, str]
    """The cell as text of what is loaded first, and of the restatement."""
    dataset: DataSet
    feed: str
    bodies: tuple[bytes, ...]
    """Two."""
    view: LiteralString
    where: LiteralString = "true"
    """Which of the function's rows the cell is of."""
    slot: str | None = None

    @property
    def call(self) -> LiteralString:
        return self.arguments + ", " if self.arguments else self.arguments


def _json(body: object) -> bytes:
    return json.dumps(body).encode()


def _holidays(name: str) -> bytes:
    return _json({"CM": [{"tradingDate": "02-Oct-2026", "description": name, "Sr_no": 1}]})


def _participants(long: int) -> bytes:
    text = PARTICIPANT_OI.replace("Feb 01,2021", "Sep 25,2026")
    old, total = "Client,1,2,3,4,5,6,7,8,9,10,11,12,34,44", "TOTAL,7,8,9,10,11,12,13,14,15,16,17,18,70,80"
    assert old in text
    text = text.replace(old, f"Client,{long},2,3,4,5,6,7,8,9,10,11,12,{33 + long},44")
    return text.replace(total, f"TOTAL,{6 + long},8,9,10,11,12,13,14,15,16,17,18,{69 + long},80").encode()


def _gmp(amount: int) -> bytes:
    row = INVESTORGAIN_ROW | {"GMP": f"&#8377;<b>{amount}</b> (10.33%)"}
    return _json({"msg": 1, "reportTableData": [row]})


def _bids(bid: str) -> bytes:
    book = {"dataList": [{"srNo": "1", "category": "QIB", "noOfShareOffered": "10", "noOfSharesBid": bid}],
            "updateTime": "Updated as on 28-Sep-2026 11:00:00"}  # fmt: skip
    terms = [{"title": "Issue Period", "value": "28-Sep-2026 to 30-Sep-2026"}]
    return _json({"companyName": "ACME", "bidDetails": [], "activeCat": book, "demandGraph": {},
                  "issueInfo": {"dataList": terms, "symbol": "ACME", "heading": "Acme"}})  # fmt: skip


def _split(to: int) -> bytes:
    subject = f"Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs {to}/- Per Share"
    return actions_body(("TCS", date(2026, 9, 29), subject))


def _session(close: str) -> bytes:
    row = LEGACY_ROW.replace("08-JUL-2024", "25-SEP-2026").replace("105.5", close)
    return f"{LEGACY_HEADER}\n{row}\n".encode()


ISSUE = "(SELECT min(ipo_id) FROM market.ipo)"
SPAN = "'2026-01-01', '2026-12-31'"
NAVS = ("10.5", "10.75")
_NAV_BODIES = tuple(growth(nav, "25-Sep-2026") for nav in NAVS)
_WINDOW = "2026-09-01..2026-09-30"

CASES = (
    Case("nav_series_as_of", f"'{GROWTH}', {SPAN}", "nav", NAVS, NAV, "amfi.latest", _NAV_BODIES, "nav"),
    Case("nav_as_of", f"'{GROWTH}', '2026-09-26'", "nav", NAVS, NAV, "amfi.latest", _NAV_BODIES, "nav"),
    Case("navs_of_day_as_of", "'2026-09-25'", "nav", NAVS, NAV, "amfi.latest", _NAV_BODIES, "nav"),
    Case("scheme_as_of", f"'{GROWTH}'", "name", ("Axis Old Fund - Growth", "Axis New Fund - Growth"), NAV,
         "amfi.latest",
         tuple(growth("10.5", "25-Sep-2026", f"Axis {name} Fund - Growth") for name in ("Old", "New")), "scheme"),
    Case("flows_as_of", SPAN, "net_inr_crore", ("-2457.49", "-2457.5"), FLOWS, nse.FII_DII,
         (fii_dii_body("25-Sep-2026"), fii_dii_body("25-Sep-2026", QUIET[0], ("17907.55", "20365.05", "-2457.50"))),
         "fii_dii", where="investor_class = 'fii_fpi'"),
    Case("participant_oi_as_of", SPAN, "future_index_long_contracts", ("1", "5"), FLOWS, nse.PARTICIPANT_OI,
         (_participants(1), _participants(5)), "participant_oi", where="client_type = 'client'", slot="2026-09-25"),
    Case("fpi_flows_as_of", SPAN, "net_inr_crore", ("40.25", "40.5"), FLOWS, nsdl.FPI_LATEST,
         (fpi_page(["25-Sep-2026"]).encode(),
          fpi_page(["25-Sep-2026"]).replace("100.50", "100.75").replace("40.25", "40.50").replace("110.50", "110.75")
          .replace("50.25", "50.50").replace("111.50", "111.75").replace("30.25", "30.50").encode()),
         "fpi_flow", where="asset_class = 'equity' AND route = 'stock_exchange'"),
    Case("ipo_as_of", "NULL", "issue_size_shares", ("3779440", "3779441"), IPO, nse_ipo.UPCOMING,
         (_json([NSE_ROW]), _json([NSE_ROW | {"issueSize": "3779441"}])), "ipo"),
    Case("ipo_subscription_as_of", ISSUE, "shares_bid", ("7", "9"), IPO, nse_ipo.DETAIL,
         (_bids("7"), _bids("9")), "ipo_subscription", slot="2026-09-28T11:30:00+05:30 ACME EQ"),
    Case("ipo_gmp_as_of", ISSUE, "gmp_inr", ("110", "95"), IPO, gmp.INVESTORGAIN, (_gmp(110), _gmp(95)), "ipo_gmp"),
    Case("holidays_as_of", f"'NSE', {SPAN}", "description", ("Gandhi", "Mahatma Gandhi Jayanti"), CALENDAR,
         nse_calendar.HOLIDAYS_TRADING, (_holidays("Gandhi"), _holidays("Mahatma Gandhi Jayanti")), "holiday"),
    Case("corporate_actions_as_of", "", "shares_after", ("5", "10"), CORPORATE_ACTIONS, "nse.corporate_actions",
         (_split(2), _split(1)), "corporate_action", slot=_WINDOW),
    Case("equity_as_of", f"'NSE', 'TCS', {SPAN}", "close", ("105.5", "106.5"), EQUITY, NSE_LEGACY,
         (_session("105.5"), _session("106.5")), "equity_eod", slot="2026-09-25"),
    Case("equity_adjusted_as_of", f"'NSE', 'TCS', {SPAN}", "close", ("105.5000", "106.5000"), EQUITY, NSE_LEGACY,
         (_session("105.5"), _session("106.5")), "equity_eod", slot="2026-09-25"),
)  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda one: one.function)
def case(request: pytest.FixtureRequest) -> Case:
    made: Case = request.param
    return made


def test_no_function_is_left_out(connection: Connection) -> None:
    found = {row[0] for row in connection.execute(FUNCTIONS)}
    assert found == {one.function for one in CASES}


@pytest.fixture
def told(case: Case, tools: Tools, clock: SetClock) -> Callable[[], None]:
    """Loads the case's first file on Monday, and its restatement late; gives what takes that back."""

    def load(body: bytes, fetched_at: datetime, recorded_at: datetime) -> int:
        clock.at = recorded_at
        payload = Payload(case.feed, case.slot or fetched_at.isoformat(), "file:made", fetched_at, body, "file")
        options = Options(force=True, again=True)
        report = load_payload(case.dataset, payload, tools, context(tools, case.dataset.name, options))
        assert report.status == "success"
        return report.run_id

    load(case.bodies[0], MONDAY, MONDAY)
    restatement = load(case.bodies[1], RESTATED_AT, RECORDED_AT)

    def take_back() -> None:
        clock.at = REVERTED_AT
        revert(case.dataset, restatement, tools)

    return take_back


def shown(connection: Connection, case: Case, at: datetime, *, source_time: bool = False) -> list[str]:
    query = f"SELECT {case.column}::text FROM agent.{case.function}({case.call}%s, %s) WHERE {case.where}"
    return [str(row[0]) for row in connection.execute(query, (at, source_time))]


@pytest.mark.usefixtures("told")
def test_nothing_is_known_early_and_what_was_restated_stays_known(connection: Connection, case: Case) -> None:
    old, new = case.shows
    expected: list[tuple[timedelta, list[str], list[str]]] = [
        (-A_TICK, [], []),
        (A_LOAD, [old], [old]),
        (2 * DAY - A_TICK, [old], [old]),
        (2 * DAY, [old], [new]),
        (4 * DAY - A_TICK, [old], [new]),
        (4 * DAY + A_LOAD, [new], [new]),
    ]
    for after, known, published in expected:
        assert shown(connection, case, MONDAY + after) == known, after
        assert shown(connection, case, MONDAY + after, source_time=True) == published, after


def test_what_was_taken_back_was_known_until_then(told: Callable[[], None], connection: Connection, case: Case) -> None:
    told()
    old, new = case.shows
    assert shown(connection, case, MONDAY + A_LOAD) == [old]
    assert shown(connection, case, REVERTED_AT - A_TICK) == [new]
    assert shown(connection, case, REVERTED_AT + A_LOAD) == [old]


@pytest.mark.parametrize("taken_back", [False, True], ids=["restated", "taken back"])
def test_now_is_what_the_view_says(
    told: Callable[[], None], connection: Connection, case: Case, *, taken_back: bool
) -> None:
    if taken_back:
        told()
    ((common,),) = connection.execute(COMMON, (case.view, case.function)).fetchall()
    assert isinstance(common, list)
    names: Any = ", ".join(common)
    assert case.column in common
    now = connection.execute(f"SELECT {names} FROM agent.{case.function}({case.arguments})").fetchall()
    view = connection.execute(f"SELECT {names} FROM agent.{case.view}").fetchall()
    assert len(now) >= 1
    assert sorted(now, key=repr) == sorted(view, key=repr)
