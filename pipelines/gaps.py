"""What can fill a day of which a feed's table has nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.keyed_way import KeyedWay

if TYPE_CHECKING:
    from datetime import date

    from pipelines.dataset import DataSet

IMPORT = "import."
"""What the feeds of histories that somebody already has are called before the point."""


def ways_to_fill(dataset: DataSet, feed: str, day: date) -> list[str]:
    """Return the commands that can bring a day's content in, the surest first.

    `run` with the feeds of the same table that serve any day; `ingest` for a file that the source served, which
    somebody has; `import` where the table takes histories.
    """
    beside = _beside(dataset, feed)
    declared = [one for one in dataset.feeds if one.name in beside]
    runs = [
        f"munim run {dataset.name} --feed {one.name} --slot {day}"
        for one in declared
        if one.slots == "dates" and one.serves == "any"
    ]
    imports = any(name.startswith(IMPORT) for name in beside)
    return [
        *runs,
        *([f"munim import {dataset.name} FILE.csv --source NAME"] if imports else []),
        f"munim ingest {dataset.name} FILE",
    ]


def _beside(dataset: DataSet, feed: str) -> set[str]:
    """Return the feeds that supply what a feed supplies, itself included."""
    way = dataset.way()
    tables = way.tables if isinstance(way, KeyedWay) else ()
    return {name for table in tables for group in table.groups if feed in group.rank for name in group.rank} | {feed}
