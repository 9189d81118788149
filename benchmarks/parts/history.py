"""Years of history, window by window as AMFI serves it: new, and the same again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.parts import made, memory, sides
from benchmarks.parts.days import Days
from benchmarks.parts.figures import Figure, Sides, seconds
from benchmarks.parts.made import History, Loadable
from benchmarks.parts.place import wal_position
from benchmarks.parts.sides import Munim, RawCopy
from munim.core.payload import Payload
from pipelines.catalogue import NAV
from pipelines.first_load import load_files
from pipelines.ingest import plan
from pipelines.tools import Options

FIRST = date(2001, 1, 1)
SCHEMES = 14_000


def history_of(days: Days, rows: int) -> History:
    """Return windows of so many rows: of days that the tables don't hold, fetched after all that they do."""
    first = made.read(*days.files[0])
    codes = made.living_codes(first, SCHEMES)
    return History(codes, FIRST, rows // SCHEMES, first.payload.fetched_at + timedelta(hours=1))


def history_new(days: Days, rows: int, rounds: int, to_reach: float, *, unchanged: float | None = None) -> list[Figure]:
    """Load so many rows that are new, each window in a transaction of its own; then the same again in other bytes."""
    history = history_of(days, rows)
    same = replace(history, fetched_at=history.fetched_at + timedelta(hours=12), text=b"again")
    new, again = Sides(), Sides()
    wal: list[float] = []
    for _ in range(rounds):
        with days.munim() as munim:
            new.add_pair(*_measure(munim, history.windows(), wal))
            sides.assert_same_sums(munim.connection, history.first, history.last)
            if unchanged is not None:
                again.add_pair(*_measure(munim, same.windows(), []))
    count = f"{history.rows / 1e6:.1f}M rows of history"
    figures = [
        Figure(f"{count}, new, frame to commit", new.ratios, to_reach,
               more=f"{new.times()}, WAL {median(wal):.0f} B a row"),
    ]  # fmt: skip
    if unchanged is not None:
        figures.append(Figure(f"{count}, unchanged", again.ratios, unchanged, more=again.times()))
    return figures


def first_load(days: Days, rows: int) -> list[Figure]:
    """Load so many rows of history from files on disk into tables that hold nothing, as `munim ingest` does.

    The raw COPY is of the same rows, ready, file by file. The archive is on the bill.
    """
    files = memory.windows(days.place.folder / "first-load", rows)
    database = days.place.migrated("bench_first")
    tools = days.place.tools(database)
    loaded = 0

    def ours() -> None:
        nonlocal loaded
        loaded = sum(report.counts.new for _, report in load_files(NAV, _payloads(files), tools, Options()))

    took, other = seconds(ours), 0.0
    with database.session() as connection:
        for payload in _payloads(files):
            raw = RawCopy.of(connection, Loadable(payload, NAV.read(payload, ())), keep=True)
            other += seconds(raw)
        sides.assert_same_sums(connection, date(1990, 1, 1), date(2099, 1, 1))
    measured = Sides()
    measured.add_pair(took, other)
    what = f"{loaded / 1e6:.1f}M rows of history, a first load by years, text on disk to commit"
    return [Figure(what, measured.ratios, 4.0, more=f"{measured.times()}, {len(files)} files")]


def _payloads(files: Sequence[Path]) -> Iterator[Payload]:
    for path in files:
        yield from plan(NAV, [path])


def _measure(munim: Munim, windows: Iterator[Loadable], wal: list[float]) -> tuple[float, float]:
    """Return the seconds of munim and of the raw COPY over all windows, one window after the other."""
    ours = other = 0.0
    written = rows = 0
    for number, loadable in enumerate(windows):
        raw = RawCopy.of(munim.connection, loadable, keep=number > 0)
        other += seconds(raw)
        start = wal_position(munim.connection)
        ours += seconds(partial(munim.load, loadable))
        written += wal_position(munim.connection) - start
        rows += len(loadable.batch.navs)
    wal.append(written / rows)
    return ours, other
