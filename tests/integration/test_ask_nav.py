"""Questions about NAVs and schemes, answered from rows that real loads made."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from loaders.database import Database
from munim.core.errors import NotFound, RequestWrong
from munim.core.payload import Payload
from pipelines.catalogue import NAV
from pipelines.decisions import revert
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock
from tests.integration.asking import Ask, asker, rows

HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
HEADINGS = "\n \nOpen Ended Schemes(Equity Scheme - ELSS)\n \nAxis Mutual Fund\n \n"
ADDRESS = "https://portal.amfiindia.com/spages/NAVAll.txt"
GROWTH, IDCW = "120503", "120502"
MONDAY = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

Load = Callable[..., int]


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
    return asker(database, clock)


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
        (first, *_) = rows(ask("find_scheme", query=query))
        assert [first[name] for name in ("scheme_code", "name", "plan", "option")] == [
            GROWTH, "Axis Tax Saver - Direct Plan - Growth", "direct", "growth",
        ], query  # fmt: skip
    assert ask("find_scheme", query=GROWTH).notes == ()
    load(body((GROWTH, "Axis Tax Saver - Direct Plan - Growth", "101", "17-Aug-2026"),
              (IDCW, "Axis Tax Saver - Direct Plan - Growth", "30", "17-Aug-2026")), MONDAY + DAY + HOUR)  # fmt: skip
    both = ask("find_scheme", query="axis tax saver direct growth")
    assert {row["scheme_code"] for row in rows(both)} == {GROWTH, IDCW}
    assert both.notes == (
        "several schemes fit alike: choose by plan and option, and ask by scheme_code; none was picked",
    )
    assert both.untrusted == ("name", "amc", "category", "former_name")
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


def moved(load: Load, *navs: tuple[str, date], name: str = "Axis ELSS Fund - Direct Plan - Growth") -> None:
    for nav, day in navs:
        at = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        load(body((GROWTH, name, nav, f"{day:%d-%b-%Y}")), at)


def test_performance_names_its_days_and_is_return_cagr_and_drawdown(load: Load, ask: Ask) -> None:
    moved(load, ("100", date(2024, 8, 1)), ("115", date(2024, 8, 2)), ("103.5", date(2025, 1, 1)),
          ("121", date(2026, 8, 1)))  # fmt: skip
    answer = ask("nav_performance", scheme=GROWTH, from_date="2024-08-01", to_date="2026-08-01")
    assert rows(answer) == [{
        "from_date": "2024-08-01", "from_nav": "100", "to_date": "2026-08-01", "to_nav": "121", "days": 730,
        "return_pct": "21", "cagr_pct": "10", "max_drawdown_pct": "-10", "drawdown_from": "2024-08-02",
        "drawdown_to": "2025-01-01",
    }]  # fmt: skip
    assert answer.basis.startswith("NAV as published by AMFI; growth option")
    assert answer.notes == ()
    assert answer.as_of == date(2026, 8, 1)


def test_performance_says_which_days_it_took_and_gives_no_cagr_of_a_part_of_a_year(load: Load, ask: Ask) -> None:
    moved(load, ("30", date(2026, 7, 31)), ("31.5", date(2026, 8, 14)), name="Axis ELSS Fund - Direct Plan - IDCW")
    answer = ask("nav_performance", scheme=GROWTH, from_date="2026-08-02", to_date="2026-08-14")
    (row,) = rows(answer)
    assert (row["from_date"], row["return_pct"], row["cagr_pct"]) == ("2026-07-31", "5", None)
    assert answer.notes == ("no NAV of 2026-08-02: from the last one before", "no CAGR: less than a year")
    assert "idcw option: price only, payouts are left out" in answer.basis
    with pytest.raises(NotFound, match=r"no NAV up to 2026-07-01 .* its first after it is of 2026-07-31"):
        ask("nav_performance", scheme=GROWTH, from_date="2026-07-01")


def test_there_is_no_return_across_a_break_and_the_reason_is_said(load: Load, ask: Ask) -> None:
    moved(load, ("1000", date(2026, 8, 12)), ("1010", date(2026, 8, 13)), ("101.5", date(2026, 8, 14)))
    answer = ask("nav_performance", scheme=GROWTH, from_date="2026-08-12")
    (row,) = rows(answer)
    assert (row["return_pct"], row["cagr_pct"], row["max_drawdown_pct"], row["drawdown_from"]) == (None,) * 4
    assert (row["from_nav"], row["to_nav"]) == ("1000", "101.5")
    (note,) = answer.notes
    assert note.startswith("no return: the NAV moved by -90.0% from 2026-08-13 to 2026-08-14 (1010 to 101.5): a split")


def test_newest_navs_come_by_category_and_house_in_pages_and_missing_ones_by_what_is_due(load: Load, ask: Ask) -> None:
    both = [(GROWTH, "Axis ELSS Fund - Direct Plan - Growth"), (IDCW, "Axis ELSS Fund - Direct Plan - IDCW")]
    load(body(*((code, name, "30", "13-Aug-2026") for code, name in both)), MONDAY - 3 * DAY)
    load(body((GROWTH, both[0][1], "31.5", "14-Aug-2026"), (IDCW, both[1][1], "30", "13-Aug-2026")), MONDAY)
    answer = ask("nav_latest", category="elss", limit=1)
    assert rows(answer) == [
        {"scheme_code": IDCW, "name": both[1][1], "plan": "direct", "option": "idcw", "nav_date": "2026-08-13",
         "nav": "30"},
    ]  # fmt: skip
    assert (answer.truncated, answer.next, answer.untrusted) == (True, IDCW, ("name",))
    rest = ask("nav_latest", category="elss", limit=1, cursor=answer.next)
    assert [(row["scheme_code"], row["nav"]) for row in rows(rest)] == [(GROWTH, "31.5")]
    assert (rest.truncated, rest.as_of) == (False, date(2026, 8, 14))
    assert len(ask("nav_latest", amc="axis").rows) == 2
    missing = ask("nav_latest", missing_due=True)
    assert [(row["scheme_code"], row["nav_date"]) for row in rows(missing)] == [(IDCW, "2026-08-13")]
    assert missing.notes == ("due: the NAVs of 2026-08-14, of the schemes by which freshness is judged",)
    with pytest.raises(NotFound, match="no listed scheme has these words"):
        ask("nav_latest", category="gold etf")


def test_newest_navs_are_told_as_known_by_what_schemes_were_called_then(load: Load, ask: Ask, clock: SetClock) -> None:
    old, new = "Axis Long Term Equity Fund - Direct Plan - Growth", "Axis ELSS Fund - Direct Plan - Growth"
    idle = (IDCW, "Axis ELSS Fund - Direct Plan - IDCW", "7", "02-Mar-2026")
    load(body((GROWTH, old, "30", "13-Aug-2026"), idle), MONDAY - 3 * DAY)
    load(body((GROWTH, new, "31.5", "14-Aug-2026"), idle), MONDAY)
    run = load(body((GROWTH, new, "32", "14-Aug-2026"), idle), MONDAY + DAY)
    clock.at = MONDAY + 2 * DAY

    def told(at: datetime | None = None) -> list[tuple[object, ...]]:
        answer = ask("nav_latest", category="elss", known_at=at)
        return [(row["scheme_code"], row["name"], row["nav_date"], row["nav"]) for row in rows(answer)]

    idcw = (IDCW, "Axis ELSS Fund - Direct Plan - IDCW", "2026-03-02", "7")
    assert told(MONDAY - HOUR) == [idcw, (GROWTH, old, "2026-08-13", "30")]
    assert told(MONDAY + HOUR)[-1] == (GROWTH, new, "2026-08-14", "31.5")
    assert told(MONDAY + DAY + HOUR) == told() == [idcw, (GROWTH, new, "2026-08-14", "32")]
    now = ask("nav_latest", category="elss")
    assert now.source is not None
    assert now.source.run_id == run
    assert ask("nav_latest", category="elss", known_at=MONDAY + DAY + HOUR).source == now.source
    assert ask("nav_latest", category="elss", known_at=MONDAY + DAY + HOUR, limit=1).next == IDCW
    with pytest.raises(NotFound, match="no listed scheme has these words"):
        told(MONDAY - 4 * DAY)
    with pytest.raises(ValidationError, match="missing_due tells of the present: leave known_at out"):
        ask("nav_latest", missing_due=True, known_at=MONDAY)


def test_a_nav_as_of_a_time_says_nothing_of_its_scheme_that_came_later(load: Load, ask: Ask, clock: SetClock) -> None:
    """That AMFI lists a scheme no more, or its ISIN, is said from the file on that says so."""
    others = [(str(100_001 + number), f"Fund {number} - Growth", "10") for number in range(9)]
    load(body(*((*one, "14-Aug-2026") for one in [*others, (GROWTH, "Axis ELSS Fund - Growth", "30")])), MONDAY)
    load(body(*((*one, "17-Aug-2026") for one in others)), MONDAY + DAY)
    clock.at = MONDAY + 2 * DAY
    gone = f"in AMFI's file no more since {(MONDAY + DAY).date()}"
    asked = {"scheme": GROWTH, "from_date": "2026-08-14"}
    assert ask("nav", **asked).notes == ask("nav", **asked, known_at=MONDAY + DAY + HOUR).notes == (gone,)
    assert ask("nav", **asked, known_at=MONDAY + HOUR).notes == ()
    by_isin = {"scheme": "INF846K01EW2", "on": "2026-08-14", "known_at": MONDAY + HOUR}
    assert ask("nav", **by_isin).notes == (f"scheme {GROWTH}",)
    with pytest.raises(NotFound, match=f"{GROWTH} has no NAV up to 2026-08-17 that was known at"):
        ask("nav", scheme=GROWTH, known_at=MONDAY - HOUR)
    with pytest.raises(NotFound, match="no scheme has the ISIN 'INF846K01EW2' that was known at"):
        ask("nav", scheme="INF846K01EW2", known_at=MONDAY - HOUR)


def test_the_file_behind_a_nav_and_its_earlier_values_are_told_as_known(load: Load, ask: Ask) -> None:
    first = load(growth("101.2340", "14-Aug-2026"), MONDAY)
    second = load(growth("102.0000", "14-Aug-2026"), MONDAY + DAY)
    answer = ask("source_of", dataset="nav", key=GROWTH, on="2026-08-14")
    found = rows(answer)
    assert [(row["value"], row["known_from"], row["known_to"], row["run_id"]) for row in found] == [
        ("101.234", "2026-08-17T03:00:00Z", "2026-08-18T03:00:00Z", first),
        ("102", "2026-08-18T03:00:00Z", None, second),
    ]
    assert (found[0]["url"], found[0]["feed"], found[0]["origin"]) == (ADDRESS, "amfi.latest", "file")
    assert answer.source is not None
    assert answer.source.run_id == second
    then = rows(ask("source_of", dataset="nav", key=GROWTH, on="2026-08-14", known_at=MONDAY + HOUR))
    assert [(row["value"], row["known_to"]) for row in then] == [("101.234", None)]
    with pytest.raises(NotFound, match="nothing of nav '120503' on 2026-08-13 was known"):
        ask("source_of", dataset="nav", key=GROWTH, on="2026-08-13")


def test_changes_are_told_once_each_in_the_order_of_their_commits(load: Load, ask: Ask) -> None:
    numbers = [load(growth(f"10{back}", "14-Aug-2026"), MONDAY + back * HOUR) for back in range(3)]
    first = ask("changes", dataset="nav", limit=2)
    assert [(row["run_id"], row["rows_new"], row["rows_changed"], row["content_to"]) for row in rows(first)] == [
        (numbers[0], 1, 0, "2026-08-14"), (numbers[1], 0, 1, "2026-08-14"),
    ]  # fmt: skip
    second = ask("changes", dataset="nav", cursor=first.next)
    assert [row["run_id"] for row in rows(second)] == [numbers[2]]
    then = ask("changes", dataset="nav", known_at=MONDAY + HOUR * 3 / 2)
    assert [row["run_id"] for row in rows(then)] == numbers[:2]
    nothing = ask("changes", dataset="nav", cursor=second.next)
    assert (nothing.rows, nothing.truncated, nothing.next) == ([], False, second.next)
    load(growth("99", "14-Aug-2026"), MONDAY + DAY)
    assert len(ask("changes", dataset="nav", cursor=nothing.next).rows) == 1
    with pytest.raises(NotFound, match="there is no data set 'navs'; ask for one of"):
        ask("changes", dataset="navs")


def test_a_load_that_makes_a_year_takes_its_number_after_the_lock_is_had_again(
    database: Database, tools: Tools, load: Load, clock: SetClock
) -> None:
    """While it makes the partition another may load: a reader that has seen that one would else miss this one."""
    load(growth("100", "14-Aug-2026"), MONDAY)
    clock.at = MONDAY + DAY
    old = Payload("amfi.latest", "old", ADDRESS, MONDAY + DAY, growth("90", "14-Aug-2019"), "file")
    before = _next_number(database)
    run = load_payload(NAV, old, tools, context(tools, NAV.name, Options(force=True))).run_id
    # One number was given before the partition was made, and given up; the run has the one after.
    assert run == before + 2


def _next_number(database: Database) -> int:
    with database.session() as connection:
        row = connection.execute("SELECT last_value FROM etl.run_run_id_seq").fetchone()
        assert row is not None
        return int(str(row[0]))
