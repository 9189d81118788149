"""What more workers bring where fetching is what takes time: 1, 2, 4 and 8 of them over the same slots.

The replica answers each request 300 ms late, and the polite limit is lifted; then the limit is put back, and the
curve ends where the site's rate does. Each slot is a day of NSE's participants' open interest: a fetch, and a small
load. Every round begins with an empty database. What a second doubling brings depends on the machine's cores: a load
is work, and all loads of a data set go one after the other.

    python benchmarks/backfill_scale.py
    python benchmarks/backfill_scale.py --slots 200 --latency-ms 300
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pipelines.flows
import pipelines.flows_participant_oi
import pipelines.keyed_way
import scrapers.nse_table
from benchmarks.parts import crews
from benchmarks.parts.place import Place, running
from loaders.backfills import Request
from munim.core.clock import IST, now
from munim.replica.sessions import sessions
from munim.replica.universe import Universe
from pipelines.backfill_create import make_backfill
from pipelines.catalogue import DATA_SETS

__all__ = ["pipelines", "scrapers"]

AT = datetime(2026, 8, 20, 9, 0, tzinfo=IST)
LAST = date(2026, 6, 30)
FEED = "nse.participant_oi"
WORKERS = (1, 2, 4, 8)
POLITE_S = 0.5
"""NSE's archive is asked twice a second at most."""


def seconds(place: Place, url: str, workers: int, slots: int, interval_s: float) -> float:
    """Return how long so many workers take for so many slots, from an empty database."""
    name = f"scale_{next(place.numbers)}"
    database = place.migrated(name)
    first = sessions(LAST - timedelta(days=slots * 3), LAST)[-slots]
    request = Request("flows", FEED, first, LAST, "missing", backwards=False, max_active_runs=None, asked_by="bench")
    made = make_backfill(database, now, DATA_SETS["flows"], request)
    site = crews.Site(database, str(place.folder / name), url, interval_s)
    team = [crews.start(site, "flows") for _ in range(workers)]
    took = crews.wait_until(lambda: crews.ended(database) == len(made.plan.slots))
    for number in team:
        crews.end(number)
    with database.connect() as connection:
        failed = connection.execute("SELECT count(*) FROM etl.backfill_slot WHERE state = 'failed'").fetchone()
    assert failed == (0,)
    return took / len(made.plan.slots) * slots


def main() -> None:
    """Measure, and print the curve."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--slots", type=int, default=120)
    asked.add_argument("--latency-ms", type=int, default=300)
    options = asked.parse_args()
    print(f"{options.slots} slots, each answer {options.latency_ms} ms late, {os.cpu_count()} cores")
    with crews.replica(Universe(11, 60), AT, options.latency_ms) as url, running() as place:
        for what, interval_s in (("limit lifted", 0.0), (f"polite: one request in {POLITE_S:g} s", POLITE_S)):
            print(f"\n{what}\nworkers  seconds  slots/s  times one worker")
            one = None
            for workers in WORKERS:
                took = seconds(place, url, workers, options.slots, interval_s)
                one = one or took
                print(f"{workers:7d}  {took:7.1f}  {options.slots / took:7.1f}  {one / took:8.2f}", flush=True)


if __name__ == "__main__":
    main()
