"""What a data set is: its feeds, and the functions that read and check their payloads."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from munim.core.clock import IST
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from loaders.batch import DeriveScheme, Fact, NavBatch, Note
    from loaders.load import Judge
    from loaders.nav_rows import NavArrays
    from munim.core.payload import Payload
    from scrapers.client import Client

Fetch = Callable[["Client", str], "Payload"]
"""Fetches what a slot asks for."""

Read = Callable[["Payload", Collection[int]], "NavBatch"]
"""Checks a payload's body, parses and normalises it; takes the lines that a person has accepted."""


Describe = Callable[[str, "Fact"], "list[Note]"]
"""What is odd about what a feed says of a key."""

Flag = Callable[["NavArrays"], "list[Note]"]
"""What is odd about rows that were written."""


@dataclass(frozen=True)
class Feed:
    """One thing that a source serves: how it is fetched, and what its slots are.

    `slots`: "instant" for a snapshot, whose slot is the scheduled instant; "dates" for a dated feed, whose slot is a
    date or a window `from..to`. `settles` is how long after the last day of a dated slot its rows may still come: a
    run before that loads what there is, and leaves the slot open.
    """

    name: str
    slots: str
    fetch: Fetch
    settles: timedelta = timedelta(0)

    def is_settled(self, slot: str, at: datetime) -> bool:
        """Tell whether all that a slot asks for is due at an instant."""
        if self.slots == "instant":
            return True
        last_day = datetime.combine(window(slot)[1], time(0), IST)
        return last_day + self.settles <= at


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
    """A data set's declaration. `detect` tells the feed of a file by its content."""

    name: str
    feeds: tuple[Feed, ...]
    detect: Callable[[bytes], str]
    read: Read
    judge: Callable[[], Judge]
    derive: Callable[[], DeriveScheme]
    describe: Callable[[], Describe]
    flag: Callable[[], Flag]

    def feed(self, name: str) -> Feed:
        """Return a feed by its name. Raises KeyError for one that the data set has not."""
        return {feed.name: feed for feed in self.feeds}[name]
