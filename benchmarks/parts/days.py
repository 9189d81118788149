"""One daily file: new, the same, the very same bytes, and with restated values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from statistics import median

from benchmarks.parts import made, sides
from benchmarks.parts.figures import Figure, Sides
from benchmarks.parts.made import History, Loadable
from benchmarks.parts.place import Place, wal_position
from benchmarks.parts.sides import RawCopy
from loaders.database import Connection
from loaders.known import load_known
from loaders.load import load
from munim.core.clock import now
from munim.core.payload import Payload
from pipelines.catalogue import NAV
from scrapers.archive import Archive

BASE = "bench_base"
"""A database that holds a million rows of history and a first daily file."""

RESTATED = 0.01


@dataclass(frozen=True)
class Days:
    """A prepared server and daily files: the first is loaded, each further one is a round's."""

    place: Place
    files: Sequence[tuple[datetime, bytes]]

    @property
    def rounds(self) -> int:
        """How often each case is measured; one more goes before to warm up."""
        return len(self.files) - 2

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open a copy of the prepared database."""
        with self.place.copy_of(BASE) as database, database.session() as connection:
            yield connection


def prepare(place: Place, rounds: int, *, history_rows: int = 1_000_000) -> Days:
    """Make the database that the cases copy: history of the year before, and the first of the daily files."""
    days = Days(place, made.daily_files(rounds + 2))
    first = made.read(*days.files[0])
    codes = first.batch.navs["scheme_code"].to_list()
    history = History(codes, date(2025, 6, 2), history_rows // len(codes), first.payload.fetched_at - timedelta(days=9))
    with place.migrated(BASE).session() as connection:
        for loadable in (*history.windows(), first):
            sides.munim_load(connection, loadable)
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return days


def day_new(days: Days) -> list[Figure]:
    """Frame to commit, a new day: about 9,100 of some 14,170 rows are new, the others are of 840 old dates."""
    bare = _frames(days, Loadable.without_facts)
    whole = _frames(days, lambda one: one)
    return [
        _figure("frame to commit, day new", bare, 3.0),
        _figure("  the same with scheme facts in the batch", whole, None),
    ]


def day_unchanged(days: Days) -> list[Figure]:
    """The same rows in other bytes, a minute later."""
    bare = _frames(days, Loadable.without_facts, before=lambda one: one, now_loaded=lambda one: made.again(one, 1))
    whole = _frames(days, lambda one: one, before=lambda one: one, now_loaded=lambda one: made.again(one, 1))
    return [
        _figure("frame to commit, day unchanged", bare, 2.0),
        _figure("  the same with scheme facts in the batch", whole, None),
    ]


def day_restated(days: Days) -> list[Figure]:
    """A day with 1% of its rows restated: by itself, and together with a new day."""

    def restate(one: Loadable) -> Loadable:
        return made.restated(made.again(one, 1), RESTATED, seed=one.payload.fetched_at.day)

    same = _frames(days, Loadable.without_facts, before=lambda one: one, now_loaded=restate)
    return [_figure("frame to commit, day loaded before with 1% restated", same, 5.0)]


def day_known(days: Days) -> list[Figure]:
    """Bytes that are known: the very payload, and the same bytes fetched again; digest and ledger row included."""
    repeat, twin = Sides(), Sides()
    with days.connection() as connection:
        for number, (at, body) in enumerate(days.files[1:]):
            loadable = made.read(at, body)
            raw = RawCopy.of(connection, loadable)
            sides.munim_load(connection, loadable)
            for timed, later in ((repeat, 0), (twin, 1)):
                # A payload of its own: its digest is worked out while the clock runs.
                payload = partial(made.payload_of, at + timedelta(minutes=later), body)
                raw = RawCopy.of(connection, loadable)
                timed.add(partial(_load_known, connection, payload), raw)
            if number == 0:
                sides.assert_same_rows(connection)
    return [
        _figure("the same payload again, digest and ledger row included", _Measured(repeat), 0.5),
        _figure("the same bytes fetched again, digest and ledger row included", _Measured(twin), 0.5),
    ]


def day_from_bytes(days: Days) -> list[Figure]:
    """From a file on disk to commit, schemes included, on an open connection: without the archive, and with it."""
    without, archived = Sides(), Sides()
    archive = Archive.open(str(days.place.folder / "archive"), "replica", now)
    folder = days.place.folder / "files"
    folder.mkdir(exist_ok=True)
    for timed, keep in ((without, None), (archived, archive)):
        with days.connection() as connection:
            for number, (at, body) in enumerate(days.files[1:]):
                path = folder / f"{at.date()}.txt"
                path.write_bytes(body)
                loadable = made.read(at, body)
                raw = RawCopy.of(connection, loadable)

                def whole_way(
                    at: datetime = at, path: str = str(path), keep: Archive | None = keep, session: Connection = connection
                ) -> None:
                    with open(path, "rb") as file:  # noqa: PTH123 - a str is what the loop binds
                        payload = made.payload_of(at, file.read())
                    if keep is not None:
                        keep.put(payload)
                    load(session, payload, NAV.read(payload, ()), sides.context(), sides.rules(), now)

                timed.add(whole_way, raw)
                if number == 0:
                    sides.assert_same_rows(connection)
    return [
        _figure("bytes on disk to commit, day new, schemes in, archive excluded", _Measured(without), 8.0),
        _figure("  the same with the archive", _Measured(archived), None),
    ]


@dataclass(frozen=True)
class _Measured:
    sides: Sides
    wal_a_row: float | None = None


def _frames(
    days: Days,
    shape: Callable[[Loadable], Loadable],
    *,
    before: Callable[[Loadable], Loadable] | None = None,
    now_loaded: Callable[[Loadable], Loadable] = lambda one: one,
) -> _Measured:
    """Measure frames of each file against a raw COPY; `before` is loaded first, `now_loaded` on the clock."""
    timed = Sides()
    wal = []
    with days.connection() as connection:
        for number, file in enumerate(days.files[1:]):
            loadable = made.read(*file)
            if before is not None:
                sides.munim_load(connection, shape(before(loadable)))
            wanted = shape(now_loaded(loadable))
            raw = RawCopy.of(connection, wanted)
            reports = []
            start = wal_position(connection)
            if number == 0:
                reports.append(sides.munim_load(connection, wanted))
                raw()
                sides.assert_same_rows(connection)
                continue
            timed.add(lambda: reports.append(sides.munim_load(connection, wanted)), raw)
            wal.append((wal_position(connection) - start) / len(wanted.batch.navs))
    return _Measured(timed, median(wal))


def _load_known(connection: Connection, payload: Callable[[], Payload]) -> None:
    assert load_known(connection, payload(), sides.context(), now) is not None


def _figure(what: str, measured: _Measured, to_reach: float | None) -> Figure:
    wal = f", WAL {measured.wal_a_row:.0f} B a row of both" if measured.wal_a_row is not None else ""
    return Figure(what, measured.sides.ratios, to_reach, more=f"{measured.sides.times()}{wal}")
