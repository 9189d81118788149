"""Files that somebody already has, taken through the very same way as what is fetched."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, overload

from munim.core.clock import IST
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.file_dates import day_of_bhavcopy

if TYPE_CHECKING:
    from pathlib import Path

    from loaders.report import LoadReport
    from pipelines.dataset import DataSet

_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):?(\d{2}):?(\d{2})Z")
_DATE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d|T\d)")

FILES_TOGETHER = 4
"""So many files of NAVs and more are read ahead, and loaded together where they can be."""

SIDECAR_SUFFIX = ".json"
"""`NAVAll.txt.json` beside `NAVAll.txt` may say `{"fetched_at": "2026-08-20T02:34:12Z"}`; archive manifests do."""


@dataclass(frozen=True)
class _File:
    """A file as a payload without its body, which is read when it is its turn."""

    path: Path
    feed: str
    fetched_at: datetime
    sha256: str

    def payload(self) -> Payload:
        """Read the file. Raises `RequestWrong` when it is not what it was when the order was made."""
        slot = self.fetched_at.astimezone(UTC).isoformat()
        body = _read(self.path)
        payload = Payload(self.feed, slot, f"file:{self.path.name}", self.fetched_at, body, origin="file")
        if payload.sha256 != self.sha256:
            raise RequestWrong(f"{self.path} was changed meanwhile", advice="run again when nobody writes it")
        return payload


@dataclass(frozen=True)
class Files(Sequence[Payload]):
    """Files as payloads, one in memory at a time: each is read when it is asked for."""

    files: tuple[_File, ...]

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self.files)

    @overload
    def __getitem__(self, place: int) -> Payload: ...

    @overload
    def __getitem__(self, place: slice) -> Files: ...

    def __getitem__(self, place: int | slice) -> Payload | Files:
        """Read a file, or return some of the files."""
        return Files(self.files[place]) if isinstance(place, slice) else self.files[place].payload()


def plan(
    dataset: DataSet, files: Sequence[Path], *, fetched_at: datetime | None = None, feed: str | None = None
) -> Files:
    """Return the files as payloads, in the order in which they were fetched; a body is read when it is its turn.

    A file's fetch time comes from its name (`2026-08-20T023412Z`, or a date, be it as bhavcopies have it: the end of
    that day in India), else from a sidecar, else `fetched_at`; never from the file system or now. Raises
    `RequestWrong` for a file that has none, that can't be read, or whose feed the data set has not.
    """
    if not files:
        raise RequestWrong("no file was given")
    found = [_file(dataset, path, fetched_at, feed) for path in files]
    return Files(tuple(sorted(found, key=lambda file: (file.fetched_at, file.feed, file.sha256))))


def ingest(
    dataset: DataSet, payloads: Sequence[Payload], tools: Tools, options: Options | None = None
) -> Iterator[tuple[Payload, LoadReport]]:
    """Load payloads one after the other, yielding each with what came of it; stops at the first that fails.

    What is yielded has no bytes any more: years of files don't fit in memory.

    Many files of NAVs may be loaded together, as a first load of years: see `pipelines.first_load`.
    """
    if dataset.name == "nav" and len(payloads) >= FILES_TOGETHER:
        from pipelines.first_load import load_files  # noqa: PLC0415 - brings pandas

        yield from load_files(dataset, payloads, tools, options or Options())
        return
    for payload in payloads:
        started = context(tools, dataset.name, options or Options())
        yield payload.without_body(), load_payload(dataset, payload, tools, started)


def fetch_time(path: Path) -> datetime | None:
    """Return when a file was fetched, from its name or its sidecar; None when neither says."""
    instant = _INSTANT.search(path.name)
    if instant is not None:
        day, hour, minute, second = instant.groups()
        return _aware(f"{day}T{hour}:{minute}:{second}+00:00", path)
    day_alone = _DATE.search(path.name)
    day = _aware(day_alone.group(1), path).date() if day_alone is not None else day_of_bhavcopy(path.name)
    if day is not None:
        # The end of the day: its NAVs come in the evening, and a file named by the day holds them.
        return datetime.combine(day, time(23, 59, 59), IST).astimezone(UTC)
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    return _sidecar_time(sidecar) if sidecar.exists() else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RequestWrong(f"{path} can't be read: {error.strerror}") from error


def _file(dataset: DataSet, path: Path, fetched_at: datetime | None, feed: str | None) -> _File:
    body = _read(path)
    instant = fetch_time(path) or fetched_at
    if instant is None:
        raise RequestWrong(
            f"{path.name} does not say when it was fetched",
            advice="put the time in its name (NAVAll_2026-08-20T023412Z.txt), in a sidecar, or in --fetched-at",
        )
    if feed is not None and feed not in {one.name for one in dataset.feeds}:
        known = ", ".join(one.name for one in dataset.feeds)
        raise RequestWrong(f"{dataset.name} has no feed {feed!r}", advice=f"it has {known}")
    name = feed or _detect(dataset, body)
    return _File(path, name, instant.astimezone(UTC), hashlib.sha256(body).hexdigest())


def _detect(dataset: DataSet, body: bytes) -> str:
    """Tell the feed; a body that is none of ours goes on as the first feed's, so that it is archived and refused."""
    from munim.core.errors import ContentRefused  # noqa: PLC0415

    try:
        return dataset.detect(body)
    except ContentRefused:
        return dataset.feeds[0].name


def _sidecar_time(path: Path) -> datetime:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))["fetched_at"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RequestWrong(f"the sidecar {path.name} has no readable fetched_at: {error!r}") from error
    return _aware(str(said), path)


def _aware(text: str, path: Path) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestWrong(f"{path.name}: {text!r} is no time") from error
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=IST)
