"""What a data set is: its feeds, and the functions that read and check their payloads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from munim.core.clock import IST
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from loaders.database import Connection
    from munim.core.due import DueDays
    from munim.core.payload import Payload
    from pipelines.way import Batch, Way
    from scrapers.client import Client

Follow = Callable[["Connection", str], "Sequence[tuple[str, str]]"]
"""Names the slots that a slot of a feed leads to, once it is in: feeds with their slots. The tables say it."""
Rests = Callable[["Connection", str], "str | None"]
"""Says by the tables why a slot of a feed is not worth asking for; None: it is."""

ONE_DAY = timedelta(days=1)

Fetch = Callable[["Client", str], "Payload"]
"""Fetches what a slot asks for."""

Read = Callable[["Payload", Collection[int]], "Batch"]
"""Checks a payload's body, parses and normalises it; takes the lines that a person has accepted."""


@dataclass(frozen=True)
class Past:
    """What a dated feed has of days gone by, and what asking for them costs.

    `by`: a slot is a "day", a "window" of up to `Feed.longest` days, or a "month" (or a part of one). `content` names
    the days that have content, as a timetable's calendar does. `begins` and `ends` are the first and last day that the
    source has; None: not known, or still going on. `fills` is the feed under which a day with content is found again
    where that is another one. `requests` is what one slot costs, all of them to `site`. `tries_closed`: weekends and
    listed holidays are asked for too, as a timetable's entry says it: what has none ends as empty.
    """

    by: Literal["day", "window", "month"] = "window"
    content: DueDays = "daily"
    site: str = ""
    begins: date | None = None
    ends: date | None = None
    fills: str | None = None
    requests: int = 1
    needs_browser: bool = False
    tries_closed: bool = False


@dataclass(frozen=True)
class Feed:
    """One thing that a source serves: how it is fetched, and what its slots are.

    `slots`: "instant" for a snapshot, whose slot is the scheduled instant; "dates" for a dated feed, whose slot is a
    date or a window `from..to`; "file" for what no site serves, and only files hold; "follow" for slots that another
    feed leads to, by its `follow`. `settles` is how long after the
    last day of a dated slot its rows may still come: a run before that loads what there is, and leaves the slot open.
    `longest` is how many days one slot may have. `serves` is "any" day, or the "newest" alone: then a slot is the day
    that is due, and stays open until it is there. `past` is for feeds whose history is asked for otherwise than a
    session or a window at a time: see `history`. `rests` names
    slots that are passed over: the ledger has why, and nobody tries them again.
    """

    name: str
    slots: str
    fetch: Fetch
    settles: timedelta = timedelta(0)
    longest: timedelta = timedelta(days=30)
    serves: str = "any"
    follow: Follow | None = None
    rests: Rests | None = None
    past: Past | None = None

    @property
    def history(self) -> Past | None:
        """What it has of days gone by; None for a feed that serves no day but the newest, or no days at all."""
        if self.slots != "dates" or self.serves != "any":
            return None
        return self.past or (Past("day", "nse_sessions") if self.longest == ONE_DAY else Past())

    def is_settled(self, slot: str, at: datetime) -> bool:
        """Tell whether all that a slot asks for is due at an instant."""
        if self.slots != "dates":
            return True
        last_day = datetime.combine(window(slot)[1], time(0), IST)
        return last_day + self.settles <= at

    def needs_day(self, slot: str) -> date | None:
        """Return the day that must be in the content for the slot to be filled; None where whatever comes fills it."""
        return window(slot)[1] if self.serves == "newest" else None


def window(slot: str) -> tuple[date, date]:
    """Return the dates of a dated slot, `2026-08-01` or `2026-08-01..2026-08-30`; both ends belong to it."""
    first, _, last = slot.partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise RequestWrong(
            f"{slot!r} is no date and no window", advice="write 2026-08-18 or 2026-08-01..2026-08-30"
        ) from error


@dataclass(frozen=True)
class DataSet:
    """A data set's declaration. `detect` tells the feed of a file by its content; `way_of` brings the loader.

    `hangs_on_fetch`: rows hang on when a payload was fetched (a snapshot that says no time of its own), so that the
    same bytes again say something new.
    """

    name: str
    feeds: tuple[Feed, ...]
    detect: Callable[[bytes], str]
    read: Read
    way_of: Callable[[DataSet], Way]
    hangs_on_fetch: bool = False

    def way(self) -> Way:
        """Return how its payloads become rows; brings the loader and pandas."""
        return self.way_of(self)

    def feed(self, name: str) -> Feed:
        """Return a feed by its name. Raises KeyError for one that the data set has not."""
        return {feed.name: feed for feed in self.feeds}[name]
