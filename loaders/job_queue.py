"""The queue that workers take slots from: Procrastinate's, on the same PostgreSQL.

What may run and what waits in the queue are kept equal by `settle`: a slot that waits and that an open backfill asks
for has a job, and no other has. A worker that vanishes leaves its job behind; others find that out by its heartbeat.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import procrastinate
from procrastinate import jobs
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from loaders.job_schema import SCHEMA
from munim.core.errors import DatabaseUnavailable, SourceUnavailable

if TYPE_CHECKING:
    from loaders.database import Connection, Database

SLOT_TASK = "munim.backfill_slot"
UPKEEP_TASK = "munim.upkeep"
UPKEEP = "upkeep"
"""The queue of what keeps the queue itself in order; every worker serves it."""

BATCH = 1000
MOST_ATTEMPTS = 4

Work = Callable[[int, bool], None]
"""Does a slot by its number; told whether it is the last attempt. What it raises is tried again later."""

_WITHOUT_JOB = """
SELECT slot.slot_id, slot.queue, slot.priority, slot.lane
FROM etl.backfill_slot AS slot
WHERE slot.state IN ('waiting', 'running')
  AND EXISTS (SELECT FROM etl.backfill_asker AS asker JOIN etl.backfill AS backfill USING (backfill_id)
              WHERE asker.slot_id = slot.slot_id AND backfill.state = 'open')
  AND NOT EXISTS (SELECT FROM procrastinate.procrastinate_jobs AS job
                  WHERE job.status IN ('todo', 'doing') AND job.queueing_lock = 'munim slot ' || slot.slot_id)
ORDER BY slot.priority DESC, slot.slot_id
"""

_WITHDRAW = """
SELECT procrastinate_cancel_job_v1(job.id, false, true)
FROM procrastinate_jobs AS job
JOIN etl.backfill_slot AS slot ON job.queueing_lock = 'munim slot ' || slot.slot_id
WHERE job.status = 'todo' AND job.task_name = 'munim.backfill_slot'
  AND (slot.state NOT IN ('waiting', 'running')
       OR NOT EXISTS (SELECT FROM etl.backfill_asker AS asker JOIN etl.backfill AS backfill USING (backfill_id)
                      WHERE asker.slot_id = slot.slot_id AND backfill.state = 'open'))
"""

_OPEN_JOBS = """
SELECT count(*) FROM procrastinate.procrastinate_jobs
WHERE status IN ('todo', 'doing') AND task_name = 'munim.backfill_slot' AND queue_name = ANY(%s)
"""

_NEGLECTED = """
SELECT bool_or(status = 'todo' AND coalesce(scheduled_at, now()) <= now()) AND NOT bool_or(status = 'doing')
FROM procrastinate.procrastinate_jobs
WHERE status IN ('todo', 'doing') AND task_name = 'munim.backfill_slot' AND queue_name = ANY(%s)
"""

_WORKERS = """
SELECT count(*) FROM procrastinate.procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)
"""


@dataclass(frozen=True)
class Pace:
    """How a worker keeps time, in seconds.

    `heartbeat_s`: between its signs of life; `stalled_s`: without one for so long, a worker counts as dead; `poll_s`:
    how often it looks for jobs where none is announced; `retry_wait_s`: what is waited after a failed attempt, after
    the n-th n times as long. `upkeep` is a line of cron, with seconds at its end.
    """

    heartbeat_s: float = 10.0
    stalled_s: float = 30.0
    poll_s: float = 5.0
    retry_wait_s: float = 60.0
    upkeep: str = "* * * * * */15"


def settle(connection: Connection) -> None:
    """Give every slot that may run its job, and take the others' out, in the caller's transaction."""
    connection.execute(f"SET LOCAL search_path TO {SCHEMA}")
    connection.execute(_WITHDRAW)
    rows = connection.execute(_WITHOUT_JOB).fetchall()
    waiting = [_job(int(str(number)), str(queue), int(str(turn)), lane) for number, queue, turn, lane in rows]
    manager = procrastinate.App(connector=procrastinate.SyncPsycopgConnector()).job_manager
    for start in range(0, len(waiting), BATCH):
        manager.batch_defer_jobs(waiting[start : start + BATCH], connection=connection)
    connection.execute("SET LOCAL search_path TO DEFAULT")


def open_jobs(connection: Connection, queues: Collection[str]) -> int:
    """Return how many slots wait in queues or are being done."""
    row = connection.execute(_OPEN_JOBS, (list(queues),)).fetchone()
    return int(str(row[0] if row else 0))


def living_workers(connection: Connection, pace: Pace) -> int:
    """Return how many workers gave a sign of life of late."""
    row = connection.execute(_WORKERS, (pace.stalled_s,)).fetchone()
    return int(str(row[0] if row else 0))


def is_neglected(connection: Connection, queues: Collection[str]) -> bool:
    """Tell whether slots of these queues may begin, and nobody is at any of them."""
    row = connection.execute(_NEGLECTED, (list(queues),)).fetchone()
    return bool(row and row[0])


@dataclass(frozen=True)
class Shift:
    """What a worker does: the queues that it serves, how many slots at a time, and how it keeps time.

    Without `wait` it ends when nothing is left that may begin now.
    """

    queues: Collection[str]
    wait: bool = True
    concurrency: int = 1
    pace: Pace = field(default_factory=Pace)


def run_worker(database: Database, work: Work, shift: Shift) -> bool:
    """Do slots until all is done or a signal ends it; return whether it ended by itself.

    SIGINT and SIGTERM let it finish what it is at; a second one does not. Raises `DatabaseUnavailable` where it lost
    its connection: what it was at is done by another worker, or by the next.
    """
    app = _app(database, work, shift.pace)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        asyncio.run(_serve(app, shift))
    except asyncio.CancelledError:
        return False
    except procrastinate.exceptions.ConnectorException as error:
        raise DatabaseUnavailable(f"the worker lost the queue: {error.__cause__ or error}", kept="") from error
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in handlers.items():
                signal.signal(number, handler)
    if shift.wait:
        raise DatabaseUnavailable("the worker lost the queue", kept="", advice="see the log, and start it again")
    return True


async def _serve(app: procrastinate.App, shift: Shift) -> None:
    task = asyncio.current_task()
    if task is not None and threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    async with app.open_async():
        await app.run_worker_async(
            queues=[*shift.queues, UPKEEP],
            wait=shift.wait,
            concurrency=shift.concurrency,
            fetch_job_polling_interval=shift.pace.poll_s,
            update_heartbeat_interval=shift.pace.heartbeat_s,
            stalled_worker_timeout=shift.pace.stalled_s,
            delete_jobs="always",
            install_signal_handlers=False,
        )


class _Retries(BaseRetryStrategy):
    """Tries again what may work later: a source that is out of order, a database that is away."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> RetryDecision | None:
        if not isinstance(exception, SourceUnavailable | DatabaseUnavailable) or _is_last(job):
            return None
        # A Retry-After that is too long to be waited for in the client says until when.
        until = getattr(exception, "come_back_at", None)
        if until is not None:
            return RetryDecision(retry_at=until)
        return RetryDecision(retry_in={"seconds": round(self._wait_s * (job.attempts + 1))})


def _is_last(job: jobs.Job) -> bool:
    return job.attempts + 1 >= MOST_ATTEMPTS


def _app(database: Database, work: Work, pace: Pace) -> procrastinate.App:
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=database.resolve(),
            min_size=1,
            max_size=4,
            kwargs={
                "application_name": "munim worker",
                "options": f"-c search_path={SCHEMA} -c timezone=UTC -c lock_timeout=60000",
            },
        )
    )

    @app.task(name=SLOT_TASK, pass_context=True, retry=_Retries(pace.retry_wait_s))
    def _do_slot(context: procrastinate.JobContext, *, slot_id: int) -> None:
        work(slot_id, _is_last(context.job))

    @app.periodic(cron=pace.upkeep)
    @app.task(name=UPKEEP_TASK, queue=UPKEEP, queueing_lock=UPKEEP_TASK, priority=2**30, pass_context=True)
    async def _upkeep(context: procrastinate.JobContext, timestamp: int) -> None:
        await _revive(context.app, pace.stalled_s, timestamp)

    return app


async def _revive(app: procrastinate.App, stalled_s: float, _timestamp: int) -> None:
    """Give the jobs of workers that gave no sign of life back to the queue."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_s):
        if job.task_name == SLOT_TASK:
            logging.getLogger(__name__).warning("the worker of slot %s vanished", job.task_kwargs.get("slot_id"))
            await manager.retry_job(job)
        elif job.id is not None:
            await manager.finish_job_by_id_async(job.id, jobs.Status.FAILED, delete_job=True)
    await manager.prune_stalled_workers(stalled_s)


def _job(slot_id: int, queue: str, priority: int, lane: object) -> jobs.Job:
    return jobs.Job(
        queue=queue,
        priority=priority,
        lock=None if lane is None else str(lane),
        queueing_lock=f"munim slot {slot_id}",
        task_name=SLOT_TASK,
        task_kwargs={"slot_id": slot_id},
    )
