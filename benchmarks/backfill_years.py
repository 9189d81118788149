"""Years of NAV history from the replica into PostgreSQL, as a backfill by workers: rows a second, memory, size.

On one machine with the replica and the server beside it. First undisturbed; then once more into another database, with
the workers killed half-way and new ones started: both must end with the same checksum. The checksum adds up a hash of
every row of market.nav, whatever the order.

    python benchmarks/backfill_years.py                                    # one year, 14,000 schemes
    python benchmarks/backfill_years.py --years 12 --schemes 18000 --once  # 35 million rows, undisturbed alone
    python benchmarks/backfill_years.py --years 12 --schemes 18000         # and once more, killed half-way
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pipelines.nav
import pipelines.nav_way
import scrapers.amfi_table
from benchmarks.parts import crews
from benchmarks.parts.place import Place, running
from loaders.backfills import Request
from loaders.database import Database
from munim.core.clock import IST, now
from munim.replica.universe import Universe
from pipelines.backfill_create import make_backfill
from pipelines.catalogue import NAV

__all__ = ["pipelines", "scrapers"]

AT = datetime(2026, 8, 20, 9, 0, tzinfo=IST)
LAST = date(2026, 7, 31)

_CHECKSUM = """
SELECT count(*), sum(hashtextextended(nav_date || ' ' || scheme_code || ' ' || nav, 0)::numeric) FROM market.nav
"""
_SIZES = """
SELECT pg_database_size(current_database()),
       (SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'market.nav'::regclass)
"""


@dataclass(frozen=True)
class Done:
    """What a backfill came to."""

    rows: int
    checksum: object
    seconds: float
    peak_kib: int
    database_bytes: int
    nav_bytes: int


def backfill(place: Place, url: str, first: date, *, workers: int, kill_half_way: bool) -> Done:
    """Fetch and load all days from the first on into a new database."""
    name = f"years_{next(place.numbers)}"
    database = place.migrated(name)
    request = Request("nav", None, first, LAST, "missing", backwards=False, max_active_runs=None, asked_by="bench")
    slots = len(make_backfill(database, now, NAV, request).plan.slots)
    site = crews.Site(database, str(place.folder / name), url)
    begun = time.monotonic()
    team = [crews.start(site, "nav") for _ in range(workers)]
    if kill_half_way:
        crews.wait_until(lambda: crews.ended(database) >= slots // 2)
        for number in team:
            crews.kill(number)
        team = [crews.start(site, "nav") for _ in range(workers)]
    crews.wait_until(lambda: crews.ended(database) == slots)
    took = time.monotonic() - begun
    return _measured(database, took, max(crews.end(number) for number in team))


def _measured(database: Database, took: float, peak_kib: int) -> Done:
    with database.connect() as connection:
        failed = connection.execute("SELECT slot, state, error FROM etl.backfill_slot WHERE state <> 'done'").fetchall()
        assert failed == [], failed
        rows, checksum = connection.execute(_CHECKSUM).fetchone() or (0, None)
        whole, nav = connection.execute(_SIZES).fetchone() or (0, 0)
    return Done(int(str(rows)), checksum, took, peak_kib, int(str(whole)), int(str(nav)))


def tell(what: str, done: Done) -> None:
    """Print what a backfill came to."""
    print(
        f"{what}: {done.rows:,} rows in {done.seconds:,.0f} s, {done.rows / done.seconds:,.0f} rows/s; "
        f"peak memory of a worker {done.peak_kib / 1024:,.0f} MiB; database {done.database_bytes / 2**20:,.0f} MiB, "
        f"of it NAVs with their index {done.nav_bytes / 2**20:,.0f} MiB",
        flush=True,
    )


def main() -> None:
    """Measure, print and compare."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--years", type=int, default=1)
    asked.add_argument("--schemes", type=int, default=14_000)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--once", action="store_true", help="undisturbed alone")
    options = asked.parse_args()
    first = date(LAST.year - options.years, 8, 1)
    print(
        f"{first} to {LAST}, {options.schemes:,} schemes, {options.workers} workers, {os.cpu_count()} cores", flush=True
    )
    with crews.replica(Universe(2026, options.schemes), AT) as url, running() as place:
        undisturbed = backfill(place, url, first, workers=options.workers, kill_half_way=False)
        tell("undisturbed", undisturbed)
        if options.once:
            return
        killed = backfill(place, url, first, workers=options.workers, kill_half_way=True)
        tell("killed half-way and resumed", killed)
        assert (killed.rows, killed.checksum) == (undisturbed.rows, undisturbed.checksum)
        print("the checksums are equal")


if __name__ == "__main__":
    main()
