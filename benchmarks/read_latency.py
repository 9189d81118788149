"""How long a reader takes over ten million NAVs, idle and while a load is running, beside a bare SELECT by the key.

All reads take turns in the same minutes, on a server of the benchmark's own with durability on; the load is of daily
files of which a third of the values is restated, one after the other, in a process of its own. What is to be reached
stands beside each figure. `x`: times the bare SELECT's p50, or times its own idle p99.

    python benchmarks/read_latency.py              # ten million rows: some five minutes
    python benchmarks/read_latency.py --quick      # one million
    python benchmarks/read_latency.py --json figures.json
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import warnings
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts import place, reads
from benchmarks.parts.figures import Figure

TIMES_THE_BARE = {"latest NAV": 3.0, "NAV on a day": 3.0}
MILLISECONDS = {
    "series of 1,500 days": 5.0,
    "latest of all 14,000": 15.0,
    "whole day as known at T": 40.0,
    "scheme by loose words": 50.0,
}
TIMES_THE_IDLE_P99 = 3.0


def figures(idle: dict[str, list[float]], busy: dict[str, list[float]]) -> list[Figure]:
    """Return the figures of both halves."""
    found = []
    bare = median(idle["bare"])
    for name, took in idle.items():
        told = f"p50 {median(took):.2f} ms, p99 {_p99(took):.2f} ms; loading p50 {median(busy[name]):.2f}, "
        told += f"p99 {_p99(busy[name]):.2f}"
        if name in TIMES_THE_BARE:
            found.append(Figure(name, (median(took) / bare,), TIMES_THE_BARE[name], more=told))
        else:
            found.append(Figure(name, (median(took),), MILLISECONDS.get(name), "ms", more=told))
        found.append(Figure("  p99 under a load", (_p99(busy[name]) / _p99(took),), TIMES_THE_IDLE_P99))
    return found


def _p99(took: list[float]) -> float:
    return quantiles(took, n=100)[98]


def main() -> None:
    """Measure, and print a line for each figure."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # said by the embedded server's library
    options = _options()
    if options.load:
        reads.load_until_told(options.load[0], Path(options.load[1]))
        return
    with place.running() as server:
        held = reads.prepare(server, 1_000_000 if options.quick else 10_050_000)
        print(f"munim, {platform.platform()}, {os.cpu_count()} cores; {held.rows:,} NAVs", flush=True)
        idle = reads.latencies(held, options.rounds, seed=1)
        with reads.loading(held, server):
            busy = reads.latencies(held, options.rounds, seed=2)
        measured = figures(idle, busy)
    for figure in measured:
        print(figure.line(), flush=True)
    if options.json is not None:
        records = json.dumps([figure.record() for figure in measured], indent=1, ensure_ascii=False)
        options.json.write_text(records + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    parser.add_argument("--rounds", type=int, default=300, help="how often each is read")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures into a file as well")
    parser.add_argument("--load", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
