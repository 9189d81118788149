"""What people and checks decide: reverts, replays, refusals and force; and that a rebuild obeys all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from loaders.upsert import NavChange
from munim.core.errors import ContentRefused, MunimError, RequestWrong, SourceUnavailable
from munim.core.payload import Payload
from pipelines.catalogue import NAV
from pipelines.decisions import replay, revert
from pipelines.rebuild import rebuild
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.reliability.made_files import Row, body, payload

if TYPE_CHECKING:
    import psycopg

    from loaders.report import LoadReport

FIRST = datetime(2026, 8, 10, 3, tzinfo=UTC)
DAY = date(2026, 8, 7)

Ask = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def ask(connection: psycopg.Connection[tuple[object, ...]]) -> Ask:
    return lambda query: connection.execute(query).fetchall()


def _load(tools: Tools, made: Payload, *, force: bool = False, dry_run: bool = False) -> LoadReport:
    return load_payload(NAV, made, tools, context(tools, "nav", Options(force=force, dry_run=dry_run)))


def _file(count: int, *, days: int = 0, nav: str = "10.5", day: date | None = None) -> Payload:
    rows = [Row(str(100_000 + number), nav, day or DAY + timedelta(days=days)) for number in range(count)]
    return payload(body(rows), FIRST + timedelta(days=days))


VALUES = "SELECT scheme_code, nav FROM market.nav ORDER BY 1"


def test_a_revert_puts_back_what_stood_before_as_a_new_revision(tools: Tools, ask: Ask) -> None:
    _load(tools, payload(body([Row("100001", "10", DAY)]), FIRST))
    wrong = _load(tools, payload(body([Row("100001", "99", DAY), Row("100002", "5", DAY)]), FIRST + timedelta(days=1)))
    revert(NAV, wrong.run_id, tools)
    assert ask(VALUES) == [("100001", Decimal(10))]
    assert ask("SELECT scheme_code, nav FROM market.nav_revision ORDER BY known_from, 1") == [
        ("100001", Decimal(10)), ("100001", Decimal(99)), ("100002", Decimal(5)),
    ]  # fmt: skip
    assert ask("SELECT scheme_code, nav FROM market.nav_latest") == [("100001", Decimal(10))]
    assert ask("SELECT scheme_code, vanished_at FROM market.scheme ORDER BY 1") == [("100001", None), ("100002", None)]


def test_a_revert_is_reverted_too(tools: Tools, ask: Ask) -> None:
    loaded = _load(tools, payload(body([Row("100001", "10", DAY), Row("100002", "5", DAY)]), FIRST))
    taken_back = revert(NAV, loaded.run_id, tools)
    assert ask(VALUES) == []
    revert(NAV, taken_back.run_id, tools)
    assert ask(VALUES) == [("100001", Decimal(10)), ("100002", Decimal(5))]
    assert ask("SELECT scheme_code, long_name FROM market.scheme ORDER BY 1") == [
        ("100001", "Made Fund - Direct Plan - Growth"), ("100002", "Made Fund - Direct Plan - Growth"),
    ]  # fmt: skip


def test_a_run_that_replayed_rows_is_not_reverted_for_the_run_that_loaded_the_file(tools: Tools, ask: Ask) -> None:
    _load(tools, payload(body([Row("100001", "10", DAY), Row("100002", "-5", DAY)]), FIRST))
    [(number,)] = ask("SELECT quarantine_id FROM etl.quarantine")
    assert replay(NAV, [int(str(number))], tools, accept=True).replayed == 1
    assert ask(VALUES) == [("100001", Decimal(10)), ("100002", Decimal(-5))]
    (loaded,), (replayed,) = ask("SELECT run_id FROM etl.run ORDER BY run_id")
    with pytest.raises(RequestWrong, match=f"run {replayed} replayed refused rows of run {loaded}"):
        revert(NAV, int(str(replayed)), tools)


def test_without_being_accepted_a_judged_row_stays_refused(tools: Tools, ask: Ask) -> None:
    _load(tools, payload(body([Row("100001", "10", DAY), Row("100002", "-5", DAY)]), FIRST))
    [(number,)] = ask("SELECT quarantine_id FROM etl.quarantine")
    report = replay(NAV, [int(str(number))], tools)
    assert (report.replayed, report.still_refused) == (0, 1)
    assert ask("SELECT raw_line, reason, status FROM etl.quarantine") == [
        ("100002;-;-;Made Fund - Direct Plan - Growth;-5;07-Aug-2026", "negative_nav", "open")
    ]


def test_a_rebuild_obeys_force_refusal_acceptance_and_revert(tools: Tools, ask: Ask) -> None:
    for days in range(4):
        _load(tools, _file(100, days=days))
    with pytest.raises(ContentRefused, match=r"row_count failed: 40 rows, -60.0%"):
        _load(tools, _file(40, days=4))
    _load(tools, _file(30, days=5), force=True)
    _load(tools, payload(body([*(Row(str(100_000 + n), "10.5", DAY) for n in range(99)), Row("100099", "-5", DAY)]),
                         FIRST + timedelta(days=6)), force=True)  # fmt: skip
    [(number,)] = ask("SELECT quarantine_id FROM etl.quarantine")
    replay(NAV, [int(str(number))], tools, accept=True)
    revert(NAV, 3, tools)
    content = (
        "SELECT nav_date, scheme_code, nav, fetched_at FROM market.nav JOIN etl.payload USING (payload_id) "
        "ORDER BY 1, 2"
    )
    revisions = "SELECT nav_date, scheme_code, nav, known_from, known_to FROM market.nav_revision ORDER BY 1, 2, 4"
    schemes = "SELECT scheme_code, first_seen_at, last_seen_at, vanished_at FROM market.scheme ORDER BY 1"
    replayed = "SELECT line_no, status, resolved_by FROM etl.quarantine"
    before = [ask(query) for query in (content, revisions, schemes, replayed)]
    report = rebuild(NAV, tools)
    assert [ask(query) for query in (content, revisions, schemes, replayed)] == before
    assert report.payloads == 7


def test_a_rebuild_passes_over_what_was_no_file_and_judges_what_was_never_loaded(tools: Tools, ask: Ask) -> None:
    for days in range(4):
        _load(tools, _file(100, days=days))
    page = payload(b"<html>Service unavailable</html>", FIRST + timedelta(days=4), origin="fetch")
    with pytest.raises(SourceUnavailable):
        _load(tools, page)
    # As if their runs had been killed after the archive: half a file, and a whole one.
    tools.archive.put(_file(40, days=5))
    tools.archive.put(_file(100, days=6))
    report = rebuild(NAV, tools)
    assert (report.payloads, report.rows["navs"]) == (5, 500)
    assert ask("SELECT count(*) FROM market.scheme WHERE vanished_at IS NOT NULL") == [(0,)]


def test_every_nav_ten_times_as_large_is_refused_on_the_same_day_too(tools: Tools, ask: Ask) -> None:
    _load(tools, _file(100))
    with pytest.raises(ContentRefused, match="rows_moved failed: 100 of 100 rows"):
        _load(tools, payload(_file(100, nav="105").body, FIRST + timedelta(hours=3)))
    assert ask("SELECT DISTINCT nav FROM market.nav") == [(Decimal("10.5"),)]


def test_what_is_forced_often_enough_becomes_the_usual(tools: Tools, ask: Ask) -> None:
    for days in range(5):
        _load(tools, _file(100, days=days))
    for days in range(5, 11):
        _load(tools, _file(60, days=days), force=True)
    assert ask("SELECT count(*) FROM market.scheme WHERE vanished_at IS NOT NULL") == [(0,)]
    _load(tools, _file(60, days=11))
    assert ask("SELECT count(*) FROM market.scheme WHERE vanished_at IS NOT NULL") == [(40,)]


def test_a_file_that_was_reverted_is_no_precedent(tools: Tools) -> None:
    _load(tools, _file(100))
    ahead = _load(tools, _file(100, days=1, day=DAY + timedelta(days=6)))
    revert(NAV, ahead.run_id, tools)
    assert _load(tools, _file(100, days=2)).counts.new == 100


def test_a_file_with_a_row_that_no_scheme_can_be_read_from_says_of_nobody_that_it_vanished(
    tools: Tools, ask: Ask
) -> None:
    _load(tools, _file(3))
    broken = body([Row("100000", "10.5", DAY), Row("1O0001", "10.5", DAY)])
    _load(tools, payload(broken, FIRST + timedelta(days=1)))
    assert ask("SELECT scheme_code, vanished_at FROM market.scheme ORDER BY 1") == [
        ("100000", None), ("100001", None), ("100002", None),
    ]  # fmt: skip


def test_a_fetch_that_is_still_to_come_is_refused_before_anything_is_kept(tools: Tools, ask: Ask) -> None:
    with pytest.raises(RequestWrong, match="still to come"):
        _load(tools, payload(_file(1).body, datetime(2062, 8, 19, tzinfo=UTC)))
    assert tools.archive.manifests() == []
    assert ask("SELECT status FROM etl.run") == [("usage",)]


def test_a_dry_run_tells_the_changes_and_leaves_nothing(tools: Tools, ask: Ask) -> None:
    _load(tools, payload(body([Row("100001", "10", DAY)]), FIRST))
    made = payload(body([Row("100001", "11", DAY), Row("100002", "5", DAY)]), FIRST + timedelta(days=1))
    report = _load(tools, made, dry_run=True)
    assert report.status == "dry_run"
    changes = [change for change in report.changes if isinstance(change, NavChange)]
    assert [(change.scheme_code, change.old, change.new) for change in changes] == [
        ("100001", Decimal(10), Decimal(11)), ("100002", None, Decimal(5)),
    ]  # fmt: skip
    assert ask(VALUES) == [("100001", Decimal(10))]
    assert ask("SELECT count(*) FROM etl.run") == [(1,)]
    assert len(tools.archive.manifests()) == 1


def test_the_ledger_has_a_word_for_every_kind_of_error(ask: Ask) -> None:
    def kinds(of: type[MunimError]) -> set[str]:
        return {of.kind, *(kind for one in of.__subclasses__() for kind in kinds(one))}

    of_answers = {"not_found", "too_slow", "not_logged"}

    [(allowed,)] = ask("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_run_status'")
    assert [kind for kind in sorted(kinds(MunimError) - of_answers) if f"'{kind}'" not in str(allowed)] == []


def test_a_window_whose_last_navs_may_still_come_is_loaded_and_its_slot_stays_open() -> None:
    history = NAV.feed("amfi.history")
    assert not history.is_settled("2026-08-18..2026-08-20", datetime(2026, 8, 21, 5, 29, tzinfo=UTC))
    assert history.is_settled("2026-08-18..2026-08-20", datetime(2026, 8, 21, 5, 30, tzinfo=UTC))
    assert history.is_settled("2026-08-19", datetime(2026, 8, 20, 5, 30, tzinfo=UTC))
    assert NAV.feed("amfi.latest").is_settled("2026-08-21T08:00:00+05:30", datetime(2026, 8, 21, 2, 30, tzinfo=UTC))
