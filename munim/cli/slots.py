"""What `--slot` and `--feed` ask for: a feed of the data set, and a slot in the one way that slots are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from munim.core.clock import IST
from munim.core.errors import RequestWrong
from pipelines.dataset import window
from schedules import timetable
from schedules.slots import Asked, ContentDays, current, written

if TYPE_CHECKING:
    from datetime import date

    from pipelines.dataset import DataSet
    from schedules.timetable import ContentDay

SATURDAY = 5

_DATES = re.compile(r"\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?")

__all__ = ["Asked", "resolve", "weekdays"]


def weekdays(_calendar: str) -> ContentDay:
    """Take every weekday for a day with content: where no calendar is at hand."""
    return lambda day: day.weekday() < SATURDAY


def resolve(
    dataset: DataSet,
    slot: str | None,
    feed: str | None,
    now: datetime,
    *,
    any_instant: bool = False,
    content_days: ContentDays = weekdays,
) -> list[Asked]:
    """Return what is asked for, a slot for each feed: without a slot and a feed, all that the timetable has at `now`.

    A day or a window asks for the feeds that serve any day. An instant other than the current slot is served by made
    sites alone (`any_instant`). Raises `RequestWrong` for a slot or a feed that can't be.
    """
    if slot is None:
        return [_scheduled(name, now, content_days) for name in _named(dataset, feed, _on_timetable)]
    if _DATES.fullmatch(slot) is not None:
        return [
            Asked(name, _dates(slot, dataset, name)) for name in _named(dataset, feed, _serves_any_day)
            if _is_newest(dataset, name, slot, now, content_days)
        ]  # fmt: skip
    return [_snapshot(name, slot, now, any_instant=any_instant) for name in _named(dataset, feed, _is_snapshot)[:1]]


def _on_timetable(dataset: DataSet) -> list[str]:
    return timetable.scheduled(dataset.name)


def _serves_any_day(dataset: DataSet) -> list[str]:
    return [feed.name for feed in dataset.feeds if feed.slots == "dates" and feed.serves == "any"]


def _is_snapshot(dataset: DataSet) -> list[str]:
    return [feed.name for feed in dataset.feeds if feed.slots == "instant"]


def _named(dataset: DataSet, feed: str | None, which: Callable[[DataSet], list[str]]) -> list[str]:
    """Return the feed that is named, or those of the data set that are asked in this way."""
    fitting = which(dataset)
    if feed is None:
        if not fitting:
            raise RequestWrong(f"{dataset.name} has no feed that is asked so", advice=f"give --feed: {_names(dataset)}")
        return fitting
    if feed not in {one.name for one in dataset.feeds}:
        raise RequestWrong(f"{dataset.name} has no feed {feed!r}", advice=f"it has {_names(dataset)}")
    by_day = dataset.feed(feed).slots == "dates"
    named_alone = (which is _serves_any_day and by_day) or (which is _on_timetable and timetable.has_entry(feed))
    if feed not in fitting and not named_alone:
        raise RequestWrong(
            f"{feed} is asked by {'day' if by_day else 'instant'}",
            advice="give a day or a window: --slot 2026-08-18, --slot 2026-08-01..2026-08-30"
            if by_day
            else "leave --slot out",
        )
    return [feed]


def _names(dataset: DataSet) -> str:
    return ", ".join(feed.name for feed in dataset.feeds)


def _scheduled(feed: str, now: datetime, content_days: ContentDays) -> Asked:
    entry = timetable.entry(feed)
    return current(entry, now, content_days(entry.calendar))


def _is_newest(dataset: DataSet, feed: str, slot: str, now: datetime, content_days: ContentDays) -> bool:
    """Refuse an older day of a feed that serves the newest alone."""
    if dataset.feed(feed).serves == "any":
        return True
    newest = timetable.current_day(feed, now, content_days(timetable.entry(feed).calendar))
    if window(slot)[1] < newest or window(slot)[0] != window(slot)[1]:
        raise RequestWrong(
            f"{feed} serves the newest session alone, now {newest}",
            slot=slot,
            advice=f"older ones can be brought in: `munim import {dataset.name}`, `munim ingest {dataset.name}`",
        )
    return True


def _snapshot(feed: str, slot: str, now: datetime, *, any_instant: bool) -> Asked:
    instant = _instant(slot)
    newest = timetable.current_slot(feed, now)
    if instant != newest and not any_instant:
        raise RequestWrong(
            f"{feed} serves what is there now, and the current slot is {written(newest)}",
            slot=written(instant),
            advice=f"leave --slot out, or ask for a day: --slot {instant.astimezone(IST):%Y-%m-%d}",
        )
    return Asked(feed, written(instant), instant)


def _dates(slot: str, dataset: DataSet, feed: str) -> str:
    first, last = window(slot)
    longest = dataset.feed(feed).longest
    if last < first:
        raise RequestWrong("the window ends before it begins", feed=feed, slot=slot)
    if last - first >= longest:
        pieces = ", ".join(f"--slot {piece}" for piece in _windows(first, last, longest))
        raise RequestWrong(
            f"the window has {(last - first).days + 1} days, and {longest.days} are asked for at most",
            feed=feed,
            slot=slot,
            advice=f"ask `munim run {dataset.name}` for a piece at a time: {pieces}",
        )
    return _written(first, last)


def _windows(first: date, last: date, longest: timedelta) -> list[str]:
    """Return a long window in pieces that may be asked for."""
    pieces = []
    while first <= last:
        end = min(last, first + longest - timedelta(days=1))
        pieces.append(_written(first, end))
        first = end + timedelta(days=1)
    return pieces


def _written(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first}..{last}"


def _instant(slot: str) -> datetime:
    try:
        instant = datetime.fromisoformat(slot)
    except ValueError as error:
        raise RequestWrong(
            f"{slot!r} is no slot",
            advice="write a day (2026-08-18), a window (2026-08-01..2026-08-30) or an instant (2026-08-18T11:00)",
        ) from error
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=IST)
