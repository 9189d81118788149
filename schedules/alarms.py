"""The alarm clock: APScheduler rings when the timetable says so. It holds no truth: who is rung looks at the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from munim.core.clock import IST
from schedules.timetable import Entry, Firing, cron

CHORES_EVERY_S = 300
"""How often it is looked whether something has to be told or computed: an incident is known at most so much later."""


def trigger(firing: Firing) -> CronTrigger:
    """Return APScheduler's trigger of a firing; days are by name: its numbers begin at Monday, and cron's at Sunday."""
    return CronTrigger.from_crontab(cron(firing), timezone=IST)


@contextmanager
def ringing(
    entries: Iterable[Entry], ring: Callable[[], object], chores: Mapping[str, Callable[[], object]] | None = None
) -> Iterator[BackgroundScheduler]:
    """Call `ring` at every firing of the entries, for as long as this lasts; it must be quick.

    Each of the `chores`, by name, is called every few minutes: telling of what is wrong, computing what waits.

    However late a machine wakes it rings, and once for all that it slept through.
    """
    clock = BackgroundScheduler(
        timezone=IST, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for one in entries:
        for firing in one.fires:
            clock.add_job(ring, trigger(firing), id=f"{one.feed} {cron(firing)}")
    for name, chore in (chores or {}).items():
        clock.add_job(chore, "interval", seconds=CHORES_EVERY_S, id=name)
    clock.start()
    try:
        yield clock
    finally:
        clock.shutdown(wait=False)
