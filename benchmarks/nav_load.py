"""What loading NAVs costs, as a multiple of a raw binary COPY of the same rows in the same run.

The other side is the time of a COPY whose bytes are ready, of all the rows of the payload, into a logged table
without an index, committed; both sides go round by round, one after the other, on a server of the benchmark's own with
durability on. What is to be reached stands beside each figure. Daily files are the replica's, which have a real file's
spread (some 14,170 rows: 9,100 of the last days, 5,000 of dead schemes on 840 dates back to 2008); windows of history
are made frames of 14,000 schemes on 21 days. `frame to commit` begins with the frames of a batch and ends after COMMIT:
checks, revisions, quarantine and ledger are in it; the schemes' facts are measured by themselves and in `bytes on
disk to commit`.

    python benchmarks/nav_load.py                   # some ten minutes
    python benchmarks/nav_load.py --quick           # two minutes: fewer rounds, less history
    python benchmarks/nav_load.py --full            # 20 million rows as well
    python benchmarks/nav_load.py --only day-new --json figures.json
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts import days, history, memory, place, rivals, whole_run

if TYPE_CHECKING:
    from benchmarks.parts.figures import Figure


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    rounds: int
    history_rounds: int
    million: int
    many: int
    first_load: int


NORMAL = Scale(rounds=15, history_rounds=3, million=1_000_000, many=5_000_000, first_load=0)
QUICK = Scale(rounds=5, history_rounds=1, million=300_000, many=600_000, first_load=0)
FULL = Scale(rounds=15, history_rounds=3, million=1_000_000, many=5_000_000, first_load=20_000_000)


def cases(prepared: days.Days, scale: Scale) -> dict[str, Callable[[], list[Figure]]]:
    """Return what can be measured, by name, in the order of PERFORMANCE.md."""
    found = {
        "day-new": lambda: days.day_new(prepared),
        "day-unchanged": lambda: days.day_unchanged(prepared),
        "day-known": lambda: days.day_known(prepared),
        "day-restated": lambda: days.day_restated(prepared),
        "history-1m": lambda: history.history_new(prepared, scale.million, scale.history_rounds, 5.0),
        "history-5m": lambda: history.history_new(prepared, scale.many, scale.history_rounds, 5.5, unchanged=2.6),
        "first-load": lambda: history.first_load(prepared, scale.first_load),
        "bytes": lambda: days.day_from_bytes(prepared),
        "memory": lambda: memory.memory(prepared.place, scale.many),
        "rivals": lambda: rivals.rivals(prepared),
        "whole-run": lambda: whole_run.whole_run(prepared.place, scale.rounds),
    }
    if not scale.first_load:
        del found["first-load"]
    return found


def main() -> None:
    """Measure, and print a line for each figure."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # said by the embedded server's library
    options = _options()
    scale = FULL if options.full else QUICK if options.quick else NORMAL
    figures: list[Figure] = []
    with place.running() as server:
        print(f"munim, {platform.platform()}, {os.cpu_count()} cores; x: times of a raw COPY", flush=True)
        prepared = days.prepare(server, scale.rounds, history_rows=scale.million)
        for name, measure in cases(prepared, scale).items():
            if options.only and name not in options.only:
                continue
            for figure in measure():
                print(figure.line(), flush=True)
                figures.append(figure)
    if options.json is not None:
        records = json.dumps([figure.record() for figure in figures], indent=1, ensure_ascii=False)
        options.json.write_text(records + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="fewer rounds and less history")
    size.add_argument("--full", action="store_true", help="with a first load of 20 million rows")
    parser.add_argument("--only", action="append", metavar="NAME", help="this case alone; may be given again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures into a file as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
