"""Six made weeks of public issues, pulled on the timetable: the tables say what the replica's truth says."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest

from munim.readers import ipo as readers
from tests import servers
from tests.integration import ipo_year
from tests.integration.ipo_year import year_of_issues

if TYPE_CHECKING:
    from pipelines.tools import Tools
    from tests.conftest import SetClock

Connection = psycopg.Connection[tuple[object, ...]]

DAYS = (date(2026, 5, 5), date(2026, 6, 16))
"""One vanishes while it is open, one is withdrawn, one is extended, two have another band."""


@pytest.fixture
def one_server(request: pytest.FixtureRequest) -> None:
    """Leave all servers out but the last: what takes a minute, and is no question of the server, is asked of one."""
    if request.node.callspec.params["server_url"] != servers.available()[-1]:
        pytest.skip(f"asked of {servers.available()[-1]} alone")


@pytest.mark.usefixtures("one_server")
@pytest.mark.timeout(1800)
def test_six_weeks_on_the_timetable_ends_as_the_truth_says_with_every_snapshot(
    tools: Tools, clock: SetClock, connection: Connection
) -> None:
    issues = year_of_issues(2026)
    evenings: list[datetime] = []

    def look(at: datetime) -> None:
        ipo_year.assert_states(connection, issues, at)
        evenings.append(at)

    done = ipo_year.pull(tools, clock, issues, DAYS, look)

    ipo_year.assert_done(done, issues)
    assert ipo_year.assert_passed_over(connection, done, issues, DAYS) > 0
    assert len(evenings) == (DAYS[1] - DAYS[0]).days + 1
    for at in evenings[::6]:
        ipo_year.assert_states(connection, issues, at, known=True)
    ipo_year.assert_terms(connection, issues, clock.at)
    assert ipo_year.assert_changes(connection, issues) > 0
    assert len(readers.issues(connection, status="withdrawn")) == 1
    assert len(readers.issues(connection, status="vanished")) == 1
    assert ipo_year.assert_bids(connection, issues, DAYS) > 0
    assert ipo_year.assert_listings(connection, issues, clock.at) > 0
    assert connection.execute("SELECT reason, raw_line FROM etl.quarantine").fetchall() == []
    # Those that nobody has told a date of yet are left for a person: their names alone join nothing.
    assert {(one.open_date, one.other_open_date) for one in readers.doubtful(connection)} <= {(None, None)}
