"""A made year of public issues on the timetable: right states, every snapshot, 120 listings; weeks made again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest

from munim.readers import ipo as readers
from pipelines.ipo_set import IPO
from pipelines.rebuild import rebuild
from tests import servers
from tests.integration import ipo_year
from tests.integration.ipo_tables import content
from tests.integration.ipo_year import year_of_issues

if TYPE_CHECKING:
    from pipelines.tools import Tools
    from tests.conftest import SetClock

Connection = psycopg.Connection[tuple[object, ...]]

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
WEEKS = (date(2026, 3, 10), date(2026, 3, 18))
"""One is withdrawn, one puts its opening off, one has another band the day before, and some list."""


@pytest.mark.long
@pytest.mark.timeout(3 * 3600)
def test_a_year_on_the_timetable_ends_as_the_truth_says_with_every_snapshot_and_120_listings(
    tools: Tools, clock: SetClock, connection: Connection, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["server_url"] != servers.available()[-1]:
        pytest.skip(f"asked of {servers.available()[-1]} alone")
    clock.at = datetime(2025, 12, 31, 20, 0, tzinfo=UTC)
    issues = year_of_issues(2026)
    evenings: list[datetime] = []

    def look(at: datetime) -> None:
        ipo_year.assert_states(connection, issues, at)
        evenings.append(at)

    done = ipo_year.pull(tools, clock, issues, YEAR, look)

    ipo_year.assert_done(done, issues)
    assert ipo_year.assert_passed_over(connection, done, issues, YEAR) > 0
    assert len(evenings) == 365
    for at in evenings[::5]:
        ipo_year.assert_states(connection, issues, at, known=True)
    ipo_year.assert_terms(connection, issues, clock.at)
    changed = [*issues.changed("band"), *issues.changed("opens"), *issues.changed("closes")]
    assert ipo_year.assert_changes(connection, issues) >= len({one.number for one in changed})
    assert ipo_year.assert_bids(connection, issues, YEAR) > 6000
    assert ipo_year.assert_listings(connection, issues, clock.at) == 120
    ends = [one.status for one in readers.issues(connection)]
    # Three IPOs of earlier years are in the list of past issues too.
    assert {status: ends.count(status) for status in ends} == {"listed": 123, "withdrawn": 3, "vanished": 2}
    assert readers.doubtful(connection) == []
    assert connection.execute("SELECT reason, raw_line FROM etl.quarantine").fetchall() == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_weeks_on_the_timetable_are_made_again_alike_from_the_archive(
    tools: Tools, clock: SetClock, connection: Connection, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["server_url"] != servers.available()[-1]:
        pytest.skip(f"asked of {servers.available()[-1]} alone")
    done = ipo_year.pull(tools, clock, year_of_issues(2026), WEEKS)
    before = content(connection)
    report = rebuild(IPO, tools)

    # What was passed over left no bytes.
    assert report.payloads == sum(one.status == "success" for one in done)
    assert content(connection) == before
    assert len(before["ipo_subscription"]) > 1000
