"""Every recorded file's frames keep what the data set's contract promises."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from munim.core.payload import Payload
from pipelines import nav
from pipelines.nav_contract import FACTS, NAVS
from scrapers import amfi


@pytest.mark.parametrize(
    "name", ["NAVAll_2017-04-13.txt", "NAVAll_2025-07-21T031933Z.txt", "NAVAll_2026-08-20T023412Z.txt",
             "history_old8col_2006-04-02_EXCERPT.csv", "history_new8col_2026-08-23_EXCERPT.csv"],
)  # fmt: skip
def test_the_frames_of_a_recorded_file_keep_the_contract(recorded: Path, name: str) -> None:
    body = (recorded / "nav" / name).read_bytes()
    payload = Payload(amfi.detect_feed(body), "x", "file", datetime(2026, 8, 24, tzinfo=UTC), body, "file")
    batch = nav.normalise(amfi.parse(payload), payload)
    assert len(NAVS.validate(batch.navs)) + batch.rows_absent == batch.rows_read
    assert len(FACTS.validate(batch.facts)) == batch.rows_read
