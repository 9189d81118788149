"""What Prometheus reads is what the ledger says, at each scrape, and nothing in it grows with what is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from loaders.database import Database
from munim.core.clock import IST
from munim.core.due import DueTime
from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from munim.readers.ledger_totals import lateness_at
from munim.readers.metrics import exposition
from munim.readers.session import reading
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from schedules.timetable import entry
from tests.commands import munim_here
from tests.conftest import SetClock
from tests.reliability.made_files import Row, body

Opened = psycopg.Connection[tuple[object, ...]]
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]

FETCHED_AT = datetime(2026, 8, 20, 3, 0, tzinfo=UTC)
GOOD = [Row(str(120500 + number), "10.5", date(2026, 8, 19)) for number in range(20)]


@pytest.fixture
def load(tools: Tools, clock: SetClock) -> Callable[..., None]:
    """Loads a file with these rows, fetched at a time; a file that is refused is in the ledger too."""

    def load_one(rows: list[Row], fetched_at: datetime = FETCHED_AT) -> None:
        clock.at = fetched_at
        payload = Payload("amfi.latest", fetched_at.isoformat(), "file:made", fetched_at, body(rows), "file")
        load_payload(NAV, payload, tools, context(tools, NAV.name, Options()))

    return load_one


def scraped(database: Database, at: datetime) -> Samples:
    text = exposition(database, lambda: at)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, tuple(sorted(labels.items()))]


def test_runs_rows_and_durations_are_the_ledgers(database: Database, load: Callable[..., None]) -> None:
    load(GOOD)
    load([*GOOD[:10], *(replace(row, nav="11.5") for row in GOOD[10:]), Row("120599", "-4", date(2026, 8, 19))],
         FETCHED_AT + timedelta(hours=3))  # fmt: skip
    with pytest.raises(ContentRefused):
        load([], FETCHED_AT + timedelta(hours=4))

    found = scraped(database, FETCHED_AT + timedelta(hours=5))
    named = {"dataset": "nav", "feed": "amfi.latest"}

    assert of(found, "munim_database_up") == 1
    assert of(found, "munim_runs_total", **named, status="success") == 2
    assert of(found, "munim_runs_total", **named, status="refused") == 1
    assert of(found, "munim_run_duration_seconds_count", **named, status="success") == 2
    assert of(found, "munim_run_duration_seconds_sum", **named, status="success") > 0
    rows = {kind: of(found, "munim_rows_total", **named, kind=kind) for kind in ("read", "new", "changed", "unchanged")}
    assert rows == {"read": 41, "new": 20, "changed": 10, "unchanged": 10}
    assert of(found, "munim_rows_total", **named, kind="quarantined") == 1
    assert of(found, "munim_quarantine_open_rows", dataset="nav") == 1
    assert of(found, "munim_last_success_timestamp_seconds", **named) > FETCHED_AT.timestamp()
    assert of(found, "munim_last_failure_timestamp_seconds", **named) > FETCHED_AT.timestamp()


def due_of(day: int) -> datetime:
    """When the NAVs of a day of August are due."""
    of = entry("amfi.latest")
    return DueTime(of.due_time, of.due_days_later).of(date(2026, 8, day))


@pytest.mark.parametrize(
    ("day", "after_due", "late"),
    [
        # What was loaded is of Wednesday, the 19th.
        (19, timedelta(minutes=1), timedelta(0)),
        (20, timedelta(minutes=-1), timedelta(0)),
        (20, timedelta(minutes=14), timedelta(0)),  # its time was over a moment ago
        (20, timedelta(minutes=15), timedelta(minutes=15)),
        (20, timedelta(days=3), timedelta(days=3)),  # over the weekend
        (21, timedelta(days=3), timedelta(days=4)),  # Friday's is due too, and Thursday's still the oldest
    ],
)
def test_lateness_counts_from_when_the_oldest_missing_day_was_due(
    database: Database, load: Callable[..., None], day: int, after_due: timedelta, late: timedelta
) -> None:
    load(GOOD)

    found = scraped(database, due_of(day) + after_due)

    named = {"dataset": "nav", "feed": "amfi.latest"}
    assert of(found, "munim_lateness_seconds", **named) == late.total_seconds()
    assert of(found, "munim_fresh", **named) == (0 if late else 1)


def test_a_day_that_too_few_schemes_have_is_late_since_it_was_due(
    database: Database, load: Callable[..., None]
) -> None:
    load([*GOOD[:15], *(replace(row, day=date(2026, 8, 18)) for row in GOOD[15:])])
    at = datetime(2026, 8, 20, 11, 30, tzinfo=IST)

    with reading(database) as connection:
        (nav,) = [one for one in lateness_at(connection, at) if one.feed == "amfi.latest"]

    assert (nav.status, nav.late_since) == ("late", due_of(19))
    assert of(scraped(database, at), "munim_due_share", dataset="nav", feed="amfi.latest") == 0.75


def test_labels_are_of_the_timetable_and_the_code_alone(database: Database, load: Callable[..., None]) -> None:
    load(GOOD)
    before = set(scraped(database, FETCHED_AT + timedelta(minutes=1)))
    for day in range(1, 4):
        load([Row(str(130000 + day * 50 + n), "9.9", date(2026, 8, 19)) for n in range(20)] + GOOD,
             FETCHED_AT + timedelta(hours=day))  # fmt: skip

    after = scraped(database, FETCHED_AT + timedelta(hours=4))

    assert set(after) == before
    assert {label for _, labels in after for label, _ in labels} <= {"dataset", "feed", "status", "kind", "version"}


def test_a_database_that_is_away_is_told_and_is_no_error() -> None:
    away = Database("replica", lambda: FETCHED_AT, url="postgresql://munim@127.0.0.1:1/munim")

    found = scraped(away, FETCHED_AT)

    assert of(found, "munim_database_up") == 0
    assert {name for name, _ in found} == {"munim_database_up", "munim_info"}


def test_the_command_prints_what_prometheus_would_read(
    database_url: str, tmp_path: Path, load: Callable[..., None]
) -> None:
    load(GOOD)
    settings = {"MUNIM_DATABASE_URL": database_url, "MUNIM_HOME": str(tmp_path)}

    ended = munim_here("metrics", "show", settings=settings)

    assert ended.code == 0, ended.err
    families = {family.name for family in text_string_to_metric_families(ended.out)}
    assert {"munim_runs", "munim_rows", "munim_lateness_seconds", "munim_database_up"} <= families
