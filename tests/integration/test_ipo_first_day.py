"""What an issue did on its first day comes from the exchanges' tables, whichever was loaded first, and says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest

from munim.core.payload import Payload
from munim.readers import ipo as readers
from munim.replica.equity_files import UDIFF_HEADER
from pipelines.equity_set import EQUITY
from pipelines.ipo_set import IPO
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock
from tests.unit import ipo_files

if TYPE_CHECKING:
    from pipelines.dataset import DataSet

Connection = psycopg.Connection[tuple[object, ...]]

LISTED = date(2026, 9, 30)
EVENING = datetime(2026, 9, 30, 13, 30, tzinfo=UTC)
ISIN = "INE002A01018"
PAST = ipo_files.PAST_ROW | {"listingDate": "30-SEP-2026", "issuePrice": "134"}
LISTING = (
    "SELECT exchange, open_inr, high_inr, low_inr, close_inr, gain_pct, from_source, price_feed FROM agent.ipo_listing"
)
OF_NSE = ("NSE", Decimal("150.5"), Decimal(161), Decimal("148.25"), Decimal("160.8"), Decimal("20.00"), "equity",
          "nse.bhavcopy_udiff")  # fmt: skip


def line(
    exchange: str = "NSE", symbol: str = "ACME", series: str = "EQ", close: str = "160.80", *, isin: str = ISIN,
    code: str = "544999", high: str = "161.00",
) -> str:  # fmt: skip
    """A made row of a day's bhavcopy."""
    names = UDIFF_HEADER.split(",")
    cells = {
        "TradDt": f"{LISTED}", "BizDt": f"{LISTED}", "Sgmt": "CM", "Src": exchange, "FinInstrmTp": "STK",
        "FinInstrmId": code, "ISIN": isin, "TckrSymb": symbol, "SctySrs": series, "FinInstrmNm": "ACME WIDGETS",
        "OpnPric": "150.50", "HghPric": high, "LwPric": "148.25", "ClsPric": close, "LastPric": close,
        "PrvsClsgPric": "134.00", "TtlTradgVol": "1000", "TtlTrfVal": "155000.00", "TtlNbOfTxsExctd": "12",
        "SsnId": "F1", "NewBrdLotQty": "1",
    }  # fmt: skip
    return ",".join(cells.get(name, "") for name in names)


def bhavcopy(*lines: str, exchange: str = "NSE", fetched_at: datetime = EVENING) -> Payload:
    body = "\n".join([UDIFF_HEADER, *lines, ""]).encode()
    return Payload(f"{exchange.lower()}.bhavcopy_udiff", f"{LISTED}", "made:", fetched_at, body)


def past_list(row: dict[str, str] = PAST, fetched_at: datetime = EVENING) -> Payload:
    return ipo_files.payload([row], "nse.ipo_past", fetched_at=fetched_at)


def load(tools: Tools, clock: SetClock, dataset: DataSet, payload: Payload) -> None:
    clock.at = max(clock.at, payload.fetched_at)
    load_payload(dataset, payload, tools, context(tools, dataset.name, Options()))


@pytest.mark.parametrize("equity_first", [True, False])
def test_a_made_bhavcopy_gives_the_first_day_with_its_origin_whichever_is_loaded_first(
    tools: Tools, clock: SetClock, connection: Connection, *, equity_first: bool
) -> None:
    clock.at = EVENING
    loads: list[tuple[DataSet, Payload]] = [(IPO, past_list()), (EQUITY, bhavcopy(line()))]
    for dataset, payload in reversed(loads) if equity_first else loads:
        load(tools, clock, dataset, payload)

    assert connection.execute(LISTING).fetchall() == [OF_NSE]
    issue = readers.find_issue(connection, "ACME")
    listing = readers.listing(connection, issue)
    assert listing is not None
    assert (listing.issue_price, listing.issue_price_from) == (Decimal(134), "final_price")
    assert (listing.exchange, listing.open_inr, listing.high_inr, listing.low_inr, listing.close_inr, listing.gain_pct,
            listing.from_source, listing.price_feed) == OF_NSE  # fmt: skip


def test_without_a_table_of_prices_the_source_alone_says_that_it_is_listed(
    tools: Tools, clock: SetClock, connection: Connection
) -> None:
    clock.at = EVENING
    load(tools, clock, IPO, past_list())
    nothing = (None, None, None, None, None, None, "source", None)
    assert connection.execute(LISTING).fetchall() == [nothing]

    others = (line(symbol="ACMEW", isin="INE467B01029"), line(series="N1", isin="INE467B07018"))
    load(tools, clock, EQUITY, bhavcopy(*others))
    assert connection.execute(LISTING).fetchall() == [nothing], "another share, and a bond under its symbol"


def test_until_an_exchange_tells_it_the_first_price_is_the_report_sites(
    tools: Tools, clock: SetClock, connection: Connection
) -> None:
    clock.at = EVENING
    load(tools, clock, IPO, past_list())
    report = {
        "msg": 1, "reportTableData": [{
            "Name": '<a href="/gmp/acme-ipo/1601/">Acme Widgets</a> <span class="badge">L@149.75 (11.75%)</span>',
            "GMP": "&#8377;<b>--</b> (0.00%)", "~id": 1601, "~ipo_name": "Acme Widgets", "~ipo_status1": "L",
            "Price (₹)": "134", "~Srt_Open": "2026-09-23", "~Srt_Close": "2026-09-25", "~IPO_Category": "IPO",
            "~gmp_percent_calc": "0.00",
        }],
    }  # fmt: skip
    load(tools, clock, IPO, ipo_files.payload(report, "investorgain.gmp", fetched_at=EVENING))
    told = (None, Decimal("149.75"), None, None, None, None, "source", "investorgain.gmp")
    issue = readers.find_issue(connection, "ACME")
    listing = readers.listing(connection, issue)
    assert connection.execute(LISTING).fetchall() == [told]
    assert listing is not None
    assert (listing.open_inr, listing.from_source, listing.price_feed) == (told[1], "source", "investorgain.gmp")

    load(tools, clock, EQUITY, bhavcopy(line()))
    assert connection.execute(LISTING).fetchall() == [OF_NSE]


def test_nses_prices_come_before_bses_which_the_isin_finds(
    tools: Tools, clock: SetClock, connection: Connection
) -> None:
    clock.at = EVENING
    load(tools, clock, IPO, past_list())
    report = {
        "msg": 1, "reportTableData": [{
            "Company": '<a href="/ipo/acme-ipo/2301/">Acme Widgets Ltd.</a>', "Issue Category": "Mainboard",
            "Opening Date": "23-Sep-2026", "Closing Date": "25-Sep-2026", "Listing Date": "30-Sep-2026",
            "Issue Price (Rs.)": "134.00", "Listing at": "BSE, NSE", "~nse_symbol": "ACME",
            "~bse_script_code": "544999", "~isin": ISIN, "~IPO": "Acme Widgets IPO",
        }],
    }  # fmt: skip
    load(tools, clock, IPO, ipo_files.payload(report, "chittorgarh.ipo_list", fetched_at=EVENING))
    bse = bhavcopy(line("BSE", "ACME", "B", "159.00"), exchange="BSE")
    load(tools, clock, EQUITY, bse)
    assert connection.execute(LISTING).fetchone() == (
        "BSE", Decimal("150.5"), Decimal(161), Decimal("148.25"), Decimal(159), Decimal("18.66"), "equity",
        "bse.bhavcopy_udiff",
    )  # fmt: skip
    load(tools, clock, EQUITY, bhavcopy(line()))
    assert connection.execute(LISTING).fetchall() == [OF_NSE]


def test_prices_of_the_first_day_are_as_they_were_known_at_a_time(
    tools: Tools, clock: SetClock, connection: Connection
) -> None:
    clock.at = EVENING
    load(tools, clock, IPO, past_list())
    before = EVENING + timedelta(minutes=30)
    first, restated = EVENING + timedelta(hours=1), EVENING + timedelta(hours=3)
    load(tools, clock, EQUITY, bhavcopy(line(), fetched_at=first))
    load(tools, clock, EQUITY, bhavcopy(line(high="163.00"), fetched_at=restated))

    def high_at(at: datetime) -> tuple[str, Decimal | None]:
        issue = readers.find_issue(connection, "ACME", at)
        found = readers.listing(connection, issue, at)
        assert found is not None
        return found.from_source, found.high_inr

    assert high_at(before) == ("source", None)
    assert high_at(restated - timedelta(minutes=1)) == ("equity", Decimal(161))
    assert high_at(restated + timedelta(minutes=1)) == ("equity", Decimal(163))
