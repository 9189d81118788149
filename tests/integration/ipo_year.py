"""A made year of public issues, pulled on the timetable, and what the replica says that the tables should say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import httpx
import psycopg

from munim.core.clock import IST, ist_date
from munim.readers import ipo as readers
from munim.replica.ipo_bids import Bid
from munim.replica.ipo_issue import Issue
from munim.replica.ipo_issues import Issues, made_issues
from munim.replica.server import ReplicaServer
from munim.replica.sessions import exchange_holidays, sessions
from munim.replica.universe import Universe
from pipelines.calendar_set import CALENDAR
from pipelines.ipo_rest import ALWAYS_ASKED
from pipelines.ipo_set import IPO
from pipelines.run import Outcome, run
from pipelines.tools import Tools
from schedules import timetable
from schedules.slots import Due, due_firings
from scrapers.client import Client, Machine
from scrapers.manners import Manners
from scrapers.nse_ipo import CURRENT, DETAIL
from tests.conftest import SetClock

Connection = psycopg.Connection[tuple[object, ...]]
Figures = tuple[str, datetime, str, int | None, int | None, int | None]
"""Book, time, number of the category, shares offered and bid for, applications."""

HOLIDAYS = "nse.holidays_trading"
EVENING = time(20)
"""Every feed has run for the day by then."""


def year_of_issues(year: int) -> Issues:
    """Return the issues that the replica makes of a year."""
    return made_issues(Universe().seed, year)


def pull(
    tools: Tools, clock: SetClock, issues: Issues, days: tuple[date, date],
    each_evening: Callable[[datetime], None] = lambda _at: None,
) -> list[Outcome]:  # fmt: skip
    """Run everything that the timetable has from a day to a day against the replica; return what came of it."""
    done: list[Outcome] = []
    with ReplicaServer(Universe(), lambda: clock.at) as server:

        def client() -> Client:
            # Nobody is to be spared, and certificates, which take longer than all the rest, are not asked for.
            machine = Machine(transport=httpx.HTTPTransport(verify=False))
            return Client(
                user_agent="test", clock=clock, replica=server.url, manners=Manners(interval_s=0), machine=machine
            )

        asking = replace(tools, client=client)
        for due in due_on(*days):
            if done and ist_date(clock.at) < ist_date(due.instant):
                clock.at = datetime.combine(ist_date(clock.at), EVENING, IST)
                each_evening(clock.at)
            if not done:
                # Which days are sessions is the calendar's to say.
                clock.at = due.instant
                assert run(CALENDAR, HOLIDAYS, due.instant.isoformat(), asking).status == "success"
            clock.at = due.instant
            outcome = run(IPO, due.entry.feed, due.instant.isoformat(), asking)
            done += [outcome, *outcome.following]
    clock.at = datetime.combine(ist_date(clock.at), EVENING, IST)
    each_evening(clock.at)
    return done


def due_on(first: date, last: date) -> list[Due]:
    """Return what the timetable has of the data set from a day to a day, in order of time."""
    entries = [timetable.entry(feed) for feed in timetable.scheduled(IPO.name)]
    before = datetime.combine(first, time(0), IST) - timedelta(microseconds=1)
    return due_firings(entries, before, datetime.combine(last, time.max, IST))


def assert_done(done: list[Outcome], issues: Issues) -> None:
    """Hold every run to success, but for details that NSE has none of.

    Its list doesn't tell a further offer from an IPO, and goes on for days with an issue that was withdrawn.
    """
    others = {one.symbol for one in issues.others()}
    over = {one.ids.symbol: one.life.ended_at for one in issues.issues() if one.life.ending == "withdrawn"}
    not_yet = [one for one in done if one.status == "not_yet"]
    assert {one.status for one in done if one not in not_yet and one.why is None} == {"success"}
    assert {one.feed for one in not_yet} <= {DETAIL}
    for one in not_yet:
        instant, symbol, *_ = one.slot.split()
        ended_at = over.get(symbol)
        assert symbol in others or (ended_at is not None and ended_at <= datetime.fromisoformat(instant)), one.slot


def assert_passed_over(connection: Connection, done: list[Outcome], issues: Issues, days: tuple[date, date]) -> int:
    """Hold what was passed over to the days without an open issue, and the ledger to it; return how often it was."""
    asked = {one.slot: one.why for one in done if one.feed == CURRENT}
    assert set(asked) == {due.instant.isoformat() for due in due_on(*days) if due.entry.feed == CURRENT}
    # Nobody bids on a holiday, though it trade for an hour in the evening (Muhurat).
    trading = set(sessions(*days)) - set(exchange_holidays(issues.year))
    for slot, why in asked.items():
        at = datetime.fromisoformat(slot)
        always = at.time() in ALWAYS_ASKED
        if always or (at.date() in trading and "open" in issues.state_at(at).values()):
            assert why is None, slot
        elif at.date() not in trading or not _may_be_bid_on(issues, at):
            assert why is not None, slot
    passed = {slot: why for slot, why in asked.items() if why is not None}
    rows = connection.execute(
        "SELECT slot, error FROM etl.run WHERE feed = %s AND status = 'skipped' ORDER BY run_id", (CURRENT,)
    ).fetchall()
    assert rows == list(passed.items())
    return len(passed)


def members(issue: Issue, year: int) -> set[str]:
    """Return every site's id of an issue, SOURCE:ID."""
    found = {f"chittorgarh:{issue.ids.chittorgarh}", f"investorgain:{issue.ids.investorgain}"}
    if "NSE" in issue.bid_on:
        found.add(f"nse:{issue.ids.symbol}@{year}")
    if "BSE" in issue.bid_on:
        found.add(f"bse:{issue.ids.bse_issue_no}")
    return found


def numbers(connection: Connection, issues: Issues) -> dict[int, int]:
    """Return which of the replica's issues each of the tables' is, by `ipo_id`.

    Every site's id must be of one, but for issues that nobody has told a date of: their names alone join nothing.
    """
    kept: dict[str, int] = {
        str(name): int(str(number))
        for name, number in connection.execute("SELECT source || ':' || source_id, ipo_id FROM market.ipo_source")
    }
    undated = {
        f"{source}:{one}"
        for source, one in connection.execute("SELECT source, source_id FROM market.ipo_source WHERE open_date IS NULL")
    }
    found: dict[int, int] = {}
    for issue in issues.issues():
        of_issue = {kept[name] for name in members(issue, issues.year) if name in kept}
        assert len(of_issue) <= 1 or undated & members(issue, issues.year), f"{issue.names} is {len(of_issue)} issues"
        assert not of_issue & found.keys(), f"{issue.names} is joined to another"
        found |= dict.fromkeys(of_issue, issue.number)
    return found


def assert_states(connection: Connection, issues: Issues, at: datetime, *, known: bool = False) -> None:
    """Hold every issue's status to the replica's truth; `known`: as the tables say that it was known then."""
    of = numbers(connection, issues)
    found = readers.issues(connection, kind=None, at=at if known else None)
    said = {of[one.ipo_id]: one.status for one in found if one.ipo_id in of}
    truth = issues.state_at(at)
    # What was over before the first look was never seen.
    seen = {
        number: status for number, status in truth.items() if number in said or not issues.issue(number).is_gone(at)
    }
    assert said == seen


def assert_terms(connection: Connection, issues: Issues, at: datetime) -> None:
    """Hold every issue's terms to the replica's truth."""
    of = numbers(connection, issues)
    for one in readers.issues(connection, kind=None):
        if one.ipo_id not in of:
            continue
        issue = issues.issue(of[one.ipo_id])
        terms = issue.terms_at(at)
        assert terms is not None
        assert (one.open_date, one.close_date, one.platform, one.security_kind) == (
            terms.opens, terms.closes, issue.platform, "ipo"
        ), issue  # fmt: skip
        # Of what was listed before the first look, and is BSE's alone, only the price that was paid is told.
        assert one.first_seen_at is not None
        if terms.band is not None and (one.price_band_low or issue.status_at(one.first_seen_at) != "listed"):
            assert (one.price_band_low, one.price_band_high) == tuple(terms.band), issue
        if one.status == "listed":
            assert (one.listing_date, one.isin) == (issue.life.listed, issue.ids.isin), issue
            assert one.final_price == issue.final_price, issue


def assert_changes(connection: Connection, issues: Issues) -> int:
    """Hold the bands and days that an issue has had to those that were told of it; return how many it had."""
    found = 0
    for ipo_id, number in numbers(connection, issues).items():
        told = issues.issue(number).life.terms
        life = readers.life(connection, ipo_id)
        bands = {(one.price_band_low, one.price_band_high) for one in life if one.price_band_low is not None}
        days = {(one.open_date, one.close_date) for one in life if one.open_date is not None}
        assert bands <= {tuple(one.band) for one in told if one.band is not None}, issues.issue(number)
        assert days <= {(one.opens, one.closes) for one in told if one.opens is not None}, issues.issue(number)
        found += max(0, len(bands) - 1) + max(0, len(days) - 1)
    return found


def assert_bids(connection: Connection, issues: Issues, days: tuple[date, date]) -> int:
    """Hold every snapshot of both books to the replica's truth, category by category; return how many there are."""
    snapshots = 0
    for issue in issues.issues():
        wanted = set(_told(issues, issue, days))
        rows = connection.execute(
            "SELECT book, as_of, sr_no, shares_offered, shares_bid, applications FROM market.ipo_subscription "
            "WHERE source_id = %s AND as_of_from = 'content'",
            (f"{issue.ids.symbol}@{issues.year}",),
        ).fetchall()
        assert set(rows) == wanted, issue
        snapshots += len({(book, as_of) for book, as_of, *_ in wanted})
    return snapshots


def assert_listings(connection: Connection, issues: Issues, at: datetime) -> int:
    """Hold the listings to the replica's truth; return how many IPOs of the year are listed."""
    of = numbers(connection, issues)
    rows = connection.execute(
        "SELECT ipo_id, listing_date, issue_price, from_source, open_inr, close_inr FROM agent.ipo_listing"
    ).fetchall()
    mine = {of[one[0]]: one[1:4] for one in rows if one[0] in of}
    wanted = {
        issue.number: (issue.life.listed, issue.final_price, "source")
        for issue in issues.issues()
        if issue.status_at(at) == "listed"
    }
    # The made equity tables don't have these shares: of the first day a report site tells the first price.
    for number, *_, opened, closed in rows:
        if number in of and (opened, closed) != (None, None):
            first_day = issues.listing(issues.issue(of[number]))
            assert first_day is not None
            assert (opened, closed) == (first_day.open, None)
    assert mine == wanted
    return len(mine)


def _told(issues: Issues, issue: Issue, days: tuple[date, date]) -> Iterator[Figures]:
    for hour in issues.subscription_times(issue):
        books = issues.subscription(issue, hour)
        if books is None or not days[0] <= ist_date(hour) <= days[1]:
            continue
        for book, as_of, bids in (
            ("nse", books.nse_as_of, books.nse),
            ("combined", books.as_of, books.combined),
        ):
            yield from (_figures(book, as_of, one) for one in bids)


def _figures(book: str, as_of: datetime, bid: Bid) -> Figures:
    return book, as_of, bid.sr_no or "TOTAL", bid.shares_offered, bid.shares_bid, bid.applications


def _may_be_bid_on(issues: Issues, at: datetime) -> bool:
    """Tell whether anything is on offer on a day, whether or not it still is at that hour."""
    told = (issue.terms_at(at) for issue in issues.issues())
    spans = [(one.opens, one.closes) for one in told if one is not None and one.opens and one.closes]
    spans += [(one.opens, one.closes) for one in issues.others() if one.kind in {"fpo", "invit"}]
    return any(opens <= at.date() <= closes for opens, closes in spans)
