"""Flows as they were known at a time, on rows that real loads made; sums, and provisional against final."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from loaders.database import Connection, Database
from munim.core.clock import IST
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from munim.readers import flows, gaps
from munim.readers.flows import FiiDii
from munim.readers.keyed_as_of import ALL_DAYS, Known
from munim.readers.session import reading
from munim.replica.fpi_figures import reporting_dates
from munim.replica.market import Market
from munim.replica.nsdl_pages import latest_page
from munim.replica.nsdl_report import report_element
from munim.replica.nse_holidays import holiday_lists
from pipelines.calendar_set import CALENDAR
from pipelines.decisions import revert
from pipelines.flows_set import FLOWS
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers import nsdl, nse, nse_calendar
from tests.conftest import SetClock
from tests.integration.flows_made import QUIET, Figures, load, load_fii_dii
from tests.unit.flow_files import PARTICIPANT_OI as PARTICIPANTS

MONDAY = date(2026, 8, 17)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
RESTATED: tuple[Figures, Figures] = (QUIET[0], ("17907.55", "20365.05", "-2457.50"))

Load = Callable[..., int]
Reader = Callable[[], Connection]


def evening(day: date) -> datetime:
    """When a session's figures are fetched: at 19:15 in India."""
    return datetime(day.year, day.month, day.day, 19, 15, tzinfo=IST)


@pytest.fixture
def load_at(tools: Tools, clock: SetClock) -> Load:
    """Loads a session's figures that were fetched at one time, and are loaded at another; returns the run."""

    def load_one(
        day: date,
        figures: tuple[Figures, Figures] = QUIET,
        fetched_at: datetime | None = None,
        recorded_at: datetime | None = None,
    ) -> int:
        at = fetched_at or evening(day)
        clock.at = recorded_at or at
        return load_fii_dii(tools, f"{day:%d-%b-%Y}", at, figures).run_id

    return load_one


@pytest.fixture
def holidays(tools: Tools, clock: SetClock) -> None:
    """The made lists of holidays of 2026, so that sessions are known."""
    clock.at = datetime(2026, 1, 2, tzinfo=UTC)
    for kind, feed in (("trading", nse_calendar.HOLIDAYS_TRADING), ("clearing", nse_calendar.HOLIDAYS_CLEARING)):
        body = json.dumps(holiday_lists(kind, clock.at)).encode()
        payload = Payload(feed, kind, f"file:{kind}.json", clock.at, body, "file")
        load_payload(CALENDAR, payload, tools, context(tools, CALENDAR.name, Options()))


@pytest.fixture
def reader(database: Database) -> Iterator[Reader]:
    """Opens a connection that only reads, and closes all that it opened."""
    opened = []

    def open_one() -> Connection:
        manager = reading(database)
        opened.append(manager)
        return manager.__enter__()

    yield open_one
    for manager in opened:
        manager.__exit__(None, None, None)


def nets(values: list[FiiDii]) -> dict[tuple[date, str], str]:
    return {(one.trade_date, one.investor_class): str(one.net_inr_crore) for one in values}


def fii(values: list[FiiDii]) -> list[str]:
    return [str(one.net_inr_crore) for one in values if one.investor_class == "fii_fpi"]


def test_figures_are_exact_dated_and_traced(load_at: Load, reader: Reader) -> None:
    load_at(MONDAY)

    dii, foreign = flows.fii_dii(reader())

    assert (dii.trade_date, dii.investor_class, dii.source, dii.scope) == (MONDAY, "dii", "nse", "all_exchanges")
    assert (dii.buy_inr_crore, dii.sell_inr_crore, dii.net_inr_crore) == (
        Decimal("16951.95"), Decimal("13150.27"), Decimal("3801.68"),
    )  # fmt: skip
    assert (foreign.basis, foreign.label, foreign.net_inr_crore) == (
        "exchange_provisional", "FII/FPI", Decimal("-2457.49"),
    )  # fmt: skip
    assert (foreign.known_from, foreign.feed, foreign.url) == (evening(MONDAY), "nse.fii_dii", "file:made")
    assert (foreign.imported, foreign.reconstructed) == (False, False)
    assert foreign.recorded_at > foreign.known_from


def test_figures_keep_to_the_days_the_class_and_the_source_that_are_asked_for(load_at: Load, reader: Reader) -> None:
    for number in range(3):
        load_at(MONDAY + number * DAY)
    session = reader()

    middle = flows.fii_dii(session, (MONDAY + DAY, MONDAY + DAY), investor_class="dii", source="nse")

    assert list(nets(middle)) == [(MONDAY + DAY, "dii")]
    assert flows.fii_dii(session, source="groww") == []
    assert len(flows.fii_dii(session)) == 6


def test_figures_that_changed_are_known_in_each_of_their_times(load_at: Load, reader: Reader) -> None:
    load_at(MONDAY)
    load_at(MONDAY, RESTATED, evening(MONDAY) + 2 * HOUR)
    session = reader()

    def known(at: datetime) -> list[str]:
        return fii(flows.fii_dii(session, known=Known(at)))

    assert known(evening(MONDAY) - HOUR) == []
    assert known(evening(MONDAY) + HOUR) == ["-2457.49"]
    assert known(evening(MONDAY) + 3 * HOUR) == ["-2457.5"]
    assert fii(flows.fii_dii(session)) == ["-2457.5"]


def test_what_was_fetched_but_not_yet_loaded_was_known_to_the_source_alone(load_at: Load, reader: Reader) -> None:
    load_at(MONDAY)
    load_at(MONDAY, RESTATED, evening(MONDAY) + 2 * HOUR, evening(MONDAY) + 3 * DAY)
    between = evening(MONDAY) + DAY

    assert fii(flows.fii_dii(reader(), known=Known(between))) == ["-2457.49"]
    assert fii(flows.fii_dii(reader(), known=Known(between, source_time=True))) == ["-2457.5"]


def test_an_answer_of_before_that_is_loaded_later_was_not_known_in_between(load_at: Load, reader: Reader) -> None:
    """The evening's answer was lost; when it is found, it takes its place in the past."""
    load_at(MONDAY, RESTATED, evening(MONDAY) + 2 * HOUR)
    load_at(MONDAY, QUIET, evening(MONDAY), evening(MONDAY) + 5 * DAY)
    session = reader()
    between = evening(MONDAY) + HOUR

    assert fii(flows.fii_dii(session, known=Known(between))) == []
    assert fii(flows.fii_dii(session, known=Known(between, source_time=True))) == ["-2457.49"]
    assert fii(flows.fii_dii(session)) == ["-2457.5"]


def test_figures_that_were_withdrawn_are_gone_from_then_on_and_were_there_before(
    load_at: Load, reader: Reader, tools: Tools, clock: SetClock
) -> None:
    load_at(MONDAY)
    run_id = load_at(MONDAY + DAY)
    clock.at = evening(MONDAY + DAY) + DAY
    revert(FLOWS, run_id, tools)
    session = reader()

    def days(at: datetime) -> set[date]:
        return {one.trade_date for one in flows.fii_dii(session, known=Known(at))}

    assert days(evening(MONDAY + DAY) + HOUR) == {MONDAY, MONDAY + DAY}
    assert days(evening(MONDAY + DAY) + DAY + HOUR) == {MONDAY}
    assert {one.trade_date for one in flows.fii_dii(session)} == {MONDAY}


def test_a_run_that_was_taken_back_gives_the_figures_before_it_back(
    load_at: Load, reader: Reader, tools: Tools, clock: SetClock
) -> None:
    load_at(MONDAY)
    run_id = load_at(MONDAY, RESTATED, evening(MONDAY) + 2 * HOUR)
    clock.at = evening(MONDAY) + DAY
    revert(FLOWS, run_id, tools)
    session = reader()

    assert fii(flows.fii_dii(session)) == ["-2457.49"]
    assert fii(flows.fii_dii(session, known=Known(evening(MONDAY) + 3 * HOUR))) == ["-2457.5"]


def test_what_was_fetched_long_after_its_day_is_left_out_unless_asked_and_then_marked(
    load_at: Load, reader: Reader
) -> None:
    march = date(2026, 3, 2)
    load_at(march, QUIET, evening(MONDAY))
    at = datetime(2026, 3, 10, tzinfo=UTC)
    session = reader()

    assert flows.fii_dii(session, known=Known(at)) == []
    found = flows.fii_dii(session, known=Known(at, include_reconstructed=True))
    assert [(one.trade_date, one.reconstructed, one.known_from) for one in found] == [
        (march, True, evening(MONDAY))
    ] * 2
    during = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert flows.fii_dii(session, known=Known(during, include_reconstructed=True)) == []


@pytest.mark.usefixtures("holidays")
def test_a_sum_is_over_the_exchanges_sessions_and_names_those_that_are_missing(load_at: Load, reader: Reader) -> None:
    """15 and 16 August are a weekend, and the 15th a holiday besides; the 18th was never fetched."""
    for day in (date(2026, 8, 13), date(2026, 8, 14), MONDAY, MONDAY + 2 * DAY):
        load_at(day)
    session = reader()

    foreign, domestic = flows.net_over_sessions(session, 4)
    (one_source,) = {one.source for one in (foreign, domestic)}

    assert (foreign.investor_class, domestic.investor_class, one_source) == ("fii_fpi", "dii", "nse")
    assert (foreign.first_session, foreign.last_session, foreign.sessions) == (
        date(2026, 8, 14), MONDAY + 2 * DAY, 4,
    )  # fmt: skip
    assert foreign.missing == (MONDAY + DAY,)
    assert foreign.net_inr_crore == 3 * Decimal("-2457.49")
    assert domestic.net_inr_crore == 3 * Decimal("3801.68")
    until = flows.net_over_sessions(session, 2, MONDAY)
    assert [(one.first_session, one.missing) for one in until] == [(date(2026, 8, 14), ())] * 2


@pytest.mark.usefixtures("holidays")
def test_a_sum_is_of_what_was_known_then(load_at: Load, reader: Reader) -> None:
    for number in range(3):
        load_at(MONDAY + number * DAY)

    (foreign, _) = flows.net_over_sessions(reader(), 2, known=Known(evening(MONDAY + DAY) + HOUR))

    assert (foreign.first_session, foreign.last_session) == (MONDAY, MONDAY + DAY)
    assert foreign.net_inr_crore == 2 * Decimal("-2457.49")


def test_a_sum_of_one_source_ends_at_its_own_newest_session(
    load_at: Load, reader: Reader, connection: Connection
) -> None:
    """A history that ends in May is summed in May, though another source has gone on until August."""
    load_at(MONDAY)
    connection.execute(
        "INSERT INTO market.fii_dii SELECT date '2026-05-20', investor_class, scope, 'desk', NULL, NULL, 5, "
        "'imported', NULL, payload_id, recorded_at FROM market.fii_dii WHERE investor_class = 'dii'"
    )

    (only,) = flows.net_over_sessions(reader(), 1, source="desk")

    assert (only.last_session, only.net_inr_crore, only.missing) == (date(2026, 5, 20), Decimal(5), ())


@pytest.mark.parametrize(("sessions", "until"), [(400_000, None), (2, date(1, 1, 2))])
def test_a_sum_that_goes_back_before_all_days_is_of_what_there_is(
    load_at: Load, reader: Reader, sessions: int, until: date | None
) -> None:
    load_at(MONDAY)

    nets = [one.net_inr_crore for one in flows.net_over_sessions(reader(), sessions, until)]

    assert nets == ([] if until else [Decimal("-2457.49"), Decimal("3801.68")])


def test_figures_of_two_sources_or_bases_are_never_one_sum(
    load_at: Load, reader: Reader, connection: Connection
) -> None:
    load_at(MONDAY)
    for basis, scope in (("depository_final", "all_exchanges"), ("exchange_provisional", "nse")):
        connection.execute(
            "INSERT INTO market.fii_dii SELECT trade_date, investor_class, %s, 'desk', NULL, NULL, 5, %s, NULL, "
            "payload_id, recorded_at FROM market.fii_dii WHERE source = 'nse' AND investor_class = 'dii'",
            (scope, basis),
        )

    sums = flows.net_over_sessions(reader(), 1)

    assert [(one.investor_class, one.source, one.scope, one.basis, one.net_inr_crore) for one in sums] == [
        ("fii_fpi", "nse", "all_exchanges", "exchange_provisional", Decimal("-2457.49")),
        ("dii", "desk", "all_exchanges", "depository_final", Decimal(5)),
        ("dii", "nse", "all_exchanges", "exchange_provisional", Decimal("3801.68")),
        ("dii", "desk", "nse", "exchange_provisional", Decimal(5)),
    ]
    assert [one.sessions for one in flows.net_over_sessions(reader(), 1, source="desk")] == [1, 1]


def test_a_sum_of_nothing_is_nothing_and_over_no_session_it_is_a_wrong_request(reader: Reader) -> None:
    assert flows.net_over_sessions(reader(), 5) == []
    with pytest.raises(RequestWrong, match="a sum over 0 sessions is none"):
        flows.net_over_sessions(reader(), 0)


def report(day: date) -> bytes:
    return latest_page(report_element(Market(7).fpi(day)), "made")


@pytest.mark.usefixtures("holidays")
def test_provisional_is_compared_with_the_report_of_the_next_session_alone(
    load_at: Load, reader: Reader, tools: Tools, clock: SetClock
) -> None:
    """Of the 19th no report is there: the 20th's speaks of the 19th, and not of the 18th."""
    for number in range(4):
        load_at(MONDAY + number * DAY)
    for day in (MONDAY + DAY, MONDAY + 3 * DAY):
        clock.at = evening(day)
        load(tools, report(day), evening(day), nsdl.FPI_LATEST)

    compared = flows.provisional_and_final(reader())

    assert [(one.trade_date, one.reporting_date, one.source) for one in compared] == [
        (MONDAY, MONDAY + DAY, "nse"), (MONDAY + 2 * DAY, MONDAY + 3 * DAY, "nse"),
    ]  # fmt: skip
    (final,) = [one for one in flows.fpi(reader(), (MONDAY + DAY, MONDAY + DAY), asset_class="equity")
                if one.route == "stock_exchange"]  # fmt: skip
    assert compared[0].provisional_net_inr_crore == Decimal("-2457.49")
    assert compared[0].final_net_inr_crore == final.net_inr_crore
    assert compared[0].difference_inr_crore == final.net_inr_crore - Decimal("-2457.49")


@pytest.mark.usefixtures("holidays")
def test_sessions_that_are_reported_together_are_not_compared_with_one_of_them(
    load_at: Load, reader: Reader, tools: Tools, clock: SetClock
) -> None:
    """Sunday, 01-Feb-2026 traded and settled nothing: Monday's report is of Friday and Sunday."""
    friday, sunday, monday = date(2026, 1, 30), date(2026, 2, 1), date(2026, 2, 2)
    days = b"2026-01-30\n2026-02-01\n2026-02-02\n"
    proof = Payload(nse_calendar.TRADING_DAYS, "x", "file:nse_days.txt", evening(monday), days, "file")
    clock.at = evening(monday)
    load_payload(CALENDAR, proof, tools, context(tools, CALENDAR.name, Options()))
    for day in (friday, sunday, monday):
        load_at(day)
    clock.at = evening(monday)
    load(tools, report(monday), evening(monday), nsdl.FPI_LATEST)

    assert flows.provisional_and_final(reader()) == []


def test_positions_and_reports_are_read_by_day_and_kind(reader: Reader, tools: Tools, clock: SetClock) -> None:
    clock.at = datetime(2021, 2, 1, 15, tzinfo=UTC)
    load(tools, PARTICIPANTS.encode(), clock.at, nse.PARTICIPANT_OI)
    session = reader()

    (foreign,) = flows.positions(session, client_type="fii")

    assert (foreign.trade_date, foreign.client_type) == (date(2021, 2, 1), "fii")
    assert (foreign.future_index_long_contracts, foreign.total_short_contracts) == (2, 12)
    assert [one.client_type for one in flows.positions(session)] == ["client", "dii", "fii", "pro", "total"]
    assert flows.positions(session, known=Known(clock.at - HOUR)) == []


@pytest.mark.usefixtures("holidays")
def test_gaps_are_the_sessions_that_are_due_and_have_nothing(load_at: Load, reader: Reader) -> None:
    load_at(date(2026, 8, 13))
    load_at(MONDAY + DAY)
    session = reader()

    found = gaps.gaps_at(session, "flows", evening(MONDAY + DAY) + 3 * HOUR)

    assert [(one.feed, one.day, one.standing) for one in found] == [
        ("nse.fii_dii", date(2026, 8, 14), "expected"), ("nse.fii_dii", MONDAY, "expected"),
    ]  # fmt: skip
    later = gaps.gaps_at(session, "flows", evening(MONDAY + 2 * DAY) + 3 * HOUR)
    assert [one.day for one in later][2:] == [MONDAY + 2 * DAY]
    assert gaps.gaps_at(session, "nav", evening(MONDAY)) == []


def test_every_reporting_date_of_the_made_market_is_read_back(reader: Reader, tools: Tools, clock: SetClock) -> None:
    days = reporting_dates(date(2026, 8, 10), date(2026, 8, 14))
    for day in days:
        clock.at = evening(day)
        load(tools, report(day), clock.at, nsdl.FPI_LATEST)

    found = flows.fpi(reader(), ALL_DAYS)

    assert sorted({one.reporting_date for one in found}) == days
    made = {
        (day, row.net, row.net_usd) for day in days for row in Market(7).fpi(day).rows
        if row.route not in {"Sub-total", "Total"}
    }  # fmt: skip
    assert {(one.reporting_date, one.net_inr_crore, one.net_usd_million) for one in found} == made
