"""The checks over a NAV payload: is it what it should be, measured against those before it."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from loaders.batch import Check, Note
from loaders.upsert import EPOCH, to_date, to_decimals

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from loaders.batch import NavBatch
    from loaders.load import Precedents
    from loaders.nav_rows import NavArrays

FILES_BEFORE = 4
"""The row count is judged from the fifth file on."""

ROW_COUNT_TOLERANCE = 0.1
"""From day to day 371 files differ by under 1%; ten times that is not a bad day but half a file."""

REFUSED_SHARE, REFUSED_LEAST = 0.05, 20
ABSENT_SHARE, ABSENT_LEAST = 0.2, 20
"""At most 67 of 13,661 rows have no NAV (2017): a fifth means that another column was read."""

HISTORY_ABSENT_SHARE = 0.9
"""6 of 26 rows of the recorded window of 2006 have none: of history only nearly all is a misreading."""

BIG_MOVE = 0.2
"""128 moves of over 20% in 370 days, all real (splits, maturities): flagged, never dropped."""

MOVED_SHARE, MOVED_LEAST = 0.1, 50
MOVE_DAYS = 5
"""A move is judged against a NAV of at most so many days before."""

DUE_SHARE, LATELY_DAYS = 0.9, 30


def judge(batch: NavBatch, wanted: NavArrays, before: Precedents) -> tuple[list[Check], list[Note]]:
    """Check a payload's rows; `wanted` are `batch.navs` as arrays.

    A complete file is judged by its row count, its date and its moves against the files before it; a window of
    history by its own rows alone.
    """
    absent_share = ABSENT_SHARE if batch.snapshot else HISTORY_ABSENT_SHARE
    checks = [
        _share("rows_refused", len(batch.rejects), batch.rows_read, REFUSED_SHARE, REFUSED_LEAST),
        _share("rows_absent", batch.rows_absent, batch.rows_read, absent_share, ABSENT_LEAST),
    ]
    notes: list[Note] = []
    if batch.snapshot:
        checks += [
            _row_count(batch.rows_read, before),
            _not_older(wanted, before),
            _due_share(wanted, before.due_content),
        ]
        notes += [Note(check.name, detail={"said": check.detail}) for check in checks if not check.passed]
        moves, compared = _big_moves(wanted, before.latest)
        checks.append(_share("rows_moved", len(moves), compared, MOVED_SHARE, MOVED_LEAST))
        notes += moves
    return checks, notes


def flag(written: NavArrays) -> list[Note]:
    """Return a note for each zero among the NAVs that a load wrote: kept, since segregated portfolios have them."""
    zero = np.flatnonzero(written.nav_e10 == 0)
    if not len(zero):
        return []
    rows = written.take(zero)
    return [Note("zero_nav", code, to_date(day)) for code, day in zip(rows.names(), rows.day.tolist(), strict=True)]


def _share(name: str, count: int, of: int, share: float, least: int) -> Check:
    passed = count <= max(least, share * of)
    return Check(name, passed, blocking=True, detail=f"{count} of {of} rows, at most {max(least, round(share * of))}")


def _row_count(rows: int, before: Precedents) -> Check:
    if len(before.row_counts) < FILES_BEFORE:
        return Check("row_count", passed=True, blocking=True, detail=f"{rows} rows, too few files before to compare")
    usual = median(before.row_counts)
    low, high = round(usual * (1 - ROW_COUNT_TOLERANCE)), round(usual * (1 + ROW_COUNT_TOLERANCE))
    files = len(before.row_counts)
    detail = f"{rows} rows, {rows / usual - 1:+.1%} against the median {usual:.0f} of the last {files} files"
    return Check("row_count", passed=low <= rows <= high, blocking=True, detail=detail)


def _not_older(wanted: NavArrays, before: Precedents) -> Check:
    """A server that gives an old page under today's address gives older dates than it gave before."""
    if not before.modal_dates or not len(wanted):
        return Check("not_older", passed=True, blocking=True, detail="no file before to compare")
    days, counts = wanted.day_counts
    mine, last = to_date(int(days[counts.argmax()])), before.modal_dates[0]
    return Check("not_older", passed=mine >= last, blocking=True, detail=f"most rows are of {mine}, before of {last}")


def _due_share(wanted: NavArrays, due: date | None) -> Check:
    """Warn when few of the schemes that published lately have the day that is due: a partial file, or an old one."""
    if due is None or not len(wanted):
        return Check("due_share", passed=True, blocking=False, detail="nothing is due")
    due_day = due.toordinal() - EPOCH
    lately = wanted.day > due_day - LATELY_DAYS
    count, have = int(lately.sum()), int((wanted.day >= due_day).sum())
    detail = f"{have} of {count} schemes of the {LATELY_DAYS} days before have {due}"
    return Check("due_share", passed=have >= DUE_SHARE * count > 0, blocking=False, detail=detail)


def _big_moves(wanted: NavArrays, latest: NavArrays) -> tuple[list[Note], int]:
    """Return a note for each NAV that moved by over 20% since the kept one, and how many were compared."""
    if not len(latest) or not len(wanted):
        return [], 0
    place = wanted.places_in(latest)
    known = np.flatnonzero(place >= 0)
    old = place[known]
    gap = wanted.day[known] - latest.day[old]
    # The same day again too: a file with every NAV ten times as large would else pass as restated.
    comparable = (gap >= 0) & (gap <= MOVE_DAYS) & (latest.nav_e10[old] > 0)
    known, old = known[comparable], old[comparable]
    move = wanted.nav_e10[known] / latest.nav_e10[old] - 1
    big = np.flatnonzero(np.abs(move) > BIG_MOVE)
    if not len(big):
        return [], len(known)
    moved = wanted.take(known[big])
    before, after = to_decimals(latest.nav_e10[old[big]]), to_decimals(moved.nav_e10)
    codes, days = moved.names(), [to_date(day) for day in moved.day.tolist()]
    return [
        Note("big_move", code, day, {"from": _plain(old_nav), "to": _plain(new_nav), "move": f"{change:+.1%}"})
        for code, day, old_nav, new_nav, change in zip(codes, days, before, after, move[big], strict=True)
    ], len(known)


def _plain(nav: Decimal) -> str:
    """Return a NAV without zeros at its end; `normalize` alone would make 1E+3 of a thousand."""
    return f"{nav.normalize():f}"
