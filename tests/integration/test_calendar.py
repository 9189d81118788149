"""Holidays and sessions in the database: every version is kept, and SQL says what the pure calendar says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from munim.core.calendar import Calendar, SessionKind, Standing, days_between
from munim.core.clock import IST
from munim.core.due import DueTime, due_day
from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from munim.readers import calendar as readers
from pipelines.calendar_set import CALENDAR
from pipelines.ingest import ingest, plan
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers import nse_calendar

if TYPE_CHECKING:
    from munim.core.due import DueDays

FETCHED_AT = datetime(2026, 8, 23, 3, 0, tzinfo=UTC)
FIXED_2025 = ("26-Jan-2025", "01-May-2025", "15-Aug-2025", "02-Oct-2025", "25-Dec-2025")
SPAN = (date(2019, 8, 1), date(2027, 1, 31))
WRONG_SEGMENT = ("037f3fb", "9bc6841", "eb48d3b")

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(autouse=True)
def _tables(connection: Connection) -> None:
    """Make what the migrations don't make yet."""
    row = connection.execute("SELECT to_regclass('market.session') IS NULL").fetchone()
    if row == (True,):
        for name in ("0002_calendar_tables.sql", "0002_calendar.sql"):
            connection.execute(files("loaders.migrations").joinpath("versions", name).read_text(encoding="utf-8"))


def load_recorded(recorded: Path, tools: Tools, *, backwards: bool = False) -> dict[str, str]:
    """Load every recorded file in the order of its fetch; what became of each."""
    paths = [path for path in sorted((recorded / "calendar").iterdir()) if path.suffix in {".csv", ".json", ".txt"}]
    done = {}
    payloads = plan(CALENDAR, paths, fetched_at=FETCHED_AT)
    for payload in reversed(payloads) if backwards else payloads:
        name = payload.url.removeprefix("file:")
        try:
            ((_, report),) = ingest(CALENDAR, [payload], tools)
            done[name] = report.status
        except ContentRefused:
            done[name] = "refused"
    return done


def load_list(tools: Tools, days: list[str], fetched_at: datetime, segment: str = "CM") -> None:
    rows = [
        {"tradingDate": day, "description": f"Holiday of {day}", "Sr_no": number} for number, day in enumerate(days)
    ]
    body = json.dumps({segment: rows}).encode()
    payload = Payload(nse_calendar.HOLIDAYS_TRADING, fetched_at.isoformat(), "file:list.json", fetched_at, body, "file")
    load_payload(CALENDAR, payload, tools, context(tools, CALENDAR.name, Options()))


def test_every_recorded_file_loads_or_is_refused_and_again_nothing_changes(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    done = load_recorded(recorded, tools)
    before = connection.execute("SELECT xmin, ctid, * FROM market.holiday ORDER BY 3, 4, 5, 6").fetchall()

    assert {name for name, status in done.items() if status == "refused"} == {
        name for name in done if any(commit in name for commit in WRONG_SEGMENT)
    }
    assert set(done.values()) == {"success", "refused"}
    assert connection.execute("SELECT count(*) FROM market.session").fetchone() == (1710,)
    again = load_recorded(recorded, tools)
    assert set(again.values()) == {"repeat", "refused"}
    assert connection.execute("SELECT xmin, ctid, * FROM market.holiday ORDER BY 3, 4, 5, 6").fetchall() == before


def test_the_versions_of_2024_are_kept_with_what_was_added_and_what_disappeared(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    load_recorded(recorded, tools)

    def listed(month: int, day: int) -> set[date]:
        found = readers.holidays(connection, date(2024, 1, 1), date(2024, 12, 31), source_time=True,
                                 at=datetime(2024, month, day, 23, tzinfo=UTC))  # fmt: skip
        return {one.holiday_date for one in found if one.listed}

    april, may, december = listed(4, 2), listed(5, 1), listed(12, 1)

    assert (len(listed(3, 1)), len(april), len(may), len(december)) == (0, 20, 21, 21)
    assert may - april == {date(2024, 5, 20)}
    assert december - may == {date(2024, 11, 20)}
    assert may - december == {date(2024, 11, 1)}
    (lost,) = readers.holidays(connection, date(2024, 11, 1), date(2024, 11, 1))
    assert not lost.listed
    assert lost.url.endswith("f5730c7.csv"), "the newer list that has it no more"


HOLIDAYS = """
SELECT exchange, list_type, segment, holiday_date, description, said.sha256, ended.sha256
FROM market.holiday AS holiday
JOIN etl.payload AS said USING (payload_id)
LEFT JOIN etl.payload AS ended ON ended.payload_id = holiday.withdrawn_by
ORDER BY 1, 2, 3, 4
"""


def test_the_tables_do_not_depend_on_the_order_of_loading(recorded: Path, tools: Tools, connection: Connection) -> None:
    load_recorded(recorded, tools)
    forwards = connection.execute(HOLIDAYS).fetchall()
    connection.execute(
        "TRUNCATE market.holiday, market.holiday_revision, market.listed_session, market.listed_session_revision, "
        "etl.payload, etl.run, etl.quarantine, etl.quality_note"
    )
    load_recorded(recorded, tools, backwards=True)

    assert len(forwards) == 277
    assert connection.execute(HOLIDAYS).fetchall() == forwards


def test_a_day_says_whether_it_was_a_session_and_what_proves_it(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    load_recorded(recorded, tools)

    muhurat = readers.day(connection, date(2024, 11, 1))
    closed = readers.day(connection, date(2025, 8, 27))
    clearing = readers.day(connection, date(2026, 8, 26))

    assert (muhurat.standing, muhurat.kind, muhurat.reason) == (Standing.TRADED, SessionKind.MUHURAT, None)
    assert muhurat.proof is not None
    assert muhurat.proof.proof == "list"
    assert muhurat.proof.url == "file:nse_trading_days_with_bhavcopy_2019-10_2026-08.txt"
    assert (closed.standing, closed.reason, closed.proof) == (Standing.CLOSED, "Shri Ganesh Chaturthi", None)
    assert {one.segment for one in closed.holidays} >= {"CM", "FO", "COM", "GOPAL"}
    assert (clearing.standing, clearing.reason) == (Standing.UNKNOWN, "Id-E-Milad (list of clearing)")


def test_sql_says_of_every_day_what_the_pure_calendar_says(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    load_recorded(recorded, tools)

    assert_same(connection, readers.load_calendar(connection))


def test_sql_agrees_also_where_lists_contradict_end_or_are_in_part(tools: Tools, connection: Connection) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    load_list(tools, [*FIXED_2025, "21-Oct-2025", "14-Mar-2025", "02-Jun-2025"], at)
    load_list(tools, [*FIXED_2025, "21-Oct-2025", "03-Jun-2025"], at + timedelta(hours=1), "FO")
    load_list(tools, [*FIXED_2025, "02-Jun-2025"], at + timedelta(hours=2))
    load_list(tools, ["26-Jan-2026"], at + timedelta(hours=3))
    days = b"2025-10-21\n2025-03-14\n2025-06-02\n2025-06-03\n2025-02-01\n2025-01-10\n2026-01-27\n"
    fetched_at = at + timedelta(days=100)
    payload = Payload(nse_calendar.TRADING_DAYS, "x", "file:nse_trading_days.txt", fetched_at, days, "file")
    load_payload(CALENDAR, payload, tools, context(tools, CALENDAR.name, Options()))
    calendar = readers.load_calendar(connection)

    assert_same(connection, calendar)
    assert calendar.years == {2025}
    assert calendar.contradictions() == [date(2025, 6, 2)]
    assert calendar.standing(date(2026, 1, 26)) is Standing.CLOSED
    assert calendar.standing(date(2026, 1, 28)) is Standing.UNKNOWN


def test_a_list_of_which_days_traded_is_refused_when_the_sessions_are_known(
    tools: Tools, connection: Connection
) -> None:
    fetched_at = datetime(2026, 1, 2, tzinfo=UTC)
    traded = b"2025-02-19\n2025-05-12\n2025-09-05\n2025-10-21\n"
    days = Payload(nse_calendar.TRADING_DAYS, "x", "file:nse_trading_days.txt", fetched_at, traded, "file")
    load_payload(CALENDAR, days, tools, context(tools, CALENDAR.name, Options()))
    fine = [*FIXED_2025, "21-Oct-2025"]

    with pytest.raises(ContentRefused, match="2025-02-19, 2025-05-12 traded: is it another segment's list"):
        load_list(tools, [*fine, "19-Feb-2025", "12-May-2025"], fetched_at + timedelta(hours=1))
    load_list(tools, [*fine, "19-Feb-2025", "12-May-2025"], fetched_at + timedelta(hours=2), "CD")
    load_list(tools, [*fine, "19-Feb-2025"], fetched_at + timedelta(hours=3))

    assert connection.execute("SELECT kind, content_date FROM etl.quality_note").fetchall() == [
        ("listed_day_traded", date(2025, 2, 19))
    ]


def assert_same(connection: Connection, calendar: Calendar) -> None:
    rows = connection.execute("SELECT day, standing, kind, settles FROM etl.calendar('NSE', %s, %s)", SPAN).fetchall()

    assert len(rows) == (SPAN[1] - SPAN[0]).days + 1
    for day, standing, kind, settles in rows:
        assert isinstance(day, date)
        assert (standing, kind) == (calendar.standing(day), calendar.session_kind(day)), day
        assert settles is (calendar.is_settlement(day) if day.year in calendar.settlement_years or
                           day.weekday() >= 5 else None), day  # fmt: skip


def test_a_session_is_told_in_sql_and_an_unknown_day_is_null(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    load_recorded(recorded, tools)

    def is_session(day: str) -> object:
        row = connection.execute("SELECT etl.is_session('NSE', %s)", (day,)).fetchone()
        return row[0] if row else None

    assert is_session("2024-01-20") is True
    assert is_session("2025-10-21") is True
    assert is_session("2025-10-22") is False
    assert is_session("2026-12-24") is None
    assert connection.execute(
        "SELECT session_date, standing, kind FROM etl.sessions('NSE', '2026-08-20', '2026-08-25')"
    ).fetchall() == [
        (date(2026, 8, 20), "traded", None), (date(2026, 8, 21), "traded", None),
        (date(2026, 8, 24), "unknown", None), (date(2026, 8, 25), "unknown", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "span",
    [
        pytest.param((date(2025, 10, 15), date(2025, 11, 10)), id="diwali"),
        pytest.param((date(2024, 1, 12), date(2024, 1, 30)), id="a Saturday that traded"),
    ],
)
@pytest.mark.parametrize("days", ["daily", "weekdays", "nse_sessions", "nse_settlement"])
def test_what_is_due_in_sql_is_what_is_due_in_python(
    recorded: Path, tools: Tools, connection: Connection, days: DueDays, span: tuple[date, date]
) -> None:
    load_recorded(recorded, tools)
    calendar = readers.load_calendar(connection)
    for later in (0, 1):
        connection.execute(
            "INSERT INTO etl.timetable VALUES (%s, 'made', '{}', %s, '19:15', %s)", (f"made.{later}", days, later)
        )
        for day in days_between(*span):
            for moment in (time(19, 14, 59), time(19, 15)):
                at = datetime.combine(day, moment, IST)
                row = connection.execute("SELECT etl.due_content(%s, %s)", (f"made.{later}", at)).fetchone()
                assert row == (due_day(days, DueTime(time(19, 15), later), at, calendar).day,), at


def test_a_timetable_can_name_no_other_calendar(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("INSERT INTO etl.timetable VALUES ('made.x', 'made', '{}', 'sometimes', '19:15', 0)")


def test_every_view_and_column_says_what_it_holds(connection: Connection) -> None:
    uncommented = connection.execute("""
        SELECT namespace.nspname || '.' || class.relname || coalesce('.' || attribute.attname, '')
        FROM pg_class AS class
        JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
        LEFT JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
        WHERE namespace.nspname IN ('market', 'etl', 'agent') AND class.relkind IN ('r', 'v')
          AND class.relname <> 'migration' AND NOT class.relispartition
          AND (obj_description(class.oid, 'pg_class') IS NULL OR col_description(class.oid, attribute.attnum) IS NULL)
    """).fetchall()
    assert uncommented == []
