"""Backfills in the database: work that several ask for is there once, and what came of each slot is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from loaders.backfills import Request
from loaders.database import Database
from loaders.job_queue import MOST_ATTEMPTS, Pace, Shift, run_worker
from loaders.job_schema import NEWEST_MIGRATION, shipped_migrations
from munim.core.errors import MunimError, NotYetPublished, RequestWrong, SourceBlocked, SourceUnavailable
from munim.core.payload import Payload
from munim.readers.backfills import list_backfills, show_backfill, slots_of
from munim.readers.session import reading
from pipelines.backfill_create import Made, make_backfill, set_state
from pipelines.backfill_work import MOST_BEGINNINGS, SlotWork
from pipelines.catalogue import DATA_SETS
from pipelines.dataset import DataSet
from pipelines.tools import Tools
from tests.conftest import SetClock

Connection = psycopg.Connection[tuple[object, ...]]

FLOWS = DATA_SETS["flows"]
FEED = "nse.participant_oi"
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)

QUICK = Pace(heartbeat_s=0.2, stalled_s=1.0, poll_s=0.2, retry_wait_s=0.0, upkeep="* * * * * *")


def request(**more: object) -> Request:
    asked = Request("flows", FEED, MONDAY, FRIDAY, "missing", backwards=False, max_active_runs=None, asked_by="ann")
    return replace(asked, **more)  # type: ignore[arg-type]


def make(database: Database, clock: SetClock, **more: object) -> Made:
    asked = request(**more)
    return make_backfill(database, clock, DATA_SETS[asked.dataset], asked)


def queued(connection: Connection) -> list[tuple[object, ...]]:
    """The jobs in the queue, in the order in which workers take them: data set and slot, and lane."""
    return connection.execute(
        "SELECT slot.dataset, slot.slot, job.lock FROM procrastinate.procrastinate_jobs AS job "
        "JOIN etl.backfill_slot AS slot ON slot.slot_id = (job.args ->> 'slot_id')::bigint "
        "WHERE job.status = 'todo' ORDER BY job.priority DESC, job.id"
    ).fetchall()


def numbers(connection: Connection) -> list[int]:
    return [int(str(number)) for (number,) in connection.execute("SELECT slot_id FROM etl.backfill_slot ORDER BY 1")]


def states(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT state, attempt, error FROM etl.backfill_slot ORDER BY slot_id").fetchall()


def failing(error: Callable[[str], Exception]) -> dict[str, DataSet]:
    """Data sets of which a feed raises what is asked for."""

    def fetch(_client: object, slot: str) -> Payload:
        raise error(slot)

    feeds = tuple(replace(feed, fetch=fetch) if feed.name == FEED else feed for feed in FLOWS.feeds)
    return {"flows": replace(FLOWS, feeds=feeds)}


class _NoClient:
    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...


def work_with(tools: Tools, error: Callable[[str], Exception]) -> SlotWork:
    return SlotWork(replace(tools, client=_NoClient), failing(error))  # type: ignore[arg-type]


def test_the_queues_schema_is_that_of_the_library_that_is_installed() -> None:
    assert shipped_migrations()[-1] == NEWEST_MIGRATION, "make a migration of what the library's new ones do"


def test_a_second_one_over_the_same_dates_adds_no_work_and_both_are_recorded(
    database: Database, connection: Connection, clock: SetClock
) -> None:
    first = make(database, clock)
    second = make(database, clock, asked_by="ben", reason="a paper")

    assert (len(first.plan.slots), len(second.plan.slots)) == (5, 0)
    assert len(numbers(connection)) == len(queued(connection)) == 5
    with reading(database) as session:
        found = list_backfills(session, 10)
        assert [(one.asked_by, one.reason, one.slots) for one in found] == [
            ("ben", "a paper", {"waiting": 5}),
            ("ann", None, {"waiting": 5}),
        ]
        assert [one.slot for one in slots_of(session, found[0].backfill_id)] == [
            f"2026-03-0{day}" for day in (2, 3, 4, 5, 6)
        ]


def test_days_that_are_asked_for_in_part_are_added_in_part(
    database: Database, connection: Connection, clock: SetClock
) -> None:
    make(database, clock)
    more = make(database, clock, first=MONDAY - timedelta(days=4), last=MONDAY + timedelta(days=1), backwards=True)
    assert [one.slot for one in more.plan.slots] == ["2026-02-27", "2026-02-26"]
    assert len(queued(connection)) == 7


def test_what_is_paused_leaves_the_queue_unless_another_asks_for_it(
    database: Database, connection: Connection, clock: SetClock
) -> None:
    one, two = make(database, clock), make(database, clock, last=MONDAY)
    assert one.backfill_id is not None
    set_state(database, clock, one.backfill_id, "paused", "lunch")
    assert [slot for _, slot, _ in queued(connection)] == ["2026-03-02"]

    set_state(database, clock, one.backfill_id, "open", None)
    assert sorted(str(slot) for _, slot, _ in queued(connection)) == [f"2026-03-0{day}" for day in range(2, 7)]

    set_state(database, clock, one.backfill_id, "cancelled", None)
    assert [slot for _, slot, _ in queued(connection)] == ["2026-03-02"]
    assert [state for state, _, _ in states(connection)] == ["waiting", *["cancelled"] * 4]
    with pytest.raises(RequestWrong, match="was cancelled"):
        set_state(database, clock, one.backfill_id, "open", None)
    assert two.backfill_id is not None


def test_what_was_cancelled_may_be_asked_for_anew(database: Database, connection: Connection, clock: SetClock) -> None:
    cancelled = make(database, clock)
    assert cancelled.backfill_id is not None
    set_state(database, clock, cancelled.backfill_id, "cancelled", None)
    assert len(make(database, clock).plan.slots) == len(queued(connection)) == 5


def test_two_data_sets_take_turns(database: Database, connection: Connection, clock: SetClock) -> None:
    make(database, clock)
    make(database, clock, dataset="nav", feed=None, first=date(2026, 1, 1), last=date(2026, 3, 1))
    assert [dataset for dataset, _, _ in queued(connection)] == [
        "flows",
        "nav",
        "flows",
        "nav",
        "flows",
        "flows",
        "flows",
    ]


def test_so_many_run_at_the_same_time_as_was_said(database: Database, connection: Connection, clock: SetClock) -> None:
    made = make(database, clock, max_active_runs=2)
    lanes = [lane for _, _, lane in queued(connection)]
    assert lanes == [f"backfill {made.backfill_id} lane {place % 2}" for place in range(5)]


def test_a_site_that_turns_us_away_pauses_who_asks_and_keeps_the_slot(
    database: Database, connection: Connection, clock: SetClock, tools: Tools
) -> None:
    made = make(database, clock)
    assert made.backfill_id is not None
    work = work_with(tools, lambda slot: SourceBlocked("403", feed=FEED, slot=slot))
    first = numbers(connection)[0]

    work(first, False)

    assert states(connection)[0][:2] == ("waiting", 1)
    assert queued(connection) == []
    with reading(database) as session:
        found = show_backfill(session, made.backfill_id)
    assert found.standing == "paused"
    assert "403" in str(found.state_why)
    # Another worker that had taken its job before finds that it may not.
    work(numbers(connection)[1], False)
    assert states(connection)[1][:2] == ("waiting", 0)


@pytest.mark.parametrize(("is_last", "state"), [(False, "waiting"), (True, "failed")])
def test_a_source_that_is_out_of_order_is_tried_again_until_the_last_attempt(
    database: Database, connection: Connection, clock: SetClock, tools: Tools, is_last: bool, state: str
) -> None:
    make(database, clock)
    work = work_with(tools, lambda slot: SourceUnavailable("503", feed=FEED, slot=slot))
    raised: list[MunimError] = []
    try:
        work(numbers(connection)[0], is_last)
    except SourceUnavailable as error:
        raised.append(error)
    assert bool(raised) is not is_last
    assert states(connection)[0][0] == state
    assert "503" in str(states(connection)[0][2])


def test_workers_try_again_what_may_work_later_and_give_it_up_in_the_end(
    database: Database, connection: Connection, clock: SetClock, tools: Tools
) -> None:
    make(database, clock, last=MONDAY)
    work = work_with(tools, lambda slot: SourceUnavailable("503", feed=FEED, slot=slot))
    assert run_worker(database, work, Shift(["flows"], wait=False, pace=QUICK))
    assert states(connection)[0][:2] == ("failed", MOST_ATTEMPTS)
    assert queued(connection) == []


def none_there(slot: str) -> NotYetPublished:
    return NotYetPublished("no file", feed=FEED, slot=slot)


def test_a_day_without_a_file_is_empty_where_no_list_says_that_it_was_a_session(
    database: Database, connection: Connection, clock: SetClock, tools: Tools
) -> None:
    make(database, clock, last=MONDAY)
    work_with(tools, none_there)(numbers(connection)[0], False)
    assert states(connection)[0][0] == "empty"
    # It is proven: nobody asks for it again.
    assert make(database, clock, last=MONDAY).plan.slots == ()


def test_a_session_without_a_file_has_failed(
    database: Database, connection: Connection, clock: SetClock, tools: Tools
) -> None:
    run_id = connection.execute("SELECT nextval(pg_get_serial_sequence('etl.run', 'run_id'))").fetchone()
    payload = connection.execute(
        "INSERT INTO etl.payload (dataset, feed, slot, url, fetched_at, origin, sha256, size_bytes, layout, complete, "
        "row_count, recorded_at, run_id) VALUES ('calendar', 'nse.trading_days', 'a', 'file:a', %s, 'file', 'a', 1, "
        "'a', true, 1, %s, %s) RETURNING payload_id",
        (datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC), run_id and run_id[0]),
    ).fetchone()
    connection.execute(
        "INSERT INTO market.listed_session (exchange, session_date, proof, payload_id, recorded_at) "
        "VALUES ('NSE', %s, 'list', %s, '2026-08-01')",
        (MONDAY, payload and payload[0]),
    )
    make(database, clock, last=MONDAY)
    work_with(tools, none_there)(numbers(connection)[0], False)
    assert states(connection)[0][0] == "failed"
    assert [one.why for one in make(database, clock, last=MONDAY).plan.slots] == [
        f"failed before: {states(connection)[0][2]}"
    ]


def test_a_fault_of_ours_fails_the_slot_and_is_told(
    database: Database, connection: Connection, clock: SetClock, tools: Tools
) -> None:
    make(database, clock)

    def wrong(_slot: str) -> Exception:
        return ZeroDivisionError("of ours")

    with pytest.raises(ZeroDivisionError):
        work_with(tools, wrong)(numbers(connection)[0], False)
    assert states(connection)[0] == ("failed", 1, "ZeroDivisionError('of ours')")


def test_a_slot_whose_worker_always_vanishes_is_given_up(
    database: Database, connection: Connection, clock: SetClock, tools: Tools
) -> None:
    make(database, clock)
    first = numbers(connection)[0]
    connection.execute(
        "UPDATE etl.backfill_slot SET state = 'running', attempt = %s WHERE slot_id = %s", (MOST_BEGINNINGS, first)
    )
    work_with(tools, none_there)(first, False)
    assert states(connection)[0][0] == "failed"
    assert "more memory" in str(states(connection)[0][2])


def test_a_feed_that_knows_the_newest_day_alone_has_no_history(database: Database, clock: SetClock) -> None:
    with pytest.raises(RequestWrong, match=r"nse\.fii_dii serves nothing but what is newest"):
        make(database, clock, feed="nse.fii_dii")
    with pytest.raises(RequestWrong, match="calendar has no feed"):
        make(database, clock, dataset="calendar", feed=None)
