"""Making a backfill: what is known is read, the slots planned and written, and their jobs put into the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders import backfills
from loaders.retry import with_retries
from munim.core.errors import RequestWrong
from munim.readers.calendar import load_calendar
from munim.readers.past import Question, held
from pipelines.backfill import Asked, plan

if TYPE_CHECKING:
    from loaders.backfills import NewSlot, Request
    from loaders.database import Connection, Database
    from munim.core.calendar import Calendar
    from munim.core.clock import Clock
    from munim.readers.past import Held
    from pipelines.backfill import Plan, PlannedSlot
    from pipelines.dataset import DataSet, Feed

BROWSER = "browser"
"""The queue of what only a browser can ask; the other queues are named after data sets."""


@dataclass(frozen=True)
class Made:
    """What a backfill is made of, and its number; None where it was only planned."""

    plan: Plan
    backfill_id: int | None = None


def past_feeds(dataset: DataSet, feed: str | None) -> list[Feed]:
    """Return the feeds that history can be asked of: all of a data set's, or the one that is named.

    Raises `RequestWrong` for one that serves no day but the newest, and for a data set that has none.
    """
    found = [one for one in dataset.feeds if one.history is not None]
    names = ", ".join(one.name for one in found)
    if not found:
        raise RequestWrong(f"{dataset.name} has no feed that serves days gone by")
    if feed is None:
        return found
    if feed not in {one.name for one in dataset.feeds}:
        raise RequestWrong(f"{dataset.name} has no feed {feed!r}", advice=f"history has: {names}")
    named = [one for one in found if one.name == feed]
    if not named:
        raise RequestWrong(
            f"{feed} serves nothing but what is newest",
            advice=f"history has: {names}; `munim import` and `munim ingest` bring in what somebody kept",
        )
    return named


def what_is_known(connection: Connection, dataset: DataSet, feeds: list[Feed], asked: Asked) -> dict[Feed, Held]:
    """Return what is known of the days of each feed."""
    return {feed: held(connection, _question(dataset, feed, asked)) for feed in feeds}


def plan_backfill(connection: Connection, dataset: DataSet, feeds: list[Feed], asked: Asked) -> Plan:
    """Return what a backfill would be made of by what is known now."""
    calendar: Calendar = load_calendar(connection)
    return plan(what_is_known(connection, dataset, feeds, asked), calendar, asked)


def make_backfill(database: Database, clock: Clock, dataset: DataSet, request: Request) -> Made:
    """Plan a backfill, write it with its slots, and queue them: one transaction.

    What waits or is done already is asked for too, and not run a second time. Raises `RequestWrong` for dates that
    end before they begin, and as `past_feeds`.
    """
    from loaders.job_queue import settle  # noqa: PLC0415 - the queue's library costs a second

    feeds = past_feeds(dataset, request.feed)
    check_dates(request)

    def write(session: Connection) -> Made:
        backfills.lock_plans(session)
        at = clock()
        planned = plan_backfill(session, dataset, feeds, asked_of(request, clock))
        slots = [_new_slot(dataset, slot) for slot in planned.slots]
        number = backfills.create(session, request, slots, planned.joins, at)
        settle(session)
        session.commit()
        return Made(planned, number)

    return with_retries(database, write)


def set_state(database: Database, clock: Clock, backfill_id: int, state: backfills.State, why: str | None) -> None:
    """Pause, resume or cancel a backfill; the queue follows. Raises as `loaders.backfills.set_state`."""
    from loaders.job_queue import settle  # noqa: PLC0415

    def write(session: Connection) -> None:
        backfills.lock_plans(session)
        backfills.set_state(session, backfill_id, state, clock(), why)
        settle(session)
        session.commit()

    with_retries(database, write)


def asked_of(request: Request, clock: Clock) -> Asked:
    """Return what a request asks of the planner now."""
    return Asked(request.first, request.last, clock(), request.reprocess, request.backwards)


def check_dates(request: Request) -> None:
    """Raise `RequestWrong` for days that end before they begin."""
    if request.last < request.first:
        raise RequestWrong(f"{request.first} to {request.last} ends before it begins", advice="both days belong to it")


def queue_of(dataset: DataSet, feed: str) -> str:
    """Return the queue of a feed's slots."""
    past = dataset.feed(feed).history
    return BROWSER if past is not None and past.needs_browser else dataset.name


def _new_slot(dataset: DataSet, slot: PlannedSlot) -> NewSlot:
    return backfills.NewSlot(slot.feed, slot.slot, slot.first, slot.last, queue_of(dataset, slot.feed))


def _question(dataset: DataSet, feed: Feed, asked: Asked) -> Question:
    past = feed.history
    fills = (past.fills if past is not None else None) or feed.name
    return Question(dataset.name, feed.name, fills, feed.settles, asked.first, asked.last)
