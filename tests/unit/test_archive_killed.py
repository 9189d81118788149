"""An archive whose writer is killed at any moment shows whole files or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scrapers.archive import Archive

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import os, signal, sys
from datetime import datetime, timedelta, timezone
from munim.core.payload import Payload
from scrapers.archive import Archive

place, step = sys.argv[1], int(sys.argv[2])
now = datetime(2026, 11, 22, 6, 30, tzinfo=timezone.utc)
archive = Archive.open(place, "live", lambda: now)
taken = 0

def count(event, arguments):
    # Every call that touches the file system counts as a step; the process dies before it.
    global taken
    if event in {"open", "os.link", "os.remove", "os.mkdir", "os.rename"} and place in str(arguments[0]):
        taken += 1
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
for number in range(2):
    body = os.urandom(50_000) + bytes([number])
    archive.put(Payload("amfi.latest", "s", "https://b.in/x", now + timedelta(days=40 * number), body))
"""


@pytest.mark.parametrize("step", range(1, 35))
def test_killed_before_any_step_the_archive_shows_only_whole_payloads(tmp_path: Path, step: int) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WRITER, str(tmp_path), str(step)]

    ended = subprocess.run(command, env=environment, check=False, timeout=60).returncode

    archive = Archive.open(str(tmp_path), "live", lambda: NOW)
    manifests = archive.manifests()
    for manifest in manifests:
        assert len(archive.get(manifest.sha256)) == manifest.size_bytes == 50_001
    for path in (tmp_path / "objects").rglob("*.zst"):
        assert len(archive.get(path.stem)) == 50_001
    assert ended in {0, -signal.SIGKILL}
    assert (len(manifests) == 2) >= (ended == 0)
    assert [manifest.fetched_at for manifest in manifests] == [NOW, NOW + timedelta(days=40)][: len(manifests)]
