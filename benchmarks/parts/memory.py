"""Years of history from files on disk, one window after the other, in a process of its own: its peak memory.

As a program: python -m benchmarks.parts.memory URL ARCHIVE FILE...
"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.parts.figures import Figure
from benchmarks.parts.place import Place
from benchmarks.parts.processes import run_python
from munim.core.clock import IST

NEWEST = date(2025, 6, 30)
DAYS_A_WINDOW = 30
MEGABYTE = 1_000_000


def memory(place: Place, rows: int) -> list[Figure]:
    """Return the peak of a process that ingests so many rows of history of the replica's."""
    database = place.migrated("bench_memory")
    files = windows(place.folder / "history", rows)
    ended = run_python(
        ("-m", "benchmarks.parts.memory", str(database.url), str(place.folder / "archive-memory"), *map(str, files)),
        place.folder,
    )
    loaded = int(ended.printed)
    what = f"peak memory, {loaded / 1e6:.1f}M rows of history, bytes to commit, {len(files)} windows"
    return [
        Figure(what, (ended.peak_bytes / MEGABYTE,), 400, unit="MB",
               more=f"{loaded / ended.seconds / 1e6:.2f}M rows a second, Python's start and the archive in"),
    ]  # fmt: skip


def windows(folder: Path, rows: int) -> list[Path]:
    """Write windows of 30 days into files, going back until there are rows enough; oldest window first."""
    from munim.replica.universe import Universe  # noqa: PLC0415 - not for the process that is measured

    folder.mkdir()
    universe = Universe()
    fetched_at = datetime(2026, 9, 1, 8, 4, tzinfo=IST)
    files: list[Path] = []
    written, last = 0, NEWEST
    while written < rows:
        body = universe.history_file(last - timedelta(days=DAYS_A_WINDOW - 1), last, fetched_at)
        written += int(np.count_nonzero(np.frombuffer(body, np.uint8) == ord("\n")))
        name = f"history_{fetched_at - timedelta(hours=len(files)):%Y-%m-%dT%H%M%SZ}.txt"
        (folder / name).write_bytes(body)
        files.append(folder / name)
        last -= timedelta(days=DAYS_A_WINDOW)
    return files[::-1]


def _ingest(url: str, archive: str, files: list[Path]) -> int:
    from benchmarks.parts.place import no_client  # noqa: PLC0415
    from loaders.database import Database  # noqa: PLC0415
    from munim.core.clock import now  # noqa: PLC0415
    from pipelines.catalogue import NAV  # noqa: PLC0415
    from pipelines.ingest import ingest, plan  # noqa: PLC0415
    from pipelines.tools import Tools  # noqa: PLC0415
    from scrapers.archive import Archive  # noqa: PLC0415

    tools = Tools(
        Database("replica", now, url=url), Archive.open(archive, "replica", now), now, no_client, "a benchmark"
    )
    loaded = 0
    for path in files:
        for _, report in ingest(NAV, plan(NAV, [path]), tools):
            loaded += report.counts.new
    return loaded


if __name__ == "__main__":
    print(_ingest(sys.argv[1], sys.argv[2], [Path(name) for name in sys.argv[3:]]))
