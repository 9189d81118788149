"""Staying with a backfill until it has ended; where no worker is at work, doing it here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from loaders.job_queue import Pace, living_workers
from munim.cli import doors, progress
from munim.cli.backfill_said import refuse_nothing
from munim.cli.output import say
from munim.cli.worker import open_work, read_queues, work_until
from munim.core.errors import SourceUnavailable
from munim.readers import backfills as readers
from munim.readers.session import reading
from pipelines.backfill_create import past_feeds, queue_of
from pipelines.catalogue import data_set

if TYPE_CHECKING:
    from collections.abc import Callable

    from loaders.backfills import Begun
    from loaders.database import Database
    from munim.core.settings import Settings
    from munim.readers.backfills import Backfill

LOOK_S = 1.0
ABREAST = 2
"""Slots at the same time where it is done here: one is fetched while the other is loaded."""


def watch(settings: Settings, backfill_id: int) -> None:
    """Stay until a backfill has ended, and say what came of it.

    Raises `RequestWrong` where it is paused or cancelled, and `SourceUnavailable` where slots of it failed.
    """
    database = doors.open_database(settings)
    begun = _look(database, backfill_id)
    refuse_nothing(begun)
    of = begun.left
    with database.session() as session:
        working = living_workers(session, Pace())
    with progress.bar(f"backfill {backfill_id}") as tell:

        def has_ended() -> bool:
            found = _look(database, backfill_id)
            tell(of - min(of, found.left), of)
            return found.left == 0 or found.state != "open"

        went_on = _wait(has_ended) if working else _do_here(settings, begun, has_ended)
    _say_end(_look(database, backfill_id), went_on=went_on)


def _do_here(settings: Settings, begun: Backfill, has_ended: Callable[[], bool]) -> bool:
    """Be the worker until it has ended; return False where a signal ended it before."""
    dataset = data_set(begun.dataset)
    wanted = {queue_of(dataset, feed.name) for feed in past_feeds(dataset, begun.feed)}
    queues = [queue for queue in read_queues(settings, None) if queue in wanted]

    def told(_slot: Begun, _ended: str) -> None:
        has_ended()

    with open_work(settings, told) as (database, work):
        return work_until(database, work, queues, ABREAST, has_ended)


def _wait(has_ended: Callable[[], bool]) -> bool:
    pause = threading.Event()
    while not has_ended():
        pause.wait(LOOK_S)
    return True


def _look(database: Database, backfill_id: int) -> Backfill:
    with reading(database) as connection:
        return readers.show_backfill(connection, backfill_id)


def _say_end(found: Backfill, *, went_on: bool) -> None:
    number = found.backfill_id
    if not went_on:
        say(f"stopped; {found.left:,} slots wait: `munim backfill watch {number}` or `munim worker` goes on with them")
        return
    refuse_nothing(found)
    slots = ", ".join(f"{count:,} {state}" for state, count in sorted(found.slots.items())) or "nothing was left to do"
    say(f"backfill {number} has ended: {slots}; {found.rows_new:,} rows new, {found.rows_changed:,} values changed")
    failed = found.slots.get("failed", 0)
    if failed:
        raise SourceUnavailable(
            f"{failed:,} slots of backfill {number} failed",
            kept="the others are loaded",
            advice=f"see `munim backfill show {number}`, and ask for them again with --reprocess failed",
        )
