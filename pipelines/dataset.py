"""What a data set is: its feeds, and the functions that read and check their payloads."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    date or a window `from..to`.
    """

    name: str
    slots: str
    fetch: Fetch


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
