"""`run` of flows against the in-process replica and a real database: what comes, and what does not get in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import psycopg
import pytest
import stamina

from munim.core.clock import IST
from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from munim.replica.faults import Fault
from munim.replica.flow_figures import restated_at
from munim.replica.market import Market
from munim.replica.server import ReplicaServer
from munim.replica.sessions import sessions
from munim.replica.universe import Universe
from pipelines.flows_set import FLOWS
from pipelines.run import Outcome, run
from pipelines.tools import Options, Tools
from scrapers import nsdl, nse
from scrapers.client import Client
from scrapers.manners import Manners
from tests.conftest import SetClock

Connection = psycopg.Connection[tuple[object, ...]]

TODAY, BEFORE = date(2026, 8, 20), date(2026, 8, 19)
EVENING = datetime(2026, 8, 20, 20, 0, tzinfo=IST)
SATURDAY = date(2026, 8, 22)
AFTERNOON = datetime(2026, 8, 20, 18, 0, tzinfo=IST)

FII_DII = "SELECT trade_date, investor_class, buy_inr_crore, sell_inr_crore, net_inr_crore FROM market.fii_dii"
CLASSES = {"FII/FPI": "fii_fpi", "DII": "dii"}


@dataclass
class Desk:
    """A database, the made sites, and a clock that is theirs too."""

    site: ReplicaServer
    clock: SetClock
    tools: Tools

    def at(self, instant: datetime, fault: Fault | None = None) -> None:
        self.clock.at = self.site.at = instant
        self.site.fault = fault

    def run(self, feed: str, slot: date, **options: bool) -> Outcome:
        return run(FLOWS, feed, slot.isoformat(), self.tools, Options(**options))

    def asked(self) -> list[tuple[str, int | None]]:
        return [(entry.path.partition("?")[0].rpartition("/")[2], entry.status) for entry in self.site.log]


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=5, schemes=50)


@pytest.fixture
def market(universe: Universe) -> Market:
    return Market(universe.seed)


@pytest.fixture
def desk(universe: Universe, tools: Tools, clock: SetClock) -> Iterator[Desk]:
    manners = Manners(interval_s=0, site_intervals_s={}, read_timeout_s=5, attempts=2)
    with ReplicaServer(universe, EVENING) as site, stamina.set_testing(True, attempts=2, cap=True):

        def client() -> Client:
            return Client(user_agent="munim tests", clock=clock, replica=site.url, manners=manners)

        made = Desk(site, clock, replace(tools, client=client))
        made.at(EVENING)
        yield made


def ledger(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT status, closes_slot FROM etl.run ORDER BY run_id").fetchall()


def figures(market: Market, *days: date) -> set[tuple[object, ...]]:
    return {
        (day, CLASSES[name], flow.buy, flow.sell, flow.net)
        for day in days
        for name, flow in market.fii_dii(day).items()
    }


def refusal(desk: Desk, feed: str, slot: date, kind: type[MunimError]) -> MunimError:
    with pytest.raises(kind) as caught:
        desk.run(feed, slot)
    return caught.value


def test_a_run_shakes_hands_loads_both_classes_and_closes_its_slot(
    desk: Desk, market: Market, connection: Connection
) -> None:
    first = desk.run(nse.FII_DII, TODAY)
    second = desk.run(nse.FII_DII, TODAY)

    assert (first.status, second.status, second.run_id) == ("success", "skipped", first.run_id)
    assert desk.asked() == [("fii-dii", 200), ("fiidiiTradeReact", 200)], "the page for its cookies, and then the API"
    assert set(connection.execute(FII_DII).fetchall()) == figures(market, TODAY)
    assert ledger(connection) == [("success", True), ("skipped", False)]


def test_the_api_is_401_without_the_cookies_of_a_page(desk: Desk) -> None:
    with desk.tools.client() as client, pytest.raises(SourceBlocked):
        client.get(nse.FII_DII_URL, feed=nse.FII_DII, slot="made")

    assert desk.asked() == [("fiidiiTradeReact", 401)]


def test_a_401_whatever_the_cookies_is_told_as_a_refusal_with_what_can_be_done(
    desk: Desk, connection: Connection
) -> None:
    desk.at(EVENING, Fault("unauthorised"))

    error = refusal(desk, nse.FII_DII, TODAY, SourceBlocked)

    assert "munim ingest" in str(error)
    assert [name for name, _ in desk.asked()] == ["fii-dii", "fiidiiTradeReact"] * 2, "the session was renewed once"
    assert connection.execute(FII_DII).fetchall() == []
    assert ledger(connection) == [("blocked", False)]


def test_a_page_that_is_403_may_set_good_cookies(desk: Desk, market: Market, connection: Connection) -> None:
    desk.at(EVENING, Fault("blocked-with-cookies"))

    assert desk.run(nse.FII_DII, TODAY).status == "success"
    assert desk.asked()[0] == ("fii-dii", 403)
    assert set(connection.execute(FII_DII).fetchall()) == figures(market, TODAY)


@pytest.mark.parametrize("fault", ["blocked", "misdirected"])
def test_a_site_that_turns_us_away_is_blocked_and_nothing_is_written(
    fault: str, desk: Desk, connection: Connection
) -> None:
    desk.at(EVENING, Fault(fault))

    refusal(desk, nse.FII_DII, TODAY, SourceBlocked)

    assert connection.execute(FII_DII).fetchall() == []
    assert ledger(connection) == [("blocked", False)]


def test_a_site_that_hangs_is_a_time_out_and_no_refusal(desk: Desk, connection: Connection) -> None:
    manners = Manners(interval_s=0, read_timeout_s=0.2, attempts=1)
    hasty = replace(
        desk.tools,
        client=lambda: Client(user_agent="munim", clock=desk.clock, replica=desk.site.url, manners=manners),
    )
    desk.at(EVENING, Fault("hanging"))

    with pytest.raises(SourceUnavailable, match="munim ingest"):
        run(FLOWS, nse.FII_DII, TODAY.isoformat(), hasty, Options())
    assert ledger(connection) == [("unavailable", False)]


def test_before_the_evening_the_session_before_is_loaded_under_its_own_date_and_the_slot_stays_open(
    desk: Desk, market: Market, connection: Connection
) -> None:
    desk.at(AFTERNOON)
    early = desk.run(nse.FII_DII, TODAY)
    stored = set(connection.execute(FII_DII).fetchall())
    desk.at(EVENING)
    late = desk.run(nse.FII_DII, TODAY)

    assert (early.status, late.status) == ("not_yet", "success")
    assert stored == figures(market, BEFORE)
    assert set(connection.execute(FII_DII).fetchall()) == figures(market, BEFORE, TODAY)
    assert ledger(connection) == [("not_yet", False), ("success", True)]


def test_a_stale_answer_in_the_evening_leaves_the_slot_open_too(
    desk: Desk, market: Market, connection: Connection
) -> None:
    desk.at(EVENING, Fault("stale"))

    assert desk.run(nse.FII_DII, TODAY).status == "not_yet"
    assert set(connection.execute(FII_DII).fetchall()) == figures(market, BEFORE)


def test_figures_that_change_in_the_evening_leave_a_revision(
    desk: Desk, market: Market, connection: Connection
) -> None:
    day = next(day for day in sessions(date(2026, 1, 1), TODAY) if market.is_restated(day))
    before, after = (market.fii_dii(day, restated_at(day) + timedelta(minutes=by))["FII/FPI"] for by in (-5, 5))
    for by in (-5, 5):
        desk.at(restated_at(day) + timedelta(minutes=by))
        assert desk.run(nse.FII_DII, day, again=True).status == "success"

    assert connection.execute(
        "SELECT buy_inr_crore, net_inr_crore FROM market.fii_dii WHERE investor_class = 'fii_fpi'"
    ).fetchall() == [(after.buy, after.net)]
    assert connection.execute(
        "SELECT investor_class, buy_inr_crore, net_inr_crore FROM market.fii_dii_revision"
    ).fetchall() == [("fii_fpi", before.buy, before.net)]


def test_labels_with_stars_are_the_same_classes(desk: Desk, market: Market, connection: Connection) -> None:
    desk.at(EVENING, Fault("old-labels"))

    desk.run(nse.FII_DII, TODAY)

    assert set(connection.execute(FII_DII).fetchall()) == figures(market, TODAY)
    assert connection.execute("SELECT label FROM market.fii_dii ORDER BY 1").fetchall() == [
        ("DII **",), ("FII/FPI *",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "feed", "said"),
    [
        ("renamed-labels", nse.FII_DII, "no figures of fii_fpi and dii"),
        ("one-class", nse.FII_DII, "no figures of dii"),
        ("silent-zeros", nse.FII_DII, "all zeros for"),
        ("silent-zeros", nse.PARTICIPANT_OI, "all zeros: a failed fetch"),
        ("silent-zeros", nsdl.FPI_LATEST, "all zeros for 2026-08-20"),
        ("stale", nse.PARTICIPANT_OI, "the positions of 2026-08-19 where those of 2026-08-20 are due"),
    ],
)
def test_what_is_not_what_it_should_be_is_refused_and_its_bytes_are_kept(
    fault: str, feed: str, said: str, desk: Desk, connection: Connection
) -> None:
    desk.at(EVENING, Fault(fault))

    error = refusal(desk, feed, TODAY, ContentRefused)

    assert said in str(error)
    for table in ("fii_dii", "participant_oi", "fpi_flow"):
        assert connection.execute(f"SELECT count(*) FROM market.{table}").fetchone() == (0,)
    assert ledger(connection) == [("refused", False)]
    assert len(desk.tools.archive.manifests()) == 1
    desk.at(EVENING)
    assert desk.run(feed, TODAY).status == "success", "the slot stayed open"


def test_what_was_refused_leaves_the_figures_that_stand(desk: Desk, market: Market, connection: Connection) -> None:
    desk.run(nse.FII_DII, TODAY)
    desk.at(EVENING + timedelta(hours=1), Fault("silent-zeros"))

    with pytest.raises(ContentRefused):
        desk.run(nse.FII_DII, TODAY, again=True)

    assert set(connection.execute(FII_DII).fetchall()) == figures(market, TODAY)
    assert connection.execute("SELECT count(*) FROM market.fii_dii_revision").fetchone() == (0,)


def test_files_of_participants_load_by_day(desk: Desk, market: Market, connection: Connection) -> None:
    days = sessions(date(2026, 8, 3), TODAY)

    assert {desk.run(nse.PARTICIPANT_OI, day).status for day in days} == {"success"}
    columns = ("future_index_long_contracts, future_index_short_contracts, total_long_contracts, "
               "total_short_contracts")  # fmt: skip
    stored = connection.execute(f"SELECT trade_date, client_type, {columns} FROM market.participant_oi").fetchall()
    assert set(stored) == {
        (day, name.casefold(), row[0], row[1], row[12], row[13])
        for day in days
        for name, row in market.participant_oi(day).items()
    }


@pytest.mark.parametrize(("fault", "status"), [(None, 302), ("missing-404", 404)])
def test_a_day_without_a_file_is_not_published_whether_it_is_302_or_404(
    fault: str | None, status: int, desk: Desk, connection: Connection
) -> None:
    desk.at(EVENING + timedelta(days=3), Fault(fault) if fault else None)

    error = refusal(desk, nse.PARTICIPANT_OI, SATURDAY, NotYetPublished)

    assert f"NSE has no file for 2026-08-22: GET {nse.PARTICIPANT_OI_URL.format(day=SATURDAY)}" in str(error)
    assert f"answered {status}" in str(error)
    assert desk.asked() == [("fao_participant_oi_22082026.csv", status)], "the redirect was not followed"
    assert ledger(connection) == [("not_yet", False)]
    assert connection.execute("SELECT count(*) FROM market.participant_oi").fetchone() == (0,)


def test_a_file_that_is_not_out_yet_fills_its_slot_when_it_is(desk: Desk) -> None:
    desk.at(AFTERNOON)
    refusal(desk, nse.PARTICIPANT_OI, TODAY, NotYetPublished)
    desk.at(EVENING)

    assert desk.run(nse.PARTICIPANT_OI, TODAY).status == "success"


def test_nsdls_report_loads_and_a_stale_one_leaves_the_slot_open(
    desk: Desk, market: Market, connection: Connection
) -> None:
    desk.at(EVENING, Fault("stale"))
    stale = desk.run(nsdl.FPI_LATEST, TODAY)
    desk.at(EVENING)
    fresh = desk.run(nsdl.FPI_LATEST, TODAY)

    assert (stale.status, fresh.status) == ("not_yet", "success")
    stored = connection.execute(
        "SELECT reporting_date, gross_purchases_inr_crore, gross_sales_inr_crore, net_inr_crore, net_usd_million, "
        "inr_per_usd FROM market.fpi_flow"
    ).fetchall()
    made = [
        (day, row.purchases, row.sales, row.net, row.net_usd, market.fpi(day, EVENING).rate)
        for day in (BEFORE, TODAY)
        for row in market.fpi(day, EVENING).rows
        if row.route not in {"Sub-total", "Total"}
    ]
    assert sorted(stored) == sorted(made)
    assert len(stored) == 34


def test_a_dry_run_says_what_would_be_new_and_writes_nothing(desk: Desk, connection: Connection) -> None:
    outcome = desk.run(nse.FII_DII, TODAY, dry_run=True)

    assert outcome.report is not None
    assert (outcome.status, outcome.report.counts.new, len(outcome.report.changes)) == ("dry_run", 2, 2)
    assert connection.execute(FII_DII).fetchall() == []
    assert ledger(connection) == []
