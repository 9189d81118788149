"""When a file was fetched, by its name alone: bhavcopies have their day in ways of their own, and nothing else has."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from munim.core.errors import RequestWrong
from pipelines.catalogue import NAV
from pipelines.ingest import fetch_time, plan
from scrapers.file_dates import day_in_name

END_OF_5_JULY = datetime(2024, 7, 5, 18, 29, 59, tzinfo=UTC)
"""23:59:59 in India."""


@pytest.mark.parametrize(
    "name",
    [
        "2024-07-05.csv",
        "05JUL2024.csv",
        "cm05JUL2024bhav.csv.zip",
        "cm05JUL2024bhav.csv",
        "sec_bhavdata_full_05072024.csv",
        "BhavCopy_NSE_CM_0_0_0_20240705_F_0000.csv.zip",
        "BhavCopy_BSE_CM_0_0_0_20240705_F_0000.CSV",
        "EQ050724_CSV.ZIP",
        "EQ050724.CSV",
    ],
)
def test_a_day_in_the_name_of_a_bhavcopy_is_the_end_of_that_day(name: str) -> None:
    assert fetch_time(Path(name)) == END_OF_5_JULY


def test_a_fetch_time_in_a_name_is_not_the_day_that_it_is_about() -> None:
    assert day_in_name("sec_bhavdata_full_09072024_2024-07-10T023412Z.csv") == date(2024, 7, 9)


def test_the_time_in_a_name_goes_before_its_day() -> None:
    assert fetch_time(Path("05JUL2024_2024-07-06T023412Z.csv")) == datetime(2024, 7, 6, 2, 34, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["NAVAll_05072024.txt", "report05JUL2024.csv", "05JUL2024.txt", "05JUX2024.csv", "20240705.csv", "x.csv"]
)
def test_another_name_with_digits_says_nothing(name: str) -> None:
    assert fetch_time(Path(name)) is None


def test_files_are_read_when_it_is_their_turn_and_keep_their_order(tmp_path: Path) -> None:
    later, sooner = tmp_path / "NAVAll_2026-08-21.txt", tmp_path / "NAVAll_2026-08-20.txt"
    later.write_bytes(b"the second")
    sooner.write_bytes(b"the first")

    files = plan(NAV, [later, sooner], feed="amfi.latest")

    assert [payload.body for payload in files] == [b"the first", b"the second"]
    assert (len(files), files[1].url, files[1:][0].body) == (2, "file:NAVAll_2026-08-21.txt", b"the second")
    sooner.write_bytes(b"something else")
    with pytest.raises(RequestWrong, match="was changed meanwhile"):
        _ = files[0]


def test_a_payload_without_its_bytes_keeps_their_digest(tmp_path: Path) -> None:
    path = tmp_path / "NAVAll_2026-08-20.txt"
    path.write_bytes(b"the first")
    (payload,) = plan(NAV, [path], feed="amfi.latest")

    bare = payload.without_body()

    assert (bare.body, bare.sha256, bare.url) == (b"", payload.sha256, payload.url)
