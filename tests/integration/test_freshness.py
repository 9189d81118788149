"""Which schemes are due, and that nothing but the day that is due turns a feed green."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from munim.core.clock import IST
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock
from tests.integration.equity_loads import load_actions
from tests.reliability.made_files import Layout, Row, body, payload

Opened = psycopg.Connection[tuple[object, ...]]

THURSDAY = date(2026, 8, 20)
SLOW_CATEGORY = "Open Ended Schemes(Other Scheme - FoF Overseas)"
Load = Callable[..., None]


@pytest.fixture
def load(tools: Tools, clock: SetClock) -> Load:
    """Loads rows as AMFI's latest file of a morning, or as history."""

    def do(rows: list[Row], morning: date, feed: str = "amfi.latest", hour: int = 9) -> None:
        clock.at = datetime(morning.year, morning.month, morning.day, hour, 0, tzinfo=IST)
        layout: Layout = "latest-6" if feed == "amfi.latest" else "history-8-plan"
        load_payload(NAV, payload(body(rows, layout), clock.at, feed), tools, context(tools, NAV.name, Options()))

    return do


def freshness(connection: Opened, at: str) -> tuple[object, ...]:
    row = connection.execute(
        "SELECT newest_content, due_content, due_share, status FROM etl.freshness_at(%s::timestamp AT TIME ZONE "
        "'Asia/Kolkata') WHERE feed = 'amfi.latest'",
        (at,),
    ).fetchone()
    assert row is not None
    return row


def schemes(first: int, count: int, day: date, **more: str) -> list[Row]:
    names = [(str(first + number), f"Fund {number} - Growth") for number in range(count)]
    return [Row(code, "10.5", day, name=name, **more) for code, name in names]


def weekdays(last: date, count: int) -> list[date]:
    days = (last - timedelta(days=back) for back in range(2 * count))
    return sorted([day for day in days if day.weekday() < 5][:count])


def test_a_scheme_is_due_when_it_published_on_most_of_the_last_days(load: Load, connection: Opened) -> None:
    for place, day in enumerate(weekdays(THURSDAY, 12)):
        # Ten publish every day; four of them once in three days, as funds with a weekly NAV do.
        now_and_then = schemes(200_001, 4, day) if place % 3 == 0 else []
        load(schemes(100_001, 10, day) + now_and_then, day + timedelta(days=1), "amfi.history")

    assert freshness(connection, "2026-08-21T12:00") == (THURSDAY, THURSDAY, Decimal("1.0000"), "fresh")


def test_overseas_and_commodity_funds_have_until_eleven(load: Load, connection: Opened) -> None:
    slow = schemes(300_001, 10, THURSDAY, category=SLOW_CATEGORY)
    before = schemes(300_001, 10, THURSDAY - timedelta(days=1), category=SLOW_CATEGORY)
    load(schemes(100_001, 20, THURSDAY) + before, THURSDAY + timedelta(days=1))

    assert freshness(connection, "2026-08-21T10:30")[2:] == (Decimal("1.0000"), "fresh")
    assert freshness(connection, "2026-08-21T11:14")[3] == "fresh"
    assert freshness(connection, "2026-08-21T11:15")[2:] == (Decimal("0.6667"), "late")
    load(schemes(100_001, 20, THURSDAY) + slow, THURSDAY + timedelta(days=1), hour=11)
    assert freshness(connection, "2026-08-21T11:15")[2:] == (Decimal("1.0000"), "fresh")


def test_a_date_that_is_to_come_never_counts(load: Load, connection: Opened) -> None:
    load(schemes(100_001, 10, THURSDAY - timedelta(days=1)), THURSDAY)
    load(schemes(100_001, 10, THURSDAY + timedelta(days=3)), THURSDAY + timedelta(days=1))

    assert freshness(connection, "2026-08-21T12:00") == (
        THURSDAY - timedelta(days=1), THURSDAY, Decimal("0.0000"), "late",
    )  # fmt: skip


def test_loading_an_old_day_turns_nothing_green(load: Load, connection: Opened) -> None:
    load(schemes(100_001, 10, THURSDAY - timedelta(days=2)), THURSDAY - timedelta(days=1))
    before = freshness(connection, "2026-08-21T12:00")
    for day in weekdays(THURSDAY - timedelta(days=3), 10):
        load(schemes(100_001, 10, day), THURSDAY + timedelta(days=1), "amfi.history")

    assert before[3] == freshness(connection, "2026-08-21T12:00")[3] == "stale"
    history = "SELECT status, newest_content FROM etl.freshness_at(%s) WHERE feed = 'amfi.history'"
    # Looked at today, and of days that are long due: the re-read of the last ten days has not been.
    assert connection.execute(history, ("2026-09-01T12:00+05:30",)).fetchone() == ("stale", date(2026, 8, 17))


def test_a_look_at_days_gone_by_is_none_at_todays_list(tools: Tools, connection: Opened) -> None:
    window = THURSDAY - timedelta(days=90), THURSDAY - timedelta(days=60)
    actions = ("RELIANCE", window[0], "Dividend - Rs 5 Per Share")
    morning = datetime(2026, 8, 20, 9, tzinfo=IST)
    looked = (
        "SELECT newest_content, status FROM etl.freshness_at('2026-08-20T12:30+05:30') "
        "WHERE feed = 'nse.corporate_actions'"
    )

    load_actions(tools, actions, window=window, fetched_at=morning)
    assert connection.execute(looked).fetchone() == (window[1], "stale")
    load_actions(tools, actions, window=(window[0], THURSDAY), fetched_at=morning + timedelta(minutes=1))
    assert connection.execute(looked).fetchone() == (THURSDAY, "fresh")
