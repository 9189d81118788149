"""Many files of history at once: while one is loaded the next is read, and years without NAVs are filled whole."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from loaders import ledger
from loaders.first_load import YearTables
from loaders.retry import is_lost
from munim.core.errors import MunimError
from pipelines import verdicts
from pipelines.reading_apart import ReadingApart
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loaders.load import Job
    from loaders.report import LoadReport
    from munim.core.payload import Payload
    from pipelines.dataset import DataSet

FILES_AHEAD = 2
"""So many files are ready or being read while one is loaded: to read one takes a little longer than to load it.

Each holds a hundred megabytes meanwhile.
"""

FILES_HERE = 2
"""The first files are read here: to begin a process for fewer takes longer than they do."""

MOST_ROWS = 25_000_000
"""So many rows are committed at once at most: some twenty years, and half a minute in which other loads wait."""


def load_files(
    dataset: DataSet, payloads: Iterable[Payload], tools: Tools, options: Options
) -> Iterator[tuple[Payload, LoadReport]]:
    """Load NAV files in their order, those of years that have no NAVs yet many at once; yield what came of each.

    What can't go together with others goes the usual way, and fails there if it fails. A file that is refused ends it;
    those before it are loaded.
    """
    together, reading = _Together(dataset, tools, options), _Reading(dataset)
    with closing(reading), ThreadPoolExecutor(FILES_AHEAD) as threads, closing(together):
        for payload, job in _ahead(threads, reading, payloads, tools, options):
            if job is not None and together.load(payload, job):
                if together.rows > MOST_ROWS:
                    yield from together.end()
            else:
                yield from together.end()
                started = context(tools, dataset.name, options)
                yield payload.without_body(), load_payload(dataset, payload, tools, started)
            del payload, job
        yield from together.end()


class _Reading:
    """Reads the payloads of a data set: the first ones here, those that follow in processes of their own.

    Threads may share it: each that reads at the same time as others has a process for itself.
    """

    def __init__(self, dataset: DataSet) -> None:
        self.dataset = dataset
        self._count = count()
        self._idle: list[ReadingApart] = []
        self._all: list[ReadingApart] = []

    def read(self, payload: Payload) -> Any:  # noqa: ANN401 - what the data set's `read` gives
        """Return what the data set's `read` gives of a payload, and raise as it does."""
        if next(self._count) < FILES_HERE:
            return self.dataset.read(payload, ())
        found = self._read_apart(payload)
        return self.dataset.read(payload, ()) if found is None else found

    def _read_apart(self, payload: Payload) -> Any | None:  # noqa: ANN401 - as `read`
        try:
            apart = self._idle.pop()
        except IndexError:
            try:
                apart = ReadingApart(self.dataset.name)
            except OSError:
                # No more processes are to be had: we read ourselves.
                return None
            self._all.append(apart)
        found = apart.read(payload)
        if not apart.is_lost:
            self._idle.append(apart)
        return found

    def close(self) -> None:
        """End the processes."""
        for apart in self._all:
            apart.close()


def _ahead(
    threads: ThreadPoolExecutor, reading: _Reading, payloads: Iterable[Payload], tools: Tools, options: Options
) -> Iterator[tuple[Payload, Job | None]]:
    """Yield each payload as it was read while those before were loaded."""
    upcoming = iter(payloads)

    def take() -> Payload | None:
        # Taking a file from the disk and its digest cost a fifth of the reading.
        return next(upcoming, None)

    def read(taken: Future[Payload | None]) -> tuple[Payload, Job | None] | None:
        payload = taken.result()
        return None if payload is None else (payload, _read(reading, payload, tools, options))

    # One thread alone takes them: in their order, whichever of the others is quicker.
    with ThreadPoolExecutor(1) as taker:
        waiting = deque(threads.submit(read, taker.submit(take)) for _ in range(FILES_AHEAD))
        while (found := waiting.popleft().result()) is not None:
            waiting.append(threads.submit(read, taker.submit(take)))
            yield found
            # What is loaded makes room before the next one is waited for.
            del found


def _read(reading: _Reading, payload: Payload, tools: Tools, options: Options) -> Job | None:
    """Archive and read a payload; None for one that is to go the usual way: it can't be read, or people judged it."""
    if options.force or options.dry_run or payload.fetched_at > tools.clock():
        return None
    try:
        tools.archive.put(payload)
        if verdicts.about(payload, tools.archive.decisions()):
            return None
        batch = reading.read(payload)
    except MunimError:
        return None
    if batch.snapshot or len(batch.withdrawn):
        return None
    started = context(tools, reading.dataset.name, options)
    job: Job = reading.dataset.way().job(payload, batch, tools, started, ())
    job.prepare()
    return job


class _Together:
    """Payloads that are loaded in one transaction; `rows` counts theirs."""

    def __init__(self, dataset: DataSet, tools: Tools, options: Options) -> None:
        self._dataset, self._tools, self._options = dataset, tools, options
        self._way = dataset.way()
        self._open = ExitStack()
        self._years: YearTables | None = None
        self._done: list[tuple[Payload, LoadReport]] = []

    def close(self) -> None:
        """Close the connection: what is not committed is not there."""
        self._open.close()

    @property
    def rows(self) -> int:
        """How many rows wait to be committed."""
        return self._years.rows if self._years is not None else 0

    def load(self, payload: Payload, job: Job) -> bool:
        """Load a payload with those before it; False: it has to go the usual way, after `end`."""
        try:
            return self._load(payload, job)
        except MunimError:
            # Refused before anything was written: the usual way says so, in the ledger too.
            return False
        except Exception as error:
            if not is_lost(error):
                raise
            return False

    def _load(self, payload: Payload, job: Job) -> bool:
        if self._years is None:
            session = self._open.enter_context(self._tools.database.session())
            self._years = YearTables(session, self._dataset.name)
            self._years.begin()
        years = self._years
        if not years.take(payload, job.rows):
            return False
        job = job.into(years)
        report, payload_id = self._way.load_rows(years.connection, job, ledger.next_run_id(years.connection))
        self._way.write_success(years.connection, job, report, payload_id)
        self._done.append((payload.without_body(), report))
        return True

    def end(self) -> Iterator[tuple[Payload, LoadReport]]:
        """Commit what was loaded, and yield it; where the connection was lost each goes the usual way."""
        done, years = self._done, self._years
        self._done, self._years = [], None
        lost = False
        with self._open:
            if years is not None and done:
                try:
                    years.attach()
                    years.connection.commit()
                except Exception as error:
                    if not is_lost(error):
                        raise
                    lost = True
        self._open = ExitStack()
        for payload, report in done:
            if lost:
                started = context(self._tools, self._dataset.name, self._options)
                # Its bytes are in the archive since it was read; years of them don't fit in memory.
                whole = replace(payload, body=self._tools.archive.get(payload.sha256))
                yield payload, load_payload(self._dataset, whole, self._tools, started)
            else:
                yield payload, report
