"""Payloads that a process of its own reads: the same comes of them, and it never outlives who began it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from pipelines import first_load
from pipelines.catalogue import NAV
from pipelines.first_load import FILES_AHEAD, FILES_HERE, _Reading
from pipelines.reading_apart import ROOT, ReadingApart
from pipelines.tools import Options, Tools
from tests.reliability.made_files import Row, body, payload

AT = datetime(2026, 8, 20, 2, 34, tzinfo=UTC)
GOOD = payload(body([Row("100001", "10.5", date(2026, 8, 19))], "history-8-plan"), AT, "amfi.history")
NONE = payload(b"no file of anybody's", AT, "amfi.history")


def test_it_reads_as_we_do_and_what_it_cannot_read_is_told_by_us() -> None:
    apart = ReadingApart("nav")
    try:
        for _ in range(2):
            found = apart.read(GOOD)
            assert found is not None
            pd.testing.assert_frame_equal(found.navs, NAV.read(GOOD, ()).navs)
            assert apart.read(NONE) is None
    finally:
        apart.close()


def test_the_first_files_are_read_here_and_the_others_there_with_the_same_errors() -> None:
    reading = _Reading(NAV)
    for _ in range(FILES_HERE):
        assert len(reading.read(GOOD).navs) == 1
    assert reading._all == []
    assert len(reading.read(GOOD).navs) == 1
    assert len(reading._all) == 1
    with pytest.raises(ContentRefused):
        reading.read(NONE)
    reading.close()


def test_where_it_is_lost_we_read_ourselves() -> None:
    reading = _Reading(NAV)
    for _ in range(FILES_HERE + 1):
        reading.read(GOOD)
    process = reading._all[0]._process
    process.kill()
    process.wait()

    assert len(reading.read(GOOD).navs) == 1

    reading.close()


def test_packages_that_lie_where_we_stand_are_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "__init__.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    apart = ReadingApart("nav")
    try:
        assert apart.read(GOOD) is not None
    finally:
        apart.close()


def test_where_no_process_is_to_be_had_we_read_ourselves(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_dataset: str) -> ReadingApart:
        raise BlockingIOError

    monkeypatch.setattr(first_load, "ReadingApart", refuse)
    reading = _Reading(NAV)
    assert [len(reading.read(GOOD).navs) for _ in range(FILES_HERE + 2)] == [1] * (FILES_HERE + 2)
    reading.close()


@pytest.mark.parametrize("files", [1, 2, 5])
def test_files_come_in_their_order_and_all_of_them_whichever_thread_is_slow(
    files: int, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [replace(GOOD, slot=str(number)) for number in range(files)]
    slow = threading.Event()

    def read(_reading: object, payload: Payload, *_more: object) -> None:
        if payload.slot == "0":
            slow.wait(0.2)

    monkeypatch.setattr(first_load, "_read", read)
    with ThreadPoolExecutor(FILES_AHEAD) as threads:
        found = list(first_load._ahead(threads, _Reading(NAV), made, tools, Options()))
    assert [payload.slot for payload, _ in found] == [str(number) for number in range(files)]


def test_it_ends_when_who_began_it_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "number"
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from pipelines.reading_apart import ReadingApart\n"
        f"Path({str(told)!r}).write_text(str(ReadingApart('nav')._process.pid))\n"
        "print('begun', flush=True)\n"
        "time.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as began:
        assert began.stdout is not None
        assert began.stdout.readline() == b"begun\n"
        number = int(told.read_text())
        # The pipe of its stdout closes when the last process that has it ends.
        began.send_signal(signal.SIGKILL)
        began.wait()
    descriptor = os.pidfd_open(number)
    try:
        import select

        ready, _, _ = select.select([descriptor], [], [], 60)
        assert ready
    finally:
        os.close(descriptor)
