"""What NSE's archive of participants' open interest costs to load: 2,500 days, a file and a transaction each.

From the bytes of each day to its COMMIT: archived, parsed, checked, compared, written, entered into the ledger. The
other side is a COPY of all the rows at once into a logged table without an index, committed, in the same run. The
ratio is large, since it is five rows a transaction: what counts is that it stays flat to the last hundred days.

    python benchmarks/flows_archive.py             # 2,500 days
    python benchmarks/flows_archive.py --days 200
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.figures import seconds
from benchmarks.parts.place import running
from munim.core.payload import Payload
from munim.replica.draws import Draws
from munim.replica.market import Market
from munim.replica.nse_files import participant_oi_body
from munim.replica.sessions import sessions
from pipelines.flows_set import FLOWS
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers import nse

LAST = date(2026, 8, 20)
PIECE = 100
_RAW = "CREATE TABLE raw_oi (LIKE market.participant_oi)"
COLUMNS_COPIED = "SELECT * FROM market.participant_oi"


def payloads(count: int) -> list[Payload]:
    """Return the newest files of the made market, oldest first, each fetched on its evening."""
    market = Market()
    days = sessions(LAST - timedelta(days=count * 3 // 2 + 30), LAST)[-count:]
    draws = Draws(2026)
    return [
        Payload(
            nse.PARTICIPANT_OI,
            day.isoformat(),
            nse.PARTICIPANT_OI_URL.format(day=day),
            datetime.combine(day, time(15), UTC),
            participant_oi_body(draws, day, market.participant_oi(day)),
        )
        for day in days
    ]


def load(tools: Tools, files: list[Payload]) -> None:
    """Load files as a backfill does: one after the other, each in its own transaction."""
    for payload in files:
        report = load_payload(FLOWS, payload, tools, context(tools, FLOWS.name, Options()))
        assert report.status == "success", report.status
        assert report.counts.new == 5


def raw_copy(tools: Tools) -> float:
    """Return the seconds that a COPY of the same rows takes."""
    with tools.database.session() as session:
        session.execute(_RAW)
        session.commit()
        with session.cursor() as cursor, cursor.copy(f"COPY ({COLUMNS_COPIED}) TO STDOUT (FORMAT binary)") as copy:
            body = b"".join(bytes(part) for part in copy)
        session.commit()

        def write() -> None:
            with session.cursor() as cursor, cursor.copy("COPY raw_oi FROM STDIN (FORMAT binary)") as copy:
                copy.write(body)
            session.commit()

        return seconds(write)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--days", type=int, default=2_500)
    count = asked.parse_args().days
    files = payloads(count)
    with running() as place:
        tools = place.tools(place.migrated("bench_flows"))
        took = [seconds(lambda part=part: load(tools, part)) for part in _pieces(files)]  # type: ignore[misc]
        other = raw_copy(tools)
    rows = 5 * len(files)
    each_ms = sum(took) / len(files) * 1000
    print(f"{len(files):,} days, {rows:,} rows: {rows / sum(took):,.0f} rows/s, {each_ms:.1f} ms a day")
    print(f"a raw COPY of the same rows: {rows / other:,.0f} rows/s; ours takes {sum(took) / other:,.0f} x")
    print(f"first {PIECE} days {took[0]:.2f} s, last {len(files) % PIECE or PIECE} days {took[-1]:.2f} s")


def _pieces(files: list[Payload]) -> list[list[Payload]]:
    return [files[start : start + PIECE] for start in range(0, len(files), PIECE)]


if __name__ == "__main__":
    main()
