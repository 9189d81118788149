"""A place where keyed data sets are loaded in any order: empty tables and a new archive."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loaders.database import Database
from munim.core.errors import RequestWrong
from pipelines.decisions import revert
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.archive import Archive
from tests.reliability.keyed_content import Content, content, recorded
from tests.reliability.made_keyed import FIRST_FETCH, MADE, TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

    from loaders.keyed_batch import KeyedTable
    from munim.core.payload import Payload
    from pipelines.dataset import DataSet
    from scrapers.client import Client


@dataclass
class Clock:
    at: datetime = FIRST_FETCH

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def _no_client() -> Client:
    message = "nothing is fetched"
    raise AssertionError(message)


@dataclass
class Place:
    """The emptied tables of a data set, with those that are derived from them, and a new archive."""

    url: str
    opened: psycopg.Connection[tuple[object, ...]]
    folder: Path
    clock: Clock = field(default_factory=Clock)
    runs: list[int] = field(default_factory=list)
    dataset: DataSet = MADE
    tables: Sequence[KeyedTable] = TABLES
    emptied: Sequence[str] = ()

    def __post_init__(self) -> None:
        kept = [f"market.{table.name}{end}" for table in self.tables for end in ("", "_revision")]
        logs = ("etl.payload", "etl.run", "etl.quarantine", "etl.quality_note")
        self.opened.execute(f"TRUNCATE {', '.join((*kept, *self.emptied, *logs))}")
        archive = Archive.open(tempfile.mkdtemp(dir=self.folder), "replica", self.clock)
        database = Database("replica", self.clock, url=self.url)
        self.tools = Tools(database, archive, self.clock, _no_client, "a test")

    def load(self, payload: Payload, other: DataSet | None = None) -> str:
        """Load a payload of the data set, or of another one."""
        dataset = other or self.dataset
        self.clock.at = max(self.clock.at, payload.fetched_at)
        report = load_payload(dataset, payload, self.tools, context(self.tools, dataset.name, Options()))
        if report.status == "success" and other is None:
            self.runs.append(report.run_id)
        return report.status

    def revert(self, number: int) -> None:
        if self.runs:
            # Where no value of the run still stands there is nothing to take back.
            with suppress(RequestWrong):
                self.runs.append(revert(self.dataset, self.runs[number % len(self.runs)], self.tools).run_id)

    def payloads(self) -> list[Payload]:
        archive = self.tools.archive
        return [archive.payload(manifest) for manifest in archive.manifests()]

    def content(self) -> Content:
        return content(self.opened, self.tables)

    def recorded(self) -> Content:
        return recorded(self.opened, self.tables)
