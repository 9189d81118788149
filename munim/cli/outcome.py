"""What a run or a load came to, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.cli.output import as_text, say, show_json, show_table
from munim.cli.words import Output
from munim.core.errors import NotYetPublished
from schedules import timetable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from loaders.keyed_changes import RowChange
    from loaders.ledger import Counts
    from loaders.report import LoadReport
    from loaders.upsert import NavChange
    from pipelines.dataset import DataSet
    from pipelines.run import Outcome

SHOWN_CHANGES = 20
"""Rows of a dry run's difference that a person is shown; JSON has all."""


def show_outcomes(dataset: DataSet, done: Sequence[tuple[Outcome, datetime]], output: Output, *, single: bool) -> None:
    """Say what runs came to, each with when it ended; as JSON one object, or a list where several were asked for."""
    if output is Output.JSON and not single:
        show_json([_outcome_record(dataset, outcome, at) for outcome, at in done])
        return
    for outcome, at in done:
        show_outcome(dataset, outcome, at, output)


def not_yet(outcome: Outcome) -> NotYetPublished:
    """Return the error for a run whose slot stays open."""
    return NotYetPublished(
        "what is due is not published yet",
        feed=outcome.feed,
        slot=outcome.slot,
        kept="what the source has was loaded, and the slot stays open",
        advice="run it again later",
    )


def _outcome_record(dataset: DataSet, outcome: Outcome, at: datetime) -> dict[str, object]:
    answer: dict[str, object] = {
        "dataset": dataset.name,
        "feed": outcome.feed,
        "slot": outcome.slot,
        "next_slot": _following(dataset, outcome.feed, at),
    }
    answer |= outcome_record(outcome.status, outcome.run_id, outcome.report)
    if outcome.why is not None:
        answer["why"] = outcome.why
    if outcome.following:
        answer["following"] = [_outcome_record(dataset, one, at) for one in outcome.following]
    return answer


def _following(dataset: DataSet, feed: str, at: datetime) -> datetime | None:
    on_timetable = dataset.feed(feed).slots == "instant" and feed in timetable.scheduled(dataset.name)
    return timetable.next_slot(feed, at) if on_timetable else None


def show_outcome(dataset: DataSet, outcome: Outcome, at: datetime, output: Output) -> None:
    """Say what a run came to; `at` is when it ended."""
    if output is Output.JSON:
        show_json(_outcome_record(dataset, outcome, at))
        return
    following = _following(dataset, outcome.feed, at)
    if outcome.report is None and outcome.status == NotYetPublished.kind:
        say(f"{outcome.feed} slot {outcome.slot}: nothing is published")
    elif outcome.why is not None:
        say(f"{outcome.feed} slot {outcome.slot} is passed over: {outcome.why}; --again asks all the same")
    elif outcome.report is None:
        after = f"the next is {as_text(following)} (IST)" if following else "--again runs it once more"
        say(f"{outcome.feed} slot {outcome.slot} is closed: run {outcome.run_id} filled it; {after}")
    else:
        show_report(f"{outcome.feed} slot {outcome.slot}", outcome.report)
    for one in outcome.following:
        show_outcome(dataset, one, at, output)


def outcome_record(status: str, run_id: int, report: LoadReport | None) -> dict[str, object]:
    """Return what a run came to as JSON says it; of a closed slot, `run_id` is the run that filled it."""
    record: dict[str, object] = {"status": status, "run_id": None if status == "dry_run" else run_id}
    if report is not None:
        record["counts"] = counts_record(report.counts)
        record["checks"] = list(report.checks)
        record["notes"] = list(report.notes)
    if status == "dry_run" and report is not None:
        record["changes"] = list(report.changes)
    return record


def counts_record(counts: Counts) -> dict[str, object]:
    """Return a run's counts by name."""
    return {
        "read": counts.read,
        "new": counts.new,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "absent": counts.absent,
        "quarantined": counts.quarantined,
        **counts.more,
    }


def show_report(title: str, report: LoadReport) -> None:
    """Print what a load did, its failed checks, and of a dry run the rows that would change."""
    ended = "dry run, nothing was written" if report.status == "dry_run" else f"run {report.run_id}, {report.status}"
    counts = counts_record(report.counts)
    say(f"{title}: {ended}")
    say("  " + ", ".join(f"{as_text(count)} {name.replace('_', ' ')}" for name, count in counts.items()))
    for check in report.checks:
        if not check.passed:
            say(f"check {check.name} failed: {check.detail}")
    if report.status == "dry_run":
        for kind, rows in _by_kind([_shown(change) for change in report.changes]).items():
            _show_changes(kind, rows)
        say(f"{report.counts.unchanged:,} rows are unchanged")


@dataclass(frozen=True)
class _Shown:
    """A changed row as a person reads it: what it is of, and what it said and says."""

    what: tuple[object, ...]
    old: object
    new: object


def _shown(change: NavChange | RowChange) -> _Shown:
    from loaders.keyed_changes import RowChange  # noqa: PLC0415 - brings the driver

    if not isinstance(change, RowChange):
        return _Shown((change.nav_date, change.scheme_code), change.old, change.new)
    key = " ".join(as_text(part) for part in change.key)
    if change.old is None or change.new is None:
        return _Shown((change.table, key), _cells(change.old), _cells(change.new))
    differing = [name for name, cell in change.new.items() if change.old[name] != cell]
    old, new = ({name: side[name] for name in differing} for side in (change.old, change.new))
    return _Shown((change.table, key), _cells(old), _cells(new))


def _cells(row: Mapping[str, object] | None) -> str | None:
    if row is None:
        return None
    return ", ".join(f"{name} {as_text(cell)}" for name, cell in row.items() if cell is not None)


def _by_kind(changes: Sequence[_Shown]) -> dict[str, list[_Shown]]:
    """Sort changes into those that a person reads differently; what takes a value away or alters it comes first."""
    kinds: dict[str, list[_Shown]] = {
        "would change": [],
        "would be withdrawn": [],
        "would be new": [],
        "would keep their value, from an earlier payload": [],
    }
    altered, withdrawn, new, same = kinds.values()
    for change in changes:
        if change.old is None:
            new.append(change)
        elif change.new is None:
            withdrawn.append(change)
        else:
            (same if change.new == change.old else altered).append(change)
    return kinds


def _show_changes(title: str, changes: list[_Shown]) -> None:
    if not changes:
        return
    rows = [(*one.what, one.old, one.new) for one in changes[:SHOWN_CHANGES]]
    of = ["nav_date", "scheme_code"] if not isinstance(changes[0].what[0], str) else ["table", "row"]
    show_table(f"{len(changes):,} rows {title}", [*of, "old", "new"], rows)
    if len(changes) > SHOWN_CHANGES:
        say(f"… and {len(changes) - SHOWN_CHANGES:,} more; -o json has all")
