"""Payloads that a process of its own reads: the same comes of them, and it never outlives who began it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from munim.core.errors import ContentRefused
from pipelines.catalogue import NAV
from pipelines.first_load import FILES_HERE, _Reading
from pipelines.reading_apart import ROOT, ReadingApart
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
