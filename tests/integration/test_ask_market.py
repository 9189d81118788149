"""Questions about flows, issues, securities and sessions, answered from rows that real loads made."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from loaders.database import Database
from munim.core.clock import IST
from munim.core.errors import NotFound, RequestWrong
from munim.core.payload import Payload
from munim.readers.flows import provisional_and_final
from munim.readers.flows_compared import compared
from munim.readers.session import reading
from munim.replica.market import Market
from munim.replica.nsdl_pages import latest_page
from munim.replica.nsdl_report import report_element
from munim.replica.nse_holidays import holiday_lists
from pipelines.calendar_set import CALENDAR
from pipelines.decisions import revert
from pipelines.flows_set import FLOWS
from pipelines.ingest import ingest, plan
from pipelines.ipo_set import IPO
from pipelines.run import load_payload
from pipelines.screener_compute import compute_pending
from pipelines.tools import Options, Tools, context
from scrapers import nsdl, nse_calendar
from tests.conftest import SetClock
from tests.integration import equity_loads
from tests.integration.asking import Ask, asker, rows
from tests.integration.flows_made import QUIET, Figures, load, load_fii_dii
from tests.integration.test_ipo_cli import FILES

MONDAY = date(2026, 8, 17)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
RESTATED: tuple[Figures, Figures] = (QUIET[0], ("17907.55", "20365.05", "-2457.50"))
SPLIT = "Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share"

Load = Callable[..., int]


def evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 19, 15, tzinfo=IST)


@pytest.fixture
def ask(database: Database, clock: SetClock) -> Ask:
    return asker(database, clock)


@pytest.fixture
def load_at(tools: Tools, clock: SetClock) -> Load:
    """Loads a session's figures at the time of their fetch; returns the run."""

    def load_one(day: date, figures: tuple[Figures, Figures] = QUIET, at: datetime | None = None) -> int:
        clock.at = at or evening(day)
        return load_fii_dii(tools, f"{day:%d-%b-%Y}", clock.at, figures).run_id

    return load_one


@pytest.fixture
def holidays(tools: Tools, clock: SetClock) -> None:
    clock.at = datetime(2026, 1, 2, tzinfo=UTC)
    for kind, feed in (("trading", nse_calendar.HOLIDAYS_TRADING), ("clearing", nse_calendar.HOLIDAYS_CLEARING)):
        body = json.dumps(holiday_lists(kind, clock.at)).encode()
        payload = Payload(feed, kind, f"file:{kind}.json", clock.at, body, "file")
        load_payload(CALENDAR, payload, tools, context(tools, CALENDAR.name, Options()))


@pytest.mark.usefixtures("holidays")
def test_flows_by_day_are_as_known_and_each_says_its_source_and_basis(load_at: Load, ask: Ask, tools: Tools) -> None:
    load_at(MONDAY)
    wrong = load_at(MONDAY, RESTATED, evening(MONDAY) + HOUR)
    answer = ask("flows", from_date=MONDAY)
    assert [(row["investor_class"], row["source"], row["basis"], row["net_inr_crore"]) for row in rows(answer)] == [
        ("dii", "nse", "exchange_provisional", "3801.68"), ("fii_fpi", "nse", "exchange_provisional", "-2457.5"),
    ]  # fmt: skip
    assert (answer.unit, answer.as_of) == ("INR crore (10 million)", MONDAY)
    assert answer.source is not None
    assert answer.source.run_id == wrong
    assert answer.freshness is not None
    assert answer.freshness.latest == MONDAY
    then = ask("flows", from_date=MONDAY, known_at=evening(MONDAY) + HOUR / 2)
    assert [row["net_inr_crore"] for row in rows(then)] == ["3801.68", "-2457.49"]
    revert(FLOWS, wrong, tools)
    assert [row["net_inr_crore"] for row in rows(ask("flows", from_date=MONDAY))] == ["3801.68", "-2457.49"]
    with pytest.raises(RequestWrong, match="to_date 2026-08-18 is yet to come"):
        ask("flows", to_date="2026-08-18")


@pytest.mark.usefixtures("holidays")
def test_flows_come_in_pages_without_a_gap_or_a_repeat(load_at: Load, ask: Ask) -> None:
    days = [MONDAY + number * DAY for number in range(5)]
    for day in days:
        load_at(day)
    found, cursor = [], None
    while True:
        answer = ask("flows", from_date=MONDAY, limit=3, cursor=cursor)
        found += [(row["trade_date"], row["investor_class"]) for row in rows(answer)]
        cursor = answer.next
        if cursor is None:
            break
    assert found == [(day.isoformat(), one) for day in days for one in ("dii", "fii_fpi")]


@pytest.mark.usefixtures("holidays")
def test_a_sum_is_by_source_and_basis_and_names_missing_sessions(load_at: Load, ask: Ask) -> None:
    for day in (date(2026, 8, 14), MONDAY, MONDAY + 2 * DAY):
        load_at(day)
    answer = ask("flows", view="sum", sessions=4)
    assert [(row["investor_class"], row["net_inr_crore"], row["missing"]) for row in rows(answer)] == [
        ("fii_fpi", "-7372.47", 1), ("dii", "11405.04", 1),
    ]  # fmt: skip
    assert answer.notes == tuple(
        f"{one} nse: no figures of 2026-08-18; the sum is without" for one in ("fii_fpi", "dii")
    )
    with pytest.raises(NotFound, match="no figures of the 3 sessions up to 2026-01-05 were known"):
        ask("flows", view="sum", sessions=3, to_date="2026-01-05")
    with pytest.raises(ValidationError, match="view=sum and sessions go together"):
        ask("flows", view="sum")


@pytest.mark.usefixtures("holidays")
def test_provisional_stands_beside_final_as_known_and_as_the_view_has_it(
    load_at: Load, ask: Ask, tools: Tools, clock: SetClock, database: Database
) -> None:
    for number in range(4):
        load_at(MONDAY + number * DAY)
    for day in (MONDAY + DAY, MONDAY + 3 * DAY):
        clock.at = evening(day) + 12 * HOUR
        body = latest_page(report_element(Market(7).fpi(day)), "made")
        load(tools, body, evening(day), nsdl.FPI_LATEST)
    answer = ask("flows", view="provisional_vs_final", from_date=MONDAY)
    with reading(database) as connection:
        view = provisional_and_final(connection)
        mine = compared(connection, (MONDAY, MONDAY + 9 * DAY))
    assert [one.difference_inr_crore for one in mine] == [one.difference_inr_crore for one in view]
    assert [(row["trade_date"], row["reporting_date"]) for row in rows(answer)] == [
        ("2026-08-17", "2026-08-18"), ("2026-08-19", "2026-08-20"),
    ]  # fmt: skip
    assert [row["difference_inr_crore"] for row in rows(answer)] == [
        f"{one.difference_inr_crore:f}".rstrip("0").rstrip(".") for one in view
    ]
    then = ask("flows", view="provisional_vs_final", from_date=MONDAY, known_at=evening(MONDAY + 2 * DAY))
    assert [row["trade_date"] for row in rows(then)] == ["2026-08-17"]
    reports = rows(ask("flows", view="fpi", from_date=MONDAY))
    assert {row["reporting_date"] for row in reports} == {"2026-08-18", "2026-08-20"}


@pytest.mark.usefixtures("holidays")
def test_a_session_is_told_with_its_reason_or_that_nobody_knows(ask: Ask, clock: SetClock) -> None:
    clock.at = datetime(2026, 8, 18, tzinfo=UTC)
    said = {day: rows(ask("session", on=day))[0] for day in ("2026-01-26", "2026-08-14", "2026-08-16", "2031-01-01")}
    assert [(one["session"], one["standing"]) for one in said.values()] == [
        (False, "closed"), (True, "expected"), (False, "closed"), (None, "unknown"),
    ]  # fmt: skip
    assert "Republic Day" in str(said["2026-01-26"]["reason"])
    before = ask("session", on="2026-01-26", known_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert rows(before)[0]["standing"] == "unknown"


def test_issues_are_listed_told_and_never_picked_among_several(
    recorded: Path, tools: Tools, clock: SetClock, ask: Ask
) -> None:
    clock.at = datetime(2026, 9, 30, 6, 0, tzinfo=UTC)
    list(ingest(IPO, plan(IPO, [recorded / "ipo" / name for name in FILES]), tools))
    opened = ask("ipos", status="open")
    assert {row["symbol"] for row in rows(opened)} == {"SRIT", "SHAHINVEST", None}
    assert opened.untrusted == ("company",)
    listed, cursor = [], None
    while True:
        answer = ask("ipos", limit=7, cursor=cursor)
        listed += [row["ipo_id"] for row in rows(answer)]
        cursor = answer.next
        if cursor is None:
            break
    assert len(listed) == len(set(listed)) == len(ask("ipos", limit=100).rows)
    life = ask("ipos", view="life", key="BMISL")
    assert [row["status"] for row in rows(life)] == ["open", "closed", "closed"]
    bids = rows(ask("ipos", view="subscription", key="bmisl"))
    assert [(row["book"], row["as_of"]) for row in bids if row["sr_no"] == "TOTAL"] == [
        ("combined", "2026-09-28T11:30:00Z"), ("nse", "2026-09-28T18:29:59Z"),
    ]  # fmt: skip
    assert ask("ipos", view="listing", key="BMISL").notes[1] == "not listed yet"
    gmp = ask("ipos", view="life", key="atlanta electricals")
    assert rows(gmp)[-1]["unofficial_gmp_inr"] is not None
    assert "the grey-market premium is unofficial" in gmp.notes[-1]
    several = ask("ipos", view="life", key="limited")
    assert len(several.rows) > 10
    assert several.columns == ("ipo_id", "company", "symbol", "security_kind", "status", "open_date")
    assert "none was picked" in several.notes[0]
    with pytest.raises(NotFound, match="no issue known at"):
        ask("ipos", view="life", key="nobody")
    assert ask("ipos", known_at=datetime(2026, 9, 1, tzinfo=UTC)).rows == []
    told = rows(ask("source_of", dataset="ipo", key="BMISL"))
    assert [one["known_to"] is None for one in told] == [False, False, True]


def test_prices_are_answered_raw_adjusted_and_screened(recorded: Path, tools: Tools, clock: SetClock, ask: Ask) -> None:
    clock.at = datetime(2026, 10, 1, tzinfo=UTC)
    equity_loads.load(tools, equity_loads.boundary(recorded, date(2024, 7, 3), date(2024, 7, 9)))
    equity_loads.load_lists(tools, recorded, "symbolchange.csv", "EQUITY_L.csv")
    window = (date(2024, 7, 1), date(2024, 7, 31))
    equity_loads.load_actions(tools, ("REMSONSIND", date(2024, 7, 5), SPLIT), window=window)
    days = {"from_date": "2024-07-01", "to_date": "2024-07-09"}
    raw = ask("equity", symbol="REMSONSIND", **days)
    assert [row["close"] for row in rows(raw)] == ["1023.25", "1073", "207.55", "202.4", "200.3"]
    adjusted = ask("equity", symbol="REMSONSIND", adjusted=True, **days)
    assert [row["close"] for row in rows(adjusted)] == ["204.65", "214.6", "207.55", "202.4", "200.3"]
    paged = ask("equity", symbol="IBREALEST", limit=3, **days)
    rest = ask("equity", symbol="IBREALEST", cursor=paged.next, **days)
    assert [row["trade_date"] for row in rows(paged)] == ["2024-07-03", "2024-07-04", "2024-07-05"]
    assert [row["trade_date"] for row in rows(rest)] == ["2024-07-08", "2024-07-09"]
    assert paged.notes[:2] == ("NSE EMBDL", "traded as IBREALEST in these days")
    told = rows(ask("source_of", dataset="equity", key="REMSONSIND", on="2024-07-05"))
    assert [str(row["value"]).split(" ")[0] for row in told] == ["close=207.55"]
    with pytest.raises(NotFound, match="there is no security 'NOBODY'"):
        ask("equity", symbol="NOBODY")
    with pytest.raises(RequestWrong, match="the screener has no figures"):
        ask("screen", screen="close > 1")
    compute_pending(tools, lambda *_: None)
    screened = ask("screen", screen="return_1d_pct > 15 and series = 'EQ'")
    assert "RPPINFRA" in {row["symbol"] for row in rows(screened)}
    assert screened.as_of == date(2024, 7, 9)
    assert screened.untrusted == ("name",)
