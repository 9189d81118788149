"""What `--slot` and `--feed` ask for: a feed of the data set, and a slot in the one way that slots are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from munim.core.clock import IST
from munim.core.errors import RequestWrong
from pipelines.dataset import window
from schedules import timetable
from scrapers.amfi import LONGEST_WINDOW

if TYPE_CHECKING:
    from datetime import date

    from pipelines.dataset import DataSet

_DATES = re.compile(r"\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?")


@dataclass(frozen=True)
class Asked:
    """A feed and a slot of it; `instant` is the slot's for a feed that serves a snapshot, None for a dated one."""

    feed: str
    slot: str
    instant: datetime | None = None


def resolve(dataset: DataSet, slot: str | None, feed: str | None, now: datetime, *, any_instant: bool = False) -> Asked:
    """Return what is asked for: without a slot, the newest that the timetable has at `now`.

    A day or a window asks for the dated feed. An instant other than the current slot is served by made sites alone
    (`any_instant`). Raises `RequestWrong` for a slot or a feed that can't be.
    """
    dated = slot is not None and _DATES.fullmatch(slot) is not None
    name = _feed(dataset, feed, "dates" if dated else "instant")
    if slot is None:
        current = timetable.current_slot(name, now)
        return Asked(name, _iso(current), current)
    if dated:
        return Asked(name, _dates(slot, dataset.name, name))
    instant = _instant(slot)
    current = timetable.current_slot(name, now)
    if instant != current and not any_instant:
        raise RequestWrong(
            f"{name} serves what is there now, and the current slot is {_iso(current)}",
            slot=_iso(instant),
            advice=f"leave --slot out, or ask for a day: --slot {instant.astimezone(IST):%Y-%m-%d}",
        )
    return Asked(name, _iso(instant), instant)


def _feed(dataset: DataSet, named: str | None, kind: str) -> str:
    """Return the feed that is named, or the first whose slots are of the kind."""
    if named is None:
        return next(feed.name for feed in dataset.feeds if feed.slots == kind)
    kinds = {feed.name: feed.slots for feed in dataset.feeds}
    if named not in kinds:
        raise RequestWrong(f"{dataset.name} has no feed {named!r}", advice=f"it has {', '.join(kinds)}")
    if kinds[named] != kind:
        wanted = "a day or a window: --slot 2026-08-18, --slot 2026-08-01..2026-08-30"
        raise RequestWrong(
            f"{named} is asked by {'day' if kinds[named] == 'dates' else 'instant'}",
            advice=f"give {wanted}" if kinds[named] == "dates" else "leave --slot out",
        )
    return named


def _dates(slot: str, dataset: str, feed: str) -> str:
    first, last = window(slot)
    if last < first:
        raise RequestWrong("the window ends before it begins", feed=feed, slot=slot)
    if last - first >= LONGEST_WINDOW:
        pieces = ", ".join(f"--slot {piece}" for piece in _windows(first, last))
        raise RequestWrong(
            f"the window has {(last - first).days + 1} days, and {LONGEST_WINDOW.days} are asked for at most",
            feed=feed,
            slot=slot,
            advice=f"ask `munim run {dataset}` for a piece at a time: {pieces}",
        )
    return _written(first, last)


def _windows(first: date, last: date) -> list[str]:
    """Return a long window in pieces that may be asked for."""
    pieces = []
    while first <= last:
        end = min(last, first + LONGEST_WINDOW - timedelta(days=1))
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


def _iso(instant: datetime) -> str:
    return instant.astimezone(IST).isoformat()
