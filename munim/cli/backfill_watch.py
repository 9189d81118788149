"""Staying with a backfill until it has ended; where no worker is at work, doing it here."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING

from loaders.job_queue import Pace, is_neglected, living_workers
from munim.cli import doors, progress
from munim.cli.backfill_said import refuse_nothing
from munim.cli.output import say
from munim.cli.worker import NO_BROWSER, left, open_work, read_queues, work_until
from munim.core.errors import RequestWrong, SourceUnavailable
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

PATIENCE_S = 15.0
"""For how long a worker that lives may leave a backfill alone: one may serve other queues, and never come to it."""


def watch(settings: Settings, backfill_id: int) -> None:
    """Stay until a backfill has ended, and say what came of it.

    Raises `RequestWrong` where it is paused or cancelled, or what is left needs a browser that nobody has, and
    `SourceUnavailable` where slots of it failed.
    """
    database = doors.open_database(settings)
    begun = _look(database, backfill_id)
    refuse_nothing(begun)
    of = begun.left
    with progress.bar(f"backfill {backfill_id}") as tell:

        def has_ended() -> bool:
            found = _look(database, backfill_id)
            tell(of - min(of, found.left), of)
            return found.left == 0 or found.state != "open"

        went_on = _stay(settings, database, begun, has_ended)
    _say_end(_look(database, backfill_id), went_on=went_on)


def _stay(settings: Settings, database: Database, begun: Backfill, has_ended: Callable[[], bool]) -> bool:
    """Wait for workers, or be one, until it has ended; return False where a signal ended it before."""
    dataset = data_set(begun.dataset)
    wanted = {queue_of(dataset, feed.name) for feed in past_feeds(dataset, begun.feed)}
    if _wait_for_workers(database, wanted, has_ended):
        return True
    served = [queue for queue in read_queues(settings, None) if queue in wanted]
    if served and not _do_here(settings, served, has_ended):
        return False
    if not _wait_for_workers(database, wanted, has_ended):
        waiting = _look(database, begun.backfill_id).left
        nobody = ", ".join(sorted(wanted.difference(served)))
        raise RequestWrong(
            f"{waiting:,} slots of backfill {begun.backfill_id} wait for a worker that serves the queue {nobody}",
            advice=f"the others are done; {NO_BROWSER}, here or where `munim worker --queues {nobody}` is to run",
        )
    return True


def _do_here(settings: Settings, queues: list[str], has_ended: Callable[[], bool]) -> bool:
    """Be the worker until it has ended, or until what is left is in queues that this machine can't serve.

    Returns False where a signal ended it before.
    """

    def told(_slot: Begun, _ended: str) -> None:
        has_ended()

    with open_work(settings, told) as (database, work):
        return work_until(database, work, queues, ABREAST, lambda: has_ended() or left(database, queues) == 0)


def _wait_for_workers(database: Database, queues: set[str], has_ended: Callable[[], bool]) -> bool:
    """Wait for as long as a worker lives and comes to these queues; return whether it has ended by then."""
    pause = threading.Event()
    came = monotonic()
    while not (ended := has_ended()) and monotonic() < came + PATIENCE_S:
        with database.session() as session:
            if not living_workers(session, Pace()):
                break
            if not is_neglected(session, queues):
                came = monotonic()
        pause.wait(LOOK_S)
    return ended


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
