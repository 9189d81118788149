"""One daily file: new, the same, the very same bytes, and with restated values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.parts import made, sides
from benchmarks.parts.figures import Figure, Sides
from benchmarks.parts.made import History, Loadable
from benchmarks.parts.place import Place, wal_position
from benchmarks.parts.sides import Munim, RawCopy

BASE = "bench_base"
"""A database that holds a million rows of history and a first daily file."""

RESTATED = 0.01

Shape = Callable[[Loadable], Loadable]


@dataclass(frozen=True)
class Days:
    """A prepared server and daily files: the first is loaded, each further one is a round's; one warms up."""

    place: Place
    files: Sequence[tuple[datetime, bytes]]

    @contextmanager
    def munim(self) -> Iterator[Munim]:
        """Open a copy of the prepared database."""
        with self.place.copy_of(BASE) as database, database.session() as connection:
            yield Munim(self.place.tools(database), connection)


def prepare(place: Place, rounds: int, *, history_rows: int = 1_000_000) -> Days:
    """Make the database that the cases copy: history of the year before, and the first of the daily files."""
    days = Days(place, made.daily_files(rounds + 2))
    first = made.read(*days.files[0])
    codes = made.living_codes(first)
    history = History(codes, date(2026, 1, 5), history_rows // len(codes), first.payload.fetched_at - timedelta(days=9))
    database = place.migrated(BASE)
    with database.session() as connection:
        munim = Munim(place.tools(database), connection)
        for loadable in (*history.windows(), first):
            munim.load(loadable)
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return days


def day_new(days: Days) -> list[Figure]:
    """Frame to commit, a new day: about 9,100 of some 14,170 rows are new, the others are of 840 old dates."""
    return [
        _frames(days, Loadable.without_facts).figure("frame to commit, day new", 3.0),
        _frames(days, _as_it_is).figure("  the same with scheme facts in the batch"),
    ]


def day_unchanged(days: Days) -> list[Figure]:
    """The same rows in other bytes, a minute later."""
    again: Shape = partial(made.again, minutes=1)
    bare = _frames(days, Loadable.without_facts, then=again)
    whole = _frames(days, _as_it_is, then=again)
    return [
        bare.figure("frame to commit, day unchanged", 2.0),
        whole.figure("  the same with scheme facts in the batch"),
    ]


def day_restated(days: Days) -> list[Figure]:
    """A day that is loaded, again with 1% of its rows restated."""

    def restate(one: Loadable) -> Loadable:
        return made.restated(made.again(one, 1), RESTATED, seed=one.payload.fetched_at.day)

    same = _frames(days, Loadable.without_facts, then=restate)
    return [same.figure("frame to commit, day with 1% restated", 5.0)]


def day_known(days: Days) -> list[Figure]:
    """Bytes that are known: the very payload, and the same bytes fetched again."""
    repeat, twin = _Measured(), _Measured()
    with days.munim() as munim:
        for at, body in days.files[1:]:
            loadable = made.read(at, body)
            munim.load(loadable)
            for measured, later in ((repeat, 0), (twin, 1)):
                raw = RawCopy.of(munim.connection, loadable)

                ours = partial(_known, munim, at + timedelta(minutes=later), body)
                measured.round(munim, loadable, ours, raw)
    return [
        repeat.figure("the same payload again, digest and ledger row in", 0.5),
        twin.figure("the same bytes fetched again, digest and ledger row in", 0.5),
    ]


def day_from_bytes(days: Days) -> list[Figure]:
    """From a file on disk to commit, schemes included, on an open connection: without the archive, and with it."""
    without, archived = _Measured(), _Measured()
    path = days.place.folder / "NAVAll.txt"
    for measured, keep in ((without, False), (archived, True)):
        with days.munim() as munim:
            for at, body in days.files[1:]:
                path.write_bytes(body)
                loadable = made.read(at, body)
                raw = RawCopy.of(munim.connection, loadable)

                measured.round(munim, loadable, partial(_from_disk, munim, at, path, archived=keep), raw)
    return [
        without.figure("bytes on disk to commit, day new, schemes in, archive left out", 8.0),
        archived.figure("  the same with the archive"),
    ]


def _known(munim: Munim, at: datetime, body: bytes) -> None:
    # A payload of its own: the digest is worked out while the clock runs.
    assert munim.load_known(made.payload_of(at, body)) is not None


def _from_disk(munim: Munim, at: datetime, path: Path, *, archived: bool) -> None:
    munim.load_bytes(made.payload_of(at, path.read_bytes()), archived=archived)


@dataclass
class _Measured:
    """Rounds of one case."""

    sides: Sides = field(default_factory=Sides)
    wal_a_row: list[float] = field(default_factory=list)
    is_warm: bool = False

    def round(self, munim: Munim, loadable: Loadable, ours: Callable[[], object], raw: RawCopy) -> None:
        """Measure a round; the first one warms up, and asserts that both sides hold the same rows."""
        if self.is_warm:
            self.sides.add(ours, raw)
            return
        start = wal_position(munim.connection)
        ours()
        self.wal_a_row.append((wal_position(munim.connection) - start) / len(loadable.batch.navs))
        raw()
        sides.assert_same_rows(munim.connection)
        self.is_warm = True

    def figure(self, what: str, to_reach: float | None = None) -> Figure:
        """Return the median ratio."""
        more = f"{self.sides.times()}, WAL {median(self.wal_a_row):.0f} B a row"
        return Figure(what, self.sides.ratios, to_reach, more=more)


def _frames(days: Days, shape: Shape, *, then: Shape | None = None) -> _Measured:
    """Measure the load of each file's frame; with `then` the file is loaded before, and what it gives is measured."""
    measured = _Measured()
    with days.munim() as munim:
        for file in days.files[1:]:
            loadable = shape(made.read(*file))
            if then is not None:
                munim.load(loadable)
                loadable = then(loadable)
            raw = RawCopy.of(munim.connection, loadable)
            measured.round(munim, loadable, partial(munim.load, loadable), raw)
    return measured


def _as_it_is(loadable: Loadable) -> Loadable:
    return loadable
