"""When each feed runs and by when its content is due: the only place.

`munim db migrate` writes it to `etl.timetable`, where readers and the freshness view find it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from munim.core.clock import IST


@dataclass(frozen=True)
class Entry:
    """One feed's times, in Asia/Kolkata. `due_time` is `due_days_later` days after the day that content is of."""

    feed: str
    dataset: str
    fires: tuple[time, ...]
    calendar: str
    due_time: time
    due_days_later: int


TIMETABLE = (
    # NAVs of day T appear from about 20:30 on T to 10:00 on T+1; some commodity and overseas funds until 11:00.
    Entry("amfi.latest", "nav", (time(8), time(11), time(23, 30)), "weekdays", time(11), 1),
)


def entry(feed: str) -> Entry:
    """Return a feed's entry. Raises KeyError for a feed that has none."""
    return {one.feed: one for one in TIMETABLE}[feed]


def rows() -> list[tuple[object, ...]]:
    """Return the timetable in the order of the columns of `etl.timetable`."""
    return [
        (
            one.feed, one.dataset, [f"{at.minute} {at.hour} * * *" for at in one.fires], one.calendar,
            one.due_time.isoformat("minutes"), one.due_days_later,
        )
        for one in TIMETABLE
    ]  # fmt: skip


def current_slot(feed: str, now: datetime) -> datetime:
    """Return the newest instant at which the feed was to run, at or before `now`; aware, in Asia/Kolkata."""
    here = now.astimezone(IST)
    today = here.date()
    instants = [
        datetime.combine(day, at, IST) for day in (today - timedelta(days=1), today) for at in entry(feed).fires
    ]
    return max(instant for instant in instants if instant <= here)


def next_slot(feed: str, now: datetime) -> datetime:
    """Return the next instant at which the feed is to run, after `now`."""
    here = now.astimezone(IST)
    today = here.date()
    instants = [
        datetime.combine(day, at, IST) for day in (today, today + timedelta(days=1)) for at in entry(feed).fires
    ]
    return min(instant for instant in instants if instant > here)
