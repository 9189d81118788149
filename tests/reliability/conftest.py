"""What the reliability tests share: workers, a place that begins anew each round, and two files to load there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.reliability import tables, workers
from tests.reliability.made_files import Row, body
from tests.reliability.workers import Job, Worker

Connection = psycopg.Connection[tuple[object, ...]]

DAY = date(2026, 8, 18)
FETCHED_AT = datetime.fromisoformat("2026-08-19T02:30:00+00:00")

_numbers = count()


@dataclass(frozen=True)
class Round:
    """A database with the first day's file in it, and an archive that has it."""

    database: str
    connection: Connection
    archive: Path
    files: tuple[Path, Path]
    at: datetime = FETCHED_AT

    def job(self, **more: object) -> Job:
        """A job at a time of day; `load` is the second day's file, and makes whatever a load can make."""
        return {
            "do": "load",
            "database": self.database,
            "archive": str(self.archive),
            "at": (self.at + timedelta(days=2)).isoformat(),
            "feed": "amfi.latest",
            "slot": "the second day",
            "file": str(self.files[1]),
            "fetched_at": (self.at + timedelta(days=1)).isoformat(),
            **more,
        }

    def first(self) -> Job:
        return self.job(slot="the first day", file=str(self.files[0]), fetched_at=self.at.isoformat())

    def checksum(self) -> tables.Content:
        return tables.content(self.connection)


@pytest.fixture(scope="session")
def three_workers() -> Iterator[list[Worker]]:
    with workers.running(3) as started:
        yield started


@pytest.fixture
def worker(three_workers: list[Worker]) -> Worker:
    return three_workers[0]


@dataclass(frozen=True)
class Rounds:
    """Makes rounds on one database, one after the other."""

    worker: Worker
    round: Round

    def empty(self) -> Round:
        """A round with nothing in its database and nothing in its archive."""
        tables.empty(self.round.connection)
        return replace(self.round, archive=self.round.archive / str(next(_numbers)))

    def new(self) -> Round:
        """A round with the first day's file."""
        fresh = self.empty()
        ended = self.worker.do(fresh.first())
        assert ended.told == (0, "success", None)
        return fresh


@pytest.fixture
def rounds(worker: Worker, database_url: str, connection: Connection, tmp_path: Path) -> Rounds:
    files = tmp_path / "first.txt", tmp_path / "second.txt"
    for path, rows in zip(files, (first_day(), second_day()), strict=True):
        path.write_bytes(body(rows, "latest-6"))
    return Rounds(worker, Round(database_url, connection, tmp_path / "archives", files))


def first_day() -> list[Row]:
    """Forty schemes with NAVs of one day."""
    return [
        Row(str(100_001 + number), f"{10 + number}.1234", DAY, name=f"Fund {number} - Growth") for number in range(40)
    ]


def second_day() -> list[Row]:
    """The day after: new NAVs, one restated, of another year, absent, negative; schemes renamed, new and gone."""
    new = [replace(row, nav=f"{row.nav[:-4]}5678", day=DAY + timedelta(days=1)) for row in first_day()[3:]]
    return [
        Row("100001", "99.5", DAY, name="Fund 0 - Growth"),
        Row("100003", "12.1234", DAY, name="Fund 2 renamed - Growth"),
        *new,
        Row("200001", "7.5", date(2025, 12, 31), name="A dead fund"),
        Row("200002", "N.A.", DAY, name="A fund without a NAV"),
        Row("200003", "-1.5", DAY, name="A fund with a negative NAV"),
        Row("SIF-9", "0", DAY, name="A fund of another kind"),
    ]
