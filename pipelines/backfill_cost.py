"""What a backfill costs: requests, and about how long they take at the polite rate. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.backfill import PlannedSlot
    from pipelines.dataset import DataSet
    from scrapers.manners import Manners


@dataclass(frozen=True)
class Cost:
    """`requests` in all, and `at_least` how long they take at the polite rate, were each answered at once."""

    requests: int
    at_least: timedelta


def cost(dataset: DataSet, slots: Iterable[PlannedSlot], manners: Manners) -> Cost:
    """Return what slots cost; sites are asked beside each other."""
    by_site: Counter[str] = Counter()
    for slot in slots:
        past = dataset.feed(slot.feed).history
        if past is not None:
            by_site[past.site] += past.requests
    longest = max((count * manners.interval_of(site) for site, count in by_site.items()), default=0.0)
    return Cost(by_site.total(), timedelta(seconds=longest))
