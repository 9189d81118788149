"""Several processes at once: each ends well, and together they make one load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from munim.core.clock import IST
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe
from tests.reliability import tables, workers
from tests.reliability.conftest import Rounds
from tests.reliability.made_files import Row, body
from tests.reliability.workers import Worker

AT = datetime(2026, 8, 20, 9, 0, tzinfo=IST)
FILE_PATH = "/portal.amfiindia.com/spages/NAVAll.txt"

three_rounds = pytest.param(3, id="3 rounds")
fifty_rounds = pytest.param(50, id="50 rounds", marks=pytest.mark.long)


@pytest.fixture
def replica() -> Iterator[ReplicaServer]:
    with ReplicaServer(Universe(11, 100), AT) as running:
        yield running


@pytest.mark.parametrize("times", [three_rounds, fifty_rounds])
def test_three_identical_runs_make_one_load_and_one_successful_run_for_the_slot(
    three_workers: list[Worker], rounds: Rounds, replica: ReplicaServer, times: int
) -> None:
    place = rounds.empty()
    for number in range(times):
        at = AT + timedelta(days=number)
        replica.at = at
        asked_before, slot = len(replica.log), at.isoformat()
        job = place.job(do="run", slot=slot, replica=replica.url, at=at.isoformat())

        ended = workers.at_once(three_workers, [job, job, job])

        assert sorted(one.told for one in ended) == [(0, "skipped", None), (0, "skipped", None), (0, "success", None)]
        of_slot = Counter((status, closes) for status, of, closes in tables.runs(place.connection) if of == slot)
        assert of_slot == {("success", True): 1, ("skipped", False): 2}
        assert [entry.path for entry in replica.log[asked_before:]].count(FILE_PATH) == 1
        assert len(place.checksum()["payload"]) == number + 1


@pytest.mark.parametrize("times", [three_rounds, fifty_rounds])
def test_three_loads_of_one_file_make_one_and_two_repeats(
    three_workers: list[Worker], rounds: Rounds, times: int
) -> None:
    for _ in range(times):
        place = rounds.new()

        ended = workers.at_once(three_workers, [place.job()] * 3)

        assert sorted(one.told for one in ended) == [(0, "repeat", None), (0, "repeat", None), (0, "success", None)]
        slots = Counter((status, slot) for status, slot, _ in tables.runs(place.connection))
        assert slots == {
            ("success", "the first day"): 1,
            ("success", "the second day"): 1,
            ("repeat", "the second day"): 2,
        }


@pytest.mark.parametrize("times", [three_rounds, fifty_rounds])
def test_loads_of_different_files_at_once_give_the_rows_of_one_after_the_other(
    three_workers: list[Worker], rounds: Rounds, times: int
) -> None:
    for number in range(times):
        place = rounds.new()
        # The first two in one year that has no partition yet, the third between them in time.
        jobs = [place.job()]
        for hour, nav in ((3, "5.5"), (4, "5.6")):
            path = place.files[0].with_name(f"{number}-{hour}.txt")
            path.write_bytes(body([Row("100001", nav, f"{hour:02}-Jan-2024")], "history-8-plan"))
            fetched_at = (place.at + timedelta(hours=hour)).isoformat()
            jobs.append(place.job(feed="amfi.history", slot=str(hour), file=str(path), fetched_at=fetched_at))

        ended = workers.at_once(three_workers, jobs)

        assert [one.told for one in ended] == [(0, "success", None)] * 3
        at_once = place.checksum()
        place = rounds.new()
        assert [three_workers[0].do({**job, "archive": str(place.archive)}).told for job in jobs] == [
            (0, "success", None)
        ] * 3
        assert place.checksum() == at_once
