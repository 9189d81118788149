"""Who is told of what is wrong: once an incident, once when it is over, and never of what nobody can have missed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest

from loaders import incidents as write
from loaders.batch import LoadContext
from loaders.database import Database
from loaders.ledger import RunEntry, write_run
from munim.core.clock import IST
from munim.core.errors import ContentRefused, RequestWrong
from munim.core.payload import Payload
from munim.readers.troubles import troubles_at
from pipelines.alerts import Message, alert_now
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from schedules.notify import notifier
from schedules.timetable import entry
from tests.commands import munim_here
from tests.conftest import SetClock
from tests.reliability.made_files import Row, body

# apprise looks whether Python has the module yet.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

Opened = psycopg.Connection[tuple[object, ...]]

FRESH_AT = datetime(2026, 8, 25, 9, 0, tzinfo=IST)
FETCHED_AT = datetime(2026, 8, 25, 2, 30, tzinfo=UTC)
GOOD = [Row(str(120500 + number), "10.5", date(2026, 8, 24)) for number in range(20)]
LATEST = ("amfi.latest", "slot")


@dataclass
class Desk:
    """Looks at what is wrong at a time, and keeps what was told of amfi.latest; `deaf`: takes no message."""

    database: Database
    deaf: bool = False
    heard: list[Message] = field(default_factory=list)

    def look(self, at: datetime, threshold: int = 50) -> list[str]:
        """The titles of what was delivered of amfi.latest."""
        told = alert_now(self.database, lambda: at, self._hear, threshold)
        return [message.title for message in told if "amfi.latest" in message.title]

    def _hear(self, message: Message) -> bool:
        if not self.deaf and "amfi.latest" in message.title:
            self.heard.append(message)
        return not self.deaf


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def load(tools: Tools, clock: SetClock) -> Callable[..., int]:
    """Loads a file of NAVs that was fetched at a time; what is refused is in the ledger."""

    def load_one(rows: list[Row], fetched_at: datetime = FETCHED_AT) -> int:
        clock.at = fetched_at
        payload = Payload("amfi.latest", fetched_at.isoformat(), "file:made", fetched_at, body(rows), "file")
        return load_payload(NAV, payload, tools, context(tools, NAV.name, Options())).run_id

    return load_one


def ended(
    database: Database, status: str, at: datetime, error: str | None = None, *, of: tuple[str, str] = LATEST
) -> None:
    """Write a run into the ledger that ended so; `of`: its feed and its slot."""
    started = LoadContext("nav", at, "a test", "0")
    with database.session() as session:
        write_run(session, started, RunEntry(*of, status, error=error), at)
        session.commit()


LATE, ON_TIME = "munim: amfi.latest is late (made data)", "munim: amfi.latest is no longer late (made data)"


def test_a_late_feed_is_told_once_and_once_that_it_is_in(desk: Desk, load: Callable[..., int]) -> None:
    load(GOOD)
    due = datetime.combine(date(2026, 8, 26), entry("amfi.latest").due_time, IST)

    looks = {minutes: desk.look(due + timedelta(minutes=minutes)) for minutes in (-1, 1, 14, 15, 20, 600)}
    load([replace(row, day=date(2026, 8, 25)) for row in GOOD], due + timedelta(hours=11))
    after = [desk.look(due + timedelta(hours=hours)) for hours in (12, 13)]

    assert looks == {-1: [], 1: [], 14: [], 15: [LATE], 20: [], 600: []}
    assert after == [[ON_TIME], []]
    was = f"2026-08-25 is due, the newest there is 2026-08-24; late since {due:%Y-%m-%d %H:%M} IST"
    lasted = f"from {due:%Y-%m-%d %H:%M} IST to {due + timedelta(hours=12):%Y-%m-%d %H:%M} IST, 12 h 0 min"
    assert [message.body for message in desk.heard] == [
        was,
        f"It lasted {lasted}. It was: {was}",
    ]


def test_a_second_time_late_is_a_second_incident(desk: Desk, load: Callable[..., int], connection: Opened) -> None:
    load(GOOD)
    first, second = datetime(2026, 8, 26, 12, 0, tzinfo=IST), datetime(2026, 8, 27, 12, 0, tzinfo=IST)

    told = desk.look(first)
    load([replace(row, day=date(2026, 8, 25)) for row in GOOD], first + timedelta(hours=1))
    told += desk.look(first + timedelta(hours=2)) + desk.look(second)

    assert told == [LATE, ON_TIME, LATE]
    rows = connection.execute(
        "SELECT kind, since, closed_at IS NULL, told_at IS NULL, told_over_at IS NULL FROM etl.incident "
        "WHERE feed = 'amfi.latest' ORDER BY incident_id"
    ).fetchall()
    due = entry("amfi.latest").due_time
    assert rows == [
        ("late", datetime.combine(date(2026, 8, 26), due, IST), False, False, False),
        ("late", datetime.combine(date(2026, 8, 27), due, IST), True, False, True),
    ]


def test_what_was_due_before_there_was_a_database_is_nothing_to_tell_of(desk: Desk) -> None:
    """It was made on Monday, 24 August at 05:30 IST; Friday's NAVs were due on Saturday, Monday's on Tuesday."""
    looks = [desk.look(datetime(2026, 8, day, 12, 0, tzinfo=IST)) for day in (24, 25)]

    assert looks == [[], [LATE]]


@pytest.mark.parametrize(
    ("status", "began", "over"),
    [
        ("refused", "brought what is not what it should be", "brings what it should again"),
        ("blocked", "is refused by its source", "is served by its source again"),
    ],
)
def test_a_source_that_refuses_or_brings_the_wrong_is_told_until_a_run_goes_well(
    desk: Desk, database: Database, load: Callable[..., int], status: str, began: str, over: str
) -> None:
    load(GOOD)
    titles = []
    for minutes, next_status in enumerate([status, status, "unavailable", "database", status, "repeat"]):
        at = FRESH_AT + timedelta(minutes=minutes)
        ended(database, next_status, at, "what it said" if next_status != "repeat" else None)
        titles.append(desk.look(at))

    assert titles[0] == [f"munim: amfi.latest {began} (made data)"]
    assert titles[1:5] == [[]] * 4
    assert titles[5] == [f"munim: amfi.latest {over} (made data)"]
    assert desk.heard[0].body == "what it said"


def test_a_backfill_of_days_gone_by_neither_ends_what_is_refused_today_nor_begins_it(database: Database) -> None:
    def refused(minutes: int) -> list[tuple[str, str]]:
        with database.session() as session:
            at = FRESH_AT + timedelta(minutes=minutes)
            found = troubles_at(session, at, 50)
        return [(one.kind, one.detail) for one in found if one.feed == "nse.participant_oi" and one.kind != "late"]

    runs = [
        ("2026-08-24", "refused", "today's", [("refused", "today's")]),
        ("2024-03-01", "success", None, [("refused", "today's")]),
        ("2024-03-04", "refused", "an old one", [("refused", "today's")]),
        ("2024-03-05", "blocked", "no", [("blocked", "no"), ("refused", "today's")]),
        ("2026-08-24", "success", None, []),
        ("2024-03-06", "refused", "an old one", []),
    ]
    for minutes, (slot, status, error, expected) in enumerate(runs):
        at = FRESH_AT + timedelta(minutes=minutes)
        ended(database, status, at, error, of=("nse.participant_oi", slot))
        assert refused(minutes) == expected


def test_a_file_that_is_refused_is_told_with_the_loads_own_words(desk: Desk, load: Callable[..., int]) -> None:
    load(GOOD)
    with suppress(ContentRefused):
        load([], FETCHED_AT + timedelta(hours=1))

    assert desk.look(FRESH_AT + timedelta(hours=1)) == [
        "munim: amfi.latest brought what is not what it should be (made data)"
    ]
    assert "a header and no rows" in desk.heard[0].body


def test_many_refused_rows_are_told_and_are_over_once_they_are_replayed(
    desk: Desk, load: Callable[..., int], tools: Tools, connection: Opened
) -> None:
    load([*GOOD, *(Row(str(130000 + number), "-1", date(2026, 8, 24)) for number in range(4))])

    assert desk.look(FRESH_AT, threshold=4) == []
    assert desk.look(FRESH_AT, threshold=3) == ["munim: amfi.latest has many refused rows (made data)"]
    assert desk.heard[-1].body == "4 of 24 rows were refused: 4 negative_nav; see `munim quarantine list`"
    connection.execute("UPDATE etl.quarantine SET status = 'replayed' WHERE line_no % 2 = 0")
    assert desk.look(FRESH_AT, threshold=3) == ["munim: amfi.latest no longer has many refused rows (made data)"]


def test_what_nobody_took_is_told_at_the_next_look(desk: Desk, load: Callable[..., int]) -> None:
    load(GOOD)
    at = datetime(2026, 8, 26, 12, 0, tzinfo=IST)
    desk.deaf = True
    assert desk.look(at) == []
    desk.deaf = False

    assert desk.look(at + timedelta(minutes=10)) == [LATE]


def test_what_was_over_before_anybody_took_it_is_told_in_one_message(desk: Desk, load: Callable[..., int]) -> None:
    load(GOOD)
    at = datetime(2026, 8, 26, 12, 0, tzinfo=IST)
    desk.deaf = True
    desk.look(at)
    load([replace(row, day=date(2026, 8, 25)) for row in GOOD], at)
    desk.look(at + timedelta(hours=1))
    desk.deaf = False

    assert desk.look(at + timedelta(hours=2)) == [ON_TIME]
    assert desk.look(at + timedelta(hours=3)) == []


def test_two_that_look_at_once_tell_once(desk: Desk, load: Callable[..., int], database: Database) -> None:
    load(GOOD)
    at = datetime(2026, 8, 26, 12, 0, tzinfo=IST)
    with database.session() as other:
        assert write.lock(other)
        assert desk.look(at) == []

    assert desk.look(at) == [LATE]


@contextmanager
def webhook(status: int = 200) -> Iterator[tuple[str, list[bytes]]]:
    """A webhook on this machine; yields its apprise URL, and what it was sent."""
    sent: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"json://127.0.0.1:{listening.server_address[1]}/hook", sent
        finally:
            listening.shutdown()
            thread.join()


MESSAGE = Message("munim: a title", "a body", "warning")


def test_a_webhook_gets_title_body_and_kind() -> None:
    with webhook() as (url, sent):
        assert notifier([url])(MESSAGE) is True

    assert len(sent) == 1
    assert b'"title": "munim: a title"' in sent[0]
    assert b'"message": "a body"' in sent[0]
    assert b'"type": "warning"' in sent[0]


def test_one_of_several_that_takes_it_is_enough_and_none_is_not() -> None:
    with webhook(500) as (broken, _), webhook() as (good, sent):
        assert notifier([broken, good])(MESSAGE) is True
        assert notifier([broken])(MESSAGE) is False

    assert len(sent) == 1


def test_a_url_that_can_not_be_read_is_refused_without_telling_it() -> None:
    with pytest.raises(RequestWrong, match="URL 2 of MUNIM_ALERT_URLS can't be read") as caught:
        notifier(["json://127.0.0.1/hook", "nosuch://user:S3cret@host"])

    assert "S3cret" not in str(caught.value)


def test_the_commands_tell_list_and_test(database_url: str, tmp_path: Path, database: Database) -> None:
    ended(database, "blocked", datetime(2026, 8, 25, 9, 0, tzinfo=IST), "NSE answered 403")
    with webhook() as (url, sent):
        settings = {"MUNIM_DATABASE_URL": database_url, "MUNIM_HOME": str(tmp_path), "MUNIM_ALERT_URLS": url}
        first = munim_here("alerts", "send", "-o", "json", settings=settings)
        again = munim_here("alerts", "send", settings=settings)
        listed = munim_here("alerts", "list", "--open", "-o", "json", settings=settings)
        tested = munim_here("alerts", "test", settings=settings)

    assert (first.code, again.code, listed.code, tested.code) == (0, 0, 0, 0), first.err
    assert "munim: amfi.latest is refused by its source (made data)" in [one["title"] for one in first.answer]
    assert "nothing to tell" in again.out
    assert ("blocked", "amfi.latest", "NSE answered 403") in [
        (one["kind"], one["feed"], one["detail"]) for one in listed.answer
    ]
    assert len(sent) == len(first.answer) + 1
    assert "the message was taken" in tested.out


def test_without_urls_what_is_wrong_is_in_the_log(database_url: str, tmp_path: Path, database: Database) -> None:
    ended(database, "blocked", datetime(2026, 8, 25, 9, 0, tzinfo=IST), "NSE answered 403")

    done = munim_here("alerts", "send", settings={"MUNIM_DATABASE_URL": database_url, "MUNIM_HOME": str(tmp_path)})

    assert done.code == 0
    assert '"title": "munim: amfi.latest is refused by its source (made data)"' in done.err
