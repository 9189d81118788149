"""The alarm clock: APScheduler rings when the timetable says so. It holds no truth: who is rung looks at the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from munim.core.clock import IST
from schedules.timetable import Entry, Firing, cron

TELL_EVERY_S = 300
"""How often it is looked whether something has to be told: an incident is known at most so much later."""


def trigger(firing: Firing) -> CronTrigger:
    """Return APScheduler's trigger of a firing; days are by name: its numbers begin at Monday, and cron's at Sunday."""
    return CronTrigger.from_crontab(cron(firing), timezone=IST)


@contextmanager
def ringing(
    entries: Iterable[Entry], ring: Callable[[], object], tell: Callable[[], object] | None = None
) -> Iterator[BackgroundScheduler]:
    """Call `ring` at every firing of the entries, for as long as this lasts; it must be quick.

    `tell` is called every few minutes: it looks at what is wrong, and tells of it.

    However late a machine wakes it rings, and once for all that it slept through.
    """
    clock = BackgroundScheduler(
        timezone=IST, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for one in entries:
        for firing in one.fires:
            clock.add_job(ring, trigger(firing), id=f"{one.feed} {cron(firing)}")
    if tell is not None:
        clock.add_job(tell, "interval", seconds=TELL_EVERY_S, id="alerts")
    clock.start()
    try:
        yield clock
    finally:
        clock.shutdown(wait=False)
