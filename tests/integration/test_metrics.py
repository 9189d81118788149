"""What Prometheus reads is what the ledger says, at each scrape, and nothing in it grows with what is loaded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from loaders.database import Database
from munim.cli.serving import Answers, server
from munim.core.clock import IST
from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from munim.readers.ledger_totals import lateness_at
from munim.readers.metrics import Exposition, exposition
from munim.readers.session import reading
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
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
    text = exposition(database, lambda: at).body.decode()
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


@pytest.mark.parametrize(
    ("at", "late_s"),
    [
        ("2026-08-20T10:59", 0),  # Wednesday's is there, Thursday's is due on Friday at 11:00
        ("2026-08-21T10:59", 0),
        ("2026-08-21T11:01", 60),
        ("2026-08-24T10:00", 71 * 3600),  # over the weekend
        ("2026-08-25T11:00", 96 * 3600),  # Friday's was due on Saturday, and Thursday's is still the oldest
    ],
)
def test_lateness_counts_from_when_the_oldest_missing_day_was_due(
    database: Database, load: Callable[..., None], at: str, late_s: int
) -> None:
    load(GOOD)

    found = scraped(database, datetime.fromisoformat(at).replace(tzinfo=IST))

    named = {"dataset": "nav", "feed": "amfi.latest"}
    assert of(found, "munim_lateness_seconds", **named) == late_s
    assert of(found, "munim_fresh", **named) == (0 if late_s else 1)


def test_a_day_that_too_few_schemes_have_is_late_since_it_was_due(
    database: Database, load: Callable[..., None]
) -> None:
    load([*GOOD[:15], *(replace(row, day=date(2026, 8, 18)) for row in GOOD[15:])])
    at = datetime(2026, 8, 20, 11, 30, tzinfo=IST)

    with reading(database) as connection:
        (nav,) = [one for one in lateness_at(connection, at) if one.feed == "amfi.latest"]

    assert (nav.status, nav.late_since) == ("late", datetime(2026, 8, 20, 11, 0, tzinfo=IST))
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


def test_who_asks_for_openmetrics_gets_it(database: Database) -> None:
    answer = exposition(database, lambda: FETCHED_AT, "application/openmetrics-text;version=1.0.0")

    assert answer.content_type.startswith("application/openmetrics-text")
    assert "munim_database_up" in {family.name for family in openmetrics(answer.body.decode())}  # type: ignore[no-untyped-call]


@contextmanager
def serving(answers: Answers) -> Iterator[HTTPConnection]:
    with server("127.0.0.1", 0, answers) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        connection = HTTPConnection("127.0.0.1", listening.server_address[1])
        try:
            yield connection
        finally:
            connection.close()
            listening.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("path", "ready", "answer"),
    [
        ("/healthz", False, (200, b"alive\n")),
        ("/readyz", True, (200, b"ready\n")),
        ("/readyz", False, (503, b"the database can't be worked with\n")),
        ("/metrics?x=1", True, (200, b"munim_database_up 1\n")),
        ("/etc/passwd", True, (404, b"there is /healthz, /readyz and /metrics\n")),
    ],
)
def test_probes_and_metrics_are_answered_and_nothing_else(path: str, ready: bool, answer: tuple[int, bytes]) -> None:
    made = Exposition("text/plain", b"munim_database_up 1\n")
    with serving(Answers(lambda: ready, lambda _accept: made)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()

        assert (response.status, response.read()) == answer


def test_the_command_prints_what_prometheus_would_read(
    database_url: str, tmp_path: Path, load: Callable[..., None]
) -> None:
    load(GOOD)
    settings = {"MUNIM_DATABASE_URL": database_url, "MUNIM_HOME": str(tmp_path)}

    ended = munim_here("metrics", "show", settings=settings)

    assert ended.code == 0, ended.err
    families = {family.name for family in text_string_to_metric_families(ended.out)}
    assert {"munim_runs", "munim_rows", "munim_lateness_seconds", "munim_database_up"} <= families
