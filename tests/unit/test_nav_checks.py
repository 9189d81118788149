"""The checks over a NAV payload, each at its edge; which of them block, and what a window of history is spared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from loaders.batch import Check, NavBatch, Note
from loaders.load import Precedents
from loaders.nav_rows import NavArrays
from pipelines.nav_checks import flag, judge
from scrapers.raw import REJECT_COLUMNS

DAY = date(2026, 8, 19)
EPOCH = date(1970, 1, 1)
NavRow = tuple[str, date, float]

BLOCKING = {"rows_refused", "rows_absent", "row_count", "not_older", "rows_moved"}


def arrays(rows: list[NavRow]) -> NavArrays:
    return NavArrays(
        np.array([(day - EPOCH).days for _, day, _ in rows], dtype=np.int32),
        pa.array([code for code, _, _ in rows], pa.string()),
        np.array([round(nav * 10**10) for _, _, nav in rows], dtype=np.int64),
        np.ones(len(rows), dtype=np.int32),
    )


def rows_of(count: int, day: date = DAY, nav: float = 10) -> list[NavRow]:
    return [(str(100_000 + number), day, nav) for number in range(count)]


def batch(rows_read: int, *, absent: int = 0, refused: int = 0, snapshot: bool = True) -> NavBatch:
    rejects = pd.DataFrame([(line, "raw", "bad_nav", "why") for line in range(refused)], columns=list(REJECT_COLUMNS))
    return NavBatch(pd.DataFrame(), pd.DataFrame(), rejects, "latest-6", rows_read, absent, snapshot=snapshot)


def judged(
    wanted: list[NavRow],
    *,
    of: NavBatch | None = None,
    row_counts: tuple[int, ...] = (),
    modal_dates: tuple[date, ...] = (),
    latest: list[NavRow] | None = None,
    due: date | None = None,
) -> tuple[Mapping[str, Check], list[Note]]:
    before = Precedents(row_counts, modal_dates, arrays(latest or []), due)
    checks, notes = judge(of or batch(len(wanted)), arrays(wanted), before)
    by_name = {check.name: check for check in checks}
    assert len(by_name) == len(checks)
    return by_name, notes


def test_every_check_blocks_but_the_share_that_is_due() -> None:
    checks, _ = judged(rows_of(100))

    assert {check.name for check in checks.values() if check.blocking} == BLOCKING
    assert {check.name for check in checks.values() if not check.blocking} == {"due_share"}
    assert all(check.passed for check in checks.values())


@pytest.mark.parametrize(
    ("name", "count", "of", "passed"),
    [
        # A small file may have twenty of either; beyond that it is a share of the rows.
        ("rows_refused", 20, 30, True),
        ("rows_refused", 21, 30, False),
        ("rows_refused", 700, 14_000, True),
        ("rows_refused", 701, 14_000, False),
        ("rows_absent", 20, 30, True),
        ("rows_absent", 21, 30, False),
        ("rows_absent", 2_800, 14_000, True),
        ("rows_absent", 2_801, 14_000, False),
    ],
)
def test_a_file_may_refuse_a_twentieth_and_miss_a_fifth_of_its_rows_or_twenty(
    name: str, count: int, of: int, passed: bool
) -> None:
    made = batch(of, absent=count) if name == "rows_absent" else batch(of, refused=count)

    checks, _ = judged(rows_of(3), of=made)

    assert checks[name].passed is passed
    assert checks[name].detail.startswith(f"{count} of {of} rows, at most ")


@pytest.mark.parametrize(("rows", "passed"), [(899, False), (900, True), (1000, True), (1100, True), (1101, False)])
def test_from_the_fifth_file_on_the_row_count_is_within_a_tenth_of_the_median(rows: int, passed: bool) -> None:
    checks, _ = judged(rows_of(3), of=batch(rows), row_counts=(5_000, 1_001, 999, 1_000, 10))

    assert checks["row_count"].passed is passed
    assert (
        checks["row_count"].detail == f"{rows} rows, {rows / 1000 - 1:+.1%} against the median 1000 of the last 5 files"
    )


def test_the_first_four_files_may_have_any_row_count() -> None:
    checks, _ = judged(rows_of(3), row_counts=(14_000, 14_000, 14_000))
    fifth, _ = judged(rows_of(3), row_counts=(14_000, 14_000, 14_000, 14_000))

    assert checks["row_count"].passed
    assert not fifth["row_count"].passed


@pytest.mark.parametrize(("days_before", "passed"), [(-1, True), (0, True), (1, False)])
def test_most_rows_are_not_older_than_those_of_the_file_before(days_before: int, passed: bool) -> None:
    mine = DAY - timedelta(days=days_before)
    wanted = [*rows_of(3, mine), ("200001", mine - timedelta(days=900), 1.0), ("200002", DAY, 1.0)]

    # Only the newest of the files before counts: an older one may have been of any day.
    checks, _ = judged(wanted, modal_dates=(DAY, DAY + timedelta(days=30)))

    assert checks["not_older"].passed is passed
    assert checks["not_older"].detail == f"most rows are of {mine}, before of {DAY}"


def test_with_no_file_before_or_no_navs_no_date_is_too_old() -> None:
    assert judged(rows_of(3, date(2008, 1, 1)))[0]["not_older"].passed
    assert judged([], modal_dates=(DAY,))[0]["not_older"].passed


@pytest.mark.parametrize(("late", "passed"), [(10, True), (11, False)])
def test_a_file_in_which_over_a_tenth_of_the_live_schemes_lag_is_warned_of(late: int, passed: bool) -> None:
    lagging = rows_of(late, DAY - timedelta(days=1))
    dead = rows_of(50, DAY - timedelta(days=400))

    checks, notes = judged([*rows_of(100 - late), *lagging, *dead], due=DAY)

    assert checks["due_share"].passed is passed
    assert checks["due_share"].detail == f"{100 - late} of 100 schemes of the 30 days before have {DAY}"
    assert [note.kind for note in notes] == ["due_share"] * (not passed)


def test_the_few_navs_of_a_coming_holiday_make_nothing_late() -> None:
    assert judged([*rows_of(1, DAY + timedelta(days=2)), *rows_of(199)], due=DAY)[0]["due_share"].passed


def test_a_file_that_is_old_as_a_whole_is_warned_of() -> None:
    checks, _ = judged(rows_of(100, DAY - timedelta(days=17)), due=DAY)

    assert not checks["due_share"].passed


@pytest.mark.parametrize(
    ("before", "now", "days", "flagged"),
    [
        (10.0, 12.0, 1, False),
        (10.0, 12.0001, 1, True),
        (10.0, 8.0, 1, False),
        (10.0, 7.9999, 1, True),
        (10.0, 20.0, 5, True),
        (10.0, 20.0, 6, False),  # too far back to be a move
        (10.0, 20.0, 0, True),  # the same day with another value
        (10.0, 20.0, -1, False),
        (0.0, 20.0, 1, False),
        (-10.0, 20.0, 1, False),
    ],
)
def test_a_move_of_over_a_fifth_since_the_kept_nav_is_flagged(
    before: float, now: float, days: int, flagged: bool
) -> None:
    latest = [("999999", DAY, 5.0), ("100000", DAY - timedelta(days=days), before)]

    _, notes = judged([("100000", DAY, now), ("100001", DAY, 1.0)], latest=latest)

    assert [(note.kind, note.subject, note.content_date) for note in notes] == [("big_move", "100000", DAY)] * flagged


def test_a_big_move_says_from_what_to_what_in_plain_figures() -> None:
    _, notes = judged([("100000", DAY, 1500.0)], latest=[("100000", DAY - timedelta(days=1), 1000.0)])

    assert [note.detail for note in notes] == [{"from": "1000", "to": "1500", "move": "+50.0%"}]


@pytest.mark.parametrize(("moved", "passed"), [(50, True), (51, False)])
def test_a_file_in_which_over_fifty_and_a_tenth_moved_is_refused(moved: int, passed: bool) -> None:
    latest = rows_of(100, DAY - timedelta(days=1))
    wanted = [*rows_of(moved, nav=20), *rows_of(100)[moved:]]

    checks, notes = judged(wanted, latest=latest)

    assert checks["rows_moved"].passed is passed
    assert len([note for note in notes if note.kind == "big_move"]) == moved


@pytest.mark.parametrize(("moved", "passed"), [(1_000, True), (1_001, False)])
def test_of_a_large_file_a_tenth_may_move(moved: int, passed: bool) -> None:
    latest = rows_of(10_000, DAY - timedelta(days=1))

    checks, _ = judged([*rows_of(moved, nav=20), *rows_of(10_000)[moved:]], latest=latest)

    assert checks["rows_moved"].passed is passed


@pytest.mark.parametrize(("absent", "passed"), [(90, True), (91, False)])
def test_a_window_of_history_may_miss_most_of_its_navs_but_not_nearly_all(absent: int, passed: bool) -> None:
    checks, _ = judged(rows_of(3), of=batch(100, absent=absent, snapshot=False))

    assert checks["rows_absent"].passed is passed


def test_a_window_of_history_is_judged_by_its_own_rows_alone() -> None:
    made = batch(3, snapshot=False)

    checks, notes = judged(
        rows_of(3, date(2008, 1, 1), nav=99),
        of=made,
        row_counts=(14_000,) * 5,
        modal_dates=(DAY,),
        latest=rows_of(3, date(2007, 12, 31)),
    )

    assert set(checks) == {"rows_refused", "rows_absent"}
    assert notes == []


def test_a_zero_that_is_written_is_flagged() -> None:
    rows = [("100001", DAY, 0.0), ("100002", DAY, 1.0), ("100003", DAY - timedelta(days=1), 0.0)]

    notes = flag(arrays(rows))

    assert [(note.kind, note.subject, note.content_date) for note in notes] == [
        ("zero_nav", "100001", DAY),
        ("zero_nav", "100003", DAY - timedelta(days=1)),
    ]
    assert flag(arrays([])) == []
