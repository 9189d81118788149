"""What a history of bhavcopies costs to load, and the screener over it: a transaction a session, 2,500 securities.

From the bytes of each session's UDiFF file to its COMMIT: archived, unzipped, parsed, checked, compared, written,
instruments derived, entered into the ledger. The other side is one COPY of the same rows, in text as PostgreSQL gives
them, into a logged table without an index, committed, in the same run. Then the screener: its first computation over
all sessions, and that of one new session, as its load makes it. A session is to cost under 2% of the first.

    python benchmarks/equity_load.py                  # 1,000 sessions, 2.3 million rows: some minutes
    python benchmarks/equity_load.py --sessions 100
"""

from __future__ import annotations

import argparse
import sys
import warnings
from datetime import UTC, date, datetime, time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.figures import seconds
from benchmarks.parts.place import running
from munim.core.payload import Payload
from munim.replica.equity_files import full, udiff
from munim.replica.equity_population import made_sessions
from munim.replica.equity_prices import session_prices
from pipelines.equity_set import EQUITY
from pipelines.run import load_payload
from pipelines.screener_compute import compute, compute_pending
from pipelines.tools import Options, Tools, context
from scrapers.bhavcopy import NSE_FULL, NSE_UDIFF

SEED = 2026
LAST = date(2026, 8, 20)
PIECE = 100
DELIVERIES = 20
ROUNDS = 5
_RAW = "CREATE TABLE raw_eod (LIKE market.equity_eod)"


def payloads(days: list[date], feed: str = NSE_UDIFF) -> list[Payload]:
    """Return the files of sessions, each fetched on its evening: UDiFF at 18:00, deliveries at 19:30."""
    hour = time(12, 30) if feed == NSE_UDIFF else time(14)
    return [
        Payload(feed, day.isoformat(), f"made:{day}", datetime.combine(day, hour, UTC), _body(feed, day))
        for day in days
    ]


def _body(feed: str, day: date) -> bytes:
    prices = session_prices(SEED, day)
    return udiff(prices, "NSE") if feed == NSE_UDIFF else full(prices)


def load(tools: Tools, files: list[Payload]) -> int:
    """Load files as a backfill does: one after the other, each in its own transaction; return how many rows."""
    rows = 0
    for payload in files:
        report = load_payload(EQUITY, payload, tools, context(tools, EQUITY.name, Options()))
        assert report.status == "success", report.status
        rows += report.counts.read
    return rows


def raw_copy(tools: Tools) -> float:
    """Return the seconds that a COPY of the same rows takes."""
    with tools.database.session() as session:
        session.execute(_RAW)
        session.commit()
        with session.cursor() as cursor, cursor.copy("COPY market.equity_eod TO STDOUT") as copy:
            body = b"".join(bytes(part) for part in copy)
        session.commit()

        def write() -> None:
            with session.cursor() as cursor, cursor.copy("COPY raw_eod FROM STDIN") as copy:
                copy.write(body)
            session.commit()

        return seconds(write)


def one_session(tools: Tools, day: date) -> float:
    """Return the seconds that the screener takes for a session whose rows are new, the middle one of some rounds."""
    took = []
    for _ in range(ROUNDS):
        with tools.database.session() as session:
            session.execute("DELETE FROM etl.screener_day WHERE trade_date = %s", (day,))
            session.commit()

            def work(session: object = session) -> None:
                compute(session, "NSE", [day])  # type: ignore[arg-type]
                session.commit()  # type: ignore[attr-defined]

            took.append(seconds(work))
    return median(took)


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # said by the embedded server's library
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sessions", type=int, default=1_000)
    count = asked.parse_args().sessions
    days = [day for day in made_sessions() if day <= LAST][-count:]
    with running() as place:
        tools = place.tools(place.migrated("bench_equity"))
        rows, took = 0, []
        for start in range(0, len(days), PIECE):
            files = payloads(days[start : start + PIECE])
            took.append(seconds(lambda files=files: load(tools, files)))  # type: ignore[misc]
        with tools.database.session() as session:
            ((rows,),) = session.execute("SELECT count(*) FROM market.equity_eod").fetchall()  # type: ignore[assignment]
        other = raw_copy(tools)
        print(f"{len(days):,} sessions, {rows:,} rows: {rows / sum(took):,.0f} rows/s, "
              f"{sum(took) / len(days) * 1000:.0f} ms a session")  # fmt: skip
        print(f"a raw COPY of the same rows: {rows / other:,.0f} rows/s; ours takes {sum(took) / other:.1f} x")
        print(f"first {PIECE} sessions {took[0]:.1f} s, last {len(days) % PIECE or PIECE} {took[-1]:.1f} s")
        first = seconds(lambda: compute_pending(tools))
        print(f"the screener's first computation: {first:.1f} s, {first / other:.1f} x that COPY")
        one = one_session(tools, days[-1])
        print(f"one new session: {one * 1000:.0f} ms, {one / first:.2%} of the first")
        late = payloads(days[-DELIVERIES:], NSE_FULL)
        merged = seconds(lambda: load(tools, late[-1:]))
        print(f"its deliveries, with its figures computed again: {merged * 1000:.0f} ms")


if __name__ == "__main__":
    main()
