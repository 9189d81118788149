"""Questions about NAVs and schemes, answered from rows that real loads made."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from loaders.database import Database
from munim.core.errors import NotFound, RequestWrong
from munim.core.payload import Payload
from munim.readers.answer import Answer
from munim.readers.questions import QUESTIONS
from munim.readers.session import reading
from pipelines.catalogue import NAV
from pipelines.decisions import revert
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock

HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
HEADINGS = "\n \nOpen Ended Schemes(Equity Scheme - ELSS)\n \nAxis Mutual Fund\n \n"
ADDRESS = "https://portal.amfiindia.com/spages/NAVAll.txt"
GROWTH, IDCW = "120503", "120502"
MONDAY = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

Load = Callable[..., int]
Ask = Callable[..., Answer]


def body(*rows: tuple[str, str, str, str]) -> bytes:
    """A NAVAll of rows: code, name, NAV, date."""
    isin = {GROWTH: "INF846K01EW2", IDCW: "INF846K01EV4"}
    lines = [f"{code};{isin.get(code, '-')};-;{name};{nav};{day}" for code, name, nav, day in rows]
    return (HEADER + HEADINGS + "\n".join(lines) + "\n").encode()


def growth(nav: str, day: str) -> bytes:
    return body((GROWTH, "Axis ELSS Fund - Direct Plan - Growth", nav, day))


@pytest.fixture
def load(tools: Tools, clock: SetClock) -> Load:
    """Loads a body that was fetched at one time and is loaded at another; returns the run."""

    def load_one(content: bytes, fetched_at: datetime, recorded_at: datetime | None = None) -> int:
        clock.at = (recorded_at or fetched_at + timedelta(minutes=1)) - timedelta(minutes=1)
        payload = Payload("amfi.latest", fetched_at.isoformat(), ADDRESS, fetched_at, content, "file")
        return load_payload(NAV, payload, tools, context(tools, NAV.name, Options())).run_id

    return load_one


@pytest.fixture
def ask(database: Database, clock: SetClock) -> Ask:
    """Asks a question by name, as a door does."""

    def ask_one(name: str, **parameters: object) -> Answer:
        question = QUESTIONS[name]
        with reading(database) as connection:
            return question.ask(connection, question.parameters.model_validate(parameters), clock)

    return ask_one


def test_a_nav_on_a_day_comes_with_its_unit_basis_file_run_and_freshness(load: Load, ask: Ask) -> None:
    run = load(growth("101.2340", "14-Aug-2026"), MONDAY)
    answer = ask("nav", scheme=GROWTH, on="2026-08-14")
    assert answer.rows == [(date(2026, 8, 14), answer.rows[0][1])]
    record = answer.record()
    assert record["rows"] == [["2026-08-14", "101.234"]]
    assert (record["as_of"], record["unit"], record["basis"]) == (
        "2026-08-14", "INR", "AMFI",
    )  # fmt: skip
    assert answer.source is not None
    assert (answer.source.url, answer.source.fetched_at, answer.source.run_id) == (ADDRESS, MONDAY, run)
    assert answer.freshness is not None
    assert (answer.freshness.latest, answer.freshness.due) == (date(2026, 8, 14), date(2026, 8, 14))
    assert "notes" not in record


def test_a_day_without_a_nav_is_answered_with_the_last_one_before_and_says_so(load: Load, ask: Ask) -> None:
    load(growth("101.2340", "14-Aug-2026"), MONDAY)
    answer = ask("nav", scheme="INF846K01EW2", on="2026-08-16")
    assert answer.record()["rows"] == [["2026-08-14", "101.234"]]
    assert answer.notes == ("scheme 120503", "no NAV of 2026-08-16: this is the last one before")


def test_a_nav_as_of_a_time_is_what_was_known_then(load: Load, ask: Ask) -> None:
    load(growth("101.2340", "14-Aug-2026"), MONDAY)
    second = load(growth("102.0000", "14-Aug-2026"), MONDAY + DAY)
    known = ask("nav", scheme=GROWTH, on="2026-08-14", known_at=MONDAY + HOUR)
    assert known.record()["rows"] == [["2026-08-14", "101.234"]]
    assert known.freshness is None
    assert ask("nav", scheme=GROWTH, on="2026-08-14").record()["rows"] == [["2026-08-14", "102"]]
    with pytest.raises(NotFound, match="no NAV up to 2026-08-14 that was known"):
        ask("nav", scheme=GROWTH, on="2026-08-14", known_at=MONDAY - HOUR)
    assert second > 0


def test_a_reverted_run_is_answered_as_known_before_and_after(
    load: Load, ask: Ask, tools: Tools, clock: SetClock
) -> None:
    load(growth("101.2340", "14-Aug-2026"), MONDAY)
    wrong = load(growth("999.0000", "14-Aug-2026"), MONDAY + DAY)
    clock.at = MONDAY + 2 * DAY
    revert(NAV, wrong, tools)
    assert ask("nav", scheme=GROWTH, on="2026-08-14").record()["rows"] == [["2026-08-14", "101.234"]]
    then = ask("nav", scheme=GROWTH, on="2026-08-14", known_at=MONDAY + DAY + HOUR)
    assert then.record()["rows"] == [["2026-08-14", "999"]]
    clock.at = MONDAY + 3 * DAY
    after = ask("nav", scheme=GROWTH, on="2026-08-14", known_at=MONDAY + 2 * DAY + timedelta(minutes=2))
    assert after.record()["rows"] == [["2026-08-14", "101.234"]]


def test_what_cannot_be_known_is_refused_and_what_is_not_there_not_found(load: Load, ask: Ask) -> None:
    load(growth("101.2340", "14-Aug-2026"), MONDAY)
    with pytest.raises(RequestWrong, match="on 2026-08-18 is yet to come"):
        ask("nav", scheme=GROWTH, on="2026-08-18")
    with pytest.raises(RequestWrong, match="known_at 2026-08-18T03:00:00\\+00:00 is yet to come"):
        ask("nav", scheme=GROWTH, known_at=MONDAY + DAY)
    with pytest.raises(RequestWrong, match="on 2026-08-15 was yet to come at 2026-08-14"):
        ask("nav", scheme=GROWTH, on="2026-08-15", known_at=MONDAY - 3 * DAY)
    with pytest.raises(NotFound, match="no scheme has the code or ISIN '999999'"):
        ask("nav", scheme="999999")


def thirty_two(load: Load) -> None:
    for back in range(32):
        at = datetime(2026, 7, 1, 16, 0, tzinfo=UTC) + back * DAY
        load(growth(f"{100 + back}.1234", f"{at:%d-%b-%Y}"), at)


def test_a_series_comes_in_pages_without_a_gap_or_a_repeat(load: Load, ask: Ask) -> None:
    thirty_two(load)
    first = ask("nav", scheme=GROWTH, from_date="2026-07-01")
    assert (len(first.rows), first.truncated, first.as_of) == (30, True, date(2026, 7, 30))
    second = ask("nav", scheme=GROWTH, from_date="2026-07-01", cursor=first.next)
    assert [row[0] for row in second.rows] == [date(2026, 7, 31), date(2026, 8, 1)]
    assert (second.truncated, second.next) == (False, None)
    with pytest.raises(RequestWrong, match="the cursor is none of this question's"):
        ask("nav", scheme=GROWTH, from_date="2026-07-01", cursor="x")


def test_thirty_navs_are_under_1200_characters(load: Load, ask: Ask) -> None:
    thirty_two(load)
    answer = ask("nav", scheme=GROWTH, from_date="2026-07-01")
    assert len(answer.rows) == 30
    text = json.dumps(answer.record(), separators=(",", ":"))
    assert len(text) < 1200, text


def test_schemes_are_found_by_code_isin_former_name_and_words_and_ties_are_not_picked(load: Load, ask: Ask) -> None:
    load(body((GROWTH, "Axis ELSS Fund - Direct Plan - Growth", "101", "14-Aug-2026"),
              (IDCW, "Axis ELSS Fund - Direct Plan - IDCW", "30", "14-Aug-2026")), MONDAY)  # fmt: skip
    load(body((GROWTH, "Axis Tax Saver - Direct Plan - Growth", "101", "17-Aug-2026"),
              (IDCW, "Axis ELSS Fund - Direct Plan - IDCW", "30", "17-Aug-2026")), MONDAY + DAY)  # fmt: skip
    for query in (GROWTH, "INF846K01EW2", "axis elss fund - direct plan - growth", "saver growth"):
        answer = ask("find_scheme", query=query)
        assert [row[:4] for row in answer.rows] == [
            (GROWTH, "Axis Tax Saver - Direct Plan - Growth", "direct", "growth")
        ], query
        assert answer.notes == ()
    both = ask("find_scheme", query="axis direct")
    assert [(row[0], row[3]) for row in both.rows] == [(IDCW, "idcw"), (GROWTH, "growth")]
    assert both.notes == ("several schemes fit: choose by plan and option, and ask by scheme_code; none was picked",)
    assert both.untrusted == ("name", "amc", "category")
    with pytest.raises(NotFound, match="no scheme has the code, the ISIN or the words 'zzz'"):
        ask("find_scheme", query="zzz")


def test_freshness_is_told_for_one_data_set_or_all(load: Load, ask: Ask) -> None:
    load(growth("101.2340", "14-Aug-2026"), MONDAY)
    answer = ask("freshness", dataset="nav")
    assert [row[:3] for row in answer.rows] == [
        ("nav", "amfi.history", None), ("nav", "amfi.latest", date(2026, 8, 14)),
    ]  # fmt: skip
    assert len(ask("freshness").rows) > 20
    with pytest.raises(NotFound, match="there is no data set 'navs'; ask for one of"):
        ask("freshness", dataset="navs")
