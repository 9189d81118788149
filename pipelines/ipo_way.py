"""The way of public issues: the keyed one, and what follows from the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import ipo, ipo_after
from pipelines.ipo_judge import judge
from pipelines.keyed_way import KeyedWay

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection
    from pipelines.dataset import DataSet

DERIVED = ("market.ipo", "market.ipo_revision", "market.ipo_source", "market.ipo_doubtful")


@dataclass(frozen=True)
class IpoWay(KeyedWay):
    """See `pipelines.way.Way`."""

    def restore(self, session: Connection, at: datetime) -> None:
        """Give back what the archive does not know; states are readable since all that they derive from is."""
        super().restore(session, at)
        ipo_after.derive_all(session)


def way(dataset: DataSet) -> IpoWay:
    """Return the way of the data set `ipo`."""
    return IpoWay(dataset, ipo.TABLES, judge, after=ipo_after.derive_moved, derived=DERIVED)
