"""Recorded bhavcopies, lists and made corporate actions, loaded the way that files are."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from pipelines.equity_set import CORPORATE_ACTIONS, EQUITY, INSTRUMENTS
from pipelines.ingest import ingest, plan
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.file_dates import day_in_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BOUNDARY = "nse_cm_format_boundary"
FOLDERS = (
    "nse_cm_old_eras",
    "nse_cm_legacy_pure",
    BOUNDARY,
    "nse_sec_bhavdata_full_raw",
    "nse_sec_full_EQ_only_2026-08",
    "bse_eq_legacy",
)
LATER = datetime(2026, 9, 30, tzinfo=UTC)
"""When the lists are taken to have been fetched: after all recorded sessions but one."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def files_of(recorded: Path, *names: str) -> list[Path]:
    """Recorded bhavcopies by folder, or by folder and name."""
    found: list[Path] = []
    for name in names:
        path = recorded / "equity" / name
        found += sorted(path.glob("*.csv")) if path.is_dir() else [path]
    return found


def boundary(recorded: Path, first: date, last: date) -> list[Path]:
    """The files of the boundary between layouts whose name has a day in a span."""
    names = {f"{day.day:02}{MONTHS[day.month - 1].upper()}{day.year}.csv" for day in _days(first, last)}
    return [path for path in files_of(recorded, BOUNDARY) if path.name in names]


def load(tools: Tools, paths: Iterable[Path], *, backwards: bool = False) -> dict[str, str]:
    """Load bhavcopies in the order of their days; what became of each, by folder and name."""
    done = {}
    ordered = sorted(((_planned(path), path) for path in paths), key=lambda one: one[0].fetched_at)
    for payload, path in reversed(ordered) if backwards else ordered:
        try:
            ((_, report),) = ingest(EQUITY, [payload], tools)
            done[f"{path.parent.name}/{path.name}"] = report.status
        except ContentRefused:
            done[f"{path.parent.name}/{path.name}"] = "refused"
    return done


def _planned(path: Path) -> Payload:
    """Plan a file; a sample's name has its day too, in a way of its keeper's."""
    day = day_in_name(path.name)
    assert day is not None
    (payload,) = plan(EQUITY, [path], fetched_at=datetime(day.year, day.month, day.day, 14, tzinfo=UTC))
    return payload


def load_lists(tools: Tools, recorded: Path, *names: str) -> None:
    """Load masters and lists of changes by their files' names."""
    for payload in plan(INSTRUMENTS, files_of(recorded, *(f"masters/{name}" for name in names)), fetched_at=LATER):
        load_payload(INSTRUMENTS, payload, tools, context(tools, INSTRUMENTS.name, Options()))


def load_actions(
    tools: Tools, *actions: tuple[str, date, str], window: tuple[date, date], fetched_at: datetime = LATER
) -> None:
    """Load a list of corporate actions of a window: symbol, ex-date and subject each, of series EQ."""
    slot, body = f"{window[0]}..{window[1]}", actions_body(*actions)
    payload = Payload("nse.corporate_actions", slot, "file:actions.json", fetched_at, body, "file")
    load_payload(CORPORATE_ACTIONS, payload, tools, context(tools, CORPORATE_ACTIONS.name, Options()))


def actions_body(*actions: tuple[str, date, str]) -> bytes:
    """NSE's list of corporate actions: symbol, ex-date and subject each, of series EQ."""
    return json.dumps([_action(*action) for action in actions]).encode()


def _action(symbol: str, ex_date: date, subject: str) -> dict[str, str | None]:
    said = {"symbol": symbol, "series": "EQ", "subject": subject, "recDate": "-", "comp": None, "faceVal": "10"}
    return {**said, "exDate": f"{ex_date.day:02}-{MONTHS[ex_date.month - 1]}-{ex_date.year}"}


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
