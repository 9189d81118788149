"""`munim run nav` from start to end, beside a Python that imports pandas and SQLAlchemy and the fetch alone."""

from __future__ import annotations

import http.client
import json
from datetime import timedelta
from urllib.parse import urlsplit

from benchmarks.parts.figures import Figure, Sides, seconds
from benchmarks.parts.place import Place
from benchmarks.parts.processes import Ended, run_python
from munim.core.clock import now
from munim.replica.amfi import LATEST
from munim.replica.answers import Answer, Request
from munim.replica.server import ReplicaServer
from munim.replica.universe import Universe

RUN = ("-m", "munim.cli", "run", "nav", "--again", "-o", "json")
MEGABYTE = 1_000_000


class _Site:
    """Serves one day's file, as it is or with blank lines at its end: the same rows in other bytes."""

    def __init__(self) -> None:
        self.blank_lines = 0
        self._body = Universe().latest_file(now())

    def answer(self, _request: Request) -> Answer:
        return Answer(200, self._body + b"\r\n" * self.blank_lines)


def whole_run(place: Place, rounds: int) -> list[Figure]:
    """Measure a run on an unchanged day, in bytes that are new and in bytes that are known."""
    site, began = _Site(), now()
    database = place.migrated("bench_run")
    unchanged, known = Sides(), Sides()
    peaks: list[float] = []
    peaks_known: list[float] = []
    with ReplicaServer(Universe(schemes=20), began, routes={LATEST: site.answer}) as server:
        environment = {
            "MUNIM_DATABASE_URL": str(database.url), "MUNIM_HOME": str(place.folder / "run"),
            "MUNIM_REPLICA": server.url,
        }  # fmt: skip

        def run() -> Ended:
            return run_python(RUN, place.folder, environment)

        counts = _counts(run())
        assert counts["new"] > 10_000, counts
        for number in range(rounds + 1):
            # The replica keeps what it served at an instant: another file needs another one.
            site.blank_lines, server.at = number + 1, began + timedelta(minutes=number + 1)
            fetch = seconds(lambda: _fetch(server.url))
            imports = run_python(("-c", "import pandas, sqlalchemy"), place.folder).seconds
            for sides, peak in ((unchanged, peaks), (known, peaks_known)):
                ended = run()
                assert _counts(ended)["new"] == 0
                if number:
                    sides.add_pair(ended.seconds, imports + fetch)
                    peak.append(ended.peak_bytes / MEGABYTE)
    return [
        Figure("munim run nav, day unchanged, to imports of pandas and SQLAlchemy + fetch", unchanged.ratios, 1.5,
               more=unchanged.times()),
        Figure("  its peak memory", tuple(peaks), 200, unit="MB"),
        Figure("  the same when the bytes are known", known.ratios, more=known.times()),
        Figure("  its peak memory", tuple(peaks_known), 200, unit="MB"),
    ]  # fmt: skip


def _fetch(url: str) -> None:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    connection.request("GET", LATEST)
    assert len(connection.getresponse().read()) > MEGABYTE
    connection.close()


def _counts(ended: Ended) -> dict[str, int]:
    said = json.loads(ended.printed)
    counts: dict[str, int] = said["counts"]
    return counts
