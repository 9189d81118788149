"""CronJobs from the timetable: the firings of a feed that differ by the hour alone are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from munim.core.clock import IST
from schedules.rendering.pods import Manifest, job, labels, pod
from schedules.timetable import TIMETABLE, Entry, Firing, cron

BROWSER_FEEDS = frozenset({"nsdl.fpi_archive", "chittorgarh.ipo_list", "investorgain.gmp"})
"""Feeds that only a browser can ask, and those whose page it reads where their data is refused: pods have Chromium."""

RETRIES = 6
"""Pods after the first one; Kubernetes waits 10 s, 20 s, 40 s … between them, 10 minutes in all."""

LONGEST_RUN = timedelta(hours=1)
"""A pod that is at it for longer hangs: ended, and the slot stays open."""

LATEST_START = timedelta(hours=3)
"""How late a firing may start, where the feed's next one leaves so much."""

MARGIN = timedelta(minutes=1)
"""A run ends, and a late one starts, so long before the feed's next firing."""

LONGEST_NAME = 52
"""A CronJob's name: Kubernetes adds 11 characters to name its Jobs, and a name has 63."""

ALERTS = "*/10 * * * *"
"""How often it is looked whether something has to be told: an incident is known at most so much later."""

CATCH_UP = "7,22,37,52 * * * *"
"""How often it is looked whether a slot was left open or missed: between the firings, which are at fives."""


@dataclass(frozen=True)
class Group:
    """Firings of one feed in one line of cron, in Asia/Kolkata. `gap` is the shortest time to the feed's next one."""

    entry: Entry
    first: Firing
    schedule: str
    gap: timedelta

    @property
    def name(self) -> str:
        """The CronJob's name: the feed and the time of the first firing."""
        name = f"munim-{self.entry.feed.replace('.', '-').replace('_', '-')}-{self.first.at:%H%M}"
        if len(name) > LONGEST_NAME:
            message = f"{name} is too long for a CronJob's name"
            raise ValueError(message)
        return name


def groups(entry: Entry) -> list[Group]:
    """Return a feed's firings as lines of cron, by the time of the first firing of each."""
    fires = sorted(entry.fires, key=lambda firing: firing.at)
    found = []
    for _, members in groupby(sorted(fires, key=_without_hour), key=_without_hour):
        alike = list(members)
        minute, _, *days = cron(alike[0]).split()
        hours = ",".join(dict.fromkeys(cron(firing).split()[1] for firing in alike))
        gap = min(_to_next(firing, fires) for firing in alike)
        found.append(Group(entry, alike[0], " ".join([minute, hours, *days]), gap))
    return sorted(found, key=lambda group: group.first.at)


def cronjobs(timetable: Sequence[Entry] = TIMETABLE) -> list[Manifest]:
    """Return the CronJobs of a timetable, in its order, the one that catches up, and the one that tells."""
    feeds = [_of_feed(group) for entry in timetable for group in groups(entry)]
    return [*feeds, _catch_up(browser=any(entry.feed in BROWSER_FEEDS for entry in timetable)), _alerts()]


def _without_hour(firing: Firing) -> tuple[str, ...]:
    minute, _, *days = cron(firing).split()
    return (minute, *days)


def _to_next(firing: Firing, fires: Sequence[Firing]) -> timedelta:
    """Return the time to the next firing, as if each were on every day: where it is not, there is more."""
    own = _since_midnight(firing)
    later = [_since_midnight(other) - own for other in fires if other.at != firing.at]
    return min((gap % timedelta(days=1) for gap in later), default=timedelta(days=1))


def _since_midnight(firing: Firing) -> timedelta:
    return timedelta(hours=firing.at.hour, minutes=firing.at.minute)


def _of_feed(group: Group) -> Manifest:
    entry = group.entry
    named = labels("feed", dataset=entry.dataset, feed=entry.feed)
    # Which slot it is for is found by the command itself: the newest firing, whoever fired it.
    spec = pod(["run", entry.dataset, "--feed", entry.feed, "--scheduled"], browser=entry.feed in BROWSER_FEEDS)
    return _cronjob(
        group.name,
        group.schedule,
        named,
        job(spec, {"labels": named}, retries=RETRIES, deadline_s=_seconds(min(group.gap - MARGIN, LONGEST_RUN))),
        # What starts so late is still for its own slot: the next one is not due yet.
        starting_deadline_s=_seconds(min(group.gap - MARGIN, LATEST_START)),
    )


def _catch_up(*, browser: bool) -> Manifest:
    """Return what tries open slots again as the timetable says, makes good what was missed, and records what can't be.

    A cluster that was down fires nothing backwards: the ledger knows what was asked for.
    """
    named = labels("catch-up")
    spec = pod(["scheduler", "--once"], browser=browser)
    return _cronjob(
        "munim-catch-up",
        CATCH_UP,
        named,
        job(spec, {"labels": named}, retries=1, deadline_s=_seconds(LONGEST_RUN)),
        starting_deadline_s=600,
    )


def _alerts() -> Manifest:
    named = labels("alerts")
    return _cronjob(
        "munim-alerts",
        ALERTS,
        named,
        job(pod(["alerts", "send"]), {"labels": named}, retries=1, deadline_s=300),
        starting_deadline_s=300,
    )


def _cronjob(name: str, schedule: str, named: dict[str, str], spec: Manifest, *, starting_deadline_s: int) -> Manifest:
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name, "labels": named},
        "spec": {
            "schedule": schedule,
            "timeZone": str(IST),
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": starting_deadline_s,
            "successfulJobsHistoryLimit": 1,
            # Their logs say why: as many as fit between one look at them and the next.
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {"metadata": {"labels": named}, "spec": spec},
        },
    }


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
