"""The ledger as Prometheus reads it. Labels are data sets, feeds, statuses: as many as the timetable has, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim import __version__
from munim.core.errors import MunimError
from munim.readers.ledger_totals import lateness_at, open_quarantine, run_totals
from munim.readers.session import reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from prometheus_client import Metric

    from loaders.database import Database
    from munim.core.clock import Clock
    from munim.readers.ledger_totals import Lateness, Refused, RunTotals

STATUSES = ("success", "not_yet", "unavailable", "database", "refused", "blocked", "usage", "error", "cancelled")
"""How runs end that somebody may wait for: told as 0 before the first, or its increase would never be seen."""

ROW_KINDS = ("read", "new", "changed", "unchanged", "absent", "quarantined")


class LedgerCollector:
    """Asks the database at each scrape: what it says is of that moment, whichever process ran what."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Nothing is asked yet."""
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; without a database, only that there is none."""
        try:
            with reading(self._database) as connection:
                at = self._clock()
                totals, refused, late = run_totals(connection), open_quarantine(connection), lateness_at(connection, at)
        except MunimError:
            # The log of whoever runs has why; a scrape that fails would be less than this.
            yield from _standing(up=False)
            return
        yield from _standing(up=True)
        yield from _runs(totals, late)
        yield from _freshness(late, at)
        yield from _quarantine(refused)


def exposition(database: Database, clock: Clock) -> str:
    """Return the metrics in Prometheus's text format, as they are now."""
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - only for who is scraped

    registry = CollectorRegistry()
    registry.register(LedgerCollector(database, clock))
    return generate_latest(registry).decode()


def _standing(*, up: bool) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily  # noqa: PLC0415

    yield GaugeMetricFamily("munim_database_up", "1: the database answers, and is at this version's schema.", int(up))
    yield InfoMetricFamily("munim", "The munim that answers.", {"version": __version__})


def _runs(totals: Sequence[RunTotals], late: Sequence[Lateness]) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, SummaryMetricFamily  # noqa: PLC0415

    of_feed = ["dataset", "feed"]
    runs = CounterMetricFamily("munim_runs", "Runs in the ledger, by how they ended.", labels=[*of_feed, "status"])
    took = SummaryMetricFamily("munim_run_duration_seconds", "How long runs took.", labels=[*of_feed, "status"])
    rows = CounterMetricFamily("munim_rows", "Rows that runs read, and what became of them.", labels=[*of_feed, "kind"])
    feeds = dict.fromkeys([*((one.dataset, one.feed) for one in late), *((one.dataset, one.feed) for one in totals)])
    ended = {(*feed, status): 0 for feed in feeds for status in STATUSES}
    counted = {(*feed, kind): 0 for feed in feeds for kind in ROW_KINDS}
    for one in totals:
        named = (one.dataset, one.feed)
        ended[(*named, one.status)] = one.runs
        took.add_metric([*named, one.status], count_value=one.runs, sum_value=one.duration_ms / 1000)
        for kind in ROW_KINDS:
            counted[(*named, kind)] += getattr(one, f"rows_{kind}")
    for family, numbers in ((runs, ended), (rows, counted)):
        for key, number in numbers.items():
            family.add_metric(key, number)
    yield from (runs, took, rows)


def _freshness(late: Sequence[Lateness], at: datetime) -> Iterator[Metric]:
    yield _gauge(
        "munim_lateness_seconds",
        "Seconds since what is missing was due; 0: nothing is missing.",
        {(one.dataset, one.feed): _seconds_late(one, at) for one in late},
    )
    yield _gauge(
        "munim_fresh",
        "1: what is due by now is there.",
        {(one.dataset, one.feed): int(one.is_fresh) for one in late},
    )
    yield _gauge(
        "munim_due_share",
        "Share of the schemes that are due whose value is there (0 to 1).",
        {(one.dataset, one.feed): float(one.due_share) for one in late if one.due_share is not None},
    )
    yield _gauge(
        "munim_gaps",
        "Days since a feed's first one that are due and have no content.",
        {(one.dataset, one.feed): one.gaps for one in late if one.gaps is not None},
    )
    for name, kind in (("success", "loaded or confirmed the feed"), ("failure", "failed")):
        ended = {(one.dataset, one.feed): getattr(one, f"last_{name}") for one in late}
        yield _gauge(
            f"munim_last_{name}_timestamp_seconds",
            f"When the last run that {kind} ended.",
            {key: instant.timestamp() for key, instant in ended.items() if instant is not None},
        )


def _quarantine(refused: Sequence[Refused]) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    gauge = GaugeMetricFamily("munim_quarantine_open_rows", "Refused rows that wait to be read again.",
                              labels=["dataset"])  # fmt: skip
    for one in refused:
        gauge.add_metric([one.dataset], one.rows)
    yield gauge


def _gauge(name: str, says: str, values: dict[tuple[str, str], float]) -> Metric:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    gauge = GaugeMetricFamily(name, says, labels=["dataset", "feed"])
    for key, value in values.items():
        gauge.add_metric(key, value)
    return gauge


def _seconds_late(one: Lateness, at: datetime) -> float:
    return 0.0 if one.late_since is None else max(0.0, (at - one.late_since).total_seconds())
